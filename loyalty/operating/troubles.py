"""What is wrong, in words: which of it is new, which lasts, which is over. Pure.

A trouble is told when it is first seen, again after a day while it lasts, then after two, four,
eight days, and once more when it is over. What could not be looked at stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that somebody has to see to.

    Attributes
    ----------
    kind
        What kind it is, one word per kind: ``queue``.
    where
        Which one of its kind; empty where there is only one.
    words
        What is wrong, what it means, and what to do, for whoever keeps the system.
    """

    kind: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    """A trouble that lasts; ``since`` and ``told`` are seconds since 1970, UTC."""

    trouble: Trouble
    since: int
    told: int

    def due(self, now: int) -> bool:
        """Tell whether somebody is told again: after as long as it had lasted by then, or a day."""
        return now - self.told >= max(DAY, self.told - self.since)


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be said of a look.

    Attributes
    ----------
    known
        All that is wrong now.
    new, lasting, over
        What is told: seen for the first time, again, and gone. All empty: nothing is said.
    """

    known: tuple[Known, ...]
    new: tuple[Known, ...]
    lasting: tuple[Known, ...]
    over: tuple[Known, ...]

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.new or self.lasting or self.over)

    def subject(self, service: str) -> str:
        """Return one line of at most 100 characters (SNS, Publish: ``Subject``)."""
        if not self.known:
            return f"{service}: all is well again"
        number = len(self.known)
        if number == 1:
            return f"{service}: 1 thing is not as it should be"
        return f"{service}: {number} things are not as they should be"

    def words(self) -> str:
        """Return the whole message, plain text."""
        parts = (
            ("New", self.new),
            ("Still so", self.lasting),
            ("Over", self.over),
        )
        said = [
            "\n".join((title, *(_line(one) for one in known))) for title, known in parts if known
        ]
        quiet = len(self.known) - len(self.new) - len(self.lasting)
        if quiet:
            said.append(f"And {quiet} more, told before.")
        return "\n\n".join((*said, "What to do: docs/operating.md, Alarms."))


def compare(
    known: Iterable[Known], found: Iterable[Trouble], unseen: Collection[str], now: int
) -> Report:
    """Hold what was found against what was known.

    Parameters
    ----------
    unseen
        Kinds that were not looked at: what is known of these stays, untold.
    now
        Seconds since 1970.
    """
    before = {_key(one.trouble): one for one in known}
    there = {_key(one): one for one in found}
    new, lasting, staying = [], [], []
    for key, trouble in there.items():
        last = before.get(key)
        if last is None:
            new.append(Known(trouble, now, now))
        elif last.due(now):
            lasting.append(Known(trouble, last.since, now))
        else:
            staying.append(replace(last, trouble=trouble))
    gone = [one for key, one in before.items() if key not in there]
    staying.extend(one for one in gone if one.trouble.kind in unseen)
    over = tuple(one for one in gone if one.trouble.kind not in unseen)
    return Report((*new, *lasting, *staying), tuple(new), tuple(lasting), over)


def span(seconds: int) -> str:
    """Return seconds as people say them: 40 minutes, 3 hours, 2 days."""
    for unit, length in (("day", DAY), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length or (seconds >= length and unit == "minute"):
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds} seconds"


def _key(trouble: Trouble) -> tuple[str, str]:
    return trouble.kind, trouble.where


def _line(known: Known) -> str:
    since = datetime.fromtimestamp(known.since, UTC)
    return f"- {known.trouble.words} (since {since:%Y-%m-%d %H:%M} UTC)"
