"""Stripe, Evotor, iiko and Clover as far as we ask them, strict as they document themselves.

Source: Stripe API reference, "Retrieve a Session", "line items", "Retrieve a charge", "List all
events"; Evotor's documentation-api of 2017, "Documents"; iiko Cloud API, "access_token", "by_id";
Clover REST API v3, "orders", "payments", "customers".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from infra.local.vendors.server import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.vendors.server import Asked

Json = dict[str, Any]

_REFUSED = Answer({}, HTTPStatus.UNAUTHORIZED)
_NOT_FOUND = Answer({}, HTTPStatus.NOT_FOUND)
_BAD = Answer({}, HTTPStatus.BAD_REQUEST)
_MOST_EVENTS, _MOST_KINDS = 100, 20  # of a page at Stripe, and of kinds that one asks for


@dataclass
class Stripe:
    """Checkouts with their lines, and charges, by id."""

    token: str = "rk_live_example-restricted-key"  # noqa: S105 - nobody's
    sessions: dict[str, Json] = field(default_factory=dict)
    lines: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question; products are told in full only where that is asked for."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return _REFUSED
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["v1", "checkout", "sessions", name]) if name in self.sessions:
                return Answer(self.sessions[name])
            case ("GET", ["v1", "checkout", "sessions", name, "line_items"]) if name in self.lines:
                if asked.query.keys() - {"limit", "expand[]"}:
                    return _BAD
                found = json.loads(json.dumps(self.lines[name]))
                if asked.query.get("expand[]") != "data.price.product":
                    for line in found["data"]:
                        line["price"]["product"] = line["price"]["product"]["id"]
                return Answer(found)
            case ("GET", ["v1", "charges", name]) if name in self.charges:
                return Answer(self.charges[name])
        return self._listed(asked.query) if asked.path == "/v1/events" else _NOT_FOUND

    def _listed(self, query: Mapping[str, str]) -> Answer:
        kinds = {value for name, value in query.items() if name.startswith("types[")}
        known = {"created[gte]", "created[lte]", "limit", "starting_after"}
        limit = int(query.get("limit", "10"))
        others = {name for name in query if not name.startswith("types[")} - known
        if others or not 1 <= limit <= _MOST_EVENTS or len(kinds) > _MOST_KINDS:
            return _BAD
        since, until = int(query["created[gte]"]), int(query["created[lte]"])
        found = sorted(
            (
                event
                for event in self.events
                if event["type"] in kinds and since <= event["created"] <= until
            ),
            key=lambda event: (event["created"], event["id"]),
            reverse=True,
        )
        if "starting_after" in query:
            names = [event["id"] for event in found]
            found = found[names.index(query["starting_after"]) + 1 :]
        page = found[:limit]
        return Answer({"object": "list", "data": page, "has_more": len(found) > len(page)})


@dataclass
class Evotor:
    """What the registers of one store have written."""

    token: str = "example-evotor-cloud-token"  # noqa: S105 - nobody's
    store: str = ""
    documents: list[Json] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question: documents between two instants."""
        if asked.headers.get("x-authorization") != self.token:
            return _REFUSED
        place = f"/api/v1/inventories/stores/{self.store}/documents"
        if asked.method != "GET" or asked.path != place:
            return _NOT_FOUND
        query = asked.query
        if query.keys() != {"gtCloseDate", "ltCloseDate", "types"}:
            return _BAD
        since, until = (_instant(query[name]) for name in ("gtCloseDate", "ltCloseDate"))
        kinds = query["types"].split(",")
        return Answer(
            [
                one
                for one in self.documents
                if one["type"] in kinds and since < _instant(one["closeDate"]) < until
            ]
        )


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


@dataclass
class Iiko:
    """Orders by id, for whoever has logged in."""

    token: str = "example-api-login"  # noqa: S105 - nobody's
    organization: str = ""
    tables: dict[str, Json] = field(default_factory=dict)
    deliveries: dict[str, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        body = json.loads(asked.body or b"{}")
        if asked.method == "POST" and asked.path == "/api/1/access_token":
            good = body == {"apiLogin": self.token}
            return Answer({"correlationId": "c", "token": "session"}) if good else _REFUSED
        if asked.headers.get("authorization") != "Bearer session":
            return _REFUSED
        kept = {
            ("POST", "/api/1/order/by_id"): (self.tables, "organizationIds", [self.organization]),
            ("POST", "/api/1/deliveries/by_id"): (
                self.deliveries,
                "organizationId",
                self.organization,
            ),
        }.get((asked.method, asked.path))
        if kept is None:
            return _NOT_FOUND
        orders, name, whose = kept
        if body.get(name) != whose:
            return _BAD
        found = [orders[one] for one in body["orderIds"] if one in orders]
        return Answer({"correlationId": "c", "orders": found})


@dataclass
class Clover:
    """Orders, payments and customers of one merchant, by id."""

    token: str = "example-clover-token"  # noqa: S105 - nobody's
    merchant: str = "OWNMERCHANT01"
    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question; what an order has is told only where that is asked for."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return _REFUSED
        kept = {"orders": self.orders, "payments": self.payments, "customers": self.customers}
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["v3", "merchants", self.merchant, kind, name]) if kind in kept:
                if name not in kept[kind] or asked.query.keys() - {"expand"}:
                    return _NOT_FOUND
                found = kept[kind][name]
                told = asked.query.get("expand", "").split(",")
                return Answer(
                    {
                        key: value
                        for key, value in found.items()
                        if not (isinstance(value, dict) and "elements" in value) or key in told
                    }
                )
        return _NOT_FOUND
