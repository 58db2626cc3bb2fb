"""Evotor's messages: receipts of a cash register, which name no customer and no returned sale.

Source: evotor/documentation-api of 2017, "Receipts" (version 2) and "Documents" of the cloud's API;
what the register itself has written, asked for afterwards, tells the customer's phone and which
sale a return is of.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from loyalty.core.instants import read_instant
from loyalty.core.part import BASKET, REFUND, Line, Part
from loyalty.core.report import OrderKey, OrderReport
from loyalty.tills import signatures
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields
from loyalty.tills.incoming import Buyer, check_currency, texts
from loyalty.tills.reading import Reading, Wanted, ignored, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ADDRESS = "https://api.evotor.ru"
CURRENCY = "RUB"
"""Evotor tells no currency; its registers count in roubles."""

_AROUND = timedelta(minutes=10)
"""How far from a receipt's instant the register may have closed its document."""

_CARD_CODE = ("card_code", "loyalty_card")


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], __: bytes, ___: datetime
) -> bool:
    """Tell whether a message carries the token that was given to Evotor; it signs nothing."""
    return signatures.token(secrets, headers.get("authorization", ""))


def read(sender: Sender, message: Message) -> Reading:
    """Read receipts: a sale at once, a return only after asking which sale it is of.

    Raises
    ------
    Refusal
        A field that every receipt has is missing or wrong.
    """
    document = message.document
    events = document if isinstance(document, list) else [document]
    receipts = [
        receipt
        for index, event in enumerate(events)
        for receipt in _receipts(event, f"/{index}" if isinstance(document, list) else "")
    ]
    return together(_read(sender, one) for one in receipts) if receipts else ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for what the register has written of a receipt.

    Raises
    ------
    VendorFailed
        Evotor did not tell, or does not know a return yet.
    """
    told, _, name = wanted.id.partition(" ")
    instant = datetime.fromisoformat(told)
    query = {
        "gtCloseDate": _plain(instant - _AROUND),
        "ltCloseDate": _plain(instant + _AROUND),
        "types": "SELL,PAYBACK",
    }
    place = f"/api/v1/inventories/stores/{quote(wanted.merchant, safe='')}/documents"
    found = client.get(place, query, {"X-Authorization": client.token})
    documents = Fields({"documents": found}).objects("documents")
    document = next((one for one in documents if one.get("uuid") == name), None)
    if document is None and wanted.kind == "return":
        # The register sends its documents after a while; the message comes again until it has.
        raise VendorFailed("unavailable")
    if document is None:
        return ignored("document.unknown")
    return _read_document(sender, document)


def _receipts(event: object, pointer: str) -> list[Fields]:
    """Return the receipts of an event; the text speaks of several, the scheme of one."""
    fields = Fields(event if isinstance(event, dict) else {}, pointer)
    if isinstance(fields.get("data"), list):
        return fields.objects("data")
    return [fields.object("data")] if fields.get("data") is not None else []


def _read(sender: Sender, receipt: Fields) -> Reading:
    kind = receipt.word("type")
    if kind not in ("SELL", "PAYBACK"):
        return ignored("other")
    if receipt.get("infoCheck") is True:
        return ignored("not_fiscal")
    store = receipt.id("storeId")
    if sender.endpoint.merchant and store != sender.endpoint.merchant:
        return ignored("other_store")
    check_currency(sender, CURRENCY, f"{receipt.pointer}/totalAmount")
    name = receipt.id("id")
    instant = receipt.instant("dateTime")
    wanted = Wanted("sale" if kind == "SELL" else "return", f"{instant.isoformat()} {name}", store)
    if kind == "PAYBACK":
        return Reading(wanted=(wanted,))
    total = receipt.money("totalAmount", currency=CURRENCY)
    part = Part(
        key=BASKET,
        version=1,  # a receipt is printed once; what its register has written tells more
        status="completed",
        total=total,
        tax=min(total, receipt.share("totalTax", currency=CURRENCY)),
        discount=receipt.share("totalDiscount", currency=CURRENCY),
        lines=tuple(
            Line(
                one.id("id") if one.get("id") else "",
                "",
                one.thousandths("quantity"),
                one.share("sumPrice", currency=CURRENCY),
            )
            for one in receipt.objects("items")
        ),
    )
    extras = receipt.get("extras")
    codes = texts(*(extras.get(one) for one in _CARD_CODE)) if isinstance(extras, dict) else ()
    report = _report(sender, name, instant, (part,), Buyer(card_codes=codes))
    return Reading(reports=(report,), wanted=(wanted,))


def _read_document(sender: Sender, document: Fields) -> Reading:
    """Read what a register has written. A return's amounts have either sign, by their kind."""
    name = document.id("uuid")
    instant = document.instant("closeDate", read=_evotor)
    rows = document.objects("transactions")
    opened = [row for row in rows if row.word("type") in ("DOCUMENT_OPEN", "DOCUMENT_CLOSE")]
    total = abs(document.money("closeResultSum", currency=CURRENCY, signed=True))
    lines = tuple(_position(row) for row in rows if row.get("type") == "REGISTER_POSITION")
    if document.get("type") == "SELL":
        gross = abs(document.money("closeSum", currency=CURRENCY, signed=True, told=False))
        part = Part(
            key=BASKET,
            version=2,
            status="completed",
            total=total,
            discount=max(0, gross - total),
            lines=lines,
        )
        buyer = Buyer(
            phones=texts(*(row.get("clientPhone") for row in opened))[:1],
            card_codes=texts(*(row.get("couponNumber") for row in opened)),
        )
        return Reading(reports=(_report(sender, name, instant, (part,), buyer),))
    sale = next(iter(texts(*(row.get("baseDocumentUUID") for row in opened))), None)
    if sale is None:
        return ignored("return.of_nothing")
    part = Part(key=f"{REFUND}{name}", version=1, status="completed", total=total, lines=lines)
    return Reading(reports=(_report(sender, sale, instant, (part,), Buyer()),))


def _position(row: Fields) -> Line:
    item = row.get("commodityUuid")
    return Line(
        item if isinstance(item, str) else "",
        "",
        row.thousandths("quantity"),
        abs(row.money("resultSum", currency=CURRENCY, signed=True)),
    )


def _report(
    sender: Sender, name: str, instant: datetime, parts: tuple[Part, ...], buyer: Buyer
) -> OrderReport:
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, name),
        currency=CURRENCY,
        occurred_at=instant,
        parts=parts,
        hints=sender.names.hints(sender.program, buyer),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def _plain(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _evotor(value: object) -> datetime:
    """Read ``2026-03-01T09:02:18.000+0000``."""
    if isinstance(value, str) and value.endswith("+0000"):
        value = value.removesuffix("+0000") + "Z"
    return read_instant(value)
