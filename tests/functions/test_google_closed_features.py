"""An issuer that Google has not opened merchant locations to has cards all the same."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.aws.observability import logger
from functions.wiring import google_state
from infra.local.wallet import rules
from loyalty.card.view import Place
from loyalty.store import google_state as store
from passes.google import objects
from passes.google.failures import InvalidError, NotAllowlistedError, failure, redacted
from tests.support.google_cards import click, push, shop

__all__ = ["shop"]

SENTENCE = "Issuer not allowlisted for Merchant Locations"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        logger, "error", lambda what, extra=None, **_: lines.append((what, extra or {}))
    )
    return lines


def test_the_card_goes_without_and_the_owner_is_told_once(
    shop: Any, world: Any, google: Any, told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cards_by_member["m1"] = world.card(places=(Place(48.2, 16.4, ""),))
    google.ask("POST", "/inspect/switches", {"closed": ["merchantLocations"]})
    assert click()["statusCode"] == 302
    assert "GoogleFeatureClosed" in capsys.readouterr().out
    shown = google.object(objects.object_id(world.issuer, world.card().serial))
    assert "merchantLocations" not in shown
    assert google.counts()["POST loyaltyObject 400"] == 1
    (line,) = told
    assert line[1]["google_says"] == SENTENCE
    assert line[1]["reason"] == "invalidResource"
    assert list(store.read_closed(shop.tables, world.issuer)) == ["merchantLocations"]
    # Remembered by all processes: the worker does not ask.
    google_state.google_closed.cache_clear()
    shop.cards_by_member["m1"] = world.card(9, 2, places=(Place(48.2, 16.4, ""),))
    assert push("m1") == []
    assert google.counts().get("PATCH loyaltyObject 400") is None
    # A day later one request asks anew, and Google has opened it.
    google.ask("POST", "/inspect/switches", {"closed": []})
    shop.now += timedelta(days=1, seconds=1)
    shop.cards_by_member["m1"] = world.card(10, 3, places=(Place(48.2, 16.4, ""),))
    assert push("m1") == []
    assert google.object(shown["id"])["merchantLocations"] == [
        {"latitude": 48.2, "longitude": 16.4}
    ]


def envelope(status: int, message: str) -> bytes:

    return json.dumps(rules.envelope(status, message, "invalidResource")).encode()


@pytest.mark.parametrize("status", [400, 403])
def test_what_is_closed_is_told_apart(status: int) -> None:
    error = failure("x", status, envelope(status, SENTENCE))
    assert isinstance(error, NotAllowlistedError)
    assert error.member == "merchantLocations"
    other = failure("x", 400, envelope(400, "Issuer not allowlisted for Juggling"))
    assert type(other) is InvalidError
    assert other.sentence == "Issuer not allowlisted for Juggling"


def test_the_sentence_names_nobody() -> None:
    sent = {
        "accountName": "Ann Oak",
        "accountId": "A.1.b",
        "textModulesData": [{"body": "Your table is ready"}],
    }
    said = (
        "Bad value Oak of 'Ann Oak' at 'resource.accountName' in 338.m-1: your table is ready, "
        "ask ann@example.com or +43 1 234567, https://x.test/c/secret, A.1.b"
    )
    told = redacted(said, sent)
    for secret in ("Oak", "Ann", "338", "table", "example", "4567", "secret", "A.1.b"):
        assert secret not in told
    assert "'resource.accountName'" in told
    assert told.startswith("Bad value")
