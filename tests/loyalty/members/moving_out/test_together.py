"""What members do together moves with them: causes, goals with their groups, draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import draw as drawing
from loyalty.core.cause import Cause
from loyalty.core.coupon import Coupon
from loyalty.core.draw import Draw, Purchases
from loyalty.ledger.donating import Causes
from loyalty.members.moving_out import together
from loyalty.store import campaign_book
from tests.loyalty.campaigns.test_saving import NOON, Saving
from tests.loyalty.ledger.acts import act
from tests.loyalty.ledger.test_drawing_prizes import beacon, draws
from tests.loyalty.members.moving_out.test_moving_out import (
    FOLDER,
    carried,
    ledger,
    others,
    restored,
    restoring,
    standing,
)
from tests.support import soundness
from tests.support.memory import Killed, MemoryTables
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

NAME = {"en": "Spring", "ru": "Весна"}
TOGETHER = (
    "CAUSE#", "COLLECTED#", "SAVING#", "GROUP#", "SAVES#", "DRAW#", "ENTERED#", "TICKET#",
    "HANDED#", "EVENTS", "PLACES",
)  # fmt: skip


def kept(world: World) -> dict[Any, Any]:
    """Return what members do together, without when it is looked at next."""
    return {
        key: {name: value for name, value in item.items() if name != "wt"}
        for key, item in world.tables.items.items()
        if key.table == "state" and key.sk.startswith(TOGETHER)
    }


def story() -> tuple[Saving, list[Enrolled]]:
    """A cause, two groups on their way and one that is there, draws in each of their states."""
    shop = Saving(target=100)
    world, now = shop.world, int(NOON.timestamp())
    ann, ben, cat, dan, eve = people = [world.enrol() for _ in range(5)]
    cake = Coupon("cake", NAME, codes=3, pot="points", points=5)
    world.offers.make("coffee", cake, "key:owner", NOON)
    for number, closes in enumerate((1, 2, 30)):
        sent = Draw(f"d{number}", NAME, NAME, (NAME,), "points", 2, 50, now + closes * 86_400)
        draws(world).put("coffee", sent, 0, "k", NOON)
    bought = Purchases("spend", 500, now - 60)
    may = Draw("may", NAME, NAME, (NAME,), "", 0, 50, now + 30 * 86_400, bought)
    draws(world).put("coffee", may, 0, "k", NOON)
    Causes(world.books).put("coffee", Cause("cats", NAME, NAME, "points", 5), 0, "k", NOON)
    Causes(world.books).put("coffee", Cause("dogs", NAME, NAME, "points", 5), 0, "k", NOON)
    for one in (ann, ben, cat):
        shop.earn(one, 60)
        draws(world).heard("coffee", one.member_id, NOON)
    shop.begin(ann, shows=True)
    shop.join(ben)
    shop.begin(cat, "bbbbbbbbbbbb")
    shop.begin(dan, "cccccccccccc")
    shop.earn(ann, 61)
    shop.earn(ben, 62)  # it is reached: both are given their points
    shop.earn(cat, 30)
    assert shop.group().reached
    for number in range(3):
        draws(world).enter("coffee", ann.member_id, f"d{number}", 2, f"a{number}", NOON)
        draws(world).enter("coffee", ben.member_id, f"d{number}", 3, f"b{number}", NOON)
    Causes(world.books).give("coffee", ann.member_id, "cats", 7, "g1", NOON)
    Causes(world.books).give("coffee", cat.member_id, "cats", 5, "g2", NOON)
    world.erasure.erase(act("e"), eve.member_id, NOON)
    world.wait(days=1, minutes=1)
    fixed = draws(world).close("coffee", "d0", "k", world.now).fixed
    assert fixed is not None
    world.wait(days=1)
    draws(world).decide("coffee", "d0", beacon(fixed.round), "k", world.now)
    draws(world).close("coffee", "d1", "k", world.now)
    world.tables.write(campaign_book.hand_out("coffee", "cake", 1))
    return shop, people


def test_all_of_it_is_the_same_there() -> None:
    shop, _ = story()
    world = shop.world
    there = restored(carried(world), world.now)
    assert kept(there) == kept(world)
    assert len(kept(world)) > 25
    assert ledger(there) == ledger(world)
    assert standing(there) == standing(world)
    assert others(there) == others(world)
    assert soundness.faults(there) == []
    assert Causes(there.books).one("coffee", "cats").collected.points == 12
    assert campaign_book.handed_out(there.tables, "coffee", "cake") == 1


def test_it_goes_on_there_where_it_stopped() -> None:
    shop, (ann, ben, cat, dan, _) = story()
    there = restored(carried(shop.world), shop.world.now)
    # A form that is sent once more, after the move, gives nothing twice.
    balance = there.balance(ann)
    again = Causes(there.books).give("coffee", ann.member_id, "cats", 7, "g1", there.now)
    draws(there).enter("coffee", ann.member_id, "d2", 2, "a2", there.now)
    assert (again.replayed, there.balance(ann)) == (True, balance)
    assert Causes(there.books).one("coffee", "cats").collected.points == 12
    # Whom the round of a fixed list takes is whom it takes here.
    world = shop.world
    for one in (world, there):
        one.wait(minutes=15)
        assert draws(one).tick(beacon, one.now) == {"drawn": 1}
    won = [draws(one).winners("coffee", "d1") for one in (world, there)]
    assert won[0] == won[1] != []
    # Groups count on: nothing of before counts twice, and nobody is given their prize again.
    saving = object.__new__(Saving)
    saving.world, saving.number = there, 100
    before = saving.group("bbbbbbbbbbbb").amount
    saving.leave(dan)
    saving.join(dan, "bbbbbbbbbbbb")
    saving.earn(cat, 10)
    assert saving.group("bbbbbbbbbbbb").amount == before + 10
    gifts = saving.gifts(ann)
    saving.use.tick(there.now)
    saving.hear(ann)
    assert saving.gifts(ann) == gifts == 1
    # What is bought there counts, and what was bought before, though no bell has rung.
    assert draws(there).one("coffee", "may").entries == 3
    there.sell("new", total=5_000, member=ben)
    there.wait(days=40)
    found = draws(there).close("coffee", "may", "k", there.now)
    assert (
        found.entries == (600 + 610) // 500 + (600 + 620 + 5_000) // 500 + (600 + 300 + 100) // 500
    )
    assert found.fixed is not None
    assert found.fixed.hash == drawing.hashed(draws(there).list("coffee", "may"))


def test_whatever_cuts_it_short_it_ends_the_same() -> None:
    shop, _ = story()
    files, now = carried(shop.world), shop.world.now
    tables = MemoryTables()
    world = World(tables)
    world.now = now
    whole = restoring(world, files)
    whole.begin()
    calls = 1
    while True:
        tables.plan("killed", calls)
        try:
            for number in range(1, whole.summary()["pages"] + 1):
                whole.page(number, now)
        except Killed:
            calls += 4
        else:
            break
        finally:
            tables.fault_at = None
    assert calls > 40
    assert kept(world) == kept(shop.world)
    assert list(whole.check(now)) == []


def test_an_export_of_before_is_read_still() -> None:
    shop, _ = story()
    files = carried(shop.world)
    for kind in together.KINDS:
        del files.kept[f"{FOLDER}/{kind}-000000.jsonl"]
    there = restored(files, shop.world.now)
    assert kept(there) == {}
    assert standing(there) == standing(shop.world)


@pytest.mark.parametrize("kind", together.KINDS)
def test_a_check_names_what_was_lost_or_is_another(kind: str) -> None:
    shop, _ = story()
    files = carried(shop.world)
    there = restored(files, shop.world.now)
    assert list(restoring(there, files).check(there.now)) == []
    place = {"causes": "COLLECTED#", "goals": "SAVING#", "groups": "GROUP#", "draws": "ENTERED#"}
    prefix = place.get(kind, {"tickets": "TICKET#", "handed": "HANDED#"}.get(kind, ""))
    for key in [one for one in there.tables.items if one.sk.startswith(prefix)]:
        del there.tables.items[key]
    found = [one for one in restoring(there, files).check(there.now) if one.startswith(kind)]
    assert found
    assert all("not here as it was carried out" in one for one in found)
