"""What may be said of each campaign that has run: worked out once a day, and kept.

A verdict rests on all members of a campaign and on what they bought, which takes long where there
are many. It changes by the day; so whoever asks is told the one of the last day.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from loyalty.campaigns.results import results, sentences, thousandths
from loyalty.refusals import Refusal
from loyalty.store import campaign_book
from loyalty.store.campaign_book import Said
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.campaigns.campaign import State
    from loyalty.campaigns.results import Results, Verdict
    from loyalty.ledger.books import Books

MOST: Final = 20
"""Campaigns that are told of: those that began last."""

_FRESH: Final = 86_400  # seconds


_NEWS: Final = 14 * 86_400
"""Seconds for which what came of a campaign is told to who has not looked at it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A campaign that has run; ``verdict`` and ``at`` (seconds) are None before anybody looked.

    ``fresh``: what may be said of it is new, and no owner has looked; ``sentences``: by language.
    """

    id: str
    name: str
    state: State
    verdict: Verdict | None
    at: int | None
    fresh: bool
    sentences: Mapping[str, str]


def judged(
    books: Books, program: str, now: datetime, more: Callable[[], bool] = lambda: True
) -> list[Judged]:
    """Return campaigns that have run, those first that began last.

    ``more`` tells whether there is time to look at one more; who has none is told an older verdict.
    """
    tables, second = books.tables, int(now.timestamp())
    ran = [one for one in campaign_book.read_all(tables, program) if one.started]
    ran = sorted(ran, key=lambda one: -one.started)[:MOST]
    known = campaign_book.judged(tables, program, [one.id for one in ran])
    found = []
    for one in ran:
        said = known.get(one.id)
        if (said is None or second - said.at >= _FRESH) and more():
            # Where the program has lost what it names, what was found stays found.
            with contextlib.suppress(Refusal):
                said = _again(results(books, program, one, now), said, second)
                written(tables, campaign_book.judge(program, one.id, said))
        verdict = cast("Verdict | None", said.verdict if said else None)
        found.append(
            Judged(
                one.id,
                one.document["name"],
                one.state,
                verdict,
                said.at if said else None,
                said is not None and _is_news(one.state, said, second),
                sentences(verdict, said.measured) if verdict and said else {},
            )
        )
    return found


def seen_by_owner(books: Books, program: str, campaign: str, verdict: Verdict) -> None:
    """Keep that an owner has looked at what came of a campaign: it is no news any more."""
    known = campaign_book.judged(books.tables, program, [campaign]).get(campaign)
    if known is not None and known.looked != verdict:
        written(books.tables, campaign_book.look(program, campaign, verdict))


def _again(now: Results, before: Said | None, second: int) -> Said:
    """Return what may be said now; since when, where it is what was said before."""
    same = before is not None and before.verdict == now.verdict
    return Said(
        now.verdict,
        second,
        before.since if before and same else second,
        thousandths(now.result),
        before.looked if before else "",
    )


def _is_news(state: State, said: Said, second: int) -> bool:
    """Tell whether an owner should look: it is over, or proven while it runs, and nobody has."""
    proven = said.verdict in {"proven_more", "proven_less"}
    told = proven or (state in {"finished", "cancelled"} and said.verdict != "not_over")
    return told and said.looked != said.verdict and second - said.since < _NEWS
