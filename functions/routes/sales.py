"""/v1/orders: what was sold, as a till or staff see it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.http.answers import json_answer, raw_body
from functions.http.authorize import authorize
from functions.http.strict_json import read_json
from functions.wiring import environment, ledger
from loyalty.core.order import OrderKey
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

    from loyalty.core.order import Order

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

MOST_ORDERS = 100

_CLAIM = re.compile(r"/v1/orders/([^/]+)/(.+)/claim", re.DOTALL)


@router.get("/v1/orders")
def parked_orders() -> Response[str]:
    """List orders that wait for their member, oldest first."""
    key = authorize(router.current_event, "owner", "staff")
    if router.current_event.get_query_string_value("state") != "parked":
        detail = "Only state=parked can be listed."
        raise Refusal("invalid", "unknown_state", detail, pointer="/state")
    found = ledger.sales().parked_orders(key.program, MOST_ORDERS, environment.now())
    return json_answer({"orders": [_shown(order) for order in found.orders]})


@router.post("/v1/orders/<source>/<order>/claim")
def claim(source: str, order: str) -> Response[str]:
    """Give a parked order to the member whose card was scanned."""
    key = authorize(router.current_event, "till", "staff")
    source, order = unquote(source), unquote(order)
    if key.sources and source not in key.sources:
        raise Refusal("not_found", "order_not_found")
    code = read_json(raw_body(router.current_event.raw_event)).get("card_code")
    if not isinstance(code, str):
        detail = "The scanned card's code is needed."
        raise Refusal("invalid", "missing", detail, pointer="/card_code")
    order_key = OrderKey(key.program, source, order)
    outcome = ledger.sales().claim_order(order_key, code, f"key:{key.id}", environment.now())
    return json_answer({"result": outcome.result, "points": outcome.points})


def escaped(path: str) -> str:
    """Return a path with an order's names escaped again.

    HTTP APIs hand it over decoded; the till's id of an order may hold what separates, a slash too.
    """
    match = _CLAIM.fullmatch(path)
    if match is None:
        return path
    source, order = (quote(name, safe="") for name in match.groups())
    return f"/v1/orders/{source}/{order}/claim"


def _shown(order: Order) -> dict[str, Any]:
    return {
        "source": order.key.source,
        "id": order.key.id,
        "total": order.total,
        "currency": order.currency,
        "occurred_at": order.occurred_at.isoformat(),
        "first_seen": order.first_seen.isoformat(),
    }
