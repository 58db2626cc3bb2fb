"""/v1/receivers: an owner makes, changes and ends receivers; nobody else's, and no till."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import owner, send_events
from functions.routes import receivers as routes
from loyalty.store import receivers
from tests.support.events import content, http, sqs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

CRM = {"id": "crm", "url": "https://crm.invalid/hook"}


@pytest.fixture
def call(shop: Shop, ask: Ask) -> Callable[..., tuple[int, dict[str, Any]]]:
    key = shop.key("owner")

    def send(
        method: str, path: str = "", body: Any = None, key: str = key, **query: str
    ) -> tuple[int, dict[str, Any]]:
        text = None if body is None else json.dumps(body)
        headers = {"authorization": key}
        answer = ask(owner, http(method, f"/v1/receivers{path}", headers, text, query=query))
        return answer["statusCode"], content(answer)

    return send


def test_a_receivers_life(shop: Shop, call: Any) -> None:
    status, made = call("POST", body={**CRM, "events": ["points.earned"]})
    assert status == 201
    assert made["secret"].startswith("whsec_")
    assert shop.secrets["receivers/coffee/crm"] == json.dumps({"secrets": [made["secret"]]})
    shown = {key: value for key, value in made.items() if key != "secret"}
    assert call("GET") == (200, {"receivers": [shown]})
    assert call("GET", "/crm") == (200, shown)
    assert shown["state"] == "active"
    status, changed = call("PATCH", "/crm", {"state": "paused", "events": []})
    assert (status, changed) == (200, {**shown, "state": "paused", "events": []})
    status, renewed = call("POST", "/crm/secrets")
    assert status == 201
    kept = json.loads(shop.secrets["receivers/coffee/crm"])["secrets"]
    assert kept == [made["secret"], renewed["secret"]]
    status, refused = call("POST", "/crm/secrets")
    assert (status, refused["code"]) == (409, "rotation_unfinished")
    assert call("DELETE", "/crm/secrets/old") == (200, {"id": "crm"})
    status, refused = call("DELETE", "/crm/secrets/old")
    assert (status, refused["code"]) == (409, "nothing_to_end")
    assert call("DELETE", "/crm") == (200, {"id": "crm"})
    assert call("GET", "/crm")[0] == 404
    assert json.loads(shop.secrets["receivers/coffee/crm"])["secrets"] == []


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({**CRM, "id": "C R M"}, "/id", "bad_id"),
        ({**CRM, "url": "http://crm.example.com/"}, "/url", "bad_url"),
        ({**CRM, "url": "https://169.254.169.254/"}, "/url", "bad_url"),
        ({**CRM, "url": "http://localhost:1/"}, "/url", "bad_url"),
        ({**CRM, "events": ["points.stolen"]}, "/events", "unknown_event"),
        ({**CRM, "secret": "mine"}, "/secret", "extra_forbidden"),
        ({"id": "crm"}, "/url", "missing"),
        ({**CRM, "events": "all"}, "/events", "list_type"),
    ],
)
def test_what_cannot_be_used_is_named(call: Any, body: Any, pointer: str, code: str) -> None:
    status, refused = call("POST", body=body)
    assert status == 422
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [(pointer, code)]
    assert call("GET") == (200, {"receivers": []})


def test_one_id_is_one_receiver_and_there_are_few(call: Any) -> None:
    call("POST", body=CRM)
    assert call("POST", body=CRM)[1]["code"] == "receiver_exists"
    for number in range(4):
        assert call("POST", body={**CRM, "id": f"r{number}"})[0] == 201
    status, refused = call("POST", body={**CRM, "id": "one-more"})
    assert (status, refused["code"]) == (429, "too_many_receivers")


ROUTES = [
    ("GET", "", None),
    ("POST", "", CRM),
    ("GET", "/crm", None),
    ("PATCH", "/crm", {"state": "paused"}),
    ("DELETE", "/crm", None),
    ("POST", "/crm/secrets", None),
    ("DELETE", "/crm/secrets/old", None),
    ("POST", "/crm/test", None),
    ("GET", "/crm/deliveries", None),
    ("POST", "/crm/replay", {"since": "2026-05-04T00:00:00Z"}),
]


def test_every_route_is_tried_here() -> None:
    found = {(one.method, one.path) for one in routes.operations}
    tried = {
        (method, f"/v1/receivers{path}".replace("/crm", "/{receiver}"))
        for method, path, _ in ROUTES
    }
    assert found == tried


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_only_owners_may(shop: Shop, call: Any, method: str, path: str, body: Any) -> None:
    call("POST", body=CRM)
    for scope in ("till", "staff"):
        assert call(method, path, body, key=shop.key(scope))[0] == 403
    assert call(method, path, body, key="Bearer nonsense")[0] == 401
    assert shop.queues.sent == {}


@pytest.mark.parametrize(("method", "path", "body"), ROUTES[2:])
def test_another_programs_receiver_is_none(
    shop: Shop, call: Any, method: str, path: str, body: Any
) -> None:
    call("POST", body=CRM)
    before = dict(shop.world.tables.items), dict(shop.secrets)
    strange = shop.key("owner", "barber")
    theirs = call(method, path, body, key=strange)
    nobodys = call(method, path.replace("crm", "none"), body, key=strange)
    assert theirs == nobodys
    assert theirs[0] == 404
    found = {key: item for key, item in shop.world.tables.items.items() if key in before[0]}
    assert (found, shop.secrets) == before
    assert shop.queues.sent == {}


def test_a_replay_does_not_end_before_it_begins(call: Any) -> None:
    """A table asked for nothing between refuses to be asked: that was a 503."""
    call("POST", body={**CRM, "events": ["points.earned"]})
    until = {"since": "2026-05-04T12:00:00Z", "until": "2026-05-04T11:59:59Z"}
    status, refused = call("POST", "/crm/replay", until)
    assert (status, refused["errors"][0]["code"]) == (422, "ends_before_it_begins")
    for number in ({**until, "since": 0}, {**until, "until": 0}):
        status, refused = call("POST", "/crm/replay", number)
        assert (status, refused["errors"][0]["code"]) == (422, "value_error")
        assert "2026-" in refused["errors"][0]["detail"]
    assert call("POST", "/crm/replay", {**until, "until": "2026-05-04T12:00:00Z"})[0] == 202


def test_a_test_event_the_log_and_a_replay(shop: Shop, call: Any, ask: Ask) -> None:
    call("POST", body=CRM)
    status, sent = call("POST", "/crm/test")
    assert status == 202
    (message,) = shop.queues.bodies("sending.fifo")
    ask(send_events, sqs([message]))
    status, log = call("GET", "/crm/deliveries")
    (entry,) = log["deliveries"]
    assert (entry["event"], entry["type"], entry["outcome"]) == (
        sent["event"],
        "event.test",
        "waiting",
    )
    (attempt,) = entry["attempts"]
    assert attempt["status"] is None
    assert attempt["reason"] in {"name_not_found", "timeout"}
    assert log["next"] is None
    since = "2026-01-01T00:00:00Z"
    assert call("POST", "/crm/replay", {"since": since}) == (202, {"count": 1, "next": None})
    assert len(shop.queues.bodies("sending.fifo")) == 2
    body = {"since": since, "event": "evt_none"}
    assert call("POST", "/crm/replay", body)[0] == 404
    status, refused = call("POST", "/crm/replay", {"since": "2026-01-01T00:00:00"})
    assert (status, refused["errors"][0]["code"]) == (422, "value_error")
    assert "with a zone" in refused["errors"][0]["detail"]


def test_the_log_in_pages(shop: Shop, call: Any, ask: Ask) -> None:
    call("POST", body=CRM)
    call("PATCH", "/crm", {"state": "paused"})
    events = []
    for _ in range(5):
        shop.world.wait(seconds=1)
        events.append(call("POST", "/crm/test")[1]["event"])
    ask(send_events, sqs(shop.queues.bodies("sending.fifo")))
    first = call("GET", "/crm/deliveries", limit="3")[1]
    second = call("GET", "/crm/deliveries", limit="3", cursor=first["next"])[1]
    seen = [one["event"] for one in first["deliveries"] + second["deliveries"]]
    assert seen == events[::-1]
    assert second["next"] is None
    status, refused = call("GET", "/crm/deliveries", cursor="xx")
    assert (status, refused["errors"][0]["code"]) == (422, "invalid_cursor")
    assert call("GET", "/crm/deliveries", limit="101")[0] == 422


def test_who_changes_at_the_same_time_is_told(shop: Shop, call: Any) -> None:
    call("POST", body=CRM)
    put = receivers.put_receiver

    def raced(tables: Any, receiver: Any, *more: Any) -> bool:
        put(tables, receiver)
        return put(tables, receiver, *more)

    patched = pytest.MonkeyPatch()
    patched.setattr(receivers, "put_receiver", raced)
    status, refused = call("PATCH", "/crm", {"state": "paused"})
    patched.undo()
    assert (status, refused["code"]) == (409, "receiver_changed")
