"""Numbers, money, times and phrases as people say them, in every language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import words
from loyalty.languages import LANGUAGES
from loyalty.money import LARGEST_AMOUNT, exponent
from loyalty.words.russian import PHRASES
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


def test_every_phrase_is_in_every_language() -> None:
    english, russian = words._PHRASES["en"], words._PHRASES["ru"]
    more = {key for key in russian if key.startswith("each.")}
    assert set(english) == set(russian) - more
    for key in english:
        assert english[key].count("{") == russian[key].count("{"), key
    assert words._PLURALS["en"].keys() == words._PLURALS["ru"].keys()
    for noun, forms in words._PLURALS["ru"].items():
        assert set(forms) == {"one", "few", "many", "other"}, noun


def test_the_suite_sees_a_wrong_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: English rules for Russian numbers."""
    forms = {**words._PLURALS["ru"]["points"], "few": "{n} баллов"}
    monkeypatch.setitem(words._PLURALS["ru"], "points", forms)
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
    captions = {key: text for key, text in PHRASES.items() if key.startswith("label.")}
    assert captions
    assert [key for key, text in captions.items() if len(text.split()[-1]) < 3] == []
