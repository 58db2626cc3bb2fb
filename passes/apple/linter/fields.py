"""Rules 20 to 25, 27, 29 and 30: barcodes, fields, and what hangs on them."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from passes.apple.linter.document import STYLES, is_date, is_number
from passes.apple.linter.findings import Finding, advice, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OLD_BARCODES = frozenset(f"PKBarcodeFormat{name}" for name in ("QR", "PDF417", "Aztec", "Code128"))
_NEW_BARCODES = frozenset(
    f"PKBarcodeFormat{name}" for name in ("Code39", "Codabar", "EAN13", "I2of5")
)
_GROUPS = (
    "headerFields", "primaryFields", "secondaryFields", "auxiliaryFields", "backFields",
    "additionalInfoFields", "footerFields",
)  # fmt: skip
_FIELD_KEYS = frozenset(
    {
        "key", "value", "label", "attributedValue", "changeMessage", "textAlignment",
        "dataDetectorTypes", "currencyCode", "numberStyle", "dateStyle", "timeStyle",
        "isRelative", "ignoresTimeZone", "semantics", "row",
    }
)  # fmt: skip
_ROOM = {
    "storeCard": (3, 1, 4),
    "coupon": (3, 1, 4),
    "generic": (3, 1, 8),
    "posterGeneric": (1, 4, 0),
}
_LINK = re.compile(r'<a href="(https?:|tel:|mailto:)[^"<>]*">|</a>')
_ACTIONS = frozenset(
    {
        "viewSchedule", "watchTrailer", "listenToMusic", "call", "place", "addToBalance", "order",
        "shop", "membershipBenefits", "bookAppointment", "bookCar", "bookFlight", "bookStay",
        "viewOffersRewards",
    }
)  # fmt: skip
_MOST_ACTIONS = 2
_MOST_ANNOUNCED = 2
_MOST_FOOTERS = 2
_LONGEST_NFC = 64
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CODABAR = re.compile(r"[A-Da-d]?[0-9$:/.+-]+[A-Da-d]?")


def check(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with barcodes, fields, semantics, actions and NFC."""
    yield from _barcodes(document)
    announced = 0  # a poster repeats the fields of the older style
    for style in STYLES:
        content = document.get(style)
        if isinstance(content, dict):
            yield from _style(style, content)
            told = sum("changeMessage" in field for _, field in _fields(content))
            announced = max(announced, told)
    if announced > _MOST_ANNOUNCED:
        yield advice(22, "pass.json", f"{announced} fields announce changes", "Announce two")
    yield from _nfc(document)
    yield from _semantics(document)
    yield from _actions(document)


def _barcodes(document: Mapping[str, Any]) -> Iterator[Finding]:
    entries = document.get("barcodes", [])
    if not isinstance(entries, list):
        yield error(20, "pass.json: barcodes", "it is not a list", "Write a list of barcodes")
        return
    for index, entry in enumerate(entries):
        wrong = _barcode(entry) if isinstance(entry, dict) else "it is not an object"
        if wrong:
            yield error(20, f"pass.json: barcodes[{index}]", wrong, "Correct it, or it vanishes")
    formats = [str(entry.get("format")) for entry in entries if isinstance(entry, dict)]
    if formats and formats[-1] in _NEW_BARCODES:
        yield advice(20, "pass.json: barcodes", "older iOS draws none of it", "End with a QR code")


