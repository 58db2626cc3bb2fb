"""What every act of staff leaves behind: a line of who did what, and a count against limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.core.calendar import period
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.ledger.act import Act
from loyalty.refusals import Refusal
from loyalty.store import deed_log, membership
from loyalty.store.deed_log import Deed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.order import OrderKey
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

_ANY = 2**62


def recorded(  # noqa: PLR0917
    act: Act,
    kind: str,
    member: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
    private: tuple[str, ...] = (),
) -> list[Write]:
    """Return the writes that keep an act: its line, and the reason apart from it.

    What nobody did by hand leaves nothing. ``private``: names that the line with the key, which
    outlives the member, does not tell of.
    """
    if act.automatic:
        return []
    deed = Deed(act.program, member, act.key, kind, act.id, now, before, after, act.location)
    note = membership.put_note(act.program, member, (kind, act.key, act.id), act.reason)
    lasting = replace(deed, before=_without(before, private), after=_without(after, private))
    return [
        deed_log.put_by_member(deed),
        deed_log.put_by_key(lasting),
        *([note] if act.reason else []),
    ]


def _without(values: Mapping[str, Any], private: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in private}


def recorded_by_key(  # noqa: PLR0917
    act: Act,
    kind: str,
    member: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> list[Write]:
    """Return the write of an act's line on the side of its key alone: of the member all goes."""
    if act.automatic:
        return []
    deed = Deed(act.program, member, act.key, kind, act.id, now, before, after, act.location)
    return [deed_log.put_by_key(deed)]


def claimed(
    program: Program, change: Change, order: OrderKey, actor: str, now: datetime
) -> list[Write]:
    """Return the writes that keep that somebody has claimed an order for a member, if with a key.

    The order is what makes it one act: it is claimed once.
    """
    kind, _, key = actor.partition(":")
    if kind != "key":
        return []
    account = change.before
    named = {"source": order.source, "order": order.id}
    before = {**standing(program, account, now), **named, "member": None}
    after = {**standing(program, change.decision.account, now), **named, "member": account.member}
    act = Act(order.program, key, f"{order.source}#{order.id}", "")
    return recorded(act, "claim", account.member, before, after, now)


def within_limits(
    books: Books, program: Program, act: Act, now: datetime, points: int = 0
) -> list[Write]:
    """Return the writes that count an act, and what it gives, against its key's hour, shift, month.

    The program's limits count, and those of the key where they are narrower.

    Raises
    ------
    Refusal
        ``limit_reached``: ``at_once``, ``per_shift``, ``per_month`` or ``acts_per_hour``.
    """
    if act.automatic:
        return []
    limits = {
        name: min(getattr(program.staff, name), act.limits.get(name, _ANY))
        for name in ("at_once", "acts_per_hour", "per_shift", "per_month")
    }
    if points > limits["at_once"]:
        raise _limit_reached("at_once", limits["at_once"])
    writes: list[Write] = []
    for length, name, more in (
        ("hour", "acts_per_hour", 1),
        ("day", "per_shift", points),
        ("month", "per_month", points),
    ):
        if not more:
            continue
        number = period(now, program.zone, length)  # type: ignore[arg-type]
        given = membership.read_given(books.tables, act.program, act.key, length, number)
        following = (given or 0) + more
        if following > limits[name]:
            raise _limit_reached(name, limits[name])
        writes.append(
            membership.count_given(act.program, act.key, (length, number), given, following)
        )
    return writes


def standing(program: Program, account: Account, now: datetime, *pots: str) -> dict[str, int]:
    """Return the balances of these pots (all, if none are named) of an account as it is now."""
    draft = Draft(program, account, now)
    settle(draft)
    return {pot: draft.account.balance(pot) for pot in pots or sorted(draft.account.pots)}


def _limit_reached(limit: str, most: int) -> Refusal:
    return Refusal("too_many", "limit_reached", f"The limit {limit} is {most}.")
