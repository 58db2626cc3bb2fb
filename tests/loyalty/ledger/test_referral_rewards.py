"""Both sides of a referral hold what was promised exactly while the friend has bought."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.member import Application
from loyalty.core.order import BASKET, Part
from loyalty.ledger.act import Act
from loyalty.members.enrolment import Enrolled
from loyalty.messages import Contact
from loyalty.store import commit
from tests.support import soundness
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.core.account import Account

RULE = {"pot": "points", "referrer": 50, "friend": 20, "minimum": 500}


class Shop:
    """Ann, who brought Ben."""

    def __init__(self, **changes: Any) -> None:
        self.world = World(seed=5)
        self.world.put_program(**{"referral": RULE, **changes})
        self.ann = self.world.enrol()
        applied = Application(
            "Ben",
            Contact("email", "ben@example.com"),
            None,
            "en",
            "2026-11",
            None,
            self.ann.card_code,
        )
        ben = self.world.enrolment.enrol("coffee", applied, self.world.now)
        assert isinstance(ben, Enrolled)
        self.ben = ben

    def sell(self, order: str, part: Part) -> None:
        report = self.world.report(order=order, member=self.ben)
        self.world.sales.record_order(replace(report, parts=(part,)), self.world.now)

    @property
    def rewards(self) -> tuple[int, int]:
        """What Ann has, and what Ben has beyond a point for every ten cents spent."""
        ann, ben = self.world.account(self.ann), self.world.account(self.ben)
        return worth(ann), worth(ben) - ben.spend // 10

    def act(self, name: str) -> Act:
        return Act("coffee", "anna", name, "because")

    def sound(self) -> None:
        assert soundness.faults(self.world) == []


def worth(account: Account) -> int:
    return account.balance("points") - account.pot("points").debt


def basket(version: int, total: int, **more: Any) -> Part:
    return Part(BASKET, version, more.pop("status", "completed"), total, **more)


def test_rewards_go_with_a_full_refund_and_come_again_with_the_next_purchase() -> None:
    shop = Shop()
    shop.sell("1", basket(1, 499))
    assert shop.rewards == (0, 0)
    shop.sell("2", basket(1, 500))
    assert shop.rewards == (50, 20)
    assert shop.world.account(shop.ann).referrals == 1
    shop.sell("2", basket(1, 500))
    assert shop.rewards == (50, 20)
    shop.sell("2", basket(2, 500, status="refunded"))
    assert shop.rewards == (0, 0)
    assert shop.world.account(shop.ann).referrals == 0
    shop.sell("2", basket(2, 500, status="refunded"))
    shop.sell("2", basket(1, 500))
    assert shop.rewards == (0, 0)
    shop.sell("3", basket(1, 800))
    assert shop.rewards == (50, 20)
    shop.sound()


def test_another_purchase_keeps_them() -> None:
    shop = Shop()
    shop.sell("1", basket(1, 500))
    shop.sell("2", basket(1, 500))
    shop.sell("1", basket(2, 500, status="cancelled"))
    assert shop.rewards == (50, 20)
    shop.sell("2", basket(2, 500, refunded=1))
    assert shop.rewards == (0, 0)
    shop.sound()


def test_what_is_spent_is_owed_and_paid_by_the_next_purchase() -> None:
    shop = Shop()
    shop.sell("1", basket(1, 500))
    shop.world.staff.adjust(shop.act("a"), shop.ann.member_id, "points", -45, shop.world.now)
    shop.sell("1", basket(2, 500, status="refunded"))
    assert shop.world.account(shop.ann).pot("points").debt == 45
    shop.sell("2", basket(1, 500))
    assert worth(shop.world.account(shop.ann)) == 5
    shop.sound()


def test_what_is_forgiven_once_is_not_asked_for_at_every_order_after() -> None:
    shop = Shop(debt="forgive")
    shop.sell("1", basket(1, 500))
    shop.world.staff.adjust(shop.act("a"), shop.ann.member_id, "points", -50, shop.world.now)
    shop.sell("1", basket(2, 500, status="refunded"))
    shop.world.staff.give(shop.act("g"), shop.ann.member_id, "points", 30, shop.world.now)
    shop.sell("2", basket(1, 10))
    assert shop.rewards[0] == 30
    # And is not given twice.
    shop.sell("3", basket(1, 500))
    assert shop.rewards[0] == 30
    shop.sound()


@pytest.mark.parametrize("gone", ["ann", "ben"])
def test_who_has_left_is_left_alone(gone: str) -> None:
    shop = Shop()
    shop.sell("1", basket(1, 500))
    left = getattr(shop, gone)
    shop.world.erasure.erase(shop.act("e"), left.member_id, shop.world.now)
    shop.sell("1", basket(2, 500, status="refunded"))
    assert worth(shop.world.account(shop.ann)) == 0
    # Ben's own points of the order are owed by an account that nobody has; the reward is not.
    assert worth(shop.world.account(shop.ben)) == (0 if gone == "ann" else -50)
    shop.sound()


def test_what_was_promised_stays_promised() -> None:
    shop = Shop()
    shop.sell("1", basket(1, 500))
    shop.world.put_program(referral={**RULE, "referrer": 1000, "minimum": 0})
    shop.sell("1", basket(2, 500, status="refunded"))
    assert shop.rewards == (0, 0)
    shop.sell("2", basket(1, 10))
    assert shop.rewards == (50, 20)


def test_who_has_become_one_member_is_not_rewarded_for_themselves() -> None:
    shop = Shop()
    shop.world.staff.merge(shop.act("m"), shop.ben.member_id, shop.ann.member_id, shop.world.now)
    shop.sell("1", basket(1, 1000))
    assert worth(shop.world.account(shop.ann)) == 100


STORIES: dict[str, tuple[tuple[str, Part], ...]] = {
    "refunded": (("1", basket(1, 500)), ("1", basket(2, 600)), ("1", basket(3, 0))),
    "refunded in part": (
        ("1", basket(1, 900)),
        ("1", basket(2, 900, refunded=500)),
        ("1", basket(3, 900, refunded=300)),
    ),
    "one of two refunded": (
        ("1", basket(1, 500)),
        ("1", basket(2, 500, status="refunded")),
        ("2", basket(1, 700)),
        ("2", basket(2, 500)),
    ),
    "both refunded": (
        ("1", basket(1, 500)),
        ("1", basket(2, 500, status="cancelled")),
        ("2", basket(1, 700)),
        ("2", basket(2, 400)),
    ),
}


@pytest.mark.parametrize("policy", ["owe", "forgive"])
@pytest.mark.parametrize("name", STORIES)
def test_every_arrival_ends_the_same(name: str, policy: str) -> None:
    chance = random.Random(1)
    ends = []
    for arrival in permutations(STORIES[name]):
        shop = Shop(debt=policy)
        for order, part in (*arrival, chance.choice(arrival)):
            shop.sell(order, part)
        found = (
            shop.rewards,
            shop.world.account(shop.ann).pots,
            shop.world.account(shop.ben).pots,
            shop.world.account(shop.ann).referrals,
        )
        if found not in ends:
            ends.append(found)
        shop.sound()
    assert len(ends) == 1
    assert ends[0][0] in {(0, 0), (50, 20)}


def test_a_purchase_that_goes_while_the_reward_is_decided_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The referral's transaction stands on the friend's account as it was read."""
    shop = Shop()
    right = commit.commit_referral
    raced: list[bool] = []

    def race(*arguments: Any) -> None:
        if not raced:
            raced.append(True)
            monkeypatch.setattr(commit, "commit_referral", right)
            shop.sell("1", basket(2, 500, status="refunded"))
        right(*arguments)

    monkeypatch.setattr(commit, "commit_referral", race)
    shop.sell("1", basket(1, 500))
    assert raced
    assert shop.rewards == (0, 0)
    shop.sound()
