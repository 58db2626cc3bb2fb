"""What entries did with points: added up they are what the account has, whatever happened."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.core.account import NEVER, Entry, Hold, Posting
from loyalty.figures.points import GIVEN, STAFF, USED, Movements, owed_points
from loyalty.store import reading
from tests.loyalty.ledger.acts import act
from tests.support.deciding import FAR, MAY, NOON, account, second

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World

DAY = NOON.date().toordinal()


def there(standing: Account) -> dict[str, int]:
    """Return what a member has, not yet has or has reserved, less debt."""
    sums = {}
    for name, pot in standing.pots.items():
        held = sum(hold.amount(name) for hold in standing.holds.values())
        waiting = sum(amount for _, _, amount in pot.pending)
        sums[name] = sum(amount for _, amount in pot.lots) + waiting + held - pot.debt
    return {name: number for name, number in sums.items() if number}


def entry(seq: int, *postings: Posting, at: int = 0) -> Entry:
    moment = int((NOON + timedelta(days=at)).timestamp()) * 1_000_000
    return Entry("coffee", "ann", seq, "earn", moment, "f", "k", 1, postings, "", "")


EARNED = entry(1, Posting("earn", "points", "lot", 10, FAR), Posting("earn", "", "spend", 1000))
USED_SOME = entry(2, Posting("redeem", "points", "lot", -4, FAR), at=1)
TAKEN_BACK = entry(
    3,
    Posting("reverse", "points", "lot", -6, FAR),
    Posting("reverse", "points", "debt", 3),
    Posting("return", "points", "lot", 1, FAR),
    at=40,
)


def test_every_arrival_of_entries_ends_the_same() -> None:
    entries = [EARNED, USED_SOME, TAKEN_BACK]
    whole = Movements().followed_by(entries, "UTC")
    assert whole.points == {
        (DAY, "points", "earn"): 10,
        (DAY + 1, "points", "redeem"): -4,
        (DAY + 40, "points", "reverse"): -9,
        (DAY + 40, "points", "return"): 1,
    }
    assert (whole.seq, whole.standing) == (3, {"points": -2})
    # Doubled and in turn; what comes before what is missing waits for it.
    dice = random.Random(7)
    for _ in range(20):
        found = Movements()
        while found.seq < 3:
            found = found.followed_by(dice.choices(entries, k=2), "UTC")
        assert found == whole
    assert Movements().followed_by([USED_SOME, TAKEN_BACK], "UTC") == Movements()


def test_causes_are_asked_for_by_days() -> None:
    whole = Movements().followed_by([EARNED, USED_SOME, TAKEN_BACK], "UTC")
    assert whole.between("points", GIVEN, DAY, DAY + 40) == 10
    assert whole.between("points", GIVEN, DAY, DAY + 41) == 1
    assert whole.between("points", USED, DAY + 1, DAY + 99) == -3
    assert whole.between("points", STAFF, 0, DAY + 99) == 0
    assert whole.between("stamps", GIVEN, 0, DAY + 99) == 0


def test_a_day_is_a_local_one() -> None:
    found = Movements().followed_by([EARNED], "Pacific/Auckland")
    assert [day for day, _, _ in found.points] == [DAY + 1]


def test_what_is_owed_is_all_that_may_still_be_used_by_the_month_of_its_end() -> None:
    ends = second(2026, 6, 1)  # the first second in which it is gone: it ends in May
    standing = account(
        (ends, 5),
        (ends + 1, 7),
        (NEVER, 2),
        pending=((FAR, ends, 11),),
        holds={"h": Hold((("points", NEVER, 3), ("stamps", NEVER, 90)))},
        debt=4,
    )
    assert owed_points(standing, "points", "UTC") == {MAY: 16, MAY + 1: 7, None: 5}
    assert owed_points(standing, "points", "America/New_York") == {MAY: 23, None: 5}
    assert owed_points(account((ends, 5), closed=True), "points", "UTC") == {}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_to_a_member_adds_up(world: World, ann: Enrolled, seed: int) -> None:
    """Sales, refunds of what was spent, redemptions, holds, gifts and waiting, in any order."""
    ben = world.enrol()
    dice = random.Random(seed)
    for number in range(25):
        name = f"{dice.randrange(6)}"
        kind = dice.randrange(5)
        if kind < 2:
            world.sell(name, version=number + 1, total=dice.randrange(0, 3000, 100), member=ann)
        elif kind == 2:
            world.staff.give(act(f"g{number}"), ann.member_id, "points", 5, world.now)
        elif kind == 3:
            world.staff.adjust(act(f"a{number}"), ann.member_id, "points", -3, world.now)
        else:
            world.staff.transfer(
                act(f"t{number}"), ann.member_id, ben.member_id, "points", 2, world.now
            )
        world.wait(days=dice.randrange(4))
    for member in (ann, ben):
        entries = reading.read_entries(world.tables, "coffee", member.member_id)
        moved = Movements().followed_by(entries, "UTC")
        assert moved.standing == there(world.account(member))
        assert moved.seq == world.account(member).seq
