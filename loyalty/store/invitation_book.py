"""Invitations: one item beside each member, a guest book for each campaign, a line for each yes.

The text is sealed (``loyalty.store.sealing``), for it may hold the member's name; whether somebody
comes is a word under a random id. Lines of the book name members by id, in the order of their yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.invitation import GuestBook, Invited, Terms
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.sealed_tables import unopened
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyalty.core.invitation import State
    from loyalty.store.tables import Item, Key, Tables, Write

_NUMBER = re.compile(r"[0-9]{8}")
_LETTERS: Final[Mapping[State, str]] = {"coming": "c", "waiting": "w"}
_LAST = "~"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Guest:
    """Who has said yes, and the number of that."""

    member: str
    number: int


# Beside the member


def put(one: Invited) -> Write:
    """Return the write of an invitation, if its version is the next one."""
    before = one.version - 1
    key = keys.invited_key(one.program, one.member, one.id)
    return Put(key, _item(one), Equals("v", before) if before else Absent())


def read(tables: Tables, program: str, member: str, name: str) -> Invited | None:
    """Return an invitation of a member."""
    item = tables.get(keys.invited_key(program, member, name))
    return to_invited(item) if item else None


def read_shell(tables: Tables, program: str, member: str, name: str) -> Invited | None:
    """Return the same without anything that is sealed, for those who may not open it."""
    return read(unopened(tables), program, member, name)


def read_of(tables: Tables, program: str, member: str) -> list[Invited]:
    """Return all invitations of a member, the oldest first."""
    first = keys.invited_key(program, member, "")
    found = [to_invited(item) for item in tables.query("state", first.pk, first.sk)]
    return sorted(found, key=lambda one: (one.asked, one.id))


def read_shells_of(tables: Tables, program: str, member: str) -> list[Invited]:
    """Return the same without anything that is sealed."""
    return read_of(unopened(tables), program, member)


def forget(one: Invited) -> Write:
    """Return the write by which a member was never invited, if nothing has changed meanwhile."""
    return Delete(keys.invited_key(one.program, one.member, one.id), Equals("v", one.version))


def put_told(tables: Tables, one: Invited) -> None:
    """Write that others were told of an answer; where it has changed meanwhile, nothing."""
    key = keys.invited_key(one.program, one.member, one.id)
    try:
        done, same = {"td": one.changes}, Equals("v", one.version)
        tables.write(Update(key, done, remove=("wp", "wt"), condition=same))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind == "throttled":
            raise


def untold(tables: Tables, program: str, now: int, limit: int) -> list[tuple[str, str]]:
    """Return (member, id) of answers of which others were not told."""
    places = tables.waiting(keys.untold_guests(program), now, limit)
    return [keys.invited_at(one.key) for one in places]


# The guest book


def begin(program: str, campaign: str, places: int) -> Write:
    """Return the write of an empty guest book."""
    return put_book(program, campaign, GuestBook(places, version=1))


def put_book(program: str, campaign: str, book: GuestBook) -> Write:
    """Return the write of a guest book, if its version is the next one."""
    item = {
        "p": book.places,
        "c": book.coming,
        "w": book.waiting,
        "n": book.refused,
        "l": book.number,
        "v": book.version,
        **({"of": book.off} if book.off else {}),
    }
    before = book.version - 1
    condition = Equals("v", before) if before else Absent()
    return Put(keys.guest_book_key(program, campaign), item, condition)


def read_book(tables: Tables, program: str, campaign: str) -> GuestBook | None:
    """Return a guest book; None before its campaign has started."""
    item = tables.get(keys.guest_book_key(program, campaign))
    if item is None:
        return None
    return GuestBook(
        item["p"], item["c"], item["w"], item["n"], item["l"], item["v"], item.get("of", 0)
    )


def lines(before: Invited, after: Invited | None) -> list[Write]:
    """Return the writes by which a yes stands where it belongs; None: nobody is there any more."""
    writes: list[Write] = []
    if before.holds:
        writes.append(Delete(_line_key(before)))
    if after is not None and after.holds:
        number, state = after.number, after.state
        writes.append(put_line(after.program, after.campaign, state, number, after.member))
    return writes


def put_line(program: str, campaign: str, state: State, number: int, member: str) -> Write:
    """Return the write by which a member stands so under a number that nobody has."""
    return Put(keys.guest_key(program, campaign, _LETTERS[state], number), {"m": member}, Absent())


def forget_line(program: str, campaign: str, guest: Guest, state: State = "waiting") -> Write:
    """Return the write by which nobody stands so under that number."""
    return Delete(keys.guest_key(program, campaign, _LETTERS[state], guest.number))


def guests(  # noqa: PLR0917
    tables: Tables, program: str, campaign: str, state: State, cursor: str, limit: int
) -> tuple[list[Guest], str | None]:
    """Return who stands so, in the order of their yes, and where to go on.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    first = keys.guest_key(program, campaign, _LETTERS[state], 0).sk
    prefix = first[: -len(f"{0:08d}")]
    after = f"{prefix}{cursors.read(cursor, _NUMBER)}{_LAST}" if cursor else first
    partition = keys.guests_partition(program)
    found = tables.between("state", partition, after, prefix + _LAST, limit + 1)
    shown = [Guest(item["m"], int(item["sk"].removeprefix(prefix))) for item in found[:limit]]
    more = len(found) > limit
    return shown, cursors.written(f"{shown[-1].number:08d}") if more else None


def all_guests(tables: Tables, program: str, campaign: str, state: State) -> Iterator[Guest]:
    """Yield everybody who stands so."""
    cursor: str | None = ""
    while cursor is not None:
        found, cursor = guests(tables, program, campaign, state, cursor, _PAGE)
        yield from found


def _line_key(one: Invited) -> Key:
    return keys.guest_key(one.program, one.campaign, _LETTERS[one.state], one.number)


def _item(one: Invited) -> Item:
    terms = one.terms
    return {
        "c": one.campaign,
        "tx": dict(one.texts),
        "ti": dict(terms.titles),
        "p": terms.places,
        "b": [terms.begins, terms.ends, terms.closes],
        "pl": terms.place,
        "w": int(terms.waits),
        "a": one.asked,
        "st": one.state,
        "no": one.number,
        "ch": one.changed,
        "n": one.changes,
        "td": one.told,
        "v": one.version,
        **(
            {"wp": keys.untold_guests(one.program), "wt": one.changed // 1_000_000}
            if one.told < one.changes
            else {}
        ),
    }


def to_invited(item: Mapping[str, Any]) -> Invited:
    """Return an invitation as it lies in the table; of what is sealed still, without that."""
    program, member = keys.owner(item["pk"])
    begins, ends, closes = item["b"]
    waits = bool(item["w"])
    terms = Terms(item["ti"], item["p"], begins, ends, closes, item["pl"], waits)
    return Invited(
        program=program,
        member=member,
        id=item["sk"].partition("#")[2],
        campaign=item["c"],
        terms=terms,
        texts=item.get("tx", {}),
        asked=item["a"],
        state=item["st"],
        number=item["no"],
        changed=item["ch"],
        changes=item["n"],
        told=item["td"],
        version=item["v"],
    )
