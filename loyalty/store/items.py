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
state  <program>#M#<id>   REFERRAL                        what bringing this member has earned
state  <program>#M#<id>   GOOGLE                          a save to Google Wallet, see google_key
state  <program>#M#<id>   GOOGLE#CHECK                    look later at what Google shows
state  <program>#M#<id>   GOOGLE#TOLD                     messages and notifications of a card
state  <program>          GOOGLE#TOLD                     the same, of the program's whole class
state  <program>          GOOGLE#CLASS                    the class as Google was last sent it
state  <program>          GOOGLE#WALK                     a walk over all saved cards
state  <program>#M#<id>   DEVICE#<device>                 a phone that wants updates of the pass
state  <program>#M#<id>   NOTE#<kind>#<key>#<name>        why staff did something
state  <program>#K#<key>  <day or month>#<number>         what an API key has given
state  <program>#O#…      ORDER                           head of an order (source#id)
state  <program>#C#<key>  CONTACT                         whose contact this is
state  <program>#A#<key>  <hour>                          attempts to join with a contact (TTL)
state  <program>#G#<day>  <nonce>                         Google card saved or removed (TTL)
state  D#<kind>#<name>    D                               code, link, serial, key or endpoint
state  D#device#<device>  <serial>                        passes of a phone
state  D#issuer#<id>      PACE                            turns of a Google issuer spoken for
state  D#nonce#<nonce>    D                               a Google callback that has counted (TTL)
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

from loyalty.core.account import Account, Entry, Hold, Month, Posting, Pot
from loyalty.core.instants import instant, microseconds
from loyalty.core.member import Member
from loyalty.core.order import Context, Line, Order, OrderKey, Part, Posted, Spent
from loyalty.core.referral import Referral, Side
from loyalty.core.visible import Published
from loyalty.messages import Contact
from loyalty.store.tables import Item, Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

PUBLISH_SHARDS = 4
"""Partitions of the index that holds cards waiting to be published."""

GOOGLE_CHECKS = "google-checks"
"""Index partition of objects to be looked at again at Google, by the second when that is due."""

CHANGED_PROGRAMS = "programs"
"""Index partition of programs whose saved cards have to be drawn anew, by the second of that."""


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


def referral_key(program: str, friend: str) -> Key:
    """Return the key of what bringing a member has earned."""
    return Key("state", _member(program, friend), "REFERRAL")


def google_key(program: str, member: str) -> Key:
    """Return the key of what is known of a card in Google Wallet.

    ``saves`` and ``removals`` count callbacks, ``last`` (save, del) is the newest, ``at`` its end
    in ms, ``pending`` a click without a save yet, ``gone`` ends updates, ``change`` counts writes.
    """
    return Key("state", _member(program, member), "GOOGLE")


def google_check_key(program: str, member: str) -> Key:
    """Return the key of the wish to look later at what Google shows of a card."""
    return Key("state", _member(program, member), "GOOGLE#CHECK")


def google_told_key(program: str, member: str | None) -> Key:
    """Return the key of what Google was asked to say on a card, or on all of a program's."""
    return Key("state", _member(program, member) if member else program, "GOOGLE#TOLD")


def google_class_key(program: str) -> Key:
    """Return the key of what is known of a program's class at Google."""
    return Key("state", program, "GOOGLE#CLASS")


def google_walk_key(program: str) -> Key:
    """Return the key of the walk over a program's saved cards."""
    return Key("state", program, "GOOGLE#WALK")


def google_pace_key(issuer: str) -> Key:
    """Return the key of a Google issuer's line of turns, shared by all processes."""
    return Key("state", f"D#issuer#{issuer}", "PACE")


def google_event_key(program: str, day: date, nonce: str) -> Key:
    """Return the key of a save or removal, by the day that it was reported (UTC).

    ``k`` is save or del, ``m`` the member, ``at`` when it was reported in seconds, ``e`` Google's
    own time, which puts one member's events in order.
    """
    return Key("state", f"{program}#G#{day.isoformat()}", nonce)


def google_nonce_key(nonce: str) -> Key:
    """Return the key that lets a callback count once."""
    return Key("state", f"D#nonce#{nonce}", "D")


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


def note_key(program: str, member: str, kind: str, key: str, name: str) -> Key:
    """Return the key of the reason that staff gave for an act; words of people, so not ledger."""
    return Key("state", _member(program, member), f"NOTE#{kind}#{key}#{name}")


