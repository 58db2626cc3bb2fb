"""Read figures as they were worked out last; a chart is one read of a few items."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from loyalty.core.calendar import day, day_start
from loyalty.figures import by_now, charts, worth
from loyalty.figures.answering import DAYS as SCORE_DAYS
from loyalty.figures.answering import Answers
from loyalty.figures.charts import COUNTERS, GOALS, day_name, month_name
from loyalty.figures.coming import month_of
from loyalty.figures.goals import Goal, progress
from loyalty.languages import spoken
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.store import audit_log, figure_charts, figure_lines
from loyalty.store.audit_log import Changed
from loyalty.store.figure_lines import SaleLine
from loyalty.store.happenings import InWallet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.program.rules import Program
    from loyalty.store.figure_charts import Chart
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables

MOST_DAYS: Final = 400
"""Days that are told at once: fourteen items."""

USUAL_DAYS: Final = 30
MOST_GOALS: Final = 20
MOST_YEARS: Final = 5

TABLES: Final = (
    "summary",
    "days",
    "points",
    "cohorts",
    "groups",
    "owing",
    "staff",
    "shifts",
    "joining",
)
"""What there is as a file for an accountant."""

_COLUMNS: Final = {
    "groups": ("group", "shown", "members"),
    "staff": (
        "who", "gifts", "adjustments", "points", "points_before", "money", "members", "look",
        "scans", "refused", "without_sale", "declined",
    ),
    "shifts": (
        "day", "who", "gifts", "adjustments", "points", "money", "scans", "refused",
        "without_sale", "declined",
    ),
    "joining": ("location", "source", "members", "last_30_days"),
}  # fmt: skip

Row = tuple[Any, ...]


class Figures:
    """Reads figures and keeps goals."""

    def __init__(self, tables: Tables, programs: Programs) -> None:
        self._tables = tables
        self._programs = programs

    def chart(self, program: str, name: str) -> Chart:
        """Return a chart.

        Raises
        ------
        Refusal
            ``figures_missing``: none was worked out yet.
        """
        found = figure_charts.read(self._tables, program, name)
        if found is None:
            raise _missing()
        return found

    def staff(self, program: str) -> tuple[Chart, list[dict[str, Any]]]:
        """Return what staff did in thirty days, and on each of them.

        Raises
        ------
        Refusal
            ``figures_missing``.
        """
        found = figure_charts.read_many(self._tables, program, ("staff", "shifts"))
        if "staff" not in found:
            raise _missing()
        return found["staff"], found["shifts"].data if "shifts" in found else []

    def summary(self, program: str, by: str, language: str) -> dict[str, Any]:
        """Return all figures, or those of each part of the shop, with what each means.

        Raises
        ------
        Refusal
            ``figures_missing``, ``unknown_group``.
        """
        self._judge_by(program, by)
        name = f"summary#{by}" if by else "summary"
        found = figure_charts.read_many(self._tables, program, [name, "expected"])
        if name not in found:
            raise _missing()
        chart = found[name]
        # Sentences without parts: what fills sentences costs owners' other routes a slower start.
        means = spoken(language).PHRASES
        groups = [
            {
                "value": group["value"],
                "figures": [
                    {
                        **self._fresh(program, one, chart.as_of),
                        "definition": means[f"figure.{one['name']}"],
                    }
                    for one in group["figures"]
                ],
            }
            for group in chart.data
        ]
        return {
            "as_of": day_name(chart.as_of),
            "worked_out": chart.at,
            "by": by,
            "groups": groups,
            "expected": found["expected"].data,
        }

    def _fresh(self, program: str, one: dict[str, Any], as_of: int) -> dict[str, Any]:
        """Return a figure; the score of answers is read off them, as they stand now."""
        if one["name"] != "nps":
            return one
        answers = Answers(self._tables, self._programs)
        (_, now), (_, then) = (
            answers.promoters(program, (end - SCORE_DAYS, end), by=False)[0]
            for end in (as_of, as_of - SCORE_DAYS)
        )
        told = {"low": now.low, "high": now.high, "previous": then.value}
        missing = now.missing if now.n else "never_asked"
        counted = {"value": now.value, "n": now.n, "missing": missing, "days": SCORE_DAYS}
        return {**one, **counted, **told}

    def promoters(  # noqa: PLR0917
        self, program: str, first: str, last: str, by: str, campaign: str, now: datetime
    ) -> dict[str, Any]:
        """Return the score of answers of these days, both ends included.

        Raises
        ------
        Refusal
            ``unknown_group``: it is told by location, or not at all; or of the days.
        """
        if by not in {"", "location"}:
            raise _wrong("/by", "unknown_group", "The score is told by location.")
        begins, ends = self._span(program, first, last, now)
        answers = Answers(self._tables, self._programs)
        found = answers.promoters(program, (begins, ends + 1), by=bool(by), campaign=campaign)
        return {
            "first": day_name(begins),
            "last": day_name(ends),
            "as_of": now,
            "by": by,
            "groups": found,
        }

    def days(self, program: str, first: str, last: str, by: str, now: datetime) -> dict[str, Any]:
        """Return what was counted on each day, both ends included.

        Raises
        ------
        Refusal
            ``figures_missing``, ``unknown_group``, or of the days.
        """
        self._judge_by(program, by)
        begins, ends = self._span(program, first, last, now)
        prefix = f"days#{by}" if by else "days"
        found, as_of = self._months(program, prefix, begins, ends)
        rows = [
            {
                "day": name,
                "value": part,
                **dict(zip(COUNTERS, charts.counted(numbers), strict=True)),
                "changed": numbers[-1] or None,
            }
            for data in found
            for part, kept in data.items()
            for name, numbers in kept.items()
            if day_name(begins) <= name <= day_name(ends)
        ]
        rows.sort(key=lambda row: (row["day"], row["value"]))
        return {"as_of": as_of, "days": rows}

    def points(self, program: str, first: str, last: str, now: datetime) -> dict[str, Any]:
        """Return what was done with points on each day, both ends included; raises as ``days``."""
        begins, ends = self._span(program, first, last, now)
        found, as_of = self._months(program, "points", begins, ends)
        rows = [
            {"day": name, "pot": pot, **dict(zip(worth.COUNTERS, numbers, strict=True))}
            for data in found
            for pot, kept in data.items()
            for name, numbers in kept.items()
            if day_name(begins) <= name <= day_name(ends)
        ]
        rows.sort(key=lambda row: (row["day"], row["pot"]))
        return {"as_of": as_of, "days": rows}

    def today(self, program: str, now: datetime) -> dict[str, Any]:
        """Return what was sold today so far, place by place, and cards put into wallets.

        Straight from the lines; beside it, how many visits are usual by this time, as of the night.
        """
        rules = self._programs.current(program)
        today = day(now, rules.zone)
        begins = datetime.fromtimestamp(day_start(today, rules.zone), UTC)
        moment = begins.replace(hour=0, minute=0, second=0)
        places: dict[str, dict[str, int]] = {}
        visits: set[tuple[str, str]] = set()
        cards = dict.fromkeys(charts.POCKETED, 0)
        while moment <= now.astimezone(UTC):
            number = figure_lines.month_of(moment)
            for one in figure_lines.month(self._tables, program, number, moment.day):
                if isinstance(one, InWallet):
                    here = day(datetime.fromtimestamp(one.at, UTC), rules.zone) == today
                    cards[charts.pocketed(one)] += here
                    continue
                if not isinstance(one, SaleLine) or not one.sold or one.day != today:
                    continue
                row = places.setdefault(
                    one.place,
                    dict.fromkeys(("sales", "member_sales", "net", "member_net", "visits"), 0),
                )
                row["sales"] += 1
                row["net"] += one.net
                if one.member is not None:
                    row["member_sales"] += 1
                    row["member_net"] += one.net
                    row["visits"] += (one.member, one.place) not in visits
                    visits.add((one.member, one.place))
            moment += timedelta(days=1)
        rows = [{"location": place, **row} for place, row in sorted(places.items())]
        known = figure_charts.read(self._tables, program, "by_now")
        there = now.astimezone(ZoneInfo(rules.zone))
        return {
            "day": day_name(today),
            "locations": rows,
            "cards": cards,
            "usual_today": by_now.usual(known.data, there) if known else None,
            "usual_week": by_now.usual_of_the_week(known.data, there) if known else None,
        }

    # Goals

    def goals(self, program: str) -> list[dict[str, Any]]:
        """Return the owner's goals, each with how far it has come."""
        found = figure_charts.read_goals(self._tables, program)
        summary = figure_charts.read(self._tables, program, "summary")
        return [self._goal(one, summary) for one in found]

    def put_goal(  # noqa: PLR0917
        self,
        program: str,
        goal: str,
        figure: tuple[str, int],
        target: int,
        by: str,
        actor: str,
        now: datetime,
        *,
        main: bool,
    ) -> dict[str, Any]:
        """Set a goal, from what the figure is now; setting another target keeps where it began.

        Raises
        ------
        Refusal
            ``figures_missing``, ``unknown_figure``, ``not_a_day``, ``too_many_goals``.
        """
        summary = self.chart(program, "summary")
        name, days = figure
        shown = _value(summary, name, days)
        if name not in GOALS or shown is None:
            known = sorted(
                f"{one['name']}/{one['days']}"
                for one in summary.data[0]["figures"]
                if one["name"] in GOALS
            )
            detail = (
                f"Name a figure and its days as GET /v1/figures tells them: {', '.join(known)}."
            )
            raise Refusal("invalid", "unknown_figure", detail, pointer="/figure")
        ends = _day(by, "/by")
        if not summary.as_of < ends <= summary.as_of + MOST_YEARS * 366:
            detail = f"A goal ends after {day_name(summary.as_of)}, within {MOST_YEARS} years."
            field = FieldRefusal("/by", "not_a_day", detail)
            raise Refusal("invalid", "invalid_request", fields=[field])
        kept = {one.id: one for one in figure_charts.read_goals(self._tables, program)}
        before = kept.get(goal)
        if before is None and len(kept) >= MOST_GOALS:
            detail = f"There are {MOST_GOALS} goals already: take one away first."
            raise Refusal("conflict", "too_many_goals", detail)
        same = before is not None and (before.figure, before.days) == figure
        after = figure_charts.Goal(
            goal,
            name,
            days,
            before.start if same and before else (shown["value"] or 0),
            before.since if same and before else summary.as_of,
            target,
            ends,
            main,
        )
        writes = [figure_charts.put_goal(program, after)]
        if main:
            writes += [
                figure_charts.put_goal(program, _other(one))
                for one in kept.values()
                if one.main and one.id != goal
            ]
        line = Changed(
            program,
            now,
            actor,
            "goal.put",
            goal,
            _told(before) if before else {},
            _told(after),
        )
        if not figure_charts.written(self._tables, *writes, audit_log.put(line)):
            raise Refusal("busy", "busy")
        return self._goal(after, summary)

    def remove_goal(self, program: str, goal: str, actor: str, now: datetime) -> None:
        """Take a goal away.

        Raises
        ------
        Refusal
            ``not_found``.
        """
        kept = {one.id: one for one in figure_charts.read_goals(self._tables, program)}
        if goal not in kept:
            raise Refusal("not_found", "not_found")
        line = Changed(program, now, actor, "goal.removed", goal, _told(kept[goal]), {})
        gone = figure_charts.remove_goal(program, goal)
        if not figure_charts.written(self._tables, gone, audit_log.put(line)):
            raise Refusal("busy", "busy")

    def _goal(self, one: figure_charts.Goal, summary: Chart | None) -> dict[str, Any]:
        shown = _value(summary, one.figure, one.days) if summary else None
        now = shown["value"] if shown else None
        told = {
            "id": one.id,
            "figure": one.figure,
            "days": one.days,
            "unit": shown["unit"] if shown else charts.UNITS[one.figure][0],
            "main": one.main,
            "since": day_name(one.since),
            "start": one.start,
            "target": one.target,
            "by": day_name(one.by),
            "as_of": day_name(summary.as_of) if summary else None,
            "value": now,
            "done": None,
            "gone": None,
            "expected": None,
            "reached": None,
            "on_pace": None,
        }
        if now is None or summary is None:
            return told
        goal = Goal(one.figure, one.since, Fraction(one.start), Fraction(one.target), one.by)
        come = progress(goal, Fraction(now), summary.as_of)
        return told | {
            "done": round(come.done * 10_000),
            "gone": round(come.gone * 10_000),
            "expected": None if come.expected is None else round(come.expected),
            "reached": come.reached,
            "on_pace": come.on_pace,
        }

    # Files

    def table(self, program: str, name: str) -> list[Row]:
        """Return a table with its header, as an accountant's file has it.

        Raises
        ------
        Refusal
            ``figures_missing``.
        """
        if name == "summary":
            return self._summary_rows(program)
        if name in {"days", "points"}:
            return self._daily_rows(program, name)
        if name == "owing":
            found = self.chart(program, "owing")
            header: Row = ("as_of", "pot", "month_of_end", "points")
            rows = [
                (day_name(found.as_of), one["pot"], month or "never", points)
                for one in found.data
                for month, points in one["by_month"].items()
            ]
            totals = [
                (day_name(found.as_of), one["pot"], what, "" if one[what] is None else one[what])
                for one in found.data
                for what in (
                    "points", "expected_low", "expected_high",
                    "money", "money_low", "money_high", "expired",
                )
            ]  # fmt: skip
            return [header, *rows, *totals]
        found = self.chart(program, name)
        rows_of: Sequence[Mapping[str, Any]] = found.data["rows"] if name == "staff" else found.data
        if name == "cohorts":
            return _cohort_rows(found)
        columns = _COLUMNS[name]
        return [
            ("as_of", *columns),
            *((day_name(found.as_of), *(row.get(one, "") for one in columns)) for row in rows_of),
        ]

    def _summary_rows(self, program: str) -> list[Row]:
        rules = self._programs.current(program)
        rows: list[Row] = [
            (
                "as_of", "by", "value", "figure", "days", "unit", "number", "n", "missing",
                "before", "low", "high",
            )
        ]  # fmt: skip
        for by in ("", *self._groups(rules)):
            found = figure_charts.read(self._tables, program, f"summary#{by}" if by else "summary")
            if found is None:
                if not by:
                    raise _missing()
                continue
            rows += [
                (
                    day_name(found.as_of), by, group["value"], one["name"], one["days"],
                    one["unit"], one["value"], one["n"], one["missing"], one["previous"],
                    one.get("low"), one.get("high"),
                )
                for group in found.data
                for one in (
                    self._fresh(program, each, found.as_of) for each in group["figures"]
                )
            ]  # fmt: skip
        return [tuple("" if cell is None else cell for cell in row) for row in rows]

    def _daily_rows(self, program: str, name: str) -> list[Row]:
        index = self.chart(program, "index")
        prefix = "days#location#" if name == "days" else "points#"
        months = sorted(one for one in index.data if one.startswith(prefix))
        columns = (*COUNTERS, "changed") if name == "days" else worth.COUNTERS
        header: Row = ("day", "location" if name == "days" else "pot", *columns)
        found = figure_charts.read_many(self._tables, program, months)
        rows = [
            (day_of, part, *numbers)
            for month in months
            if month in found
            for part, kept in found[month].data.items()
            for day_of, numbers in kept.items()
        ]
        return [header, *sorted(rows)]

    def _months(self, program: str, prefix: str, begins: int, ends: int) -> tuple[list[Any], str]:
        months = range(month_of(begins), month_of(ends) + 1)
        names = [f"{prefix}#{month_name(one)}" for one in months]
        found = figure_charts.read_many(self._tables, program, [*names, "index"])
        if "index" not in found:
            raise _missing()
        as_of = day_name(found["index"].as_of)
        return [found[name].data for name in names if name in found], as_of

    def _span(self, program: str, first: str, last: str, now: datetime) -> tuple[int, int]:
        zone = self._programs.current(program).zone
        ends = _day(last, "/last") if last else day(now, zone) - 1
        begins = _day(first, "/first") if first else ends - USUAL_DAYS + 1
        if begins > ends:
            detail = "The last day is before the first."
            raise _wrong("/last", "before_the_first", detail)
        if ends - begins >= MOST_DAYS:
            raise _wrong("/last", "too_many_days", f"At most {MOST_DAYS} days at once.")
        return begins, ends

    def _judge_by(self, program: str, by: str) -> None:
        known = self._groups(self._programs.current(program))
        if by and by not in known:
            raise _wrong("/by", "unknown_group", f"Figures are told by {', '.join(known)}.")

    @staticmethod
    def _groups(rules: Program) -> list[str]:
        attributes = [one.id for one in rules.attributes if one.kind != "text"]
        return ["location", *(["level"] if rules.tiers else []), "age", *attributes]


