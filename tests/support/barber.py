"""A barber's customers, simulated, with an oracle that knows the law of each of them.

Gaps are Erlang with a shape of about 20 and a mean of about 28 days; some change their rhythm half
way; everybody may leave for good, after 900 days on average. Shares no code with the product.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import exp

MEAN, SHAPE, LEAVES = 28, 20, 900
SPREAD_OF_MEANS, SPREAD_OF_SHAPES, CHANGES = 0.25, 0.5, 0.15


@dataclass(frozen=True)
class Customer:
    """The days of visits, the law (shape, mean) each next gap is drawn from, the day of leaving."""

    days: list[int]
    laws: list[tuple[int, float]]
    leaves: float

    def comes_by(self, visit: int, longest: int) -> list[float]:
        """Return the oracle's probabilities of a further visit by day 0, 1 … after one."""
        shape, mean = self.laws[visit]
        curve, before = [0.0], 0.0
        for day in range(1, longest + 1):
            by = erlang(day + 0.5, shape, mean)
            curve.append(curve[-1] + (by - before) * exp(-day / LEAVES))
            before = by
        return curve


def erlang(days: float, shape: int, mean: float) -> float:
    """Return P(gap <= days)."""
    x = days * shape / mean
    term = exp(-x)
    total = term
    for count in range(1, shape):
        term *= x / count
        total += term
    return 1 - total


def customers(seed: int, count: int, days: int = 730) -> list[Customer]:
    """Simulate customers who began in the first third of a year."""
    chance = random.Random(seed)
    return [_customer(chance, days) for _ in range(count)]


def _customer(chance: random.Random, days: int) -> Customer:
    mean = MEAN * exp(chance.gauss(-(SPREAD_OF_MEANS**2) / 2, SPREAD_OF_MEANS))
    shape = max(1, round(SHAPE * exp(chance.gauss(0, SPREAD_OF_SHAPES))))
    changes = chance.uniform(0.3, 0.7) * days if chance.random() < CHANGES else days * 10
    later = mean * chance.choice((0.6, 1.6))
    at = chance.uniform(0, 120)
    leaves = at + chance.expovariate(1 / LEAVES)
    visits: list[int] = []
    laws: list[tuple[int, float]] = []
    while at < min(leaves, days):
        now = mean if at < changes else later
        if not visits or int(at) > visits[-1]:
            visits.append(int(at))
            laws.append((shape, now))
        at += chance.gammavariate(shape, now / shape)
    return Customer(visits, laws, leaves)
