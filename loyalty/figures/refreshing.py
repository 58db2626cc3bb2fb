"""Work a program's figures out of its members and lines, and keep them as charts that one reads.

Nothing here adds to what was there: every chart follows from what lies in the tables, so a refresh
that comes twice, or late, is the same. Only on which day a past day has changed is remembered.
What does not fit into the time of one function goes on in the next one, from kept pieces.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.calendar import day
from loyalty.core.draft import Draft
from loyalty.core.instants import instant, microseconds
from loyalty.core.settle import settle
from loyalty.figures import charts, making
from loyalty.figures import groups as rfm
from loyalty.figures.feeding import packed
from loyalty.figures.making import Read
from loyalty.figures.pieces import Expected, InMemory, Pieces
from loyalty.figures.points import owed_points
from loyalty.figures.records import Record
from loyalty.figures.shop import Person, Pocketed, age_band, shop
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
from loyalty.store.figure_lines import Moves
from loyalty.store.happenings import Declined, InWallet, Looked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.core.account import Account
    from loyalty.figures.shop import Shop
    from loyalty.forecast.custom import Custom
    from loyalty.forecast.rhythm import Rhythm
    from loyalty.program.rules import Program
    from loyalty.sheets.kept_files import Files
    from loyalty.store.figure_lines import SaleLine
    from loyalty.store.member_records import Listed
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables

AT_ONCE: Final = 500
"""Members that are read at once."""

PHASES: Final = ("members", "lines", "expected", "charts")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the working out of a program's figures has come.

    Attributes
    ----------
    at
        Microseconds of the instant at which it began: all is as of that day.
    phase
        One of ``PHASES``.
    done
        Pages, or months, of the phase that are done.
    cursor
        Where the next page of members begins; the first month of lines.
    pages
        How many pages of members there are, and how many of how they are expected.
    """

    at: int
    phase: str = PHASES[0]
    done: int = 0
    cursor: str = ""
    pages: int = 0
    expected: int = 0
    mended: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    """What one run works with."""

    rules: Program
    now: datetime
    pieces: Pieces

    @property
    def end(self) -> int:
        """Return the day as of whose beginning figures are."""
        return day(self.now, self.rules.zone)

    @property
    def last(self) -> int:
        """Return the last month that has lines."""
        return figure_lines.month_of(self.now)


