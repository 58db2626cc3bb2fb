"""Read and write contacts by their pseudonyms: who has proved one, who has typed one, what is sent.

A contact belongs to the member who has proved it, and to nobody before. Whoever types it only
leaves a claim, by which staff find the card of a person whom they see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.items.member import contact_item, owner_item
from loyalty.store.tables import Absent, AllOf, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Condition, Item, Tables, Write

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class ContactOwner:
    """Whose contact it is.

    ``told``: the shop says so (an import), and nobody has proved it yet. Otherwise ``verified`` is
    False only in items from before a proof was needed.
    """

    member: str
    verified: bool
    told: bool = False


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code on its way to a contact: only a keyed hash of it is kept.

    Attributes
    ----------
    contact
        Pseudonym of the contact that it was sent to.
    tries
        How often it was guessed at, rightly or not.
    ends
        Second since 1970 from which on it is no longer good.
    """

    contact: str
    hash: str
    tries: int
    ends: int


# Who has proved a contact, and who has typed it


def read_contact(tables: Tables, program: str, contact: str) -> ContactOwner | None:
    """Return whose contact it is."""
    item = tables.get(keys.contact_key(program, contact))
    return _owner(item) if item else None


def read_owners(tables: Tables, program: str, contacts: Iterable[str]) -> dict[str, ContactOwner]:
    """Return whose each of these contacts is; nobody's are left out."""
    places = {keys.contact_key(program, contact): contact for contact in contacts}
    found = tables.get_many(places)
    return {places[key]: _owner(item) for key, item in found.items()}


def _owner(item: Item) -> ContactOwner:
    return ContactOwner(item["member"], item["verified"], bool(item.get("told")))


def read_claims(tables: Tables, program: str, contact: str) -> tuple[str, ...]:
    """Return the members who have typed a contact and proved nothing."""
    partition = keys.contact_key(program, contact).pk
    found = tables.query("state", partition, "CLAIM#")
    return tuple(item["sk"].removeprefix("CLAIM#") for item in found)


def claim(program: str, contact: str, member: str) -> list[Write]:
    """Return the writes of a contact that a member has typed."""
    owner = owner_item(program, member)
    return [
        Put(keys.claim_key(program, contact, member), owner),
        Put(keys.member_contact_key(program, member, contact), {"key": contact}),
    ]


def prove(program: str, contact: str, member: str, seen: ContactOwner | None) -> list[Write]:
    """Return the writes of a contact that a member has proved, if it is still as it was seen."""
    unmoved: Condition = Equals("member", seen.member) if seen else Absent()
    return [
        Put(keys.contact_key(program, contact), contact_item(program, member), unmoved),
        *proved(program, contact, member),
    ]


def tell(program: str, contact: str, member: str) -> list[Write]:
    """Return the writes of a contact of which the shop says whose it is, if it is nobody's yet."""
    told = {**owner_item(program, member), "verified": False, "told": 1}
    return [
        Put(keys.contact_key(program, contact), told, Absent()),
        Put(keys.member_contact_key(program, member, contact), {"key": contact}),
    ]


def confirm(tables: Tables, program: str, contact: str, member: str) -> None:
    """Write that what the shop has told of a contact was right: it was proved.

    Raises
    ------
    Cancelled
        It is somebody else's by now.
    OutcomeUnknown
        It may have been written.
    """
    proved_now = contact_item(program, member)
    tables.write(
        Put(keys.contact_key(program, contact), proved_now, Equals("member", member)),
        *proved(program, contact, member),
    )


def proved(program: str, contact: str, member: str) -> list[Write]:
    """Return the writes on the member's side of a contact that has become theirs."""
    return [
        Delete(keys.claim_key(program, contact, member)),
        Put(keys.member_contact_key(program, member, contact), {"key": contact}),
    ]


def read_contacts_of(tables: Tables, program: str, member: str) -> tuple[str, ...]:
    """Return the contacts that lead to a member, proved or not."""
    first = keys.member_contact_key(program, member, "")
    found = tables.query("state", first.pk, first.sk)
    return tuple(item["key"] for item in found)


def redirect(tables: Tables, program: str, contact: str, old: str, new: str) -> list[Write]:
    """Return the writes that make one member's contact another's, proved or not as it was.

    What was only typed stays a claim, unless the other has proved that contact.
    """
    owner = read_contact(tables, program, contact)
    writes: list[Write] = [
        Delete(keys.member_contact_key(program, old, contact)),
        Delete(keys.claim_key(program, contact, old)),
    ]
    if owner is not None and owner.member == old:
        key = keys.contact_key(program, contact)
        writes.append(Update(key, {"member": new}, condition=Equals("member", old)))
        return [*writes, *proved(program, contact, new)]
    if owner is not None and owner.member == new:
        return writes
    return [*writes, *claim(program, contact, new)]


def forget(tables: Tables, program: str, contact: str, member: str) -> list[Write]:
    """Return the writes that leave nothing of a contact with a member."""
    owner = read_contact(tables, program, contact)
    writes: list[Write] = [
        Delete(keys.claim_key(program, contact, member)),
        Delete(keys.member_contact_key(program, member, contact)),
    ]
    if owner is not None and owner.member == member:
        writes.append(Delete(keys.contact_key(program, contact), Equals("member", member)))
    return writes


# Codes that are sent


def read_code(tables: Tables, program: str, member: str) -> SentCode | None:
    """Return the code that was sent last for a member's card."""
    item = tables.get(keys.proof_key(program, member))
    return SentCode(item["c"], item["h"], item["n"], item["e"]) if item else None


def send_code(tables: Tables, program: str, member: str, code: SentCode) -> None:
    """Write a code that is sent now; raises Cancelled or OutcomeUnknown."""
    tables.write(put_code(program, member, code))


def put_code(program: str, member: str, code: SentCode) -> Write:
    """Return the write of a code; the one before it is good no more."""
    values = {"c": code.contact, "h": code.hash, "n": code.tries, "e": code.ends}
    return Put(keys.proof_key(program, member), {**values, "ttl": code.ends + _HOUR})


def count_try(tables: Tables, program: str, member: str, seen: SentCode) -> None:
    """Count one more try; raises Cancelled where others were faster, or another code was sent."""
    as_read = AllOf((Equals("h", seen.hash), Equals("n", seen.tries)))
    key = keys.proof_key(program, member)
    tables.write(Update(key, {"n": seen.tries + 1}, condition=as_read))


def use_code(program: str, member: str, code: SentCode) -> Write:
    """Return the write by which a code is good once."""
    return Delete(keys.proof_key(program, member), Equals("h", code.hash))


def drop_code(program: str, member: str) -> Write:
    """Return the write by which no code is good."""
    return Delete(keys.proof_key(program, member))


# Messages to a contact, counted by the hour


def read_attempts(tables: Tables, program: str, contact: str, hour: int) -> int:
    """Return how often something was asked for a contact in an hour (since 1970)."""
    item = tables.get(keys.attempts_key(program, contact, hour))
    return int(item["n"]) if item else 0


def count_attempt(tables: Tables, program: str, contact: str, hour: int, seen: int) -> None:
    """Count one more attempt than were seen; raises Cancelled when there are more by now."""
    counted = {"n": seen + 1, "ttl": (hour + 2) * _HOUR}
    unchanged = Equals("n", seen) if seen else Absent()
    tables.write(Put(keys.attempts_key(program, contact, hour), counted, unchanged))
