"""What is typed on a screen becomes what the API takes, or a word about the field."""

from __future__ import annotations

from typing import Any

import pytest

from functions.screens.members import looked_for
from functions.screens.typed import MAYBE, TEXT, WHOLE, YES, Field, TypedError, read


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (TEXT, " oat milk ", "oat milk"),
        (WHOLE, "1 000", 1000),
        (WHOLE, "1\N{NO-BREAK SPACE}000", 1000),
        (WHOLE, "-5", -5),
        (WHOLE, "\N{MINUS SIGN}5", -5),
        (Field("money"), "12.50", 1250),
        (Field("money"), "12,5", 1250),
        (Field("percent"), "7.5 %", 750),
        (Field("percent"), "7,25", 725),
        (Field("percent"), "10", 1000),
        (Field("words"), "till, square  api", ["till", "square", "api"]),
        (YES, "yes", True),
    ],
)
def test_a_field_is_read_as_its_kind(field: Field, text: str, value: Any) -> None:
    assert read({"field": field}, {"field": text}, "EUR") == {"field": value}


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        (TEXT, "   ", "missing"),
        (WHOLE, "", "missing"),
        (WHOLE, "many", "not_whole"),
        (WHOLE, "1.5", "not_whole"),
        (WHOLE, "\N{ARABIC-INDIC DIGIT FIVE}", "not_whole"),
        (WHOLE, "9" * 16, "not_whole"),
        (Field("money"), "a lot", "not_money"),
        (Field("percent"), "1000", "not_percent"),
        (Field("percent"), "1.234", "not_percent"),
        (Field("percent"), "-1", "not_percent"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: Field, text: str, code: str) -> None:
    with pytest.raises(TypedError) as error:
        read({"field": field}, {"field": text}, "EUR")
    assert (error.value.field, error.value.code) == ("field", code)


def test_what_may_be_left_empty_is_not_sent() -> None:
    fields = {"pot": MAYBE, "forfeit": YES, "more": Field(to="left")}
    assert read(fields, {"pot": "", "more": "3"}) == {"forfeit": False, "left": "3"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("an", {"name": "an"}),
        ("Ann Lee", {"name": "Ann Lee"}),
        ("ann@example.com", {"email": "ann@example.com"}),
        ("+49 (0)30 901820", {"phone": "+49 (0)30 901820"}),
        ("8 916 123-45-67", {"phone": "8 916 123-45-67"}),
        ("e733-3339", {"card_code": "e733-3339"}),
        ("PE7H333M", {"card_code": "PE7H333M"}),
        ("PE7H333N", {"name": "PE7H333N"}),  # its last letter does not check the others
        ("1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP",
         {"card_code": "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"}),
        ("#regular", {"tag": "regular"}),
        ("Annabell", {"name": "Annabell"}),  # eight letters, and yet no code: a code has a digit
        ("#", {"name": "#"}),
    ],
)  # fmt: skip
def test_one_box_knows_what_is_meant(text: str, wanted: dict[str, str]) -> None:
    assert looked_for(text) == wanted
