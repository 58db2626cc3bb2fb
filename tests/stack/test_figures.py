"""Sales become figures over HTTP: by way of the streams, the worker, and what works them out."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.web import until

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def today(shop: Shop) -> dict[str, int]:
    rows = shop.api("GET", "/v1/figures/today", "owner_key").json()["locations"]
    names = ("sales", "member_sales", "net", "visits")
    return {name: sum(row[name] for row in rows) for name in names}


def cards_today(shop: Shop) -> dict[str, int]:
    told: dict[str, int] = shop.api("GET", "/v1/figures/today", "owner_key").json()["cards"]
    return told


def cards_since(shop: Shop, before: dict[str, int]) -> dict[str, int]:
    after = cards_today(shop)
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def worked_out(shop: Shop, before: str) -> dict[str, Any]:
    assert shop.api("POST", "/v1/figures/work-out", "owner_key").status == 202

    def done() -> dict[str, Any] | None:
        reply = shop.api("GET", "/v1/figures", "owner_key")
        told: dict[str, Any] = reply.json()
        return told if reply.status == 200 and told["worked_out"] != before else None

    return until("the figures to be worked out", done)


def test_sales_become_figures_goals_and_files(shop: Shop) -> None:
    before, cards = today(shop), cards_today(shop)
    ann = shop.customer().install().save()
    assert ann.phone.unregister(ann.held) == 200
    shop.sell(ann, 1_234)
    shop.settle()
    after = today(shop)
    assert {name: after[name] - before[name] for name in after} == {
        "sales": 1, "member_sales": 1, "net": 1_234, "visits": 1,
    }  # fmt: skip

    # A phone has put the card in and taken it out again; Google has reported a save.
    expected = {"put_into_apple": 1, "taken_from_apple": 1, "put_into_google": 1}
    until("the save to be counted", lambda: cards_since(shop, cards) == expected or None)

    # The till looks for a card that there is not: a line for tomorrow's figures.
    assert shop.api("GET", "/v1/cards/0000-0000-0000", "till_key").status == 404

    told = worked_out(shop, "")
    said = {(one["name"], one["days"]): one for one in told["groups"][0]["figures"]}
    assert said["active", 30]["definition"]
    goal = {"figure": "active", "days": 30, "target": 10**6, "by": "2027-12-31"}
    set_to = shop.api("PUT", "/v1/goals/million", "owner_key", goal)
    assert set_to.status == 200, set_to.body
    assert set_to.json()["start"] == said["active", 30]["value"]
    listed = shop.api("GET", "/v1/goals", "owner_key").json()["goals"]
    assert [one["id"] for one in listed] == ["million"]
    assert shop.api("DELETE", "/v1/goals/million", "owner_key").status == 200

    file = shop.api("GET", "/v1/figures/tables/summary", "owner_key").json()["url"]
    text = urllib.request.urlopen(file, timeout=10).read().decode("utf-8-sig")
    assert text.splitlines()[0] == (
        "as_of,by,value,figure,days,unit,number,n,missing,before,low,high"
    )
    for name in ("days", "points", "cohorts", "groups", "owing", "staff"):
        reply = shop.api("GET", f"/v1/figures/{name}", "owner_key")
        assert reply.status == 200, reply.body
