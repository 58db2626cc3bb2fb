"""The commands about a program's past, over tables in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from infra.commands import place
from infra.commands.__main__ import main
from loyalty.program.document import read
from loyalty.store.program_versions import Programs
from tests.support.world import START, World

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    world = World()
    world.put_program("coffee")
    programs = Programs(world.tables, lambda: START)
    coffee = programs.current("coffee")
    programs.put(replace(coffee, organization="Other Cup"), actor="key:anna0001")

    class Here:
        stage = "local"

        def tables(self) -> object:
            return world.tables

    monkeypatch.setattr(place, "open_place", lambda _: Here())

    def command(*words: str, code: int = 0) -> str:
        assert main(["program", *words]) == code
        told = capsys.readouterr()
        return told.out if code == 0 else told.err

    return command


def test_the_past_is_told_and_comes_again(run: Callable[..., str]) -> None:
    told = run("history", "coffee")
    assert "2  2026-05-04 12:00 UTC  key:anna0001" in told
    assert "Shop (organization): “Daily Cup” becomes “Other Cup”" in told
    assert run("difference", "coffee", "--language", "ru").startswith("Компания (organization)")
    assert "in force as version 3" in run("rollback", "coffee", "--to", "1")
    assert run("difference", "coffee", "--before", "1") == "Nothing is different.\n"
    assert "says the same" in run("rollback", "coffee", "--to", "3")
    assert "has no version 9" in run("rollback", "coffee", "--to", "9", code=1)
    assert "no words in 'fr'" in run("history", "coffee", "--language", "fr", code=1)


def test_a_new_shop_starts_from_its_trade(run: Callable[..., str]) -> None:
    assert "bakery  Bakery" in run("templates")
    made = run("start", "bakery", "--program", "crumbs", "--organization", "Crumbs & Co")
    program = read(json.loads(made))
    assert (program.id, program.organization) == ("crumbs", "Crumbs & Co")
    assert "choose of coffee, bakery" in run("start", "bank", "--program", "x", code=1)
    assert "currency" in run("start", "shop", "--program", "x", "--currency", "euro", code=1)
