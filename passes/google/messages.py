"""Say something on a card, or on all cards of a class, once, whatever happens on the way.

Google's addMessage is not idempotent: the same message sent twice is there twice and
notifies twice. So a history of our own (kept by the caller, one per card and one per class) says
what was tried:

1. the history is written before the request leaves, and again after its answer;
2. a message that the history calls said is never sent again;
3. one that was tried without a known end is looked for on the card before it is tried again, and
   not before `SETTLED`, when nothing that was sent can still be under way.

The same history keeps the instants of notifications, for the three that a card may have in a day,
and lets one sender at a time change a card's messages.

Source: Google's reference: ten messages at most on an object or a class; a PATCH replaces the
whole list; TEXT lies on the back of the card, TEXT_AND_NOTIFY notifies, too, and
EXPIRATION_NOTIFICATION is "currently not supported", so it is never sent. What an eleventh message
does is not documented, so there never is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from passes.google import quota
from passes.google.failures import (
    GoogleError,
    InvalidError,
    NotThereError,
    QuotaExceededError,
    UnavailableError,
)
from passes.google.localized import HEADER_LIMIT, in_languages
from passes.google.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from loyalty.card.view import Card, Said

Json = dict[str, Any]
State = Literal["trying", "shown", "removed"]

MOST: Final = 10
ROOM: Final = 8
"""Messages that may lie on a card before one more is added; Google allows ten."""

SETTLED: Final = 60 * quota.SECOND
"""After so long no request of ours is still on its way. Google answers 99 of 100 within 5 s and
we give up after 10; how late it may carry out what we gave up on is not documented."""

KEPT: Final = 15 * quota.DAY
"""How long a removed message is remembered: longer than any queue would bring it again."""


class BusyError(Exception):
    """Somebody else changed the history meanwhile. Nothing was sent; try again."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said. Texts are as the card's owner reads them, in one language.

    Attributes
    ----------
    id
        Ours, the same for every delivery of the same message; letters, digits, ``.``, ``_``, ``-``.
    start, end
        ISO 8601 instants between which the message is shown; empty for always.
    headers, bodies
        The same in every language, the default first; empty where everybody reads one.
    """

    id: str
    header: str
    body: str
    start: str = ""
    end: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)


def said_on(card: Card) -> Message | None:
    """Return what a shop says on a card as a message; None where it says nothing. Pure.

    The id is a fingerprint: Google need not know by which campaign somebody was reached.
    """
    said = card.said
    if said is None:
        return None
    name = sha256(said.id.encode()).hexdigest()[:32]
    body = "\n".join(filter(None, (said.text, said.link)))
    until = said.until.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Message(name, said.title or card.program_name, body, end=until)


def told_all(said: Mapping[str, Said], names: Mapping[str, str]) -> Message:
    """Return what a shop says on all cards as a message, in all its languages. Pure.

    ``names``: of the program, where what is said has no title.
    """
    one = next(iter(said.values()))
    headers = {lang: clean(each.title or names[lang], HEADER_LIMIT) for lang, each in said.items()}
    bodies = {lang: "\n".join(filter(None, (each.text, each.link))) for lang, each in said.items()}
    until = one.until.strftime("%Y-%m-%dT%H:%M:%SZ")
    header, body = next(iter(headers.values())), next(iter(bodies.values()))
    name = sha256(one.id.encode()).hexdigest()[:32]
    return Message(name, header, body, end=until, headers=headers, bodies=bodies)


def take_off(store: HistoryStore, resource: Resource, keep: str, now: int) -> bool:
    """Take what was said off, but for one message; tell whether anything was.

    Again is the same: what is left is said as a whole. ``keep``: its id; empty for none.

    Raises
    ------
    BusyError, GoogleError
        As `send`; it has to be tried again.
    """
    history = store.read()
    gone = {
        name for name, mark in history.messages.items() if mark.state != "removed" and name != keep
    }
    if not gone:
        return False
    found = resource.get().get("messages") or []
    left = [one for one in found if one.get("id") not in gone]
    if len(left) < len(found):
        plain = [{key: value for key, value in one.items() if key != "kind"} for one in left]
        resource.replace_messages([one | {"messageType": "TEXT"} for one in plain])
    marks = {
        name: Mark("removed", now) if name in gone else mark
        for name, mark in history.messages.items()
    }
    _write(store, replace(history, revision=history.revision + 1, messages=marks))
    return True


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one message, and since when (microseconds since 1970)."""

    state: State
    at: int


