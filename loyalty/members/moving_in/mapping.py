"""What an owner says of a file: which column is what, and what no file says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

from loyalty.members.moving_in import guessing, vendors
from loyalty.members.moving_in.fields import BALANCE, FIELDS
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.sheets.text import ENCODINGS
from loyalty.sheets.values import plain_name

if TYPE_CHECKING:
    from loyalty.members.moving_in.guessing import Guess
    from loyalty.program.rules import Program
    from loyalty.sheets.sheet import Sheet

Rounding = Literal["refuse", "down", "half_up"]
Duplicates = Literal["refuse", "sum", "largest", "last"]
Known = Literal["skip", "add"]
Phones = Literal["local", "international"]

_CHOICES = {
    "decimals": (".", ","),
    "rounding": ("refuse", "down", "half_up"),
    "duplicates": ("refuse", "sum", "largest", "last"),
    "known": ("skip", "add"),
    "negative": ("refuse", "nothing"),
    "without_contact": ("refuse", "card"),
    "phones": ("local", "international"),
    "main_contact": ("email", "phone"),
    "encoding": ENCODINGS,
}
_LARGEST_FACTOR = Decimal(10_000)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a file is read and what is made of it.

    Attributes
    ----------
    columns
        The name of the column by field (``fields.FIELDS``; ``balance.<pot>`` for each pot).
    decimals, day_first
        How numbers and days are written, where the columns do not say.
    times
        Points of the program for one of the file's, as a decimal number.
    rounding
        What becomes of a part of a point: a fault, cut off, or to the nearest.
    expires
        Until when value is good: ``program`` (its rule, from the day of the import), ``column``,
        ``never``, or the last day as YYYY-MM-DD.
    duplicates
        What becomes of rows of one person that differ: a fault, their sum, the largest, the last.
        Rows that are alike in everything count once in any case.
    known
        What becomes of who is a member already: nothing, or the value is added.
    negative
        What becomes of who owes: a fault, or they begin with nothing.
    without_contact
        What becomes of who has no contact that can be read: a fault, or a card by its link alone.
    phones
        ``international``: numbers have their country's code, if no plus.
    main_contact
        Which of two contacts stands on the member; both find them.
    vouched
        The shop vouches that contacts are who they belong to: they count as proved at once.
    consent
        Where people have agreed to messages about offers, in a few words. Without it nobody has.
    encoding, sheet
        Of the file, where it is not what is found.
    """

    columns: tuple[tuple[str, str], ...]
    decimals: str | None = None
    day_first: bool | None = None
    times: str = "1"
    rounding: str = "refuse"
    expires: str = "program"
    duplicates: str = "refuse"
    known: str = "skip"
    negative: str = "refuse"
    without_contact: str = "refuse"
    phones: str = "local"
    main_contact: str = "email"
    vouched: bool = False
    consent: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    @property
    def fingerprint(self) -> str:
        """Return a hash of everything that was said."""
        return hashlib.sha256(dump(self).encode()).hexdigest()

    def column(self, field: str) -> str | None:
        """Return the name of a field's column."""
        return next((name for one, name in self.columns if one == field), None)

    @property
    def pots(self) -> tuple[str, ...]:
        """Return the ids of the pots that value goes into."""
        return tuple(
            field.removeprefix(BALANCE) for field, _ in self.columns if field.startswith(BALANCE)
        )


def dump(mapping: Mapping) -> str:
    """Return a mapping as JSON."""
    values = {name: value for name, value in asdict(mapping).items() if value is not None}
    values["columns"] = dict(mapping.columns)
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def read(document: Any) -> Mapping:
    """Read a mapping.

    Raises
    ------
    Refusal
        ``invalid_mapping`` with what is wrong of each field.
    """
    if not isinstance(document, dict):
        raise _invalid([FieldRefusal("", "not_an_object", "A mapping is an object: {…}.")])
    names = {field.name for field in fields(Mapping)}
    faults = [
        FieldRefusal(f"/{name}", "unknown", f"There is nothing of that name; {_known(names)}.")
        for name in sorted(document.keys() - names)
    ]
    faults += _faults(document)
    if faults:
        raise _invalid(faults)
    return Mapping(**{**document, "columns": tuple(sorted(document["columns"].items()))})


def _faults(document: dict[str, Any]) -> list[FieldRefusal]:
    faults = _column_faults(document.get("columns"))
    for name, choices in _CHOICES.items():
        if document.get(name) is not None and document[name] not in choices:
            detail = f"Choose of {', '.join(choices)}."
            faults.append(FieldRefusal(f"/{name}", "no_choice", detail))
    for name in ("vouched", "day_first"):
        if document.get(name) is not None and not isinstance(document[name], bool):
            faults.append(FieldRefusal(f"/{name}", "not_an_answer", "Say true or false."))
    for name in ("consent", "sheet"):
        given = document.get(name)
        if given is not None and not (isinstance(given, str) and 0 < len(given) <= _LONGEST):
            faults.append(FieldRefusal(f"/{name}", "not_a_text", "A few words, or leave it out."))
    if not _is_factor(document.get("times", "1")):
        detail = 'A number above 0 and up to 10000, as text: "1", "0.5".'
        faults.append(FieldRefusal("/times", "not_a_number", detail))
    if not _is_expiry(document.get("expires", "program")):
        detail = "Say program, column, never, or the last day as YYYY-MM-DD."
        faults.append(FieldRefusal("/expires", "no_choice", detail))
    return faults


