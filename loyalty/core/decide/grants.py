"""Decide on what people give: adjustments, gifts, bonuses, transfers, merges, goodbyes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from loyalty.core import personal, supply, tier_review
from loyalty.core.account import NEVER
from loyalty.core.decide.spending import declined
from loyalty.core.draft import Decision
from loyalty.core.settle import settle

if TYPE_CHECKING:
    from loyalty.core.account import Account, Cause, Personal
    from loyalty.core.draft import Draft


@dataclass(frozen=True, slots=True)
class Adjust:
    """Set a mistake right: more or less of a pot. The reason is kept with the fact.

    ``also`` are (pot, points) of further pots, each another one: all of them happen, or none.
    """

    fact: str
    pot: str
    points: int
    actor: str
    also: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """Give value: a staff gift, a stamp, a welcome, a birthday; ``also`` as of `Adjust`."""

    cause: Cause
    fact: str
    pot: str
    points: int
    actor: str
    also: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Promote:
    """Give a member a promotion that counts for their purchases alone, for a time."""

    fact: str
    actor: str
    promotion: Personal


@dataclass(frozen=True, slots=True)
class Leave:
    """Give everything away: the account of a member who is merged into another, or erased.

    ``points`` and ``pot`` limit it to a transfer of so much; None gives all and closes. ``empty``:
    only if nothing would be lost by it.
    """

    cause: Cause
    fact: str
    actor: str
    pot: str | None = None
    points: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Let the card neither earn nor spend, or (``paused`` False) let it again."""

    fact: str
    actor: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Receive:
    """Take over what another account left: its lots, and figures when merged.

    Lots are (pot, second of activation or 0, bucket, amount): what waits goes on waiting.
    """

    cause: Cause
    fact: str
    actor: str
    lots: tuple[tuple[str, int, int, int], ...]
    merged: Account | None = None


def adjust(draft: Draft, command: Adjust) -> Decision:
    """Decide on an adjustment; taking more than is there is refused."""
    values = _values(draft, command)
    for pot, points in values:
        available = draft.account.pot(pot).available
        if points < 0 and available < -points:
            named = {"pot": pot} if command.also else {}
            return declined(
                draft, "insufficient_balance", balance=available, price=-points, **named
            )
    for pot, points in values:
        if points < 0:
            draft.spend("adjust", pot, -points)
        else:
            _, bucket = draft.home(pot, draft.now)
            draft.credit("adjust", pot, points, bucket)
    answer = {"outcome": "adjusted", "balance": draft.account.balance(command.pot)}
    answer |= _also(draft, command)
    return draft.close(kind="adjust", fact=command.fact, actor=command.actor, answer=answer)


def grant(draft: Draft, command: Grant) -> Decision:
    """Decide on a gift or bonus: spendable at once."""
    for pot, points in _values(draft, command):
        _, bucket = draft.home(pot, draft.now)
        draft.credit(command.cause, pot, points, bucket)
    answer = {
        "outcome": "given",
        "points": command.points,
        "balance": draft.account.balance(command.pot),
        **_also(draft, command),
    }
    return draft.close(kind=command.cause, fact=command.fact, actor=command.actor, answer=answer)


def promote(draft: Draft, command: Promote) -> Decision:
    """Decide on a promotion of the member's own; the same once more changes nothing."""
    personal.give(draft, "promotion", command.promotion)
    answer = {"outcome": "promoted", "until": command.promotion.until}
    return draft.close(kind="promotion", fact=command.fact, actor=command.actor, answer=answer)


def _values(draft: Draft, command: Adjust | Grant) -> tuple[tuple[str, int], ...]:
    """Return what a command does to which pot; raises LookupError for one that is none."""
    values = (command.pot, command.points), *command.also
    for pot, _ in values:
        if draft.program.pot(pot) is None:
            raise LookupError(pot)
    if len({pot for pot, _ in values}) < len(values):
        raise ValueError("a pot is named once in an act")
    return values


def _also(draft: Draft, command: Adjust | Grant) -> dict[str, Any]:
    """Return what is answered of further pots: pot, points, balance."""
    told = [[pot, points, draft.account.balance(pot)] for pot, points in command.also]
    return {"also": told} if told else {}


def leave(draft: Draft, command: Leave) -> Decision:
    """Decide on giving away; the answer lists the lots that the other side receives."""
    if command.pot is not None:
        available = draft.account.pot(command.pot).available
        if available < command.points:
            return declined(draft, "insufficient_balance", balance=available, price=command.points)
        lots = [
            (command.pot, 0, bucket, amount)
            for bucket, amount in draft.spend(command.cause, command.pot, command.points)
        ]
    else:
        if command.empty and (value := _value(draft.account)):
            return declined(draft, "value_left", value=value)
        lots = _everything(draft, command.cause)
        draft.post(command.cause, "", "closed", 1 - draft.account.closed)
    answer = {"outcome": "left", "lots": [list(lot) for lot in lots]}
    return draft.close(kind=command.cause, fact=command.fact, actor=command.actor, answer=answer)


