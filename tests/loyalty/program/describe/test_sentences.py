"""The program in plain sentences that a native speaker would say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings

from loyalty.languages import spoken
from loyalty.program.describe import MOST_SENTENCES, describe, warnings
from loyalty.program.document import dump
from loyalty.program.rules import (
    Basis,
    Bonus,
    Cap,
    EarnRule,
    Expiry,
    Filter,
    Goods,
    Limit,
    PointsAsMoney,
    PotRule,
    Program,
    Referral,
    Reward,
)
from tests.loyalty.program.describe.saying import (
    BARBER,
    BARE,
    COFFEE,
    POINTS,
    RULE,
    STAMPS,
    check,
    said,
)
from tests.support.extent import part
from tests.support.programs import programs


def test_what_ships_in_english() -> None:
    assert said(COFFEE, "en") == [
        "10 points for every $1.",
        "Free coffee for 100 points.",
        "Points live 12 months, through the end of the month.",
    ]
    assert said(BARBER, "en") == ["10% off every bill."]


def test_what_ships_in_russian() -> None:
    assert said(COFFEE, "ru") == [
        "10 баллов за каждый 1 $.",
        "Бесплатный кофе за 100 баллов.",
        "Баллы живут 12 месяцев, до конца месяца.",
    ]
    assert said(BARBER, "ru") == ["Скидка 10 % на каждый чек."]


@pytest.mark.parametrize(
    ("points", "amount", "currency", "english", "russian"),
    [
        (1, 100, "USD", "1 point for every $1.", "1 балл за каждый 1 $."),
        (2, 50, "USD", "2 points for every $0.50.", "2 балла за каждые 0,50 $."),
        (5, 100_00, "RUB", "5 points for every 100 ₽.", "5 баллов за каждые 100 ₽."),
        (1, 1_00, "RUB", "1 point for every 1 ₽.", "1 балл за каждый 1 ₽."),
        (2, 2_00, "RUB", "2 points for every 2 ₽.", "2 балла за каждые 2 ₽."),
        (5, 5_00, "RUB", "5 points for every 5 ₽.", "5 баллов за каждые 5 ₽."),
        (11, 11_00, "RUB", "11 points for every 11 ₽.", "11 баллов за каждые 11 ₽."),
        (21, 21_00, "RUB", "21 points for every 21 ₽.", "21 балл за каждый 21 ₽."),
        (21, 21_00, "EUR", "21 points for every €21.", "21 балл за каждый 21 €."),
        (3, 1_00, "UAH", "3 points for every 1 ₴.", "3 балла за каждую 1 ₴."),
        (11, 1, "JPY", "11 points for every ¥1.", "11 баллов за каждую 1 ¥."),
        (3, 1_500, "KWD", "3 points for every KWD 1.500.", "3 балла за каждые 1,500 KWD."),
        # Nobody here knows the gender of a dinar of Kuwait: said so that it does not matter.
        (3, 1_000, "KWD", "3 points for every KWD 1.", "3 балла за 1 KWD в чеке."),
        (
            1000,
            100_000_00,
            "RUB",
            "1,000 points for every 100,000 ₽.",
            "1 000 баллов за каждые 100 000 ₽.",
        ),
    ],
)
def test_earning_reads_well_for_any_amount(
    points: int, amount: int, currency: str, english: str, russian: str
) -> None:
    rule = EarnRule(POINTS, points, amount=amount)
    check([english], [russian], currency=currency, earning=(rule,))


def test_earning_by_visit_and_item() -> None:
    check(
        ["1 stamp for every visit.", "2 stamps for every item of “coffee” or “tea”."],
        ["1 штамп за каждый визит.", "2 штампа за каждый товар «coffee» или «tea»."],
        pots=(STAMPS,),
        earning=(
            EarnRule("stamps", 1, "visit"),
            EarnRule("stamps", 2, "item", only=Filter(("coffee", "tea"))),
        ),
    )


def test_earning_with_minimum_filter_and_exclusions() -> None:
    check(
        [
            (
                "5 points for every 100 ₽ spent on “coffee” (except “beans” and “mugs”), "
                "from 300 ₽ of these."
            ),
            "1 point for every visit with “flat white”.",
            "1 point for every visit, on bills from 300 ₽.",
        ],
        [
            (
                "5 баллов за каждые 100 ₽ на «coffee» (кроме «beans» и «mugs»), "
                "если их куплено на 300 ₽ и больше."
            ),
            "1 балл за каждый визит с покупкой «flat white».",
            "1 балл за каждый визит, при чеке от 300 ₽.",
        ],
        earning=(
            replace(
                RULE, minimum=300_00, only=Filter(("coffee",), exclude_items=("beans", "mugs"))
            ),
            EarnRule(POINTS, 1, "visit", only=Filter(items=("flat white",))),
            EarnRule(POINTS, 1, "visit", minimum=300_00),
        ),
    )


def test_basis() -> None:
    check(
        ["5 points for every 100 ₽.", "What counts is the price before discounts and with tips."],
        ["5 баллов за каждые 100 ₽.", "Считается цена до скидок и с чаевыми."],
        earning=(RULE,),
        basis=Basis(discount="before", tips="with"),
    )
    untaxed = replace(BARE, earning=(RULE,), basis=Basis(tax="without"))
    assert said(untaxed, "en")[1:] == ["What counts is the price without tax."]
    assert said(untaxed, "ru")[1:] == ["Считается цена без налога."]
    by_visit = replace(untaxed, earning=(EarnRule(POINTS, 1, "visit"),))
    assert len(said(by_visit, "en")) == 1


def test_caps_limits_and_pauses() -> None:
    check(
        [
            "At most 50 points a day and 500 points a month.",
            "A purchase worth more than 21 points earns nothing.",
            "At most 1 purchase a day and 5 purchases a week can earn.",
            "You can spend at most once an hour and 2 times a year.",
            "A purchase less than 90 minutes after another one earns nothing.",
        ],
        [
            "Не больше 50 баллов в день и 500 баллов в месяц.",
            "Покупка, за которую вышло бы больше 21 балла, не приносит ничего.",
            "Начисляем не больше чем за 1 покупку в день и 5 покупок в неделю.",
            "Тратить можно не чаще 1 раза в час и 2 раз в год.",
            "Покупка раньше чем через 90 минут после другой не приносит ничего.",
        ],
        caps=(Cap(POINTS, "day", 50), Cap(POINTS, "month", 500), Cap(POINTS, "order", 21)),
        limits=(
            Limit("earn", "day", 1),
            Limit("earn", "week", 5),
            Limit("redeem", "hour", 1),
            Limit("redeem", "year", 2),
        ),
        cool_down_minutes=90,
    )


@pytest.mark.parametrize(
    ("pot", "english", "russian"),
    [
        (
            PotRule(POINTS, expiry=Expiry(months=1)),
            "Points live 1 month, through the end of the month.",
            "Баллы живут 1 месяц, до конца месяца.",
        ),
        (
            PotRule(POINTS, "stamps", expiry=Expiry(months=21)),
            "Stamps live 21 months, through the end of the month.",
            "Штампы живут 21 месяц, до конца месяца.",
        ),
        (
            PotRule(POINTS, expiry=Expiry(dates=("12-31", "06-30"))),
            "Points end every year after June 30 and December 31.",
            "Баллы сгорают каждый год после 30 июня и 31 декабря.",
        ),
        (
            PotRule(POINTS, "visits", expiry=Expiry(inactivity_months=6)),
            "Visits end after 6 months without a purchase.",
            "Визиты сгорают через 6 месяцев без покупок.",
        ),
        (
            PotRule(POINTS, pending_days=2),
            "New points can be spent after 2 days.",
            "Новые баллы можно тратить через 2 дня.",
        ),
    ],
)
def test_expiry_and_pending(pot: PotRule, english: str, russian: str) -> None:
    check([english], [russian], pots=(pot,))


def test_pots_of_one_kind_are_told_apart() -> None:
    tea = PotRule("tea", "stamps", {"en": "Tea card", "ru": "Чайная карта"})
    check(
        [
            "1 stamp (Tea card) for every item of “tea”.",
            "Cup for 9 stamps (Coffee card).",
            "Stamps (Coffee card) live 3 months, through the end of the month.",
        ],
        [
            "1 штамп («Чайная карта») за каждый товар «tea».",
            "Чашка за 9 штампов («Кофейная карта»).",
            "Штампы («Кофейная карта») живут 3 месяца, до конца месяца.",
        ],
        pots=(replace(STAMPS, expiry=Expiry(months=3)), tea),
        earning=(EarnRule("tea", 1, "item", only=Filter(("tea",))),),
        rewards=(Reward("cup", "stamps", 9, {"en": "Cup", "ru": "Чашка"}),),
    )
    alike = tuple(replace(pot, expiry=Expiry(months=3)) for pot in (STAMPS, tea))
    check(
        ["Stamps live 3 months, through the end of the month."],
        ["Штампы живут 3 месяца, до конца месяца."],
        pots=alike,
    )


def test_a_long_catalogue_is_one_sentence() -> None:
    one = Reward("bun", POINTS, 1, {"en": "A bun", "ru": "Булочка"})
    pie = Reward("pie", POINTS, 22, {"en": "A pie", "ru": "Пирог"})
    check(
        ["A bun for 1 point.", "A pie for 22 points."],
        ["Булочка за 1 балл.", "Пирог за 22 балла."],
        rewards=(one, pie),
    )
    check(
        ["A bun for 1 point; A pie for 22 points; A bun for 1 point."],
        ["Булочка за 1 балл; Пирог за 22 балла; Булочка за 1 балл."],
        rewards=(one, pie, one),
    )


@pytest.mark.parametrize(
    ("money", "english", "russian"),
    [
        (
            PointsAsMoney(POINTS, 1, 1_00, share=3000),
            "1 point = 1 ₽, up to 30% of a bill.",
            "1 балл = 1 ₽, до 30 % чека.",
        ),
        (
            PointsAsMoney(POINTS, 10, 1_50, minimum=21),
            "10 points = 1.50 ₽ off your bill, from 21 points up.",
            "10 баллов = 1,50 ₽ при оплате, от 21 балла.",
        ),
    ],
)
def test_points_as_money(money: PointsAsMoney, english: str, russian: str) -> None:
    check([english], [russian], points_as_money=money)


def test_gifts_and_friends() -> None:
    check(
        [
            "100 points as a welcome gift.",
            "1 point on your birthday.",
            (
                "Bring a friend: 21 points for you and 2 points for your friend after their first "
                "purchase of 300 ₽ or more."
            ),
        ],
        [
            "100 баллов в подарок за вступление.",
            "1 балл в подарок на день рождения.",
            "Приведите друга: 21 балл вам и 2 балла другу после его первой покупки от 300 ₽.",
        ],
        welcome=Bonus(POINTS, 100),
        birthday=Bonus(POINTS, 1),
        referral=Referral(POINTS, 21, 2, 300_00),
    )


def test_only_what_there_is_is_said() -> None:
    assert describe(BARE, "en") == ()
    assert describe(replace(BARE, pots=()), "en", "staff") == ()


@settings(max_examples=part(150, 50), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(program=programs())
def test_every_program_can_be_told(program: Program) -> None:
    assume("None" not in dump(program))  # as a name that somebody gave
    counts = set()
    for language in program.languages:
        customers, staff = describe(program, language), describe(program, language, "staff")
        for sentence in staff:
            assert sentence.endswith(".")
            assert "None" not in sentence
        assert staff[: len(customers)] == customers
        counts.add((len(customers), len(staff)))
        told = any("understand this program" in text for text in warnings(program, "en"))
        assert told == (len(customers) > MOST_SENTENCES)
    # Both languages say the same rules.
    assert len(counts) == 1


def test_the_suite_sees_a_forgotten_gender(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: every currency a he."""
    monkeypatch.setattr(spoken("ru"), "GENDERS", {"JPY": "masculine"})
    with pytest.raises(AssertionError):
        test_earning_reads_well_for_any_amount(
            11, 1, "JPY", "11 points for every ¥1.", "11 баллов за каждую 1 ¥."
        )


