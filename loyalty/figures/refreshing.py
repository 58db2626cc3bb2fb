"""Work a program's figures out of its members and lines, and keep them as charts that one reads.

Nothing here adds to what was there: every chart follows from what lies in the tables, so a refresh
that comes twice, or late, is the same. Only on which day a past day has changed is remembered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.calendar import day
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.figures import charts, lists, worth
from loyalty.figures import groups as rfm
from loyalty.figures.coming import month_of
from loyalty.figures.feeding import packed
from loyalty.figures.points import owed_points
from loyalty.figures.records import Record
from loyalty.figures.shop import Person, age_band, groups, shop
from loyalty.forecast import custom as customs
from loyalty.forecast import rhythm as rhythms
from loyalty.forecast.next_visit import expect
from loyalty.forecast.standing import standing
from loyalty.store import (
    counted,
    figure_charts,
    figure_lines,
    member_index,
    member_records,
    portraits,
)
from loyalty.store.counted import Counted
from loyalty.store.figure_charts import Chart
from loyalty.store.figure_lines import Moves, SaleLine
from loyalty.words import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.figures.shop import Shop
    from loyalty.forecast.rhythm import Rhythm
    from loyalty.forecast.standing import Standing
    from loyalty.program.rules import Program
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables

AT_ONCE: Final = 500
"""Members that are read at once."""

BY: Final = ("location", "level", "age")
"""What figures are told by, besides a program's attributes."""


@dataclass
class _Read:
    """What was read: members, sales, what entries did with points, and what members have."""

    people: list[Person] = field(default_factory=list)
    sales: list[SaleLine] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=list)
    owed: dict[str, Counter[int | None]] = field(default_factory=dict)


class Refreshing:
    """Works figures out."""

    def __init__(self, tables: Tables, programs: Programs) -> None:
        self._tables = tables
        self._programs = programs

    def work(
        self, program: str, now: datetime, tell: Callable[[str], None] = lambda _: None
    ) -> dict[str, int]:
        """Work all figures of a program out; return how much they rest on.

        ``tell`` is told in a few words what is being done.
        """
        rules = self._programs.current(program)
        end = day(now, rules.zone)
        found = _Read()
        tell("members")
        self._members(rules, found, now, end)
        tell("sales")
        self._lines(program, found, now)
        whole = shop(end, found.people, [_record(one) for one in found.sales])
        tell("how members come")
        came = _days(whole)
        custom = customs.of(came.values())
        known = {member: rhythms.of(days) for member, days in came.items()}
        mended = self._mend(program, known)
        standings = {member: standing(rhythm, custom, end - 1) for member, rhythm in known.items()}
        usual = {
            member: float(expect(rhythm, custom).due)
            for member, rhythm in known.items()
            if rhythm.repeats
        }
        whole = replace(whole, standings=standings)
        tell("charts")
        made = self._charts(rules, whole, found, usual)
        made |= _lists(standings, known)
        made["members"] = len(whole.people)
        made["custom"] = [custom.gap, custom.regularity]
        portraits.keep(self._tables, program, _portraits(whole, usual))
        written = self._keep(program, made, end, now)
        return {
            "members": len(whole.people),
            "sales": len(whole.sales),
            "charts": len(made),
            "written": written,
            "mended": mended,
        }

    # What is read

    def _members(self, rules: Program, found: _Read, now: datetime, end: int) -> None:
        cursor: str | None = ""
        while cursor is not None:
            page = member_index.page(self._tables, rules.id, cursor, AT_ONCE)
            ids = [one.id for one in page.members]
            for one in member_records.read_listed(self._tables, rules.id, ids):
                draft = Draft(rules, one.account, now)
                settle(draft)
                account = draft.account
                level = rules.level(account.level)
                found.people.append(
                    Person(
                        id=one.person.id,
                        joined=day(one.person.enrolled_at, rules.zone),
                        home=one.person.home or "",
                        source=one.person.source,
                        level=level.id if level else "",
                        age=age_band(one.person.birthday, end),
                        attributes=one.record.attributes,
                        became=account.successor,
                        left=bool(account.closed),
                    )
                )
                for pot in rules.pots:
                    sums = found.owed.setdefault(pot.id, Counter())
                    sums.update(owed_points(account, pot.id, rules.zone))
            cursor = page.next

    def _lines(self, program: str, found: _Read, now: datetime) -> None:
        first = min((one.joined for one in found.people), default=None)
        last = figure_lines.month_of(now)
        oldest = figure_lines.oldest(self._tables, program, first, last)
        for number in range(oldest, last + 1):
            for line in figure_lines.month(self._tables, program, number):
                if isinstance(line, Moves):
                    found.moves.append(line)
                else:
                    found.sales.append(line)
                    found.moves += line.moves

    def _mend(self, program: str, known: Mapping[str, Rhythm]) -> int:
        """Put right how members come where that was not seen; return of how many."""
        names, mended = sorted(known), 0
        for start in range(0, len(names), AT_ONCE):
            kept = counted.read_many(self._tables, program, names[start : start + AT_ONCE])
            for member, seen in kept.items():
                after = Counted(seen.seq, packed(known[member]))
                if after != seen:
                    mended += counted.put(self._tables, program, member, seen, after)
        return mended

    # What is made of it

    def _charts(
        self, rules: Program, whole: Shop, found: _Read, usual: Mapping[str, float]
    ) -> dict[str, Any]:
        low, high = charts.expected_band(whole)
        staff = worth.staff(rules, whole, found.moves)
        names = [*charts.UNITS]
        made: dict[str, Any] = {
            "summary": [{"value": "", "figures": charts.told(charts.summary(whole, whole=True))}],
            "definitions": {
                language: {name: phrase(language, f"figure.{name}") for name in names}
                for language in rules.languages
            },
            "expected": {"low": low, "high": high},
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
        }
        firsts = charts.first_visits(whole)
        made |= _months("days", {"": charts.days(whole, firsts)})
        for by in (*BY, *(one.id for one in rules.attributes if one.kind != "text")):
            if by == "level" and rules.tiers is None:
                continue
            parts = groups(whole, by)
            made[f"summary#{by}"] = [
                {
                    "value": name,
                    "figures": charts.told(charts.summary(part, whole=by == "location")),
                }
                for name, part in parts.items()
            ]
            made |= _months(
                f"days#{by}", {name: charts.days(part, firsts) for name, part in parts.items()}
            )
        points: defaultdict[int, dict[str, dict[str, list[int]]]] = defaultdict(dict)
        for pot, days in worth.by_day(found.moves, whole.end).items():
            for one, row in days.items():
                month = month_of(one)
                points[month].setdefault(pot, {})[charts.day_name(one)] = row
        for month, pots in points.items():
            made[f"points#{charts.month_name(month)}"] = pots
        return made

    def _keep(self, program: str, made: Mapping[str, Any], end: int, now: datetime) -> int:
        """Write what is another than before; days remember when they changed."""
        names, at = [*made, "index"], int(now.timestamp())
        kept = figure_charts.read_many(self._tables, program, names)
        index = kept.get("index")
        before = list(index.data) if index else []
        kept |= figure_charts.read_many(
            self._tables, program, [name for name in before if name not in kept]
        )
        written = 0
        for name in dict.fromkeys([*made, *before]):
            data, known = made.get(name), kept.get(name)
            if name.startswith("days"):
                data = _dated(known.data if known else {}, data or {}, end)
            elif data is None:
                data = _emptied(name)
            written += figure_charts.put(self._tables, program, Chart(name, end, at, data), known)
        everything = sorted({*made, *before})
        figure_charts.put(self._tables, program, Chart("index", end, at, everything), index)
        return written


