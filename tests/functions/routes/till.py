"""A till that speaks /v1 in tests of its routes."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from functions import api, campaigns, designs, owner, program, sign_in
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.access.keys import Scope
    from tests.functions.conftest import Shop


def served_by(path: str) -> Any:
    """Return the function that serves an address: the till's, where it is not an owner's."""
    for module in (campaigns, designs, owner, program, sign_in):
        if any(one.shape.fullmatch(path) for one in module.OPERATIONS):
            return module
    return api


WHEN = "2026-05-04T12:00:00Z"


@dataclass
class Till:
    """A key, and how it asks."""

    shop: Shop
    send: Callable[[Any, dict[str, Any]], dict[str, Any]]
    key: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def ask(
        self, method: str, path: str, body: Any = None, act: str | None = None, **query: str
    ) -> tuple[int, dict[str, Any]]:
        """Return status and content; ``act`` is the Idempotency-Key, a new one if not given."""
        answer = self.answer(method, path, body, act, **query)
        return answer["statusCode"], content(answer)

    def answer(
        self, method: str, path: str, body: Any = None, act: str | None = None, **query: str
    ) -> dict[str, Any]:
        headers = {"authorization": self.key}
        if method == "POST":
            headers["idempotency-key"] = act or f"act-{next(self._numbers)}"
        text = json.dumps(body) if body is not None else None
        module = served_by(path)
        return self.send(module, http(method, path, headers, text, query=query))

    def told(self, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """Return what was answered with 200."""
        status, said = self.ask(method, path, body, **more)
        assert status == 200, said
        return said

    def sell(
        self, total: int, card: str | None, order: str = "1", source: str = "till", **changes: Any
    ) -> dict[str, Any]:
        body = {
            "version": 1,
            "status": "completed",
            "occurred_at": WHEN,
            "currency": "USD",
            "total": total,
            **({"member": {"card_code": card}} if card else {}),
            **changes,
        }
        return self.told("PUT", f"/v1/orders/{source}/{order}", body)


def till(shop: Shop, ask: Any, scope: Scope = "till", **key: Any) -> Till:
    return Till(shop, ask, shop.key(scope, **key))


def path_of(code: str) -> str:
    return f"/v1/cards/{quote(code, safe='')}"
