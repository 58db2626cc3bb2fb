"""A promotion that a campaign gives whom it reaches: who has it, what it costs, who does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.campaigns import promoting
from loyalty.campaigns.campaign import read
from loyalty.campaigns.results import results
from loyalty.core.explain import read_aloud
from loyalty.core.order import Line, OrderKey
from loyalty.core.personal import MOST
from loyalty.ledger.act import Act
from loyalty.ledger.timeline import Timeline
from loyalty.refusals import Refusal
from loyalty.store import campaign_book
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

# 14:00 in New York, where the shop is.
NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


def double(cost: int | None = None, **changes: Any) -> dict[str, Any]:
    terms = {"multiplier": 20_000, "days": 7, **changes}
    return {"kind": "promotion", "promotion": terms, "cost": cost}


@pytest.fixture
def shop() -> Campaigning:
    world = World()
    world.put_program()
    world.now = NOON
    return Campaigning(world)


def earned(shop: Campaigning, member: Enrolled, order: str, total: int = 10_000) -> int:
    before = shop.world.balance(member)
    shop.world.sell(order, total=total, member=member)
    return shop.world.balance(member) - before


def test_only_whom_it_reached_has_it(shop: Campaigning) -> None:
    plain = earned(shop, shop.join("First"), "0")
    ann, ben = shop.join("Ann"), shop.join("Ben", consents=False)
    shop.start("back", actions=[HELLO, double()])
    shop.run()
    assert [one.outcome for one in shop.claims("back")].count("sent") == 2
    late = shop.join("Late")
    assert earned(shop, ann, "1") == 2 * plain
    assert earned(shop, ben, "2") == plain
    assert earned(shop, late, "3") == plain
    assert [one.kind for one in shop.world.entries(ann)][-2:] == ["promotion", "earn"]


def test_who_is_held_out_does_not_have_it_and_is_told_nothing(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(30)]
    guards = {**OPEN, "control": 5_000}
    shop.start("back", actions=[HELLO, double()], guards=guards)
    shop.run()
    reached = {one.member for one in shop.claims("back") if one.outcome == "sent"}
    held = {one.member for one in shop.claims("back") if one.outcome == "control"}
    assert reached
    assert held
    for number, one in enumerate(people):
        mine = [each.campaign for each in shop.world.account(one).personal]
        assert mine == (["back"] if one.member_id in reached else [])
        points = earned(shop, one, str(number))
        assert points == earned(shop, one, f"{number}b") > 0


def test_the_card_says_it_until_its_last_day_in_each_language(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    version = shop.world.account(ann).card_version
    shop.start("back", actions=[HELLO, double(uses=2)])
    shop.run()
    assert shop.world.account(ann).card_version > version
    assert ("coffee", ann.member_id) in shop.world.unpublished()
    assert shop.card(ann).sentences[0] == (
        "For you through May 11, 2026: twice the points (2 purchases left)."
    )
    assert shop.card(ann, "ru").sentences[0] == (
        "Для вас по 11 мая 2026\u202fг.: вдвое больше баллов (осталось: 2 покупки)."
    )
    shop.world.wait(days=7, hours=9)
    assert shop.card(ann).sentences[0].startswith("For you")
    shop.world.wait(hours=1)
    assert not shop.card(ann).sentences[0].startswith("For you")
    assert earned(shop, ann, "1") == earned(shop, shop.join("Ben"), "2")


def test_why_an_order_earned_so_much_and_a_quote_name_it(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    shop.start("back", actions=[HELLO, double()])
    shop.run()
    world = shop.world
    quote = world.sales.quote(world.report("q", total=10_000), ann.member_id, world.now)
    assert quote is not None
    points = earned(shop, ann, "1")
    assert quote.points == points
    found = Timeline(world.books).why("coffee", ann.member_id, world.account(ann).seq)
    assert found is not None
    rules, steps = found
    assert "personal" in [one.kind for one in steps]
    assert f"your own promotion doubles: {points:,}" in read_aloud(steps, rules, "en")
    assert "ваша личная акция — вдвое: 2\xa0000" in read_aloud(steps, rules, "ru")
    # Once it is over, the order is explained as it was computed.
    seq = world.account(ann).seq
    world.wait(days=40)
    again = Timeline(world.books).why("coffee", ann.member_id, seq)
    assert again is not None
    assert read_aloud(again[1], rules, "en") == read_aloud(steps, rules, "en")


def test_it_costs_what_it_can_cost_at_most_and_the_budget_stops_exactly(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(6)]
    bonus = {"kind": "promotion", "promotion": {"bonus": 50, "uses": 2, "days": 7}, "cost": 30}
    shop.start("back", actions=[HELLO, bonus], guards={**OPEN, "budget": 100})
    assert sorted(shop.run()) == ["budget"] * 3 + ["sent"] * 3
    assert sum(bool(shop.world.account(one).personal) for one in people) == 3
    assert campaign_book.read_spent(shop.world.tables, "coffee", "back").money == 90


def test_what_a_bonus_can_cost_follows_from_its_terms_and_the_rest_is_said(
    shop: Campaigning,
) -> None:
    money = {"pot": "points", "points": 10, "amount": 5}
    shop.world.put_program(points_as_money=money)
    rules = shop.world.programs.current("coffee")
    document = {
        "name": "Back", "audience": {"all": []}, "trigger": {"kind": "now"},
        "actions": [{"kind": "promotion", "promotion": {"bonus": 50, "uses": 2, "days": 7}}],
    }  # fmt: skip
    assert read("back", document, rules).cost == 50
    document["actions"] = [double()]
    assert read("back", document, rules).cost == 0
    with pytest.raises(Refusal) as refused:
        read("back", {**document, "guards": {"budget": 100}}, rules)
    assert [one.code for one in refused.value.fields] == ["no_cost"]


def test_a_preview_foresees_what_double_points_cost_by_what_they_bought(
    shop: Campaigning,
) -> None:
    shop.world.put_program(points_as_money={"pot": "points", "points": 10, "amount": 5})
    rules = shop.world.programs.current("coffee")
    given = promoting.gives(rules, {"multiplier": 20_000, "days": 13}, "", lambda *_: None)
    assert promoting.expected(given, rules, [], NOON) is None
    ann = shop.join("Ann")
    shop.make("back", actions=[HELLO, double()])
    preview = shop.campaigns.preview("coffee", "back", NOON)
    assert preview.cost == 0  # nobody has bought anything
    assert ann


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (None, "missing"),
        ({"multiplier": 20_000}, "how_long"),
        ({"multiplier": 20_000, "days": 3, "until": "2026-12-24"}, "how_long"),
        ({"multiplier": 20_000, "until": "soon"}, "not_a_day"),
        ({"days": 3}, "not_a_promotion"),
        ({"multiplier": 20_000, "bonus": 3, "days": 3}, "not_a_promotion"),
        ({"multiplier": 20_000, "per": "item", "days": 3}, "not_a_promotion"),
        ({"bonus": 5, "days": 3, "pot": "gold"}, "unknown_pot"),
        ({"bonus": 10**9, "per": "item", "days": 3}, "not_a_promotion"),
    ],
)
def test_what_is_no_promotion_is_refused_at_its_place(
    shop: Campaigning, terms: Any, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make("back", actions=[{"kind": "promotion", "promotion": terms}])
    assert code in [one.code for one in refused.value.fields]
    assert all(one.pointer.startswith("/actions/0/promotion") for one in refused.value.fields)


def test_one_thing_is_given_and_what_is_over_gives_nothing(shop: Campaigning) -> None:
    points = {"kind": "points", "pot": "points", "points": 5}
    with pytest.raises(Refusal) as refused:
        shop.make("back", actions=[points, double()])
    assert [one.code for one in refused.value.fields] == ["points_twice"]
    until = {"kind": "promotion", "promotion": {"multiplier": 20_000, "until": "2026-05-03"}}
    shop.make("over", actions=[HELLO, until])
    with pytest.raises(Refusal) as refused:
        shop.move("over", "running")
    assert refused.value.code == "invalid_campaign"


def test_one_that_ends_for_all_on_a_day_reaches_nobody_after_it(shop: Campaigning) -> None:
    until = {"kind": "promotion", "promotion": {"multiplier": 20_000, "until": "2026-05-05"}}
    shop.start("series", trigger={"kind": "welcome"}, actions=[HELLO, until])
    first = shop.join("First")
    shop.run()
    shop.world.wait(days=2)
    last = shop.join("Last")
    shop.run()
    assert [one.member for one in shop.claims("series")] == [first.member_id]
    assert shop.world.account(last).personal == ()


def test_a_card_has_only_so_many_and_who_has_them_waits(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    for number in range(MOST + 1):
        actions = [double(days=number)]
        shop.start(f"c{number}", actions=actions, guards={**OPEN, "cap": 20})
    shop.run()
    assert len(shop.world.account(ann).personal) == MOST
    # Of all of them that end today the first has made room tomorrow.
    shop.world.wait(days=1)
    shop.run()
    assert len(shop.world.account(ann).personal) == MOST + 1


def test_a_program_that_is_replaced_keeps_what_was_promised(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    shop.start("back", actions=[HELLO, double()])
    shop.run()
    shop.move("back", "cancelled")
    shop.world.put_program(earning=[{"pot": "points", "points": 1, "amount": 1000}])
    assert earned(shop, ann, "1") == 2 * earned(shop, shop.join("Ben"), "2")


def test_results_tell_what_it_gave_also_after_two_cards_became_one(shop: Campaigning) -> None:
    ann, ben = shop.join("Ann"), shop.join("Ben")
    shop.start("back", actions=[HELLO, double()])
    shop.run()
    plain = earned(shop, ann, "1") // 2
    earned(shop, ben, "2")
    kept = shop.campaigns.one("coffee", "back")
    found = results(shop.world.books, "coffee", kept, shop.world.now).promotion
    assert found is not None
    assert (found.members, found.purchases, found.points) == (2, 2, 2 * plain)
    act = Act("coffee", "boss", "m1", "twice")
    shop.world.staff.merge(act, ann.member_id, ben.member_id, shop.world.now)
    shop.world.sell("1", 2, total=0, status="cancelled", member=ann)
    found = results(shop.world.books, "coffee", kept, shop.world.now).promotion
    assert found is not None
    assert (found.purchases, found.points) == (1, plain)
    shop.start("other")
    assert results(
        shop.world.books, "coffee", shop.campaigns.one("coffee", "other"), shop.world.now
    ).promotion is None  # fmt: skip


def test_a_line_of_a_bill_that_it_names_counts(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    terms = {"bonus": 7, "per": "item", "days": 3, "only": {"items": ["cake"]}}
    shop.start("cake", actions=[HELLO, {"kind": "promotion", "promotion": terms}])
    shop.run()
    report = shop.world.report("1", total=1000, member=ann)
    part = report.parts[0].__class__(
        "basket", 1, "completed", 1000, lines=(Line("cake", "pastry", 3000, 1000),)
    )
    plain = shop.world.sell("0", total=1000, member=shop.join("Ben")).points
    told = report.__class__(
        OrderKey("coffee", "till", "1"), "USD", shop.world.now, (part,), report.hints, "endpoint:t"
    )
    assert shop.world.sales.record_order(told, shop.world.now).points == plain + 21
