"""A program is tried over HTTP, on a file of the till and on the orders that the stack keeps."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.web import until

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

FILE = b"Date,Card,Total\n2026-03-01 09:00,A1,10.00\n2026-03-02 09:00,A1,20.00\n2026-03-03,B2,5\n"


def tried(shop: Shop, file: bytes = b"", **asked: Any) -> dict[str, Any]:
    made = shop.api("POST", "/v1/simulations", "owner_key")
    assert made.status == 201, made.body
    name = made.json()["id"]
    if file:
        put = urllib.request.Request(made.json()["url"], data=file, method="PUT")
        assert urllib.request.urlopen(put, timeout=10).status == 200
    path = f"/v1/simulations/{name}"
    begun = shop.api("POST", f"{path}/run", "owner_key", asked)
    assert begun.status == 202, begun.body

    def ended() -> dict[str, Any] | None:
        told: dict[str, Any] = shop.api("GET", path, "owner_key").json()
        return told if told["state"] in {"done", "refused"} else None

    return until("the simulation's end", ended)


def test_a_file_and_the_kept_orders(shop: Shop) -> None:
    told = tried(shop, FILE, sales="file")
    assert told["state"] == "done", told
    assert (told["sales"], told["programs"][0]["gross"]) == (3, 3_500)

    ann = shop.customer()
    shop.sell(ann, 1_234)
    shop.settle()
    told = tried(shop)
    assert told["state"] == "done", told
    now = told["programs"][0]
    assert now["which"] == "present"
    assert now["gross"] >= 1_234
    assert now["members"] >= 1
