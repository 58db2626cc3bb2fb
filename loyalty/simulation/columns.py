"""Guess which column of a file of sales is what: by its name, and by what stands in it. Pure.

The guess is shown before anything is made of it; whoever owns the file says otherwise where it is
wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from loyalty.refusals import FieldRefusal, Refusal
from loyalty.sheets.values import plain, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.sheets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Columns:
    """The name of the column for each thing; empty where there is none.

    Attributes
    ----------
    day, time
        When it was sold; ``day`` may hold both.
    customer
        What tells customers apart: a number, a card, a phone, a name.
    receipt
        The till's name of the sale: lines with one receipt are one sale.
    amount
        What was paid for the row, in units of the currency.
    total
        What was paid for the whole receipt, where rows are lines.
    discount
        What the row was lowered by already.
    item, category, quantity
        What was bought.
    status
        Whether it was a sale, was paid back, or was cancelled.
    """

    day: str = ""
    time: str = ""
    customer: str = ""
    receipt: str = ""
    amount: str = ""
    total: str = ""
    discount: str = ""
    item: str = ""
    category: str = ""
    quantity: str = ""
    status: str = ""


NEEDED: Final = ("day", "customer", "amount")


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split("|"))


_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "day": _words(
        "date | day | datetime | date and time | date/time | timestamp | created at | created | "
        "closed at | sold at | paid at | order date | sale date | transaction date | visit date | "
        "дата | дата и время | дата продажи | дата чека | дата визита | дата операции | период | "
        "datum | verkaufsdatum | datum/uhrzeit"
    ),
    "time": _words("time | hour | время | время чека | час | uhrzeit | zeit"),
    "customer": _words(
        "customer id | customer | client id | client | customer reference id | card | "
        "card number | loyalty card | phone | phone number | mobile | customer phone | e-mail | "
        "email | "
        "customer name | member | guest | клиент | id клиента | код клиента | карта | "
        "номер карты | телефон | телефон клиента | гость | покупатель | фио | имя клиента | "
        "контрагент | "
        "kunde | kundennummer | kunden-id | kundenkarte | telefon | kundenname"
    ),
    "receipt": _words(
        "receipt | receipt number | receipt no | receipt id | check | check number | order | "
        "order id | order number | transaction id | transaction | sale id | sale | invoice | "
        "invoice number | payment id | чек | номер чека | № чека | чек № | номер заказа | заказ | "
        "id продажи | номер продажи | документ | номер документа | bon | bonnummer | beleg | "
        "belegnummer | rechnung | rechnungsnummer | bestellung"
    ),
    "total": _words(
        "receipt total | order total | total of receipt | grand total | check total | "
        "сумма чека | итого по чеку | сумма заказа | bonsumme | gesamtsumme | rechnungsbetrag"
    ),
    "amount": _words(
        "amount | total | sum | total collected | gross sales | net sales | net total | sales | "
        "price | paid | total paid | revenue | line total | сумма | итого | оплачено | выручка | "
        "стоимость | сумма со скидкой | к оплате | сумма, руб | сумма руб | цена | betrag | "
        "summe | umsatz | brutto | gesamt | preis"
    ),
    "discount": _words(
        "discount | discounts | discount amount | скидка | сумма скидки | скидка, руб | rabatt"
    ),
    "item": _words(
        "item | item name | product | product name | service | lineitem name | sku name | "
        "товар | наименование | номенклатура | услуга | позиция | блюдо | artikel | produkt | "
        "leistung | bezeichnung"
    ),
    "category": _words(
        "category | product category | group | type of item | department | категория | группа | "
        "группа товаров | вид | kategorie | warengruppe"
    ),
    "quantity": _words("quantity | qty | count | units | количество | кол-во | menge | anzahl"),
    "status": _words(
        "status | type | kind | event type | transaction type | operation | state | "
        "payment status | статус | тип | операция | тип операции | вид операции | vorgang | art"
    ),
}
_EXACTLY, _WITHIN = 2, 1
_LOOKED_AT = 200
_MOST = 0.6
_DAY = re.compile(
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}.*|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}.*"
    r"|[1-9][0-9]{4}(?:[.,][0-9]+)?|[0-9]{1,2}\.? [^\W\d]+\.? [0-9]{4}.*|[^\W\d]+ [0-9]{1,2},.*"
)
_TIME = re.compile(r"[0-9]{1,2}([:.h][0-9]{2})*( ?[ap]\.?m\.?)?|0[.,][0-9]+", re.IGNORECASE)
_NUMBER = re.compile(r"[^0-9]{0,5}[0-9][0-9\s\u00a0\u202f'’.,]*[^0-9]{0,5}")
_FITS: Final[Mapping[str, Callable[[str], object]]] = {
    "day": _DAY.fullmatch,
    "time": _TIME.fullmatch,
    "amount": _NUMBER.fullmatch,
    "total": _NUMBER.fullmatch,
    "discount": _NUMBER.fullmatch,
    "quantity": _NUMBER.fullmatch,
}


def guess(sheet: Sheet) -> Columns:
    """Return what the columns seem to be; a column is one thing, the surest first."""
    found = []
    order = [one.name for one in fields(Columns)]
    for index, header in enumerate(sheet.header):
        name = plain_name(header)
        filled = [text for text in map(plain, sheet.column(index)[:_LOOKED_AT]) if text]
        if not filled:
            continue
        for field, words in _NAMES.items():
            points = _points(name, words)
            fits = _FITS.get(field)
            share = sum(bool(fits(one)) for one in filled) / len(filled) if fits else 1
            if points and share >= _MOST:
                rank = min((words.index(one) for one in words if one in name), default=len(words))
                found.append((-points, order.index(field), rank, index, field, header))
    columns: dict[str, str] = {}
    taken: set[int] = set()
    for _, _, _, index, field, header in sorted(found):
        if field not in columns and index not in taken:
            columns[field] = header
            taken.add(index)
    return Columns(**columns)


def named(sheet: Sheet, said: Mapping[str, str]) -> Columns:
    """Return the columns that were said.

    Raises
    ------
    Refusal
        ``invalid_columns``: there is no such thing or no such column, or one that is needed is
        not named.
    """
    known = {one.name for one in fields(Columns)}
    faults = [
        FieldRefusal(
            f"/columns/{name}", "unknown", f"There is no {name!r}; there is {_listed(known)}."
        )
        for name in said
        if name not in known
    ]
    faults += [
        FieldRefusal(
            f"/columns/{name}",
            "no_such_column",
            f"The file has no column {header!r}; it has {_listed(sheet.header)}.",
        )
        for name, header in said.items()
        if name in known and header and header not in sheet.header
    ]
    faults += [
        FieldRefusal(f"/columns/{name}", "missing", _WHY[name])
        for name in NEEDED
        if not said.get(name)
    ]
    if faults:
        raise Refusal("invalid", "invalid_columns", fields=tuple(faults))
    return Columns(**said)


_WHY: Final = {
    "day": "Say which column holds the day of the sale.",
    "customer": (
        "Say which column tells customers apart (a number, a card, a phone or a name): without one "
        "nobody can say who would have collected what."
    ),
    "amount": "Say which column holds what was paid.",
}


def _listed(names: object) -> str:
    return ", ".join(sorted(map(str, names)))  # type: ignore[call-overload]


def _points(name: str, words: tuple[str, ...]) -> int:
    bare = re.sub(r"[,(].*", "", name).strip()
    if name in words or bare in words:
        return _EXACTLY
    return (
        _WITHIN if any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", name) for one in words) else 0
    )
