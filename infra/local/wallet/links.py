"""Auto-linked passes: what may stand in an object's ``linkedObjectIds``.

The sentences follow the errors that Google's guide lists; their exact wording is unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.local.wallet.rules import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Json = dict[str, Any]

MOST_LINKED: Final = 50


def linked(
    old: Json | None,
    new: Json,
    find: Callable[[str], Json | None],
    others: Callable[[], Iterable[Json]],
    beyond: str,
) -> Json:
    """Return an object with the links that it may have.

    Parameters
    ----------
    old, new
        The object as it is kept, and as it is wanted.
    find, others
        Finds one object by id; gives all of them.
    beyond
        What happens to links past the fiftieth: ``ignore`` or ``reject``.

    Raises
    ------
    RefusalError
        A link is not possible, or one is missing that was there.
    """
    before = (old or {}).get("linkedObjectIds", [])
    wanted = new.get("linkedObjectIds", [])
    if missing := [one for one in before if one not in wanted]:
        raise RefusalError(400, f"Linked object {missing[0]} cannot be unlinked.")
    if wanted == before:
        return new
    if len(wanted) > MOST_LINKED:
        if beyond == "reject":
            raise RefusalError(400, "Cannot add more linked objects: the limit is exceeded.")
        wanted = wanted[:MOST_LINKED]
    for one in wanted:
        _check(new["id"], one, find)
    for other in others():
        if new["id"] in other.get("linkedObjectIds", []):
            raise RefusalError(400, f"Object {new['id']} is itself linked to {other['id']}.")
    return {**new, "linkedObjectIds": wanted}


def _check(own: str, one: str, find: Callable[[str], Json | None]) -> None:
    if one == own:
        raise RefusalError(400, f"Object {one} cannot be linked to itself.")
    if one.partition(".")[0] != own.partition(".")[0]:
        raise RefusalError(400, f"Linked object {one} belongs to a different issuer.")
    found = find(one)
    if found is None:
        raise RefusalError(400, f"Linked object {one} not found.")
    if found.get("linkedObjectIds"):
        raise RefusalError(400, f"Linked object {one} already has linked objects.")