def _column_faults(columns: Any) -> list[FieldRefusal]:
    if not isinstance(columns, dict) or not columns:
        return [FieldRefusal("/columns", "missing", "Say which column is what.")]
    unknown = f"There is no such field; {_known({*FIELDS, f'{BALANCE}<pot>'})}."
    faults = [
        FieldRefusal(f"/columns/{field}", "unknown", unknown)
        for field in columns
        if field not in FIELDS and not field.startswith(BALANCE)
    ]
    faults += [
        FieldRefusal(f"/columns/{field}", "not_a_name", "Name the column as it is headed.")
        for field, name in columns.items()
        if not isinstance(name, str)
    ]
    return faults


def _is_factor(given: Any) -> bool:
    try:
        return isinstance(given, str) and 0 < Decimal(given) <= _LARGEST_FACTOR
    except InvalidOperation:
        return False


def _is_expiry(given: Any) -> bool:
    if given in ("program", "column", "never"):
        return True
    try:
        return isinstance(given, str) and bool(date.fromisoformat(given))
    except ValueError:
        return False


def check(mapping: Mapping, sheet: Sheet, program: Program) -> None:
    """Hold a mapping against the file and the program that it is for.

    Raises
    ------
    Refusal
        ``invalid_mapping``: a column or a pot is not there, or no field tells whose row it is.
    """
    faults = []
    for field, name in mapping.columns:
        if name not in sheet.header:
            detail = f"The file has no such column; there are: {', '.join(sheet.header)}."
            faults.append(FieldRefusal(f"/columns/{field}", "no_such_column", detail))
    pots = {pot.id for pot in program.pots}
    for pot in mapping.pots:
        if pot not in pots:
            detail = f"The program has no such pot; {_known(pots)}."
            faults.append(FieldRefusal(f"/columns/{BALANCE}{pot}", "unknown_pot", detail))
    fields_named = {field for field, _ in mapping.columns}
    if not fields_named & {"phone", "email"} and mapping.without_contact == "refuse":
        detail = (
            "No column tells a phone number or an e-mail address. If cards shall be handed out by "
            "their links alone, say without_contact: card."
        )
        faults.append(FieldRefusal("/columns", "no_contact", detail))
    if mapping.expires == "column" and "expires" not in fields_named:
        detail = "Say which column tells until when value is good."
        faults.append(FieldRefusal("/columns/expires", "missing", detail))
    if "level" in fields_named and program.tiers is None:
        detail = "The program has no levels: leave that column out."
        faults.append(FieldRefusal("/columns/level", "no_levels", detail))
    if faults:
        raise _invalid(faults)


# What is proposed to an owner


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping that the owner is shown first.

    ``look``: fields that they should look at, because they are guessed without being sure.
    ``vendor``: whose ready mapping it is, if it is one.
    """

    mapping: Mapping
    vendor: str | None
    look: tuple[str, ...]


def propose(sheet: Sheet, program: Program, today: date, named: str | None = None) -> Proposal:
    """Return a ready mapping where the file is recognised or named, else what is guessed.

    Raises
    ------
    Refusal
        ``unknown_vendor``.
    """
    names = tuple(plain_name(name) for name in sheet.header)
    vendor = vendors.vendor(named) if named else vendors.recognised(names)
    if named and vendor is None:
        detail = f"There is no such vendor; {_known({one.id for one in vendors.VENDORS})}."
        raise Refusal("not_found", "unknown_vendor", detail, pointer="/vendor")
    guesses = guessing.guess(sheet, program, today)
    if vendor is None:
        return _guessed(sheet, guesses, None, {})
    ready = _ready(vendor, names, sheet, program)
    if not ready:
        return _guessed(sheet, guesses, vendor.id, dict(vendor.answers))
    mapping = replace(Mapping(tuple(sorted(ready.items()))), **vendor.answers)
    # A balance has no name that all shops share: a guess finds it, and is looked at.
    look = []
    if not mapping.pots:
        for one in guesses:
            if one.field.startswith(BALANCE) and sheet.header[one.column] not in ready.values():
                ready[one.field] = sheet.header[one.column]
                look.append(one.field)
                break
    mapping = replace(mapping, columns=tuple(sorted(ready.items())))
    return Proposal(_dated(mapping), vendor.id, tuple(look))


def _ready(
    vendor: vendors.Vendor, names: tuple[str, ...], sheet: Sheet, program: Program
) -> dict[str, str]:
    pot = next(
        (pot.id for pot in program.pots if vendor.kind is None or pot.kind == vendor.kind), None
    )
    found: dict[str, str] = {}
    for field, words in vendor.columns.items():
        place = next((names.index(word) for word in words if word in names), None)
        if place is None or (field == "level" and program.tiers is None):
            continue
        if field != vendors.VALUE:
            found[field] = sheet.header[place]
        elif pot is not None:
            found[f"{BALANCE}{pot}"] = sheet.header[place]
    if "first_name" in found:
        found.pop("full_name", None)
    return found


def _guessed(
    sheet: Sheet, guesses: tuple[Guess, ...], vendor: str | None, answers: dict[str, Any]
) -> Proposal:
    columns = {one.field: sheet.header[one.column] for one in guesses}
    # What decides about money, or about a right, is looked at however sure the guess is.
    values = [field for field in columns if field.startswith(BALANCE)]
    look = (
        {one.field for one in guesses if not one.sure} | set(values) | {"marketing"} & set(columns)
    )
    mapping = replace(Mapping(tuple(sorted(columns.items()))), **answers)
    return Proposal(_dated(mapping), vendor, tuple(sorted(look)))


def _dated(mapping: Mapping) -> Mapping:
    return replace(mapping, expires="column") if mapping.column("expires") else mapping


def _known(names: set[str]) -> str:
    return f"there are {', '.join(sorted(names))}"


def _invalid(faults: list[FieldRefusal]) -> Refusal:
    return Refusal("invalid", "invalid_mapping", "The mapping cannot be used.", fields=faults)
