"""Parts of text messages, by the boundaries that carriers bill by."""

from __future__ import annotations

import pytest

from loyalty.campaigns.channels.text_parts import parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # A character of two places is not cut: 152 + 1 left empty, then the next part.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("a" * 70 + "ç", 2),  # one foreign letter, and all is UCS-2 (Ç alone is not foreign)
        ("a" * 70 + "Ç", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts(text: str, expected: int) -> None:
    assert parts(text) == expected
