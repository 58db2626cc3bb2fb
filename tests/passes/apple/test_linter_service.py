"""Rule 31: our own web service is faultless, and broken ones are found out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from passes.apple.linter.service import Reply, check
from tests.support.apple import PASS_TYPE, SERIAL, token_of
from tests.support.apple_house import call, house

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["house"]

DOCUMENT = {
    "passTypeIdentifier": PASS_TYPE,
    "serialNumber": SERIAL,
    "authenticationToken": token_of(SERIAL),
}


def ask(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
    where, _, query = path.partition("?")
    small = {name.lower(): value for name, value in headers.items()}
    got = call(method, f"/apple{where}", small, body, query=query)
    return Reply(got.status, {name.lower(): value for name, value in got.headers.items()}, got.body)


def test_our_service_does_what_phones_expect(house: Any) -> None:
    assert list(check(DOCUMENT, "f" * 32, ask)) == []
    assert house.registrations.held == {}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda reply, m, p: _with(reply, status=200) if reply.status == 401 else reply, "token"),
        (lambda reply, m, p: _with(reply, status=201) if reply.status == 200 else reply, "again"),
        (lambda reply, m, p: _with(reply, status=401) if p.endswith(PASS_TYPE) else reply, "list"),
        (
            lambda reply, m, p: (
                _with(reply, body=json.dumps({"serialNumbers": []}).encode())
                if "registrations" in p and m == "GET"
                else reply
            ),
            "list",
        ),
        (lambda reply, m, p: _with(reply, headers={}) if m == "HEAD" else reply, "HEAD pass"),
        (lambda reply, m, p: _with(reply, status=405) if m == "HEAD" else reply, "HEAD pass"),
        (lambda reply, m, p: _with(reply, status=200) if reply.status == 304 else reply, "date"),
        (lambda reply, m, p: _with(reply, status=400) if "log" in p else reply, "POST log"),
        (lambda reply, m, p: _with(reply, status=404) if m == "DELETE" else reply, "DELETE"),
    ],
)
def test_a_broken_service_is_found_out(
    house: Any, change: Callable[[Reply, str, str], Reply], where: str
) -> None:
    def broken(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        return change(ask(method, path, headers, body), method, path)

    found = list(check(DOCUMENT, "f" * 32, broken))
    assert [one for one in found if where in one.where]
    assert {one.rule for one in found} == {31}


def _with(reply: Reply, **changes: Any) -> Reply:
    given = {"status": reply.status, "headers": reply.headers, "body": reply.body, **changes}
    return Reply(**given)
