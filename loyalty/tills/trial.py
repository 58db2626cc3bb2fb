"""A vendor's own kind of message, sent to a till's address as a trial that earns nobody anything.

It is made here, in the vendor's shape, signed with the address's secret as the vendor would, and
posted to the address itself: through the gateway, the door, the inbox and the worker. It carries a
mark among its fields (vendors' readers look at their own fields only); whatever carries the mark is
read as any other message and recorded nowhere. Whoever knows the secret may send one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3
from standardwebhooks.webhooks import Webhook

from loyalty.tills.bridges import samples
from loyalty.tills.bridges.registry import BRIDGES
from loyalty.tills.bridges.samples import written
from loyalty.tills.failures import VendorFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint

MARK = "loyalty_trial"
TIMEOUT = 5.0
"""Seconds that the door has to answer: half of what most vendors wait."""

_LARGEST_ANSWER = 16 * 1024
_TOTAL, _AMOUNT = 100, "1.00"


@dataclass(frozen=True, slots=True)
class Posting:
    """A message on its way: raw body, and the headers that prove whose it is."""

    body: bytes
    headers: Mapping[str, str]


def made(endpoint: Endpoint, secret: str, currency: str, name: str, now: datetime) -> Posting:
    """Return the trial of that name (random letters) in an endpoint's language, signed."""
    document = _SAMPLES[endpoint.scheme](endpoint, currency, now)
    marked = document[0] if isinstance(document, list) else document
    marked[MARK] = name
    body = json.dumps(document).encode()
    proof = _PROOFS.get(endpoint.scheme, _proved_by_address)(endpoint, secret, body, now)
    return Posting(body, {"Content-Type": "application/json", **proof})


def address(base: str, endpoint: Endpoint, secret: str) -> str:
    """Return the address that the endpoint's messages are sent to, below ``https://…``."""
    bridge = BRIDGES.get(endpoint.scheme)
    inside = f"/from/{secret}" if bridge and bridge.secret_in_path else ""
    return f"{base}/webhooks/{endpoint.id}{inside}"


def name_of(document: Any) -> str:
    """Return the name of the trial that a message is; empty where it is none."""
    marked = document[0] if isinstance(document, list) and document else document
    name = marked.get(MARK) if isinstance(marked, dict) else None
    return name if isinstance(name, str) else ""


