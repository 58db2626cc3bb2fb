"""Calendars that are asked for by the clock."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import environment, storage, tills

if TYPE_CHECKING:
    from loyalty.outgoing.posting import Poster
    from loyalty.tills.bridges.following import Following
    from loyalty.tills.incoming import Sender


def following(sender: Sender) -> Following | None:
    """Return what follows the calendar of an endpoint; None where its address is not kept.

    Raises
    ------
    LookupError
        It is kept, and could not be read.
    """
    url = tills.kept(sender.endpoint).get("token")
    if not isinstance(url, str) or not url:
        if sender.endpoint.token:
            raise LookupError("the address of a calendar is not there")
        return None
    # Few shops have a calendar, and what reads one is slow to load.
    from loyalty.tills.bridges import calendar_feed, following  # noqa: PLC0415

    return following.Following(storage.tables(), _poster(), calendar_feed.look, sender, url)


@cache
def _poster() -> Poster:
    from loyalty.outgoing.posting import Poster  # noqa: PLC0415

    return Poster(local=environment.configuration().development)
