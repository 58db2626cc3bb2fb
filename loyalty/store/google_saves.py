"""Read and write who holds a card in Google Wallet, and what was reported of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

from loyalty.store import happenings, keys
from loyalty.store.happenings import InWallet
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.store.tables import Tables, Write

Written = Literal["written", "repeated", "moved"]


@dataclass(frozen=True, slots=True)
class SaveMark:
    """What is known of a card at Google.

    Attributes
    ----------
    saves, removals
        How many callbacks of each kind have come.
    at, last
        End (ms) and kind (``save``, ``del``) of the newest of them.
    gone
        1 where updates have ended.
    pending
        Second of a click without a save yet, or of a removal that nobody could look into; 0 for
        neither. For a while after it the card may yet be saved, and updates do not end.
    change
        Counts writes; 0 where nothing was written so far.
    """

    saves: int = 0
    removals: int = 0
    at: int = 0
    last: str = ""
    gone: int = 0
    pending: int = 0
    change: int = 0


@dataclass(frozen=True, slots=True)
class SaveEvent:
    """A callback as it is kept: its nonce, and what it said.

    Attributes
    ----------
    kind
        ``save`` or ``del``.
    at
        Second at which it came.
    order
        Google's own time (ms), which puts one member's events in order.
    nonce_ends
        Second until which the nonce is kept. What it said is a line of figures, and stays.
    """

    nonce: str
    kind: str
    at: int
    order: int
    nonce_ends: int


def read_mark(tables: Tables, program: str, member: str) -> SaveMark:
    """Read what is known of a member's card at Google."""
    item = tables.get(keys.google_key(program, member)) or {}
    known = {field.name: item[field.name] for field in fields(SaveMark) if field.name in item}
    return SaveMark(**known)


def put_mark(tables: Tables, program: str, member: str, mark: SaveMark) -> None:
    """Write a mark that was made from the one with the same ``change``; raises Cancelled."""
    tables.write(_mark(program, member, mark))


@dataclass(frozen=True, slots=True)
class Standing:
    """Which of some (program, member) stand how at Google.

    Attributes
    ----------
    known
        Who ever clicked: there may be an object.
    updated
        Those of them whose updates have not ended.
    unsettled
        Those of these whose newest word is a removal, after which nobody could tell who has it.
    """

    known: set[tuple[str, str]]
    updated: set[tuple[str, str]]
    unsettled: set[tuple[str, str]]


def standing(tables: Tables, members: Iterable[tuple[str, str]], before: int) -> Standing:
    """Return how these stand; a click before that second has had its time."""
    found = {
        keys.owner(key.pk): item
        for key, item in tables.get_many(keys.google_key(*member) for member in members).items()
    }
    going = {member: item for member, item in found.items() if not item["gone"]}
    unsettled = {
        member
        for member, item in going.items()
        if item["last"] == "del" and 0 < item["pending"] < before
    }
    return Standing(set(found), set(going), unsettled)


def updated(tables: Tables, members: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of these (program, member) who have a mark whose updates have not ended."""
    found = tables.get_many(keys.google_key(*member) for member in members)
    return {keys.owner(key.pk) for key, item in found.items() if not item["gone"]}


def record(tables: Tables, program: str, member: str, event: SaveEvent, mark: SaveMark) -> Written:
    """Write a callback with the mark it leads to: at once, and once for its nonce.

    Returns
    -------
    Written
        ``repeated``: it has come before. ``moved``: the mark is not as it was read any more, or a
        conflict. Nothing was written in both cases.
    """
    nonce = {"m": member, "ttl": event.nonce_ends}
    taken = event.kind == "del"
    line = InWallet(member, "google", event.nonce, taken, event.at, event.order)
    try:
        tables.write(
            Put(keys.google_nonce_key(event.nonce), nonce, Absent()),
            happenings.put_in_wallet(program, line),
            _mark(program, member, mark),
        )
    except Cancelled as cancelled:
        return "repeated" if cancelled.reasons[0].kind == "condition" else "moved"
    return "written"


def read_events(tables: Tables, program: str, member: str, at: datetime) -> list[str]:
    """Return the kinds of a member's events of a day (UTC), oldest first."""
    found = happenings.in_wallets(tables, program, member, at)
    return ["del" if one.taken else "save" for one in found if one.wallet == "google"]


def _mark(program: str, member: str, mark: SaveMark) -> Put:
    unchanged = Equals("change", mark.change) if mark.change else Absent()
    item = asdict(replace(mark, change=mark.change + 1))
    return Put(keys.google_key(program, member), item, unchanged)


def forget(program: str, member: str) -> list[Write]:
    """Return the writes by which nothing is known of a card at Google."""
    return [
        Delete(keys.google_key(program, member)),
        Delete(keys.google_check_key(program, member)),
        Delete(keys.google_history_key(program, member)),
    ]
