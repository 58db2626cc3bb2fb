"""What is known of a person stands where it may, and after an erase nowhere but where it ends.

Somebody with unmistakable values goes through everything a member can go through; then all that the
stack keeps is searched for these values: every item of all tables, every file, every message that
waits, every log of every function.
"""

from __future__ import annotations

import json
import time
import uuid
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from infra.commands.__main__ import main
from infra.local.backstage import Backstage
from infra.local.deployment import Cloud
from infra.local.web import ask, ask_json, until
from loyalty.refusals import Refusal
from tests.stack.test_owner_members import call
from tests.support.hiding_places import kept

if TYPE_CHECKING:
    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

MAY_STAND = ("outbox", "file ")
"""Of what is kept, where a person may stand in clear while they are a member: in no table."""


class Canary:
    """Values that nobody else has, and where they were found."""

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:10]
        self.name, self.email = f"Kanari{mark}", f"canary-{mark}@example.com"
        self.phone, self.second = f"+1415555{int(mark, 16) % 10_000:04d}", f"Zweiter{mark}"
        self.nick, self.note = f"nick-{mark}", f"sings-{mark}"
        self.looked_at: dict[str, int] = {}
        self.values = (self.name, self.email, self.second, self.nick, self.note, self.phone[1:])

    def places(self, running: RunningStack) -> dict[str, list[str]]:
        """Return where each value stands."""
        found: dict[str, list[str]] = {}
        self.looked_at = {"log": 0, "file": 0, "state": 0, "ledger": 0, "keys": 0, "outbox": 0}
        for place, content in kept(running.description, running.folder):
            self.looked_at[place.partition(" ")[0]] = len(content)
            for value in self.values:
                if value.encode() in content or quote(value).encode() in content:
                    found.setdefault(value, []).append(place)
        return found


def _declares_a_nickname(shop: Shop) -> None:
    seen = call(shop, "GET", "/v1/program")
    document = seen.json()["document"]
    nick = {"id": "nick", "name": {"en": "Nick", "ru": "Ник"}, "kind": "text"}
    others = [one for one in document.get("attributes", []) if one["id"] != "nick"]
    headers = {
        "Authorization": f"Bearer {shop.stack['owner_key']}",
        "If-Match": seen.headers["etag"],
    }
    changed = {"document": {**document, "attributes": [*others, nick]}}
    reply = ask_json("PUT", f"{shop.stack['base_url']}/v1/program", changed, headers)
    assert reply.status == 200, reply


def _moves_in(shop: Shop, canary: Canary) -> str:
    """Bring somebody in by a file; return their id."""
    upload = call(shop, "POST", "/v1/imports").json()
    text = f"Name,Phone,Points\n{canary.second},{canary.phone},12\n"
    assert ask("PUT", upload["url"], text.encode()).status == 200
    path = f"/v1/imports/{upload['id']}"

    def stands(state: str) -> Any:
        def there() -> Any:
            found = call(shop, "GET", path).json()
            assert found["state"] != "refused", found
            return found if found["state"] == state else None

        return until(f"the import to be {state}", there, 60)

    assert call(shop, "POST", f"{path}/plan", {}).status == 202
    mapping = stands("proposed")["mapping"]
    mapping = {**mapping, "columns": {**mapping["columns"], "balance.points": "Points"}}
    assert call(shop, "POST", f"{path}/plan", {"mapping": mapping}).status == 202
    stands("planned")
    call(shop, "POST", f"{path}/run")
    assert stands("done")["counts"]["joined"] == 1
    wanted = {"phone": canary.phone}
    found = call(shop, "POST", "/v1/members/search", wanted).json()["members"]
    return str(found[0]["member_id"])


def _told_of(shop: Shop, member: str, canary: Canary) -> list[str]:
    """Return what the owner is not told of a person whom the tables hold sealed."""
    path = f"/v1/members/{member}"
    read = [call(shop, "GET", f"{path}{more}").body.decode() for more in ("/record", "/timeline")]
    found = call(shop, "POST", "/v1/members/search", {"name": canary.name}).body.decode()
    told = "".join((*read, found))
    return [value for value in (canary.name, canary.nick, canary.note) if value not in told]


def _saved(running: RunningStack, members: tuple[str, ...]) -> list[Any]:
    """Return what a backup of the state table would hold in members' partitions."""
    client = _cloud(running).client("dynamodb")
    pages = client.get_paginator("scan").paginate(
        TableName=running.description["aws"]["state_table"]
    )
    items = [item for page in pages for item in page["Items"]]
    return [item for item in items if item["pk"]["S"].endswith(members) and "se" in item]


def _cloud(running: RunningStack) -> Cloud:
    return Cloud(int(running.description["aws"]["endpoint_url"].rpartition(":")[2]))


