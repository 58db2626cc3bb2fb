"""Possible doubles at the console: who, both sales, what each answer does; in three languages."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.double import is_double
from loyalty.messages import Contact
from loyalty.store import bridge_sources
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop


def named(shop: Shop, name: str) -> Enrolled:
    made = shop.world.applied(Contact("email", f"{name}@example.com"))
    return shop.world.enrolment.enrol("coffee", replace(made, first_name=name), shop.world.now)


def list_of(found: Visitor) -> dict[str, Any]:
    (one,) = found.api.get("/v1/orders", state="double")["orders"]
    return dict(one)


def test_two_sales_of_one_number_stand_side_by_side(shop: Shop, ask: Any) -> None:
    ann, ben = named(shop, "Ann"), named(shop, "Ben")
    shop.world.sell("r-7", total=1_250, member=ann)
    assert shop.world.sell("r-7", total=700, member=ben).double
    visitor = Visitor(shop, ask)
    one = list_of(visitor)
    assert (one["first_name"], one["total"], one["other"]["total"]) == ("Ben", 700, 1_250)
    assert (one["other"]["first_name"], one["other"]["member_id"]) == ("Ann", ann.member_id)
    for language, said in (
        ("en", "What it gave is taken back".lower()),
        ("de", "wird zurückgenommen"),
        ("ru", "начисленное по ней снимут"),
    ):
        visitor = Visitor(shop, ask, language=language)
        shown = unescape(visitor.look("/console/orders/double"))
        assert said in shown.lower()
        assert "Ann</a>" in shown
        assert "Ben</a>" in shown
        assert shown.count('class="sale"') == 2
        assert shown.count("state good") == 2, "both count meanwhile"
    answer = visitor.send("forget", source=one["source"], order=one["id"], reason="rung up twice")
    assert answer.status_code == 303
    assert (shop.world.balance(ann), shop.world.balance(ben)) == (125, 0)


def test_a_visit_that_was_told_twice_names_its_guest(shop: Shop, ask: Any) -> None:
    ann = named(shop, "Ann")
    bridge_sources.add(shop.world.tables, "coffee", "salon")
    shop.world.sell("b-1", total=5_000, member=ann, source="salon")
    visitor = Visitor(shop, ask)
    report = shop.world.report("r-8", total=5_000, member=ann)
    assert not is_double(report.key)
    from functions.wiring import ledger  # noqa: PLC0415 - the functions' own, which knows bridges

    assert ledger.sales().record_order(report, shop.world.now).double
    one = list_of(visitor)
    assert (one["why"], one["member_id"], one["first_name"]) == ("same_visit", None, "Ann")
    assert (one["other"]["source"], one["other"]["total"]) == ("salon", 5_000)
    shown = unescape(visitor.look("/console/orders/double"))
    assert shown.count("Ann</a>") == 2
    assert shown.count("state good") == 1, "one of them counts"
    assert "does not count" in shown
    assert visitor.send("keep", source=one["source"], order=one["id"], reason="two of them")
    assert shop.world.balance(ann) == 1_000


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_what_is_wrong_with_a_till_is_said_in_the_readers_language(
    shop: Shop, ask: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(shop, ask, language=language)
    hour = {"since": "2026-05-04T12:00:00Z", "counts": {"messages": 9, "not_authentic": 3}}
    told = {
        "id": "front", "scheme": "square", "kind": "till", "state": "too_few", "hours": [hour] * 2,
        "sentences": ["in English alone"], "last_message_at": None, "last_sale_at": None,
        "test": None, "days": [hour],
    }  # fmt: skip
    feed = {**told, "id": "salon", "scheme": "calendar", "kind": "bridge", "state": "unheard",
            "hours": [], "days": []}  # fmt: skip
    real = visitor.api.all

    def all_of(**asks: Any) -> dict[str, Any]:
        found = real(**asks)
        if "endpoints" in found:
            found["endpoints"] = {"endpoints": [told, feed]}
        return found

    monkeypatch.setattr(visitor.api, "all", all_of)
    shown = unescape(visitor.look("/console/tills"))
    said = {
        "en": ("Of the last 24 hours 6 messages", "No answer yet"),
        "de": ("In den letzten 24 Stunden waren 6 Meldungen", "Noch keine Antwort"),
        "ru": ("не подписаны секретом этого адреса сообщений: 6", "Ответа ещё нет"),
    }[language]
    assert all(one in shown for one in said)
    assert "in English alone" not in shown
    assert 'data-label="' in shown
