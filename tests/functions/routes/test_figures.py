"""/v1/figures and /v1/goals: what an owner, and an accountant, is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions import moving
from loyalty.figures.reading import TABLES
from tests.functions.routes.till import till
from tests.support.events import sqs
from tests.support.figure_streams import FigureStreams

if TYPE_CHECKING:
    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Till:
    """An owner whose shop has sold for two days, with figures worked out on the third."""
    fed = FigureStreams(shop.world)
    members = [shop.world.enrol() for _ in range(3)]
    shop.world.put_program("coffee")
    for day in range(2):
        for number, one in enumerate([*members, None]):
            shop.world.sell(f"{day}-{number}", total=1000 + number, member=one)
        shop.world.wait(days=1)
    fed.ring(fed.news())
    made = till(shop, ask, "owner")
    assert made.ask("POST", "/v1/figures/work-out") == (202, {"asked": True})
    assert ask(moving, sqs(shop.queues.bodies("moving"))) == {"batchItemFailures": []}
    return made


def of(told: dict[str, Any], name: str, days: int) -> dict[str, Any]:
    (group,) = told["groups"]
    (found,) = [one for one in group["figures"] if (one["name"], one["days"]) == (name, days)]
    figure: dict[str, Any] = found
    return figure


def test_each_figure_says_what_it_means_and_rests_on(owner: Till) -> None:
    told = owner.told("GET", "/v1/figures")
    assert (told["as_of"], told["currency"], told["by"]) == ("2026-05-06", "USD", "")
    assert told["worked_out"] == "2026-05-06T12:00:00Z"
    active = of(told, "active", 30)
    assert (active["value"], active["n"], active["previous"]) == (3, 3, 0)
    assert active["definition"].startswith("Members who came")
    assert of(told, "net", 30)["value"] == 2 * (1000 + 1001 + 1002 + 1003)
    few = of(told, "repeat_rate", 90)
    assert (few["value"], few["n"], few["missing"]) == (None, 3, "too_few")
    assert of(told, "nps", 90)["missing"] == "never_asked"


def test_parts_and_days(owner: Till) -> None:
    told = owner.told("GET", "/v1/figures", by="age")
    assert [group["value"] for group in told["groups"]] == [""]
    days = owner.told("GET", "/v1/figures/days")["days"]
    assert [(row["day"], row["sales"], row["member_sales"], row["visits"]) for row in days] == [
        ("2026-05-04", 4, 3, 3),
        ("2026-05-05", 4, 3, 3),
    ]
    assert [row["new"] for row in days] == [3, 0]
    points = owner.told("GET", "/v1/figures/points", first="2026-05-04", last="2026-05-04")
    (row,) = points["days"]
    assert (row["pot"], row["given"] > 0, row["used"]) == ("points", True, 0)


def test_today_is_told_at_once(shop: Shop, owner: Till) -> None:
    fed = FigureStreams(shop.world)
    fed.news()
    shop.world.sell("today", total=700)
    fed.ring(fed.news())
    told = owner.told("GET", "/v1/figures/today")
    assert told["day"] == "2026-05-06"
    (row,) = told["locations"]
    assert (row["sales"], row["net"], row["visits"]) == (1, 700, 0)
    assert told["usual_today"] is None, "no Wednesday is known"
    shop.world.wait(days=5, hours=1)
    told = owner.told("GET", "/v1/figures/today")
    assert told["day"] == "2026-05-11"
    assert told["usual_today"] == 3, "as many as by nine on that Monday"


@pytest.mark.parametrize("name", ["cohorts", "groups", "owing", "staff"])
def test_every_chart_is_told(owner: Till, name: str) -> None:
    assert owner.told("GET", f"/v1/figures/{name}")["as_of"] == "2026-05-06"


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/v1/figures", {"by": "shoe-size"}, "unknown_group"),
        ("/v1/figures/days", {"first": "2026-13-01"}, "not_a_day"),
        ("/v1/figures/days", {"first": "2026-05-02", "last": "2026-05-01"}, "before_the_first"),
        ("/v1/figures/days", {"first": "2024-05-02", "last": "2026-05-01"}, "too_many_days"),
    ],
)
def test_what_is_asked_wrongly_is_told_by_its_field(
    owner: Till, path: str, query: dict[str, str], code: str
) -> None:
    status, said = owner.ask("GET", path, **query)
    assert (status, said["code"]) == (422, "invalid_request")
    assert [one["code"] for one in said["errors"]] == [code]


def test_before_they_are_worked_out_that_is_said(shop: Shop, ask: Any) -> None:
    status, said = till(shop, ask, "owner").ask("GET", "/v1/figures")
    assert (status, said["code"]) == (409, "figures_missing")


def test_an_accountant_reads_and_sets_nothing(shop: Shop, ask: Any, owner: Till) -> None:
    accountant = till(shop, ask, "accountant")
    assert accountant.told("GET", "/v1/figures/owing")["pots"]
    goal = {"figure": "active", "days": 30, "target": 9, "by": "2026-12-31"}
    status, said = accountant.ask("PUT", "/v1/goals/more", goal)
    assert (status, said["code"]) == (403, "scope_missing")
    assert owner.told("PUT", "/v1/goals/more", goal)["target"] == 9
    assert accountant.told("GET", "/v1/goals")["goals"][0]["id"] == "more"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_file(shop: Shop, owner: Till, table: str) -> None:
    told = owner.told("GET", f"/v1/figures/tables/{table}")
    place = f"figures/coffee/tables/{table}.csv"
    assert told == {"url": f"https://get-object.example/{place}", "seconds": 900}
    text = shop.moved.objects[place].decode("utf-8-sig")
    assert text.splitlines()[0].count(",") >= 1


def test_no_cell_of_a_table_is_a_formula(shop: Shop, owner: Till) -> None:
    owner.told("GET", "/v1/figures/tables/days")
    text = shop.moved.objects["figures/coffee/tables/days.csv"].decode("utf-8-sig")
    header, *rows = text.splitlines()
    assert header.startswith("day,location,sales,")
    assert rows[0].startswith("2026-05-04,,4,")
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row.split(","))


def test_a_goal_says_how_far_it_has_come(shop: Shop, ask: Any, owner: Till) -> None:
    goal = {"figure": "active", "days": 30, "target": 9, "by": "2026-05-26", "main": True}
    told = owner.told("PUT", "/v1/goals/more", goal)
    assert (told["start"], told["since"], told["value"], told["done"]) == (3, "2026-05-06", 3, 0)
    fed = FigureStreams(shop.world)
    fed.news()
    for number in range(3):
        shop.world.sell(f"n{number}", total=500, member=shop.world.enrol())
    fed.ring(fed.news())
    shop.world.wait(days=10)
    owner.ask("POST", "/v1/figures/work-out")
    ask(moving, sqs(shop.queues.bodies("moving")[-1:]))
    (told,) = owner.told("GET", "/v1/goals")["goals"]
    assert (told["value"], told["done"], told["gone"]) == (6, 5000, 5000)
    assert (told["expected"], told["on_pace"], told["reached"]) == (9, True, False)
    # Another target keeps where it began; a second one that is watched takes the place of this.
    again = owner.told("PUT", "/v1/goals/more", {**goal, "target": 6})
    assert (again["start"], again["reached"]) == (3, True)
    owner.told("PUT", "/v1/goals/less", {**goal, "figure": "sales", "target": 50})
    assert {one["id"]: one["main"] for one in owner.told("GET", "/v1/goals")["goals"]} == {
        "less": True,
        "more": False,
    }
    assert owner.told("DELETE", "/v1/goals/less") == {"id": "less"}
    assert owner.ask("DELETE", "/v1/goals/less")[0] == 404
    changes = owner.told("GET", "/v1/audit")["changes"]
    assert [one["what"] for one in changes if one["what"].startswith("goal.")] == [
        "goal.removed", "goal.put", "goal.put", "goal.put",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"figure": "luck"}, "unknown_figure"),
        ({"days": 31}, "unknown_figure"),
        ({"figure": "nps", "days": 0}, "unknown_figure"),
        ({"by": "2026-05-06"}, "not_a_day"),
        ({"by": "2036-05-06"}, "not_a_day"),
        ({"target": -1}, "greater_than_equal"),
    ],
)
def test_what_can_be_no_goal(owner: Till, changes: dict[str, Any], code: str) -> None:
    goal = {"figure": "active", "days": 30, "target": 9, "by": "2026-12-31", **changes}
    status, said = owner.ask("PUT", "/v1/goals/more", goal)
    assert (status, said["errors"][0]["code"]) == (422, code)
