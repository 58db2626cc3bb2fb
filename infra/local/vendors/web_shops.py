"""Shopify and WooCommerce as far as we ask them, strict as they document themselves.

Source: shopify.dev, "Order" and "Product" of the REST Admin API; WooCommerce REST API v3, "Orders",
"Order refunds", "Products", "Authentication over HTTPS".
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from infra.local.vendors.server import Answer

if TYPE_CHECKING:
    from infra.local.vendors.server import Asked

Json = dict[str, Any]

_LISTED = {"status", "updated_at_min", "updated_at_max", "order", "limit"}
_FOUND = {"modified_after", "modified_before", "dates_are_gmt", "orderby", "order", "per_page"}
_MOST_AT_SHOPIFY, _MOST_AT_WOO = 250, 100


@dataclass
class Shopify:
    """The orders of one shop, by id, and the type of each product."""

    token: str = "shpat_example-access-token"  # noqa: S105 - nobody's
    version: str = "2025-07"
    orders: dict[str, Json] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset({"read_orders", "read_products"})

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        if asked.headers.get("x-shopify-access-token") != self.token:
            told = {"errors": "[API] Invalid API key or access token (unrecognized login)"}
            return Answer(told, HTTPStatus.UNAUTHORIZED)
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["admin", "api", self.version, "orders.json"]):
                return self._listed(asked)
            case ("GET", ["admin", "api", self.version, "products.json"]):
                return self._products(asked)
            case ("GET", ["admin", "api", self.version, "orders", name]):
                found = self.orders.get(name.removesuffix(".json"))
                if found is not None and name.endswith(".json") and not asked.query:
                    return Answer({"order": found})
        return Answer({"errors": "Not Found"}, HTTPStatus.NOT_FOUND)

    def _products(self, asked: Asked) -> Answer:
        if "read_products" not in self.scopes:
            told = {
                "errors": "[API] This action requires merchant approval for read_products scope."
            }
            return Answer(told, HTTPStatus.FORBIDDEN)
        names, limit = asked.query.get("ids", "").split(","), asked.query.get("limit", "50")
        if asked.query.keys() - {"ids", "fields", "limit"} or int(limit) > _MOST_AT_SHOPIFY:
            return Answer({"errors": "Bad Request"}, HTTPStatus.BAD_REQUEST)
        found = [
            {"id": int(one), "title": f"Product {one}", "product_type": self.types[one]}
            for one in names
            if one in self.types
        ]
        fields = asked.query.get("fields", "id,title,product_type").split(",")
        page = [{name: one[name] for name in fields} for one in found[: int(limit)]]
        return Answer({"products": page})

    def _listed(self, asked: Asked) -> Answer:
        query = asked.query
        limit = query.get("limit", "50")
        if query.keys() - _LISTED or not limit.isdecimal() or int(limit) > _MOST_AT_SHOPIFY:
            return Answer({"errors": "Bad Request"}, HTTPStatus.BAD_REQUEST)
        if query.get("status") != "any":
            return Answer({"orders": []})  # only open ones are told otherwise
        since, until = (
            datetime.fromisoformat(query[name]) for name in ("updated_at_min", "updated_at_max")
        )
        found = sorted(
            (
                order
                for order in self.orders.values()
                if since <= datetime.fromisoformat(order["updated_at"]) <= until
            ),
            key=lambda order: datetime.fromisoformat(order["updated_at"]),
            reverse=query.get("order") != "updated_at asc",
        )
        return Answer({"orders": found[: int(limit)]})


@dataclass
class WooCommerce:
    """The orders of one shop, by id, the refunds of each, and the categories of each product."""

    token: str = "ck_example:cs_example"  # noqa: S105 - nobody's
    orders: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, list[Json]] = field(default_factory=dict)
    shelves: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        basic = f"Basic {b64encode(self.token.encode()).decode()}"
        if asked.headers.get("authorization") != basic:
            told = {"code": "woocommerce_rest_cannot_view", "data": {"status": 401}}
            return Answer(told, HTTPStatus.UNAUTHORIZED)
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["wp-json", "wc", "v3", "orders"]):
                return self._listed(asked)
            case ("GET", ["wp-json", "wc", "v3", "products"]):
                return self._products(asked)
            case ("GET", ["wp-json", "wc", "v3", "orders", name]) if name in self.orders:
                return Answer(self.orders[name])
            case ("GET", ["wp-json", "wc", "v3", "orders", name, "refunds"]) if name in self.orders:
                return Answer(self.refunds.get(name, []))
        told = {"code": "woocommerce_rest_shop_order_invalid_id", "data": {"status": 404}}
        return Answer(told, HTTPStatus.NOT_FOUND)

    def _listed(self, asked: Asked) -> Answer:
        query = asked.query
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        if query.keys() - _FOUND - {"page"} or not 1 <= size <= _MOST_AT_WOO:
            told = {"code": "rest_invalid_param", "data": {"status": 400}}
            return Answer(told, HTTPStatus.BAD_REQUEST)
        since, until = query["modified_after"], query["modified_before"]
        found = sorted(
            (one for one in self.orders.values() if since < one["date_modified_gmt"] < until),
            key=lambda one: (one["date_modified_gmt"], one["id"]),
        )
        return Answer(found[(page - 1) * size : page * size])

    def _products(self, asked: Asked) -> Answer:
        query = asked.query
        size = int(query.get("per_page", "10"))
        if query.keys() - {"include", "per_page", "status", "page"} or size > _MOST_AT_WOO:
            told = {"code": "rest_invalid_param", "data": {"status": 400}}
            return Answer(told, HTTPStatus.BAD_REQUEST)
        names = [one for one in query.get("include", "").split(",") if one in self.shelves]
        return Answer([self._product(one) for one in names[:size]])

    def _product(self, name: str) -> Json:
        shelves = [
            {"id": number, "name": one, "slug": one.lower()}
            for number, one in enumerate(self.shelves[name], 1)
        ]
        return {"id": int(name), "name": f"Product {name}", "categories": shelves}
