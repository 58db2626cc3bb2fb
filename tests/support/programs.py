"""Programs over all mechanics: any that the strict reader accepts, made by hypothesis."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from loyalty.program.rules import (
    ONE,
    WEEKDAYS,
    Basis,
    Bonus,
    Cap,
    ConsentTexts,
    ContactLine,
    Discount,
    EarnRule,
    Expiry,
    Filter,
    Level,
    Limit,
    Location,
    PointsAsMoney,
    PotRule,
    Program,
    Promotion,
    Referral,
    Reward,
    StaffLimits,
    Tiers,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CATEGORIES = ("coffee", "tea", "pastry")
ITEMS = ("flat white", "sencha")
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "America/Santiago")
CURRENCIES = ("USD", "RUB", "EUR", "JPY", "KWD", "UAH", "XAU")

_TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12)
TEXTS = st.fixed_dictionaries({"en": _TEXT, "ru": _TEXT})
AMOUNTS = st.integers(1, 10**12) | st.sampled_from([1, 100, 500, 10_000])
RATES = st.integers(10**6, 10**12) | st.sampled_from([50_000, 100_000])
POINTS = st.integers(1, 10**9) | st.integers(1, 50)
MINIMUMS = st.just(0) | st.sampled_from([500, 10_000])
_IDENTIFIERS = st.from_regex(r"[a-z][a-z0-9-]{0,11}", fullmatch=True)


def programs(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Program]:
    """Return a strategy for valid programs; ``parts`` replace those of the same field.

    A part that is replaced has to agree with the others, as ``program_document.read`` checks.
    """
    return _programs(parts)


@st.composite
def _programs(draw: Callable[..., Any], parts: dict[str, st.SearchStrategy[Any]]) -> Program:
    def some(name: str, strategy: st.SearchStrategy[Any]) -> Any:
        return draw(parts.get(name, strategy))

    pots = some("pots", _lists(pot_rules(), 3, by=lambda pot: pot.id))
    names = [pot.id for pot in pots]
    pot = st.sampled_from(names) if names else st.nothing()
    earning = some("earning", st.lists(earn_rules(pot), max_size=3).map(tuple) if names else NONE)
    caps = some("caps", caps_of(names))
    fed = sorted({rule.pot for rule in earning})
    referral = some("referral", optional(referrals(pot)) if names else st.none())
    discount = some("discount", optional(st.builds(Discount, st.integers(1, ONE))))
    return Program(
        schema=1,
        id=draw(_IDENTIFIERS),
        name=draw(TEXTS),
        organization=draw(_TEXT),
        currency=some("currency", st.sampled_from(CURRENCIES)),
        zone=some("zone", st.sampled_from(ZONES)),
        region=draw(st.sampled_from(["US", "RU", "DE"])),
        languages=draw(st.permutations(["en", "ru"]).map(tuple)),
        design=draw(_IDENTIFIERS),
        consent=draw(st.builds(ConsentTexts, _IDENTIFIERS, TEXTS, TEXTS)),
        contact=(ContactLine(draw(TEXTS), draw(_TEXT)),),
        locations=some("locations", LOCATIONS),
        pots=pots,
        earning=_within(earning, caps),
        basis=some("basis", st.from_type(Basis)),
        promotions=_within(some("promotions", promotions_of(names, fed)), caps),
        stacking=some("stacking", st.sampled_from(["best", "sum", "first"])),
        caps=caps,
        limits=some("limits", LIMITS),
        # Below the shortest time in which the limits above can be reached.
        cool_down_minutes=some("cool_down_minutes", st.sampled_from([0, 1, 5])),
        staff=some("staff", STAFF),
        rewards=some("rewards", rewards_of(names)),
        points_as_money=some("points_as_money", optional(money(pot)) if names else st.none()),
        discount=discount,
        tiers=some(
            "tiers",
            optional(tiers(earns=bool(earning), refers=bool(referral), discounts=not discount)),
        ),
        welcome=some("welcome", optional(bonuses(pot)) if names else st.none()),
        birthday=some("birthday", optional(bonuses(pot)) if names else st.none()),
        referral=referral,
        debt=some("debt", st.sampled_from(["owe", "forgive"])),
        returned_value_days=some("returned_value_days", st.sampled_from([0, 14, 366])),
        hold_minutes=some("hold_minutes", st.integers(1, 120)),
        undo_minutes=some("undo_minutes", st.integers(0, 366 * 24 * 60)),
    )


NONE = st.just(())


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return what the strategy makes, or None."""
    return st.none() | strategy


def _lists(
    strategy: st.SearchStrategy[Any], most: int, by: Callable[[Any], Any]
) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most, unique_by=by).map(tuple)


