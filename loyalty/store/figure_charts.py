"""Figures as they were worked out last, and what an owner wants them to be: a few small items."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.store import keys
from loyalty.store.tables import Cancelled, Delete, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Tables, Write


@dataclass(frozen=True, slots=True)
class Chart:
    """Plain data under a name, true as of the beginning of a day (``date.toordinal``)."""

    name: str
    as_of: int
    at: int
    data: Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure (with its window in days) is to be by a day, since when, and from what.

    Values are in the figure's unit; ``main``: it is the one that the owner watches.
    """

    id: str
    figure: str
    days: int
    start: int
    since: int
    target: int
    by: int
    main: bool = False


def put(tables: Tables, program: str, chart: Chart, before: Chart | None) -> bool:
    """Write a chart where its data or its day is another; tell whether it was."""
    if before is not None and (before.data, before.as_of) == (chart.data, chart.as_of):
        return False
    text = json.dumps(chart.data, ensure_ascii=False, separators=(",", ":"))
    item = {"d": chart.as_of, "at": chart.at, "j": text}
    tables.write_alone(Put(keys.chart_key(program, chart.name), item))
    return True


def read_many(tables: Tables, program: str, names: Iterable[str]) -> dict[str, Chart]:
    """Return these charts by name; missing ones are left out."""
    places = {keys.chart_key(program, name): name for name in names}
    found = tables.get_many(places)
    return {
        places[key]: Chart(places[key], item["d"], item["at"], json.loads(item["j"]))
        for key, item in found.items()
    }


def read(tables: Tables, program: str, name: str) -> Chart | None:
    """Return one chart, None before it was worked out."""
    return read_many(tables, program, [name]).get(name)


def put_goal(program: str, goal: Goal) -> Write:
    """Return the write of a goal."""
    item = {
        "f": goal.figure,
        "w": goal.days,
        "s": goal.start,
        "d": goal.since,
        "t": goal.target,
        "b": goal.by,
        **({"k": 1} if goal.main else {}),
    }
    return Put(keys.goal_key(program, goal.id), item)


def remove_goal(program: str, goal: str) -> Write:
    """Return the write that takes a goal away."""
    return Delete(keys.goal_key(program, goal))


def read_goals(tables: Tables, program: str) -> list[Goal]:
    """Return all goals of a program, by id."""
    place = keys.goal_key(program, "")
    return [
        _goal(item["sk"].removeprefix(place.sk), item)
        for item in tables.query("state", place.pk, place.sk)
    ]


def written(tables: Tables, *writes: Write) -> bool:
    """Write all of that at once; False where the database refuses it now."""
    try:
        tables.write(*writes)
    except Cancelled:
        return False
    return True


def _goal(name: str, item: Mapping[str, Any]) -> Goal:
    return Goal(
        name, item["f"], item["w"], item["s"], item["d"], item["t"], item["b"], bool(item.get("k"))
    )
