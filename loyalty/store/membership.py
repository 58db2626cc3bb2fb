"""Read and write who a member is: personal data, outside names, notes about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.core.news import NOTHING
from loyalty.store import appointments, campaign_marks, directory, keys
from loyalty.store.commit import first_writes
from loyalty.store.items.account import to_account
from loyalty.store.items.member import member_item, owner_item, to_member
from loyalty.store.sealed_tables import unopened
from loyalty.store.sealing import UNREADABLE, is_sealed, unreadable
from loyalty.store.tables import Absent, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Account
    from loyalty.core.booking import Appointment
    from loyalty.core.member import Member
    from loyalty.core.news import Marks
    from loyalty.store.commit import Change
    from loyalty.store.tables import Item, Key, Tables, Write

_DAY = 86_400
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class OutsideNames:
    """What a member is found by, beside the serial, which stands on the member.

    Attributes
    ----------
    reference
        Of the card code.
    link
        Digest of the link token.
    short
        Name of the short code (`directory.short_name`); empty where a card has none yet.
    """

    reference: str
    link: str
    short: str = ""


# Members


def read_member(tables: Tables, program: str, member: str) -> Member | None:
    """Read a member's personal data.

    Raises
    ------
    Refusal
        ``member_unreadable``: their data key is gone.
    """
    return _readable(tables.get(keys.member_key(program, member)))


def read_remains(tables: Tables, program: str, member: str) -> Member | None:
    """Read a member, also one who is unreadable: then all that is not sealed (`sealing`)."""
    item = tables.get(keys.member_key(program, member))
    return to_member(item) if item else None


def read_shell(tables: Tables, program: str, member: str) -> Member | None:
    """Read of a member what is never sealed, and open nothing: no name, contact or birthday."""
    item = unopened(tables).get(keys.member_key(program, member))
    return to_member(item) if item else None


def _readable(item: Item | None) -> Member | None:
    if item is None:
        return None
    if is_sealed(item):
        raise unreadable()
    return to_member(item)


def read_person(tables: Tables, program: str, member: str) -> tuple[Member, Account] | None:
    """Read a member's personal data and standing at once; None where one is missing.

    Raises
    ------
    Refusal
        As `read_member`.
    """
    places = keys.member_key(program, member), keys.account_key(program, member)
    found = tables.get_many(places)
    if len(found) != len(places):
        return None
    person, standing = (found[place] for place in places)
    known = _readable(person)
    return (known, to_account(program, member, standing)) if known else None


def read_card(
    tables: Tables, program: str, member: str
) -> tuple[Member, Account, Marks, tuple[Appointment, ...]] | None:
    """Read all that a card shows of a member at once; None where there is none.

    Raises
    ------
    Refusal
        As `read_member`.
    """
    person, account, told, booked = (
        keys.member_key(program, member),
        keys.account_key(program, member),
        keys.reached_key(program, member),
        keys.appointments_key(program, member),
    )
    found = tables.get_many((person, account, told, booked))
    if person not in found or account not in found:
        return None
    marks = campaign_marks.to_marks(found[told]) if told in found else NOTHING
    coming = appointments.to_kept(found.get(booked)).appointments
    known = _readable(found[person])
    return (known, to_account(program, member, found[account]), marks, coming) if known else None


def read_card_versions(
    tables: Tables, members: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return how often the card of each of these (program, member) has changed.

    Changes of the person and of the standing are counted together; who is missing is left out.
    """
    places = {member: (keys.account_key(*member), keys.member_key(*member)) for member in members}
    found = unopened(tables).get_many(place for pair in places.values() for place in pair)
    return {
        member: found[account]["c"] + found[person]["cv"]
        for member, (account, person) in places.items()
        if account in found and person in found
    }


def add_member(
    tables: Tables, member: Member, names: OutsideNames, first: Change, more: Iterable[Write] = ()
) -> None:
    """Write everything about a new member at once, and ``more`` with it.

    Raises
    ------
    Cancelled
        A name is taken, or the application has made a member already; nothing was written.
    OutcomeUnknown
        It may have been written.
    """
    program = member.program
    owner = owner_item(program, member.id)
    tables.write(
        Put(keys.member_key(program, member.id), member_item(member), Absent()),
        *first_writes(first),
        *(Put(key, owner, Absent()) for key in _outside(names, member.serial)),
        *more,
    )


def remember_application(member: Member, asked: str, seen: str | None, content: str = "") -> Write:
    """Return the write by which an application is known as the one that has made a member.

    ``seen``: the member that it had made when it was looked up, long ago by now. ``content``: a
    fingerprint of what was asked, where ``asked`` does not say it.
    """
    owner = owner_item(member.program, member.id)
    ends = microseconds(member.enrolled_at) // 1_000_000 + _DAY
    unmoved = Equals("member", seen) if seen else Absent()
    told = {"fp": content} if content else {}
    return Put(keys.directory_key("join", asked), {**owner, "ttl": ends, **told}, unmoved)


def read_application(tables: Tables, asked: str) -> tuple[tuple[str, str], str] | None:
    """Return whom an application has made (program, member), and its content's fingerprint."""
    item = tables.get(keys.directory_key("join", asked))
    return ((item["program"], item["member"]), item.get("fp", "")) if item else None


def _outside(names: OutsideNames, serial: str) -> tuple[Key, ...]:
    return (
        keys.directory_key("code", names.reference),
        keys.directory_key("link", names.link),
        keys.directory_key("serial", serial),
        *((keys.directory_key("short", names.short),) if names.short else ()),
    )


