"""Rules 12 to 19, 26, 28 and 30: the top of ``pass.json``."""

from __future__ import annotations

import ipaddress
import json
import re
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from passes.apple.linter.findings import Finding, advice, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STYLES = ("boardingPass", "coupon", "eventTicket", "generic", "storeCard", "posterGeneric")
_LOYALTY = frozenset({"coupon", "generic", "storeCard", "posterGeneric"})
_REQUIRED = (
    "passTypeIdentifier",
    "serialNumber",
    "teamIdentifier",
    "organizationName",
    "description",
)
_SHAPES = {
    "passTypeIdentifier": (re.compile(r"pass\.[A-Za-z0-9.-]+"), "pass. and a reversed domain name"),
    "teamIdentifier": (re.compile(r"[A-Z0-9]{10}"), "ten capital letters and digits"),
    "serialNumber": (re.compile(r"[A-Za-z0-9._~-]+"), "letters and digits that fit into a path"),
}
_OTHER_STYLES_ONLY = frozenset(
    {
        "groupingIdentifier", "preferredStyleSchemes", "upcomingPassInformation",
        "eventLogoText", "footerBackgroundColor", "suppressHeaderDarkening", "useAutomaticColors",
        "auxiliaryStoreIdentifiers", "accessibilityURL", "addOnURL", "bagPolicyURL",
        "contactVenueEmail", "contactVenuePhoneNumber", "contactVenueWebsite",
        "directionsInformationURL", "merchandiseURL", "orderFoodURL", "parkingInformationURL",
        "purchaseParkingURL", "sellURL", "transferURL", "transitInformationURL", "changeSeatURL",
        "entertainmentURL", "purchaseAdditionalBaggageURL", "purchaseLoungeAccessURL",
        "purchaseWifiURL", "upgradeURL", "managementURL", "registerServiceAnimalURL",
        "reportLostBagURL", "requestWheelchairURL", "trackBagsURL", "transitProviderEmail",
        "transitProviderPhoneNumber", "transitProviderWebsiteURL",
    }
)  # fmt: skip
_KNOWN = frozenset(
    {
        *_REQUIRED, *STYLES, *_OTHER_STYLES_ONLY,
        "formatVersion", "logoText", "logoSymbolName", "backgroundColor", "foregroundColor",
        "labelColor", "stripColor", "suppressStripShine", "barcodes", "barcode", "locations",
        "maxDistance", "beacons", "relevantDates", "relevantDate", "expirationDate", "voided",
        "sharingProhibited", "associatedStoreIdentifiers", "appLaunchURL", "userInfo",
        "webServiceURL", "authenticationToken", "nfc", "semantics", "featuredActions",
    }
)  # fmt: skip
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_COLOURS = ("backgroundColor", "foregroundColor", "labelColor", "stripColor")
_MOST_PLACES = 10
_SHORTEST_TOKEN = 16
_LEAST_CONTRAST = 3.0
_LARGEST_MINOR = 65_535


def load(content: bytes) -> dict[str, Any]:
    """Return the document.

    Raises
    ------
    ValueError
        It is not strict JSON in UTF-8 with every key once (rule 12); the message says why.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            double = next(a[0] for a, b in pairwise(sorted(pairs, key=str)) if a[0] == b[0])
            raise ValueError(f"the key {double!r} occurs twice")
        return made

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    document = json.loads(content.decode("utf-8"), object_pairs_hook=once, parse_constant=refuse)
    if not isinstance(document, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - the caller catches one kind
    return document


def check(
    document: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
    *,
    development: bool,
) -> Iterator[Finding]:
    """Yield what is wrong at the top of the document, and what may not have changed."""
    yield from _identity(document, previous)
    yield from _style(document)
    yield from _web_service(document, development=development)
    yield from _dates(document)
    yield from _places(document)
    yield from _colours(document)
    yield from _links(document)


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a number (true and false are not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_date(value: object) -> bool:
    """Tell whether a value is a date with zone, of a day that exists (rule 17)."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(re.sub(r"\.\d+", "", value))
    except ValueError:
        return False
    return True


