"""Reading many items of many programs, so that one that cannot be read keeps no other waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loyalty.store.tables import Item

Read = TypeVar("Read")


def read_each(items: Iterable[Item], read: Callable[[Item], Read]) -> Iterator[Read]:
    """Yield what each item says; the first fault is raised once all others have been read.

    Whoever takes them one by one has worked on all that can be worked on by then.
    """
    failed: Exception | None = None
    for item in items:
        try:
            found = read(item)
        except Exception as error:  # noqa: BLE001 - raised below
            failed = failed or error
        else:
            yield found
    if failed is not None:
        raise failed
