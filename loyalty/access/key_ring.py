"""What an owner does with keys: make, list, change, rotate, revoke.

A key's rights are never passed on larger than they are: whoever asks with a key may make and touch
only keys that can do no more than it, so that a leaked one cannot make itself another without end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from loyalty.access.keys import ApiKey, Credentials, hashed, key_of, key_text, labelled
from loyalty.access.velocity import PACES
from loyalty.core.instants import microseconds
from loyalty.refusals import Refusal
from loyalty.store import audit_log, credentials, people
from loyalty.store.audit_log import Changed
from loyalty.store.tables import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.store.credentials import StoredKey
    from loyalty.store.people import Person
    from loyalty.store.tables import Tables, Write

LIMITS: Final = ("at_once", "per_shift", "per_month", "acts_per_hour", *PACES)
"""Names of limits that a key may have of its own: those of a program's ``staff``, and how fast."""
LONGEST_OVERLAP: Final = timedelta(days=1)
"""How long two secrets of a key may be good while a till is given the new one."""
MOST_KEYS: Final = 200
"""Of one program that open something."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: ``by`` as it is written down, and with which key; None on the command line."""

    by: str
    key: ApiKey | None = None


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as its owner sees it."""

    key: ApiKey
    last4: str
    made_at: int
    two_secrets_until: int


class KeyRing:
    """The use cases.

    Parameters
    ----------
    label
        How keys say where they open (``loyalty.access.keys.label``).
    secret
        Makes a secret of 40 letters and digits.
    """

    def __init__(self, tables: Tables, label: str, secret: Callable[[], str]) -> None:
        self._tables = tables
        self._label = label
        self._secret = secret

    def listed(self, program: str) -> list[ListedKey]:
        """Return a program's keys by id, the revoked and expired ones too: they name actors."""
        found = credentials.read_keys(self._tables, program)
        return [_listed(name, found[name]) for name in sorted(found)]

    def find(self, program: str, key: str) -> ListedKey:
        """Return a key.

        Raises
        ------
        Refusal
            ``key_not_found``; so do all that name one.
        """
        return _listed(key, self._stored(program, key))

    def make(self, key: ApiKey, asker: Asker, now: datetime) -> str:
        """Store a new key and return its text, which cannot be read again.

        Raises
        ------
        Refusal
            ``bad_key_id``, ``key_exists``, ``key_ends_before_it_begins``, ``unknown_limit``,
            ``too_many_keys``, ``beyond_your_rights``, or for a person's key ``person_not_found``,
            ``not_their_role``, ``person_has_key``.
        """
        _judge(key, now)
        _within(asker, key)
        there = credentials.read_keys(self._tables, key.program)
        if key.id in there or people.read_person(self._tables, key.program, key.id) is not None:
            # Who is signed in acts under their own id: no key may be taken for them.
            raise _exists()
        if sum(_opens(one, now) for one in there.values()) >= MOST_KEYS:
            detail = f"A program has {MOST_KEYS} keys at most: revoke what nobody uses."
            raise Refusal("too_many", "too_many_keys", detail)
        made = Changed(key.program, now, asker.by, "key.made", key.id, {}, shown(key), 1)
        more = [audit_log.put(made)]
        if key.person:
            more += people.put_person(self._given(key, there, now))
        book = Credentials(self._tables)
        try:
            made_at = microseconds(now)
            return book.add_key(key, self._label, self._secret(), made_at=made_at, more=more)
        except ValueError:
            detail = "A key's id is 8 to 26 small letters and digits."
            raise Refusal("invalid", "bad_key_id", detail, pointer="/id") from None
        except Cancelled as cancelled:
            if any(reason.kind == "throttled" for reason in cancelled.reasons):
                raise
            raise _exists() from None

    def change(
        self, program: str, key: str, changes: Mapping[str, Any], asker: Asker, now: datetime
    ) -> ListedKey:
        """Change ``name``, ``sources``, ``location``, ``expires_at`` or ``limits``.

        Raises
        ------
        Refusal
            As ``make``, or ``key_changed``: somebody else has just changed it.
        """
        before = self._open(program, key, asker, now)
        after = replace(before, **changes, revision=before.revision + 1)
        _judge(key_of(key, after), now)
        _within(asker, key_of(key, after))
        self._write(key, before, after, "key.changed", asker, now)
        return _listed(key, after)

    def rotate(
        self, program: str, key: str, overlap: timedelta, asker: Asker, now: datetime
    ) -> str:
        """Give a key another secret and return its text; the old one opens so long, too.

        Raises
        ------
        Refusal
            ``key_not_found``, ``beyond_your_rights``, ``key_changed``.
        """
        before = self._open(program, key, asker, now)
        secret = self._secret()
        after = replace(
            before,
            hash=hashed(secret),
            last4=secret[-4:],
            old_hash=before.hash,
            old_until=microseconds(now + min(overlap, LONGEST_OVERLAP)),
            revision=before.revision + 1,
        )
        self._write(key, before, after, "key.rotated", asker, now)
        return key_text(key, labelled(program, self._label), secret)

    def revoke(self, program: str, key: str, asker: Asker, now: datetime) -> None:
        """Let a key open nothing from now on; nobody keeps keys in memory. Twice does no harm.

        Raises
        ------
        Refusal
            ``key_not_found``, ``beyond_your_rights``, ``key_changed``.
        """
        before = self._stored(program, key)
        _within(asker, key_of(key, before))
        if _opens(before, now):
            writes, after = ended(key, before, now)
            self._write(key, before, after, "key.revoked", asker, now, writes)

    def _given(self, key: ApiKey, there: Mapping[str, StoredKey], now: datetime) -> Person:
        """Return the person whose key this is to be, as they are with it."""
        person = people.read_person(self._tables, key.program, key.person)
        if person is None:
            raise Refusal("invalid", "person_not_found", "No such person.", pointer="/person")
        if person.role != key.scope:
            detail = f"They are {person.role}: a key of theirs can do neither more nor less."
            raise Refusal("invalid", "not_their_role", detail, pointer="/scope")
        if person.key in there and _opens(there[person.key], now):
            detail = "They have a key: rotate or revoke it."
            raise Refusal("conflict", "person_has_key", detail, pointer="/person")
        return replace(person, key=key.id, revision=person.revision + 1)

    def _stored(self, program: str, key: str) -> StoredKey:
        found = credentials.read_key(self._tables, key)
        if found is None or found.program != program:
            raise Refusal("not_found", "key_not_found")
        return found

    def _open(self, program: str, key: str, asker: Asker, now: datetime) -> StoredKey:
        """Return a key that opens something: a revoked one stays so for ever."""
        found = self._stored(program, key)
        _within(asker, key_of(key, found))
        if not _opens(found, now):
            raise Refusal("conflict", "key_ended", "It is revoked or expired: make another one.")
        return found

    def _write(  # noqa: PLR0917
        self,
        key: str,
        before: StoredKey,
        after: StoredKey,
        what: str,
        asker: Asker,
        now: datetime,
        writes: list[Write] | None = None,
    ) -> None:
        told = [shown(key_of(key, one)) for one in (before, after)]
        change = Changed(before.program, now, asker.by, what, key, told[0], told[1], after.revision)
        changed = credentials.put_key(key, after) if writes is None else writes
        if not credentials.write(self._tables, *changed, audit_log.put(change)):
            raise Refusal("conflict", "key_changed", "Somebody else has just changed it.")


