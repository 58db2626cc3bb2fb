"""What customers and staff are told, the sentences that matter most first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from loyalty import words
from loyalty.program.describe.levels import levels
from loyalty.program.describe.promotions import dates_said, promotions, times_said
from loyalty.program.describe.speaker import Speaker
from loyalty.program.describe.staff import staff
from loyalty.program.rules import ONE, Basis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyalty.languages import Language
    from loyalty.program.rules import EarnRule, PointsAsMoney, Program, Referral, Reward

Audience = Literal["customer", "staff"]

_SHORT_CATALOGUE = 3


def describe(
    program: Program, language: Language, audience: Audience = "customer"
) -> tuple[str, ...]:
    """Return the program in sentences.

    Parameters
    ----------
    language
        What the program does not speak is said with its names in its first language.
    audience
        ``customer``: what somebody who collects should know, for the join page and the card.
        ``staff``: the same and what is needed at the till; a page at most.
    """
    speaker = Speaker(program, language)
    texts = [*_customer(speaker)]
    if audience == "staff":
        texts += staff(speaker)
    return tuple(words.sentence(text) for text in texts)


def on_the_wall(program: Program, language: Language) -> tuple[str, ...]:
    """Return what staff are told, but not what each may give: whoever passes may read it."""
    speaker = Speaker(program, language)
    texts = [*_customer(speaker), *staff(speaker, limits=False)]
    return tuple(words.sentence(text) for text in texts)


def of_a_friend(program: Program, language: Language, *, brought: bool) -> str:
    """Return what a friend and who brings them get; empty where nobody gets anything.

    ``brought``: said to the friend, who joins, and not to who brings them.
    """
    if program.referral is None:
        return ""
    key = "referral.brought" if brought else "referral"
    return words.sentence(_both_get(Speaker(program, language), program.referral, key))


def to_a_friend(program: Program, language: Language) -> str:
    """Return the same as who brings a friend writes it to them."""
    if program.referral is None:
        return ""
    said = _both_get(Speaker(program, language), program.referral, "referral.invited")
    return words.sentence(said)


def sections(speaker: Speaker) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every section of what is said, by its name, with its sentences; staff's is the last."""
    for name, said in _SECTIONS.items():
        yield name, tuple(words.sentence(text) for text in said(speaker))
    yield "staff", tuple(words.sentence(text) for text in staff(speaker))


def _customer(speaker: Speaker) -> Iterator[str]:
    for said in _SECTIONS.values():
        yield from said(speaker)


def _earnings(speaker: Speaker) -> Iterator[str]:
    for rule in speaker.program.earning:
        yield _earning(speaker, rule)


def _moneys(speaker: Speaker) -> Iterator[str]:
    if speaker.program.points_as_money:
        yield _money(speaker, speaker.program.points_as_money)


def _discounts(speaker: Speaker) -> Iterator[str]:
    discount = speaker.program.discount
    if discount:
        yield speaker.phrase("discount", percent=speaker.percent(discount.basis_points))


def _earning(speaker: Speaker, rule: EarnRule) -> str:
    share = _share(speaker, rule)
    if share is not None:
        return speaker.phrase(
            "earn.share",
            percent=speaker.percent(share),
            on=speaker.on(rule.only, "earn.share.on"),
            minimum=speaker.minimum(rule.minimum, rule.only),
        )
    return speaker.phrase(
        f"earn.{rule.per}",
        points=speaker.counted(rule.pot, rule.points),
        each=words.each(speaker.language, rule.amount or 1, speaker.program.currency),
        on=speaker.on(rule.only, f"earn.{rule.per}.on"),
        minimum=speaker.minimum(rule.minimum, rule.only),
    )


def _share(speaker: Speaker, rule: EarnRule) -> int | None:
    """Return which part of a bill comes back, in basis points, where that can be said so."""
    money = speaker.program.points_as_money
    if money is None or rule.per != "amount" or not rule.amount or not speaker.in_money(rule.pot):
        return None
    share, rest = divmod(rule.points * money.amount * ONE, rule.amount * money.points)
    return None if rest else share


def _basis(speaker: Speaker) -> Iterator[str]:
    program = speaker.program
    parts = basis_parts(speaker)
    if parts and any(rule.per == "amount" for rule in program.earning):
        yield speaker.phrase("basis", parts=words.listing(speaker.language, parts))


def basis_parts(speaker: Speaker) -> list[str]:
    """Return in what the program's basis differs from what everybody expects."""
    basis, usual = speaker.program.basis, Basis()
    return [
        speaker.phrase(f"basis.{name}")
        for name in ("discount", "tax", "tips")
        if getattr(basis, name) != getattr(usual, name)
    ]


def _rewards(speaker: Speaker) -> Iterator[str]:
    texts = [
        speaker.phrase(
            "reward",
            reward=reward.name[speaker.language],
            points=speaker.counted(reward.pot, reward.price),
            dates=dates_said(speaker, reward),
            times=times_said(speaker, reward),
            most=_most(speaker, reward),
            stock=speaker.phrase("reward.stocked") if reward.stocked else "",
        )
        for reward in speaker.program.rewards
    ]
    if speaker.program.lowered_bills == "nothing":
        yield speaker.phrase("lowered_bills")
    if len(texts) < _SHORT_CATALOGUE:
        yield from texts
    else:
        yield "; ".join(texts)


