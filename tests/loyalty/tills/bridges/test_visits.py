"""The generic visit webhook: a visit in our own words, every fault of it told at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty.core.part import BASKET
from loyalty.core.report import OrderKey
from loyalty.refusals import Refusal
from loyalty.tills.reading import Message
from loyalty.tills.registry import CONNECTORS
from tests.support.vendors import Shop, plain, program, read, sender

AT = datetime(2026, 5, 4, 11, 30, tzinfo=UTC)


def told(**changes: Any) -> dict[str, Any]:
    message: dict[str, Any] = plain("visits", "3-came")
    visit = message["data"]["visit"]
    visit.update(changes)
    message["data"]["visit"] = {name: one for name, one in visit.items() if one is not ...}
    return message


def only(**changes: Any) -> Any:
    reading = CONNECTORS["visits"].read(sender("visits"), Message(told(**changes)))
    (visit,) = reading.visits
    assert reading.reports == ()
    return visit


def faults(**changes: Any) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        only(**changes)
    return {one.pointer.rpartition("/")[2]: one.code for one in refused.value.fields}


def test_who_came_is_a_sale_of_what_was_paid() -> None:
    visit = only()
    assert visit.key == OrderKey("conformance", "visits", "OWNVISIT000001")
    assert (visit.version, visit.status, visit.at) == (3, "came", AT)
    assert visit.ends == datetime(2026, 5, 4, 12, tzinfo=UTC)
    (basket,) = visit.sale.parts
    assert (basket.key, basket.status, basket.total, basket.refunded) == (
        BASKET,
        "completed",
        30000,
        0,
    )
    kinds = {hint.partition(":")[0] for hint in visit.hints}
    assert kinds == {"customer", "phone"}, "the code in the fixture is no code"


@pytest.mark.parametrize(
    ("status", "as_sale"),
    [
        ("booked", "open"),
        ("came", "completed"),
        ("no_show", "cancelled"),
        ("cancelled", "cancelled"),
        ("canceled", "cancelled"),
    ],
)
def test_each_status_and_what_it_is_as_a_sale(status: str, as_sale: str) -> None:
    visit = only(status=status)
    assert visit.status == status.replace("canceled", "cancelled")
    assert visit.sale.parts[0].status == as_sale


def test_the_instant_of_the_change_will_do_for_a_version() -> None:
    visit = only(version=..., updated_at="2026-05-04T14:00:00.5+02:00")
    assert visit.version == 1_777_896_000_500_000
    assert faults(version=..., updated_at="yesterday") == {"updated_at": "instant"}
    assert faults(version=...) == {"version": "missing"}


def test_without_money_it_is_a_sale_of_nothing() -> None:
    assert only(total=..., currency=...).sale.parts[0].total == 0


def test_a_client_may_be_absent_or_emptily_told() -> None:
    nobody: tuple[Any, ...] = (..., None, [], {}, "")
    for client in nobody:
        assert only(client=client).hints == ()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert faults(id="", status="maybe", at="at noon", total="12.50", refunded=-1) == {
        "id": "string_pattern_mismatch",
        "status": "literal_error",
        "at": "instant",
        "total": "int_type",
        "refunded": "greater_than_equal",
    }
    assert faults(ends_at="2026-05-04T11:00:00Z") == {"ends_at": "before_at"}
    assert faults(refunded=30001) == {"refunded": "less_than_equal"}
    assert faults(location="nowhere") == {"location": "unknown_location"}
    assert faults(currency="EUR") == {"currency": "currency_mismatch"}
    assert faults(currency=...) == {"currency": "missing"}


def test_other_messages_are_not_for_us() -> None:
    assert read(sender("visits"), {"type": "order.updated"}).ignored == ("other",)


@pytest.mark.parametrize(("total", "earned"), [(..., 0), (0, 0), (1, 1), (250_000, 1)])
def test_a_program_that_counts_visits_counts_those_that_were_paid(total: Any, earned: int) -> None:
    """Staff give the stamp for a visit without money (docs/tills/visits.md)."""
    shop = Shop("visits")
    rules = program(earning=[{"pot": "points", "points": 1, "per": "visit"}])
    shop.world.programs.put(rules)
    shop.world.restart()
    shop.world.now += timedelta(hours=2)
    at = (shop.world.now - timedelta(hours=1)).isoformat()
    client = {"id": "c-1", "card_code": shop.customer.card_code}
    currency = ... if total is ... else "RUB"
    paid = {"total": total, "currency": currency, "ends_at": ...}
    for version in (1, 2):
        shop.tell(told(version=version, client=client, at=at, **paid))
    account = shop.world.account(shop.customer, "conformance")
    assert (shop.points, account.visits) == (earned, earned)
