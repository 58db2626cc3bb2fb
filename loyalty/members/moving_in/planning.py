"""Judge every row of a file: what an import would do with it, or what is wrong with it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from loyalty.core.account import NEVER
from loyalty.core.calendar import day_start
from loyalty.members.moving_in import persons, repeats
from loyalty.members.moving_in.fields import BALANCE
from loyalty.members.moving_in.plan import Line, Plan
from loyalty.money import LARGEST_AMOUNT, exponent
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.sheets import values
from loyalty.sheets.sheet import cell
from loyalty.sheets.values import Unreadable

if TYPE_CHECKING:
    from loyalty.members.moving_in.mapping import Mapping
    from loyalty.members.moving_in.persons import Readers
    from loyalty.messages import Contact
    from loyalty.program.rules import Program
    from loyalty.sheets.sheet import Sheet
    from loyalty.sheets.text import Row

_TOTALS = re.compile(r"(?:итого|всего|total|totals|sum|summe|gesamt|insgesamt)\b.*", re.IGNORECASE)
_EARLIEST_YEAR = 1900
_LAST_DAY = date(2200, 1, 1)
_ONE_PERCENT = 100  # basis points


@dataclass(frozen=True, slots=True)
class _Styles:
    """How the columns of a file write numbers and days, by field."""

    numbers: dict[str, values.Numbers]
    days: dict[str, values.Days]


def plan(sheet: Sheet, mapping: Mapping, program: Program, today: date, readers: Readers) -> Plan:
    """Return what would be done with each row, in their order, and what is said of all.

    Parameters
    ----------
    today
        In the program's zone.

    Raises
    ------
    Refusal
        ``ask_owner``: a column could be read in two ways, and the owner has not said which.
    """
    return _Planner(sheet, mapping, program, today, readers).run()


class _Planner:
    def __init__(
        self, sheet: Sheet, mapping: Mapping, program: Program, today: date, readers: Readers
    ) -> None:
        self._sheet = sheet
        self._mapping = mapping
        self._program = program
        self._today = today
        self._readers = readers
        self._places = {field: sheet.header.index(name) for field, name in mapping.columns}
        self._styles = self._decide_styles()
        self._times = Decimal(mapping.times)
        self._levels = _level_names(program)
        self._homes = {
            name.casefold(): one.id
            for one in program.locations
            for name in (one.id, *one.name.values())
        }

    def run(self) -> Plan:
        lines: list[Line] = []
        sums: dict[str, Decimal] = {}
        notes: list[str] = []
        for row in self._sheet.rows:
            if self._is_total(row):
                lines.append(Line(row.number, "skip", "total", "This row adds up the others."))
                sums |= self._told_sums(row)
                continue
            lines.append(self._line(row))
        lines = repeats.without(lines, self._mapping.duplicates)
        notes += self._sheet.notes
        notes += repeats.figures(lines, self._mapping.pots)
        notes += self._compare(lines, sums)
        if not self._mapping.column("marketing") or not self._mapping.consent:
            notes.append(
                "Nobody counts as having agreed to messages about offers: the file has no such "
                "column, or it was not said where people have agreed."
            )
        return Plan(tuple(lines), tuple(notes))

    def _decide_styles(self) -> _Styles:
        mapping, sheet = self._mapping, self._sheet
        numbers: dict[str, values.Numbers] = {}
        days: dict[str, values.Days] = {}
        faults: list[FieldRefusal] = []
        for field, place in self._places.items():
            cells = sheet.column(place)
            if field in {"spend", "visits"} or field.startswith(BALANCE):
                said = mapping.decimals
                style = values.numbers(cells, said)  # type: ignore[arg-type]
                numbers[field] = style
                if style.decimals is None:
                    detail = (
                        f"In the column {sheet.header[place]!r} numbers such as 52,620 could be "
                        'two: say decimals, "." or ",".'
                    )
                    faults.append(FieldRefusal("/decimals", "ambiguous_number", detail))
            elif field in {"birthday", "expires"}:
                found = values.days(cells, said=mapping.day_first)
                days[field] = found
                if found.day_first is None:
                    detail = (
                        f"In the column {sheet.header[place]!r} days such as 02/03 could be two: "
                        "say whether the day stands first: day_first."
                    )
                    faults.append(FieldRefusal("/day_first", "ambiguous_day", detail))
        if faults:
            detail = "The file can be read in two ways: say which."
            raise Refusal("invalid", "ask_owner", detail, fields=faults)
        return _Styles(numbers, days)

    # One row

    def _line(self, row: Row) -> Line:
        extra = [one for one in row.cells[self._sheet.width :] if one.strip()]
        if extra:
            detail = "The row has more cells than there are columns: a separator stands in a text."
            return _wrong(row, "too_many_cells", detail)
        remarks: list[str] = []
        try:
            contacts = self._contacts(row, remarks)
            value = self._value(row, remarks)
            level = self._level(row)
            spend = self._amount(row, "spend", exponent(self._program.currency))
            visits = self._amount(row, "visits", 0)
        except _AtColumn as wrong:
            sentence = f"{wrong.column}: {wrong.unreadable.sentence}"
            return _wrong(row, wrong.unreadable.code, sentence)
        if not contacts and self._mapping.without_contact == "refuse":
            detail = "There is no phone number or e-mail address by which the member is found."
            return _wrong(row, "no_contact", detail)
        return Line(
            row.number,
            "enrol",
            contacts=contacts,
            first_name=self._name(row),
            birthday=self._birthday(row, remarks),
            language=self._language(row),
            home=self._home(row, remarks),
            value=value,
            spend=spend,
            visits=visits,
            level=level,
            marketing=self._marketing(row),
            tags=self._tags(row, remarks),
            remarks=tuple(remarks),
        )

    def _cell(self, row: Row, field: str) -> str:
        place = self._places.get(field)
        return "" if place is None else cell(row, place)

    def _at(self, field: str, unreadable: Unreadable) -> _AtColumn:
        return _AtColumn(self._sheet.header[self._places[field]], unreadable)

    def _contacts(self, row: Row, remarks: list[str]) -> tuple[Contact, ...]:
        """Return the contacts of a row. One that cannot be read is a fault if there is no other."""
        found: dict[str, Contact] = {}
        wrong: list[_AtColumn] = []
        for field in ("phone", "email"):
            text = self._cell(row, field)
            try:
                if field == "phone":
                    abroad = self._mapping.phones == "international"
                    one, more = persons.phone(
                        text, self._program.region, self._readers.phone, international=abroad
                    )
                else:
                    one, more = persons.email(text, self._readers.email)
            except Unreadable as unreadable:
                wrong.append(self._at(field, unreadable))
                continue
            if more:
                remarks.append(f"Of several entries under {field} the first one is taken.")
            if one is not None:
                found[field] = one
        if wrong and not found:
            raise wrong[0]
        remarks += [f"{one.column}: {one.unreadable.sentence} It is left out." for one in wrong]
        order = ("email", "phone") if self._mapping.main_contact == "email" else ("phone", "email")
        return tuple(found[field] for field in order if field in found)

    def _value(self, row: Row, remarks: list[str]) -> tuple[tuple[str, int, int], ...]:
        bucket = self._bucket(row)
        found = []
        for pot in self._mapping.pots:
            points = self._points(row, pot, remarks)
            if points and bucket is None:
                remarks.append(f"{points} of {pot} had expired before the import: not given.")
            elif points:
                found.append((pot, bucket or 0, points))
        return tuple(found)

    def _points(self, row: Row, pot: str, remarks: list[str]) -> int:
        field = f"{BALANCE}{pot}"
        number = self._number(row, field)
        if number is None:
            return 0
        exact = number * self._times
        if exact < 0:
            if self._mapping.negative == "refuse":
                detail = (
                    "The balance is negative. If such members shall begin with nothing, say so."
                )
                raise self._at(field, Unreadable("negative_balance", detail))
            remarks.append(f"The balance of {pot} is negative: they begin with nothing.")
            return 0
        points = int(exact)
        if exact != points:
            if self._mapping.rounding == "refuse":
                detail = "Points and stamps are whole: say how parts are rounded."
                raise self._at(field, Unreadable("part_of_a_point", detail))
            if self._mapping.rounding == "half_up":
                points = int(exact.to_integral_value(ROUND_HALF_UP))
            remarks.append(f"The balance of {pot} was rounded to {points}.")
        if points > repeats.MOST_POINTS:
            detail = f"The balance is larger than {repeats.MOST_POINTS}."
            raise self._at(field, Unreadable("out_of_bounds", detail))
        return points

    def _bucket(self, row: Row) -> int | None:
        """Return from which second on value is expired; 0: as the program says; None: it is."""
        said = self._mapping.expires
        if said == "program":
            return 0
        if said == "never":
            return NEVER
        last: date | None
        if said == "column":
            try:
                last = values.day(
                    self._cell(row, "expires"),
                    self._styles.days["expires"],
                    self._today,
                    past=False,
                    from_1904=self._sheet.from_1904,
                )
            except Unreadable as unreadable:
                raise self._at("expires", unreadable) from None
            if last is None:
                return 0
        else:
            last = date.fromisoformat(said)
        if last < self._today:
            return None
        return NEVER if last >= _LAST_DAY else day_start(last.toordinal() + 1, self._program.zone)

    def _number(self, row: Row, field: str) -> Decimal | None:
        try:
            return values.number(self._cell(row, field), self._styles.numbers[field])
        except Unreadable as unreadable:
            raise self._at(field, unreadable) from None

    def _amount(self, row: Row, field: str, places: int) -> int:
        """Return a figure that counts towards the level, in its smallest unit."""
        if field not in self._places:
            return 0
        number = self._number(row, field)
        if number is None:
            return 0
        exact = number.scaleb(places)
        if exact < 0 or exact > LARGEST_AMOUNT:
            raise self._at(field, Unreadable("out_of_bounds", "This is no such figure."))
        return int(exact.to_integral_value(ROUND_HALF_UP))

    def _level(self, row: Row) -> int:
        text = values.plain(self._cell(row, "level"))
        if not text:
            return 0
        found = self._levels.get(" ".join(text.casefold().split()))
        if found is None and re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?\s*%?", text):
            # The per cent of a discount card: "10", "10 %", "10,00".
            share = Decimal(text.rstrip("% ").replace(",", ".")) * _ONE_PERCENT
            found = self._levels.get(f"%{share.normalize():f}")
        if found is None:
            detail = f"The program has no such level; {', '.join(self._level_ids())}."
            raise self._at("level", Unreadable("unknown_level", detail))
        return found

    def _level_ids(self) -> list[str]:
        return [one.id for one in self._program.tiers.levels] if self._program.tiers else []

    def _name(self, row: Row) -> str:
        first = persons.first_name(self._cell(row, "first_name"), whole=False)
        return first or persons.first_name(self._cell(row, "full_name"), whole=True)

    def _birthday(self, row: Row, remarks: list[str]) -> date | None:
        found = self._day(row, "birthday", remarks, past=True)
        if found and not (found.year > _EARLIEST_YEAR and found <= self._today):
            remarks.append("The birthday is not in the past: it is left out.")
            return None
        return found

    def _day(self, row: Row, field: str, remarks: list[str], *, past: bool) -> date | None:
        if field not in self._places:
            return None
        style = self._styles.days[field]
        try:
            return values.day(
                self._cell(row, field),
                style,
                self._today,
                past=past,
                from_1904=self._sheet.from_1904,
            )
        except Unreadable as unreadable:
            column = self._sheet.header[self._places[field]]
            remarks.append(f"{column}: {unreadable.sentence} It is left out.")
            return None

    def _language(self, row: Row) -> str | None:
        text = values.plain(self._cell(row, "language")).casefold()[:2]
        return text if text in self._program.languages else None

    def _home(self, row: Row, remarks: list[str]) -> str | None:
        text = values.plain(self._cell(row, "home"))
        found = self._homes.get(text.casefold()) if text else None
        if text and found is None:
            remarks.append("The program has no such location: it is left out.")
        return found

    def _tags(self, row: Row, remarks: list[str]) -> tuple[str, ...]:
        found, left_out = persons.tags(self._cell(row, "tags"))
        if left_out:
            remarks.append("Tags are small Latin letters, digits and hyphens: some are left out.")
        return found

    def _marketing(self, row: Row) -> bool:
        return bool(self._mapping.consent) and values.agreed(self._cell(row, "marketing"))

    # All rows

    def _is_total(self, row: Row) -> bool:
        if any(values.plain(self._cell(row, field)) for field in ("phone", "email")):
            return False
        first = next((one.strip() for one in row.cells if one.strip()), "")
        return _TOTALS.fullmatch(first) is not None

    def _told_sums(self, row: Row) -> dict[str, Decimal]:
        found = {}
        for pot in self._mapping.pots:
            try:
                number = self._number(row, f"{BALANCE}{pot}")
            except _AtColumn:
                continue
            if number is not None:
                found[pot] = number * self._times
        return found

    def _compare(self, lines: list[Line], sums: dict[str, Decimal]) -> list[str]:
        """Hold what the file adds up to against what was read."""
        notes = []
        for pot, told in sums.items():
            read = sum(line.total.get(pot, 0) for line in lines if line.doing == "enrol")
            if read == told:
                notes.append(f"The file's own total of {pot} is what was read: {read}.")
            else:
                own = f"{told.normalize():f}"
                notes.append(f"The file's own total of {pot} is {own}, and {read} would be given.")
        return notes


class _AtColumn(Exception):  # noqa: N818 - a row's fault, caught where the row is judged
    def __init__(self, column: str, unreadable: Unreadable) -> None:
        super().__init__(unreadable.code)
        self.column, self.unreadable = column, unreadable


def _level_names(program: Program) -> dict[str, int]:
    """Return the numbers of levels by all that a file may call them; ``%500`` is 5 per cent."""
    found: dict[str, int] = {}
    for number, level in enumerate(program.tiers.levels if program.tiers else ()):
        found[level.id] = number
        found |= {name.casefold(): number for name in level.name.values()}
        found.setdefault(f"%{level.discount}", number)
    return found


def _wrong(row: Row, code: str, sentence: str) -> Line:
    return _wrong_line(row.number, code, sentence)


def _wrong_line(number: int, code: str, sentence: str) -> Line:
    return Line(number, "wrong", code, sentence)
