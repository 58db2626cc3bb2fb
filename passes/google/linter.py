"""What Google's schema cannot say: rules for classes, objects and save tokens, before sending.

Pure. Rule numbers are those of the checklist that the module's tests walk through; schema
questions (unknown members, types, enum values) are answered by Google's discovery document in the
tests and by the Wallet API itself. Each finding says where, what, and how to mend it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

_ID = re.compile(r"^\d{1,20}\.[A-Za-z0-9._-]+$")
_MODULE_ID = re.compile(r"^[A-Za-z0-9_-]+$")
_COLOR = re.compile(r"^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})$")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_INTEGER = re.compile(r"^-?\d+$")
_ALIAS = re.compile(r"^[a-z]+(?:[A-Z][a-z]+)*$")
_LINK_SCHEMES: Final = ("https://", "http://", "tel:", "mailto:", "geo:")

_REQUIRED: Final = {
    "class": ("id", "issuerName", "programName", "programLogo", "reviewStatus"),
    "object": ("id", "classId", "state"),
}
_NOT_OURS: Final = {
    "class": (
        *("kind", "version", "review", "wordMark", "locations", "infoModuleData"),
        "allowMultipleUsersPerObject",
    ),
    "object": (
        *("kind", "version", "hasUsers", "hasLinkedDevice", "classReference", "locations"),
        "infoModuleData",
    ),
}
_ENUM_MEMBERS: Final = (
    "state",
    "reviewStatus",
    "multipleDevicesAndHoldersAllowedStatus",
    "notifyPreference",
    "viewUnlockRequirement",
)
_COUNTS: Final = {"textModulesData": 10, "imageModulesData": 1, "messages": 10} | {
    "merchantLocations": 10,
    "valueAddedModuleData": 15,
}
_SOFT_LENGTHS: Final = {"issuerName": 20, "programName": 20, "accountId": 20, "accountName": 20} | {
    "accountNameLabel": 15,
    "accountIdLabel": 15,
    "rewardsTier": 7,
    "rewardsTierLabel": 9,
}
_BARCODES: Final = frozenset(
    (
        *("AZTEC", "CODE_39", "CODE_128", "CODABAR", "DATA_MATRIX", "EAN_8", "EAN_13", "ITF_14"),
        *("PDF_417", "QR_CODE", "UPC_A", "TEXT_ONLY"),
    )
)
LONGEST_TOKEN: Final = 1800
_BALANCES: Final = ("string", "int", "double", "money")


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule.

    Attributes
    ----------
    rule
        Number in the checklist.
    where
        Path of the member, such as ``loyaltyPoints.balance``.
    what, mend
        Sentences: what is wrong, and what to do about it.
    level
        ``error``: Google refuses or shows nothing. ``warning``: Google cuts it short.
    """

    rule: int
    where: str
    what: str
    mend: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.level} (rule {self.rule}) at {self.where}: {self.what}; {self.mend}"


def lint_class(body: Json, issuer: str, *, loopback_images: bool = False) -> list[Finding]:
    """Check a class that is about to be inserted.

    Parameters
    ----------
    loopback_images
        Accept ``http://127.0.0.1`` pictures, which only the local Wallet API does.
    """
    return [
        *_lint_common(body, "class", issuer),
        *_lint_review(body),
        *_lint_color(body),
        *_lint_images(body, loopback=loopback_images),
        *_lint_callback(body),
    ]


def lint_object(body: Json, issuer: str) -> list[Finding]:
    """Check an object that is about to be inserted."""
    return [
        *_lint_common(body, "object", issuer),
        *_lint_class_id(body, issuer),
        *_lint_points(body),
        *_lint_interval(body),
        *_lint_barcode(body),
        *_lint_images(body, loopback=False),
    ]


def _lint_common(body: Json, side: str, issuer: str) -> Iterator[Finding]:
    yield from _lint_id(body.get("id"), "id", issuer)
    for member in _REQUIRED[side]:
        if not body.get(member):
            yield Finding(2, member, "required, but missing or empty", "give it a value")
    for member in _NOT_OURS[side]:
        if member in body:
            yield Finding(3, member, "Google's own or no longer used", "leave it out")
    for member in _ENUM_MEMBERS:
        if _ALIAS.match(str(body.get(member, "X"))):
            yield Finding(4, member, "an old lower-case alias", "write it in UPPER_SNAKE")
    yield from _lint_localized(body, "")
    yield from _lint_modules(body)
    yield from _lint_places(body)
    yield from _lint_links(body)
    for member, limit in _SOFT_LENGTHS.items():
        yield from _lint_length(member, body.get(member), limit)


