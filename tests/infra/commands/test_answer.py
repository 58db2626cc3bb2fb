"""--json: what every command says, for programs: one object a line, with its parts by name."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

import infra.commands
from infra.commands.__main__ import main
from infra.commands.place import Parameters, Place
from loyalty.program import document
from loyalty.store.program_versions import Programs
from tests.infra.commands.leaves import Leaf, leaves
from tests.support.memory import MemoryTables
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = ("--program", "coffee", "--json")
COMMANDS = sorted(Path(infra.commands.__file__).parent.glob("*.py"))
SPEAKS = {"__main__", "answer"}
"""They print: the one says what cannot be understood, the other is how everything is said."""


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryTables]:
    """The tables and secrets of a stage with a program."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    tables = MemoryTables()
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    Programs(tables, lambda: datetime.now(UTC)).put(document.read_toml(text))
    with mock_aws():
        parameters = Parameters(boto3.client("ssm"), "/loyalty/production")
        parameters.write("master-key", '{"current": "A", "keys": {"A": "' + "A" * 43 + '="}}')
        monkeypatch.setattr(Place, "tables", lambda _: tables)
        monkeypatch.setattr(Place, "settings", lambda _: {"BASE_URL": "https://cards.example"})
        yield tables


class Asking:
    """Runs commands, and reads each line that they say."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        assert main([*words, *PLACE]) == code
        captured = self._capsys.readouterr()
        text = captured.err if code else captured.out
        found = [json.loads(line) for line in text.splitlines()]
        assert found
        assert all("error" in one if code else one["text"] for one in found)
        return found


@pytest.fixture
def ask(deployed: MemoryTables, capsys: pytest.CaptureFixture[str]) -> Asking:
    del deployed
    return Asking(capsys)


def test_keys(ask: Asking) -> None:
    (made,) = ask("key", "add", "till0001", "--scope", "till", "--sources", "till")
    assert made["key"].startswith("lk_production_till0001_")
    (listed,) = ask("key", "list")
    assert (listed["id"], listed["scope"], listed["sources"]) == ("till0001", "till", ["till"])
    assert listed["last4"] in made["key"]
    assert made["key"] not in json.dumps(listed)
    (turned,) = ask("key", "rotate", "till0001")
    assert turned["key"] != made["key"]
    assert ask("key", "revoke", "till0001")[0]["id"] == "till0001"
    (refused,) = ask("key", "revoke", "nobody99", code=1)
    assert refused["command"] == "loyalty key"
    assert "nobody99" in refused["error"]


def test_people(ask: Asking) -> None:
    (made,) = ask("people", "add", "Anna", "--role", "owner")
    (listed,) = ask("people", "list")
    assert (listed["id"], listed["role"], listed["name"]) == (made["id"], "owner", "Anna")
    (link,) = ask("people", "link", made["id"])
    assert link["link"].startswith("https://cards.example/sign-in/")
    changes = ask("people", "changes")
    assert all(
        set(one) == {"text", "at", "by", "what", "which", "before", "after"} for one in changes
    )


def test_tills(ask: Asking, capsys: pytest.CaptureFixture[str]) -> None:
    said = {name: part for one in ask("till", "add", "my-till") for name, part in one.items()}
    assert said["address"] == "https://cards.example/webhooks/my-till"
    assert said["secret"].startswith("whsec_")
    assert said["sources"]
    (health,) = ask("till", "health")
    assert (health["endpoint"], health["last_sale"], health["days"]) == ("my-till", None, {})
    assert main(["till", "rotate", "my-till", "--json"]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert json.loads(line)["secret"] != said["secret"]


def test_programs(ask: Asking, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", "history", "coffee", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["version"] == 1
    assert main(["program", "get", "coffee", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["id"] == "coffee"


@pytest.mark.parametrize(
    "leaf", [one for one in leaves() if one.words[0] != "lint"], ids=lambda one: " ".join(one.words)
)
def test_every_command_has_the_option(leaf: Leaf, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*leaf.words, "--help"])
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("path", COMMANDS, ids=lambda one: one.stem)
def test_nothing_is_said_in_another_way(path: Path) -> None:
    names = {one.id for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Name)}
    assert ("print" in names) == (path.stem in SPEAKS)
