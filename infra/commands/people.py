"""Who works for a program, and as what; and what was changed, and by whom.

loyalty people add Anna --program coffee --role manager
loyalty people list --program coffee
loyalty people role aaaaaaaaaaaaaaaaaaaaaaaaaa owner --program coffee
loyalty people link aaaaaaaaaaaaaaaaaaaaaaaaaa --program coffee
loyalty people founder aaaaaaaaaaaaaaaaaaaaaaaaaa --program coffee
loyalty people sessions aaaaaaaaaaaaaaaaaaaaaaaaaa --program coffee
loyalty people sign-out aaaaaaaaaaaaaaaaaaaaaaaaaa --program coffee
loyalty people remove aaaaaaaaaaaaaaaaaaaaaaaaaa --program coffee
loyalty people changes --program coffee --since 2026-11-01 --csv changes.csv
"""

from __future__ import annotations

import json
import secrets
import string
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from infra.commands import place
from infra.commands.answer import hint, say
from infra.commands.api_key import BY, refused
from infra.failures import Failure
from loyalty.access.founding import Founding
from loyalty.access.people import People
from loyalty.access.sessions import LINK_LIFE, Sessions
from loyalty.core.instants import microseconds
from loyalty.refusals import Refusal
from loyalty.sheets import safe_csv
from loyalty.store import audit_log
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from loyalty.store.audit_log import Changed
    from loyalty.store.tables import Tables

ROLES = ("owner", "manager", "accountant", "staff")
_SMALL = string.ascii_lowercase + "234567"
_PAGE = 100
_FIRST_DAY = date(2020, 1, 1)

_CHANGE = ("at", "by", "what", "which", "before", "after")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    add = commands.add_parser("add", help="take somebody in, and show their id")
    add.set_defaults(run=_add)
    add.add_argument("name", help="how they are called here")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--id", default="", help="of somebody who works for another program")
    listed = commands.add_parser("list", help="list who works for the program")
    listed.set_defaults(run=_list)
    role = commands.add_parser("role", help="give somebody another role")
    role.set_defaults(run=_role)
    role.add_argument("id", help="their id")
    role.add_argument("role", choices=ROLES)
    remove = commands.add_parser("remove", help="let somebody go: their key opens nothing any more")
    remove.set_defaults(run=_remove)
    remove.add_argument("id", help="their id")
    founder = commands.add_parser("founder", help="let somebody make programs in this deployment")
    founder.set_defaults(run=_founder)
    founder.add_argument("id", help="their id")
    founder.add_argument("--no-more", action="store_true", help="take that back")
    link = commands.add_parser("link", help="print a link by which somebody signs in, once")
    link.set_defaults(run=_link)
    link.add_argument("id", help="their id")
    sessions = commands.add_parser("sessions", help="list browsers in which somebody is signed in")
    sessions.set_defaults(run=_sessions)
    sessions.add_argument("id", help="their id")
    out = commands.add_parser("sign-out", help="end all sessions, links, passkeys of somebody")
    out.set_defaults(run=_sign_out)
    out.add_argument("id", help="their id")
    changes = commands.add_parser("changes", help="list what was changed, and by whom")
    changes.set_defaults(run=_changes)
    changes.add_argument("--since", help="from that day on, UTC: 2026-11-01")
    changes.add_argument("--until", help="up to and with that day, UTC")
    changes.add_argument("--csv", type=Path, help="write it into this file instead")
    for one in (add, listed, role, founder, link, sessions, out, remove, changes):
        one.add_argument("--program", required=True, help="the program's id")
        place.add_options(one)


def _people(given: argparse.Namespace) -> tuple[People, Tables]:
    where = place.open_place(given)
    place.program_of(where, given.program)
    tables = where.tables()
    return People(tables), tables


def _add(given: argparse.Namespace) -> int:
    act = _new_id()
    use, now = _people(given)[0], datetime.now(UTC)
    try:
        made = use.add(given.program, given.name, given.role, given.id, act, BY, now)
    except Refusal as refusal:
        raise refused(refusal) from None
    say(made.person.id, id=made.person.id)
    return 0


def _list(given: argparse.Namespace) -> int:
    for one in _people(given)[0].listed(given.program):
        line = f"{one.id}  {one.role:10} {one.name}  {one.key}".rstrip()
        say(line, id=one.id, role=one.role, name=one.name, key=one.key)
    return 0


