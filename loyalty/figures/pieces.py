"""What was read and worked out so far of a program's figures, kept in files between two runs.

A big shop's figures are not worked out in the time of one function. What a run has read it keeps in
pieces, so that the next one goes on where it ended; whatever is written again is the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import instant, microseconds
from loyalty.core.report import OrderKey
from loyalty.figures.shop import Person
from loyalty.forecast.standing import Standing
from loyalty.store.figure_lines import Moves, SaleLine
from loyalty.store.happenings import Declined, InWallet, Looked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyalty.sheets.kept_files import Files

Owed = Mapping[str, Mapping[int | None, int]]
"""By pot, members' points by the month in which they end."""

Line = SaleLine | Moves | InWallet | Looked | Declined


@dataclass(frozen=True, slots=True)
class Expected:
    """How a member is expected, and how many days they are usually away; None: nobody knows."""

    standing: Standing
    usual: float | None


@dataclass(frozen=True, slots=True)
class InMemory:
    """Files of a run that is not interrupted."""

    held: dict[str, bytes] = field(default_factory=dict)

    def get(self, name: str) -> bytes | None:
        """Return a file, None when there is none."""
        return self.held.get(name)

    def put(self, name: str, data: bytes) -> None:
        """Write a file."""
        self.held[name] = data


class Pieces:
    """The pieces of one working out, by name."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._folder = folder

    def put_members(self, number: int, people: Sequence[Person], owed: Owed) -> None:
        """Keep a page of members, and what all of them together are owed."""
        pots = {pot: list(points.items()) for pot, points in owed.items()}
        self._put(f"members-{number:06d}", [[astuple(one) for one in people], pots])

    def members(self, number: int) -> tuple[list[Person], Owed]:
        """Return a page of members, and what they are owed."""
        people, pots = self._get(f"members-{number:06d}")
        return [Person(*one) for one in people], {pot: dict(rows) for pot, rows in pots.items()}

    def put_lines(self, month: int, lines: Iterable[Line]) -> None:
        """Keep a month's lines."""
        self._put(f"lines-{month:06d}", [_plain(one) for one in lines])

    def lines(self, month: int) -> list[Line]:
        """Return a month's lines."""
        return [_line(one) for one in self._get(f"lines-{month:06d}")]

    def put_expected(self, number: int, found: Mapping[str, Expected]) -> None:
        """Keep how a page of members is expected."""
        rows = [[name, astuple(one.standing), one.usual] for name, one in found.items()]
        self._put(f"expected-{number:06d}", rows)

    def expected(self, number: int) -> dict[str, Expected]:
        """Return how a page of members is expected."""
        rows = self._get(f"expected-{number:06d}")
        return {name: Expected(Standing(*one), usual) for name, one, usual in rows}

    def _put(self, name: str, content: Any) -> None:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        self._files.put(f"{self._folder}/{name}.json", text.encode())

    def _get(self, name: str) -> Any:
        data = self._files.get(f"{self._folder}/{name}.json")
        if data is None:
            raise LookupError(f"{name} is kept no more")
        return json.loads(data)


def _plain(line: Line) -> list[Any]:
    if isinstance(line, SaleLine):
        order, _, *rest = astuple(line)
        return ["S", order, microseconds(line.first), *rest]
    letter = {Moves: "E", InWallet: "W", Looked: "L", Declined: "D"}[type(line)]
    return [letter, *astuple(line)]


def _line(plain: list[Any]) -> Line:
    letter, *rest = plain
    if letter == "S":
        order, first, revision, member, on, place, net, sold, closed, moves = rest
        return SaleLine(
            OrderKey(*order), instant(first), revision, member, on, place, net, sold, closed,
            tuple(_moves(one) for one in moves),
        )  # fmt: skip
    if letter == "E":
        return _moves(rest)
    if letter == "D":
        return Declined(*rest)
    return InWallet(*rest) if letter == "W" else Looked(*rest)


def _moves(plain: list[Any]) -> Moves:
    member, seq, on, actor, amounts = plain
    return Moves(member, seq, on, actor, tuple(tuple(one) for one in amounts))
