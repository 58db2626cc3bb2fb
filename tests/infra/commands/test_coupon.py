"""Each command of coupons, to a good end, over tables in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands import place
from infra.commands.__main__ import main
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.spending import Request
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FLYERS = ("add", "flyers", "--name", "50 points", "--codes", "3", "--points", "50")


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program("coffee")
    return world


@pytest.fixture
def run(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    class Here:
        stage = "local"

        def tables(self) -> object:
            return world.tables

    monkeypatch.setattr(place, "open_place", lambda _: Here())
    monkeypatch.setattr(place, "program_of", lambda _, name: world.programs.current(name))
    monkeypatch.setattr("infra.commands.ledger.books", lambda _: world.books)

    def command(*words: str, code: int = 0) -> str:
        assert main(["coupon", *words, "--program", "coffee"]) == code
        told = capsys.readouterr()
        return told.out if code == 0 else told.err

    return command


def use(world: World, code: str, name: str) -> dict[str, Any]:
    card = Shown(card_code=world.enrol().card_code)
    request = Request("coffee", "API", name, "key:till1")
    return world.coupons.use(request, card, code, 0, world.now).body


def test_a_word_is_made_changed_stopped_and_resumed(run: Callable[..., str], world: World) -> None:
    told = run("add", "spring", "--name", "50", "--word", "spring24", "--points", "50")
    assert told.split()[:3] == ["spring", "SPRING24", "running"]
    assert use(world, "Spring24", "1")["points"] == 50
    told = run("change", "spring", "--uses", "5", "--until", "2027-06-30")
    assert "used 1, 4 left until 2027-06-30" in told
    assert "stopped" in run("stop", "spring")
    assert use(world, "SPRING24", "2")["reason"] == "coupon_stopped"
    assert "running" in run("resume", "spring")
    (shown,) = json.loads(run("show", "spring", "--json"))
    assert (shown["word"], shown["uses"], shown["used"], shown["left"]) == ("SPRING24", 5, 1, 4)
    assert "spring" in run("list")
    assert "no codes of its own" in run("codes", "spring", code=1)


def test_codes_are_printed_written_and_their_uses_listed(
    run: Callable[..., str], world: World, tmp_path: Path
) -> None:
    run(*FLYERS)
    codes = run("codes", "flyers").split()
    assert len(set(codes)) == 3
    assert "3 codes are in" in run("codes", "flyers", "--csv", str(tmp_path / "codes.csv"))
    written = (tmp_path / "codes.csv").read_text(encoding="utf-8")
    assert [line.split(",")[1] for line in written.split()][1:] == codes
    assert run("uses", "flyers") == ""
    assert use(world, codes[1], "1")["points"] == 50
    (used,) = json.loads(run("uses", "flyers", "--json"))
    assert (used["serial"], used["code"]) == (2, codes[1])
    run("change", "flyers", "--codes", "4")
    assert run("codes", "flyers").split()[:3] == codes


def test_another_systems_codes_come_from_a_file(
    run: Callable[..., str], world: World, tmp_path: Path
) -> None:
    run(*FLYERS)
    own = run("codes", "flyers").split()[0]
    run("add", "word", "--name", "w", "--word", "HELLO", "--points", "1")
    file = tmp_path / "codes.csv"
    file.write_text("Code;Value\nGIFT-1;5\n gift-2 ;5\nGIFT-1;5\n?!;5\nhello;1\n", encoding="utf-8")
    told = run("add", "gifts", "--name", "A gift", "--points", "5", "--foreign", str(file))
    assert told.splitlines() == [
        "2 codes were taken in, 1 were there already",
        "line 5: a code has 3 to 40 letters, digits and hyphens",
        "line 6: another coupon has that word or code",
    ]
    again = json.loads(run("take-in", "gifts", str(file), "--json"))
    assert (again["added"], again["known"], len(again["refused"])) == (0, 3, 2)
    assert run("codes", "gifts").split() == ["GIFT-1", "GIFT-2"]
    assert use(world, "gift-1", "1")["points"] == 5
    assert use(world, "GIFT-1", "2")["reason"] == "coupon_used"
    assert use(world, "GIFT-3", "3")["reason"] == "coupon_not_found"
    assert use(world, own, "4")["points"] == 50
    (used,) = json.loads(run("uses", "gifts", "--json"))
    assert used["code"] == "GIFT-1"
    assert "made for another system's codes" in run("take-in", "flyers", str(file), code=1)
    assert "follows from those" in run("change", "gifts", "--codes", "9", code=1)
    assert "cannot be read" in run("take-in", "gifts", str(tmp_path / "none.csv"), code=1)
