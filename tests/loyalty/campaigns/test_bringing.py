"""A campaign that asks members to bring a friend: the link, the promise, and who has come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from loyalty.campaigns.results import results
from loyalty.refusals import Refusal
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.world import World

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
ASKS: dict[str, Any] = {
    "kind": "referral",
    "text": {"en": "{name}, bring somebody along.", "ru": "{name}, приведите друга."},
}
BOTH = {"pot": "points", "referrer": 30, "friend": 20}


@pytest.fixture
def shop() -> Campaigning:
    world = World()
    world.put_program(referral=BOTH)
    world.now = NOON
    return Campaigning(world)


def test_the_card_says_what_both_get_and_where_a_friend_joins(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    shop.make("friends", actions=[ASKS])
    [text, _] = shop.campaigns.preview("coffee", "friends", NOON).texts
    assert text.text == (
        "Ann, bring somebody along.\n"
        "Bring a friend: 30 points for you and 20 points for your friend after their first "
        "purchase."
    )
    shop.move("friends", "running")
    assert shop.run() == ["sent"]
    said = shop.told(ann)
    assert said.startswith(text.text)
    address = urlsplit(said.splitlines()[-1])
    query = parse_qs(address.query)
    assert (address.path, query["source"]) == ("/join/coffee", ["friend"])
    assert query["friend"] == [shop.card(ann).read_aloud]
    assert "30 баллов" in shop.told(ann, "ru")


def test_it_is_refused_where_a_friend_brings_nothing(shop: Campaigning) -> None:
    shop.world.put_program()
    with pytest.raises(Refusal) as refused:
        shop.make("friends", actions=[ASKS])
    assert [one.code for one in refused.value.fields] == ["no_referral"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actions": [{"kind": "referral", "text": {"ru": "Только так."}}]}, "language_missing"),
        ({"actions": [ASKS, HELLO], "channels": ["card", "email"]}, "card_only"),
        ({"actions": [ASKS, ASKS]}, "asked_twice"),
    ],
)
def test_it_is_said_once_on_the_card_in_all_languages(
    shop: Campaigning, changes: Any, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make("friends", **changes)
    assert code in [one.code for one in refused.value.fields]


def test_results_count_friends_who_came_since_on_both_sides(shop: Campaigning) -> None:
    world = shop.world
    people = [shop.join(f"P{number}") for number in range(24)]
    before(shop, people[0], "early")
    guards = {**OPEN, "control": 5_000}
    shop.start("friends", actions=[ASKS], guards=guards)
    shop.run()
    sides = {one.member: one.outcome for one in shop.claims("friends")}
    assert {*sides.values()} >= {"sent", "control"}
    kept = shop.campaigns.one("coffee", "friends")
    assert results(world.books, "coffee", kept, world.now).friends == {"treated": 0, "control": 0}
    told = [one for one in people if sides[one.member_id] == "sent"]
    held = [one for one in people if sides[one.member_id] == "control"]
    before(shop, told[0], "a")
    before(shop, told[1], "b")
    before(shop, held[0], "c")
    found = results(world.books, "coffee", kept, world.now)
    assert found.friends == {"treated": 2, "control": 1}
    # One whose first purchase is paid back has not come.
    world.sell("a", 2, total=0, status="cancelled")
    assert results(world.books, "coffee", kept, world.now).friends == {"treated": 1, "control": 1}
    shop.start("other")
    other = shop.campaigns.one("coffee", "other")
    assert results(world.books, "coffee", other, world.now).friends is None


def before(shop: Campaigning, member: Any, order: str) -> None:
    """Let somebody bring a friend, who buys."""
    world = shop.world
    made = world.applied(name=order, referrer=member)
    friend = world.enrolment.enrol("coffee", made, world.now)
    world.sell(order, total=1000, member=friend)
