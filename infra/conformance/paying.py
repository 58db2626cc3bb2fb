"""Points as money at a trial's counter: quote, hold, and capture on the order that a till tells of.

Whoever serves asks by the API, whatever the till is; how the till's own bill says it is the story's
(``Story.carries``): as points that paid, or as a bill that is lower by what they pay.
"""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from infra.failures import Failure
from infra.local.web import ask

POINTS = 1000
"""Points that each customer pays with; they have more."""

_BEFORE = 100_000  # points that a first sale brings
_PATIENCE = 60.0  # seconds for which a till repeats itself
_REPEAT_EVERY = 0.2
_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.CONFLICT})


class Staff:
    """Whoever serves, with a key of the trial's program.

    Parameters
    ----------
    base
        The deployment's address.
    key
        An API key of scope ``till``.
    """

    def __init__(self, base: str, key: str) -> None:
        self._base = base
        self._key = key

    def sell_before(self, card: str) -> int:
        """Let a customer have points to pay with; return how many."""
        sold = {
            "version": 1,
            "status": "completed",
            "occurred_at": (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds"),
            "currency": "RUB",
            "total": _BEFORE,
            "member": {"card_code": card},
        }
        told = self._ask("PUT", f"/v1/orders/before/{uuid.uuid4().hex}", sold)
        if told["points"] != _BEFORE:
            raise Failure(f"a sale of {_BEFORE} brought {told['points']} points")
        return _BEFORE

    def hold(self, card: str, bill: int) -> str:
        """Ask what points can pay of a bill, and reserve `POINTS`; return the hold's id."""
        quoted = self._ask("POST", "/v1/quote", {"card_code": card, "total": bill})
        most = min(bill, _BEFORE)
        if quoted["payable"] != {"points": most, "amount": most}:
            raise Failure(f"of a bill of {bill} points can pay {quoted['payable']}, not {most}")
        held = self._ask("POST", "/v1/holds", {"card_code": card, "points": POINTS, "bill": bill})
        if (held["outcome"], held["pays"]) != ("held", POINTS):
            raise Failure(f"{POINTS} points were not held: {held['outcome']}")
        return str(held["id"])

    def capture(self, hold: str, source: str, order: str) -> None:
        """Spend what is held on an order, whether it was told of or not; the same again is none."""
        about = {"order": {"source": source, "id": order}}
        told = self._ask("POST", f"/v1/holds/{hold}/capture", about, hold)
        if (told["outcome"], told["price"]) != ("captured", POINTS):
            raise Failure(f"a hold was not captured: {told['outcome']}")

    def _ask(self, method: str, path: str, content: Any, act: str = "") -> Any:
        """Ask as tills do: again, under the same key, until there is an answer."""
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": act or uuid.uuid4().hex,
        }
        body = json.dumps(content).encode()
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                reply = ask(method, f"{self._base}{path}", body, headers)
            except OSError:
                reply = None
            if reply is not None and reply.status == HTTPStatus.OK:
                return reply.json()
            passes = reply is None or reply.status in _AGAIN or reply.status >= 500  # noqa: PLR2004
            if not passes or time.monotonic() > deadline:
                status = "nothing" if reply is None else reply.status
                raise Failure(f"{method} {path.split('/')[2]} was answered with {status}")
            time.sleep(_REPEAT_EVERY)
