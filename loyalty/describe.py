"""The program in plain sentences, for the join page, the card page and the back of the pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words

if TYPE_CHECKING:
    from loyalty.program import EarnRule, Language, PotRule, Program, Reward


def describe(program: Program, language: Language) -> tuple[str, ...]:
    """Return one sentence per rule that a customer should know."""
    discount = program.discount
    return (
        *(_earning(program, rule, language) for rule in program.earning),
        *(_reward(reward, language) for reward in program.rewards),
        *(_expiry(pot, language) for pot in program.pots if pot.expiry and pot.expiry.months),
        *((_discount(discount.basis_points, language),) if discount else ()),
    )


def _earning(program: Program, rule: EarnRule, language: Language) -> str:
    return words.phrase(
        language,
        "earn",
        points=words.plural(language, "points", rule.points),
        amount=words.money(language, rule.amount or 1, program.currency),
    )


def _reward(reward: Reward, language: Language) -> str:
    points = words.plural(language, "points", reward.price)
    return words.phrase(language, "reward", reward=reward.name[language], points=points)


def _expiry(pot: PotRule, language: Language) -> str:
    months = words.plural(language, "months", (pot.expiry and pot.expiry.months) or 0)
    return words.phrase(language, "expiry", months=months)


def _discount(basis_points: int, language: Language) -> str:
    return words.phrase(language, "discount", percent=words.percent(language, basis_points))
