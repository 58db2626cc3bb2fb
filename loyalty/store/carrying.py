"""Read everything of a program on its way out, and write it down on its way in.

What comes in goes into an empty program, entry by entry as it was: each write is put where nothing
is, so that doing it again changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from loyalty.core.instants import microseconds
from loyalty.core.news import NOTHING, Marks
from loyalty.store import (
    answer_lines,
    appointments,
    campaign_marks,
    channel_book,
    contact_book,
    feedback_book,
    invitation_book,
    keys,
    member_records,
    membership,
    reading,
)
from loyalty.store.channel_book import NOWHERE, Reach
from loyalty.store.commit import put_order
from loyalty.store.items.account import account_values
from loyalty.store.items.entry import entry_item
from loyalty.store.items.member import member_item, owner_item
from loyalty.store.items.referral import referral_item, to_referral
from loyalty.store.member_records import Record
from loyalty.store.tables import Absent, Cancelled, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.booking import Appointment
    from loyalty.core.feedback import Feedback
    from loyalty.core.invitation import Invited
    from loyalty.core.member import Member
    from loyalty.core.order import Order, OrderKey
    from loyalty.core.referral import Referral
    from loyalty.store.membership import OutsideNames
    from loyalty.store.reading import StoredFact
    from loyalty.store.tables import Item, Key, Tables, Write

Standing = Literal["proved", "told", "typed"]
"""Of a contact with a member: proved, told by an import, only typed."""

AT_ONCE = 25
_KINDS = ("MEMBER", "ORDER", "DOUBLE")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a program's document, and the microsecond since 1970 it is in force from."""

    version: int
    card_version: int
    since: int
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OnProgram:
    """What lies on a program beside its documents.

    Attributes
    ----------
    card_version
        Of all its cards, which broadcasts raise, too; 0: that of the last document.
    notice
        What all its cards say; None for nothing.
    calendar
        How often the address of its calendar was replaced.
    """

    card_version: int = 0
    notice: Mapping[str, Any] | None = None
    calendar: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of the table holds of one program, by name."""

    members: tuple[str, ...]
    orders: tuple[OrderKey, ...]
    doubles: tuple[OrderKey, ...]
    next: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about a member that is not in the ledger.

    ``names``: which of ``code``, ``link``, ``serial``, ``short`` lead to them still. ``contacts``:
    pseudonyms by how they stand. ``merged``: who has become this member. ``record``: what the shop
    has written down of them. ``asked``: what they were asked, and have answered.
    ``invited``: what they were invited to. ``told``: what campaigns have told them, and when.
    ``reach``: what is known of ways to them. ``booked``: when they come.
    """

    member: Member
    account: Account
    contacts: tuple[tuple[str, Standing], ...]
    names: tuple[str, ...]
    merged: tuple[str, ...]
    referral: Referral | None
    record: Record = field(default_factory=Record)
    asked: tuple[Feedback, ...] = ()
    invited: tuple[Invited, ...] = ()
    told: Marks = NOTHING
    reach: Reach = NOWHERE
    booked: tuple[Appointment, ...] = ()


# Out


def versions(tables: Tables, program: str) -> list[Version]:
    """Return every version of a program, the oldest first."""
    first = keys.program_version_key(program, 0)
    prefix = first.sk.rpartition("#")[0] + "#"
    return [
        Version(
            int(item["sk"].removeprefix(prefix)),
            item["card_version"],
            item.get("since", 0),
            json.loads(item["document"]),
        )
        for item in tables.query("state", program, prefix)
    ]


def on_program(tables: Tables, program: str) -> OnProgram:
    """Return what lies on a program beside its documents."""
    item = tables.get(keys.program_key(program)) or {}
    calendar = tables.get(keys.calendar_address_key(program)) or {}
    return OnProgram(item.get("card_version", 0), item.get("no"), calendar.get("n", 0))


def page(tables: Tables, program: str, after: tuple[str, str] | None, limit: int) -> Found:
    """Return what so many items of the table hold of a program, and where to go on."""
    items, following = tables.scan(0, 1, after, limit, _KINDS)
    members: list[str] = []
    orders: list[OrderKey] = []
    doubles: list[OrderKey] = []
    for item in items:
        if not item["pk"].startswith(f"{program}#"):
            continue
        if item["sk"] == "MEMBER":
            members.append(keys.owner(item["pk"])[1])
        else:
            order = keys.order_at(item["pk"])
            (orders if item["sk"] == "ORDER" else doubles).append(order)
    return Found(tuple(members), tuple(orders), tuple(doubles), following)


