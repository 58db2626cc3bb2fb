"""Say what a program would have cost, beside others. Pure.

What an owner compares is the cost of each program over the same sales, and by how many visits more
it has to pay for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.program.rules import ONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.program.ready import Ready
    from loyalty.program.rules import Program, Reward
    from loyalty.simulation.sales import Sale, Terms
    from loyalty.simulation.tally import Tally

_ITEM = 1_000  # thousandths


@dataclass(frozen=True, slots=True)
class RewardCost:
    """How often a reward was had, and what one costs the shop; None: nobody knows.

    ``assumed``: nobody has said so; it is the usual price of the goods that earn it.
    """

    reward: str
    count: int
    each: int | None
    assumed: bool


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many members end on a level."""

    level: str
    members: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program came to.

    Attributes
    ----------
    tally
        The sums that the rest follows from.
    rewards, levels
        By reward and level of the program.
    cost, complete
        Minor units: discounts, bills that points paid, rewards whose cost is known; whether that
        is all, or rewards were had whose cost nobody knows.
    share
        The cost in basis points of ``gross``; None without sales.
    liability
        What is still owed in points at the end, at its full value, in minor units; None where the
        value of a point is not known. What will never be spent is not taken off.
    break_even
        How many visits more, in basis points of those there were, pay for the cost with the
        margin that the owner named, and for what these visits cost themselves. None where no
        number of visits does, or a cost is not known.
    """

    tally: Tally
    rewards: tuple[RewardCost, ...]
    levels: tuple[LevelCount, ...]
    cost: int
    complete: bool
    share: int | None
    liability: int | None
    break_even: int | None


def outcome(program: Program, tally: Tally, terms: Terms, prices: Mapping[str, int]) -> Outcome:
    """Return what the sums mean.

    ``prices``: what one of the goods that earn a pot usually costs, as ``item_prices`` finds it.
    """
    rewards = tuple(_reward(program, one, tally, terms, prices) for one in program.rewards)
    known = [one for one in rewards if one.each is not None]
    cost = tally.discount + tally.money + sum(one.count * (one.each or 0) for one in known)
    complete = all(one.each is not None or not one.count for one in rewards)
    return Outcome(
        tally=tally,
        rewards=rewards,
        levels=_levels(program, tally),
        cost=cost,
        complete=complete,
        share=cost * ONE // tally.gross if tally.gross else None,
        liability=_liability(program, tally, rewards),
        break_even=_break_even(tally.gross, cost, terms.margin) if complete else None,
    )


def _reward(
    program: Program, reward: Reward, tally: Tally, terms: Terms, prices: Mapping[str, int]
) -> RewardCost:
    said = terms.cost(reward.id)
    money = program.points_as_money
    worth = None
    if money is not None and money.pot == reward.pot:
        # What the same points would have paid.
        worth = reward.price * money.amount // money.points
    each = said if said is not None else prices.get(reward.pot, worth)
    return RewardCost(
        reward.id, tally.rewards.get(reward.id, 0), each, assumed=said is None and each is not None
    )


def _levels(program: Program, tally: Tally) -> tuple[LevelCount, ...]:
    if program.tiers is None:
        return ()
    return tuple(
        LevelCount(level.id, tally.levels.get(str(number), 0))
        for number, level in enumerate(program.tiers.levels)
    )


def _liability(program: Program, tally: Tally, rewards: tuple[RewardCost, ...]) -> int | None:
    total = 0
    for pot, points in tally.outstanding.items():
        money = program.points_as_money
        values = [
            (one.each, reward.price)
            for one, reward in zip(rewards, program.rewards, strict=True)
            if reward.pot == pot and one.each is not None
        ]
        if money is not None and money.pot == pot:
            values.append((money.amount, money.points))
        if points and not values:
            return None
        total += max((points * amount // price for amount, price in values), default=0)
    return total


def _break_even(gross: int, cost: int, margin: int) -> int | None:
    """Return x in ``(1 + x) (gross margin - cost) = gross margin``, in basis points, rounded up."""
    if not cost:
        return 0
    earned = gross * margin - cost * ONE
    return -(-cost * ONE * ONE // earned) if earned > 0 else None


def item_prices(program: Program, sales: Iterable[Sale]) -> dict[str, int]:
    """Return what one of the goods that earn a pot costs on average, by pot, in minor units.

    Only of pots that are earned by the item, where the sales tell lines: a card of stamps.
    """
    rules = [one for one in program.earning if one.per == "item"]
    sums = {one.pot: [0, 0] for one in rules}
    for sale in sales:
        for line in sale.lines:
            for rule in rules:
                if line.amount > 0 and rule.only.takes(line.category, line.item):
                    sums[rule.pot][0] += line.amount
                    sums[rule.pot][1] += line.quantity
    return {
        pot: amount * _ITEM // quantity for pot, (amount, quantity) in sums.items() if quantity > 0
    }


def mechanics(program: Program) -> frozenset[str]:
    """Return what a program works by."""
    found = {
        "stamps": any(pot.kind == "stamps" for pot in program.pots),
        "points": any(pot.kind != "stamps" for pot in program.pots),
        "per item": any(one.per == "item" for one in program.earning),
        "per visit": any(one.per == "visit" for one in program.earning),
        "rewards": bool(program.rewards),
        "points pay": program.points_as_money is not None,
        "discount": program.discount is not None,
        "levels": program.tiers is not None,
        "growing discount": program.tiers is not None
        and any(one.discount for one in program.tiers.levels),
        "multiplied": program.tiers is not None
        and any(one.multiplier > ONE for one in program.tiers.levels),
        "promotions": bool(program.promotions),
        "welcome": program.welcome is not None,
        "referral": program.referral is not None,
    }
    return frozenset(name for name, there in found.items() if there)


def nearest(program: Program, templates: Iterable[Ready], most: int = 3) -> tuple[Ready, ...]:
    """Return the programs to start from that work most like this one: by Jaccard's distance."""
    own = mechanics(program)

    def distance(one: Ready) -> float:
        theirs = mechanics(one.program)
        return 1 - len(own & theirs) / max(1, len(own | theirs))

    # Sorting keeps the order of the list where two are as near.
    return tuple(sorted(templates, key=distance)[:most])
