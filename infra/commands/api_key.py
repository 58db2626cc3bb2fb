"""Keys for the API: of tills, staff and owners. A key is shown once and cannot be read again.

loyalty key add --program coffee --scope till
loyalty key add anna0001 --program coffee --scope staff --expires 2027-06-30 --limit per_shift=300
loyalty key list --program coffee
loyalty key rotate anna0001 --program coffee --overlap 60
loyalty key revoke anna0001 --program coffee
"""

from __future__ import annotations

import secrets
import string
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from infra.commands import place
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.access.key_ring import Asker, KeyRing
from loyalty.access.keys import ApiKey, label
from loyalty.refusals import Refusal
from loyalty.store.audit_log import COMMAND

if TYPE_CHECKING:
    import argparse

    from loyalty.access.key_ring import ListedKey

SCOPES = ("till", "staff", "accountant", "manager", "owner")
BY = Asker(COMMAND)
_LETTERS = string.ascii_letters + string.digits
_SMALL = string.ascii_lowercase + string.digits


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    add = commands.add_parser("add", help="make a key and show it, once")
    add.set_defaults(run=_add)
    add.add_argument(
        "id", nargs="?", help="8 to 26 small letters and digits: who acts, in the ledger"
    )
    add.add_argument("--scope", required=True, choices=SCOPES)
    add.add_argument("--sources", help="the tills it may speak for: till,square; all if not said")
    add.add_argument("--expires", help="the last day it is good, UTC: 2027-06-30")
    add.add_argument("--name", default="", help="how you call it")
    add.add_argument("--location", default="", help="where it is used")
    add.add_argument("--person", default="", help="whose it is: their id")
    add.add_argument(
        "--limit", action="append", default=[], help="a limit of its own: per_shift=300"
    )
    listed = commands.add_parser("list", help="list a program's keys, without their secrets")
    listed.set_defaults(run=_list)
    rotate = commands.add_parser("rotate", help="give a key another secret and show it, once")
    rotate.set_defaults(run=_rotate)
    rotate.add_argument("id", help="the key's id")
    rotate.add_argument(
        "--overlap", type=int, default=0, help="minutes for which the old one opens, too"
    )
    revoke = commands.add_parser("revoke", help="let a key open nothing any more, at once")
    revoke.set_defaults(run=_revoke)
    revoke.add_argument("id", help="the key's id: the part of its text behind the stage")
    for one in (add, listed, rotate, revoke):
        one.add_argument("--program", required=True, help="the program's id")
        place.add_options(one)


def ring(where: place.Place) -> KeyRing:
    """Return the use cases of keys, there."""
    return KeyRing(where.tables(), label(where.stage), _secret)


def refused(refusal: Refusal, fallback: str = "") -> Failure:
    """Return a refusal as the sentence to print."""
    return Failure(refusal.detail or fallback or refusal.code)


def _add(given: argparse.Namespace) -> int:
    key_id = given.id or "".join(secrets.choice(_SMALL) for _ in range(12))
    key = ApiKey(
        key_id,
        given.program,
        given.scope,
        tuple(given.sources.split(",")) if given.sources else (),
        _end(given.expires),
        given.name,
        given.location,
        given.person,
        dict(_limit(one) for one in given.limit),
    )
    where = place.open_place(given)
    place.program_of(where, given.program)
    try:
        made = ring(where).make(key, BY, datetime.now(UTC))
        say(made, id=key.id, key=made, scope=key.scope)
    except Refusal as refusal:
        if refusal.code == "bad_key_id":
            raise Failure(f"{key_id!r} cannot name a key: {refusal.detail}") from None
        if refusal.code == "key_exists":
            raise Failure(f"there is a key {key_id!r} already: choose another id") from None
        raise refused(refusal) from None
    return 0


def _list(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    for one in ring(where).listed(given.program):
        now = datetime.now(UTC)
        say(
            _line(one, now),
            id=one.key.id,
            scope=one.key.scope,
            last4=one.last4,
            name=one.key.name,
            sources=one.key.sources,
            location=one.key.location,
            person=one.key.person,
            expires_at=one.key.expires_at,
        )
    return 0


def _line(one: ListedKey, now: datetime) -> str:
    key = one.key
    ended = key.expires_at is not None and key.expires_at <= now
    until = f"until {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else ""
    told = [key.name, *key.sources, key.location, key.person, "ended" if ended else until]
    return "  ".join([f"{key.id:26} {key.scope:10} …{one.last4}", *filter(None, told)])


def _rotate(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    overlap = timedelta(minutes=max(given.overlap, 0))
    try:
        made = ring(where).rotate(given.program, given.id, overlap, BY, datetime.now(UTC))
        say(made, id=given.id, key=made)
    except Refusal as refusal:
        raise refused(refusal, _no_key(given)) from None
    return 0


def _revoke(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    try:
        ring(where).revoke(given.program, given.id, BY, datetime.now(UTC))
    except Refusal as refusal:
        raise refused(refusal, _no_key(given)) from None
    say(f"{given.id} opens nothing any more", id=given.id)
    return 0


def _no_key(given: argparse.Namespace) -> str:
    return f"the program {given.program} has no key {given.id!r}"


def _limit(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not number.isdecimal():
        raise Failure(f"{text!r} is no limit: write it as per_shift=300")
    return name, int(number)


def _secret() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(40))


def _end(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        last = date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{text!r} is no day: write it as 2027-06-30") from None
    end = datetime.combine(last, time(), UTC) + timedelta(days=1)
    if end <= datetime.now(UTC):
        raise Failure(f"{text} is over already: name a day to come")
    return end
