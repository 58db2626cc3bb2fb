"""Members as profiles: one of them, or a page of many, by the same reads and the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from loyalty.campaigns.profile import Habit, Known, Portrait, Ways, profile
from loyalty.campaigns.segment import needs
from loyalty.core.news import Marks
from loyalty.figures.expected import custom_of, rhythm_of
from loyalty.members.habits import habit_of
from loyalty.messages import Contact
from loyalty.store import (
    appointments,
    channel_book,
    contact_book,
    counted,
    google_saves,
    member_records,
    portraits,
    registrations,
)
from loyalty.store.sealing import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.campaigns.leaves import Source
    from loyalty.campaigns.profile import Profile
    from loyalty.campaigns.segment import Tree
    from loyalty.core.member import Member
    from loyalty.figures.groups import Group
    from loyalty.forecast.custom import Custom
    from loyalty.ledger.books import Books
    from loyalty.messages import ContactKind
    from loyalty.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Asked:
    """What is the same for all members of a walk.

    Attributes
    ----------
    custom
        What is usual in the program: as of the last night, or what is assumed before one.
    needs
        What conditions ask for that is costly: ``habit`` is up to twenty orders a member,
        ``wallet`` two reads; ``reach``, of campaigns that go by other ways than the card, too.
    """

    custom: Custom
    needs: frozenset[Source] = frozenset()


def asked(tables: Tables, program: str, *trees: Tree, more: Iterable[Source] = ()) -> Asked:
    """Return what these conditions ask for, and what is needed besides."""
    return Asked(custom_of(tables, program), needs(*trees).union(more))


def profiles(
    books: Books,
    program: str,
    members: Iterable[str],
    of: Asked,
    now: datetime,
) -> list[Profile]:
    """Return these members as they stand now, in this order; who has left is not among them."""
    names, tables = list(members), books.tables
    rules = books.programs.current(program)
    listed = member_records.read_listed(tables, program, names)
    rhythms = counted.read_many(tables, program, names)
    painted = portraits.read_many(tables, program, names)
    marks, booked = appointments.read_with_marks(tables, program, names)
    reached = [one.person for one in listed] if "reach" in of.needs else []
    ways = ways_of(books, program, reached, now)
    found = []
    for one in listed:
        name = one.person.id
        # Who is unreadable (their data key is gone) has said nothing that anybody could go by.
        if one.account.closed or one.person.first_name == UNREADABLE:
            continue
        kept = rhythms[name].rhythm if name in rhythms else None
        known = Known(
            person=one.person,
            account=one.account,
            tags=one.record.tags,
            attributes=one.record.attributes,
            consents=member_records.agreed(one.record.consents),
            rhythm=rhythm_of(kept) if kept else None,
            portrait=_portrait(painted.get(name)),
            told=marks.get(name, Marks()),
            appointments=booked.get(name, ()),
            habit=_habit(books, program, name, now) if "habit" in of.needs else Habit(),
            wallet=_wallet(tables, program, name) if "wallet" in of.needs else False,
            ways=ways.get(name, Ways()),
        )
        found.append(profile(rules, known, of.custom, now))
    return found


def ways_of(books: Books, program: str, people: Iterable[Member], now: datetime) -> dict[str, Ways]:
    """Return where these members can be reached apart from the card.

    An address counts once it was proved: whoever typed it may have typed somebody else's.
    """
    members, second = list(people), int(now.timestamp())
    contacts = {one.id: one.contact for one in members if one.contact is not None}
    named = {name: books.tokens.contact_key(program, one) for name, one in contacts.items()}
    owners = contact_book.read_owners(books.tables, program, named.values()) if named else {}
    known = channel_book.read_many(books.tables, program, [one.id for one in members])
    found = {}
    for one in members:
        reach = known.get(one.id, channel_book.NOWHERE)
        good = {"email": "", "sms": "", "telegram": reach.chat}
        contact, owner = contacts.get(one.id), owners.get(named.get(one.id, ""))
        if contact and owner and owner.verified and owner.member == one.id:
            good[CHANNEL_OF[contact.kind]] = contact.value
        for channel, address in good.items():
            dead = address and reach.dead.get(channel) == named_as(books, program, channel, address)
            if dead or reach.rests(channel, second):
                good[channel] = ""
        found[one.id] = Ways(**good)
    return found


CHANNEL_OF: Final = {"email": "email", "phone": "sms", "chat": "telegram"}
"""By the kind of a contact: the channel that reaches it."""


def named_as(books: Books, program: str, channel: str, address: str) -> str:
    """Return the pseudonym of an address of a channel."""
    [kind] = [one for one, by in CHANNEL_OF.items() if by == channel]
    return books.tokens.contact_key(program, Contact(cast("ContactKind", kind), address))


def _portrait(kept: portraits.Portrait | None) -> Portrait | None:
    return Portrait(cast("Group", kept[0]), kept[1], kept[2]) if kept else None


def _habit(books: Books, program: str, member: str, now: datetime) -> Habit:
    usual = habit_of(books, program, member, now)
    return Habit(usual.favourite, usual.hour, usual.weekday)


def _wallet(tables: Tables, program: str, member: str) -> bool:
    """Tell whether a phone wants to hear of the pass, or Google has saved the card."""
    if registrations.read_phones(tables, program, member):
        return True
    mark = google_saves.read_mark(tables, program, member)
    return mark.saves > 0 and mark.last != "del" and not mark.gone
