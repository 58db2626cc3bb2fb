"""MBG/NBD, the model of repeat buying that the literature measures others against, fitted here.

Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for customer base
analysis" (International Journal of Research in Marketing 24, 2007): visits at random at a gamma
distributed rate, and after every visit, the first one too, a beta distributed chance to stay away.
"""

from __future__ import annotations

from math import exp, lgamma, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_STEPS = 400
_FURTHEST = 12  # of a logarithm: beyond that nothing is learned
_START = (0.0, 3.0, 0.0, 0.0)  # logarithms of r, alpha, a, b


def fitted(
    known: Sequence[Sequence[int]], end: int
) -> Callable[[Sequence[int]], Callable[[int], float]]:
    """Fit to the days of visits up to ``end``; return the rule."""
    counted: dict[tuple[int, int, int], int] = {}
    for days in known:
        key = (len(days) - 1, days[-1] - days[0], end - days[0])
        counted[key] = counted.get(key, 0) + 1

    def cost(logs: Sequence[float]) -> float:
        if max(map(abs, logs)) > _FURTHEST:
            return float("inf")
        r, alpha, a, b = (exp(value) for value in logs)
        return -sum(
            times * _likelihood((r, alpha, a, b), member) for member, times in counted.items()
        )

    r, alpha, a, b = map(exp, _least(cost, _START))

    def rule(days: Sequence[int]) -> Callable[[int], float]:
        repeats, past = len(days) - 1, alpha + days[-1] - days[0]
        stays = (b + repeats) / (a + b + repeats)
        return lambda day: stays * (1 - (past / (past + day)) ** (r + repeats))

    return rule


def _likelihood(law: tuple[float, float, float, float], member: tuple[int, int, int]) -> float:
    (r, alpha, a, b), (x, tx, t) = law, member
    common = lgamma(r + x) - lgamma(r) + r * log(alpha) - _beta(a, b)
    alive = _beta(a, b + x + 1) - (r + x) * log(alpha + t)
    away = _beta(a + 1, b + x) - (r + x) * log(alpha + tx)
    larger = max(alive, away)
    return common + larger + log(exp(alive - larger) + exp(away - larger))


def _beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _least(cost: Callable[[Sequence[float]], float], start: Sequence[float]) -> list[float]:
    """Return where the cost is least (Nelder and Mead, The Computer Journal 7, 1965)."""
    size = len(start)
    points = [list(start)] + [
        [value + (0.7 if at == axis else 0.0) for at, value in enumerate(start)]
        for axis in range(size)
    ]
    costs = [cost(point) for point in points]
    for _ in range(_STEPS):
        order = sorted(range(size + 1), key=costs.__getitem__)
        points, costs = [points[at] for at in order], [costs[at] for at in order]
        center = [sum(point[axis] for point in points[:-1]) / size for axis in range(size)]
        tried = [_toward(center, points[-1], share) for share in (-1.0, -2.0, 0.5)]
        reflected = cost(tried[0])
        if reflected < costs[0]:
            found = min((reflected, tried[0]), (cost(tried[1]), tried[1]))
        elif reflected < costs[-2]:
            found = (reflected, tried[0])
        else:
            found = (cost(tried[2]), tried[2])
        if found[0] < costs[-1]:
            costs[-1], points[-1] = found
        else:
            points[1:] = [_toward(points[0], point, 0.5) for point in points[1:]]
            costs[1:] = [cost(point) for point in points[1:]]
    return points[costs.index(min(costs))]


def _toward(center: Sequence[float], point: Sequence[float], share: float) -> list[float]:
    return [c + share * (p - c) for c, p in zip(center, point, strict=True)]
