"""List and forget what lies in the state table about a person: by key, in pages, as often as asked.

What stays is nobody's: the standing, what bringing somebody has earned, and the member's item as a
tombstone without a word about who it was.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.store import contact_book, customer_links, keys, membership, registrations
from loyalty.store.items.member import member_item, to_member
from loyalty.store.sealed_tables import unopened
from loyalty.store.tables import Cancelled, Delete, Equals, Key, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.core.member import Member
    from loyalty.store.membership import OutsideNames
    from loyalty.store.tables import Place, Tables, Write

PAGE = 25
"""Writes in one transaction."""
# What was told to others is told once, and what was counted is counted once: how far that has come
# is no word about anybody. (Of whoever has left no rhythm is kept beside it.)
_STAYS = ("ACCOUNT", "MEMBER", "REFERRAL", "MERGED#", "DERIVED", "COUNTED")
_WALLETS = ("DEVICE#", "GOOGLE")


def leave(before: Member, due: datetime) -> Write:
    """Return the write of a tombstone that is found when its wallets need not be told any more."""
    item = {
        **member_item(before.forgotten()),
        "wp": keys.LEAVING,
        "wt": microseconds(due) // 1_000_000,
    }
    key = keys.member_key(before.program, before.id)
    return Put(key, item, Equals("cv", before.card_version))


def forget_data_key(program: str, member: str) -> Write:
    """Return the write after which nobody can read what is sealed of a person, in no backup."""
    return Delete(keys.data_key_key(keys.member_key(program, member).pk))


def people(
    tables: Tables, after: tuple[str, str] | None, limit: int
) -> tuple[list[tuple[str, str, bool]], tuple[str, str] | None]:
    """Return program, member and whether they were forgotten, of so many items of the table.

    And where to go on, None at the end.
    """
    found, following = tables.scan(0, 1, after, limit, (keys.member_key("", "").sk,))
    told = [(*keys.owner(item["pk"]), to_member(item).is_forgotten) for item in found]
    return told, following


def due(
    tables: Tables, now: datetime, limit: int, after: Place | None = None
) -> list[tuple[Place, tuple[str, str]]]:
    """Return tombstones whose wallets need not be told any more: their place, program and member.

    With ``after`` those behind that place.
    """
    second = microseconds(now) // 1_000_000
    found = tables.waiting(keys.LEAVING, second, limit, after=after)
    return [(one, keys.owner(one.key.pk)) for one in found]


def wallets_wait(tables: Tables, program: str, member: str, now: datetime) -> bool:
    """Tell whether a person's wallets have still to be told that the card is void."""
    item = tables.get(keys.member_key(program, member))
    return item is not None and item.get("wt", 0) > microseconds(now) // 1_000_000


def forget(tables: Tables, program: str, member: str) -> None:
    """Forget what the wallets do not need: notes, contacts, customers, codes, the link."""
    for contact in contact_book.read_contacts_of(tables, program, member):
        tables.write(*contact_book.forget(tables, program, contact, member))
    for customer in customer_links.read_of(tables, program, member):
        if customer_links.read(tables, program, *customer) == member:
            customer_links.unlink(tables, program, member, customer)
    _delete(tables, (key for key in _partition(tables, program, member) if not _is_wallet(key)))
    # Last: who was merged has a data key of their own, to the notes that have just gone.
    tables.write(forget_data_key(program, member))


def forget_link(tables: Tables, names: OutsideNames) -> None:
    """Make a link lead nowhere, at once."""
    tables.write(membership.forget_link(names.link))


def forget_wallets(tables: Tables, person: Member, names: OutsideNames) -> None:
    """Forget the phones, what is known of Google, and the serial that a pass is found by."""
    program, member = person.program, person.id
    registrations.forget_phones(tables, program, member, person.serial)
    outside = _outside(names, person.serial, wallets=True)
    _delete(tables, (*filter(_is_wallet, _partition(tables, program, member)), *outside))
    key = keys.member_key(program, member)
    # Somebody else has written it: then another night finds it here.
    with suppress(Cancelled):
        tables.write(Update(key, remove=("wp", "wt"), condition=Equals("cv", person.card_version)))


def left(tables: Tables, program: str, member: str, *, wallets: bool) -> list[str]:
    """Return the places of what still tells something of a person; ``wallets``: theirs too."""
    found = [
        key.sk for key in _partition(tables, program, member) if wallets or not _is_wallet(key)
    ]
    place = keys.member_key(program, member)
    person = membership.read_shell(tables, program, member)
    if person is not None and not person.is_forgotten:
        found.append(place.sk)
    data_key = keys.data_key_key(place.pk)
    return [*found, data_key.sk] if tables.get(data_key) else found


def left_names(tables: Tables, names: OutsideNames, serial: str, *, wallets: bool) -> list[str]:
    """Return the outside names that still lead to a person."""
    return [key.pk for key in tables.get_many(_outside(names, serial, wallets=wallets))]


def _outside(names: OutsideNames, serial: str, *, wallets: bool) -> tuple[Key, ...]:
    link = keys.directory_key("link", names.link)
    # The card's code stays with the tombstone: it is random, and tills are told who has left.
    return (link, keys.directory_key("serial", serial)) if wallets else (link,)


def _partition(tables: Tables, program: str, member: str) -> list[Key]:
    partition = keys.member_key(program, member).pk
    return [
        Key("state", item["pk"], item["sk"])
        for item in unopened(tables).query("state", partition)
        if not item["sk"].startswith(_STAYS)
    ]


def _is_wallet(key: Key) -> bool:
    return key.sk.startswith(_WALLETS)


def _delete(tables: Tables, found: Iterable[Key]) -> None:
    waiting = list(found)
    for start in range(0, len(waiting), PAGE):
        tables.write(*(Delete(key) for key in waiting[start : start + PAGE]))
