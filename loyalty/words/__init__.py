"""Numbers, money, times and phrases in the languages that cards speak.

What is said stands in one file per language (:mod:`loyalty.languages`); how numbers, money and
dates look is CLDR's.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

from loyalty.languages import spoken
from loyalty.money import exponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_BASIS_POINTS = Decimal(10_000)
_SYMBOLS: Mapping[str, str] = {
    # CLDR gives some languages only the codes of these; people at the till write the sign, after
    # the sum.
    "AMD": "֏",
    "GEL": "₾",
    "KZT": "₸",
    "RUB": "₽",
    "TRY": "₺",
    "UAH": "₴",
}
_LEAP_YEAR = 2024
_PLAINLY_NEXT = 300
"""Days within which a day's name and month mean the next one."""
_NO_MONEY = frozenset({"XTS", "XXX"})
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_MINUTES_IN_AN_HOUR = 60
_MINUTES_IN_A_DAY = 24 * 60


def phrase(language: str, key: str, **parts: object) -> str:
    """Return a phrase with its parts filled in.

    Raises
    ------
    KeyError
        There is no such phrase or language.
    """
    return spoken(language).PHRASES[key].format(**parts)


def has_phrase(language: str, key: str) -> bool:
    """Tell whether there is such a phrase."""
    return key in spoken(language).PHRASES


def is_country(code: str) -> bool:
    """Tell whether ISO 3166 has given that code to a country."""
    # CLDR also names groups of countries and codes for private use.
    return code in _locale("en").territories and code not in _NO_COUNTRIES


def is_money(code: str) -> bool:
    """Tell whether anybody pays, or ever paid, with money of that code (ISO 4217)."""
    return code in _locale("en").currencies and code not in _NO_MONEY


def sentence(text: str) -> str:
    """Return a text with its full stop; one that ends with an abbreviation has it already."""
    return text if text.endswith(".") else f"{text}."


def plural_form(language: str, number: int | Decimal) -> str:
    """Return the name of the plural that a number needs (CLDR), such as ``one`` or ``many``."""
    return str(_locale(language).plural_form(number))


def plural(language: str, noun: str, number: int | Decimal) -> str:
    """Return a counted noun, such as ``5 points`` or ``5 баллов``."""
    form = plural_form(language, number)
    shown = format_decimal(number, locale=_locale(language), decimal_quantization=False)
    return spoken(language).PLURALS[noun][form].format(n=shown)


def unit_forms(unit: str) -> tuple[str, ...]:
    """Return the forms of a noun that are given as ``bonus, bonuses``.

    In Russian a fourth may follow, the plural without a number: ``бонусы``.
    """
    return tuple(form.strip() for form in unit.split(","))


def known_unit(language: str, name: str) -> str | None:
    """Return the forms of what a pot of that name counts, where the name is a common one."""
    return spoken(language).UNITS.get(name.strip().lower())


def unit_noun(language: str, unit: str) -> str:
    """Return the form that stands after many, and without a number."""
    return unit_forms(unit)[len(spoken(language).UNIT_FORMS) - 1]


def unit_heading(language: str, unit: str) -> str | None:
    """Return the plural that begins a sentence, where the forms that are given tell it."""
    forms = unit_forms(unit)
    if spoken(language).BARE_UNIT and len(forms) == len(spoken(language).UNIT_FORMS):
        return None
    return forms[-1][:1].upper() + forms[-1][1:]


def counted_unit(language: str, unit: str, number: int, *, genitive: bool = False) -> str:
    """Return a counted noun of which the forms are given, such as ``5 бонусов``.

    With `genitive` as after "at most" or "from": a genitive in Russian, a dative in German.
    """
    own = spoken(language)
    forms = dict(zip(own.UNIT_FORMS, unit_forms(unit), strict=False))
    form = plural_form(language, number)
    noun = own.governed(forms, form) if genitive else forms[form]
    return f"{integer(language, number)} {noun}"


def integer(language: str, number: int) -> str:
    """Return a whole number with the language's grouping."""
    return _with_minus(format_decimal(number, locale=_locale(language)))


def decimal(language: str, number: Decimal) -> str:
    """Return an exact number, such as ``1.5`` or ``1,5``."""
    return _with_minus(format_decimal(number, locale=_locale(language), decimal_quantization=False))


def thousandths(number: int) -> Decimal:
    """Return a quantity given in thousandths, without zeros that say nothing."""
    whole, rest = divmod(number, 1000)
    return Decimal(number).scaleb(-3).normalize() if rest else Decimal(whole)


