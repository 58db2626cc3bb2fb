"""Read and write who a member is: personal data, contact, outside names, notes about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.commit import first_writes
from loyalty.store.items.account import to_account
from loyalty.store.items.member import contact_item, member_item, owner_item, to_member
from loyalty.store.tables import Absent, Delete, Equals, Key, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.store.commit import Change
    from loyalty.store.tables import Tables, Write

_HOUR = 3600
MOST_NOTES = 40
"""Notes forgotten with a person in one transaction; nobody has had that many yet."""


@dataclass(frozen=True, slots=True)
class OutsideNames:
    """What a member is found by, beside the serial, which stands on the member.

    Attributes
    ----------
    reference
        Of the card code.
    link
        Digest of the link token.
    contact
        Pseudonym of the contact.
    """

    reference: str
    link: str
    contact: str


@dataclass(frozen=True, slots=True)
class ContactOwner:
    """Whose contact it is, and whether they have proved it."""

    member: str
    verified: bool


# Members


def read_member(tables: Tables, program: str, member: str) -> Member | None:
    """Read a member's personal data."""
    item = tables.get(keys.member_key(program, member))
    return to_member(item) if item else None


def read_person(tables: Tables, program: str, member: str) -> tuple[Member, Account] | None:
    """Read a member's personal data and standing at once; None where one is missing."""
    places = keys.member_key(program, member), keys.account_key(program, member)
    found = tables.get_many(places)
    if len(found) != len(places):
        return None
    person, standing = (found[place] for place in places)
    return to_member(person), to_account(program, member, standing)


def read_card_versions(
    tables: Tables, members: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return how often the card of each of these (program, member) has changed.

    Changes of the person and of the standing are counted together; who is missing is left out.
    """
    places = {member: (keys.account_key(*member), keys.member_key(*member)) for member in members}
    found = tables.get_many(place for pair in places.values() for place in pair)
    return {
        member: found[account]["c"] + found[person]["cv"]
        for member, (account, person) in places.items()
        if account in found and person in found
    }


def add_member(tables: Tables, member: Member, names: OutsideNames, first: Change) -> None:
    """Write everything about a new member at once.

    Raises
    ------
    Cancelled
        The contact is somebody's, or a name is taken; nothing was written.
    OutcomeUnknown
        It may have been written.
    """
    program = member.program
    owner = owner_item(program, member.id)
    contact = contact_item(program, member.id, verified=False)
    outside = (
        keys.directory_key("code", names.reference),
        keys.directory_key("link", names.link),
        keys.directory_key("serial", member.serial),
    )
    tables.write(
        Put(keys.contact_key(program, names.contact), contact, Absent()),
        Put(keys.member_key(program, member.id), member_item(member), Absent()),
        *first_writes(first),
        *(Put(key, owner, Absent()) for key in outside),
    )


def change_member(before: Member, after: Member) -> Write:
    """Return the write of a member as they are now, if they still are as they were read.

    ``after`` has a higher card version: who has read the earlier form cannot write it back.
    """
    key = keys.member_key(before.program, before.id)
    return Put(key, member_item(after), Equals("cv", before.card_version))


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


def forget_link(link: str) -> Write:
    """Return the write that makes a link (its digest) lead nowhere."""
    return Delete(keys.directory_key("link", link))


# Contacts, by their pseudonyms


def read_contact(tables: Tables, program: str, contact: str) -> ContactOwner | None:
    """Return whose contact it is."""
    item = tables.get(keys.contact_key(program, contact))
    return ContactOwner(item["member"], item["verified"]) if item else None


def confirm_contact(tables: Tables, program: str, contact: str, member: str) -> None:
    """Mark a member's contact as proved; raises Cancelled when it is not theirs any more."""
    key = keys.contact_key(program, contact)
    tables.write(Update(key, {"verified": True}, condition=Equals("member", member)))


def redirect_contact(program: str, contact: str, old: str, new: str) -> Write:
    """Return the write that makes one member's contact another's."""
    key = keys.contact_key(program, contact)
    return Update(key, {"member": new}, condition=Equals("member", old))


def forget_contact(program: str, contact: str) -> Write:
    """Return the write that makes a contact nobody's."""
    return Delete(keys.contact_key(program, contact))


def read_attempts(tables: Tables, program: str, contact: str, hour: int) -> int:
    """Return how often it was tried to join with a contact in an hour (since 1970)."""
    item = tables.get(keys.attempts_key(program, contact, hour))
    return int(item["n"]) if item else 0


def count_attempt(tables: Tables, program: str, contact: str, hour: int, seen: int) -> None:
    """Count one more attempt than were seen; raises Cancelled when there are more by now."""
    counted = {"n": seen + 1, "ttl": (hour + 2) * _HOUR}
    unchanged = Equals("n", seen) if seen else Absent()
    tables.write(Put(keys.attempts_key(program, contact, hour), counted, unchanged))


# What staff said and gave


def put_note(program: str, member: str, act: tuple[str, str, str], reason: str) -> Write:
    """Return the write of the reason for an act: its kind, the key that did it, its id."""
    kind, key, name = act
    return Put(keys.note_key(program, member, kind, key, name), {"text": reason, "by": key})


def forget_notes(tables: Tables, program: str, member: str) -> list[Write]:
    """Return the writes that forget what was said about a member, as far as one commit can."""
    partition = keys.member_key(program, member).pk
    found = tables.query("state", partition, "NOTE#")[:MOST_NOTES]
    return [Delete(Key("state", item["pk"], item["sk"])) for item in found]


def read_given(tables: Tables, program: str, key: str, length: str, number: int) -> int | None:
    """Return what an API key has given in a day or month; None for nothing yet."""
    item = tables.get(keys.given_key(program, key, length, number))
    return int(item["n"]) if item else None


def count_given(
    program: str, key: str, period: tuple[str, int], seen: int | None, given: int
) -> Write:
    """Return the write of what a key has given in a period (day or month, and its number)."""
    unchanged = Absent() if seen is None else Equals("n", seen)
    return Put(keys.given_key(program, key, *period), {"n": given}, unchanged)
