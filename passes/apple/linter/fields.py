"""Rules 20 to 25, 27 and 30, as far as no table can tell: barcodes, fields, actions, NFC."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from passes.apple.linter.findings import Finding, advice, error
from passes.apple.linter.keys import GROUPS, NEW_BARCODES, STYLES
from passes.apple.linter.kinds import ENCODING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ROOM = {
    "storeCard": (3, 1, 4),
    "coupon": (3, 1, 4),
    "generic": (3, 1, 8),
    "posterGeneric": (1, 4, 0),
}
_MOST_ANNOUNCED = 2
_MOST_FOOTERS = 2
_WIDEST_CODE = 200  # modules: at 320 points a bar is wider than a point and a half
# HTML takes names of tags and attributes in any case, and either kind of quotes.
_TAG = re.compile(
    r"""<a\s+href\s*=\s*("(?:https?:|tel:|mailto:)[^"<>]*"|'(?:https?:|tel:|mailto:)[^'<>]*')\s*>"""
    r"|(</a\s*>)",
    re.IGNORECASE,
)
_NARROW = frozenset({"PKBarcodeFormatCode128"})
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
    yield from _actions(document)


def _barcodes(document: Mapping[str, Any]) -> Iterator[Finding]:
    listed = document.get("barcodes")
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found = [(f"barcodes[{index}]", entry) for index, entry in enumerate(entries)]
    if isinstance(document.get("barcode"), dict):
        found.append(("barcode", document["barcode"]))
    for name, entry in found:
        wrong = _barcode(entry)
        if wrong:
            yield error(20, f"pass.json: {name}", wrong, "Correct it, or it vanishes")
    formats = [str(entry.get("format")) for entry in entries]
    if formats and formats[-1] in NEW_BARCODES:
        yield advice(20, "pass.json: barcodes", "older iOS draws none of it", "End with a QR code")
    if formats and set(formats) <= _NARROW:
        wide = code_128_modules(max(len(str(entry.get("message"))) for entry in entries))
        fine = f", and this one is about {wide} modules wide, too fine for many scanners"
        what = f"a watch draws no Code 128{fine if wide > _WIDEST_CODE else ''}"
        yield advice(20, "pass.json: barcodes", what, "Put a QR code first")


def code_128_modules(characters: int) -> int:
    """Return the width of a Code 128: 11 modules a character, start, check and stop (ISO 15417)."""
    return 11 * characters + 35


def _barcode(entry: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 - one mistake per line
    kind, message, encoding = (entry.get(key) for key in ("format", "message", "messageEncoding"))
    if not isinstance(kind, str) or not isinstance(message, str) or not ENCODING.accepts(encoding):
        return None  # told by the table
    try:
        message.encode(str(encoding))
    except LookupError:
        return f"{encoding} is no encoding of text"
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
    for group in GROUPS:
        fields = content.get(group)
        for field in fields if isinstance(fields, list) else []:
            if isinstance(field, dict):
                yield group, field


def _style(style: str, content: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for group, field in _fields(content):
        key = field.get("key")
        where = f"pass.json: {style}.{group}.{key}"
        if isinstance(key, str):
            if key in seen:
                yield error(21, where, "the key occurs twice", "Give each its own key")
            seen.add(key)
        yield from _attributed(where, field)
    yield from _room(style, content)
    if style != "posterGeneric" and not content.get("backFields"):
        yield advice(30, f"pass.json: {style}.backFields", "no contact stands there", "Add one")


def _attributed(where: str, field: Mapping[str, Any]) -> Iterator[Finding]:
    attributed = field.get("attributedValue")
    if isinstance(attributed, str) and not _holds_links_only(attributed):
        yield error(24, where, "attributedValue holds other tags", 'Use <a href="https:…">')


def _holds_links_only(text: str) -> bool:
    """Tell whether the only markup is links to the web, a phone or a mailbox, each closed."""
    tags = _TAG.findall(text)
    paired = all(bool(address) is (at % 2 == 0) for at, (address, _) in enumerate(tags))
    rest = _TAG.sub("", text)
    return paired and len(tags) % 2 == 0 and "<" not in rest and ">" not in rest


def _room(style: str, content: Mapping[str, Any]) -> Iterator[Finding]:
    if style not in _ROOM:
        return
    counts = dict.fromkeys(GROUPS, 0) | Counter(group for group, _ in _fields(content))
    header, primary, row = _ROOM[style]
    for what, count, room in (
        ("header", counts["headerFields"], header),
        ("primary", counts["primaryFields"], primary),
        ("secondary and auxiliary", counts["secondaryFields"] + counts["auxiliaryFields"], row),
    ):
        if count > room:
            yield advice(25, f"pass.json: {style}", f"{count} {what} fields", f"It shows {room}")
    footers = counts["footerFields"]
    if footers > _MOST_FOOTERS:
        yield error(25, f"pass.json: {style}.footerFields", "not shown", "posterGeneric has two")


def _actions(document: Mapping[str, Any]) -> Iterator[Finding]:
    actions = document.get("featuredActions")
    if not isinstance(actions, list):
        return
    where = "pass.json: featuredActions"
    found = [one for one in actions if isinstance(one, dict)]
    names = [one["identifier"] for one in found if isinstance(one.get("identifier"), str)]
    if len(set(names)) != len(names):
        yield error(25, where, "an identifier occurs twice", "Name each")
    for one in found:
        if "placeIdentifier" in one and one.get("type") != "place":
            yield error(25, where, "placeIdentifier is for the type place", "Write url")
