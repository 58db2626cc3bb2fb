"""Numbers, money, times and phrases as people say them, in every language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from string import Formatter
from typing import cast

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from loyalty import words
from loyalty.languages import LANGUAGES, Spoken, spoken
from loyalty.money import LARGEST_AMOUNT, exponent
from tests.loyalty.program.describe.saying import plain


@pytest.mark.parametrize(
    ("minutes", "english", "russian"),
    [
        (1, "1 minute", "1 минуту"),
        (2, "2 minutes", "2 минуты"),
        (21, "21 minutes", "21 минуту"),
        (60, "1 hour", "1 час"),
        (240, "4 hours", "4 часа"),
        (1440, "1 day", "1 день"),
        (10_080, "7 days", "7 дней"),
    ],
)
def test_spans_of_time(minutes: int, english: str, russian: str) -> None:
    assert (words.span("en", minutes), words.span("ru", minutes)) == (english, russian)


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
    assert plain(words.plural("ru", "points", number)) == russian


@pytest.mark.parametrize(
    ("number", "russian"),
    [(1, "1 балла"), (2, "2 баллов"), (5, "5 баллов"), (11, "11 баллов"), (21, "21 балла")],
)
def test_after_at_most_points_are_in_the_genitive(number: int, russian: str) -> None:
    assert words.plural("ru", "points.of", number) == russian
    assert words.plural("en", "points.of", number) == words.plural("en", "points", number)


@pytest.mark.parametrize("missing", [1, 2, 5, 21])
def test_what_is_missing_reads_well(missing: int) -> None:
    """Russian verbs would have to agree with the number; there is none in the phrase."""
    points = words.plural("ru", "points", missing)
    told = words.phrase("ru", "progress", points=points, reward="Кофе")
    assert told == f"Кофе: ещё {points}"


def test_what_a_lock_screen_says_fits_any_number() -> None:
    for language in LANGUAGES:
        for key in ("change.balance", "change.discount", "change.tier"):
            assert words.phrase(language, key, noun="Points").count("%") == 1


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
    assert plain(words.percent("ru", basis_points)) == russian


@pytest.mark.parametrize(
    ("days", "english", "russian"),
    [
        ([0, 1, 2, 3, 4], "Mon–Fri", "пн–пт"),
        ([6, 5], "Sat, Sun", "сб, вс"),
        ([0, 2, 3, 4, 6], "Mon, Wed–Fri, Sun", "пн, ср–пт, вс"),
    ],
)
def test_days_of_the_week(days: list[int], english: str, russian: str) -> None:
    assert (words.weekdays("en", days), words.weekdays("ru", days)) == (english, russian)


CURRENCIES = ["USD", "EUR", "RUB", "JPY", "KWD", "CLF", "RSD", "ISK", "UAH", "HUF", "IDR", "XXX"]


@given(
    language=st.sampled_from(LANGUAGES),
    minor=st.integers(0, LARGEST_AMOUNT),
    currency=st.sampled_from(CURRENCIES),
)
def test_no_minor_unit_is_rounded_away(language: str, minor: int, currency: str) -> None:
    text = words.money(language, minor, currency)
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    shown = "".join(letter for letter in text if letter.isdigit())
    assert shown == (f"{whole}{part:0{digits}d}" if part else str(whole))


def parts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_in_every_language(language: str) -> None:
    english, other = spoken("en"), spoken(language)
    more = {key for key in other.PHRASES if key.startswith("each.")}
    assert set(english.PHRASES) == set(other.PHRASES) - more
    for key, text in english.PHRASES.items():
        assert parts(text) == parts(other.PHRASES[key]), key
    assert english.PLURALS.keys() == other.PLURALS.keys()
    wanted = {Locale(language).plural_form(number) for number in (*range(102), Decimal("1.5"))}
    for noun, forms in other.PLURALS.items():
        assert set(forms) == wanted, noun
    assert wanted >= set(other.UNIT_FORMS)
    assert english.DESIGNS.keys() == other.DESIGNS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_words_has_all_that_is_asked_of_one(language: str) -> None:
    for name in (*Spoken.__annotations__, "governed"):
        assert hasattr(spoken(language), name), name
    for name, forms in spoken(language).UNITS.items():
        assert name == name.lower()
        given = len(words.unit_forms(forms)) - len(spoken(language).UNIT_FORMS)
        assert 0 <= given <= spoken(language).BARE_UNIT, name


def test_nobody_speaks_a_language_without_a_file() -> None:
    with pytest.raises(KeyError):
        words.phrase("xx", "progress")


@pytest.mark.parametrize(
    ("number", "nominative", "dative"),
    [
        (0, "0 Punkte", "0 Punkten"),
        (1, "1 Punkt", "1 Punkt"),
        (2, "2 Punkte", "2 Punkten"),
        (21, "21 Punkte", "21 Punkten"),
        (1_000_000, "1.000.000 Punkte", "1.000.000 Punkten"),
    ],
)
def test_german_counts_in_two_cases(number: int, nominative: str, dative: str) -> None:
    assert words.plural("de", "points", number) == nominative
    assert words.plural("de", "points.of", number) == dative


@pytest.mark.parametrize(
    ("unit", "number", "plain_form", "governed"),
    [
        ("Stern, Sterne", 1, "1 Stern", "1 Stern"),
        ("Stern, Sterne", 3, "3 Sterne", "3 Sternen"),
        ("Bohne, Bohnen", 3, "3 Bohnen", "3 Bohnen"),
        ("Taler, Taler", 3, "3 Taler", "3 Talern"),
        ("Bonus, Boni", 3, "3 Boni", "3 Boni"),
    ],
)
def test_an_owners_german_noun_takes_its_dative(
    unit: str, number: int, plain_form: str, governed: str
) -> None:
    assert words.counted_unit("de", unit, number) == plain_form
    assert words.counted_unit("de", unit, number, genitive=True) == governed


def test_less_than_nothing_has_a_minus_and_no_hyphen() -> None:
    for language, said in (
        ("en", ("\N{MINUS SIGN}1,234", "\N{MINUS SIGN}5.9", "\N{MINUS SIGN}$12.50")),
        ("de", ("\N{MINUS SIGN}1.234", "\N{MINUS SIGN}5,9", "\N{MINUS SIGN}12,50\xa0$")),
        ("ru", ("\N{MINUS SIGN}1\xa0234", "\N{MINUS SIGN}5,9", "\N{MINUS SIGN}12,50\xa0$")),
    ):
        told = (
            words.integer(language, -1234),
            words.decimal(language, Decimal("-5.9")),
            words.money(language, -1250, "USD"),
        )
        assert told == said
        assert words.percent(language, -750)[0] == "\N{MINUS SIGN}"
        assert words.money(language, -1250, "CHF").startswith("\N{MINUS SIGN}")


def test_german_money_days_and_spans() -> None:
    day = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert plain(words.money("de", 123_450, "EUR")) == "1.234,50 €"
    assert plain(words.percent("de", 750)) == "7,5 %"
    assert words.day("de", day, "Europe/Berlin") == "30.11.2026"
    # Dative: every sentence with a span asks for it.
    assert [words.span("de", minutes) for minutes in (1, 120, 10_080)] == [
        *("1 Minute", "2 Stunden", "7 Tagen")
    ]


def test_the_suite_sees_a_wrong_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: English rules for Russian numbers."""
    forms = {**spoken("ru").PLURALS["points"], "few": "{n} баллов"}
    monkeypatch.setitem(cast("dict[str, object]", spoken("ru").PLURALS), "points", forms)
    with pytest.raises(AssertionError):
        test_points_are_counted_as_people_count(2, "2 points", "2 балла")


@pytest.mark.parametrize(
    ("ahead", "english", "russian"),
    [
        (0, "Nov 28", "28.11"),
        (92, "Feb 28", "28.02"),
        (300, "Sep 24", "24.09"),
        (301, "Sep 25, 2027", "25.09.2027"),
    ],
)
def test_a_coming_day_has_its_year_only_where_it_is_far(
    ahead: int, english: str, russian: str
) -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    day = now + timedelta(days=ahead)
    assert words.coming_day("en", day, now, "UTC") == english
    assert plain(words.coming_day("ru", day, now, "UTC")) == russian


def test_a_coming_day_is_the_shops() -> None:
    now = datetime(2026, 11, 28, 23, tzinfo=UTC)
    assert words.coming_day("en", now, now, "Asia/Tokyo") == "Nov 29"


def test_a_russian_caption_stands_above_any_value() -> None:
    # A month, for one, is said in the nominative: a caption that ends in a preposition is wrong.
    captions = {key: text for key, text in spoken("ru").PHRASES.items() if key.startswith("label.")}
    assert captions
    assert [key for key, text in captions.items() if len(text.split()[-1]) < 3] == []
