"""A design that is gone: pages and both wallets show a plain card, and somebody is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from functions.pages import drawing as pages
from functions.wiring import designs as wiring
from functions.wiring import environment
from functions.wiring import google as wiring_google
from passes.apple.issue import Issuer
from passes.designs import design as designs
from tests.support.apple import make_card, token_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

GONE = "bakeryy"


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "loyalty")
    wiring._told.clear()
    yield
    wiring._told.clear()


def told(output: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [line for line in lines if "DesignMissing" in line]


def test_the_plain_design_is_worn_and_the_owner_is_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(3):
        assert wiring.worn(GONE) is designs.load(designs.PLAIN)
    output = capsys.readouterr().out
    (metric,) = told(output)
    assert metric["DesignMissing"] == [1.0]
    assert output.count("OwnerMustAct") == 2, "named, and counted"
    assert wiring.worn("coffee") is designs.load("coffee")
    assert told(capsys.readouterr().out) == []


def test_a_page_is_drawn_in_the_plain_design(capsys: pytest.CaptureFixture[str]) -> None:
    page = pages.draw("error.html", language="en", design=GONE, said=("title", "title"))
    assert page.status_code == 200
    assert "--card:#26282e" in str(page.body)
    assert f"/designs/{designs.PLAIN}/icon@2x.png" in str(page.body)
    assert pages.strip_name(make_card(design=GONE)) == "strip@3x.png"
    assert len(told(capsys.readouterr().out)) == 1


def test_a_pass_is_signed_in_the_plain_design(issuer: Issuer, now: datetime) -> None:
    worn = Issuer(issuer.identity, issuer.signer, token_of, wiring.worn)
    card = make_card(design=GONE)
    assert worn.issue(card, now)
    # The same with the design's own loader fails: this is what a customer would have met.
    with pytest.raises(designs.DesignError, match=r"designs found: barber, .*plain"):
        issuer.issue(card, now)


def test_googles_card_is_drawn_in_the_plain_design(monkeypatch: pytest.MonkeyPatch) -> None:
    class Settings:
        base_url = "https://cards.example"

    monkeypatch.setattr(environment, "configuration", Settings)
    shown = wiring_google._design(GONE)
    assert shown.background_color == "#26282e"
    assert shown.logo_url.startswith(f"https://cards.example/designs/{designs.PLAIN}/")
