"""Whether a member who comes back has not come yet, t days after the last visit. Pure.

Gaps are gamma with shape k around a rate that is itself gamma (shape q, and A days): then
P(gap > t) is the regularized incomplete beta function I(A / (A + k t); q, k), NIST Digital Library
of Mathematical Functions, section 8.17.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_ENOUGH = 1e-10
_ROUNDS = 400


def not_yet(days: float, shape: float, strength: float, past: float) -> float:
    """Return P(gap > days).

    Parameters
    ----------
    days
        Days since the last visit, 0 or more.
    shape
        How regular gaps are, above 0.
    strength, past
        Shape of the rate's distribution, and its scale in days (q and A above).
    """
    if days <= 0:
        return 1.0
    gone = shape * days / (shape * days + past)
    if shape == int(shape):
        return _whole(gone, int(shape), strength)
    return incomplete_beta(1 - gone, strength, shape)


def _whole(gone: float, shape: int, strength: float) -> float:
    """Sum the terms there are for a whole shape (8.17.5 of the library): exact, and fast."""
    term = exp(strength * log1p(-gone))
    total = term
    for count in range(1, shape):
        term *= gone * (strength + count - 1) / count
        total += term
    return min(1.0, total)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return I(x; a, b) for 0 < x < 1 (continued fraction 8.17.22, evaluated after Lentz)."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front / a / _fraction(x, a, b)
    return 1 - front / b / _fraction(1 - x, b, a)


def _fraction(x: float, a: float, b: float) -> float:
    value, numerator, denominator = 1.0, 1.0, 0.0
    for step in range(1, _ROUNDS):
        half, odd = divmod(step, 2)
        if odd:
            term = -(a + half) * (a + b + half) * x / ((a + step - 1) * (a + step))
        else:
            term = half * (b - half) * x / ((a + step - 1) * (a + step))
        denominator = 1 / (1 + term * denominator or _TINY)
        numerator = 1 + term / numerator or _TINY
        value *= numerator * denominator
        if abs(numerator * denominator - 1) < _ENOUGH:
            break
    return value
