"""Why a purchase earns what it earns, as a cashier reads it aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.core import explain as module
from loyalty.core.account import Account
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.decide.spending import CaptureHold, Price, Redeem, ReleaseHold
from loyalty.core.explain import read_aloud
from loyalty.core.order import BASKET, Line, Order, OrderKey, Part
from loyalty.core.trace import Step
from loyalty.ledger.sales import Quote
from loyalty.program.document import read_toml
from loyalty.program.rules import (
    Cap,
    EarnRule,
    Expiry,
    Filter,
    Level,
    Limit,
    PointsAsMoney,
    PotRule,
    Program,
    Promotion,
    Reward,
    Texts,
    Tiers,
    Window,
)
from tests.support.programs import programs
from tests.support.world import TEMPLATES, World

COFFEE = read_toml((TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8"))
POINTS = "points"
HAPPY: Texts = {"en": "happy hour", "ru": "счастливый час"}
RUBLES = replace(
    COFFEE,
    currency="RUB",
    zone="Europe/Moscow",
    earning=(EarnRule(POINTS, 5, amount=100_00),),
    promotions=(
        Promotion("happy", HAPPY, POINTS, 20_000, windows=(Window(start="15:00", until="17:00"),)),
    ),
    caps=(Cap(POINTS, "day", 50),),
)
# 15:30 in Moscow.
NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
TWO_COFFEES = (Line("flat white", "coffee", 2000, 360_00),)


def plain(text: str) -> str:
    """Return the text with plain spaces instead of the kinds that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def bought(total: int, lines: tuple[Line, ...] = (), number: int = 1, **part: Any) -> Order:
    report = Part(BASKET, 1, "completed", total, lines=lines, **part)
    return Order(OrderKey("coffee", "till", str(number)), "RUB", NOW, NOW, (report,))


def told(
    program: Program, *orders: Order, account: Account | None = None, language: str = "en"
) -> str:
    """Return what is said of the last of the orders."""
    account = account or Account("coffee", "ann")
    assert orders
    for order in orders:
        decision = decide(program, account, RecordOrder(order, program, "till"), NOW)
        account = decision.account
    return plain(read_aloud(decision.trace, program, program.language(language)))


def calm(**changes: Any) -> Program:
    """Return the program without promotions and caps."""
    return replace(RUBLES, **{"promotions": (), "caps": (), **changes})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "2 × 180 ₽ coffee → 18 points; happy hour doubles: 36; daily cap 50 leaves 14",
        ),
        (
            "ru",
            (
                "2 × 180 ₽ coffee → 18 баллов; счастливый час — вдвое: 36; "
                "предел 50 в день оставляет 14"
            ),
        ),
    ],
)
def test_the_story_of_a_capped_happy_hour(language: str, text: str) -> None:
    """The sentence that the cashier reads is the sentence of the plan."""
    world = World()
    world.now = NOW
    world.programs.put(RUBLES)
    world.restart()
    ann = world.enrol()
    world.sales.record_order(
        replace(world.report("first", total=360_00, member=ann), currency="RUB"), world.now
    )
    assert world.balance(ann) == 36
    report = replace(
        world.report("second", member=ann),
        parts=(Part(BASKET, 1, "completed", 360_00, lines=TWO_COFFEES),),
    )
    quote = world.sales.quote(report, ann.member_id, world.now)
    assert isinstance(quote, Quote)
    assert plain(read_aloud(quote.steps, RUBLES, RUBLES.language(language))) == text
    assert (quote.points, quote.balance) == (14, 50)
    assert world.balance(ann) == 36


def test_several_lines() -> None:
    lines = (*TWO_COFFEES, Line("bun", "pastry", 1000, 140_00))
    said = told(calm(), bought(500_00, lines))
    assert said == "2 × 180 ₽ coffee, 140 ₽ pastry → 25 points"


def test_equal_lines_are_one() -> None:
    lines = (Line("a", "coffee", 1000, 180_00), Line("b", "coffee", 1000, 180_00))
    assert told(calm(), bought(360_00, lines)) == "2 × 180 ₽ coffee → 18 points"


def test_goods_by_weight_and_without_a_category() -> None:
    lines = (Line("a", "", 350, 126_50),)
    assert told(calm(), bought(126_50, lines)) == "126.50 ₽ → 6 points"
    assert told(calm(), bought(126_50, lines), language="ru") == "126,50 ₽ → 6 баллов"


