"""What the rules of one program say against each other; each fault names both."""

from __future__ import annotations

import difflib
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from loyalty.languages import spoken
from loyalty.money import LARGEST_AMOUNT, LARGEST_ORDER
from loyalty.program.location_checks import locations, zones
from loyalty.program.rules import (
    GIFT_CARD,
    MOST_ITEMS,
    ONE,
    WEEKDAYS,
    Filter,
    Limit,
    Promotion,
    Tiers,
)
from loyalty.program.unseen import acts_unseen
from loyalty.words import is_country, unit_forms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from loyalty.program.rules import Cap, Level, Program, Reward

_LEAP_YEAR = 2024
_WEEK = 7
# The longest that each can be, in minutes: a day and a week in which clocks go back.
_MINUTES = {"hour": 60, "day": 25 * 60, "week": 7 * 24 * 60 + 60}
_PERIODS = ("order", "hour", "day", "week", "month", "year")
_METRICS = ("spend", "visits", "points", "referrals")


def contradictions(program: Program) -> Iterator[str]:
    """Yield a sentence for everything that cannot be, beginning with its path."""
    if program.zone not in zones():
        yield f"zone: {program.zone!r} is not an IANA zone such as Europe/Berlin"
    if not is_country(program.region):
        yield f"region: {program.region!r} is not a country of ISO 3166 such as US"
    yield from _texts(program)
    for path, text in _all_strings(program, ""):
        found = next((letter for letter in text if letter == "\n" or acts_unseen(letter)), None)
        if found is not None:
            yield (
                f"{path}: holds U+{ord(found):04X}, which is no letter but turns or breaks the "
                "text; write it on one line, without"
            )
    yield from locations(program)
    yield from _attributes(program)
    yield from _pots(program)
    yield from _twice(program)
    yield from _earning(program)
    yield from _expiries(program)
    for index, promotion in enumerate(program.promotions):
        yield from _promotion(program, promotion, f"promotions.{index}")
    for index, reward in enumerate(program.rewards):
        yield from _dates(reward, f"rewards.{index}")
    yield from _caps(program)
    yield from _bounds(program)
    yield from _limits(program)
    yield from _staff(program)
    if len({*program.identity}) < len(program.identity):
        yield "identity: names one way of knowing somebody twice"
    if program.tiers:
        yield from _levels(program, program.tiers)
        yield from _going_down(program.tiers)


def _texts(program: Program) -> Iterator[str]:
    """Yield what lacks the first language; of what people agree to, what lacks any."""
    for path, texts in _all_texts(program, ""):
        agreed = path.startswith("consent.")
        for language in program.languages if agreed else program.languages[:1]:
            if language not in texts:
                which = "one of the program's languages" if agreed else "the program's first"
                yield f"{path}: has no text in {language!r}, {which}"


def _all_strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _all_strings(part, f"{path}.{key}")
    elif isinstance(value, tuple | list):
        for index, part in enumerate(value):
            yield from _all_strings(part, f"{path}.{index}")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            inner = f"{path}.{field.name}" if path else field.name
            yield from _all_strings(getattr(value, field.name), inner)


