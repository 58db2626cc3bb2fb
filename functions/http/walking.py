"""Walk in pages for as long as an invocation has time; a queue keeps what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from functions.http import failures

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

_Place = TypeVar("_Place")


class Pace:
    """Tells whether an invocation has time for another page.

    It has while half of its time is left, and twice what the longest page so far has taken: pages
    are not alike, and one that is cut short has to be walked again from its beginning.
    """

    def __init__(self, context: LambdaContext) -> None:
        self._left: Callable[[], int] = context.get_remaining_time_in_millis
        self._last = self._left()
        self._enough = self._last / 2
        self._longest = 0

    def more(self) -> bool:
        """Return whether there is time, once a page has ended."""
        left = self._left()
        self._longest = max(self._longest, self._last - left)
        self._last = left
        return left > self._enough and left > 2 * self._longest


def walk(place: _Place, page: Callable[[_Place], _Place | None], pace: Pace) -> _Place | None:
    """Do page after page; return where the next one begins, None at the end.

    A page that fails is tried again by a message of its own, so that those before it are not
    walked again and it does not hold them up. One that fails as the first of a message raises what
    it raised: the message comes again, and after some times lies where somebody looks.

    Parameters
    ----------
    page
        Does the page at a place and returns the place of the next.
    """
    after = page(place)
    while after is not None and pace.more():
        try:
            after = page(after)
        except Exception as error:  # noqa: BLE001
            failures.log(error, "a page failed and is tried again")
            break
    return after
