"""Read DER, as far as a CMS signature needs it (X.690; tags below 31, definite lengths)."""

from __future__ import annotations

from dataclasses import dataclass

SEQUENCE, SET, OCTETS, OBJECT, INTEGER = 0x30, 0x31, 0x04, 0x06, 0x02
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
_LONG = 0x80


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its tag, its content, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> list[Node]:
        """Return the values inside."""
        found, at = [], 0
        while at < len(self.content):
            node = read(self.content[at:])
            found.append(node)
            at += len(node.raw)
        return found


def read(data: bytes) -> Node:
    """Return the value at the start of the data.

    Raises
    ------
    ValueError
        It is not DER.
    """
    if len(data) < 2:  # noqa: PLR2004 - a tag and a length
        raise ValueError("DER ends too early")
    length, start = data[1], 2
    if length & _LONG:
        count = length & ~_LONG
        if not 1 <= count <= 4:  # noqa: PLR2004 - four bytes tell lengths up to 4 GB
            raise ValueError("DER length out of range")
        length = int.from_bytes(data[2 : 2 + count], "big")
        start += count
    end = start + length
    if end > len(data):
        raise ValueError("DER ends too early")
    return Node(data[0], data[start:end], data[:end])


def object_name(node: Node) -> str:
    """Return an object identifier in dots and numbers."""
    if node.tag != OBJECT or not node.content:
        raise ValueError("DER object identifier expected")
    numbers, value = [], 0
    for byte in node.content:
        value = value << 7 | byte & 0x7F
        if not byte & _LONG:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
