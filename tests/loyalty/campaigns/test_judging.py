"""Which campaigns worked: looked at once a day, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.campaigns.judging import judged, seen_by_owner
from loyalty.campaigns.results import results
from loyalty.store import campaign_book
from loyalty.store.campaign_book import Spent
from tests.loyalty.campaigns.test_results import Shop

if TYPE_CHECKING:
    from loyalty.campaigns.judging import Judged


def look(shop: Shop, *, time: bool = True) -> list[Judged]:
    return judged(shop.world.books, "coffee", shop.world.now, lambda: time)


def test_a_verdict_is_that_of_the_results_and_of_the_last_day() -> None:
    shop = Shop()
    shop.shop.make("draft")
    assert look(shop) == []
    shop.start()
    [first] = look(shop)
    assert (first.id, first.state, first.verdict) == ("hello", "running", "not_over")
    shop.come(lambda _, held: not held)
    shop.world.wait(days=11)
    # Nobody has time: what was said last is said again.
    assert look(shop, time=False) == [first]
    [now] = look(shop)
    kept = shop.shop.campaigns.one("coffee", "hello")
    assert now.verdict == results(shop.world.books, "coffee", kept, shop.world.now).verdict
    assert (now.verdict, now.at) == ("proven_more", int(shop.world.now.timestamp()))
    # Within the day nothing is worked out again, whatever happens.
    shop.world.wait(hours=23)
    assert look(shop) == [now]
    shop.world.wait(hours=2)
    assert look(shop)[0].at == int(shop.world.now.timestamp())
    # What is spent stands beside it, and is not touched.
    assert campaign_book.read_spent(shop.world.tables, "coffee", "hello") == Spent()


def test_nothing_is_said_before_anybody_had_time() -> None:
    shop = Shop()
    shop.start()
    assert look(shop, time=False)[0].verdict is None


def test_what_came_of_it_is_news_until_an_owner_has_looked() -> None:
    shop = Shop()
    shop.start()
    assert not look(shop)[0].fresh, "nothing can be said yet"
    shop.come(lambda _, held: not held)
    shop.world.wait(days=11)
    [now] = look(shop)
    assert now.fresh
    kept = shop.shop.campaigns.one("coffee", "hello")
    told = results(shop.world.books, "coffee", kept, shop.world.now)
    assert now.sentences == told.sentences
    seen_by_owner(shop.world.books, "coffee", "hello", told.verdict)
    assert not look(shop)[0].fresh
    shop.world.wait(days=1)
    assert not look(shop)[0].fresh, "looked at once is looked at"


def test_news_ends_by_itself() -> None:
    shop = Shop()
    shop.start()
    shop.come(lambda _, held: not held)
    shop.world.wait(days=11)
    assert look(shop)[0].fresh
    shop.world.wait(days=13)
    assert look(shop)[0].fresh
    shop.world.wait(days=1)
    assert not look(shop)[0].fresh


def test_what_proves_nothing_is_told_once_it_has_ended() -> None:
    shop = Shop()
    shop.start()
    shop.come(lambda number, _: number % 2 == 0)
    shop.world.wait(days=11)
    [one] = look(shop)
    assert (one.verdict, one.fresh) == ("not_proven", False)
    kept = shop.shop.campaigns.one("coffee", "hello")
    shop.shop.campaigns.move(
        "coffee", "hello", kept.version, "cancelled", "key:ada", shop.world.now
    )
    assert look(shop)[0].fresh