@dataclass(frozen=True, slots=True)
class History:
    """What was tried and said on one card or class.

    Attributes
    ----------
    revision
        Rises with every write.
    notified
        Instants of notifications that may still count.
    """

    revision: int = 0
    notified: tuple[int, ...] = ()
    messages: Mapping[str, Mark] = field(default_factory=dict)


class HistoryStore(Protocol):
    """Where the history of one card or class is kept, strongly consistent."""

    def read(self) -> History: ...

    def write(self, history: History) -> bool:
        """Write it if it still has the revision before this one; tell whether it was written."""


class Resource(Protocol):
    """One object or class at Google."""

    def get(self) -> Json: ...
    def add(self, message: Json) -> Json: ...
    def replace_messages(self, messages: Sequence[Json]) -> Json: ...


class MessageClient(Protocol):
    """The part of the Wallet client that messages need."""

    def get_object(self, object_id: str) -> Json: ...
    def patch_object(self, body: Json) -> Json: ...
    def add_object_message(self, object_id: str, message: Json) -> Json: ...
    def get_class(self, class_id: str) -> Json: ...
    def patch_class(self, body: Json) -> Json: ...
    def add_class_message(self, class_id: str, message: Json) -> Json: ...


@dataclass(frozen=True, slots=True)
class OneCard:
    """The object of one card; see `Resource`."""

    client: MessageClient
    id: str

    def get(self) -> Json:
        """Return the object as Google has it."""
        return self.client.get_object(self.id)

    def add(self, message: Json) -> Json:
        """Add a message to it."""
        return self.client.add_object_message(self.id, message)

    def replace_messages(self, messages: Sequence[Json]) -> Json:
        """Let it have exactly these messages; nothing else changes."""
        return self.client.patch_object({"id": self.id, "messages": list(messages)})


