"""Figures worked out by hand from a list of sales, as their definitions read; slow and plain.

Nothing is shared with `loyalty.figures`: each figure goes over all sales anew, and asks of each
member what the definition asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Receipt:
    """A sale as a shop keeps it: when, where, whose, how much."""

    when: date
    where: str
    who: str | None
    money: int


class Shop:
    def __init__(self, receipts: list[Receipt]) -> None:
        self.receipts = receipts

    def people(self) -> set[str]:
        return {one.who for one in self.receipts if one.who is not None}

    def came(self, who: str, since: date, until: date) -> list[date]:
        """Every visit: a day at a place counts once, however often they bought."""
        seen: list[tuple[date, str]] = []
        for one in self.receipts:
            pair = (one.when, one.where)
            if one.who == who and since <= one.when < until and pair not in seen:
                seen.append(pair)
        return sorted(day for day, _ in seen)

    def ever(self, who: str, until: date) -> list[date]:
        return self.came(who, date.min, until)

    def active(self, days: int, until: date) -> int:
        since = until - timedelta(days)
        return sum(1 for who in self.people() if self.came(who, since, until))

    def lapsed(self, days: int, until: date) -> int:
        before = [self.ever(who, until) for who in self.people()]
        return len([x for x in before if x and until - x[-1] > timedelta(days)])

    def new(self, since: date, until: date) -> int:
        found = 0
        for who in self.people():
            days = self.ever(who, until)
            if days and days[0] >= since:
                found += 1
        return found

    def returning(self, since: date, until: date) -> int:
        found = 0
        for who in self.people():
            within = self.came(who, since, until)
            before_end = self.ever(who, until)
            beyond_the_first = before_end[1:]
            if within and beyond_the_first:
                found += 1
        return found

    def repeat_rate(self, days: int, until: date) -> tuple[int, int]:
        since = until - timedelta(days)
        numbers = [len(self.came(who, since, until)) for who in self.people()]
        return len([n for n in numbers if n >= 2]), len([n for n in numbers if n >= 1])

    def second_visit(self, days: int, until: date) -> tuple[int, int]:
        today = until - timedelta(1)
        old = again = 0
        for who in self.people():
            visits = self.ever(who, until)
            if not visits or visits[0] > today - timedelta(days):
                continue
            old += 1
            latest = visits[0] + timedelta(days)
            if any(day <= latest for day in visits[1:]):
                again += 1
        return again, old

    def cohort(self, year: int, month: int, later: int, until: date) -> tuple[int, int] | None:
        """How many of those who began in a month came so many months later; None: not over."""
        months = month - 1 + later
        begin = date(year + months // 12, months % 12 + 1, 1)
        end = (begin + timedelta(31)).replace(day=1)
        if end > until.replace(day=1):
            return None
        began = [
            who
            for who in self.people()
            if self.ever(who, until)
            and (self.ever(who, until)[0].year, self.ever(who, until)[0].month) == (year, month)
        ]
        return len([who for who in began if self.came(who, begin, end)]), len(began)

    def visits(self, since: date, until: date) -> int:
        return sum(len(self.came(who, since, until)) for who in self.people())

    def came_so_often(self, low: int, high: int | None, since: date, until: date) -> int:
        numbers = [len(self.came(who, since, until)) for who in self.people()]
        return len([n for n in numbers if n >= low and (high is None or n <= high)])

    def inside(self, since: date, until: date) -> list[Receipt]:
        return [one for one in self.receipts if since <= one.when < until]

    def penetration(self, since: date, until: date) -> tuple[int, int, int, int]:
        """Members' number and all; members' money and all."""
        sales = self.inside(since, until)
        theirs = [one for one in sales if one.who]
        return (
            len(theirs),
            len(sales),
            sum(one.money for one in theirs),
            sum(one.money for one in sales),
        )

    def ticket(self, since: date, until: date, *, members: bool) -> tuple[Fraction, int] | None:
        sales = [one for one in self.inside(since, until) if (one.who is not None) == members]
        if not sales:
            return None
        return Fraction(sum(one.money for one in sales)) / len(sales), len(sales)

    def ranked(self, until: date) -> dict[str, tuple[int, int, int]]:
        """Recency, frequency and money of everybody who ever came, as fifths (or thirds)."""
        since = until - timedelta(365)
        rows: dict[str, tuple[int, int, int]] = {}
        for who in sorted(self.people()):
            ever = self.ever(who, until)
            if ever:
                idle = (until - timedelta(1) - ever[-1]).days
                year = [r for r in self.receipts if r.who == who and since <= r.when < until]
                often = len(self.came(who, since, until))
                rows[who] = (-idle, often, sum(r.money for r in year))
        scale = (1, 2, 3, 4, 5) if len(rows) >= 100 else (1, 3, 5)
        found = {}
        for who, row in rows.items():
            marks = []
            for column in range(3):
                worse = len([other for other in rows.values() if other[column] < row[column]])
                # The place in a queue that is cut into equal parts.
                marks.append(scale[worse * len(scale) // len(rows)])
            found[who] = (marks[0], marks[1], marks[2])
        return found
