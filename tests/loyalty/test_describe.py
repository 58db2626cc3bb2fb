"""The program in plain sentences that a native speaker would say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import words
from loyalty.describe import describe
from loyalty.money import LARGEST_AMOUNT, exponent
from loyalty.program import Discount, EarnRule, PotRule, Program, Reward
from tests.support.till import program

COFFEE = program("coffee")
BARBER = program("barber")


def said(described: Program, language: str) -> list[str]:
    """Return the sentences with plain spaces instead of the kinds that do not break."""
    return [
        sentence.replace("\u00a0", " ").replace("\u202f", " ")
        for sentence in describe(described, language)
    ]


def earning(points: int, per_amount: int, currency: str = "USD") -> Program:
    rule = EarnRule("points", points, per_amount)
    return replace(COFFEE, currency=currency, earning=(rule,), rewards=(), pots=(PotRule("p"),))


def test_what_ships_in_english() -> None:
    assert said(COFFEE, "en") == [
        "10 points for every $1.",
        "Free coffee for 100 points.",
        "Points live 12 months, through the end of the month.",
    ]
    assert said(BARBER, "en") == ["10% off every bill."]


def test_what_ships_in_russian() -> None:
    assert said(COFFEE, "ru") == [
        "10 баллов за 1 $ в чеке.",
        "Бесплатный кофе за 100 баллов.",
        "Баллы живут 12 месяцев, до конца месяца.",
    ]
    assert said(BARBER, "ru") == ["Скидка 10 % на каждый чек."]


@pytest.mark.parametrize(
    ("points", "per_amount", "currency", "english", "russian"),
    [
        (1, 100, "USD", "1 point for every $1.", "1 балл за 1 $ в чеке."),
        (2, 50, "USD", "2 points for every $0.50.", "2 балла за 0,50 $ в чеке."),
        (5, 10_000, "RUB", "5 points for every RUB100.", "5 баллов за 100 ₽ в чеке."),
        (21, 2_100, "EUR", "21 points for every €21.", "21 балл за 21 € в чеке."),
        (11, 1, "JPY", "11 points for every ¥1.", "11 баллов за 1 ¥ в чеке."),
        (3, 1_500, "KWD", "3 points for every KWD1.500.", "3 балла за 1,500 KWD в чеке."),
        (1000, 100_000_00, "RUB", "1,000 points for every", "1 000 баллов за 100 000 ₽ в чеке."),
    ],
)
def test_earning_reads_well_for_any_amount(
    points: int, per_amount: int, currency: str, english: str, russian: str
) -> None:
    rules = earning(points, per_amount, currency)
    (sentence,) = said(rules, "en")
    assert sentence.replace("RUB ", "RUB").replace("KWD ", "KWD").startswith(english)
    assert said(rules, "ru") == [russian]


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        (0, "0 points", "0 баллов"),
        (1, "1 point", "1 балл"),
        (2, "2 points", "2 балла"),
        (4, "4 points", "4 балла"),
        (5, "5 points", "5 баллов"),
        (11, "11 points", "11 баллов"),
        (12, "12 points", "12 баллов"),
        (21, "21 points", "21 балл"),
        (22, "22 points", "22 балла"),
        (25, "25 points", "25 баллов"),
        (101, "101 points", "101 балл"),
        (111, "111 points", "111 баллов"),
        (1_000_000, "1,000,000 points", "1 000 000 баллов"),
    ],
)
def test_points_are_counted_as_people_count(number: int, english: str, russian: str) -> None:
    assert words.plural("en", "points", number) == english
    assert words.plural("ru", "points", number).replace("\u00a0", " ") == russian


@pytest.mark.parametrize(
    ("months", "english", "russian"),
    [
        (1, "Points live 1 month,", "Баллы живут 1 месяц,"),
        (2, "Points live 2 months,", "Баллы живут 2 месяца,"),
        (5, "Points live 5 months,", "Баллы живут 5 месяцев,"),
        (21, "Points live 21 months,", "Баллы живут 21 месяц,"),
    ],
)
def test_months_are_counted_as_people_count(months: int, english: str, russian: str) -> None:
    rules = replace(COFFEE, pots=(PotRule("points", months),))
    assert said(rules, "en")[-1].startswith(english)
    assert said(rules, "ru")[-1].startswith(russian)


@pytest.mark.parametrize("missing", [1, 2, 5, 21])
def test_what_is_missing_reads_well(missing: int) -> None:
    """Russian verbs would have to agree with the number; there is none in the phrase."""
    points = words.plural("ru", "points", missing)
    told = words.phrase("ru", "progress", points=points, reward="Кофе")
    assert told == f"Кофе: ещё {points}"


def test_what_a_lock_screen_says_fits_any_number() -> None:
    for language, balance in (("en", "Your points: %@"), ("ru", "Ваши баллы: %@")):
        assert words.phrase(language, "change.balance") == balance
        for key in ("change.balance", "change.discount"):
            assert words.phrase(language, key).count("%") == 1


def test_only_what_there_is_is_said() -> None:
    bare = replace(COFFEE, earning=(), rewards=(), pots=(PotRule("points"),))
    assert describe(bare, "en") == ()


def test_each_rule_is_one_sentence() -> None:
    rules = replace(
        COFFEE,
        rewards=(
            Reward("a", "points", 1, {"en": "A bun", "ru": "Булочка"}),
            Reward("b", "points", 22, {"en": "A pie", "ru": "Пирог"}),
        ),
        discount=Discount(750),
    )
    assert said(rules, "ru") == [
        "10 баллов за 1 $ в чеке.",
        "Булочка за 1 балл.",
        "Пирог за 22 балла.",
        "Баллы живут 12 месяцев, до конца месяца.",
        "Скидка 7,5 % на каждый чек.",
    ]


@pytest.mark.parametrize(
    ("basis_points", "english", "russian"),
    [
        (1, "0.01%", "0,01 %"),
        (750, "7.5%", "7,5 %"),
        (1000, "10%", "10 %"),
        (10_000, "100%", "100 %"),
    ],
)
def test_percentages_are_exact(basis_points: int, english: str, russian: str) -> None:
    assert words.percent("en", basis_points) == english
    assert words.percent("ru", basis_points).replace("\u00a0", " ") == russian


CURRENCIES = ["USD", "EUR", "RUB", "JPY", "KWD", "CLF", "RSD", "ISK", "UAH", "HUF", "IDR", "XXX"]


@given(
    language=st.sampled_from(words.LANGUAGES),
    minor=st.integers(0, LARGEST_AMOUNT),
    currency=st.sampled_from(CURRENCIES),
)
def test_no_minor_unit_is_rounded_away(language: str, minor: int, currency: str) -> None:
    text = words.money(language, minor, currency)
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    shown = "".join(letter for letter in text if letter.isdigit())
    assert shown == (f"{whole}{part:0{digits}d}" if part else str(whole))


def test_every_phrase_is_in_every_language() -> None:
    english, russian = words._PHRASES["en"], words._PHRASES["ru"]
    assert set(english) == set(russian)
    for key in english:
        assert english[key].count("{") == russian[key].count("{"), key
    assert words._PLURALS["en"].keys() == words._PLURALS["ru"].keys()


def test_the_suite_sees_a_wrong_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: English rules for Russian numbers."""
    forms = {**words._PLURALS["ru"]["points"], "few": "{n} баллов"}
    monkeypatch.setitem(words._PLURALS["ru"], "points", forms)
    with pytest.raises(AssertionError):
        test_points_are_counted_as_people_count(2, "2 points", "2 балла")
