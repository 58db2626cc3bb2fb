"""The tag of the list call knows what it was made of, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passes.apple import version_tag
from tests.support.apple import (
    SERIAL,
)

versions = st.dictionaries(st.text(min_size=1, max_size=40), st.integers(0, 2**50), max_size=80)


@given(versions)
def test_a_tag_knows_what_it_was_made_of(held: dict[str, int]) -> None:
    tag = version_tag.encode(held)
    assert version_tag.changed(held, tag) == ()
    assert len(tag) <= 1000
    assert tag.isascii()
    assert not set(tag) & set("+/ %&=?#")


@given(versions.filter(bool), st.data())
def test_a_tag_sees_every_change(held: dict[str, int], data: st.DataObject) -> None:
    tag = version_tag.encode(held)
    moved = data.draw(st.sampled_from(sorted(held)))
    step = data.draw(st.integers(1, 1000))
    assert moved in version_tag.changed({**held, moved: held[moved] + step}, tag)
    if len(held) <= 48:
        assert version_tag.changed({**held, moved: held[moved] + step}, tag) == (moved,)


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 100), min_size=1, max_size=5), st.text())
def test_a_tag_that_is_not_ours_is_none(held: dict[str, int], tag: str) -> None:
    assert version_tag.changed(held, tag) == tuple(sorted(held))


@pytest.mark.parametrize(
    "tag", ["2026-11-21T12:00:00+00:00", "1764000000", "1.", "1.AAAA", "1.!!!!", "1." + "A" * 5000]
)
def test_tags_of_other_servers_and_damaged_ones_are_none(tag: str) -> None:
    assert version_tag.changed({SERIAL: 1}, tag) == (SERIAL,)


@given(versions.filter(bool), st.integers(0, 10_000), st.sampled_from("AZaz09-_"))
def test_a_damaged_tag_never_hides_a_change(held: dict[str, int], place: int, letter: str) -> None:
    tag = version_tag.encode(held)
    at = 2 + place % (len(tag) - 2)
    damaged = tag[:at] + letter + tag[at + 1 :]
    moved = {serial: version + 1 for serial, version in held.items()}
    assert version_tag.changed(moved, damaged) == tuple(sorted(moved))
