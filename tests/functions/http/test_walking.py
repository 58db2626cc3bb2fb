"""Walking in pages: how far an invocation goes, and what is left where a page fails."""

from __future__ import annotations

import pytest

from functions.http.walking import Pace, walk
from tests.support.events import Context


class Walker:
    """Five pages; each takes some time of an invocation, and some fail."""

    def __init__(self, *, seconds: int = 0, fails: int = 0) -> None:
        self.context = Context(20_000)
        self.done: list[int] = []
        self.fails = fails
        self._seconds = seconds

    def page(self, place: int) -> int | None:
        if place == self.fails:
            raise OSError("no page")
        self.context.milliseconds -= self._seconds * 1000
        self.done.append(place)
        return place + 1 if place < 5 else None

    def walk(self, place: int = 1) -> int | None:
        return walk(place, self.page, Pace(self.context))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "left"),
    [(0, None), (2, None), (3, 5), (5, 3), (7, 2), (9, 2), (19, 2)],
)
def test_a_page_begins_while_half_of_the_time_and_twice_the_longest_page_is_left(
    seconds: int, left: int | None
) -> None:
    walker = Walker(seconds=seconds)
    assert walker.walk() == left
    assert walker.done == list(range(1, left or 6))


def test_pages_before_one_that_fails_are_not_walked_again() -> None:
    walker = Walker(fails=3)
    assert walker.walk() == 3
    assert walker.done == [1, 2]
    with pytest.raises(OSError, match="no page"):
        walker.walk(3)
    walker.fails = 0
    assert walker.walk(3) is None
    assert walker.done == [1, 2, 3, 4, 5]