def _lint_id(value: Any, where: str, issuer: str) -> Iterator[Finding]:
    if not isinstance(value, str) or not _ID.match(value):
        mend = "use <issuer id>.<letters, digits, '.', '_' or '-'>"
        yield Finding(1, where, "not an id that Google accepts", mend)
    elif not value.startswith(f"{issuer}."):
        yield Finding(1, where, "belongs to another issuer", f"begin it with {issuer}.")


def _lint_class_id(body: Json, issuer: str) -> Iterator[Finding]:
    yield from _lint_id(body.get("classId"), "classId", issuer)


def _lint_review(body: Json) -> Iterator[Finding]:
    if body.get("reviewStatus") not in {"DRAFT", "UNDER_REVIEW"}:
        yield Finding(5, "reviewStatus", "only Google approves or rejects", "send UNDER_REVIEW")


def _lint_points(body: Json) -> Iterator[Finding]:
    for member in ("loyaltyPoints", "secondaryLoyaltyPoints"):
        points = body.get(member)
        if points is None:
            continue
        where = f"{member}.balance"
        yield from _lint_length(f"{member}.label", points.get("label"), 9)
        balance = points.get("balance") or {}
        kinds = [kind for kind in _BALANCES if balance.get(kind) is not None]
        if len(kinds) != 1:
            what = f"{len(kinds)} kinds of balance ({', '.join(kinds) or 'none'})"
            yield Finding(6, where, what, "send exactly one of string, int, double, money")
        if "int" in kinds:
            number = balance["int"]
            if type(number) is not int or not -(2**31) <= number < 2**31:
                yield Finding(6, f"{where}.int", "not a 32-bit integer", "send it as a string")
        if "string" in kinds:
            yield from _lint_length(f"{where}.string", balance["string"], 7)
        if "money" in kinds:
            yield from _lint_money(balance["money"], f"{where}.money")


def _lint_money(money: Mapping[str, Any], where: str) -> Iterator[Finding]:
    if not _CURRENCY.match(str(money.get("currencyCode"))):
        yield Finding(6, f"{where}.currencyCode", "not an ISO 4217 code", "write EUR, USD, ...")
    micros = money.get("micros")
    if not isinstance(micros, str) or not _INTEGER.match(micros):
        yield Finding(6, f"{where}.micros", "not a whole number in a string", "12.50 is '12500000'")


def _lint_color(body: Json) -> Iterator[Finding]:
    color = body.get("hexBackgroundColor")
    if color is not None and not _COLOR.match(str(color)):
        yield Finding(7, "hexBackgroundColor", "not a colour", "write #rrggbb or #rgb")


def _lint_images(body: Json, *, loopback: bool) -> Iterator[Finding]:
    images = [
        (member, body[member])
        for member in ("programLogo", "wideProgramLogo", "heroImage")
        if body.get(member) is not None
    ]
    for where, image in images:
        if ("sourceUri" in image) == ("privateImageId" in image):
            mend = "give either sourceUri or privateImageId"
            yield Finding(8, where, "an image has exactly one source", mend)
        address = str(image.get("sourceUri", {}).get("uri", "https://"))
        local = loopback and address.startswith("http://127.0.0.1")
        if not address.startswith("https://") and not local:
            mend = "host the picture where Google's servers can fetch it over https"
            yield Finding(8, f"{where}.sourceUri.uri", "not a public https address", mend)
        if "contentDescription" not in image:
            yield Finding(8, where, "no description for screen readers", "add contentDescription")


