"""The program in plain sentences, for the join page, the card page and the back of the pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words

if TYPE_CHECKING:
    from loyalty.program import EarnRule, PotRule, Program, Reward


def describe(program: Program, language: str) -> tuple[str, ...]:
    """Return one sentence per rule that a customer should know."""
    discount = program.discount
    return (
        *(_earning(program, rule, language) for rule in program.earning),
        *(_reward(reward, language) for reward in program.rewards),
        *(_expiry(pot, language) for pot in program.pots if pot.expires_after_months),
        *((_discount(discount.basis_points, language),) if discount else ()),
    )


def _earning(program: Program, rule: EarnRule, language: str) -> str:
    return words.phrase(
        language,
        "earn",
        points=words.plural(language, "points", rule.points),
        amount=words.money(language, rule.per_amount, program.currency),
    )


def _reward(reward: Reward, language: str) -> str:
    points = words.plural(language, "points", reward.price)
    return words.phrase(language, "reward", reward=reward.name[language], points=points)


def _expiry(pot: PotRule, language: str) -> str:
    months = words.plural(language, "months", pot.expires_after_months or 0)
    return words.phrase(language, "expiry", months=months)


def _discount(basis_points: int, language: str) -> str:
    return words.phrase(language, "discount", percent=words.percent(language, basis_points))
