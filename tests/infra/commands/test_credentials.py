"""The master key, tills and keys of the API, as an owner makes and replaces them on AWS."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infra.commands import doctor, secret
from infra.commands.__main__ import main
from infra.commands.place import Parameters, Place
from loyalty.access.keys import Credentials, label
from loyalty.access.tokens import Tokens
from loyalty.program import document
from loyalty.store import keys, privacy_requests
from loyalty.store.privacy_requests import PrivacyRequest
from loyalty.store.program_versions import Programs
from tests.support.memory import MemoryTables
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE_URL = "https://cards.example.com"


@pytest.fixture
def parameters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Parameters]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield Parameters(boto3.client("ssm"), "/loyalty/production")


@pytest.fixture
def tables(parameters: Parameters, monkeypatch: pytest.MonkeyPatch) -> MemoryTables:
    """The tables of a stage with a program, deployed at an address."""
    found = MemoryTables()
    monkeypatch.setattr(Place, "tables", lambda _: found)
    monkeypatch.setattr(Place, "settings", lambda _: {"BASE_URL": BASE_URL})
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    Programs(found, lambda: datetime.now(UTC)).put(document.read_toml(text))
    return found


def stored(parameters: Parameters, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(parameters.read(name) or "{}")
    return found


def test_the_master_key_is_made_once(
    parameters: Parameters, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["secret", "master-key"]) == 0
    text = parameters.read("master-key")
    Tokens.from_json(text or "")
    assert "Keep a copy" in capsys.readouterr().out
    assert main(["secret", "master-key"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert parameters.read("master-key") == text


def test_a_newer_key_is_used_only_when_every_function_knows_it(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["secret", "master-key", "--add"]) == 1
    assert main(["secret", "master-key", "--switch"]) == 1
    main(["secret", "master-key"])
    before = Tokens.from_json(parameters.read("master-key") or "")
    code = before.card_code("ABCDEFGHIJKLMNOP")
    assert main(["secret", "master-key", "--add"]) == 0
    assert stored(parameters, "master-key")["current"] == "A"
    # Another one before that would be a key that no safe copy has, and would be switched to.
    assert main(["secret", "master-key", "--add"]) == 1
    assert "--switch comes first" in capsys.readouterr().err
    assert list(stored(parameters, "master-key")["keys"]) == ["A", "B"]
    assert main(["secret", "master-key", "--switch"]) == 1
    assert re.search(r"come again in 1[45] minutes", capsys.readouterr().err)
    monkeypatch.setattr(secret, "KEEP", timedelta())
    assert main(["secret", "master-key", "--switch"]) == 0
    document = stored(parameters, "master-key")
    assert document["current"] == "B"
    assert list(document["keys"]) == ["A", "B"]
    after = Tokens.from_json(json.dumps(document))
    assert after.read_card_code(code) == "ABCDEFGHIJKLMNOP"
    assert main(["secret", "master-key", "--switch"]) == 1


@pytest.mark.parametrize("text", ["nothing", "{", '{"current": "A", "keys": {"A": "short"}}'])
def test_a_damaged_master_key_is_never_written_over(
    parameters: Parameters, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parameters.write("master-key", text)
    for step in ([], ["--add"], ["--switch"]):
        assert main(["secret", "master-key", *step]) == 1
    assert parameters.read("master-key") == text
    assert "restore your copy" in capsys.readouterr().err


def test_a_till_is_made_and_its_secret_replaced(
    parameters: Parameters, tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["till", "add", "coffee-till", "--program", "coffee", "--sources", "till,square"]
    assert main(line) == 0
    told = capsys.readouterr().out
    assert f"{BASE_URL}/webhooks/coffee-till/redemptions" in told
    endpoint = Credentials(tables).endpoint("coffee-till")
    assert endpoint is not None
    assert endpoint.sources == ("till", "square")
    (first,) = stored(parameters, "endpoints/coffee-till")["secrets"]
    assert first in told
    assert main(line) == 1
    assert stored(parameters, "endpoints/coffee-till")["secrets"] == [first]
    assert main(["till", "rotate", "coffee-till", "--finish"]) == 1
    assert main(["till", "rotate", "coffee-till"]) == 0
    assert stored(parameters, "endpoints/coffee-till")["secrets"][0] == first
    assert main(["till", "rotate", "coffee-till"]) == 1
    capsys.readouterr()
    # Functions may not know the new one for half a minute: it would be refused with the old one.
    assert main(["till", "rotate", "coffee-till", "--finish"]) == 1
    assert "seconds; or say --at-once" in capsys.readouterr().err
    assert len(stored(parameters, "endpoints/coffee-till")["secrets"]) == 2
    was = tables.items[keys.directory_key("endpoint", "coffee-till")]
    was["secrets_at"] -= 61_000_000
    assert main(["till", "rotate", "coffee-till", "--finish"]) == 0
    (second,) = stored(parameters, "endpoints/coffee-till")["secrets"]
    assert second != first


def test_a_vendors_token_is_kept_beside_its_secret_and_replaced(
    parameters: Parameters, tables: MemoryTables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, token = tmp_path / "key.txt", tmp_path / "token.txt"
    key.write_text("signature-key-of-square-0001\n")
    token.write_text("EAAA-first\n")
    add = ["till", "add", "shop-square", "--program", "coffee", "--scheme", "square"]
    add += ["--secret-file", str(key)]
    assert main([*add, "--vendor-address", "http://127.0.0.1:5000"]) == 1
    assert "https://" in capsys.readouterr().err
    more = ["--token-file", str(token), "--merchant", "MLABC", "--vendor-address"]
    assert main([*add, *more, "https://sandbox.square.example/"]) == 0
    endpoint = Credentials(tables).endpoint("shop-square")
    assert endpoint is not None
    assert (endpoint.sources, endpoint.merchant) == (("square",), "MLABC")
    assert endpoint.address == "https://sandbox.square.example"
    kept = {"secrets": ["signature-key-of-square-0001"], "token": "EAAA-first"}
    assert stored(parameters, "endpoints/shop-square") == kept
    token.write_text("EAAA-second\n")
    assert main(["till", "token", "shop-square", "--token-file", str(token)]) == 0
    key.write_text("signature-key-of-square-0002\n")
    assert main(["till", "rotate", "shop-square", "--secret-file", str(key)]) == 0
    assert main(["till", "rotate", "shop-square", "--finish", "--at-once"]) == 0
    kept = {"secrets": ["signature-key-of-square-0002"], "token": "EAAA-second"}
    assert stored(parameters, "endpoints/shop-square") == kept
    assert "EAAA" not in capsys.readouterr().out
    assert main(["till", "add", "plain", "--program", "coffee"]) == 0
    assert main(["till", "token", "plain", "--token-file", str(token)]) == 1
    assert "no token is needed" in capsys.readouterr().err
    token.write_text("two words\n")
    assert main(["till", "token", "shop-square", "--token-file", str(token)]) == 1


@pytest.mark.parametrize("scheme", ["woocommerce", "evotor", "iiko"])
def test_where_the_console_takes_any_secret_one_is_made(
    scheme: str,
    tables: MemoryTables,
    parameters: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["till", "add", "shop", "--program", "coffee", "--scheme", scheme]) == 0
    (secret,) = stored(parameters, "endpoints/shop")["secrets"]
    assert f"Secret       {secret}" in capsys.readouterr().out
    assert len(secret) >= 32
    endpoint = Credentials(tables).endpoint("shop")
    assert endpoint is not None
    assert endpoint.scheme == scheme


def test_what_a_vendors_shop_needs_is_asked_for(
    tmp_path: Path, tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("a-secret-of-the-vendors-own\n")
    add = ["till", "add", "shop", "--program", "coffee", "--secret-file", str(file)]
    assert main([*add, "--scheme", "clover"]) == 1
    assert "--merchant" in capsys.readouterr().err
    assert main([*add, "--scheme", "shopify", "--token-file", str(file)]) == 1
    assert "--vendor-address" in capsys.readouterr().err
    assert Credentials(tables).endpoint("shop") is None


@pytest.mark.parametrize("weak", ["short", "x" * 40, "abcdeabcdeabcdeabcde"])
def test_a_secret_that_could_never_be_used_is_refused_where_it_is_brought(
    weak: str, tmp_path: Path, tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secret.txt"
    add = ["till", "add", "shop", "--program", "coffee", "--secret-file", str(file)]
    for scheme in ("square", "stripe", "standard"):
        file.write_text(f"{weak}\n")
        assert main([*add, "--scheme", scheme]) == 1
        assert "random bytes" in (err := capsys.readouterr().err) or "16 letters" in err
        assert Credentials(tables).endpoint("shop") is None
    file.write_text("signature-key-of-square-0001\n")
    assert main([*add, "--scheme", "square"]) == 0
    file.write_text(f"{weak}\n")
    assert main(["till", "rotate", "shop", "--secret-file", str(file)]) == 1


def test_what_vendors_ask_for_their_customers_sake_is_listed_until_it_is_answered(
    tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    request = PrivacyRequest("r1", "coffee", "shopify", "customers/redact", "77", ("5", "6"))
    privacy_requests.put(tables, request, 1_777_900_000)
    privacy_requests.put(tables, request, 1_777_999_999)
    assert main(["till", "requests", "--program", "coffee"]) == 0
    told = capsys.readouterr().out
    assert "r1  2026-05-04  shopify  customers/redact" in told
    assert "77" in told
    assert "5, 6" in told
    assert main(["till", "requests", "--program", "coffee", "--answered", "r1"]) == 0
    capsys.readouterr()
    assert main(["till", "requests", "--program", "coffee"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (["till", "token", "nothing", "--token-file", __file__], "one line"),
        (["till", "add", "Coffee Till", "--program", "coffee"], "coffee-till"),
        (["till", "add", "x", "--program", "tea"], "loyalty program put"),
        (["till", "add", "x", "--program", "coffee", "--sources", "a#b"], "a-z"),
        (["till", "add", "x", "--program", "coffee", "--sources", ","], "a-z"),
        (["till", "add", "x", "--program", "coffee", "--scheme", "square"], "--secret-file"),
        (["till", "add", "x", "--program", "coffee", "--scheme", "clover"], "--secret-file"),
        (["till", "rotate", "nothing"], "loyalty till add"),
        (["till", "requests", "--program", "coffee", "--answered", "x"], "no request"),
        (["key", "add", "--program", "tea", "--scope", "till"], "loyalty program put"),
        (["key", "add", "short", "--program", "coffee", "--scope", "till"], "8 to 26"),
        (["key", "add", "--program", "coffee", "--scope", "till", "--expires", "x"], "2027-06-30"),
        (
            ["key", "add", "--program", "coffee", "--scope", "till", "--expires", "2020-01-01"],
            "a day to come",
        ),
        (["program", "get", "tea"], "loyalty program put"),
    ],
)
def test_what_cannot_be_made_is_told(
    words: list[str], mend: str, tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dict(tables.items)
    assert main(words) == 1
    assert mend in capsys.readouterr().err
    assert tables.items == before


@pytest.mark.parametrize("stage", ["production", "a-stage-of-27-letters", "test2"])
def test_a_key_works_and_is_shown_once(
    stage: str, tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["key", "add", "anna0001", "--program", "coffee", "--scope", "staff"]
    words += ["--stage", stage, "--expires", "2099-12-31", "--sources", "till"]
    assert main(words) == 0
    text = capsys.readouterr().out.strip()
    found = Credentials(tables, label(stage)).key(text, datetime.now(UTC))
    assert found is not None
    assert (found.id, found.scope, found.sources) == ("anna0001", "staff", ("till",))
    assert found.expires_at == datetime(2100, 1, 1, tzinfo=UTC)
    assert main(words) == 1
    assert "already" in capsys.readouterr().err


def test_a_key_is_revoked_by_its_id(
    tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["key", "add", "anna0001", "--program", "coffee", "--scope", "staff"]) == 0
    text = capsys.readouterr().out.strip()
    credentials = Credentials(tables, label("production"))
    assert credentials.key(text, datetime.now(UTC)) is not None
    assert main(["key", "revoke", "anna0001", "--program", "coffee"]) == 0
    assert credentials.key(text, datetime.now(UTC)) is None
    assert main(["key", "revoke", "nobody01", "--program", "coffee"]) == 1
    assert "no key 'nobody01'" in capsys.readouterr().err


def test_an_id_is_made_up_where_none_is_said(
    tables: MemoryTables, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["key", "add", "--program", "coffee", "--scope", "owner"]) == 0
    first, second = capsys.readouterr().out.split()
    assert first.split("_")[2] != second.split("_")[2]


def test_a_stage_without_anything_says_what_is_missing(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "BASE_URL": "http://127.0.0.1:1",
        "APPLE_PASS_TYPE_IDENTIFIER": "pass.x",
        "APPLE_TEAM_IDENTIFIER": "TEAM",
        "GOOGLE_ISSUER_ID": "3388",
    }
    monkeypatch.setattr(Place, "settings", lambda _: settings)
    monkeypatch.setattr(doctor, "SECONDS", 1.0)
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    # What is the account's and not the stage's is there.
    assert [line for line in lines if not line.startswith("MISSING ")] == [
        line for line in lines if "functions at a time" in line
    ]
    assert any("loyalty secret master-key" in line for line in lines)


def test_a_stage_that_is_not_deployed_is_told(
    parameters: Parameters, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor"]) == 1
    assert "nothing of that stage is deployed here" in capsys.readouterr().err
