"""Square as far as we ask it, strict as it documents itself.

Source: Square API reference, "Retrieve order", "Get payment", "List payments", "List payment
refunds", "Retrieve customer", "Batch retrieve catalog objects"; "Square API errors".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from infra.local.vendors.server import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.vendors.server import Asked

Json = dict[str, Any]

_VERSION = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_LISTED = {
    "begin_time",
    "end_time",
    "updated_at_begin_time",
    "updated_at_end_time",
    "sort_field",
    "sort_order",
    "cursor",
    "location_id",
    "limit",
}
_MOST_LISTED = 100
_MOST_OBJECTS = 1000
SCOPES = frozenset({"PAYMENTS_READ", "ORDERS_READ", "CUSTOMERS_READ", "ITEMS_READ"})


class Refused(Exception):  # noqa: N818 - an answer
    """Square says no: status, category and code."""

    def __init__(self, status: int, category: str, code: str) -> None:
        super().__init__(code)
        self.answer = Answer({"errors": [{"category": category, "code": code}]}, status)


@dataclass
class Square:
    """The objects of one merchant, by id, and the routes that tell them."""

    token: str = "EAAAexample-access-token"  # noqa: S105 - nobody's
    scopes: frozenset[str] = SCOPES
    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    catalogue: dict[str, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        try:
            self._check(asked)
            return self._route(asked)
        except Refused as refused:
            return refused.answer

    def _check(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(HTTPStatus.UNAUTHORIZED, "AUTHENTICATION_ERROR", "UNAUTHORIZED")
        if not _VERSION.fullmatch(asked.headers.get("square-version", "")):
            raise _bad("INVALID_SQUARE_VERSION_FORMAT")

    def _route(self, asked: Asked) -> Answer:
        place = asked.path.strip("/").split("/")
        one = {"orders": (self.orders, "order", "ORDERS_READ")}
        one |= {"payments": (self.payments, "payment", "PAYMENTS_READ")}
        one |= {"customers": (self.customers, "customer", "CUSTOMERS_READ")}
        match (asked.method, place):
            case ("GET", ["v2", "payments"]):
                return self._listed(asked, self.payments, "payments")
            case ("GET", ["v2", "refunds"]):
                return self._listed(asked, self.refunds, "refunds")
            case ("POST", ["v2", "catalog", "batch-retrieve"]):
                return self._batch(asked)
            case ("GET", ["v2", kind, name]) if kind in one:
                objects, title, scope = one[kind]
                self._need(scope)
                if asked.query or name not in objects:
                    raise _bad("BAD_REQUEST") if asked.query else _not_found()
                return Answer({title: objects[name]})
        raise _not_found()

    def _need(self, scope: str) -> None:
        if scope not in self.scopes:
            raise Refused(HTTPStatus.FORBIDDEN, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES")

    def _listed(self, asked: Asked, objects: Mapping[str, Json], name: str) -> Answer:
        self._need("PAYMENTS_READ")
        query = asked.query
        if query.keys() - _LISTED or query.get("sort_order", "DESC") not in ("ASC", "DESC"):
            raise _bad("BAD_REQUEST")
        limit = query.get("limit", str(_MOST_LISTED))
        if not limit.isdecimal() or not 1 <= int(limit) <= _MOST_LISTED:
            raise _bad("VALUE_TOO_HIGH")
        # The field that is sorted by has to be the one that is filtered by.
        sorted_by = query.get("sort_field", "CREATED_AT")
        filtered = "updated_at" if "updated_at_begin_time" in query else "created_at"
        if sorted_by != filtered.upper():
            raise _bad("BAD_REQUEST")
        begin = query.get("updated_at_begin_time") or query.get("begin_time") or ""
        end = query.get("updated_at_end_time") or query.get("end_time") or "9999"
        found = sorted(
            (one for one in objects.values() if begin <= one[filtered] <= end),
            key=lambda one: (one[filtered], one["id"]),
            reverse=query.get("sort_order", "DESC") == "DESC",
        )
        start = int(query.get("cursor") or 0)
        page: Json = {name: found[start : start + int(limit)]}
        if start + int(limit) < len(found):
            page["cursor"] = str(start + int(limit))
        # Square leaves out what is empty.
        return Answer({key: value for key, value in page.items() if value})

    def _batch(self, asked: Asked) -> Answer:
        self._need("ITEMS_READ")
        wanted = json.loads(asked.body)
        known = {"object_ids", "include_related_objects", "include_deleted_objects"}
        if wanted.keys() - known or not 1 <= len(wanted.get("object_ids", ())) <= _MOST_OBJECTS:
            raise _bad("BAD_REQUEST")
        found = [self.catalogue[one] for one in wanted["object_ids"] if one in self.catalogue]
        answer: Json = {"objects": found}
        if wanted.get("include_related_objects"):
            named = {one for thing in found for one in _names(thing)}
            answer["related_objects"] = [
                self.catalogue[one] for one in sorted(named) if one in self.catalogue
            ]
        return Answer({key: value for key, value in answer.items() if value})


def _names(thing: Json) -> set[str]:
    """Return the ids that an object names itself; Square goes one level deep."""
    if "item_variation_data" in thing:
        return {thing["item_variation_data"]["item_id"]}
    data = thing.get("item_data", {})
    return {one["id"] for one in data.get("categories", ())}


def _bad(code: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_ERROR", code)


def _not_found() -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "INVALID_REQUEST_ERROR", "NOT_FOUND")
