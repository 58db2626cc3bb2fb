"""All that figures of a program are worked out of, as it stands at the beginning of a day. Pure.

Members who became one are one; whoever has left is nobody: what they bought stays sold, and is the
sale of nobody known. Past days change when somebody leaves, claims or pays back; figures say as of
which day they are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from loyalty.figures.records import visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loyalty.figures.records import Record, Visit
    from loyalty.forecast.standing import Standing

BANDS = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, None))
"""Ages that are told together, first and last; None: and older."""

UNKNOWN = ""
"""The group of those of whom something is not known."""

MOST_VALUES = 30
"""Of one attribute's values those of most members; the others are told together."""

OTHERS = "…"


@dataclass(frozen=True, slots=True)
class Person:
    """A member as figures see them.

    Attributes
    ----------
    joined
        Local day (``date.toordinal``).
    home
        Id of the location where they joined; empty where that is not known.
    source
        What the shop has called the link that led them there; empty where it has not.
    level
        Id of the level they are on; empty in programs without.
    age
        Band of their age on the day of the figures, as ``25-34``; empty where it is not known.
    attributes
        What the program declares, by id.
    became
        Who they are since they became one with somebody; empty of nobody.
    left
        Whether they have left.
    """

    id: str
    joined: int
    home: str = ""
    source: str = ""
    level: str = ""
    age: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    became: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Pocketed:
    """A card that was put into a wallet, or ``taken`` out of it, on a day.

    ``member`` is who its member is now; None of whoever has left.
    """

    member: str | None
    day: int
    wallet: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Shop:
    """A program's members and sales before a day.

    Attributes
    ----------
    end
        The local day up to whose beginning all is looked at.
    people
        Members who are there, by id.
    sales
        What is sold now, each of the member they are now.
    standings
        How members are expected, of those who ever came.
    pocketed
        What happened to cards in wallets.
    """

    end: int
    people: Mapping[str, Person]
    sales: Sequence[Record]
    visits: Sequence[Visit]
    standings: Mapping[str, Standing] = field(default_factory=dict)
    pocketed: Sequence[Pocketed] = ()

    def at(self, place: str) -> Shop:
        """Return what happened at one place, and who joined there.

        A card in a wallet is of the place where its member joined.
        """
        people = {name: one for name, one in self.people.items() if one.home == place}
        return replace(
            self,
            people=people,
            sales=[one for one in self.sales if one.place == place],
            visits=[one for one in self.visits if one.place == place],
            standings={},
            pocketed=[one for one in self.pocketed if one.member in people],
        )

    def of(self, members: Iterable[str]) -> Shop:
        """Return what some members did."""
        names = set(members)
        return replace(
            self,
            people={name: one for name, one in self.people.items() if name in names},
            sales=[one for one in self.sales if one.member in names],
            visits=[one for one in self.visits if one.member in names],
            standings={name: one for name, one in self.standings.items() if name in names},
            pocketed=[one for one in self.pocketed if one.member in names],
        )


def shop(
    end: int,
    people: Iterable[Person],
    records: Iterable[Record],
    pocketed: Iterable[Pocketed] = (),
) -> Shop:
    """Return a program's members, sales and cards in wallets before a day."""
    everybody = {one.id: one for one in people}
    now = {name: _now(everybody, name) for name in everybody}
    sales = [
        replace(one, member=now.get(one.member or ""))
        for one in records
        if one.sold and one.day < end
    ]
    sales.sort(key=lambda one: (one.day, one.order))
    there = {name: one for name, one in everybody.items() if now[name] == name}
    cards = [replace(one, member=now.get(one.member or "")) for one in pocketed if one.day < end]
    return Shop(end, there, sales, visits(sales), pocketed=cards)


def _now(everybody: Mapping[str, Person], name: str) -> str | None:
    """Return who somebody is now; None of whoever has left."""
    seen = set()
    while name not in seen:
        seen.add(name)
        one = everybody.get(name)
        if one is None or (one.left and not one.became):
            return None
        if not one.became:
            return name
        name = one.became
    return None


def age_band(born: date | None, end: int) -> str:
    """Return the band of an age on a day (``date.toordinal``), as ``25-34`` or ``65+``."""
    if born is None:
        return UNKNOWN
    today = date.fromordinal(end)
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    for low, high in BANDS:
        if high is None or years <= high:
            return f"{low}+" if high is None else f"{low}-{high}"
    return UNKNOWN


def groups(found: Shop, by: str) -> dict[str, Shop]:
    """Return a shop's parts: by ``location``, ``level``, ``age``, or the id of an attribute."""
    if by == "location":
        places = {one.place for one in found.sales} | {one.home for one in found.people.values()}
        return {place: found.at(place) for place in sorted(places)}
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, one in found.people.items():
        values[_value(one, by)].append(name)
    many = sorted(values, key=lambda value: (-len(values[value]), value))
    for value in many[MOST_VALUES:]:
        values[OTHERS] += values.pop(value)
    return {value: found.of(names) for value, names in sorted(values.items())}


def _value(one: Person, by: str) -> str:
    if by == "level":
        return one.level
    return one.age if by == "age" else one.attributes.get(by, UNKNOWN)
