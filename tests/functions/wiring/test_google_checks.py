"""What went unanswered is looked at again, and mended."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.google_state import MOST_CHECKS
from functions.wiring import card_reading, google_state
from tests.support.google_shop import Shop, balance, checks, last_patch, sold
from tests.support.memory import Killed

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled


def test_a_late_patch_is_found_and_mended(shop: Shop, google: Any, member: Enrolled) -> None:
    google.fault(method="PATCH")  # no answer; it was repeated
    sold(shop, member, "1")
    late = last_patch(google)
    sold(shop, member, "2")
    assert checks(shop) == 1
    google.client().patch_object(late)  # and now Google carries it out
    assert balance(shop, member) != {"int": shop.balance(member)}
    shop.wait(seconds=59)
    shop.sweep()
    assert shop.messages == [], "it may still be on its way"
    shop.wait(seconds=1)
    shop.sweep()
    shop.work()
    assert balance(shop, member) == {"int": shop.balance(member)}
    assert checks(shop) == 0


def test_where_nothing_is_wrong_a_check_is_one_request(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    google.fault(status=503, after_commit=True, method="PATCH")
    sold(shop, member, "1")
    shop.wait(seconds=60)
    google.ask("DELETE", "/inspect/requests")
    for _ in range(3):
        shop.sweep()
    shop.work(doubled=True)
    assert google.counts() == {"GET loyaltyObject 200": 1}
    assert checks(shop) == 0


def test_an_answered_request_leaves_no_check(shop: Shop, google: Any, member: Enrolled) -> None:
    google.fault(status=429, next=2)
    sold(shop, member, "1")
    assert checks(shop) == 0


def test_a_check_that_meets_doubt_again_comes_later_each_time(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    google.fault(method="PATCH")
    sold(shop, member, "1")
    old = last_patch(google)
    waits = []
    for _ in range(40):
        if not checks(shop):
            break
        shop.wait(seconds=60)
        shop.sweep()
        if shop.messages:
            waits.append(shop.now)
            if len(waits) <= 3:
                google.client().patch_object(old | {"state": "INACTIVE"})
                google.fault(method="PATCH")
        shop.work()
    minutes = [(b - a).total_seconds() / 60 for a, b in itertools.pairwise(waits)]
    assert minutes[:2] == [2.0, 4.0]
    assert shop.shown(member)["state"] == "ACTIVE"
    assert checks(shop) == 0


def test_checks_end(shop: Shop) -> None:
    assert google_state.google_checks().want("coffee", "m", MOST_CHECKS) is None
    assert checks(shop) == 0


def test_a_newer_doubt_outlives_an_older_checks_end(shop: Shop) -> None:
    wanted = google_state.google_checks()
    first = wanted.want("coffee", "m")
    shop.wait(seconds=5)
    wanted.want("coffee", "m")
    assert first is not None
    wanted.done(first)
    assert checks(shop) == 1


def test_a_click_whose_process_ends_half_way_is_mended(
    shop: Shop, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = shop.enrol()
    shop.click(member)
    shop.sell(order="1", total=1000, member=member)
    card = card_reading.cards().by_member("coffee", member.member_id, shop.now)

    def die(*_: Any, **__: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("passes.google.publish._send", die)
        with pytest.raises(Killed):
            shop.click(member)
    assert card is not None
    assert checks(shop) == 1
    shop.wait(seconds=60)
    shop.sweep()
    shop.work()
    assert balance(shop, member) == {"int": shop.balance(member)}


def test_a_doubtful_click_is_looked_at_again(shop: Shop, google: Any) -> None:
    member = shop.enrol()
    google.fault(status=503, after_commit=True, path="/loyaltyObject")
    assert shop.click(member) == 302
    assert checks(shop) == 1
    assert shop.click(member) == 302
    assert checks(shop) == 1, "what is certain now does not settle what may come late"
    shop.wait(seconds=60)
    shop.sweep()
    shop.work()
    assert checks(shop) == 0