def _lint_localized(node: Any, where: str) -> Iterator[Finding]:
    """Check every localised text, wherever it stands."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _lint_localized(item, f"{where}[{index}]")
    if not isinstance(node, dict):
        return
    for member, value in node.items():
        path = f"{where}.{member}" if where else member
        if member == "contentDescription" or member.startswith("localized"):
            default = value.get("defaultValue")
            if not default or "value" not in default:
                yield Finding(9, path, "no defaultValue", "say the text in the default language")
            texts = [*([default] if default else []), *value.get("translatedValues", [])]
            languages = [str(text.get("language")) for text in texts]
            if any(not _LANGUAGE.match(language) for language in languages):
                yield Finding(9, path, "not a language tag", "use BCP 47, such as en or ru")
            if len(set(languages)) != len(languages):
                yield Finding(9, path, "a language twice", "keep one text for each language")
        else:
            yield from _lint_localized(value, path)


def _lint_modules(body: Json) -> Iterator[Finding]:
    for member, limit in _COUNTS.items():
        if len(body.get(member) or []) > limit:
            yield Finding(10, member, f"more than {limit}", "keep the most important ones")
    modules = body.get("textModulesData") or []
    ids = [module.get("id") for module in modules if module.get("id") is not None]
    if len(set(ids)) != len(ids):
        yield Finding(10, "textModulesData", "an id twice", "give every module its own id")
    for index, module in enumerate(modules):
        where = f"textModulesData[{index}]"
        if module.get("id") is not None and not _MODULE_ID.match(module["id"]):
            mend = "use letters, digits, '_' and '-': a dot separates field paths"
            yield Finding(10, f"{where}.id", "not an id that a template can name", mend)
        yield from _lint_length(f"{where}.header", module.get("header"), 35)
        yield from _lint_length(f"{where}.body", module.get("body"), 500)


def _lint_places(body: Json) -> Iterator[Finding]:
    for index, place in enumerate(body.get("merchantLocations") or []):
        latitude, longitude = place.get("latitude", 999), place.get("longitude", 999)
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004  degrees
            where = f"merchantLocations[{index}]"
            yield Finding(10, where, "not a place on earth", "use WGS 84 degrees")


def _lint_interval(body: Json) -> Iterator[Finding]:
    interval = body.get("validTimeInterval") or {}
    moments: dict[str, datetime] = {}
    for side in ("start", "end"):
        if interval.get(side) is None:
            continue
        try:
            moments[side] = datetime.fromisoformat(str(interval[side].get("date")))
        except ValueError:
            where = f"validTimeInterval.{side}.date"
            yield Finding(11, where, "not a date", "write ISO 8601: 2027-01-31T00:00:00+00:00")
    if len(moments) == 2:  # noqa: PLR2004  both sides
        start, end = moments["start"], moments["end"]
        if (start.tzinfo is None) != (end.tzinfo is None):
            mend = "give both sides an offset, or neither"
            yield Finding(11, "validTimeInterval", "one side has an offset", mend)
        elif end <= start:
            yield Finding(11, "validTimeInterval", "ends before it starts", "swap the sides")


def _lint_barcode(body: Json) -> Iterator[Finding]:
    barcode = body.get("barcode")
    if barcode is None:
        return
    kind = barcode.get("type")
    if kind not in _BARCODES:
        yield Finding(12, "barcode.type", "not a barcode that Google draws", "use QR_CODE")
    if not barcode.get("value"):
        yield Finding(12, "barcode.value", "an empty code", "give it the card code")
    if kind == "TEXT_ONLY" and "alternateText" in barcode:
        yield Finding(12, "barcode.alternateText", "not with TEXT_ONLY", "leave it out")
    if "renderEncoding" in barcode and kind != "QR_CODE":
        yield Finding(12, "barcode.renderEncoding", "only with QR_CODE", "leave it out")


def _lint_links(body: Json) -> Iterator[Finding]:
    for index, link in enumerate((body.get("linksModuleData") or {}).get("uris", [])):
        if not str(link.get("uri")).startswith(_LINK_SCHEMES):
            where = f"linksModuleData.uris[{index}].uri"
            yield Finding(13, where, "no scheme that Google opens", "begin it with https://")


def _lint_length(where: str, text: Any, limit: int) -> Iterator[Finding]:
    if isinstance(text, str) and len(text) > limit:
        what = f"{len(text)} characters, Google shows about {limit}"
        yield Finding(14, where, what, "shorten it", "warning")


def _lint_callback(body: Json) -> Iterator[Finding]:
    callback = body.get("callbackOptions")
    if callback is not None and not str(callback.get("url")).startswith("https://"):
        yield Finding(19, "callbackOptions.url", "not https", "use a public https address")


def lint_save_claims(claims: Json, length: int, issuer: str, now: datetime) -> list[Finding]:
    """Check a save token's claims and its length in characters (rule 18), before redirecting."""
    moment = now.timestamp()
    issued, expires = claims.get("iat"), claims.get("exp", moment + 1)
    named = claims.get("payload", {}).get("loyaltyObjects", [])
    more = any(set(one) - {"id", "classId"} for one in named)
    checks = (
        (claims.get("aud") != "google", "aud", "not google", "write google"),
        (claims.get("typ") != "savetowallet", "typ", "not a save token", "write savetowallet"),
        (not claims.get("iss"), "iss", "empty", "name the service account's e-mail address"),
        (not claims.get("origins"), "origins", "empty", "name the site that shows the button"),
        (type(issued) is not int, "iat", "not whole seconds", "send an integer, not text"),
        (type(issued) is int and issued > moment, "iat", "in the future", "check the clock"),
        (not expires > moment, "exp", "over", "make the link when it is clicked"),
        (not named, "payload.loyaltyObjects", "empty", "name the object to save"),
        (more, "payload.loyaltyObjects", "more than ids", "insert the object over REST first"),
        (length > LONGEST_TOKEN, "token", f"{length} characters", "shorten ids and origins"),
    )
    findings = [Finding(18, where, what, mend) for broken, where, what, mend in checks if broken]
    for index, one in enumerate(named):
        findings += _lint_id(one.get("id"), f"payload.loyaltyObjects[{index}].id", issuer)
    return findings
