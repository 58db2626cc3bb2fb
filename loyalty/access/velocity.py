"""How fast a key may go: so many calls of a kind in a minute, and some in an hour.

What holds: of all processes together never more than the limit is let through in any minute or hour
(since 1970, by the process's clock). Spending is counted call by call, so exactly the limit is let
through. Of the rest a process takes a hundredth of the limit at a time and gives nothing back, so a
key that is near its limit may be refused a little early, by at most what idle processes hold. That
keeps the one item of a key and hour at a hundred writes a minute, whatever the limit is; of
spending it is written once per call, at most as often as the limit says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from loyalty.refusals import Busy, Refusal
from loyalty.store import velocity
from loyalty.store.tables import Cancelled, OutcomeUnknown
from loyalty.store.velocity import Counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from loyalty.program.rules import Velocity as Rules
    from loyalty.store.tables import Tables

Kind = Literal["sales", "spending", "others"]

PACES: Final = (
    "sales_per_minute",
    "spending_per_minute",
    "spending_per_hour",
    "others_per_minute",
)
"""Names of a program's limits, those of ``loyalty.program.rules.Velocity``."""
_MINUTE = 60
_HOUR = 3600
_BLOCKS = 100
_MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in a window of so many seconds."""

    name: str
    quota: int
    window: int


@dataclass(frozen=True, slots=True)
class Left:
    """What a limit lets through from now on, and in how many seconds it begins anew."""

    limit: Limit
    calls: int
    seconds: int


class TooFast(Refusal):
    """A limit is reached; ``left``: what there is of each limit of that kind."""

    def __init__(self, left: tuple[Left, ...]) -> None:
        # Of two that are reached the one that takes longer.
        over = max((one for one in left if not one.calls), key=lambda one: one.seconds)
        kind = over.limit.name.partition("-")[0]
        window = "an hour" if over.limit.window == _HOUR else "a minute"
        detail = f"A key may make {over.limit.quota} calls of the kind {kind} in {window}."
        super().__init__("too_many", "too_fast", detail, retry_after=over.seconds)
        self.left = left


@dataclass(slots=True)
class _Block:
    """What a process has taken and not used, and what it has last seen counted."""

    minute: int
    left: int
    counted: Counted | None


class Velocity:
    """Counts calls of keys.

    Parameters
    ----------
    attempts
        Counts attempts, and waits between them.
    """

    def __init__(self, tables: Tables, attempts: Callable[[], Iterator[int]]) -> None:
        self._tables = tables
        self._attempts = attempts
        self._blocks: dict[tuple[str, str, Kind], _Block] = {}

    def count(
        self, program: str, caller: str, kind: Kind, rules: Rules, now: datetime
    ) -> tuple[Left, ...]:
        """Count one call, and return what is left of each limit for its kind.

        Raises
        ------
        TooFast
            A limit is reached.
        Busy
            It could not be counted now.
        """
        second = int(now.timestamp())
        limits = _limits(kind, rules)
        place, minute = (program, caller, kind), second // _MINUTE
        block = self._blocks.get(place)
        if block is None or block.minute != minute or not block.left:
            seen = block.counted if block and block.minute // _MINUTE == minute // _MINUTE else None
            block = self._take(place, limits, seen, second)
        block.left -= 1
        return _left(limits, block, second)

    def _take(
        self,
        place: tuple[str, str, Kind],
        limits: tuple[Limit, ...],
        seen: Counted | None,
        now: int,
    ) -> _Block:
        minute, hour = now // _MINUTE, now // _HOUR
        known = seen is not None
        for _ in self._attempts():
            if not known:
                seen = velocity.read(self._tables, *place, hour)
            before = seen or Counted(0, minute, 0)
            # Another process's clock may be ahead: its minute is this one's, too.
            within = max(minute, before.minute)
            in_minute = before.in_minute if before.minute == within else 0
            free = [
                one.quota - (before.in_hour if one.window == _HOUR else in_minute) for one in limits
            ]
            if min(free) <= 0:
                raise TooFast(_left(limits, self._keep(place, _Block(minute, 0, before)), now))
            taken = min(_at_a_time(place[2], limits), *free)
            after = Counted(before.in_hour + taken, within, in_minute + taken)
            try:
                velocity.take(self._tables, (*place, hour), seen, after)
            except (Cancelled, OutcomeUnknown):
                known = False
                continue
            return self._keep(place, _Block(minute, taken, after))
        raise Busy

    def _keep(self, place: tuple[str, str, Kind], block: _Block) -> _Block:
        if len(self._blocks) >= _MOST_KEPT:
            self._blocks.clear()
        self._blocks[place] = block
        return block


def narrowed(rules: Rules, limits: Mapping[str, int]) -> Rules:
    """Return a program's limits as a key has them that has some of its own: these only narrow."""
    own = {one: limits[one] for one in PACES if one in limits}
    return replace(rules, **{name: min(getattr(rules, name), own[name]) for name in own})


def headers(left: tuple[Left, ...]) -> dict[str, str]:
    """Return the headers that tell of limits and what is left of them.

    Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
    """
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.limit.name}";q={one.limit.quota};w={one.limit.window}' for one in left
        ),
        "RateLimit": ", ".join(f'"{one.limit.name}";r={one.calls};t={one.seconds}' for one in left),
    }


def _limits(kind: Kind, rules: Rules) -> tuple[Limit, ...]:
    if kind == "sales":
        return (Limit("sales", rules.sales_per_minute, _MINUTE),)
    if kind == "spending":
        return (
            Limit("spending", rules.spending_per_minute, _MINUTE),
            Limit("spending-hour", rules.spending_per_hour, _HOUR),
        )
    return (Limit("others", rules.others_per_minute, _MINUTE),)


def _at_a_time(kind: Kind, limits: tuple[Limit, ...]) -> int:
    return 1 if kind == "spending" else max(1, limits[0].quota // _BLOCKS)


def _left(limits: tuple[Limit, ...], block: _Block, now: int) -> tuple[Left, ...]:
    counted = block.counted or Counted(0, 0, 0)
    found = []
    for one in limits:
        taken = counted.in_hour if one.window == _HOUR else counted.in_minute
        calls = max(0, one.quota - taken) + block.left
        found.append(Left(one, calls, one.window - now % one.window))
    return tuple(found)
