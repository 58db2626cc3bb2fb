"""Passkeys of people: registering one, and signing in or proving oneself by it.

What a browser sends is verified by ``fido2`` (https://www.w3.org/TR/webauthn-3/, sections 7.1 and
7.2). Added here: a question is good once and for minutes, its answer has to come from our own
origin to the letter, and a signature counter that does not rise is refused (7.2, step 22).
Attestations are not looked at: nobody here decides by the make of an authenticator.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from loyalty.access.sessions import refused, whose_of
from loyalty.refusals import Refusal
from loyalty.store import audit_log, sessions
from loyalty.store.audit_log import Changed
from loyalty.store.sessions import Passkey, Whose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.key_ring import Asker
    from loyalty.access.sessions import Sessions
    from loyalty.store.people import Person
    from loyalty.store.tables import Tables

MOST: Final = 20
"""Passkeys of one person."""
_NEEDED: Final = UserVerificationRequirement.REQUIRED


class Passkeys:
    """The use cases.

    Parameters
    ----------
    base_url
        Where our pages are: its host is what a passkey belongs to, its origin the only one that
        answers may come from.
    """

    def __init__(self, tables: Tables, entries: Sessions, base_url: str) -> None:
        self._tables = tables
        self._entries = entries
        ours = urlsplit(base_url)
        origin = f"{ours.scheme}://{ours.netloc}"
        about = PublicKeyCredentialRpEntity(name="Loyalty", id=ours.hostname)
        self._server = Fido2Server(about, verify_origin=lambda given: given == origin)

    def ask_new(self, person: Person, now: datetime) -> Mapping[str, Any]:
        """Return what a browser needs to make a passkey (``PublicKeyCredentialCreationOptions``).

        Raises
        ------
        Refusal
            ``too_many_passkeys``.
        """
        there = self.listed(person)
        if len(there) >= MOST:
            detail = f"A person has {MOST} passkeys at most: remove one first."
            raise Refusal("too_many", "too_many_passkeys", detail)
        whose = whose_of(person)
        options, _ = self._server.register_begin(
            PublicKeyCredentialUserEntity(
                id=_handle(whose), name=person.name, display_name=person.name
            ),
            credentials=[_data(one) for one in there],
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=_NEEDED,
            challenge=self._challenge("passkey", whose, now),
        )
        return _plain(options.public_key)

    def add(
        self, person: Person, name: str, answer: Mapping[str, Any], asker: Asker, now: datetime
    ) -> Passkey:
        """Keep a new passkey.

        Raises
        ------
        Refusal
            ``passkey_refused``: it is no answer to a question that was put to this person lately,
            or not from our page; ``passkey_known``.
        """
        try:
            challenge = RegistrationResponse.from_dict(answer).response.client_data.challenge
            self._asked(challenge, "passkey", whose_of(person), now)
            made = self._server.register_complete(_state(challenge), answer)
        except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError):
            raise _not_ours() from None
        data = made.credential_data
        if data is None:
            raise _not_ours()
        passkey = Passkey(
            id=_name(data.credential_id),
            whose=whose_of(person),
            name=name,
            credential=websafe_encode(bytes(data)),
            count=made.counter,
            made_at=now,
            used_at=None,
        )
        if not sessions.put_passkey(self._tables, passkey):
            raise Refusal("conflict", "passkey_known", "That passkey is known already.")
        self._note("passkey.made", passkey, asker, now)
        return passkey

    def ask(self, person: Person | None, now: datetime) -> Mapping[str, Any]:
        """Return what a browser needs to show a passkey (``PublicKeyCredentialRequestOptions``).

        ``person``: who has to prove themselves; None: whoever has one.
        """
        whose = None if person is None else whose_of(person)
        options, _ = self._server.authenticate_begin(
            credentials=None if person is None else [_data(one) for one in self.listed(person)],
            user_verification=_NEEDED,
            challenge=self._challenge("entry", whose, now),
        )
        return _plain(options.public_key)

    def shown(self, answer: Mapping[str, Any], person: Person | None, now: datetime) -> Whose:
        """Return whose passkey was shown, in answer to a question that is asked no more.

        Raises
        ------
        Refusal
            ``sign_in_refused``, whatever is wrong with it.
        """
        whose = None if person is None else whose_of(person)
        try:
            read = AuthenticationResponse.from_dict(answer)
            challenge = read.response.client_data.challenge
            self._asked(challenge, "entry", whose, now)
            known = sessions.read_passkey(self._tables, _name(read.raw_id))
            if known is None or (whose is not None and known.whose != whose):
                raise refused()
            self._server.authenticate_complete(_state(challenge), [_data(known)], answer)
            count = read.response.authenticator_data.counter
        except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError):
            raise refused() from None
        if (count or known.count) and count <= known.count:
            raise refused()
        if self._entries.person(known.whose) is None:
            raise refused()
        if not sessions.count_passkey(self._tables, known, count, now):
            raise refused()
        return known.whose

    def listed(self, person: Person) -> list[Passkey]:
        """Return somebody's passkeys, the newest first."""
        found = sessions.read_passkeys(self._tables, person.program, person.id)
        good = [one for one in found if one.whose == whose_of(person)]
        return sorted(good, key=lambda one: one.made_at, reverse=True)

    def remove(self, person: Person, passkey: str, asker: Asker, now: datetime) -> None:
        """Let a passkey open nothing from now on.

        Raises
        ------
        Refusal
            ``passkey_not_found``.
        """
        found = sessions.read_passkey(self._tables, passkey)
        if found is None or found.whose != whose_of(person):
            raise Refusal("not_found", "passkey_not_found")
        sessions.remove_passkey(self._tables, found)
        self._note("passkey.removed", found, asker, now)

    def _challenge(self, purpose: sessions.Purpose, whose: Whose | None, now: datetime) -> bytes:
        return websafe_decode(self._entries.question(purpose, whose, now))

    def _asked(
        self, challenge: bytes, purpose: sessions.Purpose, whose: Whose | None, now: datetime
    ) -> None:
        found = self._entries.answered(websafe_encode(challenge), purpose, now)
        if found is None or found.whose != whose:
            raise ValueError("nobody asked that, or not now, or somebody else")

    def _note(self, what: str, passkey: Passkey, asker: Asker, now: datetime) -> None:
        whose = passkey.whose
        whom = {"person": whose.person}
        before, after = ({}, whom) if what == "passkey.made" else (whom, {})
        line = Changed(whose.program, now, asker.by, what, passkey.id[:32], before, after)
        audit_log.note(self._tables, line)


def _not_ours() -> Refusal:
    detail = "That is no passkey that was asked for here a moment ago: begin again."
    return Refusal("invalid", "passkey_refused", detail, pointer="/credential")


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _NEEDED}


def _data(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(passkey.credential))


def _name(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _handle(whose: Whose) -> bytes:
    """Return what an authenticator knows a person by: the same person elsewhere is another."""
    return hashlib.sha256(f"{whose.program} {whose.person}".encode()).digest()


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as JSON (``parseCreationOptionsFromJSON`` in browsers reads it)."""
    return {name: _json(options[name]) for name in options}


def _json(value: Any) -> Any:
    if hasattr(value, "items"):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    return value