def post(pool: urllib3.PoolManager, url: str, posting: Posting, timeout: float) -> tuple[int, str]:
    """Post a trial; return the status, and ``result`` or ``code`` of the answer.

    Raises
    ------
    VendorFailed
        ``unavailable``: there was no answer.
    """
    try:
        answer = pool.request(
            "POST",
            url,
            body=posting.body,
            headers=dict(posting.headers),
            timeout=urllib3.Timeout(total=timeout),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        text = answer.read(_LARGEST_ANSWER)
        answer.release_conn()
    except urllib3.exceptions.HTTPError:
        raise VendorFailed("unavailable") from None
    try:
        told = json.loads(text)
    except ValueError:
        return answer.status, ""
    said = (told.get("result") or told.get("code")) if isinstance(told, dict) else ""
    return answer.status, said if isinstance(said, str) else ""


Json = dict[str, Any]


def _standard(endpoint: Endpoint, currency: str, now: datetime) -> Json:
    order = {
        "source": endpoint.source,
        "id": f"trial-{int(now.timestamp())}",
        "version": 1,
        "status": "completed",
        "occurred_at": written(now),
        "currency": currency,
        "total": _TOTAL,
        "lines": [{"id": "trial", "name": "Trial", "quantity": 1, "amount": _TOTAL}],
    }
    return {"type": "order.updated", "timestamp": written(now), "data": {"order": order}}


def _square(endpoint: Endpoint, currency: str, now: datetime) -> Json:
    payment = {
        "id": f"trial-{int(now.timestamp())}",
        "status": "COMPLETED",
        "amount_money": {"amount": _TOTAL, "currency": currency},
        "total_money": {"amount": _TOTAL, "currency": currency},
        "created_at": written(now),
        "updated_at": written(now),
    }
    return {
        "merchant_id": endpoint.merchant,
        "type": "payment.updated",
        "event_id": payment["id"],
        "created_at": written(now),
        "data": {"type": "payment", "id": payment["id"], "object": {"payment": payment}},
    }


def _shopify(_: Endpoint, currency: str, now: datetime) -> Json:
    return {
        "id": int(now.timestamp()),
        "created_at": written(now),
        "processed_at": written(now),
        "updated_at": written(now),
        "cancelled_at": None,
        "test": False,
        "currency": currency,
        "financial_status": "paid",
        "total_price": _AMOUNT,
        "total_tax": "0.00",
        "total_discounts": "0.00",
        "line_items": [],
        "refunds": [],
    }


def _woocommerce(_: Endpoint, currency: str, now: datetime) -> Json:
    plain = written(now).removesuffix("Z")
    return {
        "id": int(now.timestamp()),
        "order_key": "wc_order_trial",
        "status": "processing",
        "currency": currency,
        "date_created_gmt": plain,
        "date_modified_gmt": plain,
        "date_paid_gmt": plain,
        "total": _AMOUNT,
        "total_tax": "0.00",
        "line_items": [],
        "refunds": [],
    }


def _stripe(_: Endpoint, currency: str, now: datetime) -> Json:
    second = int(now.timestamp())
    payment = {
        "id": f"pi_trial{second}",
        "object": "payment_intent",
        "created": second,
        "status": "succeeded",
        "amount_received": _TOTAL,
        "currency": currency.lower(),
        "metadata": {},
    }
    return {
        "id": f"evt_trial{second}",
        "object": "event",
        "created": second,
        "livemode": True,
        "type": "payment_intent.succeeded",
        "data": {"object": payment},
    }


def _evotor(endpoint: Endpoint, _: str, now: datetime) -> Json:
    receipt = {
        "id": f"trial-{int(now.timestamp())}",
        "storeId": endpoint.merchant,
        "dateTime": written(now),
        "type": "SELL",
        "infoCheck": False,
        "items": [],
        "totalTax": 0,
        "totalDiscount": 0,
        "totalAmount": 1,
    }
    return {"id": receipt["id"], "type": "ReceiptCreated", "version": 2, "data": receipt}


def _iiko(endpoint: Endpoint, _: str, now: datetime) -> list[Json]:
    local = now.strftime("%Y-%m-%d %H:%M:%S.000")
    order = {
        "status": "Closed",
        "whenCreated": local,
        "whenClosed": local,
        "sum": 1,
        "items": [],
        "payments": [],
        "processedPaymentsSum": 1,
        "isDeleted": False,
    }
    told = {
        "id": f"trial-{int(now.timestamp())}",
        "timestamp": int(now.timestamp()) * 1000,
        "creationStatus": "Success",
        "order": order,
    }
    return [
        {
            "eventType": "TableOrderUpdate",
            "eventTime": local,
            "organizationId": endpoint.merchant,
            "eventInfo": told,
        }
    ]


def _clover(endpoint: Endpoint, _: str, now: datetime) -> Json:
    told = {"objectId": "O:TRIAL", "type": "CREATE", "ts": int(now.timestamp()) * 1000}
    return {"appId": "TRIAL", "merchants": {endpoint.merchant: [told]}}


_SAMPLES: Mapping[str, Callable[[Endpoint, str, datetime], Any]] = {
    "standard": _standard,
    "square": _square,
    "shopify": _shopify,
    "woocommerce": _woocommerce,
    "stripe": _stripe,
    "evotor": _evotor,
    "iiko": _iiko,
    "clover": _clover,
    **samples.SAMPLES,
}


def _mac(secret: str, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()


def _proved_standard(_: Endpoint, secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    seconds = int(now.timestamp())
    name = f"msg_trial{seconds}"
    return {
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": Webhook(secret).sign(name, now, body.decode()),
    }


def _proved_square(endpoint: Endpoint, secret: str, body: bytes, _: datetime) -> Mapping[str, str]:
    signed = endpoint.notification_url.encode() + body
    return {"x-square-hmacsha256-signature": _mac(secret, signed)}


def _proved_shopify(endpoint: Endpoint, secret: str, body: bytes, _: datetime) -> Mapping[str, str]:
    return {
        "X-Shopify-Hmac-Sha256": _mac(secret, body),
        "X-Shopify-Shop-Domain": endpoint.merchant,
    }


def _proved_woocommerce(
    endpoint: Endpoint, secret: str, body: bytes, _: datetime
) -> Mapping[str, str]:
    return {
        "X-WC-Webhook-Signature": _mac(secret, body),
        "X-WC-Webhook-Source": endpoint.merchant,
        "X-WC-Webhook-Topic": "order.updated",
    }


def _proved_stripe(_: Endpoint, secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    seconds = str(int(now.timestamp()))
    mark = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256)
    return {"Stripe-Signature": f"t={seconds},v1={mark.hexdigest()}"}


def _proved_hubspot(
    endpoint: Endpoint, secret: str, body: bytes, now: datetime
) -> Mapping[str, str]:
    milliseconds = str(int(now.timestamp() * 1000))
    signed = b"POST" + endpoint.notification_url.encode() + body + milliseconds.encode()
    return {
        "X-HubSpot-Signature-v3": _mac(secret, signed),
        "X-HubSpot-Request-Timestamp": milliseconds,
    }


def _proved_by_address(_: Endpoint, __: str, ___: bytes, ____: datetime) -> Mapping[str, str]:
    return {}


_PROOFS: Mapping[str, Callable[[Endpoint, str, bytes, datetime], Mapping[str, str]]] = {
    "standard": _proved_standard,
    "square": _proved_square,
    "shopify": _proved_shopify,
    "woocommerce": _proved_woocommerce,
    "stripe": _proved_stripe,
    "evotor": lambda _, secret, __, ___: {"Authorization": f"Bearer {secret}"},
    "iiko": lambda _, secret, __, ___: {"Authorization": secret},
    "clover": lambda _, secret, __, ___: {"X-Clover-Auth": secret},
    "visits": _proved_standard,
    "hubspot": _proved_hubspot,
    "calcom": lambda _, secret, body, __: {
        "X-Cal-Signature-256": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    },
}
