"""What rings for those of whom others have to be told something."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import queues, storage
from loyalty.outgoing import bells
from loyalty.store import campaign_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.outgoing.bells import Asked, Bell


@cache
def _hearing() -> set[str]:
    """Return the programs whose campaigns wait for events, as this process has seen."""
    return set()


def ring_campaigns(members: Iterable[tuple[str, str]]) -> int:
    """Ring for those of these (program, member) whose program has campaigns that wait for events.

    That they do is remembered, and never unlearned; that nobody does is not: the first sale after
    an owner has begun something would be heard of a day late.
    """
    found, hearing = list(dict.fromkeys(members)), _hearing()
    for program in {program for program, _ in found} - hearing:
        if campaign_book.listens(storage.tables(), program):
            hearing.add(program)
    heard = [one for one in found if one[0] in hearing]
    if heard:
        queues.campaigns_queue().ring(heard)
    return len(heard)


def ring_answers(found: Iterable[Asked], change: str) -> int:
    """Ring for those of these answers whose program has a receiver; return how many that are.

    ``change`` tells one bell of an answer from the next.
    """
    wanted = list(found)
    heard = bells.heard(storage.tables(), ((program, "", 0) for program, _, _ in wanted))
    programs = {program for program, _, _ in heard}
    mine = [one for one in wanted if one[0] in programs]
    if mine:
        queues.telling_queue().put_answers(mine, change)
    return len(mine)


def ring(found: Iterable[Bell]) -> int:
    """Ring for those of these whose program has a receiver; return how many that are."""
    heard = bells.heard(storage.tables(), found)
    if heard:
        queues.telling_queue().put(heard)
    return len(heard)