def _most(speaker: Speaker, reward: Reward) -> str:
    if reward.per_member is None:
        return ""
    said = "reward.once" if reward.per_member == 1 else "reward.most"
    return speaker.phrase(said, number=words.integer(speaker.language, reward.per_member))


def _money(speaker: Speaker, rule: PointsAsMoney) -> str:
    least = "money.minimum" if rule.minimum > 1 else None
    said, share = "money", "money.all" if rule.share == ONE else "money.share"
    if speaker.in_money(rule.pot):
        said, share = "money.itself", share.replace("money.", "money.itself.")
    return speaker.phrase(
        said,
        points=speaker.counted(rule.pot, rule.points),
        amount=speaker.money(rule.amount),
        share=speaker.phrase(share, percent=speaker.percent(rule.share)),
        minimum=speaker.phrase(least, points=speaker.counted_of(rule.pot, rule.minimum))
        if least
        else "",
    )


def _expiries(speaker: Speaker) -> Iterator[str]:
    said = set()
    for pot in speaker.program.pots:
        expiry = pot.expiry
        alike = [one.expiry for one in speaker.program.pots if one.kind == pot.kind]
        # One sentence where all pots of a kind end alike.
        named = speaker.has_unit(pot) or speaker.in_money(pot.id) or set(alike) != {expiry}
        noun = speaker.noun(pot) if named else speaker.phrase(f"noun.{pot.kind}")
        if expiry is None or (noun, expiry) in said:
            continue
        said.add((noun, expiry))
        of_money = ".money" if speaker.in_money(pot.id) else ""
        if expiry.months:
            months = speaker.plural("months", expiry.months)
            yield speaker.phrase(f"expiry.months{of_money}", noun=noun, months=months)
        elif expiry.inactivity_months:
            months = speaker.plural("months", expiry.inactivity_months)
            yield speaker.phrase(f"expiry.inactivity{of_money}", noun=noun, months=months)
        else:
            days = [words.day_of_year(speaker.language, day) for day in sorted(expiry.dates)]
            listed = words.listing(speaker.language, days)
            yield speaker.phrase(f"expiry.dates{of_money}", noun=noun, days=listed)


def _gifts(speaker: Speaker) -> Iterator[str]:
    program = speaker.program
    for name in ("welcome", "birthday"):
        bonus = getattr(program, name)
        if bonus:
            yield speaker.phrase(name, points=speaker.counted(bonus.pot, bonus.points))
    if program.referral:
        yield _both_get(speaker, program.referral, "referral")


def _both_get(speaker: Speaker, referral: Referral, key: str) -> str:
    least = speaker.money(referral.minimum)
    return speaker.phrase(
        key,
        referrer=speaker.counted(referral.pot, referral.referrer),
        friend=speaker.counted(referral.pot, referral.friend),
        minimum=speaker.phrase("referral.minimum", amount=least) if referral.minimum else "",
    )


def _pending(speaker: Speaker) -> Iterator[str]:
    said = set()
    for pot in speaker.program.pots:
        money = speaker.in_money(pot.id)
        own = money or speaker.has_unit(pot)
        kind = pot.id if own else pot.kind
        if pot.pending_days and (kind, pot.pending_days) not in said:
            said.add((kind, pot.pending_days))
            time = speaker.plural("days", pot.pending_days)
            unit = "pending.money" if money else "pending.unit"
            key = unit if own else f"pending.{pot.kind}"
            yield speaker.phrase(key, time=time, noun=speaker.noun(pot))


def _limits(speaker: Speaker) -> Iterator[str]:
    program = speaker.program
    caps = [
        f"{speaker.counted_of(cap.pot, cap.points)} {speaker.phrase(f'a.{cap.period}')}"
        for cap in program.caps
        if cap.period != "order"
    ]
    if caps:
        yield speaker.phrase("cap", caps=words.listing(speaker.language, caps))
    for cap in program.caps:
        if cap.period == "order":
            yield speaker.phrase("cap.order", points=speaker.counted_of(cap.pot, cap.points))
    for action, noun in (("earn", "purchases"), ("redeem", "often")):
        found = limits_of(speaker, action, noun)
        if found:
            yield speaker.phrase(f"limit.{action}", limits=found)
    if program.cool_down_minutes:
        time = words.span(speaker.language, program.cool_down_minutes)
        yield speaker.phrase("cool_down", time=time)


def limits_of(speaker: Speaker, action: str, noun: str) -> str:
    """Return ``1 purchase a day and 5 purchases a week``; empty without such limits."""
    found = [
        f"{speaker.plural(noun, limit.count)} {speaker.phrase(f'a.{limit.period}')}"
        for limit in speaker.program.limits
        if limit.action == action
    ]
    return words.listing(speaker.language, found) if found else ""


_SECTIONS: Mapping[str, Callable[[Speaker], Iterator[str]]] = {
    "earning": _earnings,
    "rewards": _rewards,
    "money": _moneys,
    "expiries": _expiries,
    "discount": _discounts,
    "levels": levels,
    "promotions": promotions,
    "gifts": _gifts,
    "basis": _basis,
    "pending": _pending,
    "limits": _limits,
}
"""What customers are told, in this order."""
