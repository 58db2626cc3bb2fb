"""The night finds whatever two tables can disagree about, one account at a time; and only that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.publishing import Publisher
from loyalty.core.decide.spending import Price
from loyalty.core.member import Application
from loyalty.core.order import OrderKey
from loyalty.ledger import nightly
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.messages import Contact
from loyalty.store import keys
from tests.support import healthy
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from loyalty.store.tables import Key

NAME = "Secretary-Canary"


class Quiet:
    """Queues that take everything."""

    def put(self, _: Any) -> None:
        pass


class Shop:
    """A shop in which everything has happened once: every kind of fact, entry and head."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(nightly, "RECONCILE_NIGHTS", 1)
        world = self.world = World(seed=5)
        world.now = datetime(2026, 5, 4, 12, tzinfo=UTC)
        world.put_program(
            referral={"pot": "points", "referrer": 40, "friend": 20},
            birthday={"pot": "points", "points": 7},
            welcome={"pot": "points", "points": 3},
            earning=[{"pot": "points", "points": 7, "amount": 90}],
        )
        self.ann = self.join("ann")
        self.ben = self.join("ben", self.ann.card_code)
        self.old, self.gone = self.join("old"), self.join("gone")
        for number, member in enumerate((self.ann, self.ben, self.old, self.gone)):
            world.sell(order=f"{number}", total=5000, member=member)
        spending, now = world.spending, world.now
        price, code = Price(reward="free-coffee"), self.ann.card_code
        spending.spend(request("r"), code, price, now, OrderKey("coffee", "till", "0"))
        spending.spend(request("u"), code, price, now)
        spending.undo(request("u"), code, now)
        spending.hold(request("c"), code, price, now)
        spending.capture(request("c"), code, now, 60)
        spending.hold(request("l"), code, price, now)
        spending.release(request("l"), code, now)
        world.staff.adjust(act("a"), self.ann.member_id, "points", -3, now)
        world.staff.give(act("g"), self.ann.member_id, "points", 5, now)
        world.staff.transfer(act("t"), self.ann.member_id, self.ben.member_id, "points", 9, now)
        world.staff.merge(act("m"), self.old.member_id, self.ben.member_id, now)
        world.erasure.erase(act("e"), self.gone.member_id, now)
        world.sell(order="0", version=2, total=2500, member=self.ann)
        world.sell(order="2", version=2, total=2500, status="refunded", member=self.old)
        world.sell(order="parked", total=500)
        self.publish()

    def join(self, name: str, referrer: str | None = None) -> Enrolled:
        contact = Contact("email", f"{name}@canary.example")
        born = date(1990, 5, 4)
        applied = Application(NAME, contact, born, "en", "2026-11", None, referrer)
        enrolled = self.world.enrolment.enrol("coffee", applied, self.world.now)
        self.world.prove(enrolled)
        return enrolled

    def publish(self) -> None:
        Publisher(self.world.tables, Quiet()).sweep(2**40)

    def night(self) -> list[str]:
        pages = self.world.night()
        return [fault for page in pages for fault in page.faults]

    def item(self, key: Key) -> dict[str, Any]:
        found: dict[str, Any] = self.world.tables.items[key]
        return found

    def account(self, member: Enrolled) -> dict[str, Any]:
        return self.item(keys.account_key("coffee", member.member_id))

    def order(self, name: str) -> dict[str, Any]:
        return self.item(keys.order_key(OrderKey("coffee", "till", name)))

    def fact(self, kind: str, name: str, source: str = "anna") -> Key:
        return keys.fact_key("coffee", kind, source, name)

    def entry(self, member: Enrolled, kind: str) -> Key:
        entry = next(one for one in self.world.entries(member) if one.kind == kind)
        return keys.entry_key("coffee", member.member_id, entry.seq)


def request(name: str) -> Request:
    return Request("coffee", "till", name, "endpoint:till")


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(monkeypatch)


def test_a_sound_program_is_sound_and_everything_was_looked_at(shop: Shop) -> None:
    assert shop.night() == []
    shop.publish()
    pages = shop.world.night()
    assert [page.faults for page in pages] == [(), ()]
    assert sum(page.reconciled for page in pages) == 4
    assert sum(page.orders for page in pages) == 5
    kinds = {
        one.kind for member in (shop.ann, shop.ben, shop.gone) for one in shop.world.entries(member)
    }
    assert kinds >= {"earn", "reverse", "redeem", "hold", "capture", "release", "return", "adjust"}
    assert kinds >= {"gift", "welcome", "birthday", "referral", "transfer", "merge", "close"}


def drop(shop: Shop, key: Key) -> None:
    del shop.world.tables.items[key]


