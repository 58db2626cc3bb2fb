"""Read and write who is signed in, with which passkeys, and by what is good once.

Of secrets only hashes are kept. Sessions, passkeys and links say since when their person works for
the program: who was let go and taken in again, or signed out everywhere, has none from before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.core.instants import instant, microseconds
from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.store.tables import Item, Tables

Purpose = Literal["link", "passkey", "entry"]
"""A link that opens a session; a question to a new passkey; a question to a known one."""
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Whose:
    """A person of a program; ``since`` is as :class:`loyalty.store.people.Person` says."""

    program: str
    person: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in.

    Attributes
    ----------
    hash
        SHA-256 of its secret.
    used_at
        When it was last written down that it was used.
    ends_at
        When it ends, however often it is used.
    proved_at
        When whoever uses it last proved who they are.
    browser
        What the browser called itself.
    """

    id: str
    whose: Whose
    hash: str
    made_at: datetime
    used_at: datetime
    ends_at: datetime
    proved_at: datetime
    browser: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey.

    Attributes
    ----------
    id
        SHA-256 of the credential's id, in hexadecimal digits.
    credential
        Its id and public key: attested credential data (WebAuthn, section 6.5.1), in base64url.
    count
        Its signature counter; 0 where the authenticator has none.
    used_at
        None before it has opened anything.
    """

    id: str
    whose: Whose
    name: str
    credential: str
    count: int
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Once:
    """What is good once, until an instant: for whom (nobody in particular where None)."""

    purpose: Purpose
    ends_at: datetime
    whose: Whose | None


def put_session(tables: Tables, session: Session) -> None:
    """Write a new session."""
    ends = microseconds(session.ends_at) // _SECOND
    item: Item = {
        **_named(session.whose),
        "h": session.hash,
        "at": microseconds(session.made_at),
        "u": microseconds(session.used_at),
        "e": microseconds(session.ends_at),
        "v": microseconds(session.proved_at),
        "b": session.browser,
        "ttl": ends,
    }
    whose = session.whose
    listed = keys.listed_session_key(whose.program, whose.person, session.id)
    place = keys.directory_key("session", session.id)
    tables.write(Put(place, item, Absent()), Put(listed, {"ttl": ends}))


def read_session(tables: Tables, session: str) -> Session | None:
    """Read a session, whether it is over or not."""
    item = tables.get(keys.directory_key("session", session))
    return None if item is None else _session(session, item)


def read_sessions(tables: Tables, program: str, person: str) -> list[Session]:
    """Read all sessions of a person, by id."""
    first = keys.listed_session_key(program, person, "")
    names = [keys.listed_name(item["sk"]) for item in tables.query("state", first.pk, first.sk)]
    places = {name: keys.directory_key("session", name) for name in names}
    found = tables.get_many(places.values())
    return [_session(name, found[place]) for name, place in places.items() if place in found]


def note_use(tables: Tables, session: Session, now: datetime, *, proved: bool = False) -> None:
    """Write down that a session was used, and whether its person has proved themselves by it."""
    values = {"u": microseconds(now), **({"v": microseconds(now)} if proved else {})}
    place = keys.directory_key("session", session.id)
    _where_there(tables, Update(place, values, condition=Equals("h", session.hash)))


def remove_session(tables: Tables, session: Session) -> None:
    """Let a session open nothing from now on."""
    whose = session.whose
    tables.write(
        Delete(keys.directory_key("session", session.id)),
        Delete(keys.listed_session_key(whose.program, whose.person, session.id)),
    )


def put_passkey(tables: Tables, passkey: Passkey) -> bool:
    """Write a new passkey; False where that one is known already."""
    whose = passkey.whose
    item: Item = {
        **_named(whose),
        "n": passkey.name,
        "c": passkey.credential,
        "k": passkey.count,
        "at": microseconds(passkey.made_at),
    }
    place = keys.directory_key("passkey", passkey.id)
    listed = keys.listed_passkey_key(whose.program, whose.person, passkey.id)
    return _where_there(tables, Put(place, item, Absent()), Put(listed, {}))


def read_passkey(tables: Tables, passkey: str) -> Passkey | None:
    """Read a passkey."""
    item = tables.get(keys.directory_key("passkey", passkey))
    return None if item is None else _passkey(passkey, item)


def read_passkeys(tables: Tables, program: str, person: str) -> list[Passkey]:
    """Read all passkeys of a person."""
    first = keys.listed_passkey_key(program, person, "")
    names = [keys.listed_name(item["sk"]) for item in tables.query("state", first.pk, first.sk)]
    places = {name: keys.directory_key("passkey", name) for name in names}
    found = tables.get_many(places.values())
    return [_passkey(name, found[place]) for name, place in places.items() if place in found]


def count_passkey(tables: Tables, passkey: Passkey, count: int, now: datetime) -> bool:
    """Write down a use of a passkey and its new counter; False where another use came between."""
    values = {"k": count, "u": microseconds(now)}
    place = keys.directory_key("passkey", passkey.id)
    return _where_there(tables, Update(place, values, condition=Equals("k", passkey.count)))


def remove_passkey(tables: Tables, passkey: Passkey) -> None:
    """Let a passkey open nothing from now on."""
    whose = passkey.whose
    tables.write(
        Delete(keys.directory_key("passkey", passkey.id)),
        Delete(keys.listed_passkey_key(whose.program, whose.person, passkey.id)),
    )


def put_once(tables: Tables, name: str, once: Once) -> None:
    """Write what is good once, under the hash of its secret."""
    item: Item = {
        "k": once.purpose,
        "e": microseconds(once.ends_at),
        "ttl": microseconds(once.ends_at) // _SECOND + 1,
        **(_named(once.whose) if once.whose else {}),
    }
    tables.write(Put(keys.directory_key("once", name), item, Absent()))


def take_once(tables: Tables, name: str, purpose: Purpose) -> Once | None:
    """Return what is good once and let it be good no more; None where there is no such thing.

    Of two who take it at the same moment one gets it.
    """
    place = keys.directory_key("once", name)
    item = tables.get(place)
    if item is None or item["k"] != purpose:
        return None
    if not _where_there(tables, Delete(place, Equals("k", purpose))):
        return None
    whose = _whose(item) if "w" in item else None
    return Once(purpose, instant(item["e"]), whose)


def _where_there(tables: Tables, *writes: Put | Update | Delete) -> bool:
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        if any(reason.kind == "condition" for reason in cancelled.reasons):
            return False
        raise
    return True


def _named(whose: Whose) -> Item:
    return {"p": whose.program, "w": whose.person, "s": microseconds(whose.since)}


def _whose(item: Item) -> Whose:
    return Whose(item["p"], item["w"], instant(item["s"]))


def _session(name: str, item: Item) -> Session:
    return Session(
        id=name,
        whose=_whose(item),
        hash=item["h"],
        made_at=instant(item["at"]),
        used_at=instant(item["u"]),
        ends_at=instant(item["e"]),
        proved_at=instant(item["v"]),
        browser=item["b"],
    )


def _passkey(name: str, item: Item) -> Passkey:
    return Passkey(
        id=name,
        whose=_whose(item),
        name=item["n"],
        credential=item["c"],
        count=item["k"],
        made_at=instant(item["at"]),
        used_at=instant(item["u"]) if "u" in item else None,
    )
