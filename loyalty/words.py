"""Numbers, money and phrases in the languages that cards speak: English and Russian."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from loyalty.money import exponent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LANGUAGES = ("en", "ru")

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "label.balance.points": "Points",
        "label.balance.stamps": "Stamps",
        "label.balance.visits": "Visits",
        "label.tier": "Level",
        "label.expiry": "Use soon",
        "label.warning": "Your level",
        "label.discount": "Discount",
        "label.progress": "Next reward",
        "label.reward": "Ready for you",
        "label.member": "Member",
        "change.balance": "Your balance is now %@",
        "change.tier": "Your level is now %@",
        "expiring": "{points} until {day}",
        "falling": "Goes down after {day} unless you visit",
        "change.discount": "Your discount is now %@",
        "progress": "{points} more to {reward}",
        "earn": "{points} for every {amount}.",
        "reward": "{reward} for {points}.",
        "discount": "{percent} off every bill.",
        "message.welcome.subject": "Your card: {program}",
        "message.welcome.text": (
            "Your {program} card is ready. Open it, confirm this contact and add the card to "
            "your phone:\n{address}\n\nIf you did not ask for it, do not open the link."
        ),
        "message.link.subject": "Your card: {program}",
        "message.link.text": (
            "You already have a {program} card. Here it is:\n{address}\n\n"
            "If you did not ask for it, do not open the link."
        ),
        "expiry": "Points live {months}, through the end of the month.",
    },
    "ru": {
        "label.balance.points": "Баллы",
        "label.balance.stamps": "Штампы",
        "label.balance.visits": "Визиты",
        "label.tier": "Уровень",
        "label.expiry": "Успейте потратить",
        "label.warning": "Ваш уровень",
        "label.discount": "Скидка",
        "label.progress": "До награды",
        "label.reward": "Уже ваше",
        "label.member": "Участник",
        "change.balance": "Теперь на вашей карте %@",
        "change.tier": "Ваш уровень теперь %@",
        "expiring": "{points} — до {day}",
        "falling": "Понизится после {day}, если не прийти",
        "change.discount": "Теперь ваша скидка %@",
        "progress": "{reward}: осталось {points}",
        "earn": "{points} за каждые {amount}.",
        "reward": "{reward} за {points}.",
        "discount": "Скидка {percent} на каждый чек.",
        "message.welcome.subject": "Ваша карта: {program}",
        "message.welcome.text": (
            "Ваша карта «{program}» готова. Откройте её, подтвердите этот контакт и добавьте "
            "карту в телефон:\n{address}\n\nЕсли вы её не просили, не открывайте ссылку."
        ),
        "message.link.subject": "Ваша карта: {program}",
        "message.link.text": (
            "У вас уже есть карта «{program}». Вот она:\n{address}\n\n"
            "Если вы её не просили, не открывайте ссылку."
        ),
        "expiry": "Баллы живут {months}, до конца месяца.",
    },
}

_PLURALS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "en": {
        "points": {"one": "{n} point", "other": "{n} points"},
        "stamps": {"one": "{n} stamp", "other": "{n} stamps"},
        "visits": {"one": "{n} visit", "other": "{n} visits"},
        "months": {"one": "{n} month", "other": "{n} months"},
    },
    "ru": {
        "points": {
            "one": "{n} балл",
            "few": "{n} балла",
            "many": "{n} баллов",
            "other": "{n} балла",
        },
        "stamps": {
            "one": "{n} штамп",
            "few": "{n} штампа",
            "many": "{n} штампов",
            "other": "{n} штампа",
        },
        "visits": {
            "one": "{n} визит",
            "few": "{n} визита",
            "many": "{n} визитов",
            "other": "{n} визита",
        },
        "months": {
            "one": "{n} месяц",
            "few": "{n} месяца",
            "many": "{n} месяцев",
            "other": "{n} месяца",
        },
    },
}

_BASIS_POINTS = Decimal(10_000)


def phrase(language: str, key: str, **parts: str) -> str:
    """Return a phrase with its parts filled in.

    Raises
    ------
    KeyError
        There is no such phrase or language.
    """
    return _PHRASES[language][key].format(**parts)


def plural(language: str, noun: str, number: int) -> str:
    """Return a counted noun, such as ``5 points`` or ``5 баллов``."""
    form = _locale(language).plural_form(number)
    return _PLURALS[language][noun][form].format(n=integer(language, number))


def integer(language: str, number: int) -> str:
    """Return a whole number with the language's grouping."""
    return format_decimal(number, locale=_locale(language))


def money(language: str, minor: int, currency: str) -> str:
    """Return an amount given in minor units, such as ``$12.50``; whole units lose the zeros."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    whole = amount == amount.to_integral_value()
    text = format_currency(
        amount,
        currency,
        locale=_locale(language),
        currency_digits=not whole,
        decimal_quantization=True,
        format=None if not whole else _whole_pattern(language),
    )
    return str(text)


def percent(language: str, basis_points: int) -> str:
    """Return basis points as a percentage, such as ``10%`` or ``7,5 %``."""
    return format_percent(
        Decimal(basis_points) / _BASIS_POINTS, locale=_locale(language), decimal_quantization=False
    )


def day(language: str, instant: datetime, zone: str) -> str:
    """Return the local day of an instant, such as ``Nov 30, 2026``."""
    return format_date(instant.astimezone(ZoneInfo(zone)), locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    return Locale(language)


@cache
def _whole_pattern(language: str) -> str:
    pattern = _locale(language).currency_formats["standard"].pattern
    return str(pattern.replace(".00", ""))
