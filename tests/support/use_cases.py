"""The use cases of the ledger as one process has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.ledger.coupon_uses import Coupons
from loyalty.ledger.nightly import Nightly
from loyalty.ledger.offers import Offers
from loyalty.ledger.order_acts import OrderActs
from loyalty.ledger.receipts import Receipts
from loyalty.ledger.reconcile import Reconciliation
from loyalty.ledger.referral_rewards import ReferralRewards
from loyalty.ledger.sales import Sales
from loyalty.ledger.spending import Spending
from loyalty.ledger.staff import Staff
from loyalty.ledger.told_twice import ToldTwice
from loyalty.ledger.visits import Visits
from loyalty.members.erase import Erasure
from loyalty.members.merging import Merging
from loyalty.members.naming_cards import ShortCodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.ledger.books import Books


class UseCases:
    """All of them over the same books.

    ``bridged``: what booking tools tell is compared with what tills do.
    """

    def __init__(
        self, books: Books, new_short_code: Callable[[], str], *, bridged: bool = False
    ) -> None:
        told_twice = ToldTwice(books) if bridged else None
        self.sales = Sales(books, ReferralRewards(books), told_twice)
        self.visits = Visits(books, self.sales, told_twice)
        self.receipts = Receipts(books, self.sales)
        self.spending = Spending(books, self.sales)
        self.coupons, self.offers = Coupons(books, self.sales), Offers(books)
        self.staff = Staff(books)
        self.merging = Merging(books, self.staff)
        self.order_acts = OrderActs(books, self.sales, ReferralRewards(books))
        self.erasure = Erasure(books)
        self.nightly = Nightly(books, Reconciliation(books), ShortCodes(books, new_short_code))