def _role(given: argparse.Namespace) -> int:
    use = _people(given)[0]
    try:
        changed = use.change(given.program, given.id, BY, datetime.now(UTC), role=given.role)
    except Refusal as refusal:
        raise refused(refusal, _nobody(given)) from None
    say(f"{changed.name} is {changed.role} now", id=changed.id, role=changed.role)
    return 0


def _founder(given: argparse.Namespace) -> int:
    use, tables = _people(given)
    now = datetime.now(UTC)
    try:
        person = use.find(given.program, given.id)
        founding = Founding(tables, Programs(tables, lambda: now))
        founding.allow(person.id, now, allowed=not given.no_more)
    except Refusal as refusal:
        raise refused(refusal, _nobody(given)) from None
    may = "makes no programs here any more" if given.no_more else "may make programs here"
    say(f"{person.name} {may}")
    return 0


def _remove(given: argparse.Namespace) -> int:
    use = _people(given)[0]
    try:
        use.remove(given.program, given.id, BY, datetime.now(UTC))
    except Refusal as refusal:
        raise refused(refusal, _nobody(given)) from None
    say(f"{given.id} works here no more; their key opens nothing")
    return 0


def _entries(tables: Tables) -> Sessions:
    return Sessions(tables, _new_id, lambda: secrets.token_urlsafe(32))


def _link(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    use = _entries(where.tables())
    try:
        link = use.link(given.program, given.id, BY, datetime.now(UTC))
    except Refusal as refusal:
        raise refused(refusal, _nobody(given)) from None
    # A passkey belongs to a name, never to a number (WebAuthn): on this machine to localhost.
    base_url = where.settings().get("BASE_URL", "").replace("://127.0.0.1", "://localhost", 1)
    say(f"{base_url}/sign-in/{link}", link=f"{base_url}/sign-in/{link}")
    hint(f"good once, for {LINK_LIFE.seconds // 60} minutes")
    return 0


def _sessions(given: argparse.Namespace) -> int:
    use = _entries(_people(given)[1])
    for one in use.listed(given.program, given.id, datetime.now(UTC)):
        say(
            f"{one.id}  {one.made_at:%Y-%m-%d %H:%M}  {one.used_at:%Y-%m-%d %H:%M}  {one.browser}",
            id=one.id,
            made_at=one.made_at,
            used_at=one.used_at,
            browser=one.browser,
        )
    return 0


def _sign_out(given: argparse.Namespace) -> int:
    use, tables = _people(given)
    now = datetime.now(UTC)
    try:
        found = _entries(tables).listed(given.program, given.id, now)
        use.sign_out(given.program, given.id, BY, now)
    except Refusal as refusal:
        raise refused(refusal, _nobody(given)) from None
    say(
        f"{len(found)} sessions are ended, and with them links and passkeys: "
        f"{place.open_place(given).command(f'people link {given.id} --program {given.program}')} "
        "lets them in again. Their key is as it was.",
        ended=len(found),
    )
    return 0


def _new_id() -> str:
    return "".join(secrets.choice(_SMALL) for _ in range(26))


def _changes(given: argparse.Namespace) -> int:
    since = microseconds(_day(given.since))
    end = _day(given.until) + timedelta(days=1) if given.until else datetime.now(UTC)
    tables = _people(given)[1]
    rows = [
        (
            f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
            one.by,
            one.what,
            one.which,
            _said(one.before),
            _said(one.after),
        )
        for one in _all(tables, given.program, (since, microseconds(end)))
    ]
    if given.csv is None:
        for row in rows:
            say("  ".join(row), **dict(zip(_CHANGE, row, strict=True)))
        return 0
    text = safe_csv.text([_CHANGE, *rows])
    given.csv.write_text("\ufeff" + text, encoding="utf-8", newline="")
    say(f"{len(rows)} changes are in {given.csv}", changes=len(rows))
    return 0


def _all(tables: Tables, program: str, between: tuple[int, int]) -> Iterator[Changed]:
    cursor = ""
    while True:
        page = audit_log.page(tables, program, between, cursor, _PAGE)
        yield from page.changes
        if page.next is None:
            return
        cursor = page.next


def _said(settings: object) -> str:
    return json.dumps(settings, sort_keys=True) if settings else ""


def _day(text: str | None) -> datetime:
    try:
        day = _FIRST_DAY if text is None else date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{text!r} is no day: write it as 2026-11-01") from None
    return datetime.combine(day, time(), UTC)


def _nobody(given: argparse.Namespace) -> str:
    return f"nobody of the program {given.program} has the id {given.id!r}"
