"""What may be said of each campaign that has run: worked out once a day, and kept.

A verdict rests on all members of a campaign and on what they bought, which takes long where there
are many. It changes by the day; so whoever asks is told the one of the last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from loyalty.campaigns.results import results
from loyalty.refusals import Refusal
from loyalty.store import campaign_book
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.campaigns.campaign import State
    from loyalty.campaigns.results import Verdict
    from loyalty.ledger.books import Books

MOST: Final = 20
"""Campaigns that are told of: those that began last."""

_FRESH: Final = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Judged:
    """A campaign that has run; ``verdict`` and ``at`` (seconds) are None before anybody looked."""

    id: str
    name: str
    state: State
    verdict: Verdict | None
    at: int | None


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
        verdict, at = known.get(one.id, (None, None))
        if (at is None or second - at >= _FRESH) and more():
            try:
                verdict, at = results(books, program, one, now).verdict, second
            except Refusal:
                # The program has lost what it names: what was found stays found.
                verdict, at = known.get(one.id, (None, None))
            else:
                write = campaign_book.judge(program, one.id, verdict, second)
                written(tables, write)
        told = cast("Verdict | None", verdict)
        found.append(Judged(one.id, one.document["name"], one.state, told, at))
    return found
