from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from passes.google.text import clean, paragraphs

WHOLE = ["🇩🇪", "👍🏽", "👩\u200d👩\u200d👧", "e\u0301\u0323", "\u1112\u1161\u11ab", "क्षि"]


def test_clean() -> None:
    assert clean("a\x00b\x1fc\nd ") == "abc\nd"
    assert clean("\ud83d!") == "\ufffd!"
    assert clean("👩\u200d🚀x" + "y" * 5, 5) == "👩\u200d🚀x…"
    assert clean("👩\u200d🚀x", 3) == "👩…"


@given(
    st.text(st.characters(exclude_categories=()), max_size=60)
    | st.text("".join(WHOLE), max_size=60),
    st.integers(2, 40),
)
def test_a_cut_text_is_short_and_whole(text: str, limit: int) -> None:
    kept = clean(text, limit)
    assert len(kept) <= limit
    assert not any(unicodedata.category(one) in {"Cs", "Cc"} for one in kept if one != "\n")
    kept.encode()
    if not text.isascii():
        return
    body = kept.removesuffix("…")
    assert clean(text).startswith(body)


def test_sentences_keep_together_in_every_language() -> None:
    lines = {"en": ["a" * 300, "b" * 150, "c" * 700], "ru": ["а" * 10, "б" * 495, "в"]}
    assert list(paragraphs(lines, 500)) == [
        {"en": "a" * 300, "ru": "а" * 10},
        {"en": "b" * 150, "ru": "б" * 495},
        {"en": "c" * 499 + "…", "ru": "в"},
    ]
    assert list(paragraphs({"en": ["a", "", "b"]}, 500)) == [{"en": "a\nb"}]


def test_what_has_no_text_by_default_is_left_out() -> None:
    lines = {"en": ["", "", "b"], "ru": ["а" * 300, "б" * 300, "в"]}
    assert list(paragraphs(lines, 500)) == [{"en": "b", "ru": "б" * 300 + "\nв"}]


def test_a_language_with_other_sentences_is_left_out() -> None:
    assert list(paragraphs({"en": ["a", "b"], "ru": ["а"]}, 500)) == [{"en": "a\nb"}]
    assert list(paragraphs({}, 500)) == []
    assert list(paragraphs({"en": []}, 500)) == []
