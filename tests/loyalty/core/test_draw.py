"""A prize draw, decided alone; and by the recipe of docs/verify.md, which knows nothing of ours."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import draw
from loyalty.core.draw import Beacon
from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENTRIES = st.dictionaries(
    st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(1, 9), max_size=12
)


def recipe() -> Mapping[str, Callable[..., Any]]:
    """Return what the page for strangers tells them to do, as it stands there."""
    text = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    [code] = [
        one for one in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "is_the_list" in one
    ]
    found: dict[str, Any] = {}
    exec(compile(code, "verify.md", "exec"), found)
    return found


@given(entries=ENTRIES, prizes=st.integers(1, 5), seed=st.binary(min_size=1, max_size=8))
def test_a_stranger_draws_the_same(entries: dict[str, int], prizes: int, seed: bytes) -> None:
    randomness = hashlib.sha256(seed).hexdigest()
    text = draw.listed(entries)
    stranger = recipe()
    assert stranger["is_the_list"](text, draw.hashed(text))
    assert stranger["drawn"](text, randomness, prizes) == draw.winners(entries, randomness, prizes)
    assert draw.parse(text) == entries


@given(entries=ENTRIES, prizes=st.integers(1, 20))
def test_nobody_wins_twice_and_everybody_can(entries: dict[str, int], prizes: int) -> None:
    won = draw.winners(entries, "ab" * 32, prizes)
    assert len(won) == min(prizes, len(entries))
    assert len(set(won)) == len(won)
    assert set(won) <= set(entries)


def test_who_has_more_entries_wins_as_much_more_often() -> None:
    entries = {"a" * 32: 1, "b" * 32: 3, "c" * 32: 6}
    rounds = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(4_000))
    won = Counter(draw.winners(entries, one, 1)[0] for one in rounds)
    for name, share in zip(entries, (400, 1_200, 2_400), strict=True):
        assert abs(won[name] - share) < 4 * share**0.5


def test_any_change_of_the_list_changes_its_hash_and_the_draw() -> None:
    before, after = {"a" * 32: 1, "b" * 32: 1}, {"a" * 32: 1, "b" * 32: 2}
    assert draw.hashed(draw.listed(before)) != draw.hashed(draw.listed(after))
    rounds = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(64)]
    assert [draw.winners(before, one, 1) for one in rounds] != [
        draw.winners(after, one, 1) for one in rounds
    ]


def test_rounds_are_named_as_drand_counts_them() -> None:
    # By drand's own clients: the round of this instant.
    instant = int(datetime(2026, 4, 20, tzinfo=UTC).timestamp())
    assert draw.second_of(27_946_612) == instant
    assert recipe()["happens"](27_946_612) == instant
    for second in range(instant - 4, instant + 4):
        number = draw.round_after(second)
        assert draw.second_of(number) > second >= draw.second_of(number) - draw.PERIOD


@pytest.mark.parametrize(
    ("signature", "randomness", "sound"),
    [
        ("a4" * 48, hashlib.sha256(b"\xa4" * 48).hexdigest(), True),
        ("a4" * 48, "00" * 32, False),
        ("a4" * 47, hashlib.sha256(b"\xa4" * 47).hexdigest(), False),
        ("zz" * 48, "00" * 32, False),
    ],
)
def test_randomness_is_the_hash_of_the_signature(
    signature: str, randomness: str, *, sound: bool
) -> None:
    assert Beacon(1, randomness, signature).sound is sound


def test_a_pseudonym_is_of_one_draw() -> None:
    names = {
        draw.pseudonym(program, name, member)
        for program in ("a", "b")
        for name in ("x", "y")
        for member in ("m", "n")
    }
    assert len(names) == 8
