"""What rings for those of whom others have to be told something."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from functions.wiring import environment, queues, storage
from loyalty.outgoing import bells
from loyalty.store import campaign_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.outgoing.bells import Asked, Bell


_SECONDS = 30


def ring_campaigns(members: Iterable[tuple[str, str]]) -> int:
    """Ring for those of these (program, member) whose program has campaigns that wait for events.

    A campaign that was started in this half minute may be told of later: it looks by itself.
    """
    moment = int(environment.now().timestamp()) // _SECONDS
    heard = [one for one in dict.fromkeys(members) if _listens(one[0], moment)]
    if heard:
        queues.campaigns_queue().ring(heard)
    return len(heard)


@lru_cache(maxsize=256)
def _listens(program: str, _: int) -> bool:
    return campaign_book.listens(storage.tables(), program)


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
