"""Messages of tills that were worked on: keeping them, and working on them again."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.aws.time_left import DEADLINE
from functions.wiring import environment, inbox, queues
from loyalty.store.dynamodb import LONGEST_ATTEMPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PAGE = 100
_ENOUGH_TIME = LONGEST_ATTEMPT + 1
"""Seconds that must be left to put another batch's messages into the queue."""


def keep(messages: Iterable[Mapping[str, Any]]) -> None:
    """Keep the messages that a batch has worked on, all of an endpoint's together."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for message in messages:
        found.setdefault(str(message["endpoint"]), []).append(message)
    now = environment.now()
    for endpoint, worked in found.items():
        inbox.worked().put(endpoint, now, secrets.token_hex(8), worked)


def step(endpoint: str, asked: Mapping[str, str]) -> int:
    """Put what was worked on in a time into the inbox again; return how many messages.

    Messages are marked as replayed. What does not fit into one invocation is left to the next one,
    by a message of our own that says where to go on. A step that fails is taken again from its
    beginning: a message that comes twice counts once.
    """
    since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    after, count = asked.get("after", ""), 0
    names = inbox.worked().listed(endpoint, since, until, after, _PAGE)
    for name in names:
        if count and DEADLINE.left < _ENOUGH_TIME:
            break
        for message in inbox.worked().get(name):
            queues.inbox().put({**message, "replayed": True})
            count += 1
        after = name
    if names and (after != names[-1] or len(names) == _PAGE):
        queues.inbox().put({"endpoint": endpoint, "replay": {**asked, "after": after}})
    return count
