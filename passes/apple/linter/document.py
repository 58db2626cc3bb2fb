"""Rules 12 to 19 and 28 where no table can tell: what the keys at the top mean together."""

from __future__ import annotations

import ipaddress
import json
import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from passes.apple.linter.findings import Finding, advice, error
from passes.apple.linter.keys import STYLES
from passes.apple.linter.kinds import WEB, instant, is_date, is_hex, rgb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COLOURS = ("backgroundColor", "foregroundColor", "labelColor", "stripColor")
_LONGEST_RELEVANT = timedelta(hours=24)
_LEAST_CONTRAST = 3.0


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
    yield from _lasting(document, previous)
    yield from _style(document)
    yield from _web_service(document, development=development)
    yield from _relevant_dates(document)
    yield from _colours(document)
    if document.get("appLaunchURL") and document.get("associatedStoreIdentifiers") == []:
        yield error(
            28, "pass.json: appLaunchURL", "no app is named", "Add associatedStoreIdentifiers"
        )


def _lasting(document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> Iterator[Finding]:
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


def _web_service(document: Mapping[str, Any], *, development: bool) -> Iterator[Finding]:
    url = document.get("webServiceURL")
    where = "pass.json: webServiceURL"
    if not WEB.accepts(url):
        return  # told by the table
    parts = urlsplit(str(url))
    host = parts.hostname or ""
    local = development and (host == "localhost" or _is_loopback(host))
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        yield error(15, where, f"it begins with {parts.scheme}", "Use https")
    if parts.query or parts.fragment:
        yield error(15, where, "it has a query or a fragment", "Cut it at the path")
    if re.search(r"/v1/*$", parts.path):
        yield error(15, where, "it ends in /v1, which phones append", "Cut /v1 off")
    if not local and _address(host):
        yield advice(15, where, "the host is a number", "Use a name that resolves")


def _relevant_dates(document: Mapping[str, Any]) -> Iterator[Finding]:
    listed = document.get("relevantDates")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        begin, end = (
            (entry.get("startDate"), entry.get("endDate"))
            if isinstance(entry, dict)
            else (None, None)
        )
        if is_date(begin) and is_date(end):
            length = instant(str(end)) - instant(str(begin))
            if not timedelta() < length <= _LONGEST_RELEVANT:
                where = f"pass.json: relevantDates[{index}]"
                yield error(17, where, f"it lasts {length}", "End it within a day of its start")


def _colours(document: Mapping[str, Any]) -> Iterator[Finding]:
    seen: dict[str, tuple[int, ...]] = {}
    for key in _COLOURS:
        parts = rgb(document.get(key))
        if parts:
            seen[key] = parts
        elif is_hex(document.get(key)):
            yield advice(19, f"pass.json: {key}", "older iOS reads no hex", "Write rgb(1, 2, 3)")
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


def _is_loopback(host: str) -> bool:
    found = _address(host)
    return found is not None and found.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