def read_person(tables: Tables, program: str, member: str, names: OutsideNames) -> Person | None:
    """Return everything about a member; None where they have no standing.

    Of whoever is unreadable (`loyalty.store.sealing`), everything but what is sealed.
    """
    person = membership.read_remains(tables, program, member)
    account = reading.read_account(tables, program, member)
    if person is None or account is None:
        return None
    contacts = contact_book.read_contacts_of(tables, program, member)
    owners = contact_book.read_owners(tables, program, contacts)
    places = {key: name for name, key in _outside(names, person.serial).items()}
    referral = keys.referral_key(program, member)
    record = keys.record_key(program, member)
    told = keys.reached_key(program, member)
    reach = keys.channels_of_key(program, member)
    booked = keys.appointments_key(program, member)
    there = tables.get_many([*places, referral, record, told, reach, booked])
    return Person(
        member=person,
        account=account,
        contacts=tuple((one, _standing(owners.get(one), member)) for one in contacts),
        names=tuple(sorted(places[key] for key in there if key in places)),
        merged=tuple(membership.read_merged(tables, program, member)),
        referral=to_referral(there[referral]) if referral in there else None,
        record=member_records.seen_record(there.get(record)),
        asked=tuple(feedback_book.read_of(tables, program, member)),
        invited=tuple(invitation_book.read_of(tables, program, member)),
        told=campaign_marks.to_marks(there[told]) if told in there else NOTHING,
        reach=channel_book.to_reach(there[reach]) if reach in there else NOWHERE,
        booked=appointments.to_kept(there.get(booked)).appointments,
    )


def _outside(names: OutsideNames, serial: str) -> dict[str, Key]:
    found = {"code": names.reference, "link": names.link, "serial": serial, "short": names.short}
    return {kind: keys.directory_key(kind, name) for kind, name in found.items() if name}


def _standing(owner: contact_book.ContactOwner | None, member: str) -> Standing:
    if owner is None or owner.member != member:
        return "typed"
    return "proved" if owner.verified else "told" if owner.told else "typed"


def read_facts(tables: Tables, entries: Sequence[Entry]) -> list[tuple[str, StoredFact, int]]:
    """Return the facts that entries name: name, fact, and microsecond since 1970."""
    places = {keys.fact_of(entry.program, entry.fact): entry for entry in entries}
    found = tables.get_many(places)
    return [
        (places[key].fact, reading.stored_fact(item), item["at"])
        for key, item in sorted(found.items(), key=lambda one: places[one[0]].seq)
    ]


# In


def is_empty(tables: Tables, program: str) -> bool:
    """Tell whether nobody has ever joined a program."""
    return not any(
        tables.listed(keys.members_partition(program, shard), "", 1)
        for shard in range(keys.MEMBER_SHARDS)
    )


def put_versions(
    tables: Tables,
    program: str,
    found: Sequence[Version],
    looks: Mapping[str, str],
    beside: OnProgram,
) -> None:
    """Write the versions of a program that is not there, and make the last one current.

    ``looks``: what is published of its own designs, by their ids. Phones are rung for nothing that
    all cards say: they were, where it was said.
    """
    for one in found:
        stored = {
            "document": json.dumps(one.document, ensure_ascii=False),
            "version": one.version,
            "card_version": one.card_version,
            "since": one.since,
        }
        put_absent(tables, [Put(keys.program_version_key(program, one.version), stored, Absent())])
        if one is found[-1]:
            look = looks.get(one.document.get("design", ""), "")
            worn: Item = {"look": look} if look else {}
            if beside.notice is not None:
                worn["no"] = dict(beside.notice)
            worn["card_version"] = max(one.card_version, beside.card_version)
            put_absent(tables, [Put(keys.program_key(program), stored | worn, Absent())])
    if beside.calendar:
        address = Put(keys.calendar_address_key(program), {"n": beside.calendar}, Absent())
        put_absent(tables, [address])


def put_entries(tables: Tables, entries: Sequence[Entry]) -> None:
    """Write entries as they were."""
    writes: list[Write] = [
        Put(keys.entry_key(one.program, one.member, one.seq), entry_item(one), Absent())
        for one in entries
    ]
    put_absent(tables, writes)