def _barcode(entry: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 - one mistake per line
    kind, message, encoding = (entry.get(key) for key in ("format", "message", "messageEncoding"))
    if not isinstance(kind, str) or kind not in _OLD_BARCODES | _NEW_BARCODES:
        return f"the format {kind!r} is unknown"
    if not isinstance(message, str) or not message:
        return "the message is missing"
    try:
        message.encode(codecs.lookup(encoding).name if isinstance(encoding, str) else "")
    except LookupError:
        return f"the messageEncoding {encoding!r} is unknown"
    except UnicodeError:
        return f"the message cannot be written in {encoding}"
    name = kind.removeprefix("PKBarcodeFormat")
    if name == "EAN13" and not _is_ean13(message):
        return "an EAN-13 needs 13 digits with a right check digit"
    if name == "I2of5" and not (message.isdecimal() and len(message) % 2 == 0):
        return "an interleaved 2 of 5 needs an even number of digits"
    if name == "Codabar" and not _CODABAR.fullmatch(message):
        return "a Codabar holds digits and $:/.+- only"
    return None


def _is_ean13(message: str) -> bool:
    if not re.fullmatch(r"[0-9]{13}", message):
        return False
    digits = [int(digit) for digit in message]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _fields(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for group in _GROUPS:
        fields = content.get(group)
        for field in fields if isinstance(fields, list) else []:
            if isinstance(field, dict):
                yield group, field


def _style(style: str, content: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for group in _GROUPS:
        fields = content.get(group, [])
        if not isinstance(fields, list) or not all(isinstance(one, dict) for one in fields):
            yield error(21, f"pass.json: {style}.{group}", "not a list of fields", "Write a list")
    for group, field in _fields(content):
        key = field.get("key")
        where = f"pass.json: {style}.{group}.{key}"
        if not isinstance(key, str) or not key or key in seen:
            yield error(21, where, "the key is missing or occurs twice", "Give each its own key")
        else:
            seen.add(key)
        yield from _value(where, field)
        yield from _change(where, field)
        yield from _placement(where, style, group, field)
        for unknown in sorted(set(field) - _FIELD_KEYS):
            yield advice(30, f"{where}.{unknown}", "Wallet does not know it", "Remove it")
    if style != "boardingPass" and "transitType" in content:
        yield error(23, f"pass.json: {style}.transitType", "for boarding passes", "Remove it")
    yield from _room(style, content)
    if style != "posterGeneric" and not content.get("backFields"):
        yield advice(30, f"pass.json: {style}.backFields", "no contact stands there", "Add one")


def _value(where: str, field: Mapping[str, Any]) -> Iterator[Finding]:
    value = field.get("value")
    number, date = is_number(value), is_date(value)
    if not number and not isinstance(value, str):
        yield error(21, where, f"the value is {value!r}", "Write a text or a number")
    currency = field.get("currencyCode")
    if currency is not None and not (number and _CURRENCY.fullmatch(str(currency))):
        yield error(21, where, "currencyCode needs a number and three capitals", "Correct it")
    if "numberStyle" in field and (not number or currency is not None):
        yield error(21, where, "numberStyle needs a number without currency", "Remove one")
    if not date and ("dateStyle" in field or "timeStyle" in field):
        yield error(21, where, "dateStyle and timeStyle need a date", "Write a date with zone")
    attributed = field.get("attributedValue")
    if attributed is not None:
        rest = _LINK.sub("", attributed) if isinstance(attributed, str) else "<"
        if "<" in rest or ">" in rest:
            yield error(24, where, "attributedValue holds other tags", 'Use <a href="https:…">')


def _change(where: str, field: Mapping[str, Any]) -> Iterator[Finding]:
    if "changeMessage" not in field:
        return
    message = field["changeMessage"]
    if not isinstance(message, str) or message.count("%@") != 1:
        yield error(22, where, "changeMessage must hold %@ once", "Write %@ where the value goes")


def _placement(where: str, style: str, group: str, field: Mapping[str, Any]) -> Iterator[Finding]:
    if "textAlignment" in field and group in {"primaryFields", "backFields"}:
        yield error(23, where, "textAlignment does not belong here", "Remove it")
    if "dataDetectorTypes" in field and group != "backFields":
        yield error(23, where, "dataDetectorTypes are for the back", "Remove them")
    if "row" in field and (style, group) != ("eventTicket", "auxiliaryFields"):
        yield error(23, where, "row is for event tickets", "Remove it")


def _room(style: str, content: Mapping[str, Any]) -> Iterator[Finding]:
    if style not in _ROOM:
        return
    counts = {group: len(content.get(group) or []) for group in _GROUPS}
    header, primary, row = _ROOM[style]
    for what, count, room in (
        ("header", counts["headerFields"], header),
        ("primary", counts["primaryFields"], primary),
        ("secondary and auxiliary", counts["secondaryFields"] + counts["auxiliaryFields"], row),
    ):
        if count > room:
            yield advice(25, f"pass.json: {style}", f"{count} {what} fields", f"It shows {room}")
    footers = counts["footerFields"]
    if footers and (style != "posterGeneric" or footers > _MOST_FOOTERS):
        yield error(25, f"pass.json: {style}.footerFields", "not shown", "posterGeneric has two")


def _nfc(document: Mapping[str, Any]) -> Iterator[Finding]:
    nfc = document.get("nfc")
    if nfc is None:
        return
    message = nfc.get("message") if isinstance(nfc, dict) else None
    if not isinstance(message, str) or not 0 < len(message.encode()) <= _LONGEST_NFC:
        yield error(27, "pass.json: nfc.message", "it is not 1 to 64 bytes", "Shorten it")
    try:
        raw = base64.b64decode(nfc["encryptionPublicKey"], validate=True)
        key = load_der_public_key(raw)
        right = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    except (binascii.Error, KeyError, TypeError, ValueError):
        right = False
    if not right:
        yield error(27, "pass.json: nfc.encryptionPublicKey", "no P-256 key", "Use base64 of SPKI")


def _semantics(document: Mapping[str, Any]) -> Iterator[Finding]:
    holders = [("pass.json", document)]
    for style in STYLES:
        content = document.get(style)
        if isinstance(content, dict):
            holders += [
                (f"pass.json: {style}.{one.get('key')}", one) for _, one in _fields(content)
            ]
    for where, holder in holders:
        semantics = holder.get("semantics")
        balance = semantics.get("balance") if isinstance(semantics, dict) else None
        if balance is None:
            continue
        sound = (
            isinstance(balance, dict)
            and isinstance(balance.get("amount"), str)
            and _AMOUNT.fullmatch(balance["amount"])
            and _CURRENCY.fullmatch(str(balance.get("currencyCode")))
        )
        if not sound or "storeCard" not in document:
            yield error(
                29, f"{where}: semantics.balance", "not a store card's balance",
                "Write amount as text and currencyCode",
            )  # fmt: skip


def _actions(document: Mapping[str, Any]) -> Iterator[Finding]:
    actions = document.get("featuredActions")
    if actions is None:
        return
    where = "pass.json: featuredActions"
    if not isinstance(actions, list) or len(actions) > _MOST_ACTIONS:
        yield error(25, where, "not a list of one or two", "Keep two")
        return
    names = {
        str(one["identifier"]) for one in actions if isinstance(one, dict) and "identifier" in one
    }
    if len(names) != len(actions):
        yield error(25, where, "identifiers are missing or occur twice", "Name each")
    for one in actions:
        if not isinstance(one, dict):
            continue
        if str(one.get("type")) not in _ACTIONS:
            yield error(25, where, f"type {one.get('type')!r} is unknown", "Use a listed type")
        url = urlsplit(str(one.get("url", "")))
        if one.get("type") != "place" and not (url.scheme and (url.netloc or url.path)):
            yield error(25, where, "url is not a whole address", "Write https://…")
