"""What rings for those of whom others have to be told something."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from functions.wiring import environment, queues, storage
from loyalty.outgoing import bells
from loyalty.store import campaign_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.outgoing.bells import Bell


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


def ring(found: Iterable[Bell]) -> int:
    """Ring for those of these whose program has a receiver; return how many that are."""
    heard = bells.heard(storage.tables(), found)
    if heard:
        queues.telling_queue().put(heard)
    return len(heard)