def forget_application(asked: str) -> Write:
    """Return the write by which an application has made nobody."""
    return Delete(keys.directory_key("join", asked))


def change_member(before: Member, after: Member) -> Write:
    """Return the write of a member as they are now, if they still are as they were read.

    ``after`` has a higher card version: who has read the earlier form cannot write it back.
    """
    key = keys.member_key(before.program, before.id)
    return Put(key, member_item(after), Equals("cv", before.card_version))


def remember_merged(program: str, old: str, into: str) -> Write:
    """Return the write by which it is known who was merged into a member."""
    return Put(keys.merged_key(program, into, old), owner_item(program, old))


def read_merged(tables: Tables, program: str, member: str) -> list[str]:
    """Return who was merged into a member."""
    first = keys.merged_key(program, member, "")
    return [item["member"] for item in tables.query("state", first.pk, first.sk)]


def renew_link(tables: Tables, before: Member, after: Member, old: str, new: str) -> None:
    """Write a member with their new link (digests of both); the old one leads nowhere then.

    Raises
    ------
    Cancelled
        Somebody else has written the member, or a conflict; nothing was written.
    OutcomeUnknown
        It may have been written.
    """
    owner = owner_item(after.program, after.id)
    tables.write(
        change_member(before, after),
        Delete(keys.directory_key("link", old)),
        Put(keys.directory_key("link", new), owner, Absent()),
    )


def rename(before: Member, after: Member, old: OutsideNames, new: OutsideNames) -> list[Write]:
    """Return the writes of a member under new outside names; all earlier ones lead nowhere."""
    owner = owner_item(after.program, after.id)
    return [
        change_member(before, after),
        *(Delete(key) for key in _outside(old, before.serial)),
        *(Put(key, owner, Absent()) for key in _outside(new, after.serial)),
    ]


def name_shortly(tables: Tables, before: Member, after: Member) -> None:
    """Give a card that has no short code one that is nobody else's.

    Raises
    ------
    Cancelled
        Somebody has it, or the member was written meanwhile.
    OutcomeUnknown
        It may have been written.
    """
    name = directory.short_name(after.program, after.short_code)
    key = keys.member_key(after.program, after.id)
    values = {"sc": after.short_code, "cv": after.card_version}
    owner, place = owner_item(after.program, after.id), keys.directory_key("short", name)
    tables.write(
        Update(key, values, condition=Equals("cv", before.card_version)),
        Update(place, owner, condition=Absent()),
    )


def forget_link(link: str) -> Write:
    """Return the write that makes a link (its digest) lead nowhere."""
    return Delete(keys.directory_key("link", link))


def void(tables: Tables, names: OutsideNames) -> None:
    """Make a card's codes and its link lead nowhere, at once."""
    tables.write(*forget_names(names))


def forget_names(names: OutsideNames) -> list[Write]:
    """Return the writes that make a card's codes and its link lead nowhere."""
    return [
        Delete(keys.directory_key("code", names.reference)),
        Delete(keys.directory_key("link", names.link)),
        *([Delete(keys.directory_key("short", names.short))] if names.short else []),
    ]


# What staff said and gave


def put_note(program: str, member: str, act: tuple[str, str, str], reason: str) -> Write:
    """Return the write of the reason for an act: its kind, the key that did it, its id."""
    kind, key, name = act
    return Put(keys.note_key(program, member, kind, key, name), {"text": reason, "by": key})


def add_note(program: str, member: str, act: tuple[str, str, str], text: str) -> Write:
    """Return the write of a note that is an act by itself, and is there once."""
    kind, key, name = act
    place = keys.note_key(program, member, kind, key, name)
    return Put(place, {"text": text, "by": key}, Absent())


def read_note(tables: Tables, program: str, member: str, act: tuple[str, str, str]) -> str | None:
    """Return what was said of an act: its kind, the key that did it, its id."""
    item = tables.get(keys.note_key(program, member, *act))
    return _said(item) if item else None


def read_notes(
    tables: Tables, program: str, member: str, acts: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str, str], str]:
    """Return what was said of these acts, where something was."""
    places = {keys.note_key(program, member, *act): act for act in acts}
    return {places[key]: _said(item) for key, item in tables.get_many(places).items()}


def read_all_notes(tables: Tables, program: str, member: str) -> list[str]:
    """Return all that staff have said of a member."""
    first = keys.note_key(program, member, "", "", "")
    prefix = first.sk.partition("#")[0] + "#"
    return [_said(item) for item in tables.query("state", first.pk, prefix)]


def _said(item: Item) -> str:
    return UNREADABLE if is_sealed(item) else str(item["text"])


def read_given(tables: Tables, program: str, key: str, length: str, number: int) -> int | None:
    """Return what an API key has given in a day or month, or done in an hour; None: nothing."""
    item = tables.get(keys.given_key(program, key, length, number))
    return int(item["n"]) if item else None


def count_given(
    program: str, key: str, period: tuple[str, int], seen: int | None, given: int
) -> Write:
    """Return the write of what a key has given, or done, in a period (its length and number)."""
    unchanged = Absent() if seen is None else Equals("n", seen)
    length, number = period
    # Hours are numbered since 1970; what was counted in one matters to nobody a day later.
    kept = {"ttl": (number + 24) * _HOUR} if length == "hour" else {}
    return Put(keys.given_key(program, key, *period), {"n": given, **kept}, unchanged)
