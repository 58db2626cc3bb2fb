"""Bring a Google object to the state of its card, whoever else is writing at the same time.

Google has no optimistic locking: the last PATCH wins, even when it carries older content. Two
parties write the same object here (the click on "Add to Google Wallet" and the worker of the
queue), so each follows one rule: read the card, send its full state, read the card once more, and
send again when it moved meanwhile. Whoever writes last has then read after the other's write was
sent, and so writes the last state.

What the rule alone cannot cover: a request that we gave up on after a time-out, and that Google
carries out after our repetition. Whenever one went unanswered, the caller is told (`unsure`), so
that it calls `verify` once nothing can be under way any more. A process that ends between sending
and reading again is mended by the queue's redelivery, which comes later than that, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from passes.google.compare import differences
from passes.google.failures import AlreadyThereError, NotThereError
from passes.google.objects import ENDED_MEMBERS, OWNED_MEMBERS
from passes.google.patch import class_patch, object_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from passes.google.messages import Message

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
    def take_doubt(self, identifier: str) -> bool: ...


class VerifyingClient(ObjectClient, Protocol):
    """The part of the Wallet client that verifying needs."""

    def get_object(self, object_id: str) -> Json: ...


class ClassClient(Protocol):
    """The part of the Wallet client that makes classes."""

    def insert_class(self, body: Json) -> Json: ...
    def patch_class(self, body: Json) -> Json: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card's version and the object that shows it, from one strongly consistent read.

    ``message``: what the shop says to its owner at present. It is no part of the object's state:
    Google rings for it when it is added, and for no change of a text.
    """

    version: int
    body: Json
    message: Message | None = None

    @property
    def closed(self) -> bool:
        """Whether the card has ended for good, as that of who was erased."""
        return self.body.get("state") == "INACTIVE"


def publish(
    read: Callable[[], Drawn | None],
    client: ObjectClient,
    create_class: Callable[[], None],
    *,
    unsure: Callable[[], None],
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
    unsure
        Called at the end, whatever it is, when a request may still be carried out: `verify` has
        to be called when that is over.
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
    try:
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
    finally:
        if client.take_doubt(drawn.body["id"]):
            unsure()
    raise StillMovingError(
        f"the card changed during each of {rounds} rounds of publishing: its next message, or a "
        "repetition of this one, brings the object up to date"
    )


def verify(
    read: Callable[[], Drawn | None],
    client: VerifyingClient,
    create_class: Callable[[], None],
    *,
    unsure: Callable[[], None],
    left_out: Collection[str] = (),
) -> tuple[str, ...]:
    """Look at what Google shows of a card and mend it; one request where nothing is wrong.

    `left_out` are members that the issuer may not use: they are not compared.

    Returns
    -------
    tuple[str, ...]
        The members that were not as drawn, and are now.

    Raises
    ------
    StillMovingError, GoogleError
        As `publish`.
    """
    drawn = read()
    if drawn is None:
        return ()
    try:
        found = client.get_object(drawn.body["id"])
    except NotThereError:
        if drawn.closed:
            return ()
        found = {}
    owned = (*OWNED_MEMBERS, *ENDED_MEMBERS) if drawn.closed else OWNED_MEMBERS
    compared = [member for member in owned if member not in left_out]
    wrong = differences(drawn.body, found, compared)
    if wrong:
        publish(read, client, create_class, unsure=unsure)
    return wrong


def create_or_patch_class(body: Json, client: ClassClient, *, known: bool = False) -> None:
    """Bring a class to `body`; `known`: it was there when we last looked."""
    if known:
        try:
            client.patch_class(class_patch(body))
        except NotThereError:
            known = False
        else:
            return
    try:
        client.insert_class(body)
    except AlreadyThereError:
        client.patch_class(class_patch(body))


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
                client.patch_object(object_patch(body, notify=notify))
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