def _record(line: SaleLine) -> Record:
    return Record(
        order=(line.order.source, line.order.id),
        revision=line.revision,
        member=line.member,
        day=line.day,
        place=line.place,
        net=line.net,
        sold=line.sold,
    )


def _days(whole: Shop) -> dict[str, list[int]]:
    """Return the days of each member's visits, wherever; those of one day are one."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for visit in whole.visits:
        found[visit.member].add(visit.day)
    return {member: sorted(days) for member, days in found.items()}


def _months(name: str, parts: Mapping[str, charts.Days]) -> dict[str, Any]:
    """Return a chart per month: by value, days."""
    found: defaultdict[str, dict[str, charts.Days]] = defaultdict(dict)
    for part, days in parts.items():
        for month, rows in charts.by_month(days).items():
            found[f"{name}#{charts.month_name(month)}"][part] = rows
    return dict(found)


def _dated(before: Mapping[str, Any], after: Mapping[str, charts.Days], end: int) -> dict[str, Any]:
    parts = dict.fromkeys([*after, *before])
    return {part: charts.changed(before.get(part, {}), after.get(part, {}), end) for part in parts}


def _emptied(name: str) -> Any:
    return {} if name.startswith("points") else []


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


def _portraits(whole: Shop, usual: Mapping[str, float]) -> dict[str, portraits.Portrait]:
    """Return what can be said of each member beside all others."""
    year = whole.end - rfm.YEAR
    visits: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for visit in whole.visits:
        if visit.day >= year:
            visits[visit.member] += 1
            money[visit.member] += visit.net
    found = rfm.standings(whole.visits, whole.people, whole.end, usual)
    return {name: (one.group, visits[name], money[name]) for name, one in found.items()}


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