@dataclass(frozen=True, slots=True)
class AllCards:
    """The class of a program: one request reaches every card; see `Resource`.

    Its message is on the cards of all who saved one, whatever they consented to, so marketing
    goes this way only where the audience is everybody (`quota.best_way`).
    """

    client: MessageClient
    id: str

    def get(self) -> Json:
        """Return the class as Google has it."""
        return self.client.get_class(self.id)

    def add(self, message: Json) -> Json:
        """Add a message to it."""
        return self.client.add_class_message(self.id, message)

    def replace_messages(self, messages: Sequence[Json]) -> Json:
        """Let it have exactly these messages; a change of a class has to ask for review again."""
        body = {"id": self.id, "messages": list(messages), "reviewStatus": "UNDER_REVIEW"}
        return self.client.patch_class(body)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt to say a message.

    Attributes
    ----------
    result
        ``said`` now · ``before``: an earlier delivery did · ``later``: not before `at` ·
        ``nobody``: Google does not know the card.
    """

    result: Literal["said", "before", "later", "nobody"]
    notified: bool = False
    at: int = 0


def send(  # noqa: PLR0917
    message: Message,
    kind: quota.Kind,
    store: HistoryStore,
    resource: Resource,
    now: Callable[[], int],
    also_notified: Iterable[int] = (),
) -> Delivery:
    """Say a message once.

    Parameters
    ----------
    now
        Returns the present instant in microseconds since 1970.
    also_notified
        Notifications that count for this card and stand in another history: its class's.

    Raises
    ------
    BusyError
        Somebody else is at this history. Nothing was sent.
    UnavailableError
        Nothing was said, now or later; deliver again when Google is back.
    GoogleError
        As the client raises it: nothing was said, and trying again does not help.
    """
    history = store.read()
    mark = history.messages.get(message.id)
    if mark is not None and mark.state != "trying":
        return Delivery("before")
    instant = now()
    under_way = [one.at + SETTLED for one in history.messages.values() if one.state == "trying"]
    if any(instant < end for end in under_way):
        return Delivery("later", at=max(under_way))
    try:
        if mark is not None:
            found = resource.get()
            if message.id in _ids(found):
                _write(store, _with(history, message.id, "shown", mark.at))
                return Delivery("said", notified=mark.at in history.notified)
            kept = tuple(one for one in history.notified if one != mark.at)
            history = replace(history, notified=kept)
        allowed = quota.allowance(kind, (*history.notified, *also_notified), instant)
        if allowed.later is not None:
            return Delivery("later", at=allowed.later)
        return _say(message, store, resource, history, instant, notify=allowed.notify)
    except NotThereError:
        return Delivery("nobody")


def notification(
    kind: quota.Kind, store: HistoryStore, now: int, also_notified: Iterable[int] = ()
) -> bool:
    """Take one of a card's three notifications for a PATCH; tell whether it may notify.

    It counts from here on, even if the PATCH then fails: too few are better than too many. When
    somebody else is at the history, the answer is no.
    """
    history = store.read()
    if not quota.allowance(kind, (*history.notified, *also_notified), now).notify:
        return False
    notified = quota.remembered((*history.notified, now), now)
    return store.write(replace(history, revision=history.revision + 1, notified=notified))


def pruned(found: Sequence[Json], ours: Collection[str], room: int = ROOM) -> list[Json]:
    """Return the messages that stay so that one more fits: the oldest of ours go first.

    What others have put there stays, whatever its age. The kept ones are sent as plain TEXT: they
    notified long ago.
    """
    surplus = max(0, len(found) - room)
    kept = []
    for message in found:
        if surplus and message.get("id") in ours:
            surplus -= 1
            continue
        plain = {key: value for key, value in message.items() if key != "kind"}
        kept.append(plain | {"messageType": "TEXT"})
    return kept


def _say(
    message: Message,
    store: HistoryStore,
    resource: Resource,
    history: History,
    instant: int,
    *,
    notify: bool,
) -> Delivery:
    before = history
    notified = quota.remembered((*history.notified, *((instant,) if notify else ())), instant)
    history = replace(_with(history, message.id, "trying", instant), notified=notified)
    _write(store, history)
    try:
        if sum(one.state == "shown" for one in history.messages.values()) >= ROOM:
            history = _make_room(resource, history, instant)
        try:
            resource.add(_body(message, notify=notify))
        except QuotaExceededError:
            # Google has counted more than we: said silently, and not tried again for a day.
            notify = False
            history = replace(history, notified=quota.exhausted(instant))
            before = replace(before, notified=history.notified)
            resource.add(_body(message, notify=False))
        except InvalidError:
            # Perhaps others have filled the card.
            roomier = _make_room(resource, history, instant)
            if roomier == history:
                raise
            history = roomier
            resource.add(_body(message, notify=notify))
    except UnavailableError as error:
        if error.unsure:
            return Delivery("later", at=instant + SETTLED)
        _undo(store, history, before)
        raise
    except GoogleError:
        _undo(store, history, before)
        raise
    # Written or not: if it is not, the next delivery finds the message on the card.
    store.write(_next(_with(history, message.id, "shown", instant), history))
    return Delivery("said", notified=notify)


def _make_room(resource: Resource, history: History, instant: int) -> History:
    found = resource.get().get("messages") or []
    ours = {name for name, mark in history.messages.items() if mark.state != "trying"}
    kept = pruned(found, ours)
    if len(kept) < len(found):
        resource.replace_messages(kept)
    left = {one.get("id") for one in kept}
    marks = {
        name: Mark("removed", instant) if mark.state == "shown" and name not in left else mark
        for name, mark in history.messages.items()
    }
    return replace(history, messages=marks)


def _undo(store: HistoryStore, history: History, before: History) -> None:
    """Take the try back: nothing was sent. If that fails, the next delivery looks first."""
    store.write(replace(before, revision=history.revision + 1))


def _with(history: History, name: str, state: State, at: int) -> History:
    """Return the next revision with one mark changed, without what nobody asks for any more."""
    marks = {
        other: mark
        for other, mark in history.messages.items()
        if mark.state != "removed" or at < mark.at + KEPT
    }
    return replace(history, revision=history.revision + 1, messages=marks | {name: Mark(state, at)})


def _next(history: History, written: History) -> History:
    return replace(history, revision=written.revision + 1)


def _write(store: HistoryStore, history: History) -> None:
    if not store.write(history):
        raise BusyError("somebody else says something on this card at this moment")


def _body(message: Message, *, notify: bool) -> Json:
    body: Json = {
        "id": message.id,
        "header": message.header,
        "body": message.body,
        "messageType": "TEXT_AND_NOTIFY" if notify else "TEXT",
    }
    interval = {
        side: {"date": date}
        for side, date in (("start", message.start), ("end", message.end))
        if date
    }
    for name, texts in (("header", message.headers), ("body", message.bodies)):
        body |= in_languages(name, texts) if texts else {}
    return body | ({"displayInterval": interval} if interval else {})


def _ids(found: Json) -> set[Any]:
    return {one.get("id") for one in found.get("messages") or []}
