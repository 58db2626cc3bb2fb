"""Simulated tills: one that speaks our own words, and one by Square.

A message is first sealed (signed) and then posted, so that the very same bytes can be posted again,
late, or in another order, as the internet does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from infra.failures import Failure
from infra.local.web import Reply, ask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REPEAT_EVERY = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed message on its way: where to, headers, the exact bytes."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    def post(self) -> Reply:
        """Deliver it once. Raises OSError when no answer came."""
        return ask("POST", self.url, self.body, self.headers)

    def post_until_taken(self, seconds: float = 60.0) -> Reply:
        """Deliver it as tills do: again after a 429, a 5xx, and when no answer comes.

        Raises
        ------
        Failure
            Nobody took it within `seconds`.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                reply = self.post()
            except OSError:
                reply = None
            if reply is not None and not _again(reply.status):
                return reply
            if time.monotonic() > deadline:
                why = "no answer" if reply is None else f"status {reply.status}"
                raise Failure(f"A message was not taken within {seconds:.0f} s ({why}).")
            time.sleep(_REPEAT_EVERY)


def _again(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def post_all(envelopes: Sequence[Envelope], at_once: int = 4) -> list[Reply]:
    """Deliver messages, so many at a time, each until it is taken; the answers in their order."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(Envelope.post_until_taken, envelopes))


class Till:
    """A till that speaks the generic language, and signs by Standard Webhooks.

    Parameters
    ----------
    webhook
        ``url``, ``redemptions_url``, ``secret`` and ``source``, as in ``stack.json``.
    currency
        ISO 4217; amounts are in its minor units.
    """

    def __init__(self, webhook: Mapping[str, str], currency: str) -> None:
        self._webhook = webhook
        self._currency = currency

    def order(
        self,
        order: str,
        total: int,
        member: Mapping[str, str] | None = None,
        *,
        version: int = 1,
        status: str = "completed",
        source: str | None = None,
    ) -> dict[str, Any]:
        """Return the message that says how an order stands now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = {"id": "1", "name": "Flat white", "category": "coffee", "quantity": 1}
        content: dict[str, Any] = {
            "source": source or self._webhook["source"],
            "id": order,
            "version": version,
            "status": status,
            "occurred_at": now,
            "currency": self._currency,
            "total": total,
            "lines": [{**line, "amount": total}],
        }
        if member:
            content["member"] = dict(member)
        return {"type": "order.updated", "timestamp": now, "data": {"order": content}}

    def redemption(self, redemption: str, card_code: str, reward: str) -> dict[str, Any]:
        """Return the message that asks to spend points on a reward."""
        data = {"id": redemption, "card_code": card_code, "reward": reward}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return {"type": "redemption.requested", "timestamp": now, "data": data}

    def seal(
        self, message: Mapping[str, Any], *, at: datetime | None = None, secret: str | None = None
    ) -> Envelope:
        """Sign a message, `at` an instant other than now or with another `secret` if asked."""
        redeems = message["type"] == "redemption.requested"
        body = json.dumps(message, ensure_ascii=False)
        message_id = f"msg_{uuid.uuid4().hex}"
        signed_at = at or datetime.now(UTC)
        signature = Webhook(secret or self._webhook["secret"]).sign(message_id, signed_at, body)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(signed_at.timestamp())),
            "webhook-signature": signature,
        }
        url = self._webhook["redemptions_url" if redeems else "url"]
        return Envelope(url, headers, body.encode())

    def send(self, message: Mapping[str, Any]) -> Reply:
        """Sign a message and deliver it once."""
        return self.seal(message).post()


class SquareTill:
    """A till by Square: reports payments; the order is named by ``order_id``.

    The shape is that of Square's own ``payment.updated`` example (Payment object of its API).

    Parameters
    ----------
    square
        ``url``, ``signature_key`` and ``notification_url``, as in ``stack.json``.
    """

    source = "square"

    def __init__(self, square: Mapping[str, str], currency: str) -> None:
        self._square = square
        self._currency = currency

    def payment(
        self,
        order: str,
        amount: int,
        *,
        status: str = "COMPLETED",
        payment: str | None = None,
        refunded: int = 0,
        event: str = "payment.updated",
        at: datetime | None = None,
    ) -> dict[str, Any]:
        """Return the event that says how a payment stands now."""
        instant = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        payment_id = payment or f"{order}-payment"
        money = {"amount": amount, "currency": self._currency}
        content: dict[str, Any] = {
            "id": payment_id,
            "order_id": order,
            "status": status,
            "amount_money": money,
            "total_money": money,
            "source_type": "CARD",
            "location_id": "S8GWD5R9QB376",
            "receipt_number": payment_id[:4],
            "created_at": instant,
            "updated_at": instant,
        }
        if refunded:
            content["refunded_money"] = {"amount": refunded, "currency": self._currency}
        return {
            "merchant_id": "6SSW7HV8K2ST5",
            "type": event,
            "event_id": str(uuid.uuid4()),
            "created_at": instant,
            "data": {"type": "payment", "id": payment_id, "object": {"payment": content}},
        }

    def seal(self, event: Mapping[str, Any], *, key: str | None = None) -> Envelope:
        """Sign an event, with another `key` if asked."""
        body = json.dumps(event).encode()
        signed = self._square["notification_url"].encode() + body
        secret = (key or self._square["signature_key"]).encode()
        signature = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
        headers = {
            "Content-Type": "application/json",
            "x-square-hmacsha256-signature": signature,
        }
        return Envelope(self._square["url"], headers, body)

    def send(self, event: Mapping[str, Any]) -> Reply:
        """Sign an event and deliver it once."""
        return self.seal(event).post()
