"""The owner's set-up of Google Wallet, against the local Wallet API."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from moto import mock_aws

from infra.commands import google as command
from infra.commands.__main__ import main
from infra.commands.google_check import Finding, Place, _closed, look
from infra.commands.place import Parameters
from infra.failures import Failure
from passes.google import objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(account_file: Path) -> Path:
    return account_file


@pytest.fixture
def parameters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Parameters]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield Parameters(boto3.client("ssm"), "/loyalty/production")


def private_key(key: Any) -> str:
    form = serialization.PrivateFormat.PKCS8
    return str(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
    )


def test_a_good_key_is_told_without_its_secret(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["google", "read", str(file)]) == 0
    told = capsys.readouterr().out
    account = json.loads(file.read_text())
    assert account["client_email"] in told
    assert "PRIVATE" not in told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "authorized_user"}, "'authorized_user'"),
        ({"type": None}, "'something else'"),
        ({"client_email": None}, "lacks client_email"),
        ({"project_id": 7, "private_key_id": ""}, "lacks project_id"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nx"}, "damaged"),
        ({"private_key": private_key(ec.generate_private_key(ec.SECP256R1()))}, "key"),
        ({"private_key": private_key(rsa.generate_private_key(65537, 1024))}, "2048 bits"),
    ],
)
def test_what_is_no_usable_key(
    file: Path, tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    wrong = tmp_path / "key.json"
    wrong.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(Failure) as caught:
        command.read(wrong)
    assert sentence in str(caught.value)
    assert "-----BEGIN" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in ("", "[]", "-----BEGIN", '"x"'):
        (tmp_path / "key.json").write_text(content)
        assert main(["google", "read", str(tmp_path / "key.json")]) == 1
    assert main(["google", "read", str(tmp_path / "none.json")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("loyalty google: ") for line in lines)


def test_the_key_is_stored_once(
    file: Path, parameters: Parameters, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["google", "store", str(file)]) == 0
    stored = json.loads(parameters.read("google/service-account") or "")
    assert stored == json.loads(file.read_text())
    kind = parameters._client.get_parameter(Name="/loyalty/production/google/service-account")
    assert kind["Parameter"]["Type"] == "SecureString"
    assert main(["google", "store", str(file)]) == 0  # as `deploy --google-key` does again
    assert "stored already" in capsys.readouterr().out
    assert json.loads(parameters.read("google/service-account") or "") == stored
    other = tmp_path / "new.json"
    other.write_text(json.dumps(stored | {"private_key_id": "another"}))
    capsys.readouterr()
    assert main(["google", "store", str(other)]) == 0
    assert "replaces" in capsys.readouterr().out


class Stack:
    """The deployed stack's callback address, on a free port."""

    def __init__(self) -> None:
        outer = self
        self.status = 400

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.status if self.path == "/google/callback" else 404
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def stack() -> Iterator[Stack]:
    made = Stack()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


class Owner:
    """Somebody who looks whether all is ready."""

    def __init__(self, google: Any, stack: Stack, world: Any) -> None:
        self.google = google
        self.stack = stack
        self.world = world
        self.changes: dict[str, Any] = {}

    def place(self) -> Place:
        settings: dict[str, Any] = {
            "issuer": self.world.issuer,
            "account": self.google.account,
            "base_url": self.stack.url,
            "api_url": self.google.url,
            "token_url": f"{self.google.url}/token",
            "development": True,
        }
        return Place(**settings | self.changes)

    def look(self) -> list[Finding]:
        return list(look(self.place(), datetime.now(UTC)))

    def missing(self) -> str:
        """Return the one thing that is missing, with how to mend it."""
        (found,) = [finding for finding in self.look() if finding.good is False]
        assert found.mend
        return f"{found.what}: {found.mend}"

    def make_class(self, **changes: Any) -> None:
        program = objects.loyalty_class(self.world.profile, self.world.design, self.world.issuer)
        url = f"{self.stack.url}/google/callback"
        program = program | {"callbackOptions": {"url": url}} | changes
        self.google.client().insert_class(program)


@pytest.fixture
def owner(start_google: Callable[..., Any], stack: Stack, world: Any) -> Owner:
    return Owner(start_google(deliver=False), stack, world)


def test_all_is_ready(owner: Owner, capsys: pytest.CaptureFixture[str]) -> None:
    owner.make_class()
    findings = owner.look()
    assert [finding.good for finding in findings] == [True] * 6
    assert command.check(owner.place(), datetime.now(UTC), print)
    told = capsys.readouterr().out
    assert told.count("ok ") == 6
    assert "Ready" in told
    assert owner.google.ask("GET", "/inspect/objects") == {"objects": []}  # a dry run indeed


def test_no_class_yet(owner: Owner) -> None:
    assert "Add to Google Wallet" in owner.missing()
    said: list[str] = []
    assert not command.check(owner.place(), datetime.now(UTC), said.append)
    assert said[-1].startswith("1 to mend")


