"""An owner changes the program over HTTP, under the role of the function that judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.local.web import ask_json

if TYPE_CHECKING:
    from infra.local.web import Reply
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def call(
    shop: Shop,
    method: str,
    path: str,
    content: Any = None,
    tag: str = "",
    *,
    key: str = "owner_key",
) -> Reply:
    headers = {"Authorization": f"Bearer {shop.stack[key]}"}
    if tag:
        headers["If-Match"] = tag
    return ask_json(method, f"{shop.stack['base_url']}{path}", content, headers)


def test_a_program_changes_and_comes_back(shop: Shop) -> None:
    shown = call(shop, "GET", "/v1/program")
    assert shown.status == 200, shown
    document, tag = shown.json()["document"], shown.headers["etag"]
    changed = {**document, "undo_minutes": 30}
    told = call(shop, "POST", "/v1/program/check", {"document": changed})
    assert (told.status, told.json()["usable"]) == (200, True), told
    assert call(shop, "PUT", "/v1/program", {"document": changed}).status == 428
    assert call(shop, "PUT", "/v1/program", {"document": changed}, '"999"').status == 412
    assert (
        call(shop, "PUT", "/v1/program", {"document": changed}, tag, key="till_key").status == 403
    )
    put = call(shop, "PUT", "/v1/program", {"document": changed}, tag)
    assert put.status == 200, put
    assert put.json()["document"]["undo_minutes"] == 30
    (newest, *_) = call(shop, "GET", "/v1/program/versions?language=ru").json()["versions"]
    assert newest["actor"] == "key:seedowner"
    assert newest["changes"][0]["sentence"].startswith("Для персонала: было")
    place = {"name": {"en": "Pier", "ru": "Причал"}, "latitude": 1.0, "longitude": 2.0}
    made = call(shop, "PUT", "/v1/locations/pier", place, put.headers["etag"])
    assert made.status == 200, made
    assert call(shop, "GET", "/v1/locations/pier").json() == made.json()
    back = {"version": shown.json()["version"]}
    again = call(shop, "POST", "/v1/program/rollback", back, made.headers["etag"])
    assert again.status == 200, again
    assert again.json()["document"] == document
    assert call(shop, "GET", "/v1/locations/pier").status == 404
    started = call(shop, "GET", "/v1/templates/salon")
    assert started.json()["document"]["organization"] == document["organization"]
