"""Campaigns that are ready to be made: each is one that could be put, in every language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty.campaigns import ready
from loyalty.campaigns.campaign import read
from loyalty.languages import LANGUAGES, spoken
from tests.support.campaigning import Campaigning
from tests.support.world import World

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program()
    world.now = NOON
    return world


def test_each_is_a_campaign_of_the_program_or_says_what_is_missing(world: World) -> None:
    program = world.programs.current("coffee")
    found = ready.templates(program)
    assert [one.id for one in found] == list(ready.NAMES)
    for one in found:
        if one.document is None:
            assert one.lack in {"nothing_ends", "no_question"}
            continue
        campaign = read(one.id, one.document, program)
        assert campaign.name == spoken(program.languages[0]).PHRASES[f"template.{one.id}"]
        assert set(campaign.actions[0].texts) == set(program.languages)
    possible = {one.id for one in found if one.document}
    assert possible >= {"win-back", "birthday", "near-reward", "welcome", "regulars"}


def test_what_a_program_lacks_is_said(world: World) -> None:
    world.put_program(rewards=[])
    [near] = [
        one for one in ready.templates(world.programs.current("coffee")) if one.id == "near-reward"
    ]
    assert (near.document, near.lack) == (None, "no_reward")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_explained_in_two_sentences(language: str) -> None:
    words = spoken(language).PHRASES
    for name in ready.NAMES:
        about = words[f"template.{name}.about"]
        assert len([one for one in about if one in ".?!"]) == 2, about
        assert len(words[f"template.{name}.text"]) <= 120


def test_drafts_of_all_templates_run_together(world: World) -> None:
    shop = Campaigning(world)
    ann = shop.join("Ann")
    for one in ready.templates(world.programs.current("coffee")):
        if one.document:
            guards: dict[str, Any] = {"guards": {"control": 0, "hold_out": 0, "cap": 20}}
            changes = {name: part for name, part in one.document.items() if name != "name"}
            shop.start(one.id, **changes, **guards)
    world.wait(days=1)
    assert shop.run().count("sent") == 1
    assert shop.told(ann).startswith("Welcome, Ann!")
