"""Prize draws: entered for points, fixed before chance decides, and told to who has won."""

from __future__ import annotations

import hashlib
import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from py_arkworks_bls12381 import Scalar

from infra.local.carriers.beacons import key, signed
from loyalty.core import draw as drawing
from loyalty.core.draw import Beacon, Draw, Purchases
from loyalty.ledger.drand import is_signed
from loyalty.ledger.drawing_prizes import Draws
from loyalty.refusals import Busy, Refusal
from loyalty.store import draw_book, reading
from tests.loyalty.ledger.acts import act
from tests.support import soundness
from tests.support.memory import Killed
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled

OURS = Scalar(5)
NAME = {"en": "Spring", "ru": "Весна"}
PRIZES = ({"en": "A basket", "ru": "Корзина"}, {"en": "A cake", "ru": "Торт"})


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program()
    closes = int(world.now.timestamp()) + 7 * 86_400
    sent = Draw("spring", NAME, NAME, PRIZES, "points", price=10, most=5, closes=closes)
    draws(world).put("coffee", sent, 0, "key:owner", world.now)
    return world


def rich(world: World, points: int = 200) -> Enrolled:
    member = world.enrol()
    world.sell(f"sale-{member.member_id[:8]}", total=points * 10, member=member)
    return member


def enter(world: World, who: Enrolled, entries: int, name: str) -> dict[str, Any]:
    use = draws(world)
    return use.enter("coffee", who.member_id, "spring", entries, name, world.now).body


