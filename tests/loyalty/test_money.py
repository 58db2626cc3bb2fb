"""Currencies and their digits."""

from __future__ import annotations

from loyalty.money import exponent, is_currency


def test_currencies_have_their_digits() -> None:
    digits = {"USD": 2, "EUR": 2, "RUB": 2, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3, "CLF": 4}
    assert {code: exponent(code) for code in digits} == digits
    assert not any(is_currency(code) for code in ("", "US", "USDT", "usd", "USD\n", " USD", "ЦУД"))
