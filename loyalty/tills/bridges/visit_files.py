"""Visits out of a file that a booking tool has written: each row becomes a message. Pure.

It is the way for tools that tell nobody anything but let their owner save a table. A row is what
the visit webhook takes (``bridges.visits``), so that a file that comes again, or a later one with
the same visits, counts nothing twice.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from loyalty.money import LARGEST_ORDER, exponent
from loyalty.sheets import values
from loyalty.sheets.sheet import cell
from loyalty.sheets.values import Unreadable, plain, plain_name
from loyalty.tills.bridges.phone_numbers import international
from loyalty.tills.bridges.visits import VISIT_UPDATED
from loyalty.tills.incoming import LONGEST_NAME, is_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from loyalty.program.rules import Program
    from loyalty.sheets.sheet import Sheet
    from loyalty.sheets.text import Row


_NOISE: Final = Decimal("0.001")
"""Of a minor unit: as much as a number that went through binary arithmetic may be off."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split("|"))


NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": _words(
        "id | booking id | visit id | appointment id | record id | number | номер | номер "
        "записи | id записи | buchungsnummer"
    ),
    "day": _words(
        "at | date | day | start | starts at | date and time | дата | дата визита | дата "
        "и время | datum | termin"
    ),
    "time": _words("time | start time | время | uhrzeit"),
    "status": _words("status | attendance | статус | статус визита"),
    "phone": _words(
        "phone | phone number | mobile | client phone | телефон | телефон клиента | telefon | handy"
    ),
    "email": _words("email | e-mail | client email | почта | эл. почта"),
    "card_code": _words(
        "card | card code | card number | карта | номер карты | karte | kartennummer"
    ),
    "client": _words("client id | customer id | id клиента | kundennummer"),
    "total": _words(
        "total | amount | price | paid | sum | сумма | стоимость | оплачено | итого | "
        "betrag | summe | preis"
    ),
    "location": _words("location | branch | филиал | filiale"),
}
"""How columns are called, by what they hold."""

STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "came": _words(
        "came | arrived | completed | done | paid | attended | show | 1 | пришел | пришёл "
        "| завершен | завершён | оплачен | выполнен | erschienen | erledigt | bezahlt"
    ),
    "booked": _words(
        "booked | confirmed | new | scheduled | pending | waiting | 0 | 2 | ожидание | "
        "подтвержден | подтверждён | запись | gebucht | bestätigt"
    ),
    "no_show": _words(
        "no show | no-show | noshow | no_show | missed | -1 | не пришел | не пришёл | "
        "nicht erschienen"
    ),
    "cancelled": _words(
        "cancelled | canceled | deleted | отменен | отменён | удален | удалён | storniert "
        "| abgesagt"
    ),
}
_STATUS: Final = {word: status for status, words in STATUSES.items() for word in words}
_CLOCK: Final = re.compile(r"(?:^|[\sT])([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?$")
_EXACT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_WHO: Final = ("phone", "email", "card_code", "client")
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """What a file does not say: its zone and currency, and what day it is there.

    ``locations``: ids of the program's locations, by what they are called (as
    `loyalty.sheets.values.plain_name` writes it): their ids and their names in every language.
    """

    zone: ZoneInfo
    currency: str
    today: date
    locations: Mapping[str, str] = field(default_factory=dict)


def place_of(program: Program, location: str, now: datetime) -> Place:
    """Return what is meant by a file of an address: of its location, else of the program."""
    there = program.location(location) if location else None
    zone = ZoneInfo((there.zone if there else None) or program.zone)
    called = {
        plain_name(name): one.id
        for one in program.locations
        for name in (*one.name.values(), one.id)
    }
    return Place(zone, program.currency, now.astimezone(zone).date(), called)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that could not be read: the number of its line, and why, as a code and a sentence."""

    line: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file came to.

    ``columns`` says which column was taken for what.
    """

    messages: tuple[dict[str, Any], ...]
    columns: Mapping[str, str]
    faults: tuple[Fault, ...]


def read(sheet: Sheet, place: Place, version: int) -> Rows:
    """Return the visits that the rows of a file are.

    Parameters
    ----------
    version
        Which all of them get: a later file is newer than an earlier one.
    """
    return _Reader(sheet, place, version).read()


