"""Once all is quiet, both wallets show the account's card (I12): the half that loyalty cannot see.

Sales, refunds, redemptions, gifts, time and new versions of the program change cards; phones and
Google hear of it doubled, late and through losses. In the end the pass on the phone, the object at
Google and the card drawn from the account are one, under one version.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from functions.wiring import google as google_wallet
from loyalty.card.publishing import Publisher
from loyalty.core.decide.spending import Price
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.store import keys
from passes.google import objects
from tests.support import soundness
from tests.support.apple import PASS_TYPE
from tests.support.apple_shop import Phone
from tests.support.apple_shop import Shop as Phones
from tests.support.google_shop import shop

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.google_shop import Shop

__all__ = ["shop"]


class Both:
    """Members with a card in each wallet."""

    def __init__(self, shop: Shop, world: Any, chance: random.Random) -> None:
        self.shop, self.issuer, self.chance = shop, world.issuer, chance
        shop.put_program("coffee", pots=[{"id": "points", "expiry": {"months": 1}}])
        self.members = [shop.enrol() for _ in range(3)]
        phones = Phones(shop)
        self.phones = {one.member_id: Phone(phones, one.member_id, chance) for one in self.members}
        for member in self.members:
            assert shop.click(member) == 302
            self.phones[member.member_id].install(phones.card(member))

    def happens(self, number: int) -> None:
        """Let something happen to somebody."""
        shop, chance = self.shop, self.chance
        member, order = chance.choice(self.members), str(chance.randrange(6))
        kind = chance.randrange(8)
        if kind < 3:
            total = chance.choice((0, 100, 1000, 2500))
            shop.sell(f"{member.member_id}-{order}", number, total, member=member)
        elif kind == 3:
            shop.sell(f"{member.member_id}-{order}", number, 500, "refunded", member=member)
        elif kind == 4:
            request = Request("coffee", "till", f"r{number}", "endpoint:till")
            price = Price(reward="free-coffee")
            shop.spending.spend(request, member.card_code, price, shop.now)
        elif kind == 5:
            act = Act("coffee", "anna", f"g{number}", "because")
            shop.staff.give(act, member.member_id, "points", 7, shop.now)
        elif kind == 6:
            shop.wait(days=chance.choice((1, 9, 40)))
            shop.restart()
            assert [page.faults for page in shop.night()] == [(), ()]
        elif chance.random() < 0.5:
            shop.ring()
            shop.work(doubled=True)
        else:
            self.phones[member.member_id].sync(loss=0.4)

    def quiet(self) -> None:
        """Let everything that is under way arrive."""
        self.shop.night()
        Publisher(self.shop.tables, self.shop).sweep(2**40)
        self.shop.work(doubled=True)
        for phone in self.phones.values():
            phone.sync()

    def faults(self, member: Enrolled) -> list[str]:
        """Return in what wallets and account disagree."""
        shop = self.shop
        found = list(soundness.cards(shop, shop.account(member)))
        card, *translations = shop.cards.in_languages("coffee", member.member_id, shop.now)
        phone = self.phones[member.member_id]
        if phone.held[card.serial][0] != {
            card_field.key: card_field.value for card_field in card.fields
        }:
            found.append("the pass shows something else")
        if phone.shop.service.list(phone.device, PASS_TYPE, phone.tag).status != 204:
            found.append("the pass has not heard of the last version")
        drawn = objects.loyalty_object(
            card,
            google_wallet._design(card.design),
            self.issuer,
            shop.now,
            translations=translations,
        )
        told = shop.shown(member)
        different = [name for name, value in drawn.items() if told.get(name) != value]
        if different:
            found.append(f"the object shows something else: {different}")
        item = shop.tables.get(keys.account_key("coffee", member.member_id))
        if "wp" in item or item["pv"] != shop.account(member).card_version:
            found.append("the last version was not handed over")
        if shop.cards.versions([card.serial]) != {card.serial: card.version}:
            found.append("the version told is not the card's")
        return found


@pytest.mark.parametrize("seed", range(4))
def test_after_quiet_both_wallets_show_the_account(seed: int, shop: Shop, world: Any) -> None:
    both = Both(shop, world, random.Random(seed))
    for number in range(1, 41):
        both.happens(number)
    both.quiet()
    for member in both.members:
        assert both.faults(member) == []


def lose_the_message_and_the_mark(both: Both, member: Enrolled) -> None:
    both.shop.sell("late", 1, 5000, member=member)
    item = both.shop.tables.items[keys.account_key("coffee", member.member_id)]
    del item["wp"], item["wt"]


def change_the_account_behind_the_card(both: Both, member: Enrolled) -> None:
    item = both.shop.tables.items[keys.account_key("coffee", member.member_id)]
    item["p"] = {"points": [[2**33, 4321], 0, "0", []]}


def raise_the_version_alone(both: Both, member: Enrolled) -> None:
    both.shop.tables.items[keys.account_key("coffee", member.member_id)]["c"] += 1


@pytest.mark.corrupts
@pytest.mark.parametrize(
    "corrupt",
    [lose_the_message_and_the_mark, change_the_account_behind_the_card, raise_the_version_alone],
)
def test_a_wallet_left_behind_is_noticed(corrupt: Any, shop: Shop, world: Any) -> None:
    """Negative controls: what reaches no wallet is told."""
    both = Both(shop, world, random.Random(1))
    for number in range(1, 11):
        both.happens(number)
    both.quiet()
    corrupt(both, both.members[0])
    assert both.faults(both.members[0])
