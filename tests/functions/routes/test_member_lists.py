"""GET /v1/members: who came last, who is due, who slips away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.figures import lists
from loyalty.figures.refreshing import Refreshing
from loyalty.ledger.act import Act
from tests.functions.routes.till import till
from tests.support.figure_streams import FigureStreams
from tests.support.metering import MeteredTables

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till


def comes(shop: Shop, name: str, days: list[int]) -> Enrolled:
    """Let somebody come on these days, counted from the story's first."""
    begun = shop.world.now
    made = shop.world.enrol(name=name)
    for day in days:
        shop.world.now = begun
        shop.world.wait(days=day)
        shop.world.sell(f"{name}-{day}", total=500, member=made)
    shop.world.now = begun
    return made


@pytest.fixture
def people(shop: Shop) -> dict[str, Enrolled]:
    """Weekly, who is due; weekly until three weeks ago; somebody who came once, today."""
    fed = FigureStreams(shop.world)
    found = {
        "Weekly": comes(shop, "Weekly", [*range(0, 98, 7)]),
        "Slipping": comes(shop, "Slipping", [*range(0, 84, 7)]),
        "Once": comes(shop, "Once", [96]),
    }
    shop.world.wait(days=98)
    fed.ring(fed.news())
    Refreshing(shop.world.tables, shop.world.programs).work("coffee", shop.now)
    return found


@pytest.fixture
def counter(shop: Shop, ask: Any) -> Till:
    return till(shop, ask, "staff")


def names(told: dict[str, Any]) -> list[str]:
    return [one["member"]["first_name"] for one in told["members"]]


def test_each_order_is_what_it_says(counter: Till, people: dict[str, Enrolled]) -> None:
    assert len(people) == 3
    told = counter.told("GET", "/v1/members", order="last_visit")
    assert names(told) == ["Once", "Weekly", "Slipping"]
    assert told["members"][1]["last_visit"] == "2026-08-03"
    told = counter.told("GET", "/v1/members", order="due")
    assert names(told)[0] == "Slipping"
    weekly = next(one for one in told["members"] if one["member"]["first_name"] == "Weekly")
    assert (weekly["due"], weekly["slipping"], weekly["gone"]) == ("2026-08-10", False, False)
    assert weekly["early"] <= weekly["due"] <= weekly["late"]
    told = counter.told("GET", "/v1/members", order="slipping")
    assert names(told) == ["Slipping"]
    assert told["as_of"] == "2026-08-10"


def test_pages_go_on_where_they_ended(
    counter: Till, people: dict[str, Enrolled], monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    monkeypatch.setattr(lists, "LISTED", 2)
    Refreshing(shop.world.tables, shop.world.programs).work("coffee", shop.now)
    found, cursor = [], ""
    for _ in range(len(people)):
        told = counter.told("GET", "/v1/members", order="last_visit", limit="1", cursor=cursor)
        found += names(told)
        cursor = told["next"] or ""
    assert (found, cursor) == (["Once", "Weekly", "Slipping"], "")


def test_who_has_left_is_not_among_them(
    shop: Shop, counter: Till, people: dict[str, Enrolled]
) -> None:
    act = Act("coffee", "anna", "e", "asked")
    shop.world.erasure.erase(act, people["Weekly"].member_id, shop.now)
    told = counter.told("GET", "/v1/members", order="last_visit")
    assert names(told) == ["Once", "Slipping"]


def test_a_page_is_one_read_of_the_list(shop: Shop, people: dict[str, Enrolled]) -> None:
    metered = MeteredTables(shop.world.tables)
    page = lists.page(metered, "coffee", "due", 0, 2)
    assert len(page.members) == 2 < len(people)
    assert metered.bill.calls == ["get_many"]


def test_what_is_asked_wrongly(counter: Till) -> None:
    assert counter.ask("GET", "/v1/members")[0] == 422
    assert counter.ask("GET", "/v1/members", order="age")[0] == 422
    status, said = counter.ask("GET", "/v1/members", order="due")
    assert (status, said["code"]) == (409, "figures_missing")
    status, said = counter.ask("GET", "/v1/members", order="due", cursor="x")
    assert said["errors"][0]["code"] == "invalid_cursor"