class _Reader:
    def __init__(self, sheet: Sheet, place: Place, version: int) -> None:
        self._sheet, self._place, self._version = sheet, place, version
        names = {
            plain_name(header): index for index, header in reversed([*enumerate(sheet.header)])
        }
        self._columns = {
            what: names[word]
            for what, words in NAMES.items()
            if (word := next((one for one in words if one in names), None))
        }
        # What could be two numbers is nobody's guess: points come of it.
        self._numbers = values.numbers(self._cells("total"))
        days = values.days(self._cells("day"))
        self._days = (
            days if days.day_first is not None or days.mixed else values.Days(day_first=True)
        )

    def read(self) -> Rows:
        messages, faults = [], []
        for row in self._sheet.rows:
            try:
                messages.append(self._message(row))
            except Unreadable as fault:
                faults.append(Fault(row.number, fault.code, fault.sentence))
        columns = {what: self._sheet.header[index] for what, index in self._columns.items()}
        return Rows(tuple(messages), columns, tuple(faults))

    def _message(self, row: Row) -> dict[str, Any]:
        at, total = self._instant(row), self._total(row)
        client = dict(self._client(row))
        if not client:
            raise Unreadable("nobody", "It names nobody: a phone number, an e-mail or a card.")
        status = self._status(row)
        if status == "came" and at.astimezone(self._place.zone).date() > self._place.today:
            raise Unreadable("not_yet", "Nobody can have come on a day that is yet to come.")
        visit = {
            "id": self._id(row) or _name(at, client),
            "version": self._version,
            "status": status,
            "at": at.isoformat(),
            "client": client,
        }
        if total is not None:
            visit |= {"total": total, "currency": self._place.currency}
        if location := self._cell(row, "location"):
            known = self._place.locations.get(plain_name(location))
            if known is None:
                raise Unreadable("unknown_location", f"No location is called {location!r}.")
            visit["location"] = known
        return {"type": VISIT_UPDATED, "data": {"visit": visit}}

    def _id(self, row: Row) -> str:
        """Return the tool's own number of a visit; what no id of ours can be is hashed."""
        told = self._cell(row, "id")
        if not told or (len(told) <= LONGEST_NAME and is_name(told)):
            return told
        return f"row-{hashlib.sha256(told.encode()).hexdigest()[:24]}"

    def _client(self, row: Row) -> Iterator[tuple[str, str]]:
        for what in _WHO:
            if told := self._cell(row, what):
                name = "id" if what == "client" else what
                yield name, international(told)[0] if what == "phone" else told

    def _status(self, row: Row) -> str:
        told = plain_name(self._cell(row, "status"))
        if not told:
            return "came"
        if told not in _STATUS:
            raise Unreadable("no_status", f"What {told!r} means is not known.")
        return _STATUS[told]

    def _instant(self, row: Row) -> datetime:
        text = self._cell(row, "day")
        if _EXACT.fullmatch(text):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                raise Unreadable("not_a_day", "There is no such day.") from None
        day = values.day(
            text, self._days, self._place.today, past=False, from_1904=self._sheet.from_1904
        )
        if day is None:
            raise Unreadable("no_day", "There is no day.")
        clock = _CLOCK.search(self._cell(row, "time") or text)
        hour, minute = (int(clock[1]), int(clock[2])) if clock else (_NOON, 0)
        try:
            return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._place.zone)
        except ValueError:
            raise Unreadable("not_a_time", "There is no such time.") from None

    def _total(self, row: Row) -> int | None:
        number = values.number(self._cell(row, "total"), self._numbers)
        if number is None:
            return None
        exact = number.scaleb(exponent(self._place.currency))
        minor = int(exact.to_integral_value(ROUND_HALF_UP))
        # Programs write 12.3 as 12.300000000000001; 12.345 is no sum of money.
        if abs(exact - minor) > _NOISE:
            raise Unreadable("too_fine", "A sum of this currency has fewer decimals.")
        if not 0 <= minor <= LARGEST_ORDER:
            raise Unreadable("too_large", "No visit costs so much, or less than nothing.")
        return minor

    def _cell(self, row: Row, what: str) -> str:
        return plain(cell(row, self._columns[what])) if what in self._columns else ""

    def _cells(self, what: str) -> list[str]:
        return self._sheet.column(self._columns[what]) if what in self._columns else []


def _name(at: datetime, client: Mapping[str, str]) -> str:
    """Return a name for a visit that has none: who and when, so that it is known again."""
    told = "\n".join((at.isoformat(), *sorted(client.values())))
    return f"row-{hashlib.sha256(told.encode()).hexdigest()[:24]}"