def _all_texts(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _all_texts(part, f"{path}.{index}")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            inner = f"{path}.{field.name}" if path else field.name
            yield from _all_texts(getattr(value, field.name), inner)


def _attributes(program: Program) -> Iterator[str]:
    for index, one in enumerate(program.attributes):
        path = f"attributes.{index}"
        if (one.kind == "choice") != bool(one.choices):
            yield f"{path}: kind and choices contradict each other: a choice has some, others none"
        if one.least > one.most:
            yield f"{path}: least and most contradict each other: {one.least} is above {one.most}"


def _pots(program: Program) -> Iterator[str]:
    pots = [pot.id for pot in program.pots]
    for index, pot in enumerate(program.pots):
        for language, unit in (pot.unit or {}).items():
            own, given = spoken(language), unit_forms(unit)
            wanted, more = len(own.UNIT_FORMS), int(own.BARE_UNIT)
            if not all(given) or not wanted <= len(given) <= wanted + more:
                yield (
                    f"pots.{index}.unit.{language}: {unit!r} must be {wanted} words with commas "
                    f"between them, such as {own.UNIT_EXAMPLE!r}"
                )
    for path, rule in _rules_of_pots(program):
        if rule.pot not in pots:
            yield f"{path}.pot: {unknown(rule.pot, pots, 'pots')}"


def unknown(name: str, known: Collection[str], kind: str) -> str:
    """Return that a name stands for nothing, what is known, and which of it was probably meant."""
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"{name!r} is none of the {kind} {sorted(known)}{meant}"


def _rules_of_pots(program: Program) -> Iterator[tuple[str, Any]]:
    for name in ("earning", "promotions", "caps", "rewards"):
        for index, rule in enumerate(getattr(program, name)):
            yield f"{name}.{index}", rule
    for name in ("points_as_money", "welcome", "birthday", "referral"):
        if getattr(program, name):
            yield name, getattr(program, name)


def _twice(program: Program) -> Iterator[str]:
    tiers = program.tiers
    groups: dict[str, Sequence[str]] = {
        "languages": program.languages,
        "locations": [location.id for location in program.locations],
        "attributes": [one.id for one in program.attributes],
        "pots": [pot.id for pot in program.pots],
        "categories": [goods.id for goods in program.categories],
        "items": [goods.id for goods in program.items],
        "rewards": [reward.id for reward in program.rewards],
        "promotions": [promotion.id for promotion in program.promotions],
        "tiers.levels": [level.id for level in tiers.levels] if tiers else [],
    }
    for index, attribute in enumerate(program.attributes):
        groups[f"attributes.{index}.choices"] = [one.id for one in attribute.choices]
    for index, pot in enumerate(program.pots):
        if pot.expiry:
            groups[f"pots.{index}.expiry.dates"] = pot.expiry.dates
    windows = {
        f"promotions.{index}.windows": one.windows for index, one in enumerate(program.promotions)
    }
    windows |= {f"rewards.{at}.windows": one.windows for at, one in enumerate(program.rewards)}
    windows |= {
        f"locations.{index}.hours": one.hours for index, one in enumerate(program.locations)
    }
    for path, found in windows.items():
        for number, window in enumerate(found):
            groups[f"{path}.{number}.weekdays"] = window.weekdays
    for group, names in groups.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{group}: {name!r} stands there twice"


def _earning(program: Program) -> Iterator[str]:
    for index, rule in enumerate(program.earning):
        path = f"earning.{index}"
        if (rule.per == "amount") != (rule.amount is not None):
            yield (
                f"{path}: per = {rule.per!r} and amount = {rule.amount} do not fit; "
                "an amount goes with per = 'amount' and only with it"
            )
        yield from _filter(rule.only, f"{path}.only")
        yield from _refused(program, rule.pot, rule.points, f"{path}.points")


def _filter(only: Filter, path: str) -> Iterator[str]:
    for named in ("categories", "items"):
        for name in getattr(only, named):
            if name in getattr(only, f"exclude_{named}"):
                yield f"{path}: {name!r} is both in {named} and in exclude_{named}"
    if GIFT_CARD in only.categories:
        yield f"{path}.categories: {GIFT_CARD!r} never earns, so naming it has no effect"


def _refused(program: Program, pot: str, points: int, path: str) -> Iterator[str]:
    """Tell where one step of a rule is more than an order may bring at all."""
    for index, cap in enumerate(program.caps):
        if cap.period == "order" and cap.pot == pot and points > cap.points:
            yield (
                f"{path} = {points} and caps.{index} contradict each other: an order that brings "
                f"more than {cap.points} earns nothing, so the rule never gives any"
            )


def _expiries(program: Program) -> Iterator[str]:
    for index, pot in enumerate(program.pots):
        expiry = pot.expiry
        if expiry is None:
            continue
        given = [name for name in ("months", "dates", "inactivity_months") if getattr(expiry, name)]
        if len(given) > 1:
            yield f"pots.{index}.expiry: {' and '.join(given)} contradict each other; keep one"
        if not given:
            yield f"pots.{index}.expiry: give one of months, dates and inactivity_months"
        for day in expiry.dates:
            if not _is_day(f"{_LEAP_YEAR}-{day}"):
                yield f"pots.{index}.expiry.dates: {day!r} is not a day of the year (MM-DD)"


def of_promotion(program: Program, promotion: Promotion, path: str) -> Iterator[str]:
    """Yield why a promotion that is none of the program's own cannot be one of a member's."""
    yield from _promotion(program, promotion, path)
    beside = replace(program, promotions=(*program.promotions, promotion))
    yield from _bounds(beside)
    for number, window in enumerate(promotion.windows):
        if len({*window.weekdays}) < len(window.weekdays):
            yield f"{path}.windows.{number}.weekdays: a day stands there twice"


def _promotion(program: Program, promotion: Promotion, path: str) -> Iterator[str]:
    if promotion.multiplier is not None and promotion.bonus is not None:
        yield f"{path}: multiplier and bonus contradict each other; keep one"
    if promotion.multiplier is None and promotion.bonus is None:
        yield f"{path}: give a multiplier or a bonus"
    if promotion.multiplier and promotion.pot not in {rule.pot for rule in program.earning}:
        yield (
            f"{path}.multiplier and earning contradict each other: no rule earns "
            f"{promotion.pot!r}, so there is nothing to multiply"
        )
    if promotion.per == "item" and promotion.bonus is None:
        yield f"{path}.per = 'item' and multiplier contradict each other: a bonus goes by items"
    if promotion.bonus:
        yield from _refused(program, promotion.pot, promotion.bonus, f"{path}.bonus")
    yield from _filter(promotion.only, f"{path}.only")
    yield from _dates(promotion, path)


def _dates(promotion: Promotion | Reward, path: str) -> Iterator[str]:
    first, last = promotion.first_day, promotion.last_day
    wrong = [day for day in (first, last) if day and not _is_day(day)]
    for day in wrong:
        yield f"{path}: {day!r} is not a date (YYYY-MM-DD)"
    if not first or not last or wrong:
        return
    if first > last:
        yield f"{path}: first_day {first} is after last_day {last}"
        return
    start, days = date.fromisoformat(first), date.fromisoformat(last).toordinal()
    there = {
        WEEKDAYS[(start + timedelta(ahead)).weekday()]
        for ahead in range(min(_WEEK, days - start.toordinal() + 1))
    }
    for number, window in enumerate(promotion.windows):
        if window.weekdays and not there & set(window.weekdays):
            yield (
                f"{path}.windows.{number}.weekdays and first_day, last_day contradict each other: "
                f"none of these days comes between {first} and {last}"
            )


def _caps(program: Program) -> Iterator[str]:
    for pot in program.pots:
        caps: list[tuple[str, Cap | Limit, int]] = [
            (f"caps.{index}", cap, cap.points)
            for index, cap in enumerate(program.caps)
            if cap.pot == pot.id
        ]
        yield from _ladder(caps)


def _bounds(program: Program) -> Iterator[str]:
    """Tell where the largest order would bring more than can be kept."""
    level = (
        max((one.multiplier for one in program.tiers.levels), default=ONE) if program.tiers else ONE
    )
    for pot in {rule.pot for rule in program.earning}:
        if any((cap.pot, cap.period) == (pot, "order") for cap in program.caps):
            continue
        mine = [one for one in program.promotions if one.pot == pot]
        factor = level * (ONE + sum(one.multiplier - ONE for one in mine if one.multiplier))
        worth = {
            index: {
                "amount": LARGEST_ORDER * rule.points // (rule.amount or 1),
                "item": MOST_ITEMS * rule.points,
                "visit": rule.points,
            }[rule.per]
            for index, rule in enumerate(program.earning)
            if rule.pot == pot
        }
        whole = sum(worth.values()) * factor // ONE**2 + sum(
            (one.bonus or 0) * (MOST_ITEMS if one.per == "item" else 1) for one in mine
        )
        if whole > LARGEST_AMOUNT:
            most = max(worth, key=lambda index: worth[index])
            yield (
                f"earning.{most}.points: the largest order would bring {whole} of {pot!r}, "
                f"more than {LARGEST_AMOUNT}; give fewer, or set a cap per order"
            )