def test_many_lines_are_their_sum() -> None:
    lines = tuple(Line(str(number), f"c{number}", 1000, 100_00) for number in range(4))
    assert told(calm(), bought(400_00, lines)) == "400 ₽ → 20 points"


def test_what_does_not_count_is_said() -> None:
    said = told(calm(), bought(380_00, TWO_COFFEES, tip=40_00, discount=20_00))
    assert said == "2 × 180 ₽ coffee, of which 340 ₽ count → 17 points"
    said = told(calm(), bought(360_00, TWO_COFFEES, points_paid=60_00))
    assert said == (
        "60 ₽ paid from the card earns nothing; 2 × 180 ₽ coffee, of which 300 ₽ count → 15 points"
    )


def test_what_is_carried_is_said() -> None:
    said = told(calm(), bought(130_00), bought(130_00, number=2))
    assert said == "130 ₽ → 6 points; with what was carried from last time: 7 points"
    said = told(calm(), bought(130_00), bought(130_00, number=2), language="ru")
    assert said == "130 ₽ → 6 баллов; с остатком прошлого раза: 7 баллов"


def test_visits_and_items() -> None:
    stamps = PotRule("stamps", "stamps", expiry=Expiry(months=12))
    visits = calm(pots=(stamps,), earning=(EarnRule("stamps", 1, "visit"),))
    assert told(visits, bought(360_00, TWO_COFFEES)) == "visit → 1 stamp"
    items = replace(visits, earning=(EarnRule("stamps", 1, "item"),))
    assert told(items, bought(360_00, TWO_COFFEES)) == "2 × coffee → 2 stamps"
    unnamed = (Line("a", "", 2000, 100), Line("b", "coffee", 1000, 100))
    assert told(items, bought(200, unnamed)) == "3 items → 3 stamps"
    assert told(items, bought(200, unnamed), language="ru") == "3 товара → 3 штампа"


def test_small_bills() -> None:
    program = calm(earning=(EarnRule(POINTS, 5, amount=100_00, minimum=200_00),))
    assert told(program, bought(150_00)) == "150 ₽ is below the minimum of 200 ₽"
    assert told(program, bought(150_00), language="ru") == "150 ₽ — меньше минимума 200 ₽"
    teas = replace(program, earning=(replace(program.earning[0], only=Filter(("tea",))),))
    assert told(teas, bought(360_00, TWO_COFFEES)) == "nothing here counts"


def test_levels_and_promotions() -> None:
    gold: Texts = {"en": "Gold", "ru": "Золото"}
    tiers = Tiers((Level("a", gold), Level("b", gold, spend=1, multiplier=15_000)))
    program = calm(tiers=tiers)
    account = replace(Account("coffee", "ann"), level=1)
    said = told(program, bought(360_00), account=account)
    assert said == "360 ₽ → 18 points; level Gold ×1.5: 27"
    said = told(program, bought(360_00), account=account, language="ru")
    assert said == "360 ₽ → 18 баллов; уровень Золото ×1,5: 27"
    happy = RUBLES.promotions[0]
    for factor, text in ((30_000, "happy hour triples: 54"), (12_500, "happy hour ×1.25: 22")):
        program = calm(promotions=(replace(happy, multiplier=factor),))
        assert told(program, bought(360_00)) == f"360 ₽ → 18 points; {text}"
    gift = replace(happy, id="gift", multiplier=None, bonus=100)
    program = calm(promotions=(happy, gift), stacking="sum")
    assert told(program, bought(360_00)) == (
        "360 ₽ → 18 points; happy hour doubles: 36; happy hour adds 100: 136"
    )


def test_a_promotion_can_fill_a_pot_that_no_rule_fills() -> None:
    gift = replace(RUBLES.promotions[0], multiplier=None, bonus=100)
    assert told(calm(earning=(), promotions=(gift,)), bought(100)) == "happy hour adds 100: 100"


def test_several_caps_and_caps_of_one_purchase() -> None:
    caps = (Cap(POINTS, "day", 10), Cap(POINTS, "week", 20))
    assert told(calm(caps=caps), bought(360_00)) == "360 ₽ → 18 points; caps leave 10"
    one = (Cap(POINTS, "order", 17),)
    said = told(calm(caps=one), bought(360_00))
    assert said == "360 ₽ → 18 points; more than 17 points for one purchase is refused: 0"
    said = told(calm(caps=one), bought(360_00), language="ru")
    assert said == "360 ₽ → 18 баллов; больше 17 баллов за одну покупку не начисляется: 0"


