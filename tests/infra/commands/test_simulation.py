"""The command that tries a program on a till's file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.commands.__main__ import main
from infra.failures import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = str(ROOT / "templates" / "programs" / "coffee-stamps.toml")
FILE = "Date,Card,Item,Category,Total\n" + "".join(
    f"2026-03-{day:02} 09:00,{card},Latte,coffee,4.00\n"
    for day in range(1, 21)
    for card in ("A1", "B2")
)


@pytest.fixture
def sales(tmp_path: Path) -> str:
    file = tmp_path / "sales.csv"
    file.write_text(FILE)
    return str(file)


def test_a_program_beside_others(sales: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", sales, "--program", PROGRAM, "--cost", "free-coffee=1.50"]) == 0
    out = capsys.readouterr().out
    assert "40 sales of known customers from 2026-03-01 to 2026-03-20, 0 of nobody known." in out
    (yours,) = (line.split() for line in out.splitlines() if line.startswith("Yours"))
    # Two customers with twenty coffees had two each: 4 x 1.50 of 160.00.
    assert yours == ["Yours", "2", "6.00", "3.8%", "0.66", "+6.7%"]
    assert len([line for line in out.splitlines() if ": " in line and "%" in line]) == 3


def test_as_json(sales: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", sales, "--program", PROGRAM, "--never-spends", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["columns"] == {
        "day": "Date",
        "customer": "Card",
        "amount": "Total",
        "item": "Item",
        "category": "Category",
    }
    (yours, *others) = told["programs"]
    assert (yours["which"], len(others)) == ("Yours", 3)
    assert yours["tally"]["outstanding"] == {"stamps": 40}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--column", "customer=Phone"], "The file has no column 'Phone'; it has Card, "),
        (["--column", "Phone"], '--column Phone: write it as customer="Card no"'),
        (["--cost", "tea=1"], "--cost tea: the program has no such reward; there are: free-coffee"),
        (["--cost", "free-coffee=much"], "'much' is no amount such as 1.50"),
        (["--margin", "0"], "from 1 to 100 percent"),
    ],
)
def test_what_is_said_wrongly(
    sales: str, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["simulate", sales, "--program", PROGRAM, *words]) == 1
    assert said in capsys.readouterr().err


def test_a_file_without_a_sale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("Date,Card,Total\n2026-02-30,A1,4.00\n")
    assert main(["simulate", str(file), "--program", PROGRAM]) == 1
    assert "line 2: There is no such day." in capsys.readouterr().err
