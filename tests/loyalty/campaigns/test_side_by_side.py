"""Budgets and caps hold exactly, however the writes of workers fall between one another.

One worker is stopped before each of its writes in turn, and another does all its work there. What
is allowed is counted here, from balances and cards, with nothing of the product's own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.campaigns.running import Cursor
from loyalty.core.coupon import Coupon
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.memory import MemoryTables
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.store.tables import Write

POINTS = {"kind": "points", "pot": "points", "points": 50, "cost": 30}
MEMBERS, FEW_WRITES = 3, 3


class Interrupted(MemoryTables):
    """Tables that let somebody else work before a write of a certain number."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self.at = 0
        self.then: Callable[[], object] | None = None

    def write(self, *writes: Write) -> None:
        self.writes += 1
        if self.then is not None and self.writes == self.at:
            then, self.then = self.then, None
            then()
        super().write(*writes)


def played(
    at: int, campaigns: dict[str, dict[str, Any]], theirs: tuple[str, ...]
) -> tuple[Campaigning, list[Any], bool]:
    """Play two workers, of which the second comes before the first one's write of a number.

    ``theirs`` are the campaigns that the second one works on.
    """
    tables = Interrupted()
    world = World(tables)
    world.put_program()
    world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    shop = Campaigning(world)
    people = [shop.join(f"P{number}") for number in range(MEMBERS)]
    for name, changes in campaigns.items():
        shop.start(name, **changes)
    other = Campaigning(world)
    begun = tables.writes
    tables.at = begun + at
    other.waiting += [Cursor("coffee", (name,)) for name in theirs]
    tables.then = other.work
    shop.run()
    shop.run()
    return shop, people, tables.then is None


@pytest.mark.parametrize("budget", [30, 60, 80])
def test_a_budget_holds_exactly(budget: int) -> None:
    guards = {**OPEN, "budget": budget}
    for at in range(1, 30):
        shop, people, met = played(
            at, {"gift": {"actions": [HELLO, POINTS], "guards": guards}}, ("gift",)
        )
        given = sum(shop.world.balance(one) for one in people) // 50
        assert given == budget // 30
        assert sum(bool(shop.told(one)) for one in people) == given
        outcomes = sorted(one.outcome for one in shop.claims("gift"))
        assert outcomes == ["budget"] * (MEMBERS - given) + ["sent"] * given
        if not met:
            break
    assert at > FEW_WRITES


@pytest.mark.parametrize("cap", [1, 2])
@pytest.mark.parametrize("points", [False, True], ids=["message", "points"])
@pytest.mark.parametrize("theirs", [("one", "two", "three"), ("three",)], ids=len)
def test_a_cap_across_campaigns_holds_exactly(
    cap: int,
    points: bool,  # noqa: FBT001 - pytest gives it
    theirs: tuple[str, ...],
) -> None:
    actions = [HELLO, POINTS] if points else [HELLO]
    campaign = {"actions": actions, "guards": {**OPEN, "cap": cap}}
    for at in range(1, 30):
        shop, people, met = played(at, dict.fromkeys(("one", "two", "three"), campaign), theirs)
        for one in people:
            reached = [
                claim.outcome
                for name in ("one", "two", "three")
                for claim in shop.claims(name)
                if claim.member == one.member_id
            ]
            assert sorted(reached) == ["capped"] * (3 - cap) + ["sent"] * cap
            if points:
                assert shop.world.balance(one) == 50 * cap
        if not met:
            break
    assert at > FEW_WRITES


def test_no_code_goes_to_two() -> None:
    text = {"en": "Yours: {coupon}", "ru": "Ваш: {coupon}"}
    actions = [{"kind": "message", "text": text}, {"kind": "coupon", "coupon": "mine"}]
    for at in range(1, 30):
        tables = Interrupted()
        world = World(tables)
        world.put_program()
        world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
        coupon = Coupon("mine", {"en": "Mine", "ru": "Мой"}, codes=9, pot="points", points=5)
        world.offers.make("coffee", coupon, "key:owner", world.now)
        shop = Campaigning(world)
        for number in range(2 * MEMBERS):
            shop.join(f"P{number}", born=date(1990, 5, 1) if number % 2 else None)
        # Nobody is in both: what a member was told keeps no two of them apart.
        old = {"field": "age", "at_least": 18}
        for name, audience in (("one", {"not": old}), ("two", old)):
            shop.start(name, actions=actions, audience=audience, guards=OPEN)
        other = Campaigning(world)
        other.waiting.append(Cursor("coffee", ("two",)))
        tables.at, tables.then = tables.writes + at, other.work
        shop.run()
        shop.run()
        given = [one.serial for name in ("one", "two") for one in shop.claims(name)]
        assert sorted(given) == list(range(1, 2 * MEMBERS + 1))
        if tables.then is not None:
            break
    assert at > FEW_WRITES
