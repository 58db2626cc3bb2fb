"""What a card keeps of what it was told: nothing is pushed off before it can have been seen."""

from __future__ import annotations

import pytest

from loyalty.core.news import INVITES, MOST_NEWS, TOGETHER, News, has_room, newest, together


def piece(name: str, at: int) -> News:
    return News(name, "message", at, 10**10, {"en": name}, {})


@pytest.mark.parametrize("count", range(MOST_NEWS + 4))
def test_a_card_keeps_the_latest_pieces_however_many_there_are(count: int) -> None:
    told = [piece(f"n{number}", number * 2 * TOGETHER) for number in range(count)]
    assert newest(told) == tuple(told[-MOST_NEWS:])


@pytest.mark.parametrize("count", range(1, MOST_NEWS + 4))
def test_what_is_told_one_after_the_other_stays_together(count: int) -> None:
    old = [piece(f"old{number}", number) for number in range(MOST_NEWS)]
    told = [piece(f"n{number}", 10 * TOGETHER + number) for number in range(count)]
    kept = newest((*old, *told))
    assert [one for one in kept if one in told] == told
    assert len(kept) == max(MOST_NEWS, count)
    assert together(kept) == tuple(reversed(told))


def test_there_is_room_beside_what_is_old_and_none_beside_what_was_just_told() -> None:
    second = 10 * TOGETHER
    old = [piece(f"old{number}", number) for number in range(MOST_NEWS)]
    fresh = [piece(f"n{number}", second) for number in range(MOST_NEWS - 1)]
    asked = [piece(f"{INVITES}{number}", 0) for number in range(MOST_NEWS - 1)]
    for told in ((*old, *fresh), (*old, *asked)):
        assert has_room(told, second, 1)
        assert not has_room(told, second, 2)
        # What a campaign then tells is on the card with all that nobody may have seen.
        kept = newest((*told, piece("new", second)))
        assert [one for one in kept if one not in old] == [*told[MOST_NEWS:], kept[-1]]
        assert kept[-1].id == "new"
    assert has_room((*old, *fresh), second + 2 * TOGETHER, MOST_NEWS)
