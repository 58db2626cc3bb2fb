"""What members have answered: the net promoter score, and how often each answer was given.

Read straight from the lines of answers, which are few: a line a member and question.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from loyalty.core.calendar import day_start
from loyalty.figures.figure import FEWEST_MEMBERS
from loyalty.figures.liability import rounded
from loyalty.figures.recommending import Promoters, promoters
from loyalty.store import answer_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.answer_lines import AnswerLine
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables

DAYS: Final = 90
"""The window of the score among all figures."""
_HUNDREDTHS: Final = 100


@dataclass(frozen=True, slots=True)
class Given:
    """How often each answer to a campaign's question was given.

    ``average``: of stars, in hundredths; None where it rests on fewer than thirty members.
    """

    answers: int
    members: int
    scores: Mapping[int, int]
    words: int
    average: int | None
    promoters: Promoters | None


class Answers:
    """Reads what was answered."""

    def __init__(self, tables: Tables, programs: Programs) -> None:
        self._tables = tables
        self._programs = programs

    def promoters(
        self, program: str, days: tuple[int, int], *, by: bool, campaign: str = ""
    ) -> list[tuple[str, Promoters]]:
        """Return the score of days (``date.toordinal``), the last one left out.

        Of the whole shop, under an empty name, and of each location with ``by``; only of answers to
        one campaign where that is named.
        """
        found = self._lines(program, days)
        mine = [one for one in found if campaign in {"", one.campaign}]
        if not by:
            return [("", promoters(mine))]
        places: defaultdict[str, list[AnswerLine]] = defaultdict(list)
        for one in mine:
            places[one.place].append(one)
        return [(place, promoters(lines)) for place, lines in sorted(places.items())]

    def given(self, program: str, campaign: str, asks: str, since: int, now: datetime) -> Given:
        """Return what was answered to a campaign's question since an instant (µs)."""
        lines = [
            one
            for one in answer_lines.between(
                self._tables, program, since // 1_000_000, int(now.timestamp()) + 1
            )
            if one.campaign == campaign
        ]
        members = len({one.member for one in lines})
        scored = [one.score for one in lines if one.score is not None]
        average = None
        if asks == "stars" and members >= FEWEST_MEMBERS:
            average = rounded(Fraction(_HUNDREDTHS * sum(scored), len(scored)))
        return Given(
            answers=len(lines),
            members=members,
            scores=dict(sorted(Counter(scored).items())),
            words=len(lines) - len(scored),
            average=average,
            promoters=promoters(lines) if asks == "nps" else None,
        )

    def _lines(self, program: str, days: tuple[int, int]) -> list[AnswerLine]:
        zone = self._programs.current(program).zone
        first, last = (day_start(one, zone) for one in days)
        return list(answer_lines.between(self._tables, program, first, last))