def test_a_person_stands_where_they_may_and_after_an_erase_nowhere(
    running: RunningStack, shop: Shop
) -> None:
    canary = Canary()
    _declares_a_nickname(shop)
    # Joins, is sent a code, keeps the card in both wallets, buys by card and by contact, redeems.
    one = shop.customer(first_name=canary.name, email=canary.email).install().save()
    shop.type_code(one, shop.code(canary.email))
    shop.sell(one, 20_000)
    by_contact = shop.till.order(uuid.uuid4().hex, 900, {"email": canary.email})
    assert shop.till.send(by_contact).status == 202
    shop.settle()
    assert shop.redeem(one).status == 200
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask("POST", one.card["card_url"], b"data=yes", form).status == 200
    # The shop writes of them, looks for them, moves somebody in and everything out.
    path = f"/v1/members/{one.card['member_id']}"
    told = {"attributes": {"nick": canary.nick}}
    # A function knows a program for a minute.
    until(
        "the attribute to be known",
        lambda: call(shop, "PATCH", f"{path}/record", told).status == HTTPStatus.OK or None,
        90,
    )
    assert call(shop, "POST", f"{path}/notes", {"text": canary.note}).status == 200
    asked = {"name": canary.name}
    assert call(shop, "POST", "/v1/members/search", asked).status == 200
    second = _moves_in(shop, canary)
    export = call(shop, "POST", "/v1/exports").json()["id"]
    until(
        "the export to end",
        lambda: call(shop, "GET", f"/v1/exports/{export}").json()["ended"] or None,
        60,
    )
    # What is no application is refused without a word of it being kept.
    wrong = urlencode({"first_name": canary.name, "email": canary.email + "@", "consent": "yes"})
    ask("POST", shop.stack["join_url"], wrong.encode(), form)
    shop.settle()

    before = canary.places(running)
    # In files and messages; notes go into none, and are read over HTTP alone.
    assert set(before) == set(canary.values) - {canary.note}, "the search finds what is there"
    assert all(canary.looked_at.values()), canary.looked_at
    places = sorted({place for found in before.values() for place in found})
    assert [place for place in places if not place.startswith(MAY_STAND)] == []
    assert _told_of(shop, one.card["member_id"], canary) == []
    saved = _saved(running, (one.card["member_id"], second))
    assert {item["sk"]["S"].partition("#")[0] for item in saved} >= {"MEMBER", "RECORD", "NOTE"}

    reason = {"reason": "asked for"}
    answers = [
        call(shop, "POST", f"/v1/members/{member}/erase", reason)
        for member in (one.card["member_id"], second)
    ]
    shop.settle()
    after = canary.places(running)
    places = sorted({place for found in after.values() for place in found})
    # Messages have left, files end by themselves: the answer says which, and when.
    ending = tuple(f"file {end['where']}" for end in answers[0].json()["ends_later"])
    assert ending
    left = [place for place in places if place != "outbox" and not place.startswith(ending)]
    assert left == []
    assert json.dumps(answers[0].json()).count(canary.name) == 0

    # What a backup holds of them is put back, as by a restore, and opens no more.
    cloud = _cloud(running).client("dynamodb")
    for item in saved:
        cloud.put_item(TableName=running.description["aws"]["state_table"], Item=item)
    restored = canary.places(running)
    assert [place for found in restored.values() for place in found if "state" in place] == []
    backstage = Backstage(running.description)
    for member in (one.card["member_id"], second):
        with pytest.raises(Refusal, match="data key is gone"):
            backstage.member(one.program, member)
    assert main(["members", "forget-again", "--folder", str(running.folder)]) == 0
    for member in (one.card["member_id"], second):
        assert backstage.member(one.program, member).is_forgotten


def test_the_search_sees_every_hiding_place(running: RunningStack, shop: Shop) -> None:
    """Negative control: a value is hidden in a table, a file, a message, and a function's log."""
    canary, aws = Canary(), running.description["aws"]
    cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    files, queues, logs = (cloud.client(name) for name in ("s3", "sqs", "logs"))
    tables = cloud.client("dynamodb")
    hidden = {"pk": {"S": "hidden"}, "sk": {"S": "X"}, "n": {"S": canary.name}}
    tables.put_item(TableName=aws["ledger_table"], Item=hidden)
    bucket = files.list_buckets()["Buckets"][0]["Name"]
    files.put_object(Bucket=bucket, Key="hidden", Body=zlib.compress(canary.email.encode()))
    queue = queues.create_queue(QueueName="hidden")["QueueUrl"]
    queues.send_message(QueueUrl=queue, MessageBody=canary.note)
    stream = {"logGroupName": "/aws/lambda/hidden", "logStreamName": "x"}
    logs.create_log_group(logGroupName=stream["logGroupName"])
    logs.create_log_stream(**stream)
    line = {"timestamp": int(time.time() * 1000), "message": f"joined: {canary.nick}"}
    logs.put_log_events(**stream, logEvents=[line])
    try:
        found = canary.places(running)
    finally:
        key = {name: hidden[name] for name in ("pk", "sk")}
        tables.delete_item(TableName=aws["ledger_table"], Key=key)
        files.delete_object(Bucket=bucket, Key="hidden")
        queues.delete_queue(QueueUrl=queue)
        logs.delete_log_group(logGroupName=stream["logGroupName"])
    assert found == {
        canary.name: ["ledger hidden X"],
        canary.email: ["file hidden"],
        canary.note: ["queue hidden"],
        canary.nick: ["log /aws/lambda/hidden"],
    }
