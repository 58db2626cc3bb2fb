"""What lies in the two tables: every key format and every item shape, and nothing else.

Keys
----
Every key starts with the program, except directory items (``D#…``), which find a program from an
outside name. Program ids and sources hold no ``#``, so no two kinds of key can be mistaken.

========================  ==============================  =====================================
table and partition key   sort key                        item
========================  ==============================  =====================================
state  <program>          PROGRAM                         current version of the program
state  <program>          PROGRAM#<version>               every version, as JSON
state  <program>#M#<id>   ACCOUNT, MEMBER                 standing; personal data
state  <program>#M#<id>   GOOGLE                          a save to Google Wallet was begun
state  <program>#M#<id>   DEVICE#<device>                 a phone that wants updates of the pass
state  <program>#O#…      ORDER                           head of an order (source#id)
state  <program>#C#<key>  CONTACT                         whose contact this is
state  <program>#A#<key>  <hour>                          attempts to join with a contact (TTL)
state  D#<kind>#<name>    D                               code, link, serial, key or endpoint
state  D#device#<device>  <serial>                        passes of a phone
ledger <program>#M#<id>   E#<seq, 12 digits>              entry
ledger <program>#F#…      FACT                            fact (kind#source#id) and its answer
========================  ==============================  =====================================

Attribute names are short because every kilobyte of an item is paid for on every write.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zlib import crc32

from loyalty.account import Account, Entry, Posting, Pot
from loyalty.instants import instant, microseconds
from loyalty.member import Contact, Member
from loyalty.order import Context, Order, OrderKey, Part, Posted
from loyalty.store.tables import Item, Key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

PUBLISH_SHARDS = 4
"""Partitions of the index that holds cards waiting to be published."""


# Keys


def program_key(program: str) -> Key:
    """Return the key of the current version of a program."""
    return Key("state", program, "PROGRAM")


def program_version_key(program: str, version: int) -> Key:
    """Return the key of one version of a program."""
    return Key("state", program, f"PROGRAM#{version:06d}")


def account_key(program: str, member: str) -> Key:
    """Return the key of a member's standing."""
    return Key("state", _member(program, member), "ACCOUNT")


def member_key(program: str, member: str) -> Key:
    """Return the key of a member's personal data."""
    return Key("state", _member(program, member), "MEMBER")


def google_key(program: str, member: str) -> Key:
    """Return the key of the mark that a save to Google Wallet was begun."""
    return Key("state", _member(program, member), "GOOGLE")


def device_key(program: str, member: str, device: str) -> Key:
    """Return the key of a phone's registration, on the member's side."""
    return Key("state", _member(program, member), f"DEVICE#{device}")


def device_pass_key(device: str, serial: str) -> Key:
    """Return the key of a phone's registration, on the phone's side."""
    return Key("state", f"D#device#{device}", serial)


def order_key(order: OrderKey) -> Key:
    """Return the key of an order's head."""
    return Key("state", f"{order.program}#O#{order.source}#{order.id}", "ORDER")


def contact_key(program: str, contact: str) -> Key:
    """Return the key that keeps a contact (its pseudonym) to one member of a program."""
    return Key("state", f"{program}#C#{contact}", "CONTACT")


def attempts_key(program: str, contact: str, hour: int) -> Key:
    """Return the key that counts attempts to join with a contact within an hour since 1970."""
    return Key("state", f"{program}#A#{contact}", str(hour))


def directory_key(kind: str, name: str) -> Key:
    """Return the key of an outside name: ``code``, ``link``, ``serial``, ``key``, ``endpoint``."""
    return Key("state", f"D#{kind}#{name}", "D")


def entry_key(program: str, member: str, seq: int) -> Key:
    """Return the key of an account's entry."""
    return Key("ledger", _member(program, member), f"E#{seq:012d}")


def fact_key(program: str, kind: str, source: str, name: str) -> Key:
    """Return the key of a fact from outside that must count once."""
    return Key("ledger", f"{program}#F#{kind}#{source}#{name}", "FACT")


def parked(program: str) -> str:
    """Return the index partition of a program's parked orders."""
    return f"{program}#parked"


def publish(program: str, member: str) -> str:
    """Return the index partition in which a changed card waits to be published."""
    return f"publish#{crc32(f'{program}#{member}'.encode()) % PUBLISH_SHARDS}"


def publish_partitions() -> tuple[str, ...]:
    """Return all index partitions of cards waiting to be published."""
    return tuple(f"publish#{shard}" for shard in range(PUBLISH_SHARDS))


def owner(pk: str) -> tuple[str, str]:
    """Return program and member of a partition key of the form ``<program>#M#<member>``."""
    program, _, member = pk.partition("#M#")
    return program, member


def _member(program: str, member: str) -> str:
    return f"{program}#M#{member}"


# Accounts and entries


def account_values(account: Account) -> Item:
    """Return the attributes of an account that a commit writes."""
    return {
        "r": account.revision,
        "s": account.seq,
        "c": account.card_version,
        "h": account.head,
        "p": {name: _pot(pot) for name, pot in account.pots.items()},
        "m": account.spend,
        "v": account.visits,
    }