def given_key(program: str, key: str, length: str, number: int) -> Key:
    """Return the key that counts what an API key has given in a day or month."""
    return Key("state", f"{program}#K#{key}", f"{length}#{number}")


def directory_key(kind: str, name: str) -> Key:
    """Return the key of an outside name: ``code``, ``link``, ``serial``, ``key``, ``endpoint``."""
    return Key("state", f"D#{kind}#{name}", "D")


def entry_key(program: str, member: str, seq: int) -> Key:
    """Return the key of an account's entry."""
    return Key("ledger", _member(program, member), f"E#{seq:012d}")


def fact_key(program: str, kind: str, source: str, name: str) -> Key:
    """Return the key of a fact from outside that must count once."""
    return Key("ledger", f"{program}#F#{kind}#{source}#{name}", "FACT")


def fact_of(program: str, name: str) -> Key:
    """Return the key of the fact that an entry names (``<kind>#…``, as the use cases name them)."""
    kind, _, rest = name.partition("#")
    if kind in {"hold", "capture", "release"}:
        source, _, rest = rest.partition(":")
    else:
        source, _, rest = rest.partition("#")
    if kind == "birthday":
        source, rest = rest, source
    return fact_key(program, kind, source, rest)


def order_of(program: str, name: str) -> OrderKey | None:
    """Return the order that an entry names (``order#<source>#<id>#<revision>``), if any."""
    kind, _, rest = name.rpartition("#")[0].partition("#")
    source, _, order = rest.partition("#")
    return OrderKey(program, source, order) if kind == "order" else None


def referral_of(entry: Entry) -> tuple[str, str] | None:
    """Return side and friend of the referral that an entry names, if any."""
    kind, *rest = entry.fact.split("#")
    return (rest[0], rest[1]) if kind == "referral" else None


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
        "o": {
            name: [hold.deadline, [list(lot) for lot in hold.lots]]
            for name, hold in account.holds.items()
        },
        "n": {name: [at, str(count)] for name, (at, count) in account.counters.items()},
        "d": [
            [number, month.spend, month.visits, month.earned]
            for number, month in account.months.items()
        ],
        "f": [account.spend, account.visits, account.earned, account.referrals],
        "t": [account.level, account.deadline, account.reviewed, account.closed],
        "su": account.successor,
        "sh": account.shown,
    }


def to_account(program: str, member: str, item: Item) -> Account:
    """Read an account."""
    spend, visits, earned, referrals = item["f"]
    level, deadline, reviewed, closed = item["t"]
    return Account(
        program=program,
        member=member,
        seq=item["s"],
        revision=item["r"],
        card_version=item["c"],
        head=item["h"],
        pots={name: _to_pot(value) for name, value in item["p"].items()},
        holds={
            name: Hold(tuple((pot, bucket, n) for pot, bucket, n in lots), until)
            for name, (until, lots) in item["o"].items()
        },
        counters={name: (at, Fraction(count)) for name, (at, count) in item["n"].items()},
        months={number: Month(*figures) for number, *figures in item["d"]},
        spend=spend,
        visits=visits,
        earned=earned,
        referrals=referrals,
        level=level,
        deadline=deadline,
        reviewed=reviewed,
        closed=closed,
        successor=item["su"],
        shown=item["sh"],
    )


def to_published(item: Item) -> Published:
    """Read from an account how far its card has been handed over."""
    waiting = item.get("wp")
    astray = waiting not in {None, publish(*owner(item["pk"]))}
    return Published(item.get("pv"), waiting is not None, item.get("wt"), astray)


def _pot(pot: Pot) -> list[Any]:
    flat = [number for lot in pot.lots for number in lot]
    pending = [number for one in pot.pending for number in one]
    return [flat, pot.debt, str(pot.remainder), pending]


def _to_pot(value: list[Any]) -> Pot:
    flat, debt, remainder, pending = value
    return Pot(
        lots=tuple(zip(flat[::2], flat[1::2], strict=True)),
        pending=tuple(zip(pending[::3], pending[1::3], pending[2::3], strict=True)),
        debt=debt,
        remainder=Fraction(remainder),
    )


