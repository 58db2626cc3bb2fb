"""Saving together: a group of members on its way to a goal that the shop has set. Pure.

What a member brings is read off the entries of their own ledger, from the one after which they have
joined: the group keeps how much that is and up to which entry, and nothing of what was bought.
Whatever is read twice counts once, and what is refunded is taken back until the goal is reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from loyalty.core.bought import bought, summed
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.core.account import Entry
    from loyalty.core.bought import Counts

MOST_MEMBERS: Final = 12
"""Of a group, whatever an owner says: each of them is told, and their entries are read."""
MOST_PRIZES: Final = 10
LAST_STAGE: Final = 4
"""Quarters of the way: cards are told of each, and of the last one with the prize."""
UNKNOWN: Final = -1
CODE: Final = re.compile(r"[a-z2-7]{12}")
"""What a group's id looks like: whoever has it may join."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What groups save for, without what it gives.

    Attributes
    ----------
    names, texts
        By language.
    begins, ends
        Seconds since 1970: what is bought from the first on and before the second counts.
    least, most
        Members of a group that may reach it, and that it may have.
    open
        Whether groups may be begun and joined.
    places
        Groups that may begin: each keeps its place until it has reached the goal, or has no members
        left. 0 for any number.
    """

    id: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    counts: Counts
    target: int
    begins: int
    ends: int
    least: int = 2
    most: int = 6
    open: bool = True
    version: int = 1
    places: int = 0

    def is_on(self, second: float) -> bool:
        """Tell whether it is time to save for it."""
        return self.begins <= second < self.ends


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a group.

    Attributes
    ----------
    upto
        Number of the last entry of their ledger that is counted in ``amount``.
    shows
        Whether the others may read their first name.
    said
        Up to which quarter of the way their card was told; with the last one they had their prize.
    since, base
        Number of the last entry that is not counted, and what was there before it: with them the
        amount can be counted anew. Of whoever came in before this was kept, UNKNOWN.
    """

    member: str
    upto: int
    shows: bool
    amount: int = 0
    said: int = 0
    since: int = UNKNOWN
    base: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Members who save together, who was there first in front.

    Attributes
    ----------
    kept
        What those have brought who are gone.
    reached
        When it was reached (µs), 0 before that; ``prize`` is then the number of what it gives.
    """

    goal: str
    id: str
    parts: tuple[Part, ...]
    kept: int = 0
    reached: int = 0
    prize: int = 0
    version: int = 1

    @property
    def gives_up(self) -> bool:
        """Tell whether its place is free again: nobody is left, and it was given nothing."""
        return not self.parts and not self.reached

    @property
    def amount(self) -> int:
        """Return what has come together."""
        return self.kept + sum(one.amount for one in self.parts)

    def part(self, member: str) -> Part | None:
        """Return a member's part."""
        return next((one for one in self.parts if one.member == member), None)

    def stage(self, goal: Goal) -> int:
        """Return how many quarters of the way are behind it; the last one when it is reached."""
        if self.reached:
            return LAST_STAGE
        return max(0, min(LAST_STAGE - 1, LAST_STAGE * self.amount // goal.target))

    def untold(self, goal: Goal) -> tuple[Part, ...]:
        """Return whose cards have not been told how far it has come."""
        stage = self.stage(goal)
        return tuple(one for one in self.parts if one.said < stage)

    def percent(self, goal: Goal) -> int:
        """Return how much of the way is behind it; 100 only once it is reached."""
        if self.reached:
            return 100
        return max(0, min(99, 100 * self.amount // goal.target))


def begun(goal: Goal, name: str, part: Part, second: float) -> Group:
    """Return a group of one. Raises ``savings_goal_closed``."""
    _judge_open(goal, second)
    return Group(goal.id, name, (part,))


def judge_places(goal: Goal, taken: int) -> None:
    """Raise ``savings_goal_full`` where no more groups may begin."""
    if goal.places and taken >= goal.places:
        detail = "All groups that may save for it have begun; one that is there can be joined."
        raise Refusal("conflict", "savings_goal_full", detail)


def joined(goal: Goal, group: Group, part: Part, second: float) -> Group:
    """Return a group with one more; who is in it already changes nothing.

    Raises
    ------
    Refusal
        ``savings_goal_closed``; ``group_full``; ``group_done``: it has reached its goal.
    """
    if group.part(part.member) is not None:
        return group
    _judge_open(goal, second)
    if group.reached:
        raise Refusal("conflict", "group_done", "This group has reached its goal.")
    if len(group.parts) >= min(goal.most, MOST_MEMBERS):
        raise Refusal("conflict", "group_full", "This group has as many members as it can have.")
    # Whoever joins is told of the quarters to come, not of those that lie behind the others.
    new = replace(part, said=group.stage(goal))
    return replace(group, parts=(*group.parts, new), version=group.version + 1)


def left(group: Group, member: str) -> Group:
    """Return a group without a member; what they have brought stays with the others."""
    part = group.part(member)
    if part is None:
        return group
    parts = tuple(one for one in group.parts if one is not part)
    return replace(group, parts=parts, kept=group.kept + part.amount, version=group.version + 1)


def became(group: Group, old: str, into: str, upto: int) -> Group:
    """Return a group in which a member has become another; two parts of one become one.

    ``upto``: entries that the other had before; what they bought then was not for this group.
    """
    part, other = group.part(old), group.part(into)
    if part is None:
        return group
    if other is None:
        made = replace(part, member=into, upto=upto, since=upto, base=part.amount)
        parts = tuple(made if one is part else one for one in group.parts)
    else:
        both, said = other.amount + part.amount, max(part.said, other.said)
        made = replace(other, amount=both, said=said, since=other.upto, base=both)
        parts = tuple(made if one is other else one for one in group.parts if one is not part)
    return replace(group, parts=parts, version=group.version + 1)


def counted(goal: Goal, group: Group, entries: Mapping[str, tuple[Entry, ...]]) -> Group:
    """Return a group with further entries of its members, by member; once reached it stays."""
    if group.reached:
        return group
    parts = []
    for one in group.parts:
        more = [entry for entry in entries.get(one.member, ()) if entry.seq > one.upto]
        changes = (bought(goal.counts, goal.begins, goal.ends, entry) for entry in more)
        amount = summed(one.amount, changes)
        parts.append(replace(one, amount=amount, upto=max([one.upto, *(e.seq for e in more)])))
    if tuple(parts) == group.parts:
        return group
    return replace(group, parts=tuple(parts), version=group.version + 1)


def recounted(goal: Goal, group: Group, entries: Mapping[str, tuple[Entry, ...]]) -> Group:
    """Return a group with what the entries of its members say that they have brought so far.

    ``entries``: all of each member's. What a ledger that is older does not have is not counted, and
    counting goes on where it ends. What those have brought who are gone stays.
    """
    parts = []
    for one in group.parts:
        found = entries.get(one.member)
        if found is None:
            parts.append(one)
            continue
        last = max((entry.seq for entry in found), default=0)
        upto, since = min(one.upto, last), min(one.since, last)
        amount = one.amount
        if since != UNKNOWN:
            mine = (entry for entry in found if since < entry.seq <= upto)
            changes = (bought(goal.counts, goal.begins, goal.ends, entry) for entry in mine)
            amount = summed(one.base, changes)
        parts.append(replace(one, upto=upto, since=since, amount=amount))
    if tuple(parts) == group.parts:
        return group
    return replace(group, parts=tuple(parts), version=group.version + 1)


def is_there(goal: Goal, group: Group) -> bool:
    """Tell whether a group has what its goal takes."""
    enough = len(group.parts) >= goal.least and group.amount >= goal.target
    return enough and not group.reached


def arrived(group: Group, prize: int, at: int) -> Group:
    """Return a group that has reached its goal (µs), and what it is given by number."""
    return replace(group, reached=at, prize=prize, version=group.version + 1)


def told(group: Group, member: str, stage: int) -> Group:
    """Return a group one of whose cards was told how far it has come."""
    parts = tuple(replace(one, said=stage) if one.member == member else one for one in group.parts)
    return replace(group, parts=parts, version=group.version + 1)


def _judge_open(goal: Goal, second: float) -> None:
    if not goal.open or second >= goal.ends:
        raise Refusal("conflict", "savings_goal_closed", "Nobody saves for it any more.")
