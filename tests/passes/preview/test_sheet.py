"""The preview shows what customers get: every state of a design, both wallets, every language."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

import pytest

from infra.commands.__main__ import main
from infra.drawings import artists
from infra.program_preview import preview
from loyalty.card.showcase import states
from passes.designs.design import balances, load
from passes.preview.apple_card import address
from tests.support.world import TEMPLATES, shipped

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_state_is_shown_in_both_wallets_and_every_language(name: str) -> None:
    program = shipped(name)
    design = load(program.design)
    shown = preview("x", [(program, design)])
    found = [state.what for state in states(program, balances(design))]
    assert len(set(found)) == len(found) > 2
    assert {"new", "closed", "a name of 60 letters"} <= set(found)
    assert [unescape(one) for one in re.findall("<h3>(.*?)</h3>", shown)] == found
    for language in program.languages:
        for picture in ("Apple", "Apple, iOS 27", "Apple, back", "Google"):
            assert shown.count(f"<figcaption>{language}: {picture}</figcaption>") == len(found)
    for state in states(program, balances(design)):
        for card in state.cards:
            for field in card.fields:
                if any(place.field == field.key for place in design.apple_fields):
                    # A long name leaves room for what stands beside it.
                    drawn = (field.text, f"{field.text[:19]}…")
                    assert any(escape(one) in shown for one in drawn), (state.what, field.key)
    assert "https://cards.example/designs" not in shown, "every picture is in the page"


@pytest.mark.parametrize("name", sorted(artists.ALL))
def test_every_picture_of_a_state_is_seen(name: str) -> None:
    programs = [one for one in map(shipped, PROGRAMS) if one.design == name]
    design = load(name)
    shown = preview("x", [(one, design) for one in programs or [shipped("coffee")]])
    strips = design.apple.strips
    every = [*(strips.images if strips else ()), design.apple_images]
    drawn = [one for images in every for one in images if one.name == "strip@3x.png"]
    unseen = [number for number, one in enumerate(drawn) if address(one.content) not in shown]
    # A discount has a level from the first day: the plain strip is for programs without.
    assert unseen in ([], [len(drawn) - 1])
    assert [one.name for one in design.google.images if address(one.content) not in shown] in (
        [],
        ["google-hero.png"],
    )


def test_the_command_writes_one_page_for_a_program_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to, program = tmp_path / "page.html", str(TEMPLATES / "programs" / "membership.toml")
    assert main(["design", "preview", "coffee", "--program", program, "--to", str(to)]) == 0
    assert str(to) in capsys.readouterr().out
    text = to.read_text(encoding="utf-8")
    assert "<h2>membership in coffee</h2>" in text
    assert "<h3>level gold, about to fall</h3>" in text
    assert main(["design", "preview", str(tmp_path / "tea")]) == 1
    assert "tea/design.toml does not exist" in capsys.readouterr().err
