"""Shops whose tills speak a vendor's language: messages from the vendor's folder of fixtures, read
and recorded as the worker does, and counted by a program in which a point is a minor unit."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import random
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.http.strict_json import read_value
from loyalty.access.keys import Endpoint
from loyalty.core.order import BASKET, OrderKey, OrderReport, Part
from loyalty.program import document as program_document
from loyalty.tills import registry
from loyalty.tills.categories import Catalogue
from loyalty.tills.incoming import Buyer, Sender
from loyalty.tills.naming import Naming
from loyalty.tills.reading import Message
from tests.support.memory import MemoryTables
from tests.support.world import START, TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables
    from loyalty.tills.reading import Reading

CONFORMANCE = Path(__file__).parents[2] / "infra" / "conformance"
PUBLISHED = Path(__file__).parents[3] / "shared" / "pos-samples"
"""Messages as the vendors publish them, where they are at hand."""


def program(**changes: Any) -> Program:
    """Return the program that the conformance suite counts in."""
    text = (CONFORMANCE / "program.toml").read_text(encoding="utf-8")
    return program_document.read({**tomllib.loads(text), **changes})


def endpoint(scheme: str, **more: Any) -> Endpoint:
    return Endpoint(f"conformance-{scheme}", "conformance", (scheme,), scheme, **more)


def sender(scheme: str, rules: Program | None = None, **more: Any) -> Sender:
    """Return who sends through an endpoint of that scheme."""
    return Sender(endpoint(scheme, **more), rules or program(), Naming(TOKENS))


def plain(scheme: str, name: str) -> Any:
    """Return a fixture as JSON, to be changed."""
    text = (CONFORMANCE / "messages" / scheme / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def exact(document: Any) -> Any:
    """Return a document as our reader of JSON reads it: no float anywhere."""
    body = json.dumps(document).encode()
    return read_value(body, largest=10**6, exact=True, lists=True)


def read(who: Sender, document: Any, headers: Mapping[str, str] | None = None) -> Reading:
    """Read a document as a message of a sender."""
    return registry.read(who, Message(exact(document), headers or {}))


def one(reading: Reading) -> OrderReport:
    """Return the only report of a reading."""
    (report,) = reading.reports
    return report


def catalogue(tables: Tables | None = None, now: datetime = START) -> Catalogue:
    """Return the catalogue of a till's products, empty unless the tables know some."""
    return Catalogue(tables or MemoryTables(), ("conformance", "till"), now=lambda: now)


def headers_of(scheme: str, body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """Return what a vendor signs or proves itself with, made by hand."""
    mac = hmac.digest(secret.encode(), body, hashlib.sha256)
    if scheme == "stripe":
        seconds = str(int(at.timestamp()))
        mark = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256)
        return {"stripe-signature": f"t={seconds},v1={mark.hexdigest()}"}
    return {
        "shopify": {"x-shopify-hmac-sha256": base64.b64encode(mac).decode()},
        "woocommerce": {"x-wc-webhook-signature": base64.b64encode(mac).decode()},
        "evotor": {"authorization": f"Bearer {secret}"},
        "iiko": {"authorization": secret},
        "clover": {"x-clover-auth": secret},
    }[scheme]


class Shop:
    """The counter of a shop with one customer, whose card is scanned."""

    def __init__(self, scheme: str, **more: Any) -> None:
        self.world = World()
        self.world.programs.put(program())
        self.world.restart()
        self.customer = self.world.enrol(program="conformance")
        self.sender = sender(scheme, **more)

    def tell(self, document: Any, headers: Mapping[str, str] | None = None) -> Reading:
        """Let a message come in; what it wants from the vendor is left."""
        text = json.dumps(document).replace("CARD-CODE", self.customer.card_code)
        reading = read(self.sender, json.loads(text), headers)
        self.record(reading)
        return reading

    def give(self, points: int) -> int:
        """Let the customer have points from another sale; return their balance."""
        hints = self.sender.names.hints(self.sender.program, Buyer((self.customer.card_code,)))
        part = Part(BASKET, 1, "completed", points)
        key = OrderKey("conformance", "before", "1")
        report = OrderReport(key, "RUB", self.world.now, (part,), hints, "key:till")
        self.world.sales.record_order(report, self.world.now)
        return self.points

    def record(self, reading: Reading) -> None:
        for visit in reading.visits:
            self.world.visits.record(visit, self.world.now)
        for report in reading.reports:
            self.world.sales.record_order(report, self.world.now)

    @property
    def points(self) -> int:
        return self.world.account(self.customer, "conformance").balance("points")


def arrivals(messages: Sequence[Any], most: int = 60) -> Iterator[list[Any]]:
    """Yield orders of arrival, all where these are few, else a fixed draw; each repeats one."""
    every = list(itertools.islice(itertools.permutations(messages), 5041))
    draw = random.Random(len(messages))
    for arrival in every if len(every) <= most else draw.sample(every, most):
        yield [*arrival, draw.choice(messages)]


def ends(scheme: str, messages: Sequence[Any], **more: Any) -> set[int]:
    """Return all balances that orders of arrival end at."""
    return ends_of(lambda: Shop(scheme, **more), messages)


def ends_of(shop: Callable[[], Shop], messages: Sequence[Any]) -> set[int]:
    found = set()
    for arrival in arrivals(messages):
        here = shop()
        for message in arrival:
            here.tell(message)
        found.add(here.points)
    return found
