"""Running campaigns: who is reached, once; what holds back; what a card says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.campaigns import running
from loyalty.core.coupon import Coupon
from loyalty.core.news import MOST_NEWS
from loyalty.core.order import Line
from loyalty.ledger.act import Act
from loyalty.refusals import Refusal
from loyalty.store import campaign_book, campaign_marks, keys, news_pictures
from loyalty.store.news_pictures import NewsPicture
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.memory import FAULTS, Killed
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

# 14:00 in New York, where the shop is.
NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
SPRING = Coupon("spring", {"en": "Spring", "ru": "Весна"}, word="SPRING24", pot="points", points=5)
POINTS = {"kind": "points", "pot": "points", "points": 50, "cost": 30}
PROMOTION = {"kind": "promotion", "promotion": {"multiplier": 20_000, "days": 7}, "cost": 30}


@pytest.fixture
def shop() -> Campaigning:
    world = World()
    world.put_program()
    world.now = NOON
    return Campaigning(world)


def test_everybody_who_consents_is_told_once(shop: Campaigning) -> None:
    ann, ben = shop.join("Ann"), shop.join("Ben", consents=False)
    shop.start("hello")
    assert sorted(shop.run()) == ["no_consent", "sent"]
    assert shop.told(ann) == "Hello Ann!"
    assert shop.told(ann, "ru") == "Привет, Ann!"
    assert shop.told(ben) == ""
    version = shop.world.account(ann).card_version
    for _ in range(3):
        shop.world.wait(hours=1)
        assert shop.run() == []
    assert shop.world.account(ann).card_version == version
    assert ("coffee", ann.member_id) in shop.world.unpublished()


def test_a_message_leaves_the_card_when_its_days_are_over(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    shop.start("hello", actions=[{**HELLO, "shown_days": 2}])
    shop.run()
    shop.world.wait(days=1, hours=23)
    assert shop.told(ann)
    shop.world.wait(hours=1)
    assert shop.told(ann) == ""


def test_news_has_a_title_and_a_link(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    news = {
        "kind": "news", "title": {"en": "Draw", "ru": "Розыгрыш"},
        "text": {"en": "It was 7.", "ru": "Выпало 7."}, "link": "https://shop.example/draw",
    }  # fmt: skip
    shop.start("draw", actions=[news])
    shop.run()
    assert shop.told(ann) == "Draw\nIt was 7.\nhttps://shop.example/draw"


def test_news_shows_a_picture_that_is_kept(shop: Campaigning) -> None:
    ann, picture = shop.join("Ann"), "4f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
    news = {**HELLO, "kind": "news", "picture": picture}
    with pytest.raises(Refusal) as refused:
        shop.make("menu", actions=[news])
    assert [one.pointer for one in refused.value.fields] == ["/actions/0/picture"]
    news_pictures.put(shop.world.tables, "coffee", NewsPicture(picture, 1860, 900, 200_000, 1))
    with pytest.raises(Refusal) as refused:
        shop.make("menu", actions=[{**news, "kind": "message"}])
    assert [one.pointer for one in refused.value.fields] == ["/actions/0/picture"]
    shop.start("menu", actions=[news])
    shop.run()
    card = shop.card(ann)
    assert card.said is not None
    assert card.said.picture.endswith(f"/designs/news/coffee~{picture}.jpg")
    shop.start("later", actions=[HELLO], guards={**OPEN, "cap": 5})
    shop.world.wait(minutes=1)
    shop.run()
    assert (said := shop.card(ann).said) is not None
    assert said.picture == ""


def test_points_come_with_the_message_in_one_entry(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    before = shop.world.balance(ann)
    shop.start("gift", actions=[HELLO, POINTS])
    assert shop.run() == ["sent"]
    assert shop.world.balance(ann) == before + 50
    assert shop.world.entries(ann)[-1].actor == "campaign:gift"
    assert shop.told(ann) == "Hello Ann!"
    assert campaign_book.read_spent(shop.world.tables, "coffee", "gift").money == 30


@pytest.mark.parametrize("gift", [POINTS, PROMOTION], ids=["points", "promotion"])
def test_a_paused_card_is_given_what_it_waits_for_once_it_is_good_again(
    shop: Campaigning, gift: dict[str, Any]
) -> None:
    ann, ben = shop.join("Ann"), shop.join("Ben")
    world = shop.world
    lost = Act("coffee", "boss", "p1", "lost")
    world.staff.pause(lost, ann.member_id, world.now, paused=True)
    shop.start("gift", actions=[HELLO, gift])
    assert shop.run() == ["sent"]
    assert [one.member for one in shop.claims("gift")] == [ben.member_id]
    assert (shop.told(ann), shop.told(ben)) == ("", "Hello Ben!")
    world.wait(hours=2)
    found = replace(lost, id="p2", reason="found")
    world.staff.pause(found, ann.member_id, world.now, paused=False)
    world.wait(days=1, hours=-3)
    assert shop.run() == ["sent"]
    assert shop.told(ann) == "Hello Ann!"
    assert world.balance(ann) == world.balance(ben)
    assert len(world.account(ann).personal) == len(world.account(ben).personal)


def test_a_budget_stops_exactly(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(6)]
    shop.start("gift", actions=[HELLO, POINTS], guards={**OPEN, "budget": 100})
    assert sorted(shop.run()) == ["budget"] * 3 + ["sent"] * 3
    balances = [shop.world.balance(one) for one in people]
    assert sorted(balances) == [0, 0, 0, 50, 50, 50]
    assert sum(bool(shop.told(one)) for one in people) == 3
    assert campaign_book.read_spent(shop.world.tables, "coffee", "gift").money == 90


def test_a_cap_holds_across_campaigns(shop: Campaigning) -> None:
    shop.join("Ann")
    guards = {**OPEN, "cap": 2, "cap_days": 7}
    for name in ("a", "b", "c"):
        shop.start(name, guards=guards)
    assert sorted(shop.run()) == ["capped", "sent", "sent"]
    shop.world.wait(days=7, minutes=1)
    shop.start("d", guards=guards)
    assert shop.run() == ["sent"]


def test_who_is_held_out_is_told_nothing(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(40)]
    shop.start("hello", guards={"control": 5_000, "hold_out": 1_000})
    ended = shop.run()
    assert ended.count("sent") + ended.count("control") + ended.count("held_out") == 40
    assert ended.count("control") > 8
    assert ended.count("held_out") > 0
    assert sum(bool(shop.told(one)) for one in people) == ended.count("sent")
    # The standing hold-out is the same for the next campaign, the control group is not.
    held = {one.member for one in shop.claims("hello") if one.outcome == "held_out"}
    control = {one.member for one in shop.claims("hello") if one.outcome == "control"}
    shop.start("again", guards={"control": 5_000, "hold_out": 1_000})
    shop.run()
    assert {one.member for one in shop.claims("again") if one.outcome == "held_out"} == held
    assert {one.member for one in shop.claims("again") if one.outcome == "control"} != control


def test_nobody_is_told_anything_in_quiet_hours(shop: Campaigning) -> None:
    shop.world.now = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)  # 22:00 in New York
    ann = shop.join("Ann")
    shop.start("hello")
    assert shop.run() == []
    shop.world.now = datetime(2026, 5, 5, 12, 59, tzinfo=UTC)
    assert shop.run() == []
    shop.world.now = datetime(2026, 5, 5, 14, 1, tzinfo=UTC)
    assert shop.run() == ["sent"]
    assert shop.told(ann)


def test_pausing_and_cancelling_take_effect_with_the_next_page(
    shop: Campaigning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAGE", 1)
    for number in range(30):
        shop.join(f"P{number}")
    shop.start("hello")
    shop.running.tick(shop, shop.world.now)
    sent, walked = 0, running.Walked(None)
    while walked.next is None:
        walked = shop.running.walk(shop.waiting.popleft(), shop.world.now)
        sent += len(walked.outcomes)
    shop.put(walked.next)
    shop.move("hello", "paused")
    assert shop.work() == []
    shop.move("hello", "running")
    assert 0 < sent < len(shop.run()) + sent == 30
    shop.move("hello", "cancelled")
    with pytest.raises(Refusal) as refused:
        shop.move("hello", "running")
    assert refused.value.code == "campaign_state"


def test_what_is_sent_once_is_finished_a_day_later(shop: Campaigning) -> None:
    shop.join("Ann")
    shop.start("hello")
    shop.run()
    shop.world.wait(days=2)
    shop.join("Late")
    assert shop.run() == []
    assert shop.campaigns.one("coffee", "hello").state == "finished"


@pytest.mark.parametrize(
    "actions",
    [[HELLO], [HELLO, POINTS], [HELLO, PROMOTION]],
    ids=["message", "points", "promotion"],
)
@pytest.mark.parametrize("known", [False, True], ids=["first", "known"])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_wherever_everybody_is_reached_once(
    fault: Any,
    known: bool,  # noqa: FBT001 - pytest gives it
    actions: list[Any],
) -> None:
    """Every call of the fan-out meets every fault; the page then comes again.

    ``known``: members were told something before, a fortnight ago.
    """
    calls = 1
    while calls:
        world = World()
        world.put_program()
        world.now = NOON
        shop = Campaigning(world)
        people = [shop.join(f"P{number}") for number in range(3)]
        costs = len(actions) > 1
        guards = {**OPEN, "cap": 1, **({"budget": 60} if costs else {})}
        if known:
            shop.start("before")
            shop.run()
            world.wait(days=14)
            shop.run()
        shop.start("gift", actions=actions, guards=guards)
        before = [world.balance(one) for one in people]
        versions = {one.member_id: world.account(one).card_version for one in people}
        begun = world.tables.calls
        world.tables.plan(fault, calls)
        for _ in range(4):
            try:
                shop.run()
            except (Killed, Refusal, Exception):  # noqa: BLE001 - the queue delivers again
                world.restart()
                shop.campaigns = Campaigning(world).campaigns
                shop.running = Campaigning(world).running
                shop.waiting.append(running.Cursor("coffee", ("gift",)))
        met = world.tables.calls - begun >= calls
        world.tables.fault_at = None
        outcomes = sorted(one.outcome for one in shop.claims("gift"))
        expected = ["budget", "sent", "sent"] if costs else ["sent"] * 3
        assert outcomes == expected, (fault, calls)
        spent = campaign_book.read_spent(world.tables, "coffee", "gift")
        # What costs nothing is counted by its claims alone.
        assert spent.reached == (expected.count("sent") if costs else 0)
        told = [bool(shop.told(one)) for one in people]
        assert sum(told) == expected.count("sent")
        for one, was in zip(people, told, strict=True):
            marks = campaign_marks.read(world.tables, "coffee", one.member_id)
            assert [news.id for news in marks.news if news.id.startswith("gift#")] == (
                ["gift#once#0"] if was else []
            )
            # Whatever a card says was rung for.
            assert not was or ("coffee", one.member_id) in world.unpublished()
            assert not was or world.account(one).card_version > versions[one.member_id]
        assert [bool(world.account(one).personal) for one in people] == (
            told if PROMOTION in actions else [False] * 3
        )
        if POINTS in actions:
            after = [world.balance(one) for one in people]
            given = [now - then for now, then in zip(after, before, strict=True)]
            assert given == [50 * one for one in told]
        calls = calls + 1 if met and calls < 60 else 0


def test_one_walk_is_made_for_all_that_are_due_at_once_and_a_cap_holds_in_it(
    shop: Campaigning,
) -> None:
    ann = shop.join("Ann")
    for name in ("one", "two", "three"):
        shop.start(name, guards={**OPEN, "cap": 2})
    assert shop.running.tick(shop, shop.world.now) == len(shop.waiting)
    assert {one.campaigns for one in shop.waiting} == {("one", "three", "two")}
    assert [(one.shard, one.last) for one in shop.waiting] == [
        (number, number) for number in range(keys.MEMBER_SHARDS)
    ]
    assert sorted(shop.work()) == ["capped", "sent", "sent"]
    marks = campaign_marks.read(shop.world.tables, "coffee", ann.member_id)
    assert [one.id for one in marks.news] == ["one#once#0", "three#once#0"]


def test_all_that_is_told_in_one_walk_stands_on_the_card_and_the_rest_waits(
    shop: Campaigning,
) -> None:
    ann = shop.join("Ann")
    names = [f"c{number:02}" for number in range(MOST_NEWS + 3)]
    often = {**OPEN, "cap": 20, "cap_days": 1}
    for name in names:
        text = {"en": f"{name} for {{name}}", "ru": name}
        shop.start(name, actions=[{"kind": "message", "text": text}], guards=often)

    def sent() -> set[str]:
        return {name for name in names if shop.claims(name)}

    def shown() -> set[str]:
        return {line.partition(" ")[0] for line in shop.told(ann).split("\n") if line}

    assert shop.run() == ["sent"] * MOST_NEWS
    assert len(sent()) == MOST_NEWS
    assert shown() == sent()
    first = sent()
    shop.world.wait(hours=20)
    assert shop.run() == ["sent"] * 3
    assert shown() == sent() - first
    assert sent() == set(names)


def test_what_is_counted_exactly_goes_through_the_shards_in_turn(shop: Campaigning) -> None:
    for number in range(30):
        shop.join(f"P{number}")
    shop.start("hello", guards={**OPEN, "cap": 9})
    shop.start("gift", actions=[HELLO, POINTS], guards={**OPEN, "cap": 9, "budget": 600})
    shop.running.tick(shop, shop.world.now)
    assert [one for one in shop.waiting if "gift" in one.campaigns] == [
        running.Cursor("coffee", ("gift",), "", 0, keys.MEMBER_SHARDS - 1)
    ]
    assert Counter(shop.work()) == {"sent": 50, "budget": 10}


def test_one_that_cannot_be_read_keeps_no_other_campaign_of_the_walk_waiting(
    shop: Campaigning,
) -> None:
    shop.join("Ann")
    shop.start("near", trigger={"kind": "near_reward", "of": "free-coffee", "amount": 50})
    shop.start("hello")
    shop.running.tick(shop, shop.world.now)
    shop.world.put_program(rewards=[])
    shop.running = Campaigning(shop.world).running
    assert shop.work() == ["sent"]
    assert shop.campaigns.one("coffee", "near").state == "paused"


def test_what_was_begun_is_finished_though_its_audience_has_it_no_more() -> None:
    """Once a card has told them, members do not fit any more who were not told before."""
    audience = {"not": {"field": "reached", "of": "hello", "is": True}}
    between = 0
    for calls in range(1, 80):
        world = World()
        world.put_program()
        world.now = NOON
        shop = Campaigning(world)
        ann = shop.join("Ann")
        shop.start("before")
        shop.run()
        world.wait(days=8)
        shop.start("hello", audience=audience)
        shop.running.tick(shop, world.now)
        cursors = list(shop.waiting)
        world.tables.plan("killed", calls)
        try:
            for cursor in cursors:
                shop.running.walk(cursor, world.now)
        except Killed:
            world.restart()
            shop.running = Campaigning(world).running
        else:
            break
        between += shop.told(ann) != "" and shop.claims("hello") == []
        shop.work()
        assert [one.outcome for one in shop.claims("hello")] == ["sent"]
        assert shop.told(ann)
    assert between > 0


def test_a_program_that_lost_what_a_campaign_names_pauses_it(shop: Campaigning) -> None:
    shop.join("Ann")
    shop.start("near", trigger={"kind": "near_reward", "of": "free-coffee", "amount": 50})
    shop.world.put_program(rewards=[])
    shop.running = Campaigning(shop.world).running
    shop.run()
    assert shop.campaigns.one("coffee", "near").state == "paused"


def test_birthdays_come_once_a_year_wherever_the_clock_stands(shop: Campaigning) -> None:
    shop.join("Leap", born=date(2000, 2, 29))
    shop.start("birthday", trigger={"kind": "birthday", "days": 0}, guards={**OPEN, "cap": 20})
    ended: list[datetime] = []
    for _ in range(3 * 366):
        shop.world.wait(days=1)
        if shop.run() == ["sent"]:
            ended.append(shop.world.now)
    days = [one.date().isoformat() for one in ended]
    assert days == ["2027-02-28", "2028-02-29", "2029-02-28"]


def test_nobody_is_greeted_for_a_birthday_before_they_joined(shop: Campaigning) -> None:
    shop.start("birthday", trigger={"kind": "birthday"})
    shop.world.wait(days=2)
    shop.join("Past", born=date(1990, 5, 5))
    coming = shop.join("Coming", born=date(1990, 5, 8))
    ended = []
    for _ in range(5):
        shop.world.wait(days=1)
        ended += shop.run()
    assert ended == ["sent"]
    assert [one.member for one in shop.claims("birthday")] == [coming.member_id]


def test_one_who_cannot_be_read_keeps_nobody_waiting(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(4)]
    shop.start("hello")
    broken = keys.member_key("coffee", people[1].member_id)
    kept = shop.world.tables.items[broken]
    shop.world.tables.items[broken] = {**kept, "fn": None, "en": "never"}
    shop.running.tick(shop, shop.world.now)
    walks = [shop.running.walk(one, shop.world.now) for one in shop.waiting]
    shop.waiting.clear()
    assert sum(len(one.outcomes) for one in walks) == len(people) - 1
    faults = [fault for one in walks for fault in one.faults]
    assert [one.split()[1].rstrip(":") for one in faults] == [people[1].member_id]
    shop.world.tables.items[broken] = kept
    shop.waiting.append(running.Cursor("coffee", ("hello",)))
    assert shop.run() == ["sent"]


LEVELS = [
    {"id": "new", "name": {"en": "New", "ru": "Новый"}},
    {"id": "gold", "name": {"en": "Gold", "ru": "Золото"}, "spend": 5_000},
]


def test_a_level_that_is_reached_is_told_once(shop: Campaigning) -> None:
    shop.world.put_program(tiers={"levels": LEVELS})
    shop = Campaigning(shop.world)
    ann, ben = shop.join("Ann"), shop.join("Ben")
    shop.world.sell("before", total=6_000, member=ben)
    shop.world.wait(hours=1)
    trigger = {"kind": "level_changed", "of": "gold"}
    shop.start("gold", trigger=trigger)
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == []
    shop.world.sell("now", total=6_000, member=ann)
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == ["sent"]
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == []
    # What was before the campaign is no event of it.
    assert shop.running.event("coffee", ben.member_id, shop.world.now) == []
    assert shop.run() == []


def test_who_falls_at_the_end_of_grace_is_told_once_before_it(shop: Campaigning) -> None:
    levels = [
        {"id": "basic", "name": {"en": "Basic", "ru": "Базовый"}},
        {"id": "gold", "name": {"en": "Gold", "ru": "Золотой"}, "spend": 5_000},
    ]
    rolling = {"window": "rolling", "rolling_months": 1, "down": "fit", "grace_months": 2}
    shop.world.put_program(tiers={**rolling, "warn_days": 0, "levels": levels})
    shop = Campaigning(shop.world)
    ann, ben = shop.join("Ann"), shop.join("Ben")
    shop.world.sell("1", total=6_000, member=ann)
    shop.start("stay", trigger={"kind": "will_fall", "days": 10})
    ended: list[tuple[int, str]] = []
    for day in range(117):
        shop.world.wait(days=1)
        ended += [(day, one) for one in shop.run()]
    # Qualified until the end of June, in grace through August, told in its last ten days.
    deadline = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
    assert [one for _, one in ended] == ["sent"]
    at = datetime.fromtimestamp(shop.claims("stay")[0].at / 1_000_000, UTC)
    assert 0 < (deadline - at).total_seconds() <= 10 * 86_400
    assert shop.claims("stay")[0].occurrence == f"falls-{int(deadline.timestamp())}"
    assert shop.told(ben) == ""


@pytest.mark.parametrize("by", ["receipt", "staff"])
def test_an_order_that_is_claimed_is_told_of_once(shop: Campaigning, by: str) -> None:
    ann = shop.join("Ann")
    shop.start("thanks", trigger={"kind": "claimed"}, guards={**OPEN, "cap": 9})
    shop.world.sell("shown", total=700, member=ann)
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == []
    parked = shop.world.sell("parked", total=800).key
    shop.world.wait(hours=1)
    actor = f"member:{ann.member_id}" if by == "receipt" else "key:till"
    shop.world.sales.claim_for(parked, ann.member_id, actor, shop.world.now)
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == ["sent"]
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == []
    assert [one.occurrence for one in shop.claims("thanks")] == ["order-till-parked"]


def test_what_was_bought_is_told_of_once_an_order_and_after_quiet_hours(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    shop.start("cake", trigger={"kind": "bought", "of": "cake"}, guards={**OPEN, "cap": 9})
    buy(shop, ann, "1", "cake")
    buy(shop, ann, "2", "tea")
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == ["sent"]
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == []
    shop.world.now = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)  # 22:00 in New York
    buy(shop, ann, "3", "cake")
    assert shop.running.event("coffee", ann.member_id, shop.world.now) == []
    # Whoever lost a bell, or was in quiet hours, is found by the day's look.
    shop.world.now = datetime(2026, 5, 5, 14, 1, tzinfo=UTC)
    assert shop.run() == ["sent"]
    assert [one.occurrence for one in shop.claims("cake")] == ["order-till-1", "order-till-3"]


def buy(shop: Campaigning, who: Enrolled, order: str, item: str) -> None:
    report = shop.world.report(order, total=500, member=who)
    part = replace(report.parts[0], lines=(Line(item, "food", 1000, 500),))
    shop.world.sales.record_order(replace(report, parts=(part,)), shop.world.now)


def test_a_coupon_and_an_invitation_stand_in_the_text(shop: Campaigning) -> None:
    shop.world.put_program(referral={"pot": "points", "referrer": 30, "friend": 20})
    shop = Campaigning(shop.world)
    ann = shop.join("Ann")
    actions = [
        {"kind": "coupon", "coupon": "spring"},
        {"kind": "message", "text": {"en": "{coupon} for {name}. {friends}", "ru": "{coupon}"}},
    ]
    with pytest.raises(Refusal) as refused:
        shop.make("spring", actions=actions)
    assert refused.value.code == "unknown_coupon"
    shop.world.offers.make("coffee", SPRING, "key:owner", shop.world.now)
    shop.start("spring", actions=actions)
    assert shop.run() == ["sent"]
    assert shop.told(ann).startswith("SPRING24 for Ann. ")
    assert "20 points" in shop.told(ann)
    assert shop.told(ann, "ru") == "SPRING24"