def entry_item(entry: Entry) -> Item:
    """Return an entry as it lies in the ledger."""
    return {
        "k": entry.kind,
        "at": entry.at,
        "f": entry.fact,
        "a": entry.actor,
        "pv": entry.program_version,
        "p": [
            [one.cause, one.pot, one.measure, str(one.amount), one.bucket, one.at, one.ref]
            for one in entry.postings
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


def _to_posting(  # noqa: PLR0917 - a posting has that many parts
    cause: Any, pot: str, measure: Any, amount: str, bucket: int, at: int, ref: str
) -> Posting:
    exact = measure in {"remainder", "counter"}
    number = Fraction(amount) if exact else int(amount)
    return Posting(cause, pot, measure, number, bucket, at, ref)


# Facts


def fact_item(
    fingerprint: str, answer: Mapping[str, Any], now: datetime, entries: Iterable[Entry] = ()
) -> Item:
    """Return a fact: what was asked (hashed), what was answered, when, and its entries."""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    numbers = [[entry.member, entry.seq] for entry in entries]
    return {"fp": fingerprint, "an": text, "at": microseconds(now), "en": numbers}


def to_fact(item: Item) -> tuple[str, dict[str, Any]]:
    """Read a fact: fingerprint and answer."""
    return item["fp"], json.loads(item["an"])


def fact_entries(item: Item) -> tuple[tuple[str, int], ...]:
    """Read what a fact has posted: member and number of each entry."""
    return tuple((str(member), int(seq)) for member, seq in item["en"])


# Orders


def order_item(order: Order) -> Item:
    """Return an order's head."""
    context = order.context
    return {
        "r": order.revision,
        "cy": order.currency,
        "fs": microseconds(order.first_seen),
        "oc": microseconds(order.occurred_at),
        "pa": [_part(part) for part in order.parts],
        "hi": list(order.hints),
        **({"m": order.member} if order.member else {}),
        **({"x": _context(context)} if context else {}),
        "u": {pot: str(units) for pot, units in order.posted.units.items()},
        "sp": order.posted.spend,
        "v": order.posted.visits,
        "e": order.entry,
        "st": [
            [one.pot, [list(lot) for lot in one.lots], one.returned, one.bill]
            for one in order.spent
        ],
        # Refunds that a basket lists: the version that each first stood in, and totals then.
        **({"li": dict(order.listed)} if order.listed else {}),
        **({"th": [list(one) for one in order.totals]} if order.totals else {}),
    }


def order_at(pk: str) -> OrderKey:
    """Return the order whose head has that partition key."""
    program, _, rest = pk.partition("#O#")
    source, _, name = rest.partition("#")
    return OrderKey(program, source, name)


def to_order(item: Item) -> Order:
    """Read an order's head."""
    return Order(
        key=order_at(item["pk"]),
        currency=item["cy"],
        first_seen=instant(item["fs"]),
        occurred_at=instant(item["oc"]),
        parts=tuple(_to_part(part) for part in item["pa"]),
        hints=tuple(item["hi"]),
        member=item.get("m"),
        context=_to_context(item["x"]) if "x" in item else None,
        posted=Posted(
            units={pot: Fraction(units) for pot, units in item["u"].items()},
            spend=item["sp"],
            visits=item["v"],
        ),
        spent=tuple(
            Spent(pot, tuple((bucket, n) for bucket, n in lots), *numbers)
            for pot, lots, *numbers in item["st"]
        ),
        revision=item["r"],
        entry=item.get("e", 0),
        listed=tuple(sorted(item.get("li", {}).items())),
        totals=tuple((version, total) for version, total in item.get("th", ())),
    )


def _part(part: Part) -> list[Any]:
    # One flat list, and each category once: ten lines of a basket must fit into a kilobyte.
    categories = list(dict.fromkeys(one.category for one in part.lines))
    lines: list[Any] = []
    for one in part.lines:
        lines += [one.item, categories.index(one.category), one.quantity, one.amount]
    shares = [part.refunded, part.tax, part.tip, part.discount, part.points_paid]
    shares += [part.occurred, int(part.by_gift_card)] if part.occurred or part.by_gift_card else []
    return [part.key, part.version, part.status, part.total, shares, lines, categories]


def _to_part(value: list[Any]) -> Part:
    key, version, status, total, shares, lines, categories = value
    refunded, tax, tip, discount, points_paid, *more = shares
    occurred, by_gift_card = more or (0, 0)
    columns = lines[::4], lines[1::4], lines[2::4], lines[3::4]
    return Part(
        key=key,
        version=version,
        status=status,
        total=total,
        refunded=refunded,
        tax=tax,
        tip=tip,
        discount=discount,
        points_paid=points_paid,
        lines=tuple(
            Line(item, categories[category], quantity, amount)
            for item, category, quantity, amount in zip(*columns, strict=True)
        ),
        by_gift_card=bool(by_gift_card),
        occurred=occurred,
    )


def _context(context: Context) -> list[Any]:
    return [
        context.program_version,
        microseconds(context.occurred_at),
        context.level,
        {pot: str(room) for pot, room in context.rooms.items()},
        context.refused or "",
    ]


def _to_context(value: list[Any]) -> Context:
    version, occurred_at, level, rooms, refused = value
    return Context(
        program_version=version,
        occurred_at=instant(occurred_at),
        level=level,
        rooms={pot: Fraction(room) for pot, room in rooms.items()},
        refused=refused or None,
    )


# Referrals


def referral_item(referral: Referral) -> Item:
    """Return the head of a referral."""
    sides = referral.friend_side, referral.referrer_side
    return {
        "r": referral.revision,
        "po": referral.pot,
        "si": [number for side in sides for number in (side.points, side.given)],
        "at": microseconds(referral.since),
        "b": int(referral.bought),
        "n": int(referral.counted),
    }


def to_referral(item: Item) -> Referral:
    """Read the head of a referral."""
    program, friend = owner(item["pk"])
    points, given, referrer_points, referrer_given = item["si"]
    return Referral(
        program=program,
        friend=friend,
        pot=item["po"],
        friend_side=Side(points, given),
        referrer_side=Side(referrer_points, referrer_given),
        since=instant(item["at"]),
        bought=bool(item["b"]),
        counted=bool(item["n"]),
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
        **({"ck": member.contact.kind, "ct": member.contact.value} if member.contact else {}),
        **({"bd": member.birthday.isoformat()} if member.birthday else {}),
        "la": member.language,
        "co": member.consent_version,
        **({"mc": member.marketing_consent_version} if member.marketing_consent_version else {}),
        "en": microseconds(member.enrolled_at),
        **({"rf": member.referrer} if member.referrer else {}),
        **({"ho": member.home} if member.home else {}),
        **({"as": member.asked} if member.asked else {}),
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
        contact=Contact(item["ck"], item["ct"]) if "ck" in item else None,
        birthday=date.fromisoformat(birthday) if birthday else None,
        language=item["la"],
        consent_version=item["co"],
        marketing_consent_version=item.get("mc"),
        enrolled_at=instant(item["en"]),
        referrer=item.get("rf"),
        home=item.get("ho"),
        asked=item.get("as"),
    )


# Google Wallet


def google_told_item(
    revision: int, notified: tuple[int, ...], messages: Mapping[str, tuple[str, int]]
) -> Item:
    """Return what Google was asked to say: instants of notifications, messages with their state."""
    return {
        "r": revision,
        "n": list(notified),
        "m": {name: list(mark) for name, mark in messages.items()},
    }


def to_google_told(item: Item) -> tuple[int, tuple[int, ...], dict[str, tuple[str, int]]]:
    """Read revision, notifications and messages."""
    messages = {name: (state, at) for name, (state, at) in item["m"].items()}
    return item["r"], tuple(item["n"]), messages


def google_check_item(due: int, attempt: int) -> Item:
    """Return the wish to look at Google at that second; it stands in the index until it is done."""
    return {"wp": GOOGLE_CHECKS, "wt": due, "n": attempt}


def changed_program(second: int) -> Item:
    """Return the attributes that put a program among those whose cards are to be drawn anew."""
    return {"wp": CHANGED_PROGRAMS, "wt": second}


def google_pace_item(free: int, campaigns: int) -> Item:
    """Return how far an issuer's turns are spoken for, in microseconds since 1970."""
    return {"t": free, "c": campaigns}


def to_google_pace(item: Item) -> tuple[int, int]:
    """Read it."""
    return item["t"], item["c"]


def google_walk_item(since: int, now: int, last: int) -> Item:
    """Return the begin of a walk over saved cards, for the change of that second.

    ``s`` step, ``a`` where to go on after, ``g`` cards rung for, ``at`` second of the last step,
    ``k`` cards of the last whole walk.
    """
    return {"f": since, "s": 0, "a": [], "g": 0, "at": now, "k": last}
