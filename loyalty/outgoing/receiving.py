"""What an owner does with the places that events are sent to: make, change, look, send again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from loyalty.core.instants import instant, microseconds
from loyalty.outgoing import events, guard
from loyalty.outgoing.catalogue import KINDS
from loyalty.outgoing.queued import again, first
from loyalty.refusals import Refusal
from loyalty.store import audit_log, deliveries, receivers
from loyalty.store import cursor as cursors
from loyalty.store.audit_log import Changed
from loyalty.store.deliveries import Delivery, put_delivery
from loyalty.store.receivers import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.outgoing.queued import SendingQueue
    from loyalty.store.tables import Tables, Write

MOST_RECEIVERS = 5
"""Of one program: every event is sent to each."""

MOST_SECRETS = 2
"""That are good at a time, while one takes over from the other."""

REPLAY_MOST = 500
"""Events that are sent again at once; whoever wants more asks again from where it ended."""

_PLACE = re.compile(r"[0-9]{17}#evt_[0-9a-f]{32}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Secrets(Protocol):
    """Where the secrets of receivers are kept."""

    def read(self, program: str, receiver: str) -> list[str]:
        """Return the secrets of a receiver, the newest last; none where there is none."""

    def write(self, program: str, receiver: str, secrets: Sequence[str]) -> None:
        """Keep these secrets and no others."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many events are sent again, and from which instant to go on; None at the end."""

    count: int
    next: datetime | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """A part of the log, and the cursor of the next one; None at the end."""

    deliveries: list[Delivery]
    next: str | None