def ended(key: str, before: StoredKey, now: datetime) -> tuple[list[Write], StoredKey]:
    """Return the writes that let a key open nothing from now on, and how it is then."""
    after = replace(before, expires_at=now, old_until=0, revision=before.revision + 1)
    return credentials.put_key(key, after), after


def shown(key: ApiKey) -> dict[str, Any]:
    """Return a key's settings as they are written down: whatever a person is called is left out."""
    return {
        "scope": key.scope,
        "sources": list(key.sources),
        "location": key.location,
        "person": key.person,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "limits": dict(key.limits),
    }


def _listed(name: str, stored: StoredKey) -> ListedKey:
    return ListedKey(key_of(name, stored), stored.last4, stored.made_at, stored.old_until)


def _opens(stored: StoredKey, now: datetime) -> bool:
    return stored.expires_at is None or stored.expires_at > now


def _judge(key: ApiKey, now: datetime) -> None:
    if key.expires_at is not None and key.expires_at <= now:
        detail = "That is over already: name an instant to come."
        raise Refusal("invalid", "key_ends_before_it_begins", detail, pointer="/expires_at")
    unknown = sorted(set(key.limits) - set(LIMITS))
    if unknown:
        detail = f"A key has limits of its own for: {', '.join(LIMITS)}."
        raise Refusal("invalid", "unknown_limit", detail, pointer=f"/limits/{unknown[0]}")


def _within(asker: Asker, key: ApiKey) -> None:
    """Refuse what would let somebody do more than they can.

    A key that has an end, or speaks for some tills only, makes and touches only such as have as
    early an end and speak for none but these.
    """
    own = asker.key
    if own is None:
        return
    later = own.expires_at is not None and (
        key.expires_at is None or key.expires_at > own.expires_at
    )
    wider = own.sources and (not key.sources or not set(key.sources) <= set(own.sources))
    if later or wider:
        detail = "That key can do more than yours: it ends later, or speaks for more tills."
        raise Refusal("forbidden", "beyond_your_rights", detail)


def _exists() -> Refusal:
    detail = "There is a key of that id, or there was: it names who did something."
    return Refusal("conflict", "key_exists", detail, pointer="/id")
