"""Currencies and their digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.money import LARGEST_AMOUNT, exponent, is_currency, read_amount


def test_currencies_have_their_digits() -> None:
    digits = {"USD": 2, "EUR": 2, "RUB": 2, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3, "CLF": 4}
    assert {code: exponent(code) for code in digits} == digits
    assert not any(is_currency(code) for code in ("", "US", "USDT", "usd", "USD\n", " USD", "ЦУД"))


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "USD", 1250),
        ("12,5", "USD", 1250),
        ("12", "USD", 1200),
        ("$1,250", "USD", 125_000),
        ("1.250,99 EUR", "EUR", 125_099),
        ("1\u00a0250,00 ₽", "RUB", 125_000),
        ("1'250.00", "CHF", None),
        ("1,250,000", "USD", 125_000_000),
        (".50", "USD", 50),
        ("12.", "USD", 1200),
        ("1 250", "JPY", 1250),
        ("1,250", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("1.25", "KWD", 1250),
        ("\u0661\u0662", "USD", 1200),
        ("", "USD", None),
        ("-5", "USD", None),
        ("5%", "USD", None),
        ("..", "USD", None),
        ("9" * 19, "USD", None),
        ("9" * 21, "USD", None),
    ],
)
def test_amounts_as_people_write_them(text: str, currency: str, amount: int | None) -> None:
    assert read_amount(text, currency) == amount


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_none(text: str) -> None:
    found = read_amount(text, "USD")
    assert found is None or 0 <= found <= LARGEST_AMOUNT
