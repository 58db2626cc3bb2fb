"""What a shop has written down of a member, and the words by which members are found.

Both lie in the member's own partition: whoever is forgotten leaves nothing of them behind. A word
(the beginning of a name, a tag, the value of an attribute) lies in the index ``members`` under its
keyed hash, in order of joining.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from loyalty.core.instants import microseconds
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.items.account import to_account
from loyalty.store.items.member import to_member
from loyalty.store.sealing import is_sealed, unreadable
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, OutcomeUnknown, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.store.tables import Item, Tables, Write

CHANNELS: Final = ("card", "email", "sms", "phone", "messenger")
"""By which somebody may agree to be told of offers."""
_PLACE = re.compile(r"[0-9]{20}#[^#]+")


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody has said of one purpose and channel, to which text, and when (µs)."""

    given: bool
    version: str
    at: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a shop has written down of a member.

    Attributes
    ----------
    attributes
        By the ids that the program declares, as texts.
    consents
        By ``<purpose>/<channel>``.
    version
        Rises with every change; 0 where nothing was ever written.
    """

    tags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, Consent] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as a list shows them."""

    person: Member
    account: Account
    record: Record


def agreed(consents: Mapping[str, Consent]) -> dict[str, bool]:
    """Return what holds of each purpose and channel.

    What a booking tool or CRM says lies beside, as ``<purpose>/<channel>@<source>``. Its "no"
    counts against whatever was said here before; its "yes" makes no consent here.
    """
    said = {topic: one for topic, one in consents.items() if "@" not in topic}
    holds = {topic: one.given for topic, one in said.items()}
    for name, one in consents.items():
        topic, mark, _ = name.partition("@")
        if mark and not one.given and (topic not in said or said[topic].at <= one.at):
            holds[topic] = False
    return holds


def read_record(tables: Tables, program: str, member: str) -> Record:
    """Return what was written down of a member; an empty record where that is nothing.

    Raises
    ------
    Refusal
        ``member_unreadable``: their data key is gone.
    """
    item = tables.get(keys.record_key(program, member))
    return to_record(item) if item else Record()


def change_record(program: str, member: str, before: Record, after: Record) -> Write:
    """Return the write of a record, if it still is as it was read."""
    unchanged = Equals("v", before.version) if before.version else Absent()
    return Put(keys.record_key(program, member), _item(after, before.version + 1), unchanged)


def put_record(program: str, member: str, record: Record) -> Write:
    """Return the write of a record as it was, where there is none."""
    return Put(keys.record_key(program, member), _item(record, record.version), Absent())


def remove_record(program: str, member: str, before: Record) -> Write:
    """Return the write that removes a record, if it still is as it was read."""
    unchanged = Equals("v", before.version)
    return Delete(keys.record_key(program, member), unchanged)


def written(tables: Tables, *writes: Write) -> bool:
    """Write all of that at once; False where something was not as it was read, or nobody knows."""
    try:
        tables.write(*writes)
    except (Cancelled, OutcomeUnknown):
        return False
    return True


def found_by(program: str, member: str, joined: datetime, words: Iterable[str]) -> list[Write]:
    """Return the writes by which a member is found by these words (keyed hashes)."""
    place = keys.members_place(microseconds(joined), member)
    return [
        Put(
            keys.found_key(program, member, word),
            {"mp": keys.found_partition(program, word), "mo": place},
        )
        for word in words
    ]


def found_no_more(program: str, member: str, words: Iterable[str]) -> list[Write]:
    """Return the writes by which a member is not found by these words."""
    return [Delete(keys.found_key(program, member, word)) for word in words]


def under(
    tables: Tables, program: str, word: str, cursor: str, limit: int
) -> tuple[list[str], str | None]:
    """Return who is found by a word, in order of joining, and where to go on; None at the end.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    after = cursors.read(cursor, _PLACE) if cursor else ""
    places = tables.listed(keys.found_partition(program, word), after, limit + 1)
    shown = places[:limit]
    more = len(places) > limit
    return [one.partition("#")[2] for one in shown], cursors.written(shown[-1]) if more else None


def read_listed(tables: Tables, program: str, members: Iterable[str]) -> list[Listed]:
    """Return these members with standing and record, in this order; who is missing is left out.

    Whoever is unreadable is among them, without a record and with ``UNREADABLE`` for a name.
    """
    wanted = list(members)
    places = {
        one: (
            keys.member_key(program, one),
            keys.account_key(program, one),
            keys.record_key(program, one),
        )
        for one in wanted
    }
    found = tables.get_many(place for three in places.values() for place in three)
    listed = []
    for one in wanted:
        person, account, record = (found.get(place) for place in places[one])
        if person is not None and account is not None:
            listed.append(
                Listed(
                    to_member(person),
                    to_account(program, one, account),
                    seen_record(record),
                )
            )
    return listed


def seen_record(item: Item | None) -> Record:
    """Return a record as far as it can be read; an empty one where that is nothing."""
    return Record() if item is None or is_sealed(item) else to_record(item)


def _item(record: Record, version: int) -> Item:
    return {
        "tg": list(record.tags),
        "at": dict(record.attributes),
        "co": {name: [one.given, one.version, one.at] for name, one in record.consents.items()},
        "v": version,
    }


def to_record(item: Item) -> Record:
    """Return a record as it lies in the table; raises as `read_record`."""
    if is_sealed(item):
        raise unreadable()
    consents = {
        name: Consent(bool(given), said, at) for name, (given, said, at) in item["co"].items()
    }
    return Record(tuple(item["tg"]), dict(item["at"]), consents, item["v"])
