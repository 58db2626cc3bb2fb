"""When members came last and are expected: what figures keep of each, looked at now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from loyalty.forecast import custom as customs
from loyalty.forecast.custom import Custom
from loyalty.forecast.rhythm import Memory, Rhythm
from loyalty.forecast.standing import standing
from loyalty.store import counted, figure_charts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables


class Visits(NamedTuple):
    """Ordinals of days of the program's clock: of the last visit, and of the next by then."""

    last: int
    due: int


def custom_of(tables: Tables, program: str) -> Custom:
    """Return how customers of a program come; as they usually do until figures know better."""
    found = figure_charts.read(tables, program, "custom")
    return Custom(*found.data) if found else customs.usual()


def rhythm_of(kept: counted.Rhythm) -> Rhythm:
    """Return the rhythm of what is kept of it."""
    last, repeats, short, long = kept
    return Rhythm(last, repeats, Memory(*short), Memory(*long))


def visits(tables: Tables, program: str, members: Iterable[str], today: int) -> dict[str, Visits]:
    """Return the last visit and the next of those of these members who ever came."""
    kept = counted.read_many(tables, program, members)
    came = {name: rhythm_of(one.rhythm) for name, one in kept.items() if one.rhythm}
    custom = custom_of(tables, program) if came else customs.usual()
    return {
        name: Visits(rhythm.last, standing(rhythm, custom, today).due)
        for name, rhythm in came.items()
    }
