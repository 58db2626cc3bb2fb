"""What an owner asks the worker behind the inbox to do at a till's address: a trial, a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from loyalty.store import till_watch
from loyalty.store.till_watch import Trial

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.store.tables import Tables


class Inbox(Protocol):
    """Where what has to be done is put."""

    def put(self, message: dict[str, Any]) -> None:
        """Keep one message."""


def test(tables: Tables, inbox: Inbox, endpoint: Endpoint, name: str, now: datetime) -> None:
    """Have a trial sent; ``name`` is random letters by which it is known again."""
    asked = int(now.timestamp())
    till_watch.put_trial(tables, endpoint.program, endpoint.id, Trial(name, asked))
    inbox.put({"endpoint": endpoint.id, "trial": name, "asked": asked})


def replay(inbox: Inbox, endpoint: Endpoint, since: datetime, until: datetime) -> None:
    """Have the messages worked on again that were worked on between two instants."""
    inbox.put({"endpoint": endpoint.id, "replay": span(since, until)})


def catch_up(inbox: Inbox, endpoint: Endpoint, since: datetime, until: datetime) -> None:
    """Have the vendor asked for what changed between two instants."""
    inbox.put({"endpoint": endpoint.id, **span(since, until)})


def poll(inbox: Inbox, endpoint: Endpoint, since: datetime, until: datetime, mark: int) -> None:
    """Do the same by the clock.

    ``mark`` is the second up to which the vendor was asked before: where it does not answer, the
    next poll begins there, and this message has no need to come again.
    """
    inbox.put({"endpoint": endpoint.id, **span(since, until), "mark": mark})


def span(since: datetime, until: datetime) -> dict[str, str]:
    """Return a time as our messages write it."""
    return {"since": since.isoformat(), "until": until.isoformat()}
