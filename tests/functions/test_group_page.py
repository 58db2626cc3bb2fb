"""Saving together: named by the owner, begun, joined and left on a page behind the card."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from functions import campaign_worker, card_page
from functions import campaigns as api
from tests.functions.routes.till import till
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop as Served

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

FORM = {"content-type": "application/x-www-form-urlencoded"}
PATH = "/v1/savings-goals/brunch"
SENT: dict[str, Any] = {
    "name": {"en": "Brunch <b>", "ru": "Бранч"},
    "text": {"en": "Collect 400 points.", "ru": "Соберите 400 баллов."},
    "counts": "points", "target": 400, "begins": "2026-01-01T00:00", "ends": "2099-06-01T00:00",
    "most": 2,
    "prizes": [{"text": {"en": "50 points", "ru": "50 баллов"}, "pot": "points", "points": 50}],
}  # fmt: skip


def call(  # noqa: PLR0917
    shop: Served, ask: Ask, method: str, path: str, body: Any = None, tag: str = ""
) -> Any:
    owner = till(shop, ask, "owner")
    headers = {"authorization": owner.key, **({"if-match": tag} if tag else {})}
    text = json.dumps(body) if body is not None else None
    path, _, asked = path.partition("?")
    query = dict([asked.split("=")]) if asked else None
    answer = owner.send(api, http(method, path, headers, text, query=query))
    return answer["statusCode"], content(answer)


def send(ask: Ask, who: Enrolled, **fields: str) -> dict[str, Any]:
    return ask(card_page, http("POST", f"/c/{who.link}", FORM, urlencode(fields).encode()))


def page(ask: Ask, who: Enrolled, language: str = "en") -> str:
    query = {"show": "together", "language": language}
    found = ask(card_page, http("GET", f"/c/{who.link}", query=query))
    assert found["statusCode"] == 200
    return str(found["body"])


def bell(ask: Ask, who: Enrolled) -> None:
    body = json.dumps({"program": "coffee", "member": who.member_id})
    record = {"messageId": "1", "eventSource": "aws:sqs", "body": body}
    assert ask(campaign_worker, {"Records": [record]}) == {"batchItemFailures": []}


def invitation(ask: Ask, who: Enrolled) -> str:
    found = re.search(r'value="(https?://[^"]*/together/[^"]*)"', page(ask, who))
    assert found is not None
    return found[1]


def test_a_group_is_begun_joined_and_reaches_what_it_saves_for(shop: Served, ask: Ask) -> None:
    ann, ben, eve = (shop.world.enrol(name=one) for one in ("Ann", "Ben", "Eve"))
    card = f"/c/{ann.link}"
    assert "show=together" not in ask(card_page, http("GET", card))["body"]
    assert call(shop, ask, "PUT", PATH, SENT)[0] == 428
    status, told = call(shop, ask, "PUT", PATH, SENT, '"0"')
    assert (status, told["version"], told["ends"], told["least"]) == (200, 1, SENT["ends"], 2)
    assert told["prizes"][0]["to"] == "each"
    assert call(shop, ask, "PUT", PATH, SENT, '"1"')[1] == told
    assert call(shop, ask, "GET", "/v1/savings-goals")[1] == {"goals": [told]}
    shown = ask(card_page, http("GET", card))["body"]
    assert "show=together" in shown
    assert "<b>" not in shown + page(ask, ann)
    done = send(ask, ann, group_begin="brunch", shows="yes")
    assert (done["statusCode"], done["headers"]["Location"]) == (
        303, f"{card}?language=en&show=together",
    )  # fmt: skip
    address = invitation(ask, ann)
    code = "/".join(address.split("/")[-2:])
    assert send(ask, ben, group_join="yes", invitation=f" {address} ")["statusCode"] == 303
    assert "You save together with <bdi>Ann</bdi>" in page(ask, ben)
    # Ben has not said that he may be named.
    assert "Ben" not in page(ask, ann)
    assert "Members of the group: 2" in page(ask, ann)
    full = send(ask, eve, group_join="yes", invitation=code)
    assert full["statusCode"] == 422
    assert "as many members as it can have" in full["body"]
    shop.world.sell("a", total=2_000, member=ann)
    assert "50 % of the way" in page(ask, ben)
    bell(ask, ann)
    assert "Half of the way to Brunch" in ask(card_page, http("GET", card))["body"]
    shop.world.sell("b", total=2_000, member=ben)
    bell(ask, ben)
    bell(ask, ben)
    assert (shop.world.balance(ann), shop.world.balance(ben)) == (250, 250)
    assert "Done, together!" in page(ask, ann)
    [group] = call(shop, ask, "GET", f"{PATH}/groups")[1]["groups"]
    assert group["members"] == [ann.member_id, ben.member_id]
    assert (group["amount"], group["percent"], group["prize"]) == (400, 100, 0)


def test_an_invitation_names_nobody_and_says_how_to_accept_it(shop: Served, ask: Ask) -> None:
    ann = shop.world.enrol(name="Ann")
    call(shop, ask, "PUT", PATH, SENT, '"0"')
    send(ask, ann, group_begin="brunch", shows="yes")
    address = invitation(ask, ann)
    place = "/together/" + address.partition("/together/")[2]
    for language, said in (("en", "How to join"), ("ru", "Как присоединиться")):
        found = ask(card_page, http("GET", place, query={"language": language}))
        assert found["statusCode"] == 200
        assert said in found["body"]
        assert address in found["body"]
        assert "/join/coffee?language=" in found["body"]
        assert "Ann" not in found["body"]
        assert ann.member_id not in found["body"]
        assert "noindex" in found["headers"]["X-Robots-Tag"]
    for wrong in ("/together/coffee/brunch/zzzzzzzzzzzz", "/together/coffee/other/abcdefghijkl",
                  "/together/nobody/brunch/abcdefghijkl", "/together/coffee/brunch/x"):  # fmt: skip
        assert ask(card_page, http("GET", wrong))["statusCode"] == 404


@pytest.mark.parametrize(
    ("invitation_", "said"),
    [
        ("", "Paste the whole address"),
        ("nonsense", "Paste the whole address"),
        ("brunch/zzzzzzzzzzzz", "no such group"),
        ("other/zzzzzzzzzzzz", "no such group"),
        ("x" * 500, "Paste the whole address"),
    ],
)
def test_what_cannot_be_joined_is_said(shop: Served, ask: Ask, invitation_: str, said: str) -> None:
    ann = shop.world.enrol()
    call(shop, ask, "PUT", PATH, SENT, '"0"')
    answer = send(ask, ann, group_join="yes", invitation=invitation_)
    assert answer["statusCode"] == 422
    assert said in answer["body"]


def test_whoever_leaves_is_out_and_may_begin_anew(shop: Served, ask: Ask) -> None:
    ann, ben = shop.world.enrol(), shop.world.enrol()
    call(shop, ask, "PUT", PATH, SENT, '"0"')
    send(ask, ann, group_begin="brunch")
    first = invitation(ask, ann)
    send(ask, ben, group_join="yes", invitation=first)
    assert send(ask, ann, group_leave="brunch")["statusCode"] == 303
    assert send(ask, ann, group_leave="brunch")["statusCode"] == 303
    assert 'name="group_begin"' in page(ask, ann)
    send(ask, ann, group_begin="brunch")
    again = send(ask, ann, group_join="yes", invitation=first)
    assert "leave that one first" in again["body"]
    (page_,) = call(shop, ask, "GET", f"{PATH}/groups?limit=1")[1:]
    assert len(page_["groups"]) == 1
    cursor = page_["next"]
    assert len(call(shop, ask, "GET", f"{PATH}/groups?cursor={cursor}")[1]["groups"]) == 1
    told = call(shop, ask, "GET", f"{PATH}/groups?cursor=x")[1]
    assert told["errors"][0]["code"] == "invalid_cursor"


def test_what_is_set_wrongly_is_told_with_pointers(shop: Served, ask: Ask) -> None:
    wrong = {**SENT, "ends": "2025-01-01T00:00", "target": 0}
    status, told = call(shop, ask, "PUT", PATH, wrong, '"0"')
    assert (status, told["errors"][0]["pointer"]) == (422, "/target")
    status, told = call(shop, ask, "PUT", PATH, {**wrong, "target": 5}, '"0"')
    assert status == 422
    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("/ends", "ends_before")]
    assert call(shop, ask, "GET", PATH)[0] == 404
