"""What campaigns have told a member, and when: one item beside the member, forgotten with them.

Its version is what makes a cap across campaigns exact: whoever tells a member something writes it
again, if nobody else has meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.core.invitation import Coming
from loyalty.core.news import Begun, Marks, News
from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Tables, Write

MOST_CAMPAIGNS, MOST_TIMES = 40, 20
"""Campaigns and instants that are remembered of a member; the oldest go first."""


def read(tables: Tables, program: str, member: str) -> Marks:
    """Return what campaigns have told a member."""
    return read_many(tables, program, [member]).get(member, Marks())


def read_many(tables: Tables, program: str, members: Iterable[str]) -> dict[str, Marks]:
    """Return the same of those of these members who were told anything."""
    places = {keys.reached_key(program, one): one for one in members}
    found = tables.get_many(places) if places else {}
    return {places[key]: to_marks(item) for key, item in found.items()}


def change(program: str, member: str, before: Marks, after: Marks) -> Write:
    """Return the write of what was told by now, if nobody else has told anything meanwhile."""
    unchanged = Equals("v", before.version) if before.version else Absent()
    reached = dict(sorted(after.reached.items(), key=lambda one: one[1])[-MOST_CAMPAIGNS:])
    latest = sorted(after.scores.items(), key=lambda one: one[1][1])[-MOST_CAMPAIGNS:]
    scores = dict(latest)
    item = {
        "r": reached,
        "t": list(after.times[-MOST_TIMES:]),
        "n": [_news(one) for one in after.news],
        "v": before.version + 1,
        **(
            {"b": [[one.campaign, one.occurrence, one.at] for one in after.begun]}
            if after.begun
            else {}
        ),
        **({"s": {name: list(one) for name, one in scores.items()}} if scores else {}),
        **({"cg": [_coming(one) for one in after.coming]} if after.coming else {}),
    }
    return Put(keys.reached_key(program, member), item, unchanged)


def to_marks(item: Mapping[str, Any]) -> Marks:
    """Return marks as they lie in the table."""
    return Marks(
        reached=item["r"],
        times=tuple(item["t"]),
        news=tuple(map(_to_news, item.get("n", ()))),
        version=item["v"],
        scores={name: (score, at) for name, (score, at) in item.get("s", {}).items()},
        begun=tuple(Begun(*one) for one in item.get("b", ())),
        coming=tuple(Coming(*one) for one in item.get("cg", ())),
    )


def unite(tables: Tables, program: str, old: str, into: str) -> list[Write]:
    """Return the writes by which what one member comes to is on another's card."""
    leaving = read(tables, program, old)
    if not leaving.coming:
        return []
    kept = read(tables, program, into)
    both = {one.id: one for one in (*leaving.coming, *kept.coming)}
    return [
        change(program, old, leaving, replace(leaving, coming=())),
        change(program, into, kept, replace(kept, coming=tuple(both.values()))),
    ]


def _coming(one: Coming) -> list[Any]:
    return [one.id, one.at, one.ends, one.location, dict(one.titles)]


def _news(one: News) -> list[Any]:
    texts, titles = dict(one.texts), dict(one.titles)
    said = [one.id, one.kind, one.at, one.until, texts, titles, one.link]
    return [*said, one.picture] if one.picture else said


def _to_news(value: list[Any]) -> News:
    return News(*value)
