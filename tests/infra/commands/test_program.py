"""The command that checks, describes and documents programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.commands.__main__ import main
from loyalty.program.document import dump, read_toml
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from pathlib import Path

COFFEE = TEMPLATES / "programs" / "coffee.toml"


def test_a_good_program_can_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", "check", str(COFFEE)]) == 0
    assert capsys.readouterr().out == f"{COFFEE} can be used.\n"


def test_warnings_do_not_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(dump(read_toml(COFFEE.read_text(encoding="utf-8"))))
    document["caps"] = [{"pot": "points", "period": "order", "points": 100}]
    path = tmp_path / "program.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["program", "check", str(path), "--language", "ru"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("warning: caps.0: крупная покупка не приносит ничего")
    assert told.endswith("can be used.\n")


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.toml", b"schema = 1\ncurency = 3", "curency: unknown key; did you mean 'currency'?"),
        ("a.toml", b"schema =", "not TOML"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[]", "the document: is not a JSON object"),
        ("a.toml", b"\xff", "is not UTF-8"),
        ("b.toml", None, "cannot be read: No such file or directory"),
    ],
)
def test_faults_are_told(
    name: str,
    content: bytes | None,
    fault: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["program", "check", str(path)]) == 1
    assert main(["program", "describe", str(path)]) == 1
    captured = capsys.readouterr()
    assert fault in captured.err
    assert captured.out == ""


def test_a_design_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = COFFEE.read_text(encoding="utf-8")
    assert 'design = "coffee"' in text
    path = tmp_path / "program.toml"
    path.write_text(text.replace('design = "coffee"', 'design = "tea"'), encoding="utf-8")
    assert main(["program", "check", str(path)]) == 1
    assert "design: 'tea' is none of the designs ['barber', 'cashback'" in capsys.readouterr().err


def test_programs_are_said_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", "describe", str(COFFEE)]) == 0
    customers = capsys.readouterr().out.splitlines()
    assert customers[0] == "10 points for every $1."
    assert main(["program", "describe", str(COFFEE), "--audience", "staff"]) == 0
    staff = capsys.readouterr().out.splitlines()
    assert staff[: len(customers)] == customers
    assert any("hold" in line for line in staff)
    assert "A return takes back what the purchase earned and gives back what paid for it." in staff


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Program"
