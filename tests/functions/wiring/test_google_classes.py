"""A program's class is sent when it changed, by whoever knows the newest program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.support.google_shop import Shop, accounts, balance, sold

if TYPE_CHECKING:
    import pytest

    from loyalty.members.enrolment import Enrolled


def test_a_new_process_sends_the_class_only_when_it_changed(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    for number in range(3):
        shop.restart_google()
        sold(shop, member, str(number))
    assert not [count for count in google.counts() if "Class" in count]
    shop.rename("Beans")
    shop.restart_google()
    sold(shop, member, "last")
    assert google.counts()["PATCH loyaltyClass 200"] == 1
    (found,) = google.ask("GET", "/inspect/classes")["classes"]
    assert found["programName"] == "Beans"
    assert found["reviewStatus"] == "APPROVED"
    shop.restart_google()
    sold(shop, member, "very last")
    assert google.counts()["PATCH loyaltyClass 200"] == 1


def test_a_process_with_an_older_program_does_not_send_its_class(
    shop: Shop, google: Any, member: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shop.programs.current("coffee")
    shop.rename("Beans")
    shop.restart_google()
    sold(shop, member, "1")
    kept = shop.programs._current["coffee"]
    shop.programs._current["coffee"] = replace(kept, program=old)
    for account in accounts(google):
        account.classes.clear()
    sold(shop, member, "2")
    (found,) = google.ask("GET", "/inspect/classes")["classes"]
    assert found["programName"] == "Beans"


def test_a_class_whose_patch_went_unanswered_is_sent_again(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    shop.rename("Beans")
    shop.restart_google()
    google.fault(method="PATCH", path="/loyaltyClass/")
    sold(shop, member, "1")
    assert google.counts()["PATCH loyaltyClass 200"] == 1
    sold(shop, member, "2")
    assert google.counts()["PATCH loyaltyClass 200"] == 1, "not while the first may be under way"
    shop.wait(seconds=61)
    sold(shop, member, "3")
    assert google.counts()["PATCH loyaltyClass 200"] == 2
    shop.wait(seconds=61)
    sold(shop, member, "4")
    assert google.counts()["PATCH loyaltyClass 200"] == 2


def test_a_class_that_google_refuses_holds_no_card_back(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    shop.rename("Beans")
    shop.restart_google()
    google.fault(status=400, method="PATCH", path="/loyaltyClass/", next=99)
    for number in range(3):
        sold(shop, member, str(number))
        assert balance(shop, member) == {"int": shop.balance(member)}
    assert google.counts()["PATCH loyaltyClass 400"] == 1
    google.ask("DELETE", "/inspect/faults")
    shop.wait(seconds=61)
    sold(shop, member, "3")
    assert google.counts()["PATCH loyaltyClass 200"] == 1
