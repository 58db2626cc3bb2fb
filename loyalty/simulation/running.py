"""Try a program on what was sold, in steps: the sales, then customer after customer.

What is asked, how far it has come and what came of it are files in a bucket that forgets them.
Nothing else is written, so that a step which is done again changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from loyalty.core.calendar import day_start
from loyalty.core.part import Line
from loyalty.refusals import Refusal
from loyalty.sheets import safe_csv
from loyalty.sheets import sheet as sheets
from loyalty.simulation import columns, reading, stored
from loyalty.simulation.comparing import item_prices, nearest, outcome
from loyalty.simulation.replay import replay
from loyalty.simulation.sales import Refund, Sale, Terms
from loyalty.simulation.tally import Tally
from loyalty.store import figure_lines, member_index
from loyalty.store.reading import read_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyalty.program.ready import Ready
    from loyalty.program.rules import Program
    from loyalty.sheets.kept_files import Files
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables

PAGE: Final = 500
"""Lines of a month that are looked at before it is asked whether there is time."""
BEFORE_LOOKING: Final = 25
"""Customers that are lived through before it is asked whether there is time."""
BEFORE_TELLING: Final = 100
"""Customers that are lived through before it is told how far that is."""
_ZONES: Final = timedelta(days=1)
"""By how much a place's clock may differ from the program's, and a till's from ours."""
_SALES = "sales-{:06d}.jsonl"


@dataclass(frozen=True, slots=True)
class Documents:
    """What reads a program's document, and what there is to start from: both are large to load."""

    read: Callable[[Any], Program]
    ready: Callable[[], tuple[Ready, ...]]
    started: Callable[[Program, Program], Program]


@dataclass(frozen=True, slots=True)
class _Tried:
    """One program of a simulation: which it is, what it is called, and of a template its trade."""

    which: str
    program: Program
    name: Mapping[Any, str]
    trade: str = ""


