"""Short codes: what is typed is read as it was meant, and no slip of a finger passes."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.access import short_code

CODE = short_code.code(2_000_000_000)


def test_a_code_is_eight_letters_that_nobody_mistakes() -> None:
    assert len(CODE) == 8
    assert not set("0O1IL2Z5S8BUG") & set(short_code.ALPHABET)
    assert len({*short_code.ALPHABET}) == 23
    assert short_code.MANY == 3_404_825_447
    assert short_code.shown("ACDEFHJK") == "ACDE-FHJK"


@given(st.integers(0, short_code.MANY - 1))
def test_every_code_is_read_however_it_is_typed(number: int) -> None:
    code = short_code.code(number)
    halves = short_code.shown(code)
    typed = [code, halves, halves.lower(), f"  {halves.replace('-', ' ')}\n", " ".join(code)]
    typed += [halves.replace("-", "\u2013"), halves.replace("-", "\u00a0"), f"\u200e{code}"]
    assert {short_code.read(text) for text in typed} == {code}


def test_numbers_make_different_codes() -> None:
    assert len({short_code.code(number) for number in range(0, short_code.MANY, 10**6)}) == 3405


def test_letters_of_a_russian_keyboard_are_what_they_look_like() -> None:
    code = next(
        code
        for code in map(short_code.code, range(10**6))
        if len(set("ACEHKMPTXY") & set(code)) > 3
    )
    russian = code.translate(str.maketrans("ACEHKMPTXY", "АСЕНКМРТХУ"))
    assert russian != code
    assert short_code.read(russian.lower()) == code


@pytest.mark.parametrize("number", [0, 7, 23**7 - 1, 1_234_567_890])
def test_one_wrong_letter_or_two_swapped_are_noticed(number: int) -> None:
    code = short_code.code(number)
    for place in range(8):
        for letter in set(short_code.ALPHABET) - {code[place]}:
            assert short_code.read(code[:place] + letter + code[place + 1 :]) is None
    for one, other in combinations(range(8), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        assert code[one] == code[other] or short_code.read("".join(letters)) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_is_none(text: str) -> None:
    found = short_code.read(text)
    assert found is None or (len(found) == 8 and short_code.read(found) == found)


def test_what_is_too_short_or_long_is_none() -> None:
    assert short_code.read(CODE[:7]) is None
    assert short_code.read(CODE + "A") is None
    assert short_code.read("") is None
    assert short_code.read(CODE + " " * 10_000) is None
