"""Numbers, money and phrases in the languages that cards speak: English and Russian."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent

from loyalty.money import exponent

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "ru")

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "label.balance": "Points",
        "label.discount": "Discount",
        "label.progress": "Next reward",
        "label.reward": "Ready for you",
        "label.member": "Member",
        "change.balance": "Your points: %@",
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
        "label.balance": "Баллы",
        "label.discount": "Скидка",
        "label.progress": "До награды",
        "label.reward": "Уже ваше",
        "label.member": "Участник",
        "change.balance": "Ваши баллы: %@",
        "change.discount": "Теперь ваша скидка %@",
        "progress": "{reward}: ещё {points}",
        # Not "за каждые": that would need the gender of the currency when the amount is 1.
        "earn": "{points} за {amount} в чеке.",
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
        "months": {"one": "{n} month", "other": "{n} months"},
    },
    "ru": {
        "points": {
            "one": "{n} балл",
            "few": "{n} балла",
            "many": "{n} баллов",
            "other": "{n} балла",
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
    # Digits by ISO 4217, as in loyalty.money: Babel's own (CLDR) round some currencies' small
    # money away.
    pattern = _pattern(language, 0 if whole else exponent(currency))
    text = format_currency(
        amount, currency, locale=_locale(language), format=pattern, currency_digits=False
    )
    return str(text)


def percent(language: str, basis_points: int) -> str:
    """Return basis points as a percentage, such as ``10%`` or ``7,5 %``."""
    return format_percent(
        Decimal(basis_points) / _BASIS_POINTS, locale=_locale(language), decimal_quantization=False
    )


@cache
def _locale(language: str) -> Locale:
    return Locale(language)


@cache
def _pattern(language: str, digits: int) -> str:
    pattern = _locale(language).currency_formats["standard"].pattern
    return str(pattern.replace(".00", f".{'0' * digits}" if digits else ""))
