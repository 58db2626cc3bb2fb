"""Two programs on one deployment: every operation of the document, over HTTP, under its own role.

The owner of one program asks about what the other has, and about what nobody has: both answers are
the same. The requests are made of docs/openapi.json, so a new route is tried when it is documented;
``tests/functions/routes/test_two_tenants.py`` tries the same in process, with what is stored.
"""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from infra.local.deployment import Cloud
from infra.local.web import ask
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.program.document import read
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from tests.functions.routes.test_two_tenants import (
    ANN,
    BEN,
    CODE,
    DOCUMENT,
    MADE,
    NAMES,
    NOBODYS,
    OPERATIONS,
    OWN,
    SCOPES,
)
from tests.support.mechanics import document
from tests.support.moving import POTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.web import Reply
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


class Asker:
    """Whoever has keys of another program on the same deployment."""

    def __init__(self, shop: Shop) -> None:
        aws = shop.stack["aws"]
        cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
        names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
        tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
        self.program = f"tenant-{secrets.token_hex(4)}"
        # Pots of both kinds, and no place that is called like one of the other's.
        own = {"id": self.program, "pots": POTS, "locations": []}
        rules = read({**document("points"), **own})
        Programs(tables, lambda: datetime.now(UTC)).put(rules)
        self.base = shop.stack["base_url"]
        self.keys: dict[str, str] = {}
        for scope in SCOPES:
            key = ApiKey(f"{scope}{secrets.token_hex(4)}", self.program, scope)
            secret = secrets.token_hex(20)
            Credentials(tables).add_key(key, "local", secret)
            self.keys[scope] = key_text(key.id, "local", secret)

    def answer(  # noqa: PLR0917
        self,
        method: str,
        path: str,
        things: Mapping[str, str],
        named: Mapping[str, str],
        act: str,
        scope: str = "owner",
    ) -> Reply:
        operation = DOCUMENT["paths"][path][method.lower()]
        headers = {"Authorization": f"Bearer {self.keys[scope]}"}
        query: dict[str, str] = {}
        for one in operation["parameters"]:
            example = str(one.get("example", ""))
            if one["in"] == "path":
                value = named.get(one["name"], things.get(example, example))
                path = path.replace(f"{{{one['name']}}}", quote(value, safe=""))
            elif one["in"] == "header":
                headers[one["name"]] = act if one["name"] == "Idempotency-Key" else '"1"'
            elif one["required"]:
                query[one["name"]] = one["schema"]["enum"][0]
        sent = None
        if "requestBody" in operation:
            examples = operation["requestBody"]["content"]["application/json"]["examples"]
            text = json.dumps(next(iter(examples.values()))["value"])
            for example, thing in things.items():
                text = text.replace(example, thing)
            sent = text.encode()
            headers["Content-Type"] = "application/json"
        address = f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")
        return ask(method, address, sent, headers)


_MADE = re.compile(r'"[a-z2-7]{26}"|"[0-9]{4}-[0-9-]{5}T[0-9:.]+Z"')
"""Ids of acts and instants: made for the answer, whatever is asked for."""


def unnamed(body: bytes, things: Mapping[str, str], named: Mapping[str, str]) -> str:
    text = body.decode()
    for example, thing in (*things.items(), *named.items()):
        text = text.replace(thing, example)
    return _MADE.sub('"made"', text)


@pytest.fixture(scope="module")
def asker(open_shop: Shop) -> Asker:
    return Asker(open_shop)


def test_what_is_anothers_is_as_if_it_were_not_there(shop: Shop, asker: Asker) -> None:
    ann, ben = shop.customer(first_name="Annkanari"), shop.customer(first_name="Benkanari")
    shop.sell(ann, 5000, "receipt-77")
    shop.settle()
    before = [shop.standing(one) for one in (ann, ben)]
    theirs = {ANN: ann.card["member_id"], BEN: ben.card["member_id"], CODE: ann.code}
    nobodys = {ANN: "0" * 32, BEN: "1" * 32, CODE: CODE}
    wrong: list[Any] = []
    asked = 0
    operations = [tuple(str(value) for value in one.values) for one in OPERATIONS]
    # What makes something of the caller's own goes last: by its name that is there from then on.
    for method, path in sorted(operations, key=lambda one: one in MADE):
        found = asker.answer(method, path, theirs, NAMES, f"tenant-{secrets.token_hex(8)}")
        for word in ("Annkanari", "Benkanari"):
            assert word.encode() not in found.body, (method, path)
        if found.status < 300 and (path.startswith(OWN) or (method, path) in MADE):
            continue  # about what is the caller's own
        if path.startswith(("/v1/figures", "/v1/goals")):
            # The caller's own, too, and being worked out beside this: a moment later the same
            # question has an answer.
            continue
        absent = asker.answer(method, path, nobodys, NOBODYS, f"tenant-{secrets.token_hex(8)}")
        asked += 1
        same = unnamed(found.body, theirs, NAMES) == unnamed(absent.body, nobodys, NOBODYS)
        if found.status != absent.status or not same:
            wrong.append((method, path, found.status, found.body, absent.status, absent.body))
        if ("{member}" in path or "{code}" in path) and found.status != 404:
            wrong.append((method, path, found.status, found.body))
    assert wrong == [], "\n".join(map(str, wrong))
    assert asked > 60
    assert [shop.standing(one) for one in (ann, ben)] == before


def test_a_scope_opens_what_the_document_says(asker: Asker) -> None:
    nobodys = {ANN: "0" * 32, BEN: "1" * 32, CODE: CODE}
    wrong: list[Any] = []
    for one in OPERATIONS:
        method, path = (str(value) for value in one.values)
        said = DOCUMENT["paths"][path][method.lower()]["description"].rpartition("Keys: ")[2]
        allowed = said.rstrip(".").split(", ")
        if allowed == ["none"]:
            continue  # it is for whoever has no key yet
        for scope in set(SCOPES) - set(allowed):
            name = f"scope-{secrets.token_hex(8)}"
            answer = asker.answer(method, path, nobodys, NOBODYS, name, scope)
            if answer.status != 403 or answer.json()["code"] != "scope_missing":
                wrong.append((method, path, scope, answer.status, answer.body))
    assert wrong == []