def to_account(program: str, member: str, item: Item) -> Account:
    """Read an account."""
    return Account(
        program=program,
        member=member,
        seq=item["s"],
        revision=item["r"],
        card_version=item["c"],
        head=item["h"],
        pots={name: _to_pot(value) for name, value in item["p"].items()},
        spend=item["m"],
        visits=item["v"],
    )


def _pot(pot: Pot) -> list[Any]:
    return [[number for lot in pot.lots for number in lot], pot.debt, str(pot.remainder)]


def _to_pot(value: list[Any]) -> Pot:
    flat, debt, remainder = value
    lots = tuple(zip(flat[::2], flat[1::2], strict=True))
    return Pot(lots=lots, debt=debt, remainder=Fraction(remainder))


def entry_item(entry: Entry) -> Item:
    """Return an entry as it lies in the ledger."""
    return {
        "k": entry.kind,
        "at": entry.at,
        "f": entry.fact,
        "a": entry.actor,
        "pv": entry.program_version,
        "p": [
            [posting.cause, posting.pot, posting.measure, str(posting.amount), posting.bucket]
            for posting in entry.postings
        ],
        "ph": entry.previous,
        "h": entry.hash,
    }


def to_entry(item: Item) -> Entry:
    """Read an entry."""
    program, member = owner(item["pk"])
    return Entry(
        program=program,
        member=member,
        seq=int(item["sk"].removeprefix("E#")),
        kind=item["k"],
        at=item["at"],
        fact=item["f"],
        actor=item["a"],
        program_version=item["pv"],
        postings=tuple(_to_posting(*posting) for posting in item["p"]),
        previous=item["ph"],
        hash=item["h"],
    )


def _to_posting(cause: Any, pot: str, measure: Any, amount: str, bucket: int) -> Posting:
    number = Fraction(amount) if measure == "remainder" else int(amount)
    return Posting(cause, pot, measure, number, bucket)


# Facts


def fact_item(fingerprint: str, answer: Mapping[str, Any], now: datetime) -> Item:
    """Return a fact: what was asked (hashed), what was answered, when."""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"fp": fingerprint, "an": text, "at": microseconds(now)}


def to_fact(item: Item) -> tuple[str, dict[str, Any]]:
    """Read a fact: fingerprint and answer."""
    return item["fp"], json.loads(item["an"])


# Orders


def order_item(order: Order) -> Item:
    """Return an order's head."""
    context = order.context
    return {
        "r": order.revision,
        "cy": order.currency,
        "fs": microseconds(order.first_seen),
        "oc": microseconds(order.occurred_at),
        "pa": [
            [part.key, part.version, part.status, part.total, part.refunded] for part in order.parts
        ],
        "hi": list(order.hints),
        **({"m": order.member} if order.member else {}),
        **({"x": [context.program_version, microseconds(context.occurred_at)]} if context else {}),
        "u": {pot: str(units) for pot, units in order.posted.units.items()},
        "sp": order.posted.spend,
        "v": order.posted.visits,
    }


def to_order(item: Item) -> Order:
    """Read an order's head."""
    program, _, rest = item["pk"].partition("#O#")
    source, _, name = rest.partition("#")
    context = item.get("x")
    return Order(
        key=OrderKey(program, source, name),
        currency=item["cy"],
        first_seen=instant(item["fs"]),
        occurred_at=instant(item["oc"]),
        parts=tuple(Part(*part) for part in item["pa"]),
        hints=tuple(item["hi"]),
        member=item.get("m"),
        context=Context(context[0], instant(context[1])) if context else None,
        posted=Posted(
            units={pot: Fraction(units) for pot, units in item["u"].items()},
            spend=item["sp"],
            visits=item["v"],
        ),
        revision=item["r"],
    )


# Members


def member_item(member: Member) -> Item:
    """Return a member's personal data."""
    return {
        "sr": member.serial,
        "cc": member.card_code,
        "lg": member.link_generation,
        "cv": member.card_version,
        "fn": member.first_name,
        "ck": member.contact.kind,
        "ct": member.contact.value,
        **({"bd": member.birthday.isoformat()} if member.birthday else {}),
        "la": member.language,
        "co": member.consent_version,
        **({"mc": member.marketing_consent_version} if member.marketing_consent_version else {}),
        "en": microseconds(member.enrolled_at),
    }


def to_member(item: Item) -> Member:
    """Read a member's personal data."""
    program, member = owner(item["pk"])
    birthday = item.get("bd")
    return Member(
        program=program,
        id=member,
        serial=item["sr"],
        card_code=item["cc"],
        link_generation=item["lg"],
        card_version=item["cv"],
        first_name=item["fn"],
        contact=Contact(item["ck"], item["ct"]),
        birthday=date.fromisoformat(birthday) if birthday else None,
        language=item["la"],
        consent_version=item["co"],
        marketing_consent_version=item.get("mc"),
        enrolled_at=instant(item["en"]),
    )
