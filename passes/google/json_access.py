"""Look into JSON of any shape without stumbling: what has another type than expected is not there.

That something has the wrong type is the schema's to say, not that of the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


class Member(NamedTuple):
    """One member of a document: its path, the names on the way to it, and what it holds."""

    where: str
    names: tuple[str, ...]
    value: Any


def table(node: Any, name: str) -> Json:
    """Return the JSON object under a name, or an empty one."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, dict) else {}


def items(node: Any, name: str) -> list[Any]:
    """Return the list under a name, or an empty one."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, list) else []


def tables(node: Any, name: str, where: str = "") -> Iterator[tuple[str, Json]]:
    """Yield path and content of each JSON object in the list under a name."""
    path = f"{where}.{name}" if where else name
    for index, value in enumerate(items(node, name)):
        if isinstance(value, dict):
            yield f"{path}[{index}]", value


def members(node: Any, where: str = "", names: tuple[str, ...] = ()) -> Iterator[Member]:
    """Yield every member at any depth, outer before inner; nulls stand for absent members.

    What Google puts into an object on reading (``classReference``) is named, not looked into.
    """
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield from members(value, f"{where}[{index}]", names)
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        if value is None:
            continue
        path, way = (f"{where}.{name}" if where else name), (*names, name)
        yield Member(path, way, value)
        if name != "classReference":
            yield from members(value, path, way)


def ends_of(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, str]]:
    """Return the two ends of a way by which rules know a member: its name, and with the one before.

    At the top, the name before is empty.
    """
    return names[-1:], (names[-2] if len(names) > 1 else "", names[-1])


def text(node: Any, name: str) -> str:
    """Return the text under a name, or an empty one."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""
