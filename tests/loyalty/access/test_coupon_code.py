"""Single-use codes: nobody invents one, and whoever mistypes one is told without asking a table."""

from __future__ import annotations

import itertools
import random

import pytest

from loyalty.access import coupon_code
from loyalty.access.short_code import ALPHABET
from loyalty.access.tokens import Tokens
from tests.support.world import TOKENS

OTHER = Tokens("A", {"A": bytes(range(1, 33))})
CODES = [coupon_code.code(TOKENS, "coffee", 3, serial) for serial in range(1, 400)]


@pytest.mark.parametrize(
    ("number", "serial"), [(1, 1), (1, 1_000_000), (4095, 2**20 - 1), (77, 123_456)]
)
def test_a_code_says_which_it_is(number: int, serial: int) -> None:
    code = coupon_code.code(TOKENS, "coffee", number, serial)
    assert len(code) == coupon_code.LENGTH
    assert coupon_code.read(TOKENS, "coffee", code) == (number, serial)
    typed = f"  {coupon_code.shown(code).lower().replace('-', ' – ')} "
    assert coupon_code.read(TOKENS, "coffee", typed) == (number, serial)


def test_a_code_is_of_one_program_and_one_key() -> None:
    assert coupon_code.read(TOKENS, "tea", CODES[0]) is None
    assert coupon_code.read(OTHER, "coffee", CODES[0]) is None


def test_no_wrong_letter_goes_unnoticed() -> None:
    for code in CODES[:20]:
        for at in range(len(code)):
            for letter in ALPHABET:
                wrong = code[:at] + letter + code[at + 1 :]
                assert wrong == code or coupon_code.read(TOKENS, "coffee", wrong) is None


def test_what_is_invented_is_none() -> None:
    chance = random.Random(1)
    for _ in range(3000):
        letters = "".join(chance.choice(ALPHABET) for _ in range(coupon_code.LENGTH - 1))
        for last in ALPHABET:
            assert coupon_code.read(TOKENS, "coffee", letters + last) is None


def test_neighbours_look_nothing_alike() -> None:
    assert len(set(CODES)) == len(CODES)
    same = [
        sum(a == b for a, b in zip(one, other, strict=True))
        for one, other in itertools.pairwise(CODES)
    ]
    # Of 16 letters out of 23 two codes share 0.7 by chance.
    assert sum(same) / len(same) < 1


@pytest.mark.parametrize("wrong", [(0, 1), (4096, 1), (1, 0), (1, 2**20)])
def test_there_are_so_many(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no code"):
        coupon_code.code(TOKENS, "coffee", *wrong)


def test_a_word_is_known_however_it_is_typed() -> None:
    assert coupon_code.word(" spring 24 ") == "SPRING24"
    assert coupon_code.word("Х-М") == "X-M"
    assert coupon_code.word("ab") is None
    assert coupon_code.word("весна") is None
    assert coupon_code.word("a" * 16) is None
    assert coupon_code.word("x" * 1000) is None