def pause(draft: Draft, command: Pause) -> Decision:
    """Decide on pausing or resuming; where it is so already, that is the answer, too."""
    kind: Cause = "pause" if command.paused else "resume"
    answer = {"outcome": "paused" if command.paused else "resumed"}
    if bool(draft.account.paused) == command.paused:
        return Decision(draft.before, None, answer)
    draft.post(kind, "", "paused", int(command.paused) - draft.account.paused)
    return draft.close(kind=kind, fact=command.fact, actor=command.actor, answer=answer)


def _value(account: Account) -> dict[str, int]:
    """Return what an account holds that could be spent now or later, by pot."""
    names = sorted(
        {*account.pots, *(pot for one in account.holds.values() for pot, *_ in one.lots)}
    )
    value = {name: account.balance(name) + account.pot(name).waiting for name in names}
    return {name: points for name, points in value.items() if points}


def receive(draft: Draft, command: Receive) -> Decision:
    """Decide on taking over; expiry stays as it was, debts and fractions come along."""
    for pot, active, bucket, amount in command.lots:
        if active:
            draft.post(command.cause, pot, "pending", amount, bucket, at=active)
        else:
            draft.credit(command.cause, pot, amount, bucket)
    if command.merged is not None:
        _take_over(draft, command.cause, command.merged)
    # What a hold reserved may have outlived its time.
    settle(draft)
    answer = {"outcome": "received"}
    return draft.close(kind=command.cause, fact=command.fact, actor=command.actor, answer=answer)


def _everything(draft: Draft, cause: Cause) -> list[tuple[str, int, int, int]]:
    """Take all that an account holds, also what is pending, held or owed."""
    lots = []
    for name in sorted(draft.account.holds):
        hold = draft.account.holds[name]
        for pot, bucket, amount in hold.lots:
            draft.post(cause, pot, "held", -amount, bucket, ref=name)
            lots.append((pot, 0, bucket, amount))
        supply.let_go(draft, cause, hold)
        for limit, number in hold.room:
            draft.post(cause, "", "room", -1, at=number, ref=f"{name}#{limit}")
        draft.post(cause, "", "hold", -hold.deadline, ref=name)
    for name, pot_now in sorted(draft.account.pots.items()):
        for active, bucket, amount in pot_now.pending:
            draft.post(cause, name, "pending", -amount, bucket, at=active)
            lots.append((name, active, bucket, amount))
        for bucket, amount in pot_now.lots:
            draft.post(cause, name, "lot", -amount, bucket)
            lots.append((name, 0, bucket, amount))
        draft.post(cause, name, "debt", -pot_now.debt)
        draft.post(cause, name, "remainder", -pot_now.remainder)
    for one in draft.account.personal:
        personal.take_away(draft, cause, one)
    return lots


def _take_over(draft: Draft, cause: Cause, other: Account) -> None:
    for name, pot in sorted(other.pots.items()):
        owed = min(pot.debt, draft.account.pot(name).available)
        if owed:
            draft.spend(cause, name, owed)
        draft.post(cause, name, "debt", pot.debt - owed)
        remainder = draft.account.pot(name).remainder + pot.remainder
        whole = int(remainder)
        draft.post(cause, name, "remainder", pot.remainder - whole)
        draft.post(cause, name, "cut", pot.cut)
        draft.credit(cause, name, whole, draft.home(name, draft.now)[1] or NEVER)
    for name, periods in sorted(other.caps.items()):
        for number, (summed, limit) in sorted(periods.items()):
            mine, most = draft.account.capped(name, number)
            # Together they keep what each was credited, and are worth no more than that.
            credited = min(mine, Fraction(most)) + min(summed, Fraction(limit))
            together = max(most, limit, ceil(credited))
            draft.post(cause, "", "raw", summed, at=number, ref=name)
            draft.post(cause, "", "cap", together - most, at=number, ref=name)
    for number, month in sorted(other.months.items()):
        draft.post(cause, "", "spend", month.spend, at=number)
        draft.post(cause, "", "visits", month.visits, at=number)
        draft.post(cause, "", "earned", month.earned, at=number)
    older = other.months.values()
    draft.post(cause, "", "spend", other.spend - sum(one.spend for one in older))
    draft.post(cause, "", "visits", other.visits - sum(one.visits for one in older))
    draft.post(cause, "", "earned", other.earned - sum(one.earned for one in older))
    draft.post(cause, "", "referrals", other.referrals)
    for one in other.personal:
        personal.give(draft, cause, one)
    for name, (period, count) in sorted(other.counters.items()):
        draft.post(cause, "", "counter", count, at=period, ref=name)
    tier_review.review(draft, int(draft.now.timestamp()))