class Simulations:
    """The use case."""

    def __init__(
        self, tables: Tables, programs: Programs, files: Files, documents: Documents
    ) -> None:
        self._tables = tables
        self._programs = programs
        self._files = files
        self._documents = documents

    def work(
        self,
        program: str,
        folder: str,
        progress: Mapping[str, Any],
        now: datetime,
        more: Callable[[], bool],
    ) -> dict[str, Any] | None:
        """Go on while there is time; return how far it has come, None at the end.

        Parameters
        ----------
        progress
            Empty at the beginning, then what was returned.
        more
            Tells whether there is time for another piece of work.
        """
        asked = self._json(f"{folder}/asked.json") or {}
        if progress and progress.get("begun") != asked.get("begun"):
            return None  # something else was asked under this name, and has begun by itself
        try:
            # To the end by the rules that it has begun with: somebody may change them meanwhile.
            version = progress.get("version")
            present = self._programs.version(program, version) if version else None
            present = present or self._programs.current(program)
            tried = self._tried(present, asked)
            same = {"version": present.version, "begun": asked.get("begun")}
            found = dict(progress) or self._begin(folder, tried[0].program, asked, now) | same
        except Refusal as refusal:
            if refusal.kind in {"busy", "unavailable"}:
                raise
            self._refused(folder, refusal)
            return None
        while found["step"] == "collect":
            if not more():
                return found
            found |= self._collect(program, folder, found, asked, now)
            self._tell(folder, {"state": "running", "sales": found["sales"]})
        return self._live(folder, tried, asked, found, more)

    # What is asked

    def _tried(self, present: Program, asked: Mapping[str, Any]) -> list[_Tried]:
        """Return the programs to try: the proposed one, the present one, three templates."""
        found = [_Tried("present", present, present.name)]
        if asked.get("program") is not None:
            document = self._documents.read({**asked["program"], "id": present.id})
            found.insert(0, _Tried("proposed", document, document.name))
        if not asked.get("templates", True):
            return found
        like = found[0].program
        return found + [
            _Tried("template", self._documents.started(one.program, present), one.name, one.trade)
            for one in nearest(like, self._documents.ready())
        ]

    def _begin(
        self, folder: str, program: Program, asked: Mapping[str, Any], now: datetime
    ) -> dict[str, Any]:
        if asked.get("sales") != "file":
            empty = {"anonymous": 0, "left_out": 0, "notes": [], "problems": [], "columns": {}}
            first = self._first_month(program, asked, now)
            begin = {"step": "collect", "page": 0, "month": first, "after": "", "sales": 0}
            return {**begin, "read": empty}
        data = self._files.get(f"{folder}/file")
        if data is None:
            raise Refusal("not_found", "file_missing", "No file was put there yet.")
        sheet = sheets.read(data)
        said = asked.get("columns")
        named = columns.named(sheet, said or _filled(columns.guess(sheet)))
        today = now.astimezone(ZoneInfo(program.zone)).date()
        found = reading.read(sheet, named, program, today)
        self._keep(folder, 1, _within(found.sales, asked, program.zone))
        told = {
            "anonymous": found.anonymous,
            "left_out": found.left_out,
            "notes": list(found.notes),
            "problems": [asdict(one) for one in found.problems],
            "columns": _filled(named),
        }
        return {"step": "live", "page": 1, "read": told}

    # Sales

    def _collect(
        self,
        program: str,
        folder: str,
        found: dict[str, Any],
        asked: Mapping[str, Any],
        now: datetime,
    ) -> dict[str, Any]:
        """Take the sales of one page of a month's lines, each from its order as it stands now."""
        number = int(found["month"])
        lines, after = figure_lines.sales(self._tables, program, number, found["after"], PAGE)
        rules = self._programs.current(program)
        lines = [one for one in lines if one.sold and _may_lie_within(one.day, asked)]
        known = [one.order for one in lines if one.member]
        sales = []
        for order in read_orders(self._tables, known):
            version = order.context.program_version if order.context else None
            by = self._programs.version(program, version) if version else rules
            one = stored.sale(order, by, now)
            if one is not None and one.customer:
                sales.append(one)
        sales = list(_within(sales, asked, rules.zone))
        self._keep(folder, found["page"] + 1, sales)
        ended = after is None and number >= figure_lines.month_of(now)
        anonymous = found["read"]["anonymous"] + len(lines) - len(known)
        return {
            "step": "live" if ended else "collect",
            "page": found["page"] + 1,
            "month": number + 1 if after is None else number,
            "after": after or "",
            "sales": found["sales"] + len(sales),
            "read": {**found["read"], "anonymous": anonymous},
        }

    def _first_month(self, program: Program, asked: Mapping[str, Any], now: datetime) -> int:
        """Return the month in which the first sale that is asked for may have been heard of."""
        first = _day(asked.get("first_day"))
        if first is not None:
            start = datetime.fromtimestamp(day_start(first.toordinal(), program.zone), UTC)
            return figure_lines.month_of(min(start - _ZONES, now))
        joined = [one.at for one in member_index.page(self._tables, program.id, "", 1).members]
        day = min(joined, default=now).date().toordinal()
        return figure_lines.oldest(self._tables, program.id, day, figure_lines.month_of(now))

    def _keep(self, folder: str, number: int, sales: Iterable[Sale]) -> None:
        text = "".join(json.dumps(_plain(one), separators=(",", ":")) + "\n" for one in sales)
        self._files.put(f"{folder}/{_SALES.format(number)}", text.encode())

    def _sales(self, folder: str, pages: int) -> list[Sale]:
        found = []
        for number in range(1, pages + 1):
            data = self._files.get(f"{folder}/{_SALES.format(number)}") or b""
            found += [_built(json.loads(line)) for line in data.splitlines()]
        return found

    # Living through them

    def _live(
        self,
        folder: str,
        tried: list[_Tried],
        asked: Mapping[str, Any],
        found: dict[str, Any],
        more: Callable[[], bool],
    ) -> dict[str, Any] | None:
        sales = self._sales(folder, found["page"])
        customers: dict[str, list[Sale]] = defaultdict(list)
        for one in sales:
            customers[one.customer].append(one)
        names = sorted(customers)
        until = _until(sales, asked, tried[0].program.zone)
        terms = _terms(asked)
        # How far it has come is larger than what a queue carries: only where it stands goes there.
        kept = self._json(f"{folder}/progress.json") if found.get("saved") else None
        tallies = [Tally(**one) for one in kept["tallies"]] if kept else [Tally()] * len(tried)
        ends: list[dict[str, str]] = kept["ends"] if kept else [{} for _ in tried]
        position = kept["position"] if kept else 0
        lived = sum(len(customers[name]) for name in names[:position])
        while position < len(names):
            if position % BEFORE_TELLING == 0:
                self._told_so_far(folder, lived, len(sales))
            for name in names[position : position + BEFORE_LOOKING]:
                for index, each in enumerate(tried):
                    tally = replay(each.program, customers[name], terms, until)
                    tallies[index] += tally
                    if tally.levels and each.which != "template":
                        ends[index][name] = next(iter(tally.levels))
                lived += len(customers[name])
            position = min(len(names), position + BEFORE_LOOKING)
            if position < len(names) and not more():
                state = {
                    "tallies": [asdict(one) for one in tallies],
                    "ends": ends,
                    "position": position,
                }
                self._files.put(f"{folder}/progress.json", json.dumps(state).encode())
                self._told_so_far(folder, lived, len(sales))
                return {**found, "saved": True}
        self._end(folder, tried, asked, found["read"], sales, tallies, ends)
        return None

    def _told_so_far(self, folder: str, lived: int, sales: int) -> None:
        share = lived * 100 // sales if sales else 0
        self._tell(folder, {"state": "running", "share": share, "tried": lived, "sales": sales})

    def _end(  # noqa: PLR0917
        self,
        folder: str,
        tried: list[_Tried],
        asked: Mapping[str, Any],
        read: Mapping[str, Any],
        sales: list[Sale],
        tallies: list[Tally],
        ends: list[dict[str, str]],
    ) -> None:
        terms = _terms(asked)
        programs = []
        for one, tally in zip(tried, tallies, strict=True):
            told = outcome(one.program, tally, terms, item_prices(one.program, sales))
            programs.append(
                {
                    "which": one.which,
                    "trade": one.trade,
                    "name": dict(one.name),
                    # What both tell is told with its names: rewards and levels.
                    **asdict(tally),
                    **{name: value for name, value in asdict(told).items() if name != "tally"},
                }
            )
        moves = _moves(tried, ends)
        if tried[0].which == "proposed":
            rows = [
                (name, *_levels(tried, ends, name))
                for name in sorted({*ends[0], *ends[1]})
                if len(set(_levels(tried, ends, name))) > 1
            ]
            text = safe_csv.text([("customer", "present level", "proposed level"), *rows])
            self._files.put(f"{folder}/levels.csv", text.encode())
        instants = [one.at for one in sales]
        self._tell(
            folder,
            {
                "state": "done",
                "share": 100,
                "sales": len(sales),
                "tried": len(sales),
                "first": _iso(min(instants, default=None)),
                "last": _iso(max(instants, default=None)),
                **read,
                "programs": programs,
                "moves": moves,
            },
        )

    # Files

    def _refused(self, folder: str, refusal: Refusal) -> None:
        problems = [
            {"pointer": one.pointer, "code": one.code, "detail": one.detail}
            for one in refusal.fields
        ] or [{"pointer": "", "code": refusal.code, "detail": refusal.detail}]
        self._tell(folder, {"state": "refused", "refused": problems})

    def _tell(self, folder: str, told: Mapping[str, Any]) -> None:
        data = json.dumps(told, ensure_ascii=False).encode()
        self._files.put(f"{folder}/standing.json", data)

    def _json(self, name: str) -> dict[str, Any] | None:
        data = self._files.get(name)
        found: dict[str, Any] | None = json.loads(data) if data else None
        return found


