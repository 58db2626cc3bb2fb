"""Rule 31: the web service behind a pass, asked as a phone would ask it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from passes.apple.linter.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_RULE = 31
_PASS_TYPE = "application/vnd.apple.pkpass"  # noqa: S105 - a media type
_COMPARED = ("content-type", "content-disposition", "last-modified")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Call = "Callable[[str, str, Mapping[str, str], bytes | None], Reply]"


def check(
    document: Mapping[str, Any],
    device: str,
    call: Callable[[str, str, Mapping[str, str], bytes | None], Reply],
) -> Iterator[Finding]:
    """Yield what the web service of a pass does otherwise than phones expect.

    A made-up device is registered, and its registration ended at the last.

    Parameters
    ----------
    document
        The pass's document.
    device
        A device identifier that no phone has.
    call
        Sends method, path below ``webServiceURL``, headers and body.
    """
    kind, serial = document["passTypeIdentifier"], document["serialNumber"]
    right = {"Authorization": f"ApplePass {document['authenticationToken']}"}
    registration = f"/v1/devices/{device}/registrations/{kind}/{serial}"
    listing = f"/v1/devices/{device}/registrations/{kind}"
    current = f"/v1/passes/{kind}/{serial}"
    body = json.dumps({"pushToken": "00" * 32}).encode()

    def expect(what: str, status: int, *wanted: int) -> Iterator[Finding]:
        if status not in wanted:
            expected = " or ".join(map(str, wanted))
            yield error(_RULE, what, f"it answers {status}", f"Answer {expected}")

    for method, path, sent in (
        ("POST", registration, body),
        ("GET", current, None),
        ("DELETE", registration, None),
    ):
        for headers in ({}, {"Authorization": "ApplePass wrong-wrong-wrong-wrong"}):
            got = call(method, path, headers, sent).status
            yield from expect(f"{method} without the right token", got, 401)
    yield from expect("POST registration", call("POST", registration, right, body).status, 201)
    again = call("POST", registration, right, body).status
    yield from expect("POST registration again", again, 200)
    yield from _list(listing, serial, call, expect)
    yield from _get(current, right, call, expect)
    for rubbish in (b"{}", b"not json", b'{"logs":["x"]}'):
        yield from expect("POST log", call("POST", "/v1/log", {}, rubbish).status, 200)
    for _ in range(2):
        ended = call("DELETE", registration, right, None).status
        yield from expect("DELETE registration", ended, 200)


def _list(path: str, serial: str, call: Any, expect: Any) -> Iterator[Finding]:
    listed = call("GET", path, {}, None)
    yield from expect("GET list without a tag", listed.status, 200)
    try:
        news = json.loads(listed.body)
        serials, tag = news["serialNumbers"], news["lastUpdated"]
    except (ValueError, KeyError, TypeError):
        yield error(_RULE, "GET list", "the body has no serialNumbers and tag", "Answer both")
        return
    if not listed.headers.get("content-type", "").startswith("application/json"):
        yield error(_RULE, "GET list", "it is not told as JSON", "Send application/json")
    if serial not in serials or not isinstance(tag, str):
        yield error(_RULE, "GET list", "the pass is missing or the tag is no text", "List it")
        return
    same = call("GET", f"{path}?passesUpdatedSince={quote(tag, safe='')}", {}, None)
    yield from expect("GET list with the tag it gave", same.status, 204)
    if same.body:
        yield error(_RULE, "GET list", "204 has a body", "Send none")
    for answer in (listed, same):
        if "no-store" not in answer.headers.get("cache-control", ""):
            what = f"GET list: {answer.status}"
            yield error(_RULE, what, "the answer may be kept", "Send Cache-Control: no-store")


def _get(path: str, right: Mapping[str, str], call: Any, expect: Any) -> Iterator[Finding]:
    full = call("GET", path, right, None)
    yield from expect("GET pass", full.status, 200)
    if full.headers.get("content-type") != _PASS_TYPE:
        yield error(_RULE, "GET pass", "the content type is another", f"Send {_PASS_TYPE}")
    for name in _COMPARED:
        if name not in full.headers:
            yield error(_RULE, "GET pass", f"{name} is missing", "Send it")
    head = call("HEAD", path, right, None)
    yield from expect("HEAD pass", head.status, full.status)
    for name in _COMPARED:
        if head.headers.get(name) != full.headers.get(name):
            yield error(_RULE, "HEAD pass", f"{name} differs from GET's", "Send the same")
    modified = full.headers.get("last-modified", "")
    try:
        parsedate_to_datetime(modified)
    except ValueError:
        yield error(_RULE, "GET pass", "Last-Modified is no date", "Send an HTTP date")
    unchanged = call("GET", path, {**right, "If-Modified-Since": modified}, None)
    yield from expect("GET pass with the date it gave", unchanged.status, 304)