def expiries() -> st.SearchStrategy[Expiry]:
    """Value ends after months, on dates, or for want of activity."""
    days = st.sampled_from(["01-01", "02-29", "06-30", "12-31"])
    return (
        st.builds(Expiry, months=st.integers(1, 120))
        | st.builds(Expiry, inactivity_months=st.integers(1, 120))
        | st.builds(Expiry, dates=st.lists(days, min_size=1, max_size=3, unique=True).map(tuple))
    )


def pot_rules() -> st.SearchStrategy[PotRule]:
    """One kind of value."""
    return st.builds(
        PotRule,
        id=st.sampled_from(["points", "stamps", "tea-card", "visits"]),
        kind=st.sampled_from(["points", "stamps", "visits"]),
        name=optional(TEXTS),
        expiry=optional(expiries()),
        pending_days=st.sampled_from([0, 0, 1, 14, 366]),
        reminder_days=st.sampled_from([0, 14, 366]),
    )


def _spot(location: Location) -> tuple[float, float]:
    return location.latitude, location.longitude


LOCATIONS = st.lists(
    st.builds(
        Location,
        id=_IDENTIFIERS,
        name=TEXTS,
        # At a pole and at the date line one spot has many names.
        latitude=st.floats(-90, 90, exclude_min=True, exclude_max=True),
        longitude=st.floats(-180, 180, exclude_min=True),
        zone=optional(st.sampled_from(ZONES)),
        text=optional(TEXTS),
    ),
    max_size=3,
    unique_by=(lambda location: location.id, _spot),
).map(tuple)
"""Places of business."""


@st.composite
def filters(draw: Callable[..., Any]) -> Filter:
    """Lines of a basket, none of them both named and left out."""
    if draw(st.booleans()):
        return Filter()
    categories = draw(st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple))
    items = draw(st.lists(st.sampled_from(ITEMS), unique=True).map(tuple))
    cut = draw(st.integers(0, len(categories))), draw(st.integers(0, len(items)))
    return Filter(categories[: cut[0]], items[: cut[1]], categories[cut[0] :], items[cut[1] :])


@st.composite
def earn_rules(draw: Callable[..., Any], pot: st.SearchStrategy[str]) -> EarnRule:
    """Earning per amount, visit or item."""
    per = draw(st.sampled_from(["amount", "visit", "item"]))
    return EarnRule(
        pot=draw(pot),
        # What the largest order brings has to fit, whatever levels and promotions make of it.
        points=draw(POINTS if per == "visit" else st.integers(1, 50)),
        per=per,
        amount=draw(RATES) if per == "amount" else None,
        minimum=draw(MINIMUMS),
        only=draw(filters()),
        free_items=draw(st.booleans()),
    )


def windows() -> st.SearchStrategy[Window]:
    """Recurring hours, also over midnight."""
    times = st.sampled_from(["00:00", "06:30", "15:00", "17:00", "23:59"])
    days = st.lists(st.sampled_from(WEEKDAYS), unique=True).map(tuple)
    return st.builds(Window, days, times, times)


@st.composite
def promotions(draw: Callable[..., Any], pot: str, multiplies: bool) -> Promotion:  # noqa: FBT001
    """A promotion of a pot; only what is earned can be multiplied."""
    bonus = draw(POINTS) if not multiplies or draw(st.booleans()) else None
    factors = st.sampled_from([ONE + 1, 15_000, 20_000, 30_000, 50_000, 100 * ONE])
    return Promotion(
        id=draw(_IDENTIFIERS),
        name=draw(TEXTS),
        pot=pot,
        multiplier=None if bonus else draw(factors),
        bonus=bonus,
        windows=draw(st.lists(windows(), max_size=2).map(tuple)),
        # Far enough apart for every day of the week to come between them.
        first_day=draw(st.sampled_from([None, "2026-01-01", "2026-05-04"])),
        last_day=draw(st.sampled_from([None, "2026-12-31", "2027-02-28"])),
        minimum=draw(MINIMUMS),
        only=draw(filters()),
    )


def promotions_of(names: list[str], fed: list[str]) -> st.SearchStrategy[tuple[Promotion, ...]]:
    """Promotions of any pots."""
    if not names:
        return NONE
    one = st.sampled_from(names).flatmap(lambda pot: promotions(pot, pot in fed))
    return _lists(one, 3, by=lambda promotion: promotion.id)


@st.composite
def caps_of(draw: Callable[..., Any], names: list[str]) -> tuple[Cap, ...]:
    """Caps, the longer the period the higher."""
    caps: list[Cap] = []
    for name in names:
        periods = draw(st.sets(st.sampled_from(["order", "day", "week", "month", "year"])))
        least = 50
        for period in ("order", "day", "week", "month", "year"):
            if period in periods:
                least += draw(st.integers(0, 1000))
                caps.append(Cap(name, period, least))
    return tuple(caps)


