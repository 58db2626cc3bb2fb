"""A card saved and removed at Google, reported back by signed callbacks to the running stack."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.__main__ import main
from infra.local.web import ask, ask_json, until

if TYPE_CHECKING:
    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


def mark(shop: Shop, customer: Customer) -> dict[str, Any]:
    return asdict(shop.behind.google(customer.program, customer.card["member_id"]))


def wait_for(shop: Shop, customer: Customer, **wanted: int) -> None:
    until(
        f"{wanted} reported by Google",
        lambda: wanted.items() <= mark(shop, customer).items() or None,
    )


def events(shop: Shop, customer: Customer) -> list[str]:
    # The test may run over midnight.
    now = datetime.now(UTC)
    days = (now - timedelta(days=1), now)
    member = customer.card["member_id"]
    return [
        kind for day in days for kind in shop.behind.google_events(customer.program, member, day)
    ]


def wallet(shop: Shop, path: str, content: Any) -> None:
    reply = ask_json("POST", f"{shop.stack['google']['inspect_url']}/{path}", content)
    assert reply.status == 200, reply


def test_saved_removed_and_saved_again(shop: Shop) -> None:
    wallet(shop, "callbacks", {"mode": "duplicate"})
    ann = shop.customer().save()
    wait_for(shop, ann, saves=1, pending=0)
    ann.google.remove()
    wait_for(shop, ann, removals=1, gone=1)
    # Nobody has the card: its changes are kept for when somebody has it again.
    shop.sell(ann, 1000)
    shop.settle()
    assert ann.google.balance == 0
    ann.save()
    wait_for(shop, ann, saves=2, gone=0)
    assert shop.balance(ann) == 100
    assert events(shop, ann) == ["save", "del", "save"]


def test_the_owner_is_told_that_all_is_ready(
    running: RunningStack, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.customer().save()
    assert main(["google", "check", "--folder", str(running.folder)]) == 0, capsys.readouterr().out
    assert "Ready." in capsys.readouterr().out


def test_reports_in_the_wrong_order_and_from_strangers(shop: Shop) -> None:
    ann = shop.customer()
    try:
        wallet(shop, "switches", {"hold_callbacks": True})
        ann.save()
        ann.google.remove()
        wallet(shop, "callbacks/release", {"reverse": True})
    finally:
        ask("DELETE", f"{shop.stack['google']['inspect_url']}/switches")
    wait_for(shop, ann, saves=1, removals=1, gone=1)
    for body, status in ((b"{}", 400), (b"{", 400)):
        assert ask("POST", f"{shop.stack['base_url']}/google/callback", body).status == status
    wallet(shop, "callbacks", {"mode": "other_issuer"})
    ann.save()
    path = f"{shop.stack['google']['inspect_url']}/callbacks"
    until(
        "the refusal",
        lambda: [
            one
            for one in ask("GET", path).json()["callbacks"]
            if one["mode"] == "other_issuer" and one["outcome"].startswith("401")
        ],
    )
    assert mark(shop, ann)["saves"] == 1
