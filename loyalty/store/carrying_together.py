"""Carry out and in what members do together: causes, goals with their groups, and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.cause import NOTHING
from loyalty.core.draw import Ticket, second_of
from loyalty.store import campaign_book, cause_book, draw_book, keys, saving_book
from loyalty.store.carrying import as_it_was, put_absent
from loyalty.store.tables import Absent, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyalty.core.cause import Cause, Collected
    from loyalty.core.draw import Draw
    from loyalty.core.saving import Group
    from loyalty.store.draw_book import Entered
    from loyalty.store.saving_book import KeptGoal
    from loyalty.store.tables import Item, Tables, Write

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Bought:
    """A member's entries of a draw, with what is known of their purchases."""

    draw: str
    member: str
    entries: int
    upto: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """Up to which serial a coupon's codes were handed out by what the shop does by itself."""

    coupon: str
    serial: int


# Out


def groups(tables: Tables, program: str, goal: str) -> Iterator[Group]:
    """Yield all groups of a goal."""
    after = ""
    while found := saving_book.read_groups(tables, program, goal, after, _PAGE):
        yield from found
        after = found[-1].id


def places(tables: Tables, program: str, goal: str) -> int | None:
    """Return how many groups have a place of a goal; None where that is not written down."""
    count, kept = saving_book.places_taken(tables, program, goal)
    return count if kept else None


def tickets(tables: Tables, program: str, draw: str) -> Iterator[Bought]:
    """Yield what all members have in a draw, those who have no entry left, too."""
    for member, one in draw_book.tickets(tables, program, draw):
        yield Bought(draw, member, one.entries, one.upto, one.amount)


def handed(tables: Tables, program: str, coupons: Iterable[str]) -> list[Handed]:
    """Return up to where codes of these coupons were handed out; of those of which any was."""
    found = (Handed(one, campaign_book.handed_out(tables, program, one)) for one in coupons)
    return [one for one in found if one.serial]


# In


def put_cause(tables: Tables, program: str, one: Cause, collected: Collected) -> None:
    """Write a cause as it was, and what it was given."""
    writes: list[Write] = [as_it_was(cause_book.put(program, one))]
    if collected != NOTHING:
        given: Item = {"p": collected.points, "n": collected.gifts}
        writes.append(Put(keys.collected_key(program, one.id), given, Absent()))
    put_absent(tables, writes)


def put_goal(tables: Tables, program: str, one: KeptGoal, places: int | None) -> None:
    """Write a goal as it was, with how many groups have had a place; bells ring for it."""
    writes = [as_it_was(saving_book.put_goal(program, one))]
    if places is not None:
        writes.append(Put(keys.places_key(program, one.id), {"c": places}, Absent()))
    put_absent(tables, writes)
    tables.write(campaign_book.listen(program))


def put_group(tables: Tables, program: str, one: Group, look: int) -> None:
    """Write a group as it was, and beside each of its members that they are in it."""
    writes = [as_it_was(saving_book.put_group(program, one, look))]
    writes += [saving_book.enter(program, each.member, one.goal, one.id) for each in one.parts]
    put_absent(tables, writes)


def put_draw(tables: Tables, program: str, one: Draw, entered: Entered) -> None:
    """Write a draw as it was and how it stands; what chance has to decide still is waited for."""
    item: Item = {"st": entered.state, "n": entered.entries}
    if (fixed := entered.fixed) is not None:
        item["f"] = [fixed.hash, fixed.entries, fixed.entrants, fixed.round, fixed.at]
    if (said := entered.beacon) is not None:
        item["b"] = [said.round, said.randomness, said.signature]
    if fixed is not None and entered.state == "closed":
        item |= {"wp": keys.DRAWS, "wt": second_of(fixed.round)}
    elif not fixed:
        # It is looked at again by whoever fixes lists, and goes on from there.
        item |= {"wp": keys.DRAWS, "wt": one.closes}
    put_absent(
        tables,
        [
            as_it_was(draw_book.put(program, one)),
            Put(keys.entered_key(program, one.id), item, Absent()),
        ],
    )
    if one.purchases is not None:
        tables.write(campaign_book.listen(program))


def put_tickets(tables: Tables, program: str, found: Iterable[Bought]) -> None:
    """Write members' entries of draws as they were."""
    put_absent(
        tables,
        [
            draw_book.put_ticket(
                program, one.draw, one.member, Ticket(one.entries, one.upto, one.amount)
            )
            for one in found
        ],
    )


def put_handed(tables: Tables, program: str, found: Iterable[Handed]) -> None:
    """Write up to where codes were handed out, so that none is handed out twice."""
    put_absent(
        tables,
        [Put(keys.handed_key(program, one.coupon), {"n": one.serial}, Absent()) for one in found],
    )
