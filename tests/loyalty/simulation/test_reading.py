"""Files of sales as tills write them: what the columns are, and what the rows come to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from loyalty.core.part import Line
from loyalty.refusals import Refusal
from loyalty.sheets import sheet as sheets
from loyalty.simulation import columns
from loyalty.simulation.reading import Found, read
from loyalty.simulation.sales import Refund, Sale
from tests.support.deciding import program

TODAY = date(2026, 5, 4)


def found(text: str, zone: str = "UTC", currency: str = "USD", **said: Any) -> Found:
    sheet = sheets.read(text.encode())
    named = columns.named(sheet, said) if said else columns.guess(sheet)
    return read(sheet, named, program(zone=zone, currency=currency), TODAY)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_row_is_a_sale() -> None:
    told = found("Date,Time,Customer,Total\n2026-03-01,09:30,Ann,12.50\n2026-03-02,10:05,Bob,8\n")
    assert told.sales == (
        Sale("1", "row 1", at(2026, 3, 1, 9, 30), 1250),
        Sale("2", "row 2", at(2026, 3, 2, 10, 5), 800),
    )
    assert (told.anonymous, told.left_out, told.problems) == (0, 0, ())


def test_rows_of_one_receipt_are_one_sale_with_lines() -> None:
    told = found(
        "Date;Receipt number;Client;Item;Category;Qty;Amount\n"
        "01.03.2026 09:30;77;Ann;Latte;Coffee;2;9,00\n"
        "01.03.2026 09:30;77;Ann;Bun;Food;1;3,50\n"
        "02.03.2026 09:31;77;Bob;Latte;Coffee;1;4,50\n"  # the till counts anew
    )
    first, second = told.sales
    assert (first.id, first.total, first.lines) == (
        "77",
        1250,
        (Line("Latte", "Coffee", 2000, 900), Line("Bun", "Food", 1000, 350)),
    )
    assert (second.customer, second.total) == ("2", 450)


def test_lines_without_receipts_belong_together_by_customer_and_minute() -> None:
    told = found(
        "Дата,Клиент,Услуга,Сумма\n"
        "01.03.2026 09:30,Анна,Стрижка,1500\n"
        "01.03.2026 09:30,Анна,Борода,700\n"
        "01.03.2026 09:30,Борис,Стрижка,1500\n"
    )
    assert [(one.customer, one.total) for one in told.sales] == [("1", 220_000), ("2", 150_000)]


def test_what_every_line_says_of_the_whole_receipt_counts_once() -> None:
    rows = "".join(
        f"2026-03-{day:02} 10:00,{day},Ann,{item},12.50\n"
        for day in range(1, 7)
        for item in ("Latte", "Bun")
    )
    told = found("Date,Receipt,Customer,Item,Amount\n" + rows)
    assert [one.total for one in told.sales] == [1250] * 6
    assert "'Amount' holds what the whole receipt came to: it counts once." in told.notes


def test_a_column_with_the_total_of_the_receipt_wins() -> None:
    told = found(
        "Date,Receipt,Customer,Item,Price,Receipt total\n"
        "2026-03-01,1,Ann,Latte,5.00,9.00\n"
        "2026-03-01,1,Ann,Bun,5.00,9.00\n"
    )
    assert [one.total for one in told.sales] == [900]


def test_a_row_that_stands_there_twice_counts_once() -> None:
    row = "2026-03-01,1,Ann,5.00\n"
    told = found("Date,Receipt,Customer,Amount\n" + row + row)
    assert [one.total for one in told.sales] == [500]
    assert "1 rows repeat a receipt that is there already: they count once." in told.notes


@pytest.mark.parametrize(
    "back",
    [
        "2026-03-05,1,Ann,-5.00,\n",  # of its receipt
        "2026-03-05,,Ann,-5.00,\n",  # of whoever it is
        "2026-03-05,1,Ann,5.00,Refund\n",  # in words
        "2026-03-05,1,,(5.00),\n",  # as accountants write it
    ],
)
def test_what_was_paid_back(back: str) -> None:
    told = found("Date,Receipt,Customer,Amount,Status\n2026-03-01,1,Ann,12.00,Paid\n" + back)
    assert [(one.total, one.refunds) for one in told.sales] == [
        (1200, (Refund(at(2026, 3, 5, 12), 500),))
    ]


def test_a_refund_of_nothing_in_the_file_is_told() -> None:
    told = found("Date,Customer,Amount\n2026-03-01,Ann,12.00\n2026-03-05,Bob,-5.00\n")
    assert [one.refunds for one in told.sales] == [()]
    assert "1 amounts were paid back of sales that are not in the file." in told.notes


def test_a_line_below_nothing_is_a_discount() -> None:
    told = found(
        "Date,Receipt,Customer,Item,Amount\n"
        "2026-03-01,1,Ann,Latte,5.00\n"
        "2026-03-01,1,Ann,Monday offer,-1.00\n"
    )
    (sale,) = told.sales
    assert (sale.total, sale.discount, sale.lines) == (400, 100, (Line("Latte", "", 1000, 500),))


def test_cancelled_rows_totals_and_blank_rows_count_nothing() -> None:
    told = found(
        "Date,Customer,Amount,Status\n"
        "2026-03-01,Ann,5.00,paid\n"
        "2026-03-01,Ann,6.00,Cancelled\n"
        "2026-03-01,Ann,7.00,payment failed\n"
        "\n"
        "Total,,18.00,\n"
    )
    assert [one.total for one in told.sales] == [500]
    assert told.left_out == 0


@pytest.mark.parametrize("nobody", ["", "-", "Guest", "Розничный покупатель", "walk-in"])
def test_who_is_nobody_is_counted_apart(nobody: str) -> None:
    told = found(f"Date,Customer,Amount\n2026-03-01,Ann,5.00\n2026-03-01,{nobody},6.00\n")
    assert (len(told.sales), told.anonymous) == (1, 1)


def test_one_name_on_most_sales_is_nobody() -> None:
    rows = "".join(f"2026-03-01,Laden,{number}.00\n" for number in range(1, 120))
    told = found("Date,Customer,Amount\n" + rows + "2026-03-01,Ann,5.00\n")
    assert (len(told.sales), told.anonymous) == (1, 119)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+7 916 123-45-67", "8 (916) 1234567"),
        ("ANN  SMITH", "Ann Smith"),
        ("ann@example.com", "Ann@Example.com"),
    ],
)
def test_one_customer_written_in_two_ways(one: str, other: str) -> None:
    told = found(f"Date,Client,Amount\n2026-03-01,{one},5.00\n2026-03-02,{other},6.00\n")
    assert {sale.customer for sale in told.sales} == {"1"}


@pytest.mark.parametrize(
    ("written", "minor", "currency"),
    [
        ('"1,250.50"', 125_050, "USD"),
        ("1 250.50 ₽", 125_050, "RUB"),
        ('"1.250,50 €"', 125_050, "EUR"),
        ("¥1250", 1_250, "JPY"),
        ("0.005", 1, "USD"),
    ],
)
def test_amounts_as_people_write_them(written: str, minor: int, currency: str) -> None:
    told = found(f"Date,Customer,Amount\n2026-03-01,Ann,{written}\n", currency=currency)
    assert [one.total for one in told.sales] == [minor]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-01T09:30:00Z", at(2026, 3, 1, 9, 30)),
        ("2026-03-01T09:30:00+05:00", at(2026, 3, 1, 4, 30)),
        ("2026-03-01 09:30", at(2026, 3, 1, 8, 30)),  # the shop's own time
        ("01.07.2026 9:30", at(2026, 7, 1, 7, 30)),
        ("3/14/2026 1:05 PM", at(2026, 3, 14, 12, 5)),
        ("2026-03-01", at(2026, 3, 1, 11)),  # at noon, where no hour is told
        ("46082.5", at(2026, 3, 1, 11)),  # as a spreadsheet counts
        ("1 марта 2026", at(2026, 3, 1, 11)),
    ],
)
def test_instants(written: str, instant: datetime) -> None:
    sheet = sheets.read(f'Date,Customer,Amount\n"{written}",Ann,5\n'.encode())
    rules = program(zone="Europe/Berlin")
    told = read(sheet, columns.guess(sheet), rules, date(2026, 8, 1))
    assert [one.at for one in told.sales] == [instant]


def test_what_cannot_be_read_is_told_by_its_line_and_the_rest_counts() -> None:
    told = found(
        "Date,Customer,Amount\n"
        "2026-03-01,Ann,5.00\n"
        "2026-02-30,Ann,5.00\n"
        "2026-03-02,Ann,#REF!\n"
        "2026-03-03,Ann,\n"
        "2027-03-03,Ann,5.00\n"
        "2026-03-03 25:00,Ann,5.00\n"
    )
    assert [one.total for one in told.sales] == [500]
    assert [(one.line, one.code) for one in told.problems] == [
        (3, "not_a_day"),
        (4, "formula_error"),
        (5, "no_amount"),
        (6, "in_the_future"),
        (7, "not_a_time"),
    ]
    assert told.left_out == 5


def test_nothing_of_a_customer_is_kept() -> None:
    told = found("Date,Phone,Amount\n2026-03-01,+1 202 555 0142,5.00\n")
    assert "555" not in repr(told)


HEADERS = [
    (
        "Date,Time,Transaction ID,Customer ID,Item,Category,Qty,Gross Sales,Discounts,Net Sales",
        {
            "day": "Date",
            "time": "Time",
            "receipt": "Transaction ID",
            "customer": "Customer ID",
            "item": "Item",
            "category": "Category",
            "quantity": "Qty",
            "discount": "Discounts",
        },
    ),
    (
        "Дата и время;№ чека;Телефон клиента;Наименование;Кол-во;Сумма, руб;Тип операции",
        {
            "day": "Дата и время",
            "receipt": "№ чека",
            "customer": "Телефон клиента",
            "item": "Наименование",
            "quantity": "Кол-во",
            "amount": "Сумма, руб",
            "status": "Тип операции",
        },
    ),
    (
        "Datum;Uhrzeit;Bonnummer;Kundennummer;Artikel;Menge;Betrag",
        {
            "day": "Datum",
            "time": "Uhrzeit",
            "receipt": "Bonnummer",
            "customer": "Kundennummer",
            "amount": "Betrag",
        },
    ),
    (
        "Name,Email,Created at,Total,Discount Amount,Lineitem name",
        {"customer": "Email", "day": "Created at", "amount": "Total", "item": "Lineitem name"},
    ),
]
CELLS = {"Time": "10:00", "Uhrzeit": "10:00", "Discounts": "1", "Discount Amount": "1"}


@pytest.mark.parametrize(("header", "meant"), HEADERS)
def test_columns_of_known_exports(header: str, meant: dict[str, str]) -> None:
    separator = ";" if ";" in header else ","
    names = header.split(separator)
    row = [
        CELLS.get(name)
        or (
            "2026-03-01 10:00"
            if name in {"Date", "Datum", "Дата и время", "Created at"}
            else "Latte" if name in {"Item", "Наименование", "Artikel", "Lineitem name"} else "5"
        )
        for name in names
    ]  # fmt: skip
    sheet = sheets.read(f"{header}\n{separator.join(row)}\n".encode())
    guessed = columns.guess(sheet)
    assert {name: getattr(guessed, name) for name in meant} == meant


def test_who_names_columns_is_told_what_is_wrong_with_them() -> None:
    sheet = sheets.read(b"Date,Customer,Amount\n2026-03-01,Ann,5.00\n")
    with pytest.raises(Refusal) as refused:
        columns.named(sheet, {"day": "Datum", "amount": "Amount", "colour": "Amount"})
    assert {(one.pointer, one.code) for one in refused.value.fields} == {
        ("/columns/colour", "unknown"),
        ("/columns/day", "no_such_column"),
        ("/columns/customer", "missing"),
    }