def money(language: str, minor: int, currency: str) -> str:
    """Return an amount given in minor units, such as ``$12.50``; whole units lose the zeros."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    whole = amount == amount.to_integral_value()
    digits = 0 if whole else exponent(currency)
    symbol = _SYMBOLS.get(currency)
    if symbol and get_currency_symbol(currency, _locale(language)) == currency:
        number = format_decimal(amount, format=_digits(digits), locale=_locale(language))
        return _with_minus(f"{number}\u00a0{symbol}")
    # Digits by ISO 4217, as in loyalty.money: Babel's own (CLDR) round some currencies' small
    # money away.
    pattern = _pattern(language, digits)
    text = format_currency(
        amount, currency, locale=_locale(language), format=pattern, currency_digits=False
    )
    # Letters do not lean on figures: CLDR says so, Babel leaves it out.
    apart = text.replace(currency, f"{currency}\u00a0") if text[0] == currency[0] else text
    return _with_minus(apart)


def each(language: str, minor: int, currency: str) -> str:
    """Return "every" so much money, such as ``every $1``, ``каждый 1 ₽`` or ``каждые 100 ₽``.

    In Russian a single unit needs the gender of its currency.
    """
    amount = Decimal(minor).scaleb(-exponent(currency))
    whole = amount == amount.to_integral_value()
    single = whole and plural_form(language, int(amount)) == "one"
    key = f"each.{spoken(language).GENDERS.get(currency, 'unknown')}" if single else "each"
    key = key if has_phrase(language, key) else "each"
    return phrase(language, key, amount=money(language, minor, currency))


def percent(language: str, basis_points: int) -> str:
    """Return basis points as a percentage, such as ``10%`` or ``7,5 %``."""
    share = Decimal(basis_points) / _BASIS_POINTS
    return _with_minus(format_percent(share, locale=_locale(language), decimal_quantization=False))


def _with_minus(number: str) -> str:
    """Return a number whose minus is one: a hyphen is read as a dash beside another number."""
    return number.replace("-", "\N{MINUS SIGN}")


def factor(language: str, basis_points: int) -> str:
    """Return basis points as a factor, such as ``1.5``."""
    return decimal(language, Decimal(basis_points) / _BASIS_POINTS)


def day(language: str, instant: datetime, zone: str) -> str:
    """Return the local day of an instant, such as ``Nov 30, 2026``."""
    return format_date(instant.astimezone(ZoneInfo(zone)), locale=_locale(language))


def coming_day(language: str, instant: datetime, now: datetime, zone: str) -> str:
    """Return a day ahead as people say it: ``Nov 30``, ``30.11``; with its year where it is far.

    The front of a card has room for twenty letters, and nobody asks which September.
    """
    far = (instant - now).days > _PLAINLY_NEXT
    if patterns := spoken(language).COMING_DAY:
        return format_date(instant.astimezone(ZoneInfo(zone)), patterns[far])
    if far:
        return day(language, instant, zone)
    return str(
        format_skeleton("MMMd", instant.astimezone(ZoneInfo(zone)), locale=_locale(language))
    )


def appointment(language: str, instant: datetime, zone: str) -> str:
    """Return when somebody is expected, such as ``Thu, Dec 3, 2:00 PM``."""
    here, locale = instant.astimezone(ZoneInfo(zone)), _locale(language)
    day_there = format_skeleton("MMMEd", here, locale=locale)
    return f"{day_there}, {format_time(here.time(), 'short', locale=locale)}"


def month(language: str, instant: datetime, zone: str) -> str:
    """Return the local month of an instant, such as ``Nov 2026``."""
    return str(
        format_skeleton("yMMM", instant.astimezone(ZoneInfo(zone)), locale=_locale(language))
    )


def date_of(language: str, iso: str) -> str:
    """Return a date (``YYYY-MM-DD``) in words, such as ``December 1, 2026``."""
    return format_date(date.fromisoformat(iso), "long", locale=_locale(language))


def day_of_year(language: str, day: str) -> str:
    """Return a day (``MM-DD``) in words, such as ``December 31`` or ``31 декабря``."""
    some_year = date.fromisoformat(f"{_LEAP_YEAR}-{day}")
    return str(format_skeleton("MMMMd", some_year, locale=_locale(language)))


def time_of_day(language: str, text: str) -> str:
    """Return a time (``HH:MM``) as people read it, such as ``3:00 PM`` or ``15:00``."""
    return format_time(time.fromisoformat(text), "short", locale=_locale(language))


def weekdays(language: str, numbers: Sequence[int]) -> str:
    """Return days of the week (0 is Monday) as ``Mon, Tue``; three or more in a row are joined."""
    names = get_day_names("abbreviated", locale=_locale(language))
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = []
    for run in runs:
        joined = len(run) > 2  # noqa: PLR2004 - two with a dash are no shorter
        first_and_last = [f"{names[run[0]]}–{names[run[-1]]}"]
        shown += first_and_last if joined else [str(names[number]) for number in run]
    return ", ".join(shown)


def span(language: str, minutes: int) -> str:
    """Return a span of time in the largest unit that fits: ``2 hours``, ``90 minutes``."""
    for noun, length in (("days", _MINUTES_IN_A_DAY), ("hours", _MINUTES_IN_AN_HOUR)):
        if minutes % length == 0:
            return plural(language, noun, minutes // length)
    return plural(language, "minutes", minutes)


def listing(language: str, parts: Sequence[str], style: str = "standard") -> str:
    """Return ``a, b, and c``, or ``a, b, or c`` with the style ``or``."""
    return str(format_list(list(parts), style=style, locale=_locale(language)))  # type: ignore[arg-type]


@cache
def _locale(language: str) -> Locale:
    return Locale(language)


@cache
def _pattern(language: str, digits: int) -> str:
    pattern = _locale(language).currency_formats["standard"].pattern
    return str(pattern.replace(".00", f".{'0' * digits}" if digits else ""))


def _digits(digits: int) -> str:
    return "#,##0" + (f".{'0' * digits}" if digits else "")