def test_the_issuer_is_somebody_elses(owner: Owner) -> None:
    owner.changes["issuer"] = "3388000000099999999"
    found = owner.missing()
    assert "does not let the service account in" in found
    assert owner.google.account["client_email"] in found
    assert "Developer" in found


def test_other_answers_of_the_issuer(owner: Owner) -> None:
    disabled = {"error": {"message": "Google Wallet API has not been used in project 1 before"}}
    assert "enable the Google Wallet API" in _closed(owner.place(), 403, disabled).mend
    assert "knows no issuer" in _closed(owner.place(), 404, {}).what
    assert "503" in _closed(owner.place(), 503, {}).what


def test_a_deleted_key(owner: Owner) -> None:
    key = private_key(rsa.generate_private_key(65537, 2048))
    owner.changes["account"] = owner.google.account | {"private_key": key}
    assert "no access token" in owner.missing()


def test_google_cannot_be_reached(owner: Owner) -> None:
    owner.changes["token_url"] = "http://127.0.0.1:9/token"
    assert "does not answer" in owner.missing()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("REJECTED", "was rejected: Logo too small"), ("DRAFT", "is a draft")],
)
def test_a_class_that_is_not_approved(owner: Owner, status: str, sentence: str) -> None:
    if status == "DRAFT":
        owner.make_class(reviewStatus="DRAFT")
    else:
        owner.make_class()
        wish = {"status": status, "comments": "Logo too small"}
        owner.google.ask("POST", f"/inspect/classes/{owner.world.issuer}.coffee/review", wish)
    found = [one for one in owner.look() if one.good is False]
    assert sentence in found[0].what
    assert "dry run" in found[1].what  # no card can be made of it


def test_under_review_is_a_note(owner: Owner) -> None:
    owner.make_class()
    path = f"/inspect/classes/{owner.world.issuer}.coffee/review"
    owner.google.ask("POST", path, {"status": "UNDER_REVIEW"})
    assert [one for one in owner.look() if one.good is None and "under review" in one.what]


def test_old_spelling_of_the_status(owner: Owner) -> None:
    owner.make_class()
    owner.google.ask("POST", "/inspect/switches", {"lower_camel": True})
    assert all(finding.good for finding in owner.look())
    path = f"/inspect/classes/{owner.world.issuer}.coffee/review"
    owner.google.ask("POST", path, {"status": "UNDER_REVIEW"})
    assert [one for one in owner.look() if one.good is None and "under review" in one.what]


def test_callback_addresses(owner: Owner) -> None:
    owner.make_class(callbackOptions={"url": "https://other.example/google/callback"})
    assert "another stack's address" in owner.missing()
    owner.make_class(id=f"{owner.world.issuer}.b", callbackOptions=None)
    notes = [one for one in owner.look() if one.good is None]
    assert "names no callback address" in notes[0].what


def test_http_is_for_development_only(owner: Owner) -> None:
    owner.make_class()
    owner.changes["development"] = False
    findings = [one.what for one in owner.look() if one.good is False]
    assert len(findings) == 2
    assert all("not https" in what for what in findings)


def test_a_stack_without_issuer_or_with_trouble(owner: Owner) -> None:
    owner.make_class()
    owner.stack.status = 404
    assert f"google-issuer-id={owner.world.issuer}" in owner.missing()
    owner.stack.status = 503
    assert "googleCallback" in owner.missing()


def test_the_command_line(
    owner: Owner, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner.make_class()
    folder = tmp_path / "stack"
    (folder / "wallet").mkdir(parents=True)
    assert main(["google", "check", "--folder", str(folder)]) == 1
    assert "make run" in capsys.readouterr().err
    (folder / "wallet" / "service-account.json").write_bytes(file.read_bytes())
    addresses = {"issuer_id": owner.world.issuer, "api_url": owner.google.url}
    addresses["token_url"] = f"{owner.google.url}/token"
    description = {"base_url": owner.stack.url, "google": addresses}
    (folder / "stack.json").write_text(json.dumps(description))
    assert main(["google", "check", "--folder", str(folder)]) == 0
    owner.stack.status = 404
    assert main(["google", "check", "--folder", str(folder)]) == 1
    assert "MISSING" in capsys.readouterr().out
    assert main(["google", "check", "--issuer", "merchant:1"]) == 1
    assert main(["google", "steps"]) == 0
    told = capsys.readouterr().out
    for word in ("Developer", "demo mode", "Publishing", "test accounts", "google-issuer-id"):
        assert word in told


def test_nothing_is_stored_yet(parameters: Parameters, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["google", "check", "--issuer", "3388000000012345678"]) == 1
    assert "store key.json" in capsys.readouterr().err
    parameters.write("google/service-account", "not json")
    assert main(["google", "check", "--issuer", "3388000000012345678"]) == 1
