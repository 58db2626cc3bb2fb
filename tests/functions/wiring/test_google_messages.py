"""Updates that notify, messages to one card and to all, and many cards side by side."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions import push_google
from functions.aws.google_state import TableHistory
from functions.wiring import google as google_wallet
from functions.wiring import google_messages, google_state
from loyalty.core.news import News
from loyalty.store import campaign_marks, commit
from passes.google.messages import Message
from tests.support.events import Context
from tests.support.google_shop import NoPace, Shop, accounts, balance, last_patch

if TYPE_CHECKING:
    import pytest

    from loyalty.members.enrolment import Enrolled


def test_an_update_notifies_twice_a_day_and_is_silent_then(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    wishes = []
    for number in range(3):
        shop.sell(order=str(number), total=1000, member=member)
        shop.messages.append(
            {
                "messageId": f"n{number}",
                "body": json.dumps(
                    {"program": "coffee", "member": member.member_id, "notify": True}
                ),
                "attributes": {},
            }
        )
        shop.work()
        wishes.append(last_patch(google).get("notifyPreference"))
        assert balance(shop, member) == {"int": shop.balance(member)}
    assert wishes == ["NOTIFY_ON_UPDATE", "NOTIFY_ON_UPDATE", None]


def test_a_message_reaches_a_card_and_a_class(shop: Shop, google: Any, member: Enrolled) -> None:
    account = accounts(google)[1]
    message = Message("sale-1", "Sale", "Two for one")
    for _ in range(2):
        outcome = google_messages.tell(account, "coffee", member.member_id, message)
    assert outcome.result == "before"
    assert [one["id"] for one in shop.shown(member)["messages"]] == ["sale-1"]
    assert google_messages.tell(account, "coffee", shop.enrol().member_id, message).result == (
        "nobody"
    )
    google.ask("DELETE", "/inspect/requests")
    everybody = Message("sale-2", "Sale", "Two for one")
    assert google_messages.tell_all(account, "coffee", everybody).notified
    assert google_messages.tell_all(account, "coffee", everybody).result == "before"
    assert google.counts() == {"POST loyaltyClass 200": 1}
    (found,) = google.ask("GET", "/inspect/classes")["classes"]
    assert [one["id"] for one in found["messages"]] == ["sale-2"]
    # What all cards were told counts for each.
    now = int(shop.now.timestamp() * 1e6)
    assert TableHistory(shop.tables, "coffee").read().notified == (now,)
    outcomes = [
        google_messages.tell(account, "coffee", member.member_id, Message(f"n{n}", "h", "b"))
        for n in range(2)
    ]
    assert [one.result for one in outcomes] == ["said", "later"]


def campaign(shop: Shop, name: str, member: Enrolled, **action: Any) -> None:
    """Let a campaign say something on the member's card, and the worker bring it to Google."""
    marks = campaign_marks.read(shop.tables, "coffee", member.member_id)
    account = shop.account(member)
    second = int(shop.now.timestamp())
    texts = {"en": f"Hello from {name}", "ru": f"Привет от {name}"}
    made = News(f"{name}#once#0", "news", second, second + 86_400, texts, {}, **action)
    after = replace(marks, news=(*marks.news, made))
    said = campaign_marks.change("coffee", member.member_id, marks, after)
    commit.commit_guarded(shop.tables, None, [said, commit.told(account, shop.now)], shop.now)
    shop.ring()
    shop.work(doubled=True)


def test_what_a_campaign_says_rings_once_on_the_card(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    campaign(shop, "spring", member, link="https://shop.example/spring")
    [found] = shop.shown(member)["messages"]
    assert found["messageType"] == "TEXT_AND_NOTIFY"
    body = found.get("body") or found["localizedBody"]["defaultValue"]["value"]
    assert body == "Hello from spring\nhttps://shop.example/spring"
    assert "spring" not in found["id"]
    assert found["displayInterval"]["end"]["date"].startswith(
        (shop.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    )
    # Whatever else changes on the card later says it no second time.
    google.ask("DELETE", "/inspect/requests")
    shop.sell(order="after", total=1000, member=member)
    shop.ring()
    shop.work()
    assert google.counts() == {"PATCH loyaltyObject 200": 1}


def test_a_picture_of_news_is_on_the_card_for_as_long_as_the_news(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    picture = "https://cards.example/designs/news/coffee~0123456789abcdef0123456789abcdef.jpg"
    campaign(shop, "menu", member, picture=picture)
    [found] = shop.shown(member)["imageModulesData"]
    assert found["mainImage"]["sourceUri"]["uri"] == picture
    said = found["mainImage"]["contentDescription"]["defaultValue"]["value"]
    assert said == "Hello from menu"
    shop.wait(days=2)
    shop.sell(order="after", total=1000, member=member)
    shop.ring()
    shop.work()
    assert not shop.shown(member).get("imageModulesData")


def test_the_fourth_thing_of_a_day_is_said_silently(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    for number in range(4):
        campaign(shop, f"c{number}", member)
        shop.wait(minutes=5)
    kinds = Counter(one["messageType"] for one in shop.shown(member)["messages"])
    assert kinds == {"TEXT_AND_NOTIFY": 3, "TEXT": 1}


def test_nothing_is_said_on_a_card_that_google_was_never_asked_for(shop: Shop, google: Any) -> None:
    other = shop.enrol()
    google.ask("DELETE", "/inspect/requests")
    campaign(shop, "spring", other)
    assert google.counts() == {}


def test_a_campaign_takes_its_turns_in_its_own_lane(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Lane(NoPace):
        def __init__(self, lane: str = "live") -> None:
            asked.append(lane)

    monkeypatch.setattr(google_state, "google_pace", Lane)
    context: Any = Context()
    google_wallet.wallet(push_google.PATIENCE, context, "campaign")
    google_wallet.wallet(push_google.PATIENCE, context)
    assert asked == ["campaign", "live"]
    assert google_state.google_pace("campaign") is not None


def test_the_worker_serves_many_cards_side_by_side(
    shop: Shop, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [shop.enrol() for _ in range(4)]
    for number, one in enumerate(members):
        shop.click(one)
        shop.sell(order=str(number), total=1000, member=one)
    shop.ring()
    monkeypatch.setattr(push_google, "THREADS", 4)
    together = threading.Barrier(4)  # breaks, and fails, unless all four are under way at once

    class Meeting(NoPace):
        def take(self, seconds: float) -> bool:
            together.wait(timeout=60)
            return True

    accounts(google)[1].client._pace = Meeting()
    accounts(google)[1].classes.update(accounts(google)[0].classes)
    shop.work()
    assert not together.broken
    for one in members:
        assert balance(shop, one) == {"int": shop.balance(one)}