def _identity(document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> Iterator[Finding]:
    version = document.get("formatVersion")
    if version != 1 or isinstance(version, bool | float):
        yield error(12, "pass.json: formatVersion", f"it is {version!r}", "Write the number 1")
    for key in _REQUIRED:
        value = document.get(key)
        if not isinstance(value, str) or not value.strip():
            yield error(13, f"pass.json: {key}", "it is missing or empty", "Write a text")
        elif key in _SHAPES and not _SHAPES[key][0].fullmatch(value):
            yield error(13, f"pass.json: {key}", f"it is {value!r}", f"Use {_SHAPES[key][1]}")
    for key in ("passTypeIdentifier", "serialNumber", "authenticationToken"):
        if previous is not None and previous.get(key) != document.get(key):
            yield error(16, f"pass.json: {key}", "it changed", "Keep it for the life of a pass")


def _style(document: Mapping[str, Any]) -> Iterator[Finding]:
    found = [style for style in STYLES if style in document]
    legacy = [style for style in found if style != "posterGeneric"]
    if not found or len(legacy) > 1:
        yield error(
            14,
            "pass.json",
            f"its styles are {', '.join(found) or 'none'}",
            "Use one style, or posterGeneric and one older style",
        )
    elif any(not isinstance(document[style], dict) for style in found):
        yield error(14, "pass.json", "the style is not an object", "Write field groups into it")
    if _LOYALTY.issuperset(found):
        for key in sorted(_OTHER_STYLES_ONLY.intersection(document)):
            yield error(26, f"pass.json: {key}", "it is for other styles", "Remove it")
    for key in sorted(set(document) - _KNOWN):
        yield advice(30, f"pass.json: {key}", "Wallet does not know it", "Correct or remove it")


def _web_service(document: Mapping[str, Any], *, development: bool) -> Iterator[Finding]:
    url, token = document.get("webServiceURL"), document.get("authenticationToken")
    where = "pass.json: webServiceURL"
    if (url is None) != (token is None):
        yield error(15, where, "address and token go together", "Write both or neither")
    if token is not None and (not isinstance(token, str) or len(token) < _SHORTEST_TOKEN):
        yield error(
            15, "pass.json: authenticationToken", "it is too short", "Use 16 characters or more"
        )
    if url is None:
        return
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        host = (parts.hostname or "") if parts else ""
    except ValueError:
        parts, host = None, ""
    if not parts or not host:
        yield error(15, where, "it is no address", "Write https://host/path")
        return
    local = development and (host == "localhost" or _is_loopback(host))
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        yield error(15, where, f"it begins with {parts.scheme}", "Use https")
    if parts.query or parts.fragment:
        yield error(15, where, "it has a query or a fragment", "Cut it at the path")
    if not local and _address(host):
        yield advice(15, where, "the host is a number", "Use a name that resolves")


def _dates(document: Mapping[str, Any]) -> Iterator[Finding]:
    dates = {key: document.get(key) for key in ("expirationDate", "relevantDate")}
    listed = document.get("relevantDates")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        for key, value in entry.items() if isinstance(entry, dict) else ():
            dates[f"relevantDates[{index}].{key}"] = value
    for key, value in dates.items():
        if value is not None and not is_date(value):
            yield error(
                17, f"pass.json: {key}", f"{value!r} is no date", "Write 2026-11-21T12:00:00Z"
            )
    voided = document.get("voided")
    if voided is not None and not isinstance(voided, bool):
        yield error(17, "pass.json: voided", "it is not true or false", "Write true or leave it")


def _places(document: Mapping[str, Any]) -> Iterator[Finding]:
    for key, one in (("locations", _location), ("beacons", _beacon)):
        entries = document.get(key, [])
        where = f"pass.json: {key}"
        if not isinstance(entries, list):
            yield error(18, where, "it is not a list", "Write a list of objects")
            continue
        if len(entries) > _MOST_PLACES:
            yield error(18, where, f"it has {len(entries)} entries", "Wallet reads ten")
        for index, entry in enumerate(entries):
            wrong = one(entry) if isinstance(entry, dict) else "it is not an object"
            if wrong:
                yield error(18, f"{where}[{index}]", wrong, "Correct it")
    distance = document.get("maxDistance")
    if distance is not None and not (is_number(distance) and distance > 0):
        yield error(18, "pass.json: maxDistance", f"it is {distance!r}", "Write metres as a number")


def _location(entry: Mapping[str, Any]) -> str | None:
    for key, bound in (("latitude", 90), ("longitude", 180)):
        value = entry.get(key)
        if not is_number(value) or not -bound <= float(value) <= bound:  # type: ignore[arg-type]
            return f"{key} is {value!r}, not a number of degrees"
    return None


def _beacon(entry: Mapping[str, Any]) -> str | None:
    if not _UUID.fullmatch(str(entry.get("proximityUUID"))):
        return "proximityUUID is no UUID"
    for key in ("major", "minor"):
        value = entry.get(key)
        if value is not None and (type(value) is not int or not 0 <= value <= _LARGEST_MINOR):
            return f"{key} is {value!r}, not 0 to 65535"
    return None


def _colours(document: Mapping[str, Any]) -> Iterator[Finding]:
    seen: dict[str, tuple[int, ...]] = {}
    for key in _COLOURS:
        value = document.get(key)
        if value is None:
            continue
        match = _RGB.fullmatch(value) if isinstance(value, str) else None
        if match and all(int(part) <= 255 for part in match.groups()):  # noqa: PLR2004
            seen[key] = tuple(map(int, match.groups()))
        elif isinstance(value, str) and _HEX.fullmatch(value):
            yield advice(19, f"pass.json: {key}", "older iOS reads no hex", "Write rgb(1, 2, 3)")
        else:
            yield error(19, f"pass.json: {key}", f"{value!r} is no colour", "Write rgb(1, 2, 3)")
    ground = seen.get("backgroundColor")
    for key in ("foregroundColor", "labelColor"):
        if ground and key in seen and _contrast(ground, seen[key]) < _LEAST_CONTRAST:
            yield advice(19, f"pass.json: {key}", "it is hard to read", "Use more contrast")


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _links(document: Mapping[str, Any]) -> Iterator[Finding]:
    stores = document.get("associatedStoreIdentifiers")
    if "appLaunchURL" in document and not stores:
        yield error(
            28, "pass.json: appLaunchURL", "no app is named", "Add associatedStoreIdentifiers"
        )
    if stores is not None and (
        not isinstance(stores, list) or not all(type(one) is int for one in stores)
    ):
        yield error(28, "pass.json: associatedStoreIdentifiers", "not numbers", "Write numbers")


def _is_loopback(host: str) -> bool:
    found = _address(host)
    return found is not None and found.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