def put_more_into_an_order(shop: Shop) -> None:
    shop.order("1")["u"]["points"] = "400"


def put_other_money_into_an_order(shop: Shop) -> None:
    shop.order("1")["sp"] -= 1


def change_what_an_order_was(shop: Shop) -> None:
    shop.order("0")["pa"][0][3] += 90


def forget_that_an_order_counted(shop: Shop) -> None:
    del shop.order("1")["x"]


def give_an_order_to_somebody_else(shop: Shop) -> None:
    shop.order("0")["m"] = shop.ben.member_id


def give_back_more_than_was_spent(shop: Shop) -> None:
    shop.order("0")["st"][0][2] = 101


def name_an_entry_of_something_else(shop: Shop) -> None:
    shop.order("1")["e"] = 1


def name_an_entry_that_is_not_there(shop: Shop) -> None:
    shop.order("1")["e"] = 77


def lose_a_fact(kind: str, name: str, source: str = "anna") -> Callable[[Shop], None]:
    return lambda shop: drop(shop, shop.fact(kind, name, source))


def let_a_fact_name_another_entry(shop: Shop) -> None:
    shop.item(shop.fact("gift", "g"))["en"][0][1] -= 1


def transfer_to_nobody(shop: Shop) -> None:
    (giver, *_) = shop.item(shop.fact("transfer", "t"))["en"]
    shop.item(shop.fact("transfer", "t"))["en"] = [giver]


def lose_the_other_side_of_a_transfer(shop: Shop) -> None:
    drop(shop, shop.entry(shop.ben, "transfer"))


def merge_into_nobody(shop: Shop) -> None:
    shop.account(shop.old)["su"] = "nobody"


def lose_a_mark(shop: Shop) -> None:
    shop.account(shop.ann)["c"] += 1


def leave_a_mark_behind(shop: Shop) -> None:
    shop.account(shop.ann).update(wp=keys.publish("coffee", shop.ann.member_id), wt=1)


def wait_where_nobody_looks(shop: Shop) -> None:
    account = shop.account(shop.ann)
    account.update(wp="publish#somewhere", wt=1, c=account["c"] + 1)


def hand_over_a_later_card(shop: Shop) -> None:
    shop.account(shop.ann)["pv"] += 5


def reopen_an_account(shop: Shop) -> None:
    shop.account(shop.gone)["t"][3] = 0


def change_a_lot(shop: Shop) -> None:
    shop.account(shop.ann)["p"]["points"][0][1] += 1


def lose_the_person(shop: Shop) -> None:
    drop(shop, keys.member_key("coffee", shop.ann.member_id))


def give_a_side_more(shop: Shop) -> None:
    shop.item(keys.referral_key("coffee", shop.ben.member_id))["si"][3] += 1


def let_somebody_else_have_brought(shop: Shop) -> None:
    member = keys.member_key("coffee", shop.ben.member_id)
    shop.item(member)["rf"] = shop.gone.member_id


CORRUPTED: dict[str, tuple[str, Callable[[Shop], None]]] = {
    "an order holds more than it is worth": ("I11", put_more_into_an_order),
    "an order holds other money": ("I11", put_other_money_into_an_order),
    "an order is another than was posted": ("I11", change_what_an_order_was),
    "an order has posted and not counted": ("I11", forget_that_an_order_counted),
    "an order is somebody else's": ("I4", give_an_order_to_somebody_else),
    "more given back than spent": ("I5", give_back_more_than_was_spent),
    "an order names a foreign entry": ("I4", name_an_entry_of_something_else),
    "an order names no entry": ("I4", name_an_entry_that_is_not_there),
    "an order is lost": (
        "I4",
        lambda shop: drop(shop, keys.order_key(OrderKey("coffee", "till", "1"))),
    ),
    "a redemption is lost": ("I4", lose_a_fact("redemption", "r", "till")),
    "an undoing is lost": ("I4", lose_a_fact("undo", "u", "till")),
    "a hold is lost": ("I4", lose_a_fact("hold", "c", "till")),
    "a capture is lost": ("I4", lose_a_fact("capture", "c", "till")),
    "a release is lost": ("I4", lose_a_fact("release", "l", "till")),
    "an adjustment is lost": ("I4", lose_a_fact("adjust", "a")),
    "a gift is lost": ("I4", lose_a_fact("gift", "g")),
    "a transfer is lost": ("I4", lose_a_fact("transfer", "t")),
    "a merge is lost": ("I4", lose_a_fact("merge", "m")),
    "a goodbye is lost": ("I4", lose_a_fact("erase", "e")),
    "a fact names another entry": ("I4", let_a_fact_name_another_entry),
    "a transfer arrives nowhere": ("I10", transfer_to_nobody),
    "a transfer's other entry is lost": ("I4", lose_the_other_side_of_a_transfer),
    "a referral has given more": ("I11", give_a_side_more),
    "a referral is lost": (
        "I4",
        lambda shop: drop(shop, keys.referral_key("coffee", shop.ben.member_id)),
    ),
    "a referral is somebody else's": ("I4", let_somebody_else_have_brought),
    "a merge into nobody": ("I13", merge_into_nobody),
    "a changed card is not marked": ("I12", lose_a_mark),
    "a mark is left behind": ("I12", leave_a_mark_behind),
    "a mark lies where nobody looks": ("I12", wait_where_nobody_looks),
    "a later card was handed over": ("I12", hand_over_a_later_card),
    "an account is open again": ("I1", reopen_an_account),
    "a lot has changed": ("I1", change_a_lot),
    "nobody behind an account": ("I12", lose_the_person),
}