class Refreshing:
    """Works figures out, in as many runs as it takes."""

    def __init__(self, tables: Tables, programs: Programs, files: Files | None = None) -> None:
        self._tables = tables
        self._programs = programs
        self._files = files if files is not None else InMemory()

    def work(
        self, program: str, now: datetime, tell: Callable[[str], None] = lambda _: None
    ) -> dict[str, int]:
        """Work all figures of a program out, in one run; return how much they rest on.

        ``tell`` is told in a few words what is being done.
        """
        found = self.go_on(program, Progress(microseconds(now)), lambda: True, tell)
        assert not isinstance(found, Progress)  # noqa: S101 - there is always more time
        return found

    def run(
        self, program: str, left: Mapping[str, Any], now: datetime, more: Callable[[], bool]
    ) -> dict[str, Any] | None:
        """Begin, or go on with what a run before has ``left``; return what is left; None: nothing.

        Raises as ``go_on``.
        """
        progress = Progress(**left) if left else Progress(microseconds(now))
        found = self.go_on(program, progress, more)
        return asdict(found) if isinstance(found, Progress) else None

    def go_on(
        self,
        program: str,
        progress: Progress,
        more: Callable[[], bool],
        tell: Callable[[str], None] = lambda _: None,
    ) -> Progress | dict[str, int]:
        """Go on while there is time; return how far it has come, or at the end what it rests on.

        One page at least is done, however little time there is.

        Raises
        ------
        LookupError
            What was kept of it is there no more.
        """
        folder = f"figures/{program}/{progress.at}"
        work = _Work(
            self._programs.current(program), instant(progress.at), Pieces(self._files, folder)
        )
        begun = progress
        if progress.phase == "members":
            tell("members")
            progress = self._members(work, progress, more)
        if progress.phase == "lines" and (progress is begun or more()):
            tell("sales")
            progress = self._lines(work, progress, more)
        if progress.phase in {"expected", "charts"} and (progress is begun or more()):
            tell("how members come")
            return self._worked_out(work, progress, more, tell)
        return progress

    # What is read

    def _members(self, work: _Work, progress: Progress, more: Callable[[], bool]) -> Progress:
        rules = work.rules
        while True:
            page = member_index.page(self._tables, rules.id, progress.cursor, AT_ONCE)
            ids = [one.id for one in page.members]
            people, owed = [], {pot.id: Counter[int | None]() for pot in rules.pots}
            for one in member_records.read_listed(self._tables, rules.id, ids):
                draft = Draft(rules, one.account, work.now)
                settle(draft)
                people.append(_person(rules, one, draft.account, work.end))
                for pot in rules.pots:
                    owed[pot.id].update(owed_points(draft.account, pot.id, rules.zone))
            work.pieces.put_members(progress.done, people, owed)
            done = progress.done + 1
            if page.next is None:
                first = self._first_month(work, done)
                return Progress(progress.at, "lines", 0, str(first), done)
            progress = replace(progress, done=done, cursor=page.next)
            if not more():
                return progress

    def _first_month(self, work: _Work, pages: int) -> int:
        joined = (one.joined for page in range(pages) for one in work.pieces.members(page)[0])
        first = min(joined, default=None)
        return figure_lines.oldest(self._tables, work.rules.id, first, work.last)

    def _lines(self, work: _Work, progress: Progress, more: Callable[[], bool]) -> Progress:
        while True:
            number = int(progress.cursor) + progress.done
            if number > work.last:
                return replace(progress, phase="expected", done=0)
            lines = figure_lines.month(self._tables, work.rules.id, number)
            work.pieces.put_lines(number, lines)
            progress = replace(progress, done=progress.done + 1)
            if not more():
                return progress

    def _read(self, work: _Work, progress: Progress) -> Read:
        """Return all that was kept by the runs before."""
        found = Read()
        for page in range(progress.pages):
            people, owed = work.pieces.members(page)
            found.people += people
            for pot, points in owed.items():
                found.owed.setdefault(pot, Counter()).update(points)
        for number in range(int(progress.cursor), work.last + 1):
            for line in work.pieces.lines(number):
                if isinstance(line, Moves):
                    found.moves.append(line)
                elif isinstance(line, InWallet):
                    on = day(datetime.fromtimestamp(line.at, UTC), work.rules.zone)
                    found.pocketed.append(Pocketed(line.member, on, line.wallet, line.taken))
                elif isinstance(line, Looked):
                    found.looked.append(line)
                elif isinstance(line, Declined):
                    found.declined.append(line)
                else:
                    found.sales.append(line)
                    found.moves += line.moves
        return found

    # How members come

    def _worked_out(
        self,
        work: _Work,
        progress: Progress,
        more: Callable[[], bool],
        tell: Callable[[str], None],
    ) -> Progress | dict[str, int]:
        found = self._read(work, progress)
        records = [_record(one) for one in found.sales]
        whole = shop(work.end, found.people, records, found.pocketed)
        came = _days(whole)
        known = {member: rhythms.of(days) for member, days in came.items()}
        if progress.phase == "expected":
            custom = customs.of(came.values())
            progress = self._expect(work, progress, known, custom, more)
            if progress.phase == "expected":
                return progress
        expected: dict[str, Expected] = {}
        for page in range(progress.expected):
            expected |= work.pieces.expected(page)
        standings = {member: one.standing for member, one in expected.items()}
        usual = {name: one.usual for name, one in expected.items() if one.usual is not None}
        whole = replace(whole, standings=standings)
        tell("charts")
        made = making.made(work.rules, whole, found, usual, known)
        custom = customs.of(came.values())
        made["members"] = len(whole.people)
        made["custom"] = [custom.gap, custom.regularity]
        portraits.keep(self._tables, work.rules.id, _portraits(whole, usual))
        written = self._keep(work.rules.id, made, work.end, work.now)
        return {
            "members": len(whole.people),
            "sales": len(whole.sales),
            "charts": len(made),
            "written": written,
            "mended": progress.mended,
        }

    def _expect(
        self,
        work: _Work,
        progress: Progress,
        known: Mapping[str, Rhythm],
        custom: Custom,
        more: Callable[[], bool],
    ) -> Progress:
        """Work out when each member comes next: it takes longer than all the rest."""
        names = sorted(known)
        while True:
            page = names[progress.done * AT_ONCE : (progress.done + 1) * AT_ONCE]
            if not page:
                return replace(progress, phase="charts", done=0, expected=progress.done)
            found = {
                name: Expected(
                    standing(known[name], custom, work.end - 1),
                    float(expect(known[name], custom).due) if known[name].repeats else None,
                )
                for name in page
            }
            work.pieces.put_expected(progress.done, found)
            mended = self._mend(work.rules.id, {name: known[name] for name in page})
            progress = replace(progress, done=progress.done + 1, mended=progress.mended + mended)
            if not more():
                return progress

    def _mend(self, program: str, known: Mapping[str, Rhythm]) -> int:
        """Put right how members come where that was not seen; return of how many."""
        mended = 0
        for member, seen in counted.read_many(self._tables, program, known).items():
            after = Counted(seen.seq, packed(known[member]))
            if after != seen:
                mended += counted.put(self._tables, program, member, seen, after)
        return mended

    # What is kept of it

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


def _person(rules: Program, one: Listed, account: Account, end: int) -> Person:
    level = rules.level(account.level)
    return Person(
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


def _dated(before: Mapping[str, Any], after: Mapping[str, charts.Days], end: int) -> dict[str, Any]:
    parts = dict.fromkeys([*after, *before])
    return {part: charts.changed(before.get(part, {}), after.get(part, {}), end) for part in parts}


def _emptied(name: str) -> Any:
    return {} if name.startswith("points") else []


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