def _within(rules: tuple[Any, ...], caps: tuple[Cap, ...]) -> tuple[Any, ...]:
    """Leave out what an order's cap would always refuse."""
    most = {cap.pot: cap.points for cap in caps if cap.period == "order"}
    kept = []
    for rule in rules:
        points = rule.bonus or 0 if isinstance(rule, Promotion) else rule.points
        if points <= most.get(rule.pot, points):
            kept.append(rule)
    fed = {rule.pot for rule in kept}
    if rules and isinstance(rules[0], EarnRule) and fed != {rule.pot for rule in rules}:
        # Promotions may multiply what these earn: keep a rule, within the cap.
        missing = dict.fromkeys(rule.pot for rule in rules if rule.pot not in fed)
        kept += [EarnRule(pot, 1, "visit") for pot in missing]
    return tuple(kept)


@st.composite
def _limits(draw: Callable[..., Any]) -> tuple[Limit, ...]:
    limits: list[Limit] = []
    for action in ("earn", "redeem"):
        periods = draw(st.sets(st.sampled_from(["hour", "day", "week", "month", "year"])))
        most = 1
        for period in ("hour", "day", "week", "month", "year"):
            if period in periods:
                most += draw(st.integers(0, 2))
                limits.append(Limit(action, period, most))
    return tuple(limits)


LIMITS = _limits()
STAFF = st.lists(st.integers(1, 10**6), min_size=3, max_size=3).map(
    lambda numbers: StaffLimits(*sorted(numbers))
)


def rewards_of(names: list[str]) -> st.SearchStrategy[tuple[Reward, ...]]:
    """Rewards for any pots."""
    if not names:
        return NONE
    one = st.builds(Reward, _IDENTIFIERS, st.sampled_from(names), POINTS, TEXTS)
    return _lists(one, 4, by=lambda reward: reward.id)


def money(pot: st.SearchStrategy[str]) -> st.SearchStrategy[PointsAsMoney]:
    """Points that pay."""
    return st.builds(PointsAsMoney, pot, POINTS, AMOUNTS, st.integers(1, ONE), POINTS)


def bonuses(pot: st.SearchStrategy[str]) -> st.SearchStrategy[Bonus]:
    """A gift."""
    return st.builds(Bonus, pot, POINTS)


def referrals(pot: st.SearchStrategy[str]) -> st.SearchStrategy[Referral]:
    """Friends bring friends."""
    return st.builds(Referral, pot, POINTS, POINTS, MINIMUMS)


@st.composite
def tiers(
    draw: Callable[..., Any],
    *,
    earns: bool = True,
    refers: bool = True,
    discounts: bool = True,
) -> Tiers:
    """Levels by any metrics the rest of the program can move."""
    metrics = [
        "spend",
        "visits",
        *(["points"] if earns else []),
        *(["referrals"] if refers else []),
    ]
    levels = [Level("first", draw(TEXTS))]
    for number in range(draw(st.integers(0, 3))):
        used = draw(st.sets(st.sampled_from(metrics), min_size=1))
        below = levels[-1]
        levels.append(
            Level(
                id=f"level-{number}",
                name=draw(TEXTS),
                multiplier=below.multiplier + draw(st.sampled_from([0, 5_000])) * earns,
                discount=below.discount + draw(st.sampled_from([0, 500])) * discounts,
                perks=draw(optional(TEXTS)),
                **{name: (number + 1) * draw(st.sampled_from([1, 5])) for name in sorted(used)},
            )
        )
    levels = _rising(levels)
    window = draw(st.sampled_from(["lifetime", "calendar_year", "rolling"]))
    down = draw(st.sampled_from(["never", "step", "fit"]))
    falls = down != "never"
    lifetime = falls and window == "lifetime"
    return Tiers(
        levels=tuple(levels),
        window=window,
        rolling_months=draw(st.integers(1, 24)) if window == "rolling" else 12,
        down=down,
        grace_months=draw(st.integers(0, 24)) if falls and not lifetime else 0,
        quiet_months=draw(st.integers(1, 24) | (st.nothing() if lifetime else st.none()))
        if falls
        else None,
        warn_days=draw(st.sampled_from([0, 30, 366])) if falls else 30,
    )


def _rising(levels: list[Level]) -> list[Level]:
    """Keep the levels each of which asks for more than those below."""
    kept = levels[:1]
    for level in levels[1:]:
        higher = all(
            threshold is None or all(threshold > (getattr(one, name) or 0) for one in kept)
            for name in ("spend", "visits", "points", "referrals")
            for threshold in (getattr(level, name),)
        )
        kept += [level] if higher else []
    assert all(one.discount <= other.discount for one, other in pairwise(kept))
    return kept


def toml(value: Any) -> str:
    """Return plain data as a TOML document."""
    return "".join(f"{_key(name)} = {_inline(part)}\n" for name, part in value.items())


def _key(name: str) -> str:
    return _inline(name)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_key(name)} = {_inline(one)}" for name, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_inline(part) for part in value) + "]"
    # Strings, integers and booleans look the same in both; DEL alone must be escaped in TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
