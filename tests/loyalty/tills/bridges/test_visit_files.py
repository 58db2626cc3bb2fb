"""Files that booking tools save: each row is a visit, and the same file twice is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loyalty.sheets import sheet as sheets
from loyalty.tills.bridges.visit_files import Fault, Place, Rows, read
from tests.support.vendors import Shop

PLACE = Place(ZoneInfo("Europe/Moscow"), "RUB", date(2026, 5, 4))


def rows(text: str, version: int = 1) -> Rows:
    return read(sheets.read(text.encode()), PLACE, version)


def visits(text: str) -> list[dict[str, Any]]:
    return [one["data"]["visit"] for one in rows(text).messages]


def test_a_file_in_english() -> None:
    text = (
        "Booking ID,Date,Time,Status,Phone,Amount\n"
        "b-1,2026-05-04,14:00,Completed,79000000001,1250.50\n"
        "b-2,2026-05-04,15:30,No-show,+7 900 000-00-02,800\n"
        "b-3,2026-05-05,10:00,Booked,8 900 000-00-03,\n"
    )
    first, second, third = visits(text)
    assert first == {
        "id": "b-1",
        "version": 1,
        "status": "came",
        "at": "2026-05-04T14:00:00+03:00",
        "client": {"phone": "+79000000001"},
        "total": 125050,
        "currency": "RUB",
    }
    assert (second["status"], third["status"], "total" in third) == ("no_show", "booked", False)


@pytest.mark.parametrize(
    "text",
    [
        "Дата и время;Телефон;Статус;Сумма\n04.05.2026 14:00;79000000001;Пришёл;1 250,50\n",
        "Termin;Telefon;Status;Betrag\n04.05.2026 14:00;79000000001;erschienen;1.250,50\n",
        "Date\tPhone\tTotal\n2026-05-04T14:00:00+03:00\t79000000001\t1250.50\n",
    ],
)
def test_other_tongues_and_tables_without_numbers_or_statuses(text: str) -> None:
    (one,) = visits(text)
    assert (one["at"], one["status"], one["total"]) == ("2026-05-04T14:00:00+03:00", "came", 125050)
    assert one["id"].startswith("row-")
    assert visits(text) == [one], "known again by who and when"


def test_rows_that_say_too_little_are_told_by_their_lines() -> None:
    found = rows(
        "Date,Phone,Status,Amount\n"
        "2026-05-04 14:00,79000000001,came,10\n"
        ",79000000001,came,10\n"
        "2026-02-31,79000000001,came,10\n"
        "2026-05-04,,came,10\n"
        "2026-05-04,79000000001,perhaps,10\n"
        "2026-05-04,79000000001,came,-10\n"
        "2026-05-04 25:00,79000000001,came,10\n"
    )
    assert len(found.messages) == 1
    assert [one.line for one in found.faults] == [3, 4, 5, 6, 7, 8]
    assert found.columns == {
        "day": "Date", "phone": "Phone", "status": "Status", "total": "Amount",
    }  # fmt: skip


def test_a_file_counts_once_and_a_later_one_is_newer() -> None:
    shop = Shop("visits")
    text = "ID,Date,Card,Status,Amount\nb-1,2026-05-04 14:00,CARD-CODE,came,{}\n"
    for version, amount, points in ((1, "12.50", 1250), (1, "12.50", 1250), (2, "10", 1000)):
        for message in rows(text.format(amount), version).messages:
            shop.tell(message)
        assert shop.points == points


def test_a_sum_finer_than_the_currency_is_named_and_not_rounded() -> None:
    found = rows(
        "Date,Phone,Amount\n"
        "2026-05-04,79000000001,12.345\n"
        "2026-05-04,79000000002,12.300000000000001\n"
    )
    assert [one["data"]["visit"]["total"] for one in found.messages] == [1230]
    assert found.faults == (Fault(2, "too_fine", "A sum of this currency has fewer decimals."),)


def test_a_sum_that_could_be_two_numbers_and_a_visit_of_tomorrow_earn_nothing() -> None:
    found = rows(
        "Date,Phone,Status,Amount\n"
        "2026-05-04,79000000001,came,12.345\n"
        "2026-05-05,79000000002,came,10\n"
        "2026-05-05,79000000003,booked,10\n"
    )
    assert [one["data"]["visit"]["status"] for one in found.messages] == ["booked"]
    assert [one.sentence for one in found.faults] == [
        "This could be two numbers: say which sign parts.",
        "Nobody can have come on a day that is yet to come.",
    ]


def test_a_branch_is_called_by_its_name_and_an_id_may_be_any_text() -> None:
    place = replace(PLACE, locations={"main street": "main-street", "main-street": "main-street"})
    text = (
        "Booking ID,Date,Phone,Paid,Branch\n"
        "B 18,2026-05-04,+79161234567,100,Main Street\n"
        "B 18,2026-05-04,+79161234567,100,main-street\n"
        "B 19,2026-05-04,+79161234567,100,moon\n"
    )
    found = read(sheets.read(text.encode()), place, 1)
    first, second = (one["data"]["visit"] for one in found.messages)
    assert (first["location"], second["location"]) == ("main-street", "main-street")
    assert first["id"] == second["id"]
    assert " " not in first["id"]
    assert [(one.line, one.code) for one in found.faults] == [(4, "unknown_location")]
