from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

from tests.support.apple import (
    PASS_TYPE,
    SERIAL,
    make_card,
    make_fields,
    token_of,
)
from tests.support.apple_house import PUSH, REGISTRATION, RIGHT, House, call, logged

if TYPE_CHECKING:
    import pytest


def test_a_link_gives_the_signed_pass(house: House) -> None:
    reply = call("GET", f"/c/link-{SERIAL}/apple")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/vnd.apple.pkpass"
    assert reply.headers["content-disposition"] == 'attachment; filename="coffee.pkpass"'
    assert reply.headers["cache-control"] == "private, no-store"
    assert reply.headers["last-modified"] == "Wed, 01 Jan 2020 00:00:03 GMT"
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        assert json.loads(archive.read("pass.json"))["serialNumber"] == SERIAL


def test_head_tells_the_same_headers_without_body(house: House) -> None:
    for path, headers in (
        (f"/c/link-{SERIAL}/apple", {}),
        (f"/apple/v1/passes/{PASS_TYPE}/{SERIAL}", RIGHT),
        (REGISTRATION, {}),
    ):
        full, head = call("GET", path, headers), call("HEAD", path, headers)
        assert (head.status, head.headers) == (full.status, full.headers)
        assert head.body == b""


def test_an_unknown_link_gives_a_page_that_says_so(house: House) -> None:
    reply = call("GET", "/c/nobody/apple", {"accept-language": "ru"})
    assert reply.status == 404
    assert reply.headers["content-type"].startswith("text/html")


def test_the_whole_protocol_over_events(house: House) -> None:
    body = json.dumps({"pushToken": PUSH}).encode()
    assert call("POST", f"{REGISTRATION}/{SERIAL}", RIGHT, body, binary=True).status == 201
    assert call("POST", f"{REGISTRATION}/{SERIAL}", RIGHT, body).status == 200
    listed = call("GET", REGISTRATION)
    assert (listed.status, listed.headers["content-type"]) == (200, "application/json")
    tag = json.loads(listed.body)["lastUpdated"]
    assert call("GET", REGISTRATION, query=f"passesUpdatedSince={tag}").status == 204
    path = f"/apple/v1/passes/{PASS_TYPE}/{SERIAL}"
    first = call("GET", path, RIGHT)
    since = {**RIGHT, "if-modified-since": first.headers["last-modified"]}
    assert call("GET", path, since).status == 304
    house.cards.held[SERIAL] = make_card(version=4, fields=make_fields(8))
    assert call("GET", REGISTRATION, query=f"passesUpdatedSince={tag}").status == 200
    second = call("GET", path, since)
    assert second.status == 200
    with zipfile.ZipFile(io.BytesIO(second.body)) as archive:
        document = json.loads(archive.read("pass.json"))
    assert document["storeCard"]["headerFields"][0]["value"] == 8
    assert call("DELETE", f"{REGISTRATION}/{SERIAL}", RIGHT).status == 200
    assert call("DELETE", f"{REGISTRATION}/{SERIAL}", RIGHT).status == 200
    assert call("GET", REGISTRATION).status == 204
    assert call("GET", path).status == 401


def test_doubled_slashes_lead_to_the_same_place(house: House) -> None:
    path = f"/apple//v1//passes/{PASS_TYPE}/{SERIAL}"
    assert call("GET", path, RIGHT).status == 200


def test_any_log_is_taken_and_no_secret_is_printed(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    complaint = (
        f"Get pass task (pass type x, serial number {SERIAL}, y) Unexpected response code 500"
    )
    body = json.dumps({"logs": [complaint]}).encode()
    assert call("POST", "/apple/v1/log", body=body).status == 200
    assert call("POST", "/apple/v1/log", body=b"\xff\xfe", binary=True).status == 200
    assert call("POST", "/apple/v1/log").status == 200
    assert "AppleLogServer" in capsys.readouterr().out
    assert "Unexpected response code 500" in logged(caplog)
    assert SERIAL not in logged(caplog)


def test_other_addresses_are_problems(house: House) -> None:
    reply = call("GET", "/apple/v2/anything")
    assert (reply.status, json.loads(reply.body)["code"]) == (404, "not_found")


def test_a_missing_certificate_is_told_to_the_owner_and_no_broken_pass_is_given(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    house.secrets["apple/intermediates"] = house.secrets["apple/certificate"]
    reply = call("GET", f"/c/link-{SERIAL}/apple")
    assert (reply.status, reply.headers["retry-after"]) == (503, "300")
    assert "apple/intermediates lacks the issuer" in logged(caplog)
    assert "ApplePassNotIssued" in capsys.readouterr().out
    # What needs no certificate goes on.
    assert call("GET", REGISTRATION).status == 204


def test_somebody_who_guesses_is_answered_429_and_the_right_token_never_is(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hostile case A15: one answer for every wrong case, known serial or not."""
    path = f"/apple/v1/passes/{PASS_TYPE}"
    wrong = {"authorization": "ApplePass wrong"}
    answers = [
        call("GET", f"{path}/{SERIAL if number % 2 else 'f' * 32}", wrong) for number in range(30)
    ]
    assert [one.status for one in answers] == [401] * 20 + [429] * 10
    assert len({one.body for one in answers[:20]}) == 1
    assert len({one.body for one in answers[20:]}) == 1
    assert answers[-1].headers["retry-after"] == "60"
    right = {"authorization": f"ApplePass {token_of(SERIAL)}"}
    assert call("GET", f"{path}/{SERIAL}", right).status == 200
    assert "AppleWrongToken" in capsys.readouterr().out


def test_errors_of_ours_that_phones_report_ring_the_alarm(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, rings in (
        ("Get pass task encountered error: Unexpected response code 500", True),
        ("Register task encountered error: Unexpected response code 401", True),
        ("Manifest signature did not verify successfully", True),
        ("The network connection was lost.", False),
    ):
        call("POST", "/apple/v1/log", body=json.dumps({"logs": [text]}).encode())
        assert ("AppleLogAlarming" in capsys.readouterr().out) is rings
