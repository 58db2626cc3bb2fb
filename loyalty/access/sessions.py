"""Signing in: a link that is good once becomes a session of a person, in one browser.

A session acts with the role that its person has at that moment, and under their id. It ends twelve
hours after its last use, thirty days after it began, or when somebody ends it. What cannot be taken
back asks for a proof that is a few minutes old at most: opening the session was one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from loyalty.access.keys import ApiKey, hashed
from loyalty.access.people import unbounded
from loyalty.refusals import Refusal
from loyalty.store import audit_log, people, sessions
from loyalty.store.audit_log import Changed
from loyalty.store.sessions import Once, Session, Whose

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.access.key_ring import Asker
    from loyalty.store.people import Person
    from loyalty.store.sessions import Purpose
    from loyalty.store.tables import Tables

LINK_LIFE: Final = timedelta(minutes=15)
"""How long a link is good."""
QUESTION_LIFE: Final = timedelta(minutes=5)
"""How long a passkey may take for its answer."""
IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=30)
FRESH: Final = timedelta(minutes=5)
"""How old the proof may be by which keys, exports and erasing are done."""
_NOTED: Final = timedelta(minutes=10)
"""How late it may be written down that a session is used: less would be a write per click."""
_LONGEST_BROWSER = 200
_COOKIE = re.compile(r"([a-z2-7]{26})\.([A-Za-z0-9_-]{43})")


class Sessions:
    """The use cases.

    Parameters
    ----------
    name
        Makes a random id of 26 small letters and digits (base32).
    secret
        Makes a random secret of 43 letters (32 bytes in base64url).
    """

    def __init__(self, tables: Tables, name: Callable[[], str], secret: Callable[[], str]) -> None:
        self._tables = tables
        self._name = name
        self._secret = secret

    def link(self, program: str, person: str, asker: Asker, now: datetime) -> str:
        """Return the secret of a new link that lets somebody in once; it is not kept.

        Raises
        ------
        Refusal
            ``no_such_person``, ``beyond_your_rights``.
        """
        unbounded(asker)
        found = people.read_person(self._tables, program, person)
        if found is None:
            raise Refusal("not_found", "no_such_person")
        link = self.question("link", whose_of(found), now, LINK_LIFE)
        made = Changed(program, now, asker.by, "link.made", person, {}, {})
        audit_log.note(self._tables, made)
        return link

    def question(
        self, purpose: Purpose, whose: Whose | None, now: datetime, life: timedelta = QUESTION_LIFE
    ) -> str:
        """Return a secret that is good once for that purpose."""
        secret = self._secret()
        sessions.put_once(self._tables, hashed(secret), Once(purpose, now + life, whose))
        return secret

    def answered(self, secret: str, purpose: Purpose, now: datetime) -> Once | None:
        """Return what was good once, which it is no more; None where it is not good now."""
        found = sessions.take_once(self._tables, hashed(secret), purpose)
        return found if found is not None and now < found.ends_at else None

    def enter(self, link: str, browser: str, now: datetime) -> tuple[ApiKey, str]:
        """Open a session by a link; return who that is, and the session's cookie.

        Raises
        ------
        Refusal
            ``sign_in_refused``: used, too old, of somebody who works here no more, or no link.
        """
        found = self.answered(link, "link", now)
        if found is None or found.whose is None:
            raise refused()
        return self.open(found.whose, browser, now)

    def open(self, whose: Whose, browser: str, now: datetime) -> tuple[ApiKey, str]:
        """Open a session of somebody who has proved who they are.

        Raises
        ------
        Refusal
            ``sign_in_refused``: they work here no more.
        """
        person = self.person(whose)
        if person is None:
            raise refused()
        secret = self._secret()
        made = Session(
            id=self._name(),
            whose=whose,
            hash=hashed(secret),
            made_at=now,
            used_at=now,
            ends_at=now + LONGEST,
            proved_at=now,
            browser=browser[:_LONGEST_BROWSER],
        )
        sessions.put_session(self._tables, made)
        opened = Changed(
            whose.program,
            now,
            f"key:{person.id}",
            "session.opened",
            made.id,
            {},
            {"person": person.id},
        )
        audit_log.note(self._tables, opened)
        return _acting(made, person), f"{made.id}.{secret}"

    def acting(self, cookie: str, now: datetime) -> ApiKey | None:
        """Return who acts in a session, with the role they have now; None where it is not good."""
        match = _COOKIE.fullmatch(cookie)
        if match is None:
            return None
        found = sessions.read_session(self._tables, match[1])
        if found is None or not hmac.compare_digest(hashed(match[2]), found.hash):
            return None
        if not alive(found, now):
            return None
        person = self.person(found.whose)
        if person is None:
            return None
        if now - found.used_at >= _NOTED:
            sessions.note_use(self._tables, found, now)
        return _acting(found, person)

    def person(self, whose: Whose) -> Person | None:
        """Return somebody, if they have worked for the program without a break since then."""
        found = people.read_person(self._tables, whose.program, whose.person)
        return found if found is not None and found.since == whose.since else None

    def prove(self, session: str, now: datetime) -> None:
        """Write down that whoever uses a session has proved who they are."""
        found = sessions.read_session(self._tables, session)
        if found is not None:
            sessions.note_use(self._tables, found, now, proved=True)

    def listed(self, program: str, person: str, now: datetime) -> list[Session]:
        """Return a person's sessions that are good now, the newest first."""
        there = people.read_person(self._tables, program, person)
        found = sessions.read_sessions(self._tables, program, person)
        good = [
            one
            for one in found
            if there is not None and one.whose.since == there.since and alive(one, now)
        ]
        return sorted(good, key=lambda one: one.made_at, reverse=True)

    def find(self, program: str, session: str, now: datetime) -> Session:
        """Return a session of a program.

        Raises
        ------
        Refusal
            ``session_not_found``.
        """
        found = sessions.read_session(self._tables, session)
        if found is None or found.whose.program != program or not alive(found, now):
            raise Refusal("not_found", "session_not_found")
        return found

    def end(self, session: Session, asker: Asker, now: datetime) -> None:
        """End a session: it opens nothing from the next request on."""
        sessions.remove_session(self._tables, session)
        whose = session.whose
        gone = Changed(
            whose.program, now, asker.by, "session.ended", session.id, {"person": whose.person}, {}
        )
        audit_log.note(self._tables, gone)


def alive(session: Session, now: datetime) -> bool:
    """Tell whether a session is not over."""
    # It may be written down late that it was used: nobody is shut out for that.
    return now < session.ends_at and now < session.used_at + IDLE + _NOTED


def fresh(key: ApiKey, now: datetime) -> bool:
    """Tell whether whoever acts has proved themselves lately; a key does so with each request."""
    return key.proved_at is None or now - key.proved_at < FRESH


def form_token(cookie: str) -> str:
    """Return what a page of ours sends with whatever changes something: no other site knows it."""
    return hashlib.sha256(f"form {cookie}".encode()).hexdigest()


def whose_of(person: Person) -> Whose:
    """Return whose a link, session or passkey of this person is."""
    return Whose(person.program, person.id, person.since)


def refused() -> Refusal:
    """Return the one answer to whoever is not let in: it does not say why."""
    detail = "That does not let anybody in (any more). Ask for a new link."
    return Refusal("unauthenticated", "sign_in_refused", detail)


def _acting(session: Session, person: Person) -> ApiKey:
    return ApiKey(
        id=person.id,
        program=person.program,
        scope=person.role,
        name=person.name,
        person=person.id,
        session=session.id,
        proved_at=session.proved_at,
    )
