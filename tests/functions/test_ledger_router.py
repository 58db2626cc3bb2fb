"""Whoever changes or removes a line of the ledger is told on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import ledger_router
from loyalty.store import campaign_book
from tests.support.events import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

ENTRIES = [("coffee#M#ann", "E#000000000001"), ("coffee#F#redemption#till#1", "FACT")]


def tampered(text: str) -> float:
    (line,) = text.splitlines()
    return float(json.loads(line)["LedgerTampered"][0])


@pytest.mark.parametrize("event_name", ["MODIFY", "REMOVE"])
def test_every_change_and_removal_is_told(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str], event_name: str
) -> None:
    ask(ledger_router, stream(ENTRIES, event_name, "ledger"))
    assert tampered(capsys.readouterr().out) == 2
    told = [line for line in shop.logged() if line["level"] == "CRITICAL"]
    assert [(line["event"], line["partition"], line["item"]) for line in told] == [
        (event_name, *entry) for entry in ENTRIES
    ]


def test_new_entries_are_how_it_should_be(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(ledger_router, stream(ENTRIES, "INSERT", "ledger"))
    assert tampered(capsys.readouterr().out) == 0
    assert shop.logged() == []


def test_campaigns_that_wait_for_events_are_told_of_members_and_others_are_not(
    shop: Shop, ask: Ask
) -> None:
    shop.world.tables.write(campaign_book.listen("coffee"))
    entries = [
        ("coffee#M#ann", "E#000000000001"), ("coffee#M#ann", "E#000000000002"),
        ("barber#M#ben", "E#000000000001"),
    ]  # fmt: skip
    ask(ledger_router, stream(entries, "INSERT", "ledger"))
    told = [json.loads(one) for one in shop.queues.bodies("campaigns")]
    assert told == [{"program": "coffee", "member": "ann"}]


def test_the_first_sale_after_something_was_begun_is_told(shop: Shop, ask: Ask) -> None:
    """A process that has seen that nobody waits looks again: what is lost comes a day late."""
    sale = stream([("coffee#M#ann", "E#000000000001")], "INSERT", "ledger")
    ask(ledger_router, sale)
    assert shop.queues.bodies("campaigns") == []
    shop.world.tables.write(campaign_book.listen("coffee"))
    ask(ledger_router, sale)
    assert len(shop.queues.bodies("campaigns")) == 1
