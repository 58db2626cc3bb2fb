"""A chain with more locations than Google takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from passes.designs import design
from passes.google import linter, objects
from passes.google.hosted_design import hosted
from tests.support.chain import FIRST, NEAREST, card_of_the_chain

ISSUER = "3388000000012345678"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("home", "told"), [("shop-20", NEAREST), (None, FIRST)])
def test_an_object_tells_the_ten_nearest(home: str | None, told: list[float]) -> None:
    card = card_of_the_chain("en", home)
    shown = hosted(design.load(card.design), "https://cards.example")
    drawn = objects.loyalty_object(card, shown, ISSUER, NOW)
    assert [one["latitude"] for one in drawn["merchantLocations"]] == told
    assert {one["longitude"] for one in drawn["merchantLocations"]} == {37.5}
    assert [one for one in linter.lint_object(drawn, ISSUER) if one.level == "error"] == []