@pytest.mark.parametrize("name", CORRUPTED)
@pytest.mark.corrupts
def test_what_is_corrupted_is_found_and_named_without_a_word_about_anybody(
    name: str, shop: Shop
) -> None:
    assert shop.night() == []
    shop.publish()
    number, corrupt = CORRUPTED[name]
    corrupt(shop)
    faults = shop.night()
    assert any(f"{number}: " in fault for fault in faults), faults
    assert not any(NAME in fault or "canary" in fault for fault in faults)
    # The night tells; it mends nothing in the ledger.
    assert any(f"{number}: " in fault for fault in shop.night())


@pytest.mark.corrupts
def test_an_entry_under_a_second_account_is_found(shop: Shop) -> None:
    """One fact in two accounts, each of which is sound by itself."""
    shop.night()
    world = shop.world
    world.staff.give(act("x"), shop.ann.member_id, "points", 5, world.now)
    place = shop.fact("gift", "x")
    first = dict(shop.item(place))
    drop(shop, place)
    world.staff.give(act("x"), shop.ben.member_id, "points", 5, world.now)
    shop.publish()
    assert any("I4: " in fault for fault in shop.night())
    world.tables.items[place] = first
    assert any("I4: " in fault for fault in shop.night())


@pytest.mark.corrupts
def test_a_quiet_night_with_corruption_ends_for_everybody_else(shop: Shop) -> None:
    shop.night()
    del shop.order("1")["u"]
    pages = shop.world.night()
    assert sum(page.reconciled for page in pages) == 4
    faults = [fault for page in pages for fault in page.faults]
    assert faults
    assert all(shop.ben.member_id in fault or "O#till#1" in fault for fault in faults)


def test_whoever_writes_meanwhile_is_looked_at_another_night(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before and after a sale does not fit together, and is no fault."""
    shop.night()
    shop.publish()
    tables, right = shop.world.tables, shop.world.tables.query
    sold: list[str] = []

    def busy(table: Any, pk: str, prefix: str = "") -> Any:
        if pk.endswith(shop.ann.member_id) and not sold:
            sold.append(pk)
            shop.world.sell(order="meanwhile", total=100, member=shop.ann)
        return right(table, pk, prefix)

    monkeypatch.setattr(tables, "query", busy)
    assert shop.night() == []
    assert sold


@pytest.mark.corrupts
def test_the_memory_is_that_of_one_account(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of one item each come to the same: nothing is carried from one to the next."""
    shop.night()
    corrupt = (put_more_into_an_order, lose_a_fact("gift", "g"), merge_into_nobody)
    for one in corrupt:
        one(shop)
    whole = sorted(shop.night())
    monkeypatch.setattr(nightly, "PAGE", 1)
    assert sorted(shop.night()) == whole
    assert len(whole) >= len(corrupt)
    twice = replace(nightly.Cursor(0, 1))
    assert shop.world.nightly.run(twice, shop.world.now) == shop.world.nightly.run(
        twice, shop.world.now
    )


@pytest.mark.parametrize("end", ["somebody else's", "lapsed"])
def test_an_order_that_never_counted_may_pass_on_or_lapse(end: str) -> None:
    """What came due when it was reported stands in an entry that names it, and is no posting."""
    world = World(seed=5)
    world.put_program(pots=[{"id": "points", "expiry": {"inactivity_months": 3}}])
    ann, ben = world.enrol(), world.enrol()
    world.sell(total=500, status="open", member=ann)
    assert [entry.fact for entry in world.entries(ann)] == ["order#till#1#1"]
    world.erasure.erase(act("e"), ann.member_id, world.now)
    if end == "lapsed":
        del world.tables.items[keys.order_key(OrderKey("coffee", "till", "1"))]
    else:
        world.sell(version=2, total=500, member=ben)
        assert world.balance(ben) == 50
    assert healthy.ringing(world) == []