def _filled(named: columns.Columns) -> dict[str, str]:
    return {name: header for name, header in asdict(named).items() if header}


def _terms(asked: Mapping[str, Any]) -> Terms:
    known = Terms()
    costs = asked.get("reward_costs") or {}
    return replace(
        known,
        spends=asked.get("spends", known.spends),
        margin=asked.get("margin", known.margin),
        reward_costs=tuple(sorted(costs.items())),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _may_lie_within(day: int, asked: Mapping[str, Any]) -> bool:
    """Tell whether a day where it was sold may be one of those that were asked for."""
    first, last = _day(asked.get("first_day")), _day(asked.get("last_day"))
    early = first is not None and day < first.toordinal() - 1
    return not early and (last is None or day <= last.toordinal() + 1)


def _within(sales: Iterable[Sale], asked: Mapping[str, Any], zone: str) -> Iterable[Sale]:
    """Return the sales of the days that were asked for, both included."""
    first, last = _day(asked.get("first_day")), _day(asked.get("last_day"))
    starts = day_start(first.toordinal(), zone) if first else 0
    ends = day_start(last.toordinal() + 1, zone) if last else None
    for one in sales:
        second = one.at.timestamp()
        if second >= starts and (ends is None or second < ends):
            yield one


def _until(sales: list[Sale], asked: Mapping[str, Any], zone: str) -> datetime:
    """Return the instant that is looked at: the end of the last day, or of what was sold."""
    instants = [one.at for one in sales] + [back.at for one in sales for back in one.refunds]
    newest = max(instants, default=datetime(2000, 1, 1, tzinfo=UTC)) + timedelta(seconds=1)
    last = _day(asked.get("last_day"))
    if last is None:
        return newest
    return max(newest, datetime.fromtimestamp(day_start(last.toordinal() + 1, zone), UTC))


def _levels(tried: list[_Tried], ends: list[dict[str, str]], name: str) -> tuple[str, str]:
    """Return the level that a customer ends on: at present, and as proposed."""
    return _named(tried[1], ends[1].get(name)), _named(tried[0], ends[0].get(name))


def _named(one: _Tried, number: str | None) -> str:
    level = one.program.level(int(number)) if number is not None else None
    return level.id if level else ""


def _moves(tried: list[_Tried], ends: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return how many customers would stand on which level instead of which."""
    if tried[0].which != "proposed":
        return []
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for name in {*ends[0], *ends[1]}:
        counts[_levels(tried, ends, name)] += 1
    return [
        {"present": now, "proposed": then, "members": count}
        for (now, then), count in sorted(counts.items())
        if now != then
    ]


def _iso(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


def _plain(one: Sale) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("customer", "id", "total")},
        "at": one.at.timestamp(),
        **{name: getattr(one, name) for name in ("discount", "tax", "tip") if getattr(one, name)},
        "lines": [(line.item, line.category, line.quantity, line.amount) for line in one.lines],
        "refunds": [(back.at.timestamp(), back.amount) for back in one.refunds],
    }


def _built(data: dict[str, Any]) -> Sale:
    return Sale(
        **{
            **data,
            "at": datetime.fromtimestamp(data["at"], UTC),
            "lines": tuple(Line(*one) for one in data["lines"]),
            "refunds": tuple(
                Refund(datetime.fromtimestamp(at, UTC), amount) for at, amount in data["refunds"]
            ),
        }
    )