def refusal(act_: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as found:
        act_()
    return found.value.code


def beacon(number: int, secret: Scalar = OURS) -> Beacon:
    said = signed(number, secret)
    return Beacon(number, str(said["randomness"]), str(said["signature"]))


def draws(world: World) -> Draws:
    return Draws(world.books, lambda one: is_signed(one, key(OURS)))


def closed(world: World) -> drawing.Fixed:
    world.wait(days=8)
    found = draws(world).close("coffee", "spring", "key:owner", world.now)
    assert found.fixed is not None
    return found.fixed


def decided(world: World, fixed: drawing.Fixed) -> list[str]:
    world.wait(minutes=11)
    use = draws(world)
    won = use.decide("coffee", "spring", beacon(fixed.round), "key:owner", world.now)
    return [one.member for one in won]


def told(world: World, who: Enrolled) -> str:
    card = world.cards.by_member("coffee", who.member_id, world.now)
    assert card is not None
    field = card.field("message")
    return field.text if field else ""


def test_entries_cost_points_and_are_counted_with_them(world: World) -> None:
    ann = rich(world)
    answer = enter(world, ann, 3, "a")
    assert (answer["outcome"], world.balance(ann)) == ("given", 170)
    assert enter(world, ann, 3, "a") == answer
    assert refusal(lambda: enter(world, ann, 3, "b")) == "too_many_entries"
    assert refusal(lambda: enter(world, ann, 0, "c")) == "too_many_entries"
    enter(world, ann, 2, "d")
    [(found, mine)] = draws(world).mine("coffee", ann.member_id)
    assert (found.entries, mine, world.balance(ann)) == (5, 5, 150)
    poor = rich(world, 9)
    assert enter(world, poor, 1, "e")["reason"] == "insufficient_balance"
    assert draw_book.entrants(world.tables, "coffee", "spring") == {ann.member_id: 5}
    assert soundness.faults(world) == []


def test_the_list_is_fixed_before_the_round_that_decides(world: World) -> None:
    ann, ben = rich(world), rich(world)
    enter(world, ann, 3, "a")
    enter(world, ben, 1, "b")
    use = draws(world)

    def close() -> Any:
        return use.close("coffee", "spring", "key:owner", world.now)

    def decide(one: Beacon) -> object:
        return use.decide("coffee", "spring", one, "key:owner", world.now)

    assert refusal(close) == "draw_not_over"
    assert use.list("coffee", "spring") == ""
    fixed = closed(world)
    assert refusal(lambda: enter(world, ann, 1, "c")) == "draw_closed"
    assert close().fixed == fixed
    text = use.list("coffee", "spring")
    assert hashlib.sha256(text.encode()).hexdigest() == fixed.hash
    assert (fixed.entries, fixed.entrants) == (4, 2)
    assert ann.member_id not in text
    assert drawing.second_of(fixed.round) > world.now.timestamp() + 599
    assert refusal(lambda: decide(beacon(fixed.round))) == "another_round"
    world.wait(minutes=11)
    assert refusal(lambda: decide(beacon(fixed.round + 1))) == "another_round"
    forged = replace(beacon(fixed.round), randomness="0" * 64)
    assert refusal(lambda: decide(forged)) == "not_a_beacon"
    assert use.winners("coffee", "spring") == []


def test_chance_decides_once_and_the_winners_are_told(world: World) -> None:
    people = [rich(world) for _ in range(4)]
    for one in people:
        enter(world, one, 2, one.member_id[:8])
    fixed = closed(world)
    won = decided(world, fixed)
    assert len(won) == len(set(won)) == 2
    names = [drawing.pseudonym("coffee", "spring", one) for one in won]
    text = draws(world).list("coffee", "spring")
    assert names == drawing.winners(drawing.parse(text), beacon(fixed.round).randomness, 2)
    said = {one.member_id: told(world, one) for one in people}
    assert said[won[0]] == "You have won: A basket. Show this at the counter."
    assert said[won[1]] == "You have won: A cake. Show this at the counter."
    assert [said[one.member_id] for one in people if one.member_id not in won] == ["", ""]
    # Another value of the same round changes nothing any more.
    use = draws(world)
    again = use.decide("coffee", "spring", beacon(fixed.round, Scalar(7)), "key:owner", world.now)
    assert [one.member for one in again] == won


def test_nobody_enters_between_the_list_and_its_hash(world: World) -> None:
    """Entries race the closing: each is in the list, or was not paid."""
    people = [rich(world) for _ in range(6)]
    dice = random.Random(3)
    write, depth = world.tables.write, [0]

    def between(*writes: Any) -> None:
        if depth[0] < 3 and dice.random() < 0.5:
            depth[0] += 1
            try:
                attempt()
            finally:
                depth[0] -= 1
        write(*writes)

    moment = world.now

    def attempt() -> None:
        # A form whose clock was read before it closed, written while the list is made.
        who = dice.choice(people)
        with suppress(Busy, Refusal):
            draws(world).enter(
                "coffee", who.member_id, "spring", dice.randint(1, 2), str(dice.random()), moment
            )

    world.tables.write = between
    for _ in range(20):
        attempt()
    fixed = closed(world)
    for _ in range(20):
        attempt()
    world.tables.write = write
    entries = draw_book.entrants(world.tables, "coffee", "spring")
    assert sum(entries.values()) == fixed.entries == draws(world).all("coffee")[0].entries
    paid = -sum(
        int(posting.amount)
        for one in people
        for entry in reading.read_entries(world.tables, "coffee", one.member_id)
        if entry.fact.startswith("draw#")
        for posting in entry.postings
        if posting.measure == "lot"
    )
    assert paid == fixed.entries * 10
    assert max(entries.values()) <= 5
    assert drawing.hashed(draws(world).list("coffee", "spring")) == fixed.hash
    assert soundness.faults(world) == []


def test_whoever_is_erased_leaves_an_open_draw_and_stays_nobody_in_a_fixed_one(
    world: World,
) -> None:
    ann, ben = rich(world), rich(world)
    enter(world, ann, 2, "a")
    enter(world, ben, 2, "b")
    world.erasure.erase(act("e1"), ann.member_id, world.now)
    assert draw_book.entrants(world.tables, "coffee", "spring") == {ben.member_id: 2}
    assert draws(world).one("coffee", "spring").entries == 2
    fixed = closed(world)
    world.erasure.erase(act("e2"), ben.member_id, world.now)
    assert decided(world, fixed) == [ben.member_id]
    assert drawing.hashed(draws(world).list("coffee", "spring")) == fixed.hash


def test_one_of_two_cards_wins_on_the_card_that_stays(world: World) -> None:
    ann, other = rich(world), rich(world)
    enter(world, ann, 1, "a")
    world.merging.merge(act("m"), ann.member_id, other.member_id, world.now)
    assert decided(world, closed(world)) == [ann.member_id]
    assert told(world, other).startswith("You have won")


def test_a_draw_that_was_entered_is_not_changed(world: World) -> None:
    use = draws(world)
    first = use.one("coffee", "spring")
    cheaper = replace(first.draw, price=5)
    assert (
        refusal(lambda: use.put("coffee", cheaper, 0, "key:owner", world.now))
        == "precondition_failed"
    )
    assert use.put("coffee", cheaper, 1, "key:owner", world.now).draw.version == 2
    ann = rich(world)
    enter(world, ann, 1, "a")
    assert world.balance(ann) == 195
    dearer = replace(cheaper, price=50)
    assert refusal(lambda: use.put("coffee", dearer, 2, "key:owner", world.now)) == "draw_entered"
    with pytest.raises(Refusal) as bad:
        use.put("coffee", replace(dearer, id="new", pot="x", closes=1), 0, "key:o", world.now)
    assert [one.pointer for one in bad.value.fields] == ["/pot", "/closes"]


def test_an_entry_that_is_written_while_the_list_is_fixed_is_not_paid(world: World) -> None:
    ann, ben = rich(world), rich(world)
    enter(world, ben, 1, "b")
    write, found = world.tables.write, list[drawing.Fixed]()

    def between(*writes: Any) -> None:
        if not found and any(one.key.sk.startswith("TICKET#") for one in writes):
            world.tables.write = write
            found.append(closed(world))
        write(*writes)

    world.tables.write = between
    assert refusal(lambda: enter(world, ann, 2, "a")) == "draw_closed"
    [fixed] = found
    assert (fixed.entries, world.balance(ann)) == (1, 200)
    assert draw_book.entrants(world.tables, "coffee", "spring") == {ben.member_id: 1}
    assert draws(world).one("coffee", "spring").entries == 1


def test_drand_decides_by_itself_when_its_round_has_happened(world: World) -> None:
    ann, ben = rich(world), rich(world)
    enter(world, ann, 3, "a")
    enter(world, ben, 1, "b")
    use = draws(world)
    asked: list[int] = []

    def ask(number: int) -> Beacon | None:
        asked.append(number)
        return beacon(number) if len(asked) > 2 else None

    assert use.tick(ask, world.now) == {}
    fixed = closed(world)
    world.wait(minutes=9)
    assert use.tick(ask, world.now) == {}
    world.wait(minutes=2)
    # It is late, and is asked again a minute later, not before.
    assert use.tick(ask, world.now) == {"silent": 1}
    assert use.tick(ask, world.now) == {}
    world.wait(minutes=2)
    assert use.tick(ask, world.now) == {"silent": 1}
    world.wait(minutes=2)
    assert use.tick(ask, world.now) == {"drawn": 1}
    assert asked == [fixed.round] * 3
    world.wait(days=1)
    assert use.tick(ask, world.now) == {}
    won = {one.member for one in use.winners("coffee", "spring")}
    assert won == {ann.member_id, ben.member_id}
    assert all("You have won" in told(world, one) for one in (ann, ben))


def test_what_drand_has_not_signed_decides_nothing(world: World) -> None:
    ann = rich(world)
    enter(world, ann, 1, "a")
    fixed = closed(world)
    world.wait(minutes=11)
    use = draws(world)
    for forged in (
        beacon(fixed.round, Scalar(7)),
        replace(beacon(fixed.round - 1), round=fixed.round),
        Beacon(fixed.round, hashlib.sha256(bytes(48)).hexdigest(), "00" * 48),
    ):

        def bring(one: Beacon = forged) -> object:
            return use.decide("coffee", "spring", one, "key:owner", world.now)

        assert refusal(bring) == "not_a_beacon"
    with pytest.raises(Refusal):
        use.tick(lambda number: beacon(number, Scalar(7)), world.now)
    assert use.winners("coffee", "spring") == []
    world.wait(minutes=2)
    assert use.tick(beacon, world.now) == {"drawn": 1}


def test_winners_who_were_not_told_are_told_later() -> None:
    calls = 1
    while calls:
        world = World()
        world.put_program()
        closes = int(world.now.timestamp()) + 7 * 86_400
        sent = Draw("spring", NAME, NAME, PRIZES, "points", price=10, most=5, closes=closes)
        draws(world).put("coffee", sent, 0, "key:owner", world.now)
        people = [rich(world), rich(world)]
        for one in people:
            enter(world, one, 1, one.member_id)
        closed(world)
        world.wait(minutes=11)
        begun = world.tables.calls
        world.tables.plan("killed_after", calls)
        try:
            draws(world).tick(beacon, world.now)
        except Killed:
            world.restart()
        met = world.tables.calls - begun >= calls
        world.tables.fault_at = None
        world.wait(minutes=2)
        draws(world).tick(beacon, world.now)
        assert all("You have won" in told(world, one) for one in people)
        calls = calls + 1 if met else 0


@pytest.fixture
def shop() -> World:
    """A draw with an entry for each ten dollars, five at most."""
    world = World()
    world.put_program()
    now = int(world.now.timestamp())
    purchases = Purchases("spend", 1_000, now - 86_400)
    sent = Draw(
        "may", NAME, NAME, PRIZES, "", price=0, most=5, closes=now + 7 * 86_400, purchases=purchases
    )
    draws(world).put("coffee", sent, 0, "key:owner", world.now)
    return world


def hear(world: World, who: Enrolled) -> int:
    return draws(world).heard("coffee", who.member_id, world.now)


def entrants(world: World) -> dict[str, int]:
    return draw_book.entrants(world.tables, "coffee", "may")


def test_purchases_are_entries_and_refunds_take_them_back_until_the_list_is_fixed(
    shop: World,
) -> None:
    ann, ben = shop.enrol(), shop.enrol()
    shop.sell("a", total=2_500, member=ann)
    assert (hear(shop, ann), hear(shop, ann)) == (1, 0)
    assert entrants(shop) == {ann.member_id: 2}
    # What is left of one purchase counts with the next.
    shop.sell("b", total=500, member=ann)
    shop.sell("c", total=900, member=ben)
    assert (hear(shop, ann), hear(shop, ben)) == (1, 0)
    assert entrants(shop) == {ann.member_id: 3}
    shop.sell("a", version=2, total=0, status="refunded", member=ann)
    hear(shop, ann)
    assert entrants(shop) == {}
    shop.sell("d", total=9_000, member=ben)
    shop.sell("e", total=1_000, member=ann)
    hear(shop, ann)
    hear(shop, ben)
    assert entrants(shop) == {ann.member_id: 1, ben.member_id: 5}
    assert draws(shop).one("coffee", "may").entries == 6
    shop.wait(days=7)
    shop.sell("late", total=3_000, member=ann)
    # Bells ring still: the list is fixed a little later.
    assert refusal(lambda: draws(shop).close("coffee", "may", "k", shop.now)) == "draw_not_over"
    assert hear(shop, ann) == 0
    shop.wait(minutes=5)
    fixed = draws(shop).close("coffee", "may", "k", shop.now).fixed
    assert fixed is not None
    assert (fixed.entries, fixed.entrants) == (6, 2)
    shop.sell("d", version=2, total=0, status="refunded", member=ben)
    assert hear(shop, ben) == 0
    assert drawing.hashed(draws(shop).list("coffee", "may")) == fixed.hash
    shop.wait(minutes=11)
    assert draws(shop).tick(beacon, shop.now) == {"drawn": 1}
    assert soundness.faults(shop) == []


def test_nobody_buys_entries_of_a_draw_by_purchases(shop: World) -> None:
    ann = rich(shop)
    use = draws(shop)
    code = refusal(lambda: use.enter("coffee", ann.member_id, "may", 1, "x", shop.now))
    assert code == "draw_closed"
    found = use.one("coffee", "may").draw
    for wrong in (
        replace(found, price=5, pot="points"),
        replace(found, purchases=None),
        replace(found, purchases=Purchases("visits", 1, found.closes)),
    ):

        def put(one: Draw = wrong) -> object:
            return use.put("coffee", replace(one, id="other"), 0, "k", shop.now)

        assert refusal(put) == "invalid_draw"


def test_who_is_erased_while_they_are_counted_is_in_no_draw(shop: World) -> None:
    ann = shop.enrol()
    shop.sell("a", total=2_000, member=ann)
    write = shop.tables.write

    def between(*writes: Any) -> None:
        shop.tables.write = write
        shop.erasure.erase(act("e"), ann.member_id, shop.now)
        write(*writes)

    shop.tables.write = between
    hear(shop, ann)
    assert not [key for key in shop.tables.items if "TICKET" in key.sk]
    assert draws(shop).one("coffee", "may").entries == 0


def test_whoever_is_erased_leaves_a_draw_by_purchases_without_a_trace(shop: World) -> None:
    ann, ben = shop.enrol(), shop.enrol()
    for one, total in ((ann, 500), (ben, 2_000)):
        shop.sell(one.member_id, total=total, member=one)
        hear(shop, one)
        shop.erasure.erase(act(f"e-{one.member_id}"), one.member_id, shop.now)
        hear(shop, one)
        assert one.member_id not in str([key for key in shop.tables.items if "TICKET" in key.sk])
    assert draws(shop).one("coffee", "may").entries == 0


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_at_once_entries_are_what_was_bought(shop: World, seed: int) -> None:
    dice = random.Random(seed)
    people = [shop.enrol() for _ in range(3)]
    sold: list[tuple[Enrolled, str, int]] = []
    kept: dict[str, int] = {}
    write, depth = shop.tables.write, [0]

    def between(*writes: Any) -> None:
        if depth[0] < 2 and dice.random() < 0.4:
            depth[0] += 1
            try:
                something()
            finally:
                depth[0] -= 1
        write(*writes)

    def something() -> None:
        who = dice.choice(people)
        with suppress(Busy, Refusal):
            match dice.randrange(4):
                case 0:
                    name, total = f"s{len(sold)}", dice.choice([300, 700, 1_500])
                    sold.append((who, name, total))
                    shop.sell(name, total=total, member=who)
                    kept[name] = total
                case 1 if kept:
                    name = dice.choice(sorted(kept))
                    [buyer] = [one for one, order, _ in sold if order == name]
                    del kept[name]
                    shop.sell(name, version=2, total=0, status="refunded", member=buyer)
                case _:
                    hear(shop, who)

    shop.tables.write = between
    for _ in range(60):
        something()
    shop.tables.write = write
    for one in people:
        hear(shop, one)
    worth = {
        one.member_id: sum(kept.get(name, 0) for who, name, _ in sold if who is one)
        for one in people
    }
    expected = {who: min(5, amount // 1_000) for who, amount in worth.items() if amount >= 1_000}
    assert entrants(shop) == expected
    assert draws(shop).one("coffee", "may").entries == sum(expected.values())


def ended(world: World) -> drawing.Fixed:
    """Fix the list once it is time, however often that has to be asked."""
    world.wait(days=7, minutes=6)
    for _ in range(20):
        with suppress(Busy):
            found = draws(world).close("coffee", "may", "key:owner", world.now)
            assert found.fixed is not None
            return found.fixed
    raise AssertionError("it never ends")


def test_a_list_is_what_was_bought_though_every_bell_was_lost(shop: World) -> None:
    people = [shop.enrol() for _ in range(7)]
    ann, ben, cid, dan, eve, fay, gus = people
    shop.sell("a", total=2_500, member=ann)
    hear(shop, ann)
    shop.sell("a2", total=1_000, member=ann)  # the bell of this one is lost, and of all that follow
    shop.sell("b", total=3_000, member=ben)
    shop.sell("b", version=2, total=0, status="refunded", member=ben)
    shop.sell("c", total=1_999, member=cid)
    shop.sell("d", total=4_000, member=dan)
    shop.sell("e", total=2_000, member=eve)
    shop.sell("g", total=2_000, member=gus)
    hear(shop, gus)
    shop.sell("g", version=2, total=0, status="refunded", member=gus)
    shop.staff.merge(act("m"), eve.member_id, fay.member_id, shop.now)
    shop.erasure.erase(act("x"), dan.member_id, shop.now)
    fixed = ended(shop)
    assert entrants(shop) == {ann.member_id: 3, cid.member_id: 1, eve.member_id: 2}
    assert (fixed.entries, fixed.entrants) == (6, 3)
    assert drawing.hashed(draws(shop).list("coffee", "may")) == fixed.hash


def test_who_has_become_another_is_in_no_list_once_the_other_is_erased(shop: World) -> None:
    eve, fay = shop.enrol(), shop.enrol()
    shop.sell("e", total=2_000, member=eve)
    shop.staff.merge(act("m"), eve.member_id, fay.member_id, shop.now)
    shop.erasure.erase(act("x"), fay.member_id, shop.now)
    assert ended(shop).entries == 0


def test_a_large_list_is_counted_in_several_goes(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty.ledger.drawing_prizes._PAGE", 2)
    monkeypatch.setattr("loyalty.ledger.drawing_prizes.COUNTED_AT_ONCE", 3)
    people = [shop.enrol() for _ in range(9)]
    for one in people:
        shop.sell(one.member_id, total=1_000, member=one)
        shop.wait(minutes=1)
    shop.wait(days=8)
    assert refusal(lambda: draws(shop).close("coffee", "may", "k", shop.now)) == "busy"
    assert len(entrants(shop)) == 4
    assert draws(shop).one("coffee", "may").state == "open"
    assert ended(shop).entries == 9
    assert entrants(shop) == {one.member_id: 1 for one in people}


def test_a_list_that_is_cut_short_anywhere_ends_as_what_was_bought(shop: World) -> None:
    people = [shop.enrol() for _ in range(3)]
    for one in people:
        shop.sell(one.member_id, total=2_000, member=one)
    shop.wait(days=8)
    calls = 1
    while True:
        shop.tables.plan("killed_after", calls)
        try:
            draws(shop).close("coffee", "may", "k", shop.now)
        except Killed:
            shop.restart()
            calls += 3
        else:
            break
        finally:
            shop.tables.fault_at = None
    assert calls > 10
    assert entrants(shop) == {one.member_id: 2 for one in people}
    assert draws(shop).one("coffee", "may").entries == 6
