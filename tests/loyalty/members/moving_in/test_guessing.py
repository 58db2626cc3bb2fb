"""Whose file it is, and what its columns are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.members.moving_in import mapping
from loyalty.members.moving_in.vendors import VENDORS
from loyalty.sheets import sheet
from tests.support.moving import program
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.members.moving_in.mapping import Proposal

TODAY = date(2026, 11, 28)


def proposed(header: str, *rows: str, vendor: str | None = None, **changes: Any) -> Proposal:
    text = "\n".join([header, *rows]) + "\n"
    return mapping.propose(sheet.read(text.encode()), program(**changes), TODAY, vendor)


# A file by its documented columns; what is read of it; whose it is.
READY: dict[str, tuple[str, str, dict[str, str], str | None]] = {
    "boomerangme": (
        "Name,Phone,Email,Date of birth,Date created,Card status,Card serial number,Balance",
        "Ann Smith,+14155550101,ann@example.com,1990-02-28,2024-01-02,Installed,AB-1,7",
        {
            "full_name": "Name",
            "phone": "Phone",
            "email": "Email",
            "birthday": "Date of birth",
            "balance.points": "Balance",
        },
        None,
    ),
    "stampme": (
        "Name,Mobile,Email,Stamps,Active Stamps,Completed Stamps",
        "Ann Smith,+14155550101,ann@example.com,17,7,10",
        {
            "full_name": "Name",
            "phone": "Mobile",
            "email": "Email",
            "balance.cups": "Active Stamps",
        },
        None,
    ),
    "square": (
        "First Name,Surname,Email Address,Phone Number,Birthday,Email Subscription Status",
        "Ann,Smith,ann@example.com,+14155550101,1990-02-28,Subscribed",
        {
            "first_name": "First Name",
            "email": "Email Address",
            "phone": "Phone Number",
            "birthday": "Birthday",
            "marketing": "Email Subscription Status",
        },
        None,
    ),
    "smile": (
        "email,points",
        "ann@example.com,7",
        {"email": "email", "balance.points": "points"},
        None,
    ),
    "yclients": (
        "Имя,Телефон,Email,Продано,Визиты,Скидка",
        "Анна,79161234567,ann@example.com,12000,4,5",
        {
            "full_name": "Имя",
            "phone": "Телефон",
            "email": "Email",
            "spend": "Продано",
            "visits": "Визиты",
            "level": "Скидка",
        },
        "yclients",
    ),
    "uds": (
        "Имя,Телефон,Баллы",
        "Анна,+79161234567,12.50",
        {"first_name": "Имя", "phone": "Телефон", "balance.points": "Баллы"},
        "uds",
    ),
    "loopy": (
        "Name,Email,Stamps",
        "Ann Smith,ann@example.com,7",
        {"full_name": "Name", "email": "Email", "balance.cups": "Stamps"},
        "loopy",
    ),
}


@pytest.mark.parametrize("vendor", READY)
def test_a_vendors_file_is_read_by_its_columns(vendor: str) -> None:
    header, row, columns, named = READY[vendor]
    found = proposed(header, row, row.replace("0101", "0102").replace("4567", "4568"), vendor=named)
    assert (found.vendor, dict(found.mapping.columns)) == (vendor, columns)


def test_every_vendor_has_its_file_here() -> None:
    assert {one.id for one in VENDORS} == set(READY)


def test_answers_that_a_vendor_is_known_for_come_along() -> None:
    header, row, _, _ = READY["yclients"]
    assert proposed(header, row, vendor="yclients").mapping.phones == "international"
    header, row, _, _ = READY["uds"]
    assert proposed(header, row, vendor="uds").mapping.rounding == "half_up"


def test_a_vendor_that_nobody_knows() -> None:
    with refused("unknown_vendor"):
        proposed("a,b", "1,2", vendor="nobody")


GUESSED: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "english": (
        "Customer name;Mobile phone;E-mail;Points balance;Points spent;Total spend;Newsletter",
        ["Ann Smith;+14155550101;a@x.com;7;100;250,00;yes"],
        {
            "full_name": "Customer name",
            "phone": "Mobile phone",
            "email": "E-mail",
            "balance.points": "Points balance",
            "spend": "Total spend",
            "marketing": "Newsletter",
        },
    ),
    "russian": (
        "ФИО;Номер телефона;Дата рождения;Бонусный баланс;Уровень",
        ["Петрова Анна Ивановна;+79161234567;28.02.1990;120;Золото"],
        {
            "full_name": "ФИО",
            "phone": "Номер телефона",
            "birthday": "Дата рождения",
            "balance.points": "Бонусный баланс",
            "level": "Уровень",
        },
    ),
    "german": (
        "Vorname;Handynummer;E-Mail-Adresse;Geburtstag;Punktestand;Einwilligung",
        ["Anna;+4915112345678;a@x.de;28.02.1990;120;ja"],
        {
            "first_name": "Vorname",
            "phone": "Handynummer",
            "email": "E-Mail-Adresse",
            "birthday": "Geburtstag",
            "balance.points": "Punktestand",
            "marketing": "Einwilligung",
        },
    ),
    "without names of columns": (
        "Ann Smith,+14155550101,ann@example.com,1990-02-28",
        ["Bob Jones,+14155550102,bob@example.com,1985-03-01"],
        {
            "full_name": "Column 1",
            "phone": "Column 2",
            "email": "Column 3",
            "birthday": "Column 4",
        },
    ),
    "what is no balance": (
        "Email,Points used,Average bill,Lifetime points,Card status",
        ["a@x.com,5,12.50,700,Installed", "b@x.com,9,2.50,800,Deleted"],
        {"email": "Email"},
    ),
    "a card's number": (
        "Email,Card number,Bonus",
        ["a@x.com,1234567890123,5", "b@x.com,1234567890124,9"],
        {"email": "Email", "balance.points": "Bonus"},
    ),
}


@pytest.mark.parametrize("name", GUESSED)
def test_a_guess(name: str) -> None:
    header, rows, columns = GUESSED[name]
    found = proposed(header, *rows)
    assert (found.vendor, dict(found.mapping.columns)) == (None, columns)


def test_what_decides_about_money_or_a_right_is_looked_at_however_sure_it_is() -> None:
    header, rows, _ = GUESSED["english"]
    found = proposed(header, *rows)
    assert {"balance.points", "marketing"} <= set(found.look)


def test_a_column_that_belies_its_name_is_not_believed() -> None:
    found = proposed("Phone,Email,Note", "none yet,12,x", "ask,13,y")
    assert dict(found.mapping.columns) == {}


def test_a_mapping_is_kept_as_it_was_said() -> None:
    said = {"columns": {"phone": "A", "balance.points": "B"}, "vouched": True, "times": "0.5"}
    read = mapping.read(said)
    assert mapping.read({**said, "columns": dict(reversed(said["columns"].items()))}) == read  # type: ignore[attr-defined]
    assert read.fingerprint != mapping.read({**said, "times": "1"}).fingerprint


WRONG: dict[str, Any] = {
    "": [],
    "/columns": {"columns": {}},
    "/columns/fone": {"columns": {"fone": "A"}},
    "/columns/phone": {"columns": {"phone": 3}},
    "/nothing": {"columns": {"phone": "A"}, "nothing": 1},
    "/rounding": {"columns": {"phone": "A"}, "rounding": ["up"]},
    "/vouched": {"columns": {"phone": "A"}, "vouched": "yes"},
    "/times": {"columns": {"phone": "A"}, "times": "-1"},
    "/expires": {"columns": {"phone": "A"}, "expires": ["x"]},
    "/consent": {"columns": {"phone": "A"}, "consent": ""},
}


@pytest.mark.parametrize("place", WRONG)
def test_a_mapping_that_cannot_be_used(place: str) -> None:
    with refused("invalid_mapping") as found:
        mapping.read(WRONG[place])
    assert [one.pointer for one in found.value.fields] == [place]


def test_a_mapping_is_held_against_file_and_program() -> None:
    found = sheet.read(b"A,B\n+14155550101,7\n")
    for place, columns in {
        "/columns/phone": {"phone": "Z"},
        "/columns/balance.miles": {"phone": "A", "balance.miles": "B"},
        "/columns": {"balance.points": "B"},
    }.items():
        with refused("invalid_mapping") as wrong:
            mapping.check(mapping.read({"columns": columns}), found, program())
        assert [one.pointer for one in wrong.value.fields] == [place]