class Receiving:
    """The use cases of an owner.

    Parameters
    ----------
    secret
        Makes a secret: ``whsec_`` and 24 to 64 random bytes in base 64.
    local
        This is the stage on one machine (see ``guard.target``).
    """

    def __init__(
        self,
        tables: Tables,
        secrets: Secrets,
        queue: SendingQueue,
        *,
        secret: Callable[[], str],
        local: bool = False,
    ) -> None:
        self._tables = tables
        self._secrets = secrets
        self._queue = queue
        self._secret = secret
        self._local = local

    def listed(self, program: str) -> list[Receiver]:
        """Return a program's receivers, by id."""
        return receivers.read_receivers(self._tables, program)

    def find(self, program: str, receiver: str) -> Receiver:
        """Return a receiver.

        Raises
        ------
        Refusal
            ``receiver_not_found``; so do all that name one.
        """
        found = receivers.read_receiver(self._tables, program, receiver)
        if found is None:
            raise Refusal("not_found", "receiver_not_found", "There is no such receiver.")
        return found

    def add(  # noqa: PLR0917
        self,
        program: str,
        receiver: str,
        url: str,
        kinds: Sequence[str],
        now: datetime,
        by: str = audit_log.COMMAND,
    ) -> str:
        """Make a receiver that hears of what happens from now on; return its secret.

        ``by``, here and below: who does it, as it is written down.

        Raises
        ------
        Refusal
            ``bad_id``, ``bad_url``, ``unknown_event``, ``receiver_exists`` or
            ``too_many_receivers``: nothing was made.
        """
        if not _ID.fullmatch(receiver):
            detail = "An id is 1 to 40 small letters, digits and hyphens."
            raise Refusal("invalid", "bad_id", detail, pointer="/id")
        changed = microseconds(now)
        made = Receiver(program, receiver, self._url(url), _kinds(kinds), "active", now, changed)
        there = self.listed(program)
        if receiver in {one.id for one in there}:
            raise _exists()
        if len(there) >= MOST_RECEIVERS:
            detail = f"A program has {MOST_RECEIVERS} receivers at most."
            raise Refusal("too_many", "too_many_receivers", detail)
        secret = self._secret()
        # The secret first: a receiver without one would be sent nothing.
        self._secrets.write(program, receiver, [secret])
        line = _line(made, "receiver.added", by, now, {}, _shown(made))
        if not receivers.put_receiver(self._tables, made, line):
            raise _exists()
        return secret

    def change(
        self,
        program: str,
        receiver: str,
        now: datetime,
        by: str = audit_log.COMMAND,
        *,
        url: str | None = None,
        kinds: Sequence[str] | None = None,
        active: bool | None = None,
    ) -> Receiver:
        """Change what is named; ``active`` pauses, or goes on, also after a 410.

        Raises
        ------
        Refusal
            As :meth:`add`, or ``receiver_changed``: somebody else has changed it meanwhile.
        """
        before = self.find(program, receiver)
        after = replace(before, revision=before.revision + 1)
        if url is not None:
            after = replace(after, url=self._url(url), failures=0, resting=0)
        if kinds is not None:
            after = replace(after, kinds=_kinds(kinds))
        if active is not None:
            state = "active" if active else "paused"
            after = replace(after, state=state, failures=0, resting=0)  # type: ignore[arg-type]
        told = [_shown(one) for one in (before, after)]
        return self._put(after, _line(after, "receiver.changed", by, now, *told))

    def remove(
        self, program: str, receiver: str, now: datetime, by: str = audit_log.COMMAND
    ) -> None:
        """Remove a receiver; what waits for it is not sent any more."""
        before = self.find(program, receiver)
        line = _line(before, "receiver.removed", by, now, _shown(before), {})
        receivers.remove_receiver(self._tables, program, receiver, line)
        self._secrets.write(program, receiver, [])

    def rotate(
        self, program: str, receiver: str, now: datetime, by: str = audit_log.COMMAND
    ) -> str:
        """Make another secret beside the one there is; both sign until :meth:`end_rotation`.

        Raises
        ------
        Refusal
            ``rotation_unfinished``: there are two already; or ``receiver_changed``.
        """
        before = self.find(program, receiver)
        good = self._secrets.read(program, receiver)
        if len(good) >= MOST_SECRETS:
            detail = "Two secrets are good already: end the old one first."
            raise Refusal("conflict", "rotation_unfinished", detail)
        secret = self._secret()
        self._keep(before, [*good, secret], "receiver.secret-added", now, by)
        return secret

    def end_rotation(
        self, program: str, receiver: str, now: datetime, by: str = audit_log.COMMAND
    ) -> None:
        """Let only the newest secret sign.

        Raises
        ------
        Refusal
            ``nothing_to_end``: there is one secret only; or ``receiver_changed``.
        """
        before = self.find(program, receiver)
        good = self._secrets.read(program, receiver)
        if len(good) < MOST_SECRETS:
            raise Refusal("conflict", "nothing_to_end", "There is one secret only.")
        self._keep(before, good[-1:], "receiver.secret-ended", now, by)

    def _keep(
        self, before: Receiver, good: Sequence[str], what: str, now: datetime, by: str
    ) -> None:
        self._secrets.write(before.program, before.id, good)
        after = replace(before, secrets_at=microseconds(now), revision=before.revision + 1)
        self._put(after, _line(after, what, by, now, _shown(before), _shown(after)))

    def test(self, program: str, receiver: str, now: datetime) -> str:
        """Send an event that means nothing; return its id, by which the log tells of it."""
        found = self.find(program, receiver)
        event = events.test_event(program, now)
        self._queue.put([first(found, event, events.message(event))])
        return event.id

    def log_page(
        self,
        program: str,
        receiver: str,
        limit: int,
        cursor: str = "",
        times: tuple[int, int] | None = None,
    ) -> LogPage:
        """Return what became of events, the newest event first, a page at a time.

        ``times``: of those that happened between these instants (µs since 1970), both included.

        Raises
        ------
        Refusal
            ``invalid_cursor``.
        """
        self.find(program, receiver)
        before = cursors.read(cursor, _PLACE) if cursor else ""
        found = deliveries.read_newest(self._tables, program, receiver, before, limit + 1, times)
        page = found[:limit]
        more = len(found) > limit
        return LogPage(page, cursors.written(page[-1].moment) if more else None)

    def replay(
        self,
        program: str,
        receiver: str,
        now: datetime,
        *,
        since: datetime,
        until: datetime,
        event: str | None = None,
    ) -> Replayed:
        """Send again what happened from one instant to another, under the same ids.

        Only what the log remembers, for 30 days after its last attempt; ``event`` alone, if named.

        Raises
        ------
        Refusal
            ``event_not_found``: the log knows nothing of it in that time.
        """
        self.find(program, receiver)
        found = deliveries.read_log(
            self._tables,
            program,
            receiver,
            (microseconds(since), microseconds(until)),
            REPLAY_MOST + 1,
        )
        if event is not None:
            found = [one for one in found if one.event == event]
            if not found:
                raise Refusal("not_found", "event_not_found", "The log knows no such event.")
        page = found[:REPLAY_MOST]
        for delivery in page:
            self._wait_again(delivery, now)
        if len(found) <= REPLAY_MOST:
            return Replayed(len(page), None)
        # Events of one instant may stand on both sides: they come again, which does no harm.
        return Replayed(len(page), instant(found[REPLAY_MOST].at))

    def _wait_again(self, delivery: Delivery, now: datetime) -> None:
        """Let a delivery begin anew; where it is just being sent, that is as good."""
        due = microseconds(now) // 1_000_000
        renewed = replace(
            delivery, outcome="waiting", due=due, tries=0, revision=delivery.revision + 1
        )
        if put_delivery(self._tables, renewed, now):
            self._queue.put([replace(again(renewed), tries=-renewed.revision)])

    def _put(self, after: Receiver, line: Write) -> Receiver:
        if not receivers.put_receiver(self._tables, after, line):
            raise Refusal("conflict", "receiver_changed", "Somebody else has just changed it.")
        return after

    def _url(self, url: str) -> str:
        guard.target(url, local=self._local)
        return url


def _line(  # noqa: PLR0917
    receiver: Receiver,
    what: str,
    by: str,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Write:
    told = (before, after, receiver.revision)
    change = Changed(receiver.program, now, by, what, receiver.id, *told)
    return audit_log.put(change)


def _shown(receiver: Receiver) -> dict[str, Any]:
    """Return what is written down of a receiver: of its address the host; the rest may open it."""
    host = urlsplit(receiver.url).hostname
    return {"host": host, "events": list(receiver.kinds), "state": receiver.state}


def _kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    for kind in kinds:
        if kind not in KINDS:
            detail = "There is no such event; docs/outgoing.md lists them all."
            raise Refusal("invalid", "unknown_event", detail, pointer="/events")
    return tuple(dict.fromkeys(kinds))


def _exists() -> Refusal:
    detail = "There is a receiver of that id: choose another one."
    return Refusal("conflict", "receiver_exists", detail, pointer="/id")
