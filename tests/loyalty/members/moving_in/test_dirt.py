"""What real files look like: each kind of dirt, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.moving_in import mapping, planning
from loyalty.members.moving_in.persons import Readers
from loyalty.sheets import sheet
from tests.support.moving import program
from tests.support.refusals import refused
from tests.support.spreadsheets import Book, Formula, packed, workbook

if TYPE_CHECKING:
    from loyalty.members.moving_in.plan import Plan

TODAY = date(2026, 11, 28)
READERS = Readers(parse_phone, parse_email)
COLUMNS = {"phone": "Phone", "email": "Email", "balance.points": "Points", "first_name": "Name"}
HEAD = "Name,Phone,Email,Points\n"


@dataclass(frozen=True)
class Dirt:
    """A file, what its owner says of it, and what is to come of each row.

    ``lines``: by number of the line, ``(contact, points)`` or the code of what is done instead.
    ``refused``: the code with which the whole file is refused.
    """

    file: bytes
    lines: dict[int, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=lambda: COLUMNS)
    says: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    remark: str = ""


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


ANN = ("+14155550101", 7)
ROWS = f"{HEAD}Ann,+14155550101,,7\n"
RUSSIAN = "Имя;Телефон;Бонусы\nАнна;+79161234567;1 250\nПётр;+79161234568;3\n"
RU = {"first_name": "Имя", "phone": "Телефон", "balance.points": "Бонусы"}
RUS = {2: ("+79161234567", 1250), 3: ("+79161234568", 3)}
DAYS = {**COLUMNS, "birthday": "Born"}

DIRT: dict[str, Dirt] = {
    # How a file is written
    "mark of UTF-8": Dirt(csv(ROWS, "utf-8-sig"), {2: ANN}),
    "UTF-16 with its mark": Dirt(csv(ROWS, "utf-16"), {2: ANN}),
    "UTF-16 without it": Dirt(csv(ROWS, "utf-16-le"), {2: ANN}),
    "UTF-16, high byte first": Dirt(csv(ROWS, "utf-16-be"), {2: ANN}),
    "cp1251": Dirt(csv(RUSSIAN, "cp1251"), RUS, RU),
    "koi8-r": Dirt(csv(RUSSIAN, "koi8-r"), RUS, RU),
    "cp866": Dirt(csv(RUSSIAN, "cp866"), RUS, RU),
    "cp1252": Dirt(csv(ROWS.replace("Ann", "Jürgen"), "cp1252"), {2: ANN}),
    "said to be UTF-8, and is not": Dirt(
        csv(RUSSIAN, "cp1251"), columns=RU, says={"encoding": "utf-8"}, refused="file_unreadable"
    ),
    "bytes of no text": Dirt(b"\x00\x01\x02PNG" * 9, refused="file_unreadable"),
    "a web page named .xls": Dirt(b"<html><table><tr>", refused="file_unreadable"),
    "an old workbook": Dirt(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refused="workbook_unreadable"),
    "a ZIP that is no workbook": Dirt(packed({"a.txt": "x"}), refused="workbook_unreadable"),
    "nothing": Dirt(b"", refused="file_empty"),
    "a header and no row": Dirt(csv(HEAD), refused="file_empty"),
    # How it is divided
    "semicolons": Dirt(csv(ROWS.replace(",", ";")), {2: ANN}),
    "tabs": Dirt(csv(ROWS.replace(",", "\t")), {2: ANN}),
    "sep= before the header": Dirt(csv("sep=;\n" + ROWS.replace(",", ";")), {3: ANN}),
    "old line ends": Dirt(csv(ROWS.replace("\n", "\r\n")), {2: ANN}),
    "a line end within quotation marks": Dirt(
        csv(f'{HEAD}"Ann\nMarie",+14155550101,,7\nBob,+14155550102,,1\n'),
        {2: ANN, 4: ("+14155550102", 1)},
    ),
    "a separator within quotation marks": Dirt(
        csv(f'{HEAD}"Smith, Ann",+14155550101,,7\n'), {2: ANN}
    ),
    "a separator without them": Dirt(
        csv(f"{HEAD}Smith, Ann,+14155550101,,7\n"), {2: "too_many_cells"}
    ),
    "a quotation mark that stays open": Dirt(
        csv(f'{HEAD}"Ann,+14155550101,,7\nBob,+14155550102,,1\n'), refused="file_unreadable"
    ),
    "a row that is too short": Dirt(csv(f"{HEAD}Ann,+14155550101\n"), {2: ("+14155550101", 0)}),
    "blank rows": Dirt(csv(f"{HEAD}\n,,,\nAnn,+14155550101,,7\n"), {4: ANN}),
    # Where the table begins and ends
    "a title above": Dirt(csv(f"Export of clients\n\n{ROWS}"), {4: ANN}),
    "a header of two rows": Dirt(csv(f"Client,,,Bonus\n{ROWS}"), {3: ANN}),
    "no header": Dirt(
        csv("Ann,+14155550101,ann@example.com,7\n"),
        {1: ("ann@example.com", 7)},
        {"phone": "Column 2", "email": "Column 3", "balance.points": "Column 4"},
    ),
    "the header once more": Dirt(csv(f"{ROWS}{HEAD}Bob,+14155550102,,1\n"), {
        2: ANN, 4: ("+14155550102", 1)
    }),
    "a row of sums": Dirt(csv(f"{ROWS}Total,,,7\n"), {2: ANN, 3: "total"}, remark="own total"),
    "a row of sums that are others": Dirt(
        csv(f"{ROWS}Итого,,,9\n"), {2: ANN, 3: "total"}, remark="is 9, and 7 would be given"
    ),
    # Phone numbers
    "a quotation mark before a number": Dirt(csv(f"{HEAD}Ann,'+14155550101,,7\n"), {2: ANN}),
    "a number of this country": Dirt(csv(f"{HEAD}Ann,(415) 555-0101,,7\n"), {2: ANN}),
    "a number without its plus": Dirt(csv(f"{HEAD}Ann,375291234567,,7\n"), {
        2: ("+375291234567", 7)
    }),
    "digits that a spreadsheet cut off": Dirt(csv(f"{HEAD}Ann,7.9E+10,,7\n"), {2: "digits_lost"}),
    "two numbers in a cell": Dirt(
        csv(f"{HEAD}Ann,+1 415 555 0101 / +1 415 555 0102,,7\n"), {2: ANN}, remark="Of several"
    ),
    "a number of nobody": Dirt(csv(f"{HEAD}Ann,0000000000,,7\n"), {2: "invalid_phone"}),
    "a word for no number": Dirt(csv(f"{HEAD}Ann,n/a,ann@example.com,7\n"), {
        2: ("ann@example.com", 7)
    }),
    "a wrong number and an address": Dirt(
        csv(f"{HEAD}Ann,123,ann@example.com,7\n"), {2: ("ann@example.com", 7)}, remark="left out"
    ),
    "nobody to be found by": Dirt(csv(f"{HEAD}Ann,,,7\n"), {2: "no_contact"}),
    "nobody to be found by, as the owner wants": Dirt(
        csv(f"{HEAD}Ann,,,7\n"), {2: (None, 7)}, says={"without_contact": "card"}
    ),
    # Addresses
    "an address with a name": Dirt(csv(f"{HEAD}Ann,,<Ann@Example.com>,7\n"), {
        2: ("ann@example.com", 7)
    }),
    "no address": Dirt(csv(f"{HEAD}Ann,,ann(at)example,7\n"), {2: "invalid_email"}),
    # Numbers
    "decimal commas": Dirt(
        csv(f'{HEAD}Ann,+14155550101,,"7,00"\nBob,+14155550102,,"1 250,00"\n'),
        {2: ANN, 3: ("+14155550102", 1250)},
    ),
    "blanks that do not break": Dirt(
        csv(f"{HEAD}Ann,+14155550101,,1\u00a0250\u202f000\n"), {2: ("+14155550101", 1_250_000)}
    ),
    "a number that could be two": Dirt(
        csv(f'{HEAD}Ann,+14155550101,,"52,620"\n'), refused="ask_owner"
    ),
    "a number that the owner explains": Dirt(
        csv(f'{HEAD}Ann,+14155550101,,"52,620"\n'), {2: ("+14155550101", 52_620)},
        says={"decimals": "."},
    ),
    "numbers written in both ways": Dirt(
        csv(f'{HEAD}Ann,+14155550101,,"1,250.00"\nBob,+14155550102,,"1.250,00"\n'),
        refused="ask_owner",
    ),
    "a part of a point": Dirt(csv(f"{HEAD}Ann,+14155550101,,7.5\n"), {2: "part_of_a_point"}),
    "a part of a point, rounded": Dirt(
        csv(f"{HEAD}Ann,+14155550101,,7.5\n"), {2: ("+14155550101", 8)},
        says={"rounding": "half_up"},
    ),
    "less than nothing": Dirt(csv(f"{HEAD}Ann,+14155550101,,-7\n"), {2: "negative_balance"}),
    "less than nothing, as the owner wants": Dirt(
        csv(f"{HEAD}Ann,+14155550101,,(7)\n"), {2: ("+14155550101", 0)},
        says={"negative": "nothing"},
    ),
    "far too much": Dirt(csv(f"{HEAD}Ann,+14155550101,,9000000000\n"), {2: "out_of_bounds"}),
    "words for a number": Dirt(csv(f"{HEAD}Ann,+14155550101,,seven\n"), {2: "not_a_number"}),
    "a number with its unit": Dirt(csv(f"{HEAD}Ann,+14155550101,,7 points\n"), {2: ANN}),
    "a formula without a value": Dirt(csv(f"{HEAD}Ann,+14155550101,,#N/A\n"), {
        2: "formula_error"
    }),
    "text that begins like a formula": Dirt(csv(f"{HEAD}=HYPERLINK(1),+14155550101,,7\n"), {
        2: ANN
    }),
    # Days
    "a day that could be two": Dirt(
        csv("Name,Phone,Email,Points,Born\nAnn,+14155550101,,7,02/03/90\n"),
        columns=DAYS, refused="ask_owner",
    ),
    "a day whose column tells": Dirt(
        csv("Name,Phone,Email,Points,Born\nAnn,+14155550101,,7,02/03/90\n"
            "Bob,+14155550102,,1,28/03/90\n"),
        {2: ANN, 3: ("+14155550102", 1)}, DAYS,
    ),
    "days written in both ways": Dirt(
        csv("Name,Phone,Email,Points,Born\nAnn,+14155550101,,7,28/02/1990\n"
            "Bob,+14155550102,,1,02/28/1990\n"),
        columns=DAYS, refused="ask_owner",
    ),
    "a day that there was not": Dirt(
        csv("Name,Phone,Email,Points,Born\nAnn,+14155550101,,7,29.02.1991\n"),
        {2: ANN}, DAYS, remark="There is no such day",
    ),
    "a year that means none": Dirt(
        csv("Name,Phone,Email,Points,Born\nAnn,+14155550101,,7,1004-02-28\n"), {2: ANN}, DAYS
    ),
    "value that had expired": Dirt(
        csv("Name,Phone,Email,Points,Until\nAnn,+14155550101,,7,2020-01-31\n"),
        {2: ("+14155550101", 0)}, {**COLUMNS, "expires": "Until"}, {"expires": "column"},
        remark="had expired",
    ),
    # Levels
    "a level that is not there": Dirt(
        csv("Name,Phone,Email,Points,Tier\nAnn,+14155550101,,7,Platinum\n"),
        {2: "unknown_level"}, {**COLUMNS, "level": "Tier"},
    ),
    "a level by its per cent": Dirt(
        csv('Name,Phone,Email,Points,Tier\nAnn,+14155550101,,7,"10,00 %"\n'),
        {2: ANN}, {**COLUMNS, "level": "Tier"},
    ),
    # People twice
    "a row twice": Dirt(csv(f"{ROWS}Ann,+1 (415) 555-0101,,7\n"), {2: ANN, 3: "repeated"}),
    "a person twice": Dirt(csv(f"{ROWS}Ann,+14155550101,,9\n"), {2: ANN, 3: "duplicate"}),
    "a person twice, added up": Dirt(
        csv(f"{ROWS}Ann,+14155550101,,9\n"), {2: ("+14155550101", 16), 3: "together"},
        says={"duplicates": "sum"},
    ),
    "a person twice, the larger": Dirt(
        csv(f"{ROWS}Ann,+14155550101,,5\n"), {2: ANN, 3: "together"},
        says={"duplicates": "largest"},
    ),
    "a person twice, the last": Dirt(
        csv(f"{ROWS}Ann,+14155550101,,5\n"), {2: ("+14155550101", 5), 3: "together"},
        says={"duplicates": "last"},
    ),
    "two people with one address": Dirt(
        csv(f"{HEAD}Ann,+14155550101,a@example.com,7\nBob,+14155550102,a@example.com,1\n"),
        {2: ("a@example.com", 7), 3: ("+14155550102", 1)}, remark="has the same email",
    ),
    # Workbooks
    "a workbook": Dirt(
        workbook({"Clients": [["Name", "Phone", "Email", "Points"],
                              ["Ann", 14155550101, None, 7.0]]}), {2: ANN}
    ),
    "sums with the dust of binary": Dirt(
        workbook({"Clients": [["Name", "Phone", "Email", "Points"],
                              ["Ann", "+14155550101", None, 7.000000000000001]]}), {2: ANN}
    ),
    "a formula that was worked out": Dirt(
        workbook({"Clients": [["Name", "Phone", "Email", "Points"],
                              ["Ann", "+14155550101", None, Formula("7")]]}), {2: ANN}
    ),
    "a formula that was not": Dirt(
        workbook({"Clients": [["Name", "Phone", "Email", "Points"],
                              ["Ann", "+14155550101", None, Formula(None)]]}),
        {2: "formula_error"},
    ),
    "a sheet that says it has one cell": Dirt(
        workbook({"Clients": [["Name", "Phone", "Email", "Points"],
                              ["Ann", "+14155550101", None, 7]]}, Book(dimension="A1")), {2: ANN}
    ),
    "a hidden sheet before": Dirt(
        workbook({"Old": [["x"]], "Clients": [["Name", "Phone", "Email", "Points"],
                                              ["Ann", "+14155550101", None, 7]]},
                 Book(hidden=("Old",))), {2: ANN}, remark="more sheets",
    ),
    "a day of a workbook": Dirt(
        workbook({"Clients": [["Name", "Phone", "Email", "Points", "Born"],
                              ["Ann", "+14155550101", None, 7, date(1990, 2, 28)]]}),
        {2: ANN}, DAYS,
    ),
}  # fmt: skip


def planned(dirt: Dirt, says: mapping.Mapping) -> Plan:
    found = sheet.read(dirt.file, encoding=says.encoding, sheet=says.sheet)
    mapping.check(says, found, program())
    return planning.plan(found, says, program(), TODAY, READERS)


@pytest.mark.parametrize("name", DIRT)
def test_dirt(name: str) -> None:
    dirt = DIRT[name]
    says = mapping.read({"columns": dirt.columns, **dirt.says})
    if dirt.refused:
        with refused(dirt.refused) as told:
            planned(dirt, says)
        sentences = [told.value.detail, *(one.detail for one in told.value.fields)]
        assert all(sentence.endswith(".") for sentence in sentences)
        return
    plan = planned(dirt, says)
    lines = {
        line.number: (
            (line.contacts[0].value if line.contacts else None, line.total.get("points", 0))
            if line.doing == "enrol"
            else line.code
        )
        for line in plan.lines
    }
    assert lines == dirt.lines
    assert all(line.sentence.endswith(".") for line in plan.lines if line.doing != "enrol")
    said = [*plan.notes, *(remark for line in plan.lines for remark in line.remarks)]
    assert any(dirt.remark in one for one in said)


def test_the_table_is_long_enough() -> None:
    assert len(DIRT) >= 40