def _cohort_rows(found: Chart) -> list[Row]:
    longest = max((len(one["shares"]) for one in found.data), default=0)
    return [
        ("as_of", "month", "size", *(f"month_{number}" for number in range(longest))),
        *(
            (
                day_name(found.as_of),
                one["month"],
                one["size"],
                *("" if share is None else share for share in one["shares"]),
                *[""] * (longest - len(one["shares"])),
            )
            for one in found.data
        ),
    ]


def _value(summary: Chart, name: str, days: int) -> dict[str, Any] | None:
    for one in summary.data[0]["figures"]:
        if (one["name"], one["days"]) == (name, days):
            found: dict[str, Any] = one
            return found
    return None


def _other(one: figure_charts.Goal) -> figure_charts.Goal:
    return figure_charts.Goal(
        one.id, one.figure, one.days, one.start, one.since, one.target, one.by
    )


def _told(one: figure_charts.Goal) -> dict[str, Any]:
    return {
        "figure": one.figure,
        "days": one.days,
        "target": one.target,
        "by": day_name(one.by),
        "main": one.main,
    }


def _day(text: str, pointer: str) -> int:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise _wrong(pointer, "not_a_day", "Write a day as 2026-05-04.") from None
    if not date(2000, 1, 1) <= found < date(2100, 1, 1):
        raise _wrong(pointer, "not_a_day", "Name a day between the years 2000 and 2100.")
    return found.toordinal()


def _wrong(pointer: str, code: str, detail: str) -> Refusal:
    return Refusal("invalid", "invalid_request", fields=[FieldRefusal(pointer, code, detail)])


def _missing() -> Refusal:
    detail = "Figures were not worked out yet: that happens every night, or when you ask for it."
    return Refusal("conflict", "figures_missing", detail)
