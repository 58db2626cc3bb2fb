"""Rule 12: barcodes that can be drawn and scanned, fixed and rotating."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from passes.google.findings import Finding, error
from passes.google.json_access import Json, items, table, text
from passes.google.linter.document import BARCODE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROTATING: Final = ("QR_CODE", "PDF_417")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_TOTP_VALUE: Final = re.compile(r"totp_value_(\d{1,3})")
_TIMESTAMPS: Final = ("totp_timestamp_millis", "totp_timestamp_seconds")
_BASE16: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_PERIOD: Final = re.compile(r"[1-9][0-9]{0,18}")


def _goods_number(length: int) -> Callable[[str], bool]:
    """Return the check of a GS1 number: so many digits, the last one a check digit."""

    def holds(value: str) -> bool:
        if len(value) != length or not (value.isascii() and value.isdigit()):
            return False
        weighed = (int(digit) * (3, 1)[at % 2] for at, digit in enumerate(reversed(value[:-1])))
        return (sum(weighed) + int(value[-1])) % 10 == 0

    return holds


def _only(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


CARRIES: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "EAN_8": (_goods_number(8), "8 digits, the last a check digit"),
    "EAN_13": (_goods_number(13), "13 digits, the last a check digit"),
    "UPC_A": (_goods_number(12), "12 digits, the last a check digit"),
    "ITF_14": (_goods_number(14), "14 digits, the last a check digit"),
    "CODE_39": (_only(r"[0-9A-Z \-.$/+%]+"), "A-Z, 0-9, space and -.$/+%"),
    "CODE_128": (_only(r"[\x00-\x7f]+"), "ASCII characters"),
    "CODABAR": (_only(r"[A-D]?[0-9\-$:/.+]+[A-D]?"), "digits and -$:/.+ between letters A-D"),
}
"""What a type of barcode can hold."""


def check(body: Json) -> Iterator[Finding]:
    """Check the fixed and the rotating barcode of an object."""
    if body.get("barcode") is not None:
        yield from _fixed(table(body, "barcode"))
    if body.get("rotatingBarcode") is not None:
        yield from _rotating(table(body, "rotatingBarcode"))


def _fixed(barcode: Json) -> Iterator[Finding]:
    kind, value = str(barcode.get("type")), text(barcode, "value")
    if kind not in BARCODE_TYPES:
        yield error(12, "barcode.type", "not a barcode that Google draws", "use QR_CODE")
    if not value:
        yield error(12, "barcode.value", "an empty code", "give it the card code")
    elif kind in CARRIES and not CARRIES[kind][0](value):
        mend = f"use QR_CODE, or a code of {CARRIES[kind][1]}"
        yield error(12, "barcode.value", f"not something that {kind} can hold", mend)
    if kind == "TEXT_ONLY" and barcode.get("alternateText") is not None:
        yield error(12, "barcode.alternateText", "not with TEXT_ONLY", "leave it out")
    if barcode.get("renderEncoding") is not None and kind != "QR_CODE":
        yield error(12, "barcode.renderEncoding", "only with QR_CODE", "leave it out")


def _rotating(barcode: Json) -> Iterator[Finding]:
    where = "rotatingBarcode"
    if barcode.get("type") not in _ROTATING:
        yield error(12, f"{where}.type", "does not rotate", f"use {' or '.join(_ROTATING)}")
    pattern, details = text(barcode, "valuePattern"), table(barcode, "totpDetails")
    if not pattern:
        yield error(12, f"{where}.valuePattern", "an empty code", "say what the code holds")
    parameters = items(details, "parameters")
    for name in _PLACEHOLDER.findall(pattern):
        number = _TOTP_VALUE.fullmatch(name)
        if number is None and name not in _TIMESTAMPS:
            known = "{totp_value_0}, {totp_timestamp_millis} or {totp_timestamp_seconds}"
            yield error(12, f"{where}.valuePattern", f"no placeholder {name!r}", f"use {known}")
        elif number is not None and int(number[1]) >= len(parameters):
            mend = "give totpDetails.parameters one entry for each"
            yield error(12, f"{where}.valuePattern", f"{name} has no parameters", mend)
    if barcode.get("renderEncoding") is not None and barcode.get("type") != "QR_CODE":
        yield error(12, f"{where}.renderEncoding", "only with QR_CODE", "leave it out")
    yield from _totp(details, parameters)


def _totp(details: Json, parameters: list[object]) -> Iterator[Finding]:
    where = "rotatingBarcode.totpDetails"
    if details.get("algorithm") != "TOTP_SHA1":
        yield error(12, f"{where}.algorithm", "not an algorithm of Google's", "write TOTP_SHA1")
    period = details.get("periodMillis")
    if not isinstance(period, str) or not _PERIOD.fullmatch(period):
        mend = "half a minute is '30000'"
        yield error(12, f"{where}.periodMillis", "not a whole number in a string", mend)
    for index, parameter in enumerate(parameters):
        path = f"{where}.parameters[{index}]"
        if not _BASE16.fullmatch(text(parameter, "key")):
            yield error(12, f"{path}.key", "not Base16", "write each byte as two hex digits")
        length = parameter.get("valueLength") if isinstance(parameter, dict) else None
        if type(length) is not int or length < 1:
            yield error(12, f"{path}.valueLength", "not a number of digits", "8 is usual")
