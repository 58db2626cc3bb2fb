"""How long a year takes when a program is tried on it: each sale lived through again."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.timing import result, title
from loyalty.core.part import Line
from loyalty.program.ready import ready
from loyalty.simulation.replay import replay
from loyalty.simulation.sales import Refund, Sale, Terms

if TYPE_CHECKING:
    from benchmarks.timing import Times

SALES = 10_000
YEAR = 100_000
_BACK = 0.03
_BEGIN = datetime(2025, 1, 1, 8, tzinfo=UTC)
_END = datetime(2026, 1, 1, tzinfo=UTC)


def customers(sales: int, seed: int = 1) -> list[list[Sale]]:
    """Return about so many sales of a year, by customer: one a week each, three of 100 refunded."""
    chance = random.Random(seed)  # noqa: S311
    found: list[list[Sale]] = []
    number = 0
    while number < sales:
        at = _BEGIN + timedelta(days=chance.random() * 30)
        own: list[Sale] = []
        while at < _END:
            total = chance.randrange(300, 3_000)
            back = (Refund(at + timedelta(days=1), total // 2),) if chance.random() < _BACK else ()
            lines = (Line("latte", "coffee", 1_000, total),)
            own.append(Sale("c", f"s{number}", at, total, lines=lines, refunds=back))
            number += 1
            at += timedelta(days=chance.expovariate(1 / 7), minutes=chance.randrange(600))
        found.append(own)
    return found


def run(plain: Times) -> None:
    """Print everything; ``plain`` are times of deciding on one sale."""
    title(f"trying a program: {SALES:,} sales of a year")
    bought = customers(SALES)
    count = sum(map(len, bought))
    for one in ready():
        begun = time.process_time()
        for own in bought:
            replay(one.program, own, Terms(), _END)
        took = time.process_time() - begun
        print(f"{one.trade:12} {took / count * YEAR:5.0f} s of one core for {YEAR:,} sales")
        result(
            f"a sale tried in {one.trade} / a sale decided",
            took / count * 1e6 / plain.p50,
            "below 6",
        )
