"""Rewards: once per id, the answer kept, a decline for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.refusals import refused
from tests.support.soundness import sound

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World


def test_a_reward_is_redeemed_once_per_id(world: World, ann: Enrolled) -> None:
    world.sell(total=2500, member=ann)
    first = world.redeem(ann)
    assert first.body == {"outcome": "redeemed", "balance": 150, "price": 100}
    assert not first.replayed
    assert world.redeem(ann, "r2").body["balance"] == 50
    again = world.redeem(ann)
    assert again.body == first.body
    assert again.replayed
    assert world.balance(ann) == 50
    assert sound(world, ann)


def test_a_decline_is_final_for_its_id(world: World, ann: Enrolled) -> None:
    declined = world.redeem(ann)
    assert declined.body["outcome"] == "declined"
    world.sell(total=9000, member=ann)
    assert world.redeem(ann).body == declined.body
    assert world.balance(ann) == 900


def test_a_success_is_replayed_even_when_the_balance_is_gone(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, member=ann)
    first = world.redeem(ann)
    assert world.redeem(ann).body == first.body
    assert world.balance(ann) == 0


def test_an_id_stands_for_one_request_only(world: World, ann: Enrolled) -> None:
    world.sell(total=2500, member=ann)
    world.redeem(ann)
    with refused("id_reused"):
        world.redeem(world.enrol())
    assert world.balance(ann) == 150


def test_a_reward_that_is_not_there(world: World, ann: Enrolled) -> None:
    with refused("unknown_reward") as error:
        world.redeem(ann, reward="free-tea")
    assert error.value.detail == "The program has no such reward; it has: free-coffee."


def test_a_forged_card_is_declined(world: World, ann: Enrolled) -> None:
    world.sell(total=2500, member=ann)
    forged = ann.card_code[:-1] + ("A" if ann.card_code[-1] != "A" else "B")
    answer = world.spending.redeem(
        "coffee",
        source="till",
        redemption="forged",
        card_code=forged,
        reward="free-coffee",
        now=world.now,
    )
    assert answer.body["reason"] == "card_not_found"


def test_what_was_redeemed_offline_is_refused_and_a_late_repeat_is_not(
    world: World, ann: Enrolled
) -> None:
    world.sell(total=5000, member=ann)
    made = world.now

    def redeem(name: str) -> Any:
        return world.spending.redeem(
            "coffee",
            source="till",
            redemption=name,
            card_code=ann.card_code,
            reward="free-coffee",
            now=world.now,
            made_at=made,
        )

    world.wait(minutes=5)
    first = redeem("in time")
    assert first.body["outcome"] == "redeemed"
    world.wait(hours=20)
    with refused("offline_redemption", match="offline"):
        redeem("too late")
    again = redeem("in time")
    assert (again.replayed, again.body) == (True, first.body)
    assert world.balance(ann) == 400