def test_goods_have_the_programs_names_and_else_those_of_the_tills() -> None:
    only = Filter(categories=("hot", "tea"), items=("SKU-1",), exclude_items=("SKU-2", "hot"))
    program = replace(
        COFFEE,
        earning=(replace(COFFEE.earning[0], only=only),),
        categories=(Goods("hot", {"en": "Hot drinks", "ru": "Горячие напитки"}),),
        items=(
            Goods("SKU-1", {"en": "Filter coffee", "ru": "Фильтр-кофе"}),
            Goods("SKU-2", {"en": "Decaf", "ru": "Без кофеина"}),
        ),
    )
    assert said(program, "en")[0] == (
        "10 points for every $1 spent on “Hot drinks”, “tea”, or “Filter coffee” "
        "(except “Decaf” and “hot”)."
    )
    assert said(program, "ru")[0] == (
        "10 баллов за каждый 1 $ на «Горячие напитки», «tea» или «Фильтр-кофе» "
        "(кроме «Без кофеина» и «hot»)."
    )


CASHBACK = PotRule(POINTS, name={"en": "Cashback", "ru": "Кэшбэк"}, expiry=Expiry(months=6))


@pytest.mark.parametrize(
    ("changes", "english", "russian"),
    [
        ({}, "5% of every purchase comes back.", "С каждой покупки возвращается 5 %."),
        (
            {"earning": (EarnRule(POINTS, 5, amount=100, only=Filter(categories=("tea",))),)},
            "5% of every purchase of “tea” comes back.",
            "С каждой покупки «tea» возвращается 5 %.",
        ),
        # No whole number of basis points.
        (
            {"earning": (EarnRule(POINTS, 1, amount=300),)},
            "$0.01 for every $3.",
            "0,01 $ за каждые 3 $.",
        ),
        (
            {"earning": (EarnRule(POINTS, 50, per="visit"),)},
            "$0.50 for every visit.",
            "0,50 $ за каждый визит.",
        ),
        # What has a unit, buys rewards, or is worth parts of a cent, is counted.
        (
            {"pots": (replace(CASHBACK, unit={"en": "bit, bits", "ru": "бит, бита, битов"}),)},
            "5 bits for every $1.",
            "5 битов за каждый 1 $.",
        ),
        (
            {"points_as_money": PointsAsMoney(POINTS, 2, 1)},
            "5 points for every $1.",
            "5 баллов за каждый 1 $.",
        ),
        ({"rewards": COFFEE.rewards}, "5 points for every $1.", "5 баллов за каждый 1 $."),
    ],
)
def test_points_that_are_money_are_said_in_money(
    changes: dict[str, object], english: str, russian: str
) -> None:
    program = replace(
        BARE,
        currency="USD",
        pots=(CASHBACK,),
        earning=(EarnRule(POINTS, 5, amount=100),),
        points_as_money=PointsAsMoney(POINTS, 1, 1),
    )
    program = replace(program, **changes)  # type: ignore[arg-type]
    assert said(program, "en")[0] == english
    assert said(program, "ru")[0] == russian
