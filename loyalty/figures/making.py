"""What is made of a program's members and lines: every chart that somebody reads. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from loyalty.figures import by_now, charts, lists, looks, worth
from loyalty.figures.coming import month_of
from loyalty.figures.shop import groups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.figures.shop import Person, Pocketed, Shop
    from loyalty.forecast.rhythm import Rhythm
    from loyalty.forecast.standing import Standing
    from loyalty.program.rules import Program
    from loyalty.store.figure_lines import Moves, SaleLine
    from loyalty.store.happenings import Declined, Looked

BY: Final = ("location", "level", "age")
"""What figures are told by, besides a program's attributes."""


@dataclass
class Read:
    """What was read: members, sales, what entries did with points, and what members have.

    Also what happened to cards in wallets, who looked for cards, and who was refused what.
    """

    people: list[Person] = field(default_factory=list)
    sales: list[SaleLine] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=list)
    pocketed: list[Pocketed] = field(default_factory=list)
    looked: list[Looked] = field(default_factory=list)
    declined: list[Declined] = field(default_factory=list)
    owed: dict[str, Counter[int | None]] = field(default_factory=dict)


def made(
    rules: Program,
    whole: Shop,
    found: Read,
    usual: Mapping[str, float],
    known: Mapping[str, Rhythm],
) -> dict[str, Any]:
    """Return all charts by name.

    Parameters
    ----------
    usual, known
        By member: how many days they are usually away, and how they come.
    """
    low, high = charts.expected_band(whole)
    shifts = looks.of_shifts(
        whole.end, rules.zone, found.looked, found.declined, found.sales, found.moves
    )
    staff = worth.staff(rules, whole, found.moves, looks.of_staff(shifts))
    done: dict[str, Any] = {
        "summary": [{"value": "", "figures": charts.told(charts.summary(whole, whole=True))}],
        "expected": {"low": low, "high": high},
        "by_now": by_now.counted(found.sales, rules.zone, whole.end),
        "cohorts": charts.cohorts(whole),
        "often": charts.often(whole),
        "groups": charts.group_sizes(whole, usual),
        "joining": charts.joining(whole),
        "owing": worth.owing(rules, whole, found.owed, found.moves),
        "staff": {
            "rows": staff,
            "share": worth.staff_share(whole, staff),
            **worth.oddities(whole, found.sales),
        },
        "shifts": worth.shifts(rules, whole, found.moves, shifts),
    }
    firsts = charts.first_visits(whole)
    done |= _months("days", {"": charts.days(whole, firsts)})
    for by in (*BY, *(one.id for one in rules.attributes if one.kind != "text")):
        if by == "level" and rules.tiers is None:
            continue
        parts = groups(whole, by)
        done[f"summary#{by}"] = [
            {
                "value": name,
                "figures": charts.told(charts.summary(part, whole=by == "location")),
            }
            for name, part in parts.items()
        ]
        done |= _months(
            f"days#{by}", {name: charts.days(part, firsts) for name, part in parts.items()}
        )
    points: defaultdict[int, dict[str, dict[str, list[int]]]] = defaultdict(dict)
    for pot, days in worth.by_day(found.moves, whole.end).items():
        for one, row in days.items():
            month = month_of(one)
            points[month].setdefault(pot, {})[charts.day_name(one)] = row
    for month, pots in points.items():
        done[f"points#{charts.month_name(month)}"] = pots
    return done | _lists(whole.standings, known)


def _months(name: str, parts: Mapping[str, charts.Days]) -> dict[str, Any]:
    """Return a chart per month: by value, days."""
    found: defaultdict[str, dict[str, charts.Days]] = defaultdict(dict)
    for part, days in parts.items():
        for month, rows in charts.by_month(days).items():
            found[f"{name}#{charts.month_name(month)}"][part] = rows
    return dict(found)


def _lists(standings: Mapping[str, Standing], known: Mapping[str, Rhythm]) -> dict[str, Any]:
    """Return members by their last visit, in the order in which they are due, and who slips."""
    expected = {name: _expected(name, known[name], one) for name, one in standings.items()}
    lately = sorted(expected, key=lambda name: (-known[name].last, name))
    due = sorted(
        (name for name, one in standings.items() if not one.gone),
        key=lambda name: (standings[name].due, name),
    )
    slipping = [name for name in due if standings[name].slipping]
    return {
        **lists.paged("last_visit", (expected[name] for name in lately)),
        **lists.paged("due", (expected[name] for name in due)),
        **lists.paged("slipping", (expected[name] for name in slipping)),
    }


def _expected(name: str, rhythm: Rhythm, one: Standing) -> lists.Expected:
    return lists.Expected(
        member=name,
        last=charts.day_name(rhythm.last),
        due=charts.day_name(one.due),
        early=charts.day_name(one.early),
        late=charts.day_name(one.late),
        week=round(one.week * 10_000),
        slipping=one.slipping,
        gone=one.gone,
        nudge="" if one.nudge is None else charts.day_name(one.nudge),
    )
