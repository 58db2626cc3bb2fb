"""A tap on "Add to Apple Wallet" that fails ends on a page, a phone's call in a document."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions import apple
from functions.wiring import environment, worn_cards
from tests.support.events import Context, http

if TYPE_CHECKING:
    import pytest


def failing() -> Any:
    raise RuntimeError("down")


def ask(path: str, method: str = "GET") -> dict[str, Any]:
    context: Any = Context()
    return apple.handler(http(method, path, {"accept-language": "ru"}), context)


def test_a_person_is_answered_with_a_page(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(environment.configuration(), apple_pass_type_identifier="pass.test")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(worn_cards, "cards", failing)
    answer = ask("/c/some-link/apple")
    assert answer["statusCode"] == 503
    assert answer["headers"]["Content-Type"].startswith("text/html")
    assert "Попробуйте ещё раз через минуту" in answer["body"]
    assert not ask("/c/some-link/apple", "HEAD")["body"]


def test_a_dead_link_is_a_page(shop: Any) -> None:
    answer = ask("/c/some-link/apple")
    assert answer["statusCode"] == 404
    assert "Здесь ничего нет" in answer["body"]


def test_a_phone_is_answered_with_a_document(shop: Any) -> None:
    answer = ask("/apple/v1/nonsense")
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["code"] == "not_found"
