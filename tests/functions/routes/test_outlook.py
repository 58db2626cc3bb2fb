"""What is ahead of a member: when they come next, and what ends when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from tests.functions.routes.till import till
from tests.functions.screens.visiting import Visitor
from tests.support.figure_streams import FigureStreams

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def looked(shop: Shop, ask: Any, address: str) -> str:
    """Return a screen, with plain spaces."""
    return " ".join(unescape(Visitor(shop, ask).look(address)).split())


def listed(owner: Any) -> list[tuple[Any, Any]]:
    """Return last visit and next of everybody in the list."""
    found = owner.told("POST", "/v1/members/search", {})["members"]
    return [(one["last_visit"], one["due"]) for one in found]


def test_a_rhythm_is_told_and_what_they_have_by_its_end(shop: Shop, ask: Any) -> None:
    shop.world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    fed, ann = FigureStreams(shop.world), shop.world.enrol()
    owner = till(shop, ask, "owner")
    path = f"/v1/members/{ann.member_id}/outlook"
    assert owner.told("GET", path) == {"visits": None, "lots": []}
    assert listed(owner) == [(None, None)]
    for number in range(8):
        shop.world.sell(f"o-{number}", total=1_000, member=ann)
        shop.world.wait(days=7)
    fed.ring(fed.news())
    told = owner.told("GET", path)
    visits = told["visits"]
    assert (visits["last_visit"], visits["repeats"]) == ("2026-06-22", 7)
    assert 6 <= visits["every"] <= 8
    assert visits["early"] <= visits["due"] <= visits["late"]
    assert not visits["slipping"]
    assert listed(owner) == [(visits["last_visit"], visits["due"])], "as the member's page says"
    shop.world.enrol(name="Ben")
    assert listed(owner) == [(visits["last_visit"], visits["due"]), (None, None)]
    page = looked(shop, ask, "/console/members")
    due = f"was expected Jun {int(visits['due'][8:])}, 2026"  # by the clock on the wall
    assert f"<span>last came Jun 22, 2026</span> <span>{due}</span>" in page
    # Points live twelve months to the end of the month: two months of earning end apart.
    ends = [(one["ends_at"][:7], one["points"]) for one in told["lots"]]
    assert ends == [("2027-06", 400), ("2027-07", 400)]
    page = looked(shop, ask, f"/console/members/{ann.member_id}")
    assert f"Comes about every {visits['every']} days. Expected around Jun " in page
    assert "What ends when" in page
    shop.world.now += timedelta(days=60)
    assert owner.told("GET", path)["visits"]["slipping"]
    page = looked(shop, ask, f"/console/members/{ann.member_id}")
    assert "Last here on Jun 22, 2026" in page


def test_of_nobody_nothing_is_told(shop: Shop, ask: Any) -> None:
    owner = till(shop, ask, "owner")
    assert owner.ask("GET", f"/v1/members/{'0' * 32}/outlook")[0] == 404
