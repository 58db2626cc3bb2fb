"""Make sales of the rows of a file that a till has written. Pure.

Rows of one receipt are one sale; what is negative, or says so, was paid back. Nothing of a
customer is kept but a number. What cannot be read is told by its line and left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loyalty.core.part import Line
from loyalty.money import LARGEST_ORDER, exponent
from loyalty.sheets import values
from loyalty.sheets.sheet import cell
from loyalty.sheets.values import Unreadable, plain
from loyalty.simulation.sales import Refund, Sale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.program.rules import Program
    from loyalty.sheets.sheet import Sheet
    from loyalty.sheets.text import Row
    from loyalty.simulation.columns import Columns

_TOTALS = re.compile(
    r"(?:итого|всего|total|totals|sum|summe|gesamt|grand total)\b.*", re.IGNORECASE
)
_BACK = re.compile(r"refund|return|возврат|rückerstattung|retoure|chargeback", re.IGNORECASE)
_CANCELLED = re.compile(
    r"cancel|void|fail|declin|pending|отмен|аннулир|не оплачен|storno|abgebrochen", re.IGNORECASE
)
_NOBODY = frozenset(
    {
        "guest",
        "walk-in",
        "walk in",
        "walkin",
        "anonymous",
        "unknown",
        "cash customer",
        "no customer",
        "гость",
        "без карты",
        "розничный покупатель",
        "частное лицо",
        "физическое лицо",
        "аноним",
        "laufkunde",
        "barverkauf",
        "0",
    }
)
_CLOCK = re.compile(
    r"(?:^|[\sT])([0-9]{1,2})[:.h]([0-9]{2})(?:[:.]([0-9]{2}))?(?:[.,][0-9]+)?\s*([ap])?\.?m?\.?$",
    re.IGNORECASE,
)
_EXACT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_FRACTION = re.compile(r"[0-9]*[.,]([0-9]+)")
_SERIAL = re.compile(r"[1-9][0-9]{4}[.,][0-9]+")
_PHONE_DIGITS = range(10, 16)
_NATIONAL = 10
_NOON = 12
_ONE = 1_000  # thousandths of an item
_TOLD = 100
_CROWD, _CROWD_SALES = 0.25, 100
"""Who has that share of so many sales is no customer, but what a till writes for nobody."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be read: the number of its line, and why."""

    line: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a file came to.

    ``anonymous`` counts sales that nobody is known to have made: no program can be tried on them.
    ``notes`` are sentences on how it was read; ``problems`` the first rows that were not.
    """

    sales: tuple[Sale, ...]
    anonymous: int
    left_out: int
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def first(self) -> datetime | None:
        return min((one.at for one in self.sales), default=None)

    @property
    def last(self) -> datetime | None:
        return max((one.at for one in self.sales), default=None)


@dataclass(frozen=True, slots=True)
class _Read:
    """One row that could be read; money in minor units, with its sign."""

    line: int
    at: datetime
    timed: bool
    customer: str
    receipt: str
    amount: int
    total: int | None
    discount: int
    item: str
    category: str
    quantity: int
    back: bool


def read(sheet: Sheet, columns: Columns, program: Program, today: date) -> Found:
    """Return the sales that the rows of a file are.

    Parameters
    ----------
    program
        Whose currency and zone the file is written in.
    today
        In that zone.
    """
    reader = _Reader(sheet, columns, program, today)
    rows = list(reader.rows())
    notes = [*sheet.notes, *reader.notes]
    receipts = _receipts(rows, columns)
    _repeated(receipts, columns, notes)
    sales, refunds = _sold(receipts, columns, notes)
    sales, unmatched = _paid_back(sales, refunds)
    if unmatched:
        notes.append(f"{unmatched} amounts were paid back of sales that are not in the file.")
    sales = _without_crowd(sales, notes)
    known = [one for one in sales if one.customer]
    numbers = {
        name: str(number) for number, name in enumerate({one.customer: 0 for one in known}, 1)
    }
    if reader.left_out:
        notes.append(f"{reader.left_out} rows could not be read and are left out.")
    return Found(
        tuple(replace(one, customer=numbers[one.customer]) for one in known),
        anonymous=len(sales) - len(known),
        left_out=reader.left_out,
        notes=tuple(notes),
        problems=tuple(reader.problems),
    )


class _Reader:
    """Reads the rows of a file, each by itself."""

    def __init__(self, sheet: Sheet, columns: Columns, program: Program, today: date) -> None:
        self._sheet = sheet
        self._places = {name: index for index, name in enumerate(sheet.header)}
        self._columns = columns
        self._today = today
        self._zone = ZoneInfo(program.zone)
        self._scale = Decimal(10) ** exponent(program.currency)
        self._numbers = {
            name: values.numbers(self._cells(name))
            for name in ("amount", "total", "discount", "quantity")
        }
        self._days = values.days(self._cells("day"))
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.left_out = 0
        self._ambiguous()

    def rows(self) -> Iterable[_Read]:
        """Yield what could be read."""
        cancelled = 0
        for row in self._sheet.rows:
            if self._is_total(row):
                continue
            if _CANCELLED.search(self._cell(row, "status")):
                cancelled += 1
                continue
            try:
                yield self._read(row)
            except Unreadable as fault:
                self.left_out += 1
                if len(self.problems) < _TOLD:
                    self.problems.append(Problem(row.number, fault.code, fault.sentence))
        if cancelled:
            self.notes.append(f"{cancelled} rows were cancelled, or never paid.")

    def _read(self, row: Row) -> _Read:
        at, timed = self._instant(row)
        if at.date() > self._today + timedelta(days=1):
            raise Unreadable("in_the_future", "This day is still to come.")
        amount = self._money(row, "amount")
        if amount is None:
            raise Unreadable("no_amount", "There is no amount.")
        quantity = self._number(row, "quantity")
        return _Read(
            row.number,
            at,
            timed,
            _customer(self._cell(row, "customer")),
            plain(self._cell(row, "receipt")),
            amount,
            self._money(row, "total"),
            abs(self._money(row, "discount") or 0),
            plain(self._cell(row, "item"))[:100],
            plain(self._cell(row, "category"))[:100],
            _ONE if quantity is None else abs(int(quantity * _ONE)),
            bool(_BACK.search(self._cell(row, "status"))),
        )

    def _instant(self, row: Row) -> tuple[datetime, bool]:
        """Return when (UTC), and whether the file says the hour, too; else it is noon there."""
        text = plain(self._cell(row, "day"))
        if not text:
            raise Unreadable("no_day", "There is no day.")
        if _EXACT.fullmatch(text):
            try:
                return datetime.fromisoformat(text).astimezone(UTC), True
            except ValueError:
                raise Unreadable("not_a_day", "There is no such day.") from None
        day = values.day(
            re.split("[.,]", text)[0] if _SERIAL.fullmatch(text) else text,
            self._days,
            self._today,
            past=True,
            from_1904=self._sheet.from_1904,
        )
        if day is None:
            raise Unreadable("not_a_day", "This is no day.")
        clock = plain(self._cell(row, "time")) or text
        hour, minute, second, timed = _clock(clock)
        there = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=self._zone)
        return there.astimezone(UTC), timed

    def _money(self, row: Row, name: str) -> int | None:
        number = self._number(row, name)
        if number is None:
            return None
        units = int((number * self._scale).to_integral_value(ROUND_HALF_UP))
        if abs(units) > LARGEST_ORDER:
            raise Unreadable("too_large", "This amount is larger than any sale.")
        return units

    def _number(self, row: Row, name: str) -> Decimal | None:
        if not getattr(self._columns, name):
            return None
        return values.number(self._cell(row, name), self._numbers[name])

    def _is_total(self, row: Row) -> bool:
        filled = [one.strip() for one in row.cells if one.strip()]
        if not filled:
            return True
        named = _TOTALS.fullmatch(filled[0]) or _TOTALS.fullmatch(self._cell(row, "item").strip())
        return bool(named) and not plain(self._cell(row, "day"))[:1].isdigit()

    def _cell(self, row: Row, name: str) -> str:
        header = getattr(self._columns, name)
        return cell(row, self._places[header]) if header else ""

    def _cells(self, name: str) -> list[str]:
        header = getattr(self._columns, name)
        return self._sheet.column(self._places[header]) if header else []

    def _ambiguous(self) -> None:
        """Decide what no cell of a column says, and say so: a simulation is no import."""
        for name, style in self._numbers.items():
            if style.decimals is None and not style.mixed:
                self._numbers[name] = values.Numbers(".")
                header = getattr(self._columns, name)
                self.notes.append(f"A point or comma in {header!r} was read as parting decimals.")
        if self._days.day_first is None and not self._days.mixed:
            self._days = values.Days(day_first=True)
            self.notes.append("Days were read with the day before the month.")


def _clock(text: str) -> tuple[int, int, int, bool]:
    if _SERIAL.fullmatch(text) or text.startswith(("0.", "0,")):
        part = _FRACTION.fullmatch(text)
        seconds = round(float(f"0.{part[1]}") * 86_400) % 86_400 if part else 0
        return seconds // 3600, seconds // 60 % 60, seconds % 60, True
    found = _CLOCK.search(text)
    if found is None:
        return _NOON, 0, 0, False
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    half = (found[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - as clocks show it
        raise Unreadable("not_a_time", "There is no such time.")
    return hour, minute, second, True


def _customer(text: str) -> str:
    """Return what tells a customer apart; nothing for what a till writes for nobody."""
    name = " ".join(plain(text).casefold().split())
    if name in _NOBODY:
        return ""
    digits = re.sub(r"\D", "", name)
    if len(digits) in _PHONE_DIGITS and not re.search(r"[^\d\s()+.\-]", name):
        return digits[-_NATIONAL:]  # one number, with its country or without
    return name


def _receipts(rows: list[_Read], columns: Columns) -> list[list[_Read]]:
    """Put the rows of one receipt together; a till begins to count anew on some day."""
    found: dict[tuple[object, ...], list[_Read]] = defaultdict(list)
    for row in rows:
        if row.receipt:
            # Of lines one may be a discount; what is negative by itself was paid back.
            apart = row.back or (row.amount < 0 and not columns.item)
            key: tuple[object, ...] = (row.receipt, row.at.date(), apart)
        elif columns.item and row.timed and row.customer:
            key = ("", row.customer, row.at)
        else:
            key = ("", row.line)
        found[key].append(row)
    return list(found.values())


def _repeated(receipts: list[list[_Read]], columns: Columns, notes: list[str]) -> None:
    """Count once what a file holds twice: a receipt without lines has one row."""
    if columns.item or columns.total:
        return
    dropped = 0
    for rows in receipts:
        if rows[0].receipt:
            once = list({(one.at, one.amount, one.customer): one for one in rows}.values())
            dropped += len(rows) - len(once)
            rows[:] = once
    if dropped:
        notes.append(f"{dropped} rows repeat a receipt that is there already: they count once.")


@dataclass(frozen=True, slots=True)
class _Back:
    """What was paid back, and of which receipt if the file says so."""

    at: datetime
    customer: str
    receipt: str
    amount: int


def _sold(
    receipts: list[list[_Read]], columns: Columns, notes: list[str]
) -> tuple[list[Sale], list[_Back]]:
    several = [rows for rows in receipts if len(rows) > 1]
    alike = sum(len({one.amount for one in rows}) == 1 for rows in several)
    # A file of lines may say on each what the whole receipt came to.
    whole = bool(columns.item and not columns.total and several) and alike > len(several) * 0.8
    if whole:
        notes.append(f"{columns.amount!r} holds what the whole receipt came to: it counts once.")
    sales, refunds = [], []
    for number, rows in enumerate(receipts, 1):
        first = rows[0]
        amount = first.amount if whole else sum(one.amount for one in rows)
        if first.total is not None:
            amount = first.total
        at = min(one.at for one in rows)
        customer = next((one.customer for one in rows if one.customer), "")
        if first.back or amount < 0:
            refunds.append(_Back(at, customer, first.receipt, abs(amount)))
            continue
        lines = tuple(
            Line(one.item, one.category, one.quantity, 0 if whole else one.amount)
            for one in rows
            if (one.item or one.category) and one.amount >= 0
        )
        less = -sum(one.amount for one in rows if one.amount < 0)
        off = sum(one.discount for one in rows) + less
        name = first.receipt or f"row {number}"
        sales.append(Sale(customer, name, at, amount, off, lines=lines))
    sales.sort(key=lambda one: (one.at, one.id))
    return sales, sorted(refunds, key=lambda one: one.at)


def _paid_back(sales: list[Sale], refunds: list[_Back]) -> tuple[list[Sale], int]:
    """Give each refund to its receipt, else to the customer's last sale that it fits into."""
    left = [one.total for one in sales]
    found: dict[int, list[Refund]] = defaultdict(list)
    by_receipt: dict[str, list[int]] = defaultdict(list)
    by_customer: dict[str, list[int]] = defaultdict(list)
    for index, sale in enumerate(sales):
        by_receipt[sale.id].append(index)
        if sale.customer:
            by_customer[sale.customer].append(index)
    unmatched = 0
    for back in refunds:
        places = [*by_receipt[back.receipt]] if back.receipt else []
        places = places or by_customer[back.customer]
        fits = [
            one for one in places if left[one] >= back.amount and sales[one].at <= _day_after(back)
        ]
        if not fits:
            unmatched += 1
            continue
        left[fits[-1]] -= back.amount
        found[fits[-1]].append(Refund(back.at, back.amount))
    return [
        replace(one, refunds=tuple(found[index])) if index in found else one
        for index, one in enumerate(sales)
    ], unmatched


def _day_after(back: _Back) -> datetime:
    # Where a file says days only, a refund of the same day has the same instant.
    return back.at + timedelta(days=1)


def _without_crowd(sales: list[Sale], notes: list[str]) -> list[Sale]:
    counts = Counter(one.customer for one in sales if one.customer)
    crowd = {
        name
        for name, count in counts.items()
        if count >= _CROWD_SALES and count > len(sales) * _CROWD
    }
    if not crowd:
        return sales
    notes.append(
        "One name stands on more than a quarter of all sales: it was taken for what the till "
        "writes where nobody is known."
    )
    return [replace(one, customer="") if one.customer in crowd else one for one in sales]
