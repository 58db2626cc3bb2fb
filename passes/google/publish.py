"""Bring a Google object to the state of its card, whoever else is writing at the same time.

Google has no optimistic locking: the last PATCH wins, even when it carries older content. Two
parties write the same object here (the click on "Add to Google Wallet" and the worker of the
queue), so each follows one rule: read the card, send its full state, read the card once more, and
send again when it moved meanwhile. Whoever writes last has then read after the other's write was
sent, and so writes the last state.

What the rule cannot cover: a request that we gave up on after a time-out and that Google carries
out much later, after our repetition; and a process that ends between sending and reading again.
The first is mended by the card's next change, the second by the queue's redelivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from passes.google.failures import AlreadyThereError, NotThereError
from passes.google.objects import patch_of

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

ROUND_LIMIT: Final = 5
SEND_LIMIT: Final = 4
"""Requests for one round: more than two only when Google contradicts itself."""


class StillMovingError(Exception):
    """The card changed during every round; the object may be one change behind. Try again."""


class ObjectClient(Protocol):
    """The part of the Wallet client that publishing needs."""

    def insert_object(self, body: Json) -> Json: ...
    def patch_object(self, body: Json) -> Json: ...


class ClassClient(Protocol):
    """The part of the Wallet client that makes classes."""

    def insert_class(self, body: Json) -> Json: ...
    def patch_class(self, body: Json) -> Json: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card's version and the object that shows it, from one strongly consistent read."""

    version: int
    body: Json


def publish(
    read: Callable[[], Drawn | None],
    client: ObjectClient,
    create_class: Callable[[], None],
    *,
    first_save: bool = False,
    notify: bool = False,
    rounds: int = ROUND_LIMIT,
) -> Drawn | None:
    """Send the card's current state until it did not move while it was sent.

    Parameters
    ----------
    read
        Reads the card as it is now, strongly consistent; None when there is no such card.
    create_class
        Called when Google says that the object's class does not exist.
    first_save
        Try an insert before a PATCH: on the first click there is usually no object yet.
    notify
        Ask Google to notify the card's owner, in the first request only.

    Returns
    -------
    Drawn | None
        The state that Google has now; None when there is no such card and nothing was sent.

    Raises
    ------
    StillMovingError
        The card moved in each of `rounds` rounds.
    GoogleError
        As the client raises it; sending may have happened.
    """
    drawn = read()
    if drawn is None:
        return None
    for number in range(rounds):
        _send(
            drawn.body,
            client,
            create_class,
            insert_first=first_save and number == 0,
            notify=notify and number == 0,
        )
        again = read()
        if again is None or again.version == drawn.version:
            return drawn
        drawn = again
    raise StillMovingError(
        f"the card changed during each of {rounds} rounds of publishing: its next message, or a "
        "repetition of this one, brings the object up to date"
    )


def create_or_patch_class(body: Json, client: ClassClient) -> None:
    """Create a class; one that exists is brought to `body`."""
    try:
        client.insert_class(body)
    except AlreadyThereError:
        # A banner that the design no longer has is taken away.
        client.patch_class({"heroImage": None} | body)


def _send(
    body: Json,
    client: ObjectClient,
    create_class: Callable[[], None],
    *,
    insert_first: bool,
    notify: bool,
) -> None:
    """Insert or PATCH, whichever Google's answer asks for.

    A PATCH that finds nothing becomes an insert; an insert that finds the id taken becomes a
    PATCH, because somebody else inserted meanwhile, perhaps with an older state.
    """
    insert = insert_first
    for attempt in range(1, SEND_LIMIT + 1):
        try:
            if insert:
                _insert(body, client, create_class)
            else:
                client.patch_object(patch_of(body, notify=notify))
        except AlreadyThereError:
            insert = False
            if attempt == SEND_LIMIT:
                raise
        except NotThereError:
            insert = True
            if attempt == SEND_LIMIT:
                raise
        else:
            return


def _insert(body: Json, client: ObjectClient, create_class: Callable[[], None]) -> None:
    try:
        client.insert_object(body)
    except NotThereError:
        # Only a missing class answers 404 to an insert.
        create_class()
        client.insert_object(body)
