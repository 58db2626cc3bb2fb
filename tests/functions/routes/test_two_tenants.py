"""Two programs side by side, every operation of the document: what is the other's is not there.

The requests come from docs/openapi.json, its paths and examples, so a new route is tried the moment
it is documented. Each is sent with the key of one program twice: about what the other program has,
and about what nobody has. Both answers have to be the same to the byte. Nothing may change on the
other side, and no member that the document does not name may be taken (mass assignment).
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.cause import Cause
from loyalty.core.draw import Draw
from loyalty.store import (
    broadcast_book,
    campaign_book,
    cause_book,
    draw_book,
    invitation_book,
    saving_book,
)
from loyalty.store.broadcast_book import KeptBroadcast
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.designs import Designs, OwnDesign
from loyalty.store.saving_book import KeptGoal
from tests.functions.routes.till import served_by
from tests.support.deployed import ROOT
from tests.support.events import http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.access.keys import Scope
    from loyalty.store.tables import Key
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [
    pytest.param(verb.upper(), path, id=f"{verb.upper()} {path}")
    for path, verbs in DOCUMENT["paths"].items()
    for verb in verbs
]
WITH_BODY = [
    one
    for one in OPERATIONS
    if "requestBody" in DOCUMENT["paths"][one.values[1]][str(one.values[0]).lower()]
]
# What the document's examples call things, and how things of nobody are called.
ASKING = "coffee-stamps"
ANN, BEN = "0c5a3b0f5d9c4c0f9f3f6f1f2b7d8e90", "9f3c1d7a5b0e4f6c8a2d4e6f8a0b2c4d"
CODE = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"
NAMES = {
    "order": "receipt-77",
    "source": "till",
    "receiver": "crm",
    "location": "main-street",
    "design": "autumn",
    "campaign": "tasting",
    "cause": "shelter",
    "draw": "spring",
    "broadcast": "closed-on-friday",
    "goal": "brunch",
}
NOBODYS = {
    "order": "receipt-78",
    "source": "tilt",
    "receiver": "crn",
    "location": "mean-street",
    "design": "autumm",
    "campaign": "tosting",
    "cause": "shalter",
    "draw": "sprung",
    "broadcast": "closed-on-fryday",
    "goal": "branch",
}
SCOPES: tuple[Scope, ...] = ("till", "staff", "owner")
# Answers about nothing of anybody's: the examples of these succeed in any program, and may.
OWN = (
    "/v1/program",
    "/v1/templates",
    "/v1/receivers",
    "/v1/locations",
    "/v1/goals",
    "/v1/segments",
    "/v1/campaigns",
    "/v1/exports",
    "/v1/keys",
    "/v1/imports",
    "/v1/sign-in",
    "/v1/simulations",
    "/v1/designs",
    "/v1/pictures",
    "/v1/endpoints",
)
MADE = {("POST", "/v1/coupons")}
"""What makes something of one's own by a name that may be anybody's."""


class Tenants:
    """Coffee with people and orders, and an owner of barber who asks."""

    def __init__(self, shop: Shop, ask: Ask) -> None:
        self.shop = shop
        self._ask = ask
        world = shop.world
        self.ann, self.ben = world.enrol(name="Ann"), world.enrol(name="Ben")
        world.sell(order="receipt-77", total=5000, member=self.ann)
        world.sell(order="receipt-70", total=5000)
        world.put_program(ASKING)
        mine = OwnDesign("coffee", "autumn", "Ann", "", f"coffee~{ANN}", (), world.now, "key:x")
        Designs(world.tables).keep(mine)
        _warmth(world.tables)
        self.key = shop.key("owner", program=ASKING)
        self.theirs = {ANN: self.ann.member_id, BEN: self.ben.member_id, CODE: self.ann.card_code}
        absent = world.books.tokens.card_code("A" * 16)
        self.nobodys = {ANN: "0" * 32, BEN: "1" * 32, CODE: absent}

    def answer(  # noqa: PLR0917
        self, method: str, path: str, things: dict[str, str], named: dict[str, str], act: str,
        more: dict[str, Any] | None = None, key: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        operation = DOCUMENT["paths"][path][method.lower()]
        query: dict[str, str] = {}
        headers = {"authorization": key or self.key}
        for one in operation["parameters"]:
            example = str(one.get("example", ""))
            if one["in"] == "path":
                value = named.get(one["name"], things.get(example, example))
                path = path.replace(f"{{{one['name']}}}", value)
            elif one["in"] == "header":
                headers[one["name"].lower()] = act if one["name"] == "Idempotency-Key" else '"1"'
            elif one["required"]:
                query[one["name"]] = one["schema"]["enum"][0]
        text = None
        if "requestBody" in operation:
            examples = operation["requestBody"]["content"]["application/json"]["examples"]
            body = more if more is not None else next(iter(examples.values()))["value"]
            text = json.dumps(body)
            for example, thing in things.items():
                text = text.replace(example, thing)
        module = served_by(path)
        return self._ask(module, http(method, path, headers, text, query=query))


def _warmth(tables: Any) -> None:
    """Let coffee have a campaign that invites, a cause, a draw, a broadcast and a goal."""
    both = {"en": "Ann", "ru": "Ann"}
    terms = {"places": 5, "begins": "2026-12-05T18:00", "closes": "2026-12-04T18:00"}
    document = {
        "name": "Ann",
        "audience": {"all": []},
        "trigger": {"kind": "now"},
        "actions": [{"kind": "invitation", "title": both, "text": both, "invitation": terms}],
    }
    tables.write(
        campaign_book.put("coffee", KeptCampaign("tasting", document, "running", started=1)),
        invitation_book.begin("coffee", "tasting", 5),
        cause_book.put("coffee", Cause("shelter", both, both, "points")),
        draw_book.put("coffee", Draw("spring", both, both, (both,), "points", 5, 3, 2**31)),
        broadcast_book.put("coffee", KeptBroadcast("closed-on-friday", {"text": both})),
        saving_book.put_goal("coffee", KeptGoal("brunch", {"name": both})),
    )


@pytest.fixture
def tenants(shop: Shop, ask: Ask) -> Tenants:
    return Tenants(shop, ask)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_is_anothers_is_as_if_it_were_not_there(
    tenants: Tenants, method: str, path: str
) -> None:
    tables = tenants.shop.world.tables
    before = {key: copy.deepcopy(item) for key, item in tables.items.items()}
    theirs = tenants.answer(method, path, tenants.theirs, NAMES, "first")
    changed = {key for key, item in tables.items.items() if before.get(key) != item}
    changed = {key for key in changed if not _counts_calls(key)}
    assert not {key for key in changed if re.match(r"(D#\w+#)?coffee([#~]|$)", key.pk)}
    assert not {key for key in before if key not in tables.items}
    for secret in (tenants.ann.member_id, tenants.ben.member_id, "Ann", "Ben"):
        assert secret not in theirs["body"] or secret in json.dumps(
            DOCUMENT["paths"][path][method.lower()].get("requestBody", {})
        )
    if theirs["statusCode"] < 300 and (path.startswith(OWN) or (method, path) in MADE):
        return  # about what is the caller's own
    for key in changed:
        del tables.items[key]
    tables.items.update({key: before[key] for key in changed if key in before})
    nobodys = tenants.answer(method, path, tenants.nobodys, NOBODYS, "first")
    assert theirs["statusCode"] == nobodys["statusCode"]
    assert _without_limits(theirs) == _without_limits(nobodys)
    assert len(theirs["body"]) == len(nobodys["body"])
    assert _unnamed(theirs["body"], tenants.theirs, NAMES) == _unnamed(
        nobodys["body"], tenants.nobodys, NOBODYS
    )
    if "{member}" in path or "{code}" in path:
        assert theirs["statusCode"] == 404


def _counts_calls(key: Key) -> bool:
    return "#K#" in key.pk and key.sk.startswith(("RATE#", "MISSES#"))


def _without_limits(answer: dict[str, Any]) -> dict[str, str]:
    """Return the headers but those that tell how many calls a key has left."""
    return {
        name: value
        for name, value in answer["headers"].items()
        if name not in {"RateLimit", "RateLimit-Policy", "ETag"}
    }


def _unnamed(text: str, things: dict[str, str], named: dict[str, str]) -> str:
    """Return an answer without the names that the caller has sent."""
    for example, thing in (*things.items(), *named.items()):
        text = text.replace(thing, example)
    return text


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_scope_opens_what_the_document_says(tenants: Tenants, method: str, path: str) -> None:
    said = DOCUMENT["paths"][path][method.lower()]["description"].rpartition("Keys: ")[2]
    if said == "none.":
        said = "till, staff, owner"  # it is for whoever has no key yet, and asks for none
    for scope in SCOPES:
        key = tenants.shop.key(scope, program=ASKING)
        answer = tenants.answer(method, path, tenants.nobodys, NOBODYS, "once", key=key)
        refused = answer["statusCode"] == 403 and '"scope_missing"' in answer["body"]
        assert refused == (scope not in said.rstrip(".").split(", ")), scope


# Tills add members of their own to what they report; these are left alone, and do nothing.
LENIENT = ("/v1/orders/{source}/{order}", "/v1/quote")
# What somebody would like to be taken for: another program's, richer, already proved.
_WISHES = {"program": ASKING, "balance": 10**6, "verified": True, "scope": "owner", "actor": "x"}


def with_wishes(example: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the example with one wish more: at its top, and in each object that has a schema."""
    for name, value in _WISHES.items():
        if name not in schema.get("properties", {}):
            yield {**example, name: value}
    for name, part in example.items():
        inner = _resolved(schema.get("properties", {}).get(name, {}))
        if isinstance(part, dict) and inner.get("properties"):
            yield {**example, name: {**part, "program": ASKING}}
        items = _resolved(inner.get("items", {}))
        if (
            isinstance(part, list)
            and part
            and isinstance(part[0], dict)
            and items.get("properties")
        ):
            yield {**example, name: [{**part[0], "program": ASKING}]}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    for option in (schema, *schema.get("anyOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = DOCUMENT["components"]["schemas"][
                option["$ref"].rpartition("/")[2]
            ]
            return found
    return schema


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_nothing_is_taken_that_the_document_does_not_name(
    tenants: Tenants, method: str, path: str
) -> None:
    """A14: mass assignment."""
    operation = DOCUMENT["paths"][path][method.lower()]
    content = operation["requestBody"]["content"]["application/json"]
    schema = _resolved(content["schema"])
    tables = tenants.shop.world.tables
    key = tenants.shop.key("till" if "Keys: till." in operation["description"] else "owner")
    before = copy.deepcopy(tables.items)
    tried = 0
    for number, example in enumerate(content["examples"].values()):
        for wish, body in enumerate(with_wishes(example["value"], schema)):
            act = f"wish-{number}-{wish}"
            answer = tenants.answer(method, path, tenants.theirs, NAMES, act, body, key)
            tried += 1
            if path in LENIENT:
                _put_back(tables, before)
                plain = example["value"]
                without = tenants.answer(method, path, tenants.theirs, NAMES, act, plain, key)
                assert (answer["statusCode"], answer["body"]) == (
                    without["statusCode"],
                    without["body"],
                )
                _put_back(tables, before)
                continue
            assert answer["statusCode"] == 422, body
            assert '"extra_forbidden"' in answer["body"]
    assert tried >= 4
    after = {key: item for key, item in tables.items.items() if not _counts_calls(key)}
    assert after == {key: item for key, item in before.items() if not _counts_calls(key)}


def _put_back(tables: Any, before: dict[Any, Any]) -> None:
    tables.items.clear()
    tables.items.update(copy.deepcopy(before))


def test_the_matrix_sees_a_route_that_forgets_whose_it_is(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a read that takes the member's program from elsewhere."""
    from loyalty.ledger.books import Books  # noqa: PLC0415

    right = Books.account
    monkeypatch.setattr(Books, "account", lambda books, _, member: right(books, "coffee", member))
    with pytest.raises(AssertionError):
        test_what_is_anothers_is_as_if_it_were_not_there(
            tenants, "GET", "/v1/members/{member}/timeline"
        )
