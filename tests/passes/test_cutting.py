from __future__ import annotations

import pytest

from passes.cutting import boundaries, cut

FLAG, THUMB, FAMILY = "🇩🇪", "👍🏽", "👩\u200d👩\u200d👧"
ACCENTED, KOREAN, HINDI = "e\u0301\u0323", "\u1112\u1161\u11ab", "क्षि"
WHOLE = [FLAG, THUMB, FAMILY, ACCENTED, KOREAN, HINDI, "❤\ufe0f", "각\u11a8", "x"]


@pytest.mark.parametrize("whole", WHOLE)
def test_what_a_reader_sees_as_one_is_not_torn(whole: str) -> None:
    text = f"a{whole}{whole}b"
    length = len(whole)
    assert list(boundaries(text, 99)) == [1, 1 + length, 1 + 2 * length]
    for limit in range(length + 2, len(text)):
        kept = cut(text, limit)
        assert kept.removesuffix("…") in {"a", f"a{whole}", f"a{whole}{whole}"}


def test_flags_are_told_apart_in_pairs() -> None:
    assert list(boundaries("🇩🇪🇫🇷🇪", 99)) == [2, 4]


def test_a_cut_prefers_the_end_of_a_word() -> None:
    assert cut("three more points to a coffee", 20) == "three more points…"
    assert cut("three  more", 8) == "three…"
    assert cut("a coffeeandcakewithcream", 20) == "a coffeeandcakewith…"
    assert cut("short", 5) == "short"


def test_a_letter_buried_under_accents_is_cut_all_the_same() -> None:
    assert len(cut("e" + "\u0301" * 100, 20)) == 20
