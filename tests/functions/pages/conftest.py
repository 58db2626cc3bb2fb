from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions import card_page, join
from tests.functions.pages.shop import WIRED, Shop

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = Shop()
    for module, names in ((join, WIRED["join"]), (card_page, WIRED["card_page"])):
        for name in names:
            monkeypatch.setattr(module, name, made)
    return made


@pytest.fixture
def ask(shop: Shop) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Sends an event to the function that serves its path."""

    def send(event: dict[str, Any]) -> dict[str, Any]:
        path = event["rawPath"]
        module = join if path.startswith("/join") and "/kit/" not in path else card_page
        answer: dict[str, Any] = module.handler(event, LambdaContext())
        return answer

    return send
