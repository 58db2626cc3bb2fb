"""What members do together, out and in: causes with what came together, goals, groups, draws."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.cause import Cause, Collected
from loyalty.core.draw import Beacon, Draw, Fixed
from loyalty.core.saving import Group
from loyalty.ledger.saving_groups import goal_of, look
from loyalty.members.moving_out.differences import Lines, differences
from loyalty.members.moving_out.records import built, plain
from loyalty.store import (
    carrying_together,
    cause_book,
    coupon_book,
    draw_book,
    saving_book,
)
from loyalty.store.carrying_together import Bought, Handed
from loyalty.store.draw_book import Entered
from loyalty.store.saving_book import KeptGoal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from loyalty.store.tables import Tables

KINDS: Final = ("causes", "goals", "groups", "draws", "tickets", "handed")


def lines(tables: Tables, program: str) -> dict[str, Lines]:
    """Return the lines of each kind."""
    causes = cause_book.read_all(tables, program)
    goals = saving_book.read_goals(tables, program)
    draws = draw_book.read_all(tables, program)
    coupons = [one.id for one in coupon_book.every(tables, program)]
    return {
        "causes": [
            {**plain(one), "collected": plain(cause_book.collected(tables, program, one.id))}
            for one in causes
        ],
        "goals": [
            {**plain(one), "places": carrying_together.places(tables, program, one.id)}
            for one in goals
        ],
        "groups": [
            plain(group)
            for one in goals
            for group in carrying_together.groups(tables, program, one.id)
        ],
        "draws": [
            {**plain(one), "standing": plain(draw_book.standing(tables, program, one.id))}
            for one in draws
        ],
        "tickets": [
            plain(ticket)
            for one in draws
            for ticket in carrying_together.tickets(tables, program, one.id)
        ],
        "handed": [plain(one) for one in carrying_together.handed(tables, program, coupons)],
    }


def put(tables: Tables, program: str, read: Callable[[str], Lines], now: datetime) -> None:
    """Write all of that where it is not; ``read`` returns the lines of a kind."""
    for line in read("causes"):
        cause = built(Cause, _without(line, "collected"))
        carrying_together.put_cause(tables, program, cause, built(Collected, line["collected"]))
    goals = {}
    for line in read("goals"):
        kept = built(KeptGoal, _without(line, "places"))
        goals[kept.id] = goal_of(kept)
        carrying_together.put_goal(tables, program, kept, line.get("places"))
    for line in read("groups"):
        group = built(Group, line)
        carrying_together.put_group(tables, program, group, look(goals[group.goal], group, now))
    # Entries before the draw that they are of: it is there as a whole, or not yet.
    carrying_together.put_tickets(tables, program, [built(Bought, one) for one in read("tickets")])
    for line in read("draws"):
        draw = built(Draw, _without(line, "standing"))
        carrying_together.put_draw(tables, program, draw, _standing(line["standing"]))
    carrying_together.put_handed(tables, program, [built(Handed, one) for one in read("handed")])


def faults(tables: Tables, program: str, read: Callable[[str], Lines]) -> Iterator[str]:
    """Yield what is not here as it was carried out, and sums that do not fit together."""
    here = lines(tables, program)
    for kind in KINDS:
        yield from differences(kind, read(kind), here[kind])
    entered: dict[str, int] = defaultdict(int)
    for line in read("tickets"):
        entered[line["draw"]] += line["entries"]
    for line in read("draws"):
        if entered[line["id"]] != line["standing"]["entries"]:
            told = f"{entered[line['id']]} entries, and {line['standing']['entries']} are counted"
            yield f"draws: {line['id']} has {told}"


def _standing(line: dict[str, Any]) -> Entered:
    fixed, beacon = line["fixed"], line["beacon"]
    return Entered(
        line["state"],
        line["entries"],
        built(Fixed, fixed) if fixed else None,
        built(Beacon, beacon) if beacon else None,
    )


def _without(line: dict[str, Any], name: str) -> dict[str, Any]:
    return {one: value for one, value in line.items() if one != name}