def test_refusals_of_earning() -> None:
    limited = calm(limits=(Limit("earn", "day", 1),))
    two = bought(360_00), bought(360_00, number=2)
    assert told(limited, *two) == "at most 1 purchase a day can earn: nothing"
    assert told(limited, *two, language="ru") == (
        "начисляем не больше чем за 1 покупку в день: ничего"
    )
    cooling = calm(cool_down_minutes=30)
    assert told(cooling, *two) == "less than 30 minutes after the last purchase: nothing"
    assert told(cooling, *two, language="ru") == (
        "раньше чем через 30 минут после прошлой покупки: ничего"
    )
    nothing = replace(two[0], parts=(replace(two[0].parts[0], status="cancelled"),))
    assert told(calm(), nothing) == "nothing is earned"


REWARD = Reward("cup", POINTS, 100, {"en": "Cup", "ru": "Чашка"})
MONEY = PointsAsMoney(POINTS, 1, 100, share=3000, minimum=5)


@pytest.mark.parametrize(
    ("price", "english", "russian"),
    [
        (Price(reward="cup"), "100 needed, 5 there", "нужно 100, есть 5"),
        (
            Price(points=4, bill=100_00),
            "4 is too little: at least 5 at once",
            "4 — слишком мало: не меньше 5 за раз",
        ),
        (
            Price(points=5, bill=10_00),
            "5 is too much: the card pays at most 30% of a bill",
            "5 — слишком много: с карты можно оплатить до 30 % чека",
        ),
    ],
)
def test_refusals_of_spending(price: Price, english: str, russian: str) -> None:
    program = calm(rewards=(REWARD,), points_as_money=MONEY)
    account = decide(
        program, Account("coffee", "ann"), RecordOrder(bought(100_00), program, "till"), NOW
    ).account
    declined = decide(program, account, Redeem("f", price, "till"), NOW)
    assert plain(read_aloud(declined.trace, program, "en")) == english
    assert plain(read_aloud(declined.trace, program, "ru")) == russian


def test_other_refusals() -> None:
    program = calm(limits=(Limit("redeem", "day", 1),))
    account = Account("coffee", "ann")
    command: Any
    for command, english in (
        (Redeem("f", Price(points=1, bill=9), "till"), "the card cannot pay bills here"),
        (CaptureHold("f", "h", "till"), "this hold is not open any more"),
        (ReleaseHold("f", "h", "till"), "this hold is not open any more"),
    ):
        declined = decide(program, account, command, NOW)
        assert read_aloud(declined.trace, program, "en") == english
    gone = replace(account, closed=1)
    declined = decide(program, gone, Redeem("f", Price(points=1), "till"), NOW)
    assert read_aloud(declined.trace, program, "en") == "this membership has ended"
    spent = Step("declined", {"reason": "limit", "price": 1, "balance": 5})
    assert read_aloud([spent], program, "en") == (
        "enough has been spent for now: at most once a day"
    )
    assert read_aloud([Step("declined", {"reason": "new"})], program, "en") == "declined: new"


lines = st.builds(
    Line,
    item=st.sampled_from(["flat white", "sencha", "bun"]),
    category=st.sampled_from(["", "coffee", "tea", "gift_card"]),
    quantity=st.sampled_from([1000, 2000, 350, 0]),
    amount=st.integers(0, 10**6),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    program=programs(),
    baskets=st.lists(st.lists(lines, max_size=5), min_size=1, max_size=3),
    paid=st.sampled_from([0, 50]),
)
def test_any_decision_can_be_read(program: Program, baskets: list[list[Line]], paid: int) -> None:
    orders = [
        bought(sum(line.amount for line in basket), tuple(basket), number, points_paid=paid)
        for number, basket in enumerate(baskets)
    ]
    for language in program.languages:
        said = told(program, *orders, language=language)
        assert said.strip()


def test_the_suite_sees_a_swapped_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the cap instead of what it leaves."""

    def swapped(speaker: Any, values: Any) -> str:
        return module._cap(speaker, {**values, "points": values["cap"]})

    monkeypatch.setitem(module._SENTENCES, "cap", swapped)
    with pytest.raises(AssertionError):
        test_the_story_of_a_capped_happy_hour(
            "en", "2 × 180 ₽ coffee → 18 points; happy hour doubles: 36; daily cap 50 leaves 14"
        )
