"""Every state of a design shows its own strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loyalty.card.view import CardField
from passes.designs import design
from passes.designs.design import DESIGNS, load
from tests.support.apple import make_card, make_fields
from tests.support.designs import EVERY_STATE
from tests.support.pkpass import opened

if TYPE_CHECKING:
    from datetime import datetime

    from passes.apple.issue import Issuer


@pytest.mark.parametrize(("name", "fields"), EVERY_STATE)
def test_every_state_shows_its_own_strip_and_stays_small(
    issuer: Issuer, now: datetime, name: str, fields: tuple[CardField, ...]
) -> None:
    made = issuer.issue(make_card(design=name, fields=fields), now)
    assert len(made) <= 60 * 1024
    files = opened(made)
    strips = load(name).apple.strips
    state = strips.state(make_card(design=name, fields=fields)) if strips else None
    file = "strip"
    if strips and state is not None:
        file = f"strip-{(strips.levels or ('silver', 'gold'))[state]}"
    assert files["strip@2x.png"] == (DESIGNS / name / f"{file}@2x.png").read_bytes()
    assert files["strip@3x.png"] == (DESIGNS / name / f"{file}@3x.png").read_bytes()


def test_every_state_of_a_design_looks_different() -> None:
    for name in design.names():
        strips = load(name).apple.strips
        if strips:
            pictures = [pair[0].content for pair in strips.images]
            assert len(set(pictures)) == len(pictures)
    assert len(EVERY_STATE) > 20


def test_levels_are_reached_and_names_are_known_in_every_language() -> None:
    stamps, levels = load("stamps").apple.strips, load("membership").apple.strips
    assert stamps
    assert levels
    assert [stamps.state(make_card(fields=make_fields(count))) for count in (0, 1, 9, 15)] == [
        None,
        0,
        8,
        8,
    ]
    assert stamps.state(make_card(fields=())) is None
    told = [
        levels.state(make_card(fields=(CardField("tier", "", text, "text", text),)))
        for text in ("Silver", "ЗОЛОТО", "gold", "Platinum")
    ]
    assert told == [0, 1, 1, None]
