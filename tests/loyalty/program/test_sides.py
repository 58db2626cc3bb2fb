"""Both sides of a program are read from one document."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from loyalty.outgoing import kept_secrets
from loyalty.program import sides
from loyalty.refusals import Refusal
from tests.support.world import World


def test_the_test_side_has_the_same_rules_and_says_what_it_is() -> None:
    world = World()
    world.put_program("coffee")
    real, tried = (world.programs.current(name) for name in ("coffee", "coffee.test"))
    assert (tried.id, tried.name["en"]) == ("coffee.test", f"TEST {real.name['en']}")
    assert tried.organization == f"TEST {real.organization}"
    assert (tried.earning, tried.pots, tried.version) == (real.earning, real.pots, real.version)
    assert not sides.is_test(real.id)
    assert world.programs.version("coffee.test", 1).id == "coffee.test"


def test_it_follows_the_document_and_cannot_be_changed_alone() -> None:
    world = World()
    world.put_program("coffee")
    with pytest.raises(Refusal) as refused:
        world.programs.put(world.programs.current("coffee.test"))
    assert refused.value.code == "test_side"
    world.put_program("coffee", welcome={"pot": "points", "points": 7})
    world.wait(minutes=2)
    welcome = world.programs.current("coffee.test").welcome
    assert welcome is not None
    assert welcome.points == 7
    assert world.programs.since("coffee.test", 1) == world.programs.since("coffee", 1)


def test_there_is_none_of_a_program_that_is_none() -> None:
    assert World().programs.find("nobody.test") is None


def test_the_longest_name_still_fits_on_a_pass() -> None:
    world = World()
    world.put_program("coffee")
    found = replace(world.programs.current("coffee"), name={"en": "n" * 120})
    assert sides.as_test(found).name["en"] == "TEST " + "n" * 115


def test_what_is_named_after_it_is_a_name_that_aws_takes() -> None:
    """Source: AWS Systems Manager, PutParameter: letters, digits and ``.-_/`` make a name."""
    assert re.fullmatch(r"[a-zA-Z0-9_.\-/]+", kept_secrets.name(sides.test_side("coffee"), "crm"))
