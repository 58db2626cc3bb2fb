"""I16: what there is only so much of was had as often as entries say, by each and by all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loyalty.core.supply import ONCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.core.account import Entry


def broken_supply(
    entries: Iterable[Entry],
    taken: Mapping[str, int],
    had: Mapping[tuple[str, str], int],
    used: frozenset[str] = frozenset(),
    gone: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return a sentence per sum that is not that of the entries; nothing when all are.

    Parameters
    ----------
    entries
        All of a program.
    taken, had
        What is kept: by what is counted, and by member and what is counted.
    used
        What is one of a kind and was had (``loyalty.core.supply.ONCE``).
    gone
        Members of whom nothing is kept any more.
    """
    together, once, each = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for entry in entries:
        for one in entry.postings:
            if one.measure == "used" and one.at == ONCE:
                once[one.ref] += int(one.amount)
            elif one.measure == "used":
                each[entry.member, one.ref] += int(one.amount)
                together[one.ref] += int(one.amount) * one.at
    faults = [
        f"I16: {taken.get(what, 0)} of {what} are counted, {together[what]} were had"
        for what in sorted({*together, *taken})
        if taken.get(what, 0) != together[what]
    ]
    faults += [
        f"I16: {counted} are counted for {member} of {what}, who has had {each[member, what]}"
        for member, what in sorted({*each, *had})
        if member not in gone and (counted := had.get((member, what), 0)) != each[member, what]
    ]
    faults += [
        f"I16: {what} was used {once[what]} times, and {'is' if what in used else 'is not'} used"
        for what in sorted({*once, *used})
        if once[what] != int(what in used)
    ]
    return tuple(faults)
