"""Everything that is kept of one person, for that person (GDPR, articles 15 and 20).

As plain data by the names that the program's own code uses, so that nothing is left out because
nobody thought of it: who they are, what they said, what has happened and why, orders, notes, acts
of staff. Of staff no more is told than that it was somebody of the shop.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.calendar import at
from loyalty.core.draw import pseudonym
from loyalty.core.explain import read_aloud
from loyalty.core.instants import instant
from loyalty.core.order import OrderKey, Paged
from loyalty.ledger.books import member_not_found
from loyalty.ledger.timeline import moved_value, order_named, retold
from loyalty.members.moving_out.records import plain
from loyalty.store import (
    appointments,
    contact_book,
    customer_links,
    deed_log,
    draw_book,
    feedback_book,
    google_saves,
    invitation_book,
    member_records,
    membership,
    reading,
    registrations,
    saving_book,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.feedback import Feedback
    from loyalty.core.invitation import Invited
    from loyalty.core.order import Order
    from loyalty.ledger.books import Books
    from loyalty.store.tables import Tables

FORMAT: Final = 1
MOST_EXPLAINED: Final = 200
"""Entries, the newest, that are explained: each is decided once more on all that were before it."""
_ACTS: Final = 200
_INSIDE: Final = frozenset({"program", "id", "serial", "asked", "link_generation", "card_version"})
"""What a member's item has for its own sake, and says nothing of anybody."""


def own_data(books: Books, program: str, member: str, now: datetime) -> dict[str, Any]:
    """Return everything that is kept of a member.

    Raises
    ------
    Refusal
        ``member_not_found``, also of who was forgotten.
    """
    account = books.account(program, member)
    person = membership.read_member(books.tables, program, account.member) if account else None
    if account is None or person is None or person.is_forgotten:
        raise member_not_found(member)
    tables, who = books.tables, person.id
    entries = reading.read_entries(tables, program, who)
    orders = _orders(tables, program, entries)
    record = member_records.read_record(tables, program, who)
    contacts = contact_book.read_contacts_of(tables, program, who)
    referral = reading.read_referral(tables, program, who)
    about = {name: one for name, one in plain(person).items() if name not in _INSIDE}
    return {
        "format": FORMAT,
        "program": program,
        "at": plain(now),
        "member_id": who,
        "person": about,
        # Of contacts beyond the one above a keyed hash is kept, from which nobody reads them.
        "contacts": len(contacts),
        "tags": list(record.tags),
        "attributes": dict(record.attributes),
        "consents": {
            topic: {"given": said.given, "text": said.version, "at": plain(instant(said.at))}
            for topic, said in record.consents.items()
        },
        "value": _value(account),
        "level": _level(books, program, account),
        "entries": _entries(books, account, entries, orders, person.language),
        "orders": [plain(replace(one, paged=Paged())) for one in orders.values()],
        "notes": membership.read_all_notes(tables, program, who),
        "answers": [_answer(one) for one in _asked(tables, program, who)],
        "invitations": [_invitation(one) for one in _invited(tables, program, who)],
        "saves_together": [
            {"goal": goal, "brought": part.amount, "named_to_others": part.shows}
            for goal, name in sorted(saving_book.groups_of(tables, program, who).items())
            if (group := saving_book.read_group(tables, program, goal, name)) is not None
            if (part := group.part(who)) is not None
        ],
        "draws": _draws(tables, program, who),
        "acts": _acts(tables, program, who),
        "appointments": [
            {"tool": one.source, "booking": one.id, "at": plain(at(one.at)), "where": one.location}
            for one in appointments.read(tables, program, who).appointments
        ],
        "customers": [list(one) for one in customer_links.read_of(tables, program, who)],
        "merged_cards": list(membership.read_merged(tables, program, who)),
        "referral": plain(referral) if referral else None,
        "phones": len(registrations.read_phones(tables, program, who)),
        "google_wallet": plain(google_saves.read_mark(tables, program, who)),
    }


def _draws(tables: Tables, program: str, who: str) -> list[dict[str, Any]]:
    """Return what a member, and whoever has become them, has entered; others are not named."""
    names = [one.id for one in draw_book.read_all(tables, program)]
    people = [who, *membership.read_merged(tables, program, who)]
    found = {one: draw_book.standings(tables, program, names, one) for one in people}
    return [
        {"draw": name, "entries": entries, "called": pseudonym(program, name, one)}
        for one, standings in found.items()
        for name, (_, entries) in standings.items()
        if entries
    ]


def _orders(tables: Tables, program: str, entries: Sequence[Entry]) -> dict[OrderKey, Order]:
    named = (order_named(one) for one in entries)
    wanted = dict.fromkeys(OrderKey(program, *one) for one in named if one)
    return {one.key: one for one in reading.read_orders(tables, wanted)}


def _value(account: Account) -> dict[str, Any]:
    return {
        name: {
            "spendable": pot.available,
            "held": account.held(name),
            "waiting": pot.waiting,
            "owed": pot.debt,
        }
        for name, pot in sorted(account.pots.items())
    }


def _level(books: Books, program: str, account: Account) -> str | None:
    level = books.programs.current(program).level(account.level)
    return level.id if level else None


def _entries(
    books: Books,
    account: Account,
    entries: Sequence[Entry],
    orders: dict[OrderKey, Order],
    language: str,
) -> list[dict[str, Any]]:
    told = []
    for number, entry in enumerate(entries):
        name = order_named(entry)
        why = None
        if name and len(entries) - number <= MOST_EXPLAINED:
            order = orders.get(OrderKey(account.program, *name))
            again = retold(books.programs, entries[: number + 1], order) if order else None
            if again is not None:
                rules, steps = again
                why = read_aloud(steps, rules, rules.language(language))
        told.append(
            {
                "number": entry.seq,
                "at": plain(instant(entry.at)),
                "kind": entry.kind,
                "moved": moved_value(entry.postings),
                "order": list(name) if name else None,
                "why": why,
                "postings": [plain(one) for one in entry.postings],
            }
        )
    return told


def _asked(tables: Tables, program: str, member: str) -> list[Feedback]:
    people = [member, *membership.read_merged(tables, program, member)]
    return [one for who in people for one in feedback_book.read_of(tables, program, who)]


def _invited(tables: Tables, program: str, member: str) -> list[Invited]:
    people = [member, *membership.read_merged(tables, program, member)]
    return [one for who in people for one in invitation_book.read_of(tables, program, who)]


def _invitation(one: Invited) -> dict[str, Any]:
    return {
        "invited_at": plain(instant(one.asked)),
        "campaign": one.campaign,
        "what": dict(one.terms.titles),
        "text": dict(one.texts),
        "at": plain(at(one.terms.begins)),
        "where": one.terms.place,
        "answer": one.state,
        "answered_at": plain(instant(one.changed)) if one.changes else None,
    }


def _answer(one: Feedback) -> dict[str, Any]:
    return {
        "asked_at": plain(instant(one.asked)),
        "campaign": one.campaign,
        "question": dict(one.texts),
        "options": [dict(option) for option in one.options],
        "score": one.score,
        "words": one.words,
        "answered_at": plain(instant(one.changed)) if one.changes else None,
        "reply": one.reply,
        "replied_at": plain(instant(one.replied)) if one.reply else None,
        "given": sum(one.given.values()),
    }


def _acts(tables: Tables, program: str, member: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = deed_log.of_member(tables, program, member, cursor, _ACTS)
        found += [
            {
                "at": plain(one.at),
                "act": one.kind,
                "before": plain(one.before),
                "after": plain(one.after),
            }
            for one in page.deeds
        ]
        cursor = page.next
    return found
