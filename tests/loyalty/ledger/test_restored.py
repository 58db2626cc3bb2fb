"""After a restore the two tables are of different moments: the ledger wins, by itself."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands import members
from loyalty.core.decide.spending import Price
from loyalty.ledger import nightly
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.refusals import Busy
from loyalty.store import keys, rebuilding
from tests.support import soundness
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled

COFFEE = Price(reward="free-coffee")


def request(name: str) -> Request:
    return Request("coffee", "till", name, "endpoint:till")


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")


class Restored:
    """A shop whose table has lost the last write of ann's account, and of nothing else."""

    def __init__(self, last: Callable[[Restored], Any] | None = None) -> None:
        self.world = World(seed=5)
        self.world.put_program()
        self.ann, self.ben = self.world.enrol(), self.world.enrol()
        self.world.sell(total=5000, member=self.ann)
        before = deepcopy(self.item(self.ann))
        (last or sell)(self)
        self.wanted = deepcopy(self.item(self.ann))
        self.world.tables.items[self.key(self.ann)] = before

    def key(self, member: Enrolled) -> Any:
        return keys.account_key("coffee", member.member_id)

    def item(self, member: Enrolled) -> dict[str, Any]:
        found: dict[str, Any] = self.world.tables.items[self.key(member)]
        return found

    def is_whole(self) -> bool:
        mere = {"r", "c", "sh", "wp", "wt", "pv"}
        found, wanted = (
            {name: value for name, value in item.items() if name not in mere}
            for item in (self.item(self.ann), self.wanted)
        )
        return found == wanted


def sell(shop: Restored) -> None:
    shop.world.sell(order="2", total=1000, member=shop.ann)


def refund(shop: Restored) -> None:
    shop.world.sell(version=2, total=5000, status="refunded", member=shop.ann)


def redeem(shop: Restored) -> None:
    shop.world.spending.spend(request("r"), shop.ann.card_code, COFFEE, shop.world.now)


def hold(shop: Restored) -> None:
    shop.world.spending.hold(request("h"), shop.ann.card_code, COFFEE, shop.world.now)


def give(shop: Restored) -> None:
    shop.world.staff.give(act("g"), shop.ann.member_id, "points", 5, shop.world.now)


def transfer(shop: Restored) -> None:
    who = (shop.ann.member_id, shop.ben.member_id)
    shop.world.staff.transfer(act("t"), *who, "points", 9, shop.world.now)


def merge(shop: Restored) -> None:
    shop.world.staff.merge(act("m"), shop.ann.member_id, shop.ben.member_id, shop.world.now)


def three(shop: Restored) -> None:
    give(shop)
    sell(shop)
    redeem(shop)


LASTS = (sell, refund, redeem, hold, give, transfer, merge, three)


@pytest.mark.parametrize("last", LASTS, ids=lambda last: last.__name__)
def test_the_next_write_goes_through(last: Callable[[Restored], Any]) -> None:
    shop = Restored(last)
    shop.world.staff.give(act("next"), shop.ann.member_id, "points", 1, shop.world.now)
    assert soundness.faults(shop.world) == []
    assert shop.world.slept == [] or max(shop.world.slept) < 1


@pytest.mark.parametrize("last", LASTS, ids=lambda last: last.__name__)
def test_the_night_repairs_those_who_do_not_come(
    last: Callable[[Restored], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "RECONCILE_NIGHTS", 1)
    shop = Restored(last)
    pages = shop.world.night()
    assert sum(page.rebuilt for page in pages) == 1
    assert [fault for page in pages for fault in page.faults] == []
    assert shop.is_whole()
    assert sum(page.rebuilt for page in shop.world.night()) == 0


@pytest.mark.parametrize("last", LASTS, ids=lambda last: last.__name__)
def test_the_command_repairs_everybody(last: Callable[[Restored], Any]) -> None:
    shop, said = Restored(last), list[str]()
    assert members.rebuild(shop.world.tables, None, said.append) == 1
    assert said == ["Looked at 2 accounts; rebuilt 1."]
    assert shop.is_whole()
    assert members.rebuild(shop.world.tables, None, said.append) == 0


def test_a_repeat_of_what_was_lost_is_answered_as_it_was() -> None:
    shop = Restored(redeem)
    again = shop.world.spending.spend(request("r"), shop.ann.card_code, COFFEE, shop.world.now)
    assert (again.replayed, again.body["outcome"]) == (True, "redeemed")
    sell(shop)
    assert shop.world.balance(shop.ann) == 500 - 100 + 100


@pytest.mark.corrupts
def test_what_was_corrupted_is_not_taken_for_what_was_restored() -> None:
    """An account that is behind and wrong besides is for a person to look at, who can name it."""
    shop = Restored()
    shop.item(shop.ann)["p"]["points"][0][1] += 7
    with pytest.raises(Busy):
        give(shop)
    assert rebuilding.catch_up(shop.world.tables, "coffee", shop.ann.member_id) is False
    assert rebuilding.rebuild(shop.world.tables, "coffee", shop.ann.member_id) is True
    assert shop.is_whole()
    assert rebuilding.rebuild(shop.world.tables, "coffee", shop.ann.member_id) is False
    give(shop)


def test_an_account_that_is_gone_comes_back_from_its_entries() -> None:
    shop = Restored(merge)
    del shop.world.tables.items[shop.key(shop.ann)]
    assert rebuilding.rebuild(shop.world.tables, "coffee", shop.ann.member_id) is True
    assert shop.is_whole()
    assert rebuilding.rebuild(shop.world.tables, "coffee", "nobody") is False


def test_two_at_once_rebuild_it_once() -> None:
    shop = Restored(three)
    tables, right = shop.world.tables, shop.world.tables.query

    def meanwhile(*asked: Any) -> Any:
        tables.query = right
        sell(shop)
        return right(*asked)

    tables.query = meanwhile
    give(shop)
    shop.world.sell(order="3", total=100, member=shop.ann)
    assert soundness.faults(shop.world) == []
