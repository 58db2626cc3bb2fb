"""What every till's messages have in common."""

from __future__ import annotations

import pytest

from loyalty.tills.incoming import is_name, read_category


@pytest.mark.parametrize(
    "text",
    [
        *("Gift Card", "giftcard", "GIFT_CARD", "gift\u202e-card", "Gift voucher", "e-Gift Cards"),
        *(
            "Gift Certificate",
            "Geschenk-Gutschein",
            "Подарочный сертификат",
            "ПОДАРОЧНЫЕ КАРТЫ",
            "Электронная подарочная карта",
        ),
    ],
)
def test_gift_cards_are_one_thing_however_they_are_spelled(text: str) -> None:
    assert read_category(text) == "gift_card"


def test_what_nobody_sees_tells_no_two_categories_apart() -> None:
    assert read_category("hot\u202e drinks\x00\u2028") == "hot drinks"
    assert read_category("Тёплые напитки 👩\u200d🍳") == "Тёплые напитки 👩\u200d🍳"


@pytest.mark.parametrize("letter", ["\x00", " ", "\u00a0", "\u2028", "\u200b", "\u202e"])
def test_nothing_unseen_is_in_a_name(letter: str) -> None:
    assert is_name("77")
    assert not is_name(f"7{letter}7")