def put_facts(tables: Tables, program: str, facts: Iterable[tuple[str, StoredFact, int]]) -> None:
    """Write facts as they were: name, fact, and microsecond since 1970."""
    writes: list[Write] = []
    for name, fact, at in facts:
        text = json.dumps(fact.answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        item = {
            "fp": fact.fingerprint,
            "an": text,
            "at": at,
            "en": [list(one) for one in fact.entries],
        }
        writes.append(Put(keys.fact_of(program, name), item, Absent()))
    put_absent(tables, writes)


def put_orders(tables: Tables, orders: Iterable[Order]) -> None:
    """Write heads of orders as they were; those of nobody wait for their member again."""
    put_absent(tables, [write for order in orders for write in put_order(order)])


def put_doubles(tables: Tables, doubles: Iterable[OrderKey], second: int) -> None:
    """Write which orders were kept apart from the first one of their id."""
    writes: list[Write] = [
        Put(keys.double_key(one), {"wp": keys.doubles(one.program), "wt": second}, Absent())
        for one in doubles
    ]
    put_absent(tables, writes)


def put_person(
    tables: Tables, person: Person, names: OutsideNames, now: datetime, more: Iterable[Write] = ()
) -> None:
    """Write everything about a member that is not in the ledger; their card is handed over anew.

    ``more`` is written before the member, too.
    """
    program, member = person.member.program, person.member.id
    owner = owner_item(program, member)
    places = _outside(names, person.member.serial)
    writes: list[Write] = [
        Put(keys.member_key(program, member), member_item(person.member), Absent()),
        Put(keys.account_key(program, member), _account(person.account, now), Absent()),
        *(Put(places[name], owner, Absent()) for name in person.names),
    ]
    for contact, standing in person.contacts:
        if standing == "proved":
            proved = contact_book.prove(program, contact, member, None)
            writes += [one for one in proved if isinstance(one, Put)]
        elif standing == "told":
            writes += contact_book.tell(program, contact, member)
        else:
            writes += contact_book.claim(program, contact, member)
    writes += [membership.remember_merged(program, old, member) for old in person.merged]
    if person.referral is not None:
        item = referral_item(person.referral)
        writes.append(Put(keys.referral_key(program, member), item, Absent()))
    if person.record != Record():
        writes.append(member_records.put_record(program, member, person.record))
    writes += [*_told(person), *more]
    # The member is written last, or with everything: so whoever is there is there as a whole.
    put_absent(tables, writes[AT_ONCE:])
    put_absent(tables, writes[:AT_ONCE])


def _told(person: Person) -> list[Write]:
    """Return the writes of what a member was told, asked and invited to, and by which ways."""
    program, member = person.member.program, person.member.id
    writes: list[Write] = []
    for one in person.asked:
        writes.append(feedback_book.put(replace(one, version=1)))
        writes += [answer_lines.put(one)] if one.changes else []
    for each in person.invited:
        # Others were told of it where it was answered.
        writes.append(invitation_book.put(replace(each, version=1, told=each.changes)))
    if person.told != NOTHING:
        writes.append(campaign_marks.change(program, member, NOTHING, person.told))
    if person.reach != NOWHERE:
        writes.append(channel_book.change(program, member, NOWHERE, person.reach))
    if person.booked:
        writes.append(appointments.change(program, member, appointments.Kept(), person.booked))
    return writes


def _account(account: Account, now: datetime) -> Item:
    waiting = {
        "wp": keys.publish(account.program, account.member),
        "wt": microseconds(now) // 1_000_000,
    }
    return {**account_values(account), **waiting}


def put_absent(tables: Tables, writes: Sequence[Write]) -> None:
    """Write so many at a time; what is there already stays as it is."""
    for start in range(0, len(writes), AT_ONCE):
        chunk = writes[start : start + AT_ONCE]
        try:
            tables.write(*chunk)
        except Cancelled:
            _put_each(tables, chunk)


def _put_each(tables: Tables, writes: Sequence[Write]) -> None:
    for one in writes:
        try:
            tables.write(one)
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind != "condition":
                raise


def as_it_was(write: Write) -> Write:
    """Return the write of something of any version where nothing is."""
    return replace(write, condition=Absent()) if isinstance(write, Put) else write
