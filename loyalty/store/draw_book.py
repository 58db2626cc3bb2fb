"""Prize draws: what an owner has named, how it stands, and who has how many entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core.draw import Beacon, Draw, Fixed, Purchases, Ticket, second_of
from loyalty.store import keys
from loyalty.store.tables import Absent, AllOf, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from loyalty.core.draw import State
    from loyalty.store.tables import Item, Tables, Write

_PAGE = 500
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Entered:
    """How a draw stands: state, entries, the fixed list, the round that has decided."""

    state: State = "open"
    entries: int = 0
    fixed: Fixed | None = None
    beacon: Beacon | None = None


def put(program: str, one: Draw) -> Write:
    """Return the write of a draw, if its version is the next one."""
    item = {
        "nm": dict(one.names),
        "tx": dict(one.texts),
        "pr": [dict(prize) for prize in one.prizes],
        "p": one.pot,
        "k": one.price,
        "m": one.most,
        "cl": one.closes,
        **(
            {"b": [one.purchases.counts, one.purchases.each, one.purchases.begins]}
            if one.purchases
            else {}
        ),
        "v": one.version,
    }
    before = one.version - 1
    condition = Equals("v", before) if before else Absent()
    return Put(keys.draw_key(program, one.id), item, condition)


def begin(program: str, draw: str, second: int) -> Write:
    """Return the write by which one can enter a draw; its list is fixed from a second on."""
    item = {"st": "open", "n": 0, "wp": keys.DRAWS, "wt": second}
    return Put(keys.entered_key(program, draw), item, Absent())


def fix_at(program: str, draw: str, second: int) -> Write:
    """Return the write by which the list of an open draw is fixed from another second on."""
    values = {"wp": keys.DRAWS, "wt": second}
    return Update(keys.entered_key(program, draw), values, condition=Equals("st", "open"))


def read(tables: Tables, program: str, draw: str) -> Draw | None:
    """Return a draw."""
    item = tables.get(keys.draw_key(program, draw))
    return _draw(item) if item else None


def read_all(tables: Tables, program: str) -> list[Draw]:
    """Return all draws of a program, by id."""
    first = keys.draw_key(program, "")
    return [_draw(item) for item in tables.query("state", first.pk, first.sk)]


def standing(tables: Tables, program: str, draw: str) -> Entered:
    """Return how a draw stands."""
    item = tables.get(keys.entered_key(program, draw))
    return _entered(item) if item else Entered()


def standings(
    tables: Tables, program: str, draws: Iterable[str], member: str
) -> dict[str, tuple[Entered, int]]:
    """Return how these draws stand, and how many entries a member has in each: one read."""
    names = list(draws)
    places = [keys.entered_key(program, one) for one in names]
    tickets = [keys.ticket_key(program, one, member) for one in names]
    found = tables.get_many((*places, *tickets)) if names else {}
    return {
        name: (
            _entered(found[place]) if place in found else Entered(),
            int(found[ticket]["n"]) if ticket in found else 0,
        )
        for name, place, ticket in zip(names, places, tickets, strict=True)
    }


def read_entries(tables: Tables, program: str, draw: str, member: str) -> int:
    """Return how many entries a member has."""
    item = tables.get(keys.ticket_key(program, draw, member))
    return int(item["n"]) if item else 0


def read_ticket(tables: Tables, program: str, draw: str, member: str) -> Ticket | None:
    """Return a member's entries with what is known of their purchases."""
    item = tables.get(keys.ticket_key(program, draw, member))
    return _ticket(item) if item else None


def behind(
    tables: Tables, program: str, draw: str, members: Iterable[str], begins: int
) -> list[str]:
    """Return who of these has entries in the ledger since then that their ticket has not counted.

    Three reads for a hundred: most have none.
    """
    people = list(members)
    accounts = {one: keys.account_key(program, one) for one in people}
    tickets = {one: keys.ticket_key(program, draw, one) for one in people}
    found = tables.get_many([*accounts.values(), *tickets.values()])
    last = {
        one: found[accounts[one]]["s"]
        for one in people
        if accounts[one] in found
        and found[accounts[one]]["s"] > found.get(tickets[one], {}).get("u", 0)
    }
    entries = {one: keys.entry_key(program, one, seq) for one, seq in last.items()}
    lately = tables.get_many(entries.values())
    return [
        one
        for one, key in entries.items()
        if key in lately and lately[key]["at"] >= begins * _MICROSECONDS
    ]


def counted_to(tables: Tables, program: str, draw: str) -> str:
    """Return up to which member all purchases are counted; empty before the first."""
    item = tables.get(keys.entered_key(program, draw))
    return item.get("c", "") if item else ""


def go_on(tables: Tables, program: str, draw: str, cursor: str) -> None:
    """Write up to which member all purchases are counted."""
    tables.write(Update(keys.entered_key(program, draw), {"c": cursor}))


def count(program: str, draw: str, member: str, seen: Ticket | None, now: Ticket) -> list[Write]:
    """Return the writes of what a member's purchases are by now; while it is open."""
    before = Equals("u", seen.upto) if seen else Absent()
    more = now.entries - (seen.entries if seen else 0)
    return [
        Put(keys.ticket_key(program, draw, member), _ticket_item(now), before),
        Update(keys.entered_key(program, draw), condition=Equals("st", "open"), adds={"n": more}),
    ]