def _limits(program: Program) -> Iterator[str]:
    for action in ("earn", "redeem"):
        limits: list[tuple[str, Cap | Limit, int]] = [
            (f"limits.{index}", limit, limit.count)
            for index, limit in enumerate(program.limits)
            if limit.action == action
        ]
        yield from _ladder(limits)
    wait = program.cool_down_minutes
    for index, limit in enumerate(program.limits):
        if not wait or limit.action != "earn" or limit.period not in _MINUTES:
            continue
        most = -(-_MINUTES[limit.period] // wait)
        if limit.count > most:
            yield (
                f"limits.{index} ({limit.count} {_a(limit.period)}) can never be reached: "
                f"cool_down_minutes = {wait} allows only {most} {_a(limit.period)}"
            )


def _ladder(rules: list[tuple[str, Cap | Limit, int]]) -> Iterator[str]:
    """Tell where a shorter period allows more than a longer one, or one stands twice."""
    ordered = sorted(rules, key=lambda rule: (_PERIODS.index(rule[1].period), rule[2]))
    for (path, shorter, most), (other, longer, allowed) in pairwise(ordered):
        if shorter.period == longer.period:
            yield f"{path} and {other} contradict each other: both speak of {_a(shorter.period)}"
        elif most > allowed:
            yield (
                f"{path} ({most} {_a(shorter.period)}) can never be reached: "
                f"{other} allows only {allowed} {_a(longer.period)}"
            )


def _staff(program: Program) -> Iterator[str]:
    staff = program.staff
    for shorter, longer in pairwise(("at_once", "per_shift", "per_month")):
        most, allowed = getattr(staff, shorter), getattr(staff, longer)
        if most > allowed:
            yield (
                f"staff.{shorter} = {most} can never be reached: staff.{longer} allows {allowed}"
            )


def _levels(program: Program, tiers: Tiers) -> Iterator[str]:
    reached: dict[str, tuple[int, int]] = {}
    for index, level in enumerate(tiers.levels):
        path = f"tiers.levels.{index}"
        thresholds = {name: getattr(level, name) for name in _METRICS if getattr(level, name)}
        if index == 0 and thresholds:
            yield f"{path}: the first level is everybody's and has no threshold"
        if index and not thresholds:
            yield f"{path}: give at least one threshold of {', '.join(_METRICS)}"
        for name, threshold in thresholds.items():
            below, other = reached.get(name, (0, 0))
            if threshold <= below:
                yield (
                    f"{path}.{name}: {threshold} is not above tiers.levels.{other}.{name}, "
                    f"which is {below}"
                )
            reached[name] = (threshold, index)
        yield from _level_and_others(program, level, path)
    for index, (below_it, level) in enumerate(pairwise(tiers.levels), start=1):
        for name in ("multiplier", "discount"):
            if getattr(level, name) < getattr(below_it, name):
                yield (
                    f"tiers.levels.{index}.{name}: {getattr(level, name)} is less than "
                    f"tiers.levels.{index - 1}.{name}, which is {getattr(below_it, name)}"
                )


def _level_and_others(program: Program, level: Level, path: str) -> Iterator[str]:
    if program.discount and level.discount:
        yield f"discount and {path}.discount: both set the discount; keep one"
    if not program.earning and level.multiplier != ONE:
        yield f"{path}.multiplier and earning contradict each other: nothing is earned"
    if not program.earning and level.points:
        yield f"{path}.points and earning contradict each other: nothing is earned"
    if not program.referral and level.referrals:
        yield f"{path}.referrals and referral contradict each other: nobody can bring friends"


def _going_down(tiers: Tiers) -> Iterator[str]:
    usual = Tiers(tiers.levels)
    if tiers.down == "never":
        for name in ("grace_months", "quiet_months", "warn_days"):
            if getattr(tiers, name) != getattr(usual, name):
                yield f"tiers.down = 'never' and tiers.{name} contradict each other"
    elif tiers.window == "lifetime" and tiers.down == "step" and not tiers.quiet_months:
        yield (
            "tiers.down = 'step' and tiers.window = 'lifetime' contradict each other: "
            "what counts for ever falls only where it is paid back, and then at once; "
            "set quiet_months, another window, or down = 'fit'"
        )
    elif tiers.window == "lifetime" and tiers.grace_months:
        yield (
            "tiers.grace_months and tiers.window = 'lifetime' contradict each other: "
            "what counts for ever never falls off, and a quiet time has no grace"
        )
    if tiers.window != "rolling" and tiers.rolling_months != usual.rolling_months:
        yield f"tiers.rolling_months and tiers.window = {tiers.window!r} contradict each other"


def _a(period: str) -> str:
    return f"an {period}" if period in {"hour", "order"} else f"a {period}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
