from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from google.auth import jwt as untyped_jwt

from passes.google import linter
from passes.google.client import credentials_from
from passes.google.linter import __main__ as command
from passes.google.save_link import save_link
from tests.support.google_documents import GOOD_CLASS, GOOD_OBJECT, ISSUER

if TYPE_CHECKING:
    from pathlib import Path


jwt: Any = untyped_jwt  # google-auth has no types


def run(monkeypatch: pytest.MonkeyPatch, *arguments: Any) -> int:
    monkeypatch.setattr(sys, "argv", ["linter", *map(str, arguments)])
    return command.main()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.fixture
def account(account_file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(account_file.read_text())
    return found


@pytest.fixture
def link(account: dict[str, Any]) -> str:
    credentials = credentials_from(account)
    return save_link(
        credentials.signer,
        email=credentials.service_account_email,
        object_id=f"{ISSUER}.m",
        class_id=f"{ISSUER}.c",
        origin="https://shop.test",
        now=datetime.now(UTC),
    )


@pytest.fixture
def key(account: dict[str, Any], write: Any) -> Path:
    private = serialization.load_pem_private_key(account["private_key"].encode(), None)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path: Path = write("key.pem", public.decode())
    return path


def test_good_files_end_with_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    program, card = write("class.json", GOOD_CLASS), write("object.json", GOOD_OBJECT)
    assert run(monkeypatch, program, card, "--class", program) == 0
    printed = capsys.readouterr()
    assert printed.out.count("nothing to find fault with") == 2
    assert printed.err == ""


def test_errors_are_told_and_end_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    card = write("object.json", GOOD_OBJECT | {"state": "active", "loyalty": 1})
    assert run(monkeypatch, card) == 1
    printed = capsys.readouterr().out
    assert "error (rule 4) at state: an old lower-case alias; write it in UPPER_SNAKE" in printed
    assert "error (rule 0)" in printed


def test_warnings_alone_are_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    assert run(monkeypatch, write("class.json", GOOD_CLASS | {"programName": "x" * 21})) == 0
    assert "warning (rule 14) at programName" in capsys.readouterr().out


def test_earlier_documents_and_other_issuers(monkeypatch: pytest.MonkeyPatch, write: Any) -> None:
    card = write("object.json", GOOD_OBJECT)
    linked = GOOD_OBJECT | {"linkedObjectIds": [f"{ISSUER}.offer-9"]}
    assert run(monkeypatch, card, "--previous", write("old.json", linked)) == 1
    assert run(monkeypatch, card, "--previous", write("old.json", GOOD_OBJECT)) == 0
    assert run(monkeypatch, card, "--issuer", "1") == 1


def test_the_documents_of_a_payload_are_judged_one_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], write: Any
) -> None:
    payload = {"loyaltyClasses": [GOOD_CLASS], "loyaltyObjects": [GOOD_OBJECT | {"state": "x"}]}
    assert run(monkeypatch, write("claims.json", {"payload": payload})) == 1
    printed = capsys.readouterr().out
    assert "loyaltyClasses[0]:\n  nothing" in printed
    assert "loyaltyObjects[0]:\n  error" in printed


def test_a_link_a_token_and_a_file_of_one(
    monkeypatch: pytest.MonkeyPatch, write: Any, link: str, key: Path
) -> None:
    token = link.rpartition("/")[2]
    file = write("token.txt", f"{token}\n")
    assert run(monkeypatch, link, token, file, "--key", key) == 0
    assert run(monkeypatch, link, "--issuer", "9") == 1


def test_a_changed_token_is_found(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    link: str,
    key: Path,
) -> None:
    changed = link[:-4] + ("AAAA" if link[-4:] != "AAAA" else "BBBB")
    assert run(monkeypatch, changed) == 0  # without a key nobody can tell
    assert run(monkeypatch, changed, "--key", key) == 1
    assert "error (rule 18) at signature" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"id": "1.a"}', "no token", "a.b.c", '{"a":' * 100_000],
)
def test_what_cannot_be_read_ends_with_two(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    write: Any,
    content: str,
) -> None:
    assert run(monkeypatch, write("odd.json", content)) == 2
    assert capsys.readouterr().err.startswith("linter: ")


def test_a_file_that_is_not_there_ends_with_two(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "/nowhere/class.json") == 2


def test_a_fat_token_is_judged_as_what_it_holds(link: str, account: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    credentials = credentials_from(account)
    claims = {
        "iss": credentials.service_account_email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "origins": ["https://shop.test"],
        "payload": {"loyaltyObjects": [{"id": f"{ISSUER}.m", "state": "x", "classId": "1.c"}]},
    }
    token = jwt.encode(credentials.signer, claims).decode()
    found = linter.lint_save_token(token, ISSUER, now, strict=True)
    assert {one.rule for one in found} == {0, 1, 4, 18}
    assert any(one.where == "payload.loyaltyObjects[0].state" for one in found)


@pytest.mark.parametrize(
    ("header", "where"),
    [({"alg": "none"}, "header.alg"), ({"alg": "RS256", "typ": "x"}, "header.typ")],
)
def test_the_header_of_a_token(link: str, header: dict[str, str], where: str) -> None:
    first = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    token = ".".join((first, *link.rpartition("/")[2].split(".")[1:]))
    found = linter.lint_save_token(token, ISSUER, datetime.now(UTC))
    assert [one.where for one in found] == [where]


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "e30.e30", "e30.e30.x.y", "W10.W10.AA"])
def test_what_is_no_token_is_told(text: str) -> None:
    with pytest.raises(linter.NotATokenError, match="not a JWT"):
        linter.lint_save_token(text, ISSUER, datetime.now(UTC))