def enter(program: str, draw: str, member: str, seen: int, more: int) -> list[Write]:
    """Return the writes of further entries of a member, who has ``seen`` of them; while it is open.

    Whoever fixes the list writes the same item: no entry can come behind that.
    """
    before = Equals("n", seen) if seen else Absent()
    return [
        Put(keys.ticket_key(program, draw, member), {"n": seen + more}, before),
        Update(keys.entered_key(program, draw), condition=Equals("st", "open"), adds={"n": more}),
    ]


def leave(program: str, draw: str, member: str, seen: int) -> list[Write]:
    """Return the writes by which somebody was never entered; while it is open."""
    return [
        Delete(keys.ticket_key(program, draw, member), Equals("n", seen)),
        Update(keys.entered_key(program, draw), condition=Equals("st", "open"), adds={"n": -seen}),
    ]


def shut(program: str, draw: str) -> Write:
    """Return the write behind which nobody can enter."""
    key = keys.entered_key(program, draw)
    return Update(key, {"st": "shut"}, condition=Equals("st", "open"))


def fix(program: str, draw: str, fixed: Fixed) -> Write:
    """Return the write of the list as it is fixed: once."""
    told = [fixed.hash, fixed.entries, fixed.entrants, fixed.round, fixed.at]
    key = keys.entered_key(program, draw)
    values = {"st": "closed", "f": told, "wp": keys.DRAWS, "wt": second_of(fixed.round)}
    return Update(key, values, condition=Equals("st", "shut"))


def decide(program: str, draw: str, beacon: Beacon) -> Write:
    """Return the write of the round that decides: once."""
    told = [beacon.round, beacon.randomness, beacon.signature]
    key = keys.entered_key(program, draw)
    return Update(key, {"st": "drawn", "b": told}, condition=Equals("st", "closed"))


def due(tables: Tables, second: int, limit: int) -> list[tuple[str, str]]:
    """Return draws (program, id) that are over, can be decided, or whose winners wait, by then."""
    return [keys.entered_at(one.key) for one in tables.waiting(keys.DRAWS, second, limit)]


def look_again(tables: Tables, program: str, draw: str, second: int) -> None:
    """Have a draw looked at at a second."""
    tables.write(Update(keys.entered_key(program, draw), {"wt": second}))


def done(tables: Tables, program: str, draw: str) -> None:
    """Have a draw looked at no more: it is decided, and who has won was told."""
    tables.write(Update(keys.entered_key(program, draw), remove=("wp", "wt")))


def entrants(tables: Tables, program: str, draw: str) -> dict[str, int]:
    """Return all who have entered, and how many entries each has."""
    found = tickets(tables, program, draw)
    return {member: one.entries for member, one in found if one.entries}


def tickets(tables: Tables, program: str, draw: str) -> Iterator[tuple[str, Ticket]]:
    """Yield members with what they have in a draw; some have no entry, or none any more."""
    first = keys.ticket_key(program, draw, "")
    after = first.sk
    while True:
        page = tables.between("state", first.pk, after, first.sk + "~", _PAGE)
        for item in page:
            yield item["sk"].removeprefix(first.sk), _ticket(item)
        if len(page) < _PAGE:
            return
        after = page[-1]["sk"] + "\x00"


def put_ticket(program: str, draw: str, member: str, one: Ticket) -> Write:
    """Return the write of a member's entries where there are none."""
    return Put(keys.ticket_key(program, draw, member), _ticket_item(one), Absent())


def mend(program: str, draw: str, member: str, before: Ticket | None, now: Ticket | None) -> Write:
    """Return the write of a member's entries as somebody has added them up anew; not their sum."""
    key = keys.ticket_key(program, draw, member)
    seen = Equals("n", before.entries) if before else Absent()
    return Put(key, _ticket_item(now), seen) if now else Delete(key, seen)


def mend_sum(program: str, draw: str, before: int, now: int) -> Write:
    """Return the write of how many entries there are, while nobody enters and it is open."""
    unmoved = AllOf((Equals("st", "open"), Equals("n", before)))
    return Update(keys.entered_key(program, draw), {"n": now}, condition=unmoved)


def _ticket_item(one: Ticket) -> Item:
    counted = {"u": one.upto, "a": one.amount} if one.upto else {}
    return {"n": one.entries, **counted}


def _ticket(item: Item) -> Ticket:
    return Ticket(item["n"], item.get("u", 0), item.get("a", 0))


def _entered(item: Item) -> Entered:
    fixed = Fixed(*item["f"]) if "f" in item else None
    beacon = Beacon(*item["b"]) if "b" in item else None
    return Entered(item["st"], item["n"], fixed, beacon)


def _draw(item: Mapping[str, Any] | Item) -> Draw:
    return Draw(
        id=item["sk"].partition("#")[2],
        names=item["nm"],
        texts=item["tx"],
        prizes=tuple(item["pr"]),
        pot=item["p"],
        price=item["k"],
        most=item["m"],
        closes=item["cl"],
        purchases=Purchases(*item["b"]) if "b" in item else None,
        version=item["v"],
    )
