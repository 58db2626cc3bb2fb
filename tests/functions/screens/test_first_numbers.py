"""The first screen's numbers, by a calendar of May 2026: the 4th and the 11th are Mondays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions import moving
from functions.screens import first_numbers
from functions.screens.calling import Ask, Told
from functions.screens.first_numbers import Pace, Proven, monday, owed, pace, proven
from tests.functions.screens.visiting import Here, Visitor
from tests.support.events import sqs
from tests.support.figure_streams import FigureStreams

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def days(visits: dict[str, int]) -> list[dict[str, Any]]:
    return [{"day": day, "visits": number} for day, number in visits.items()]


def today(*visits: int, day: str = "2026-05-13", usual: int | None = None) -> dict[str, Any]:
    rows = [{"visits": number} for number in visits]
    return {"day": day, "locations": rows, "usual_today": usual, "usual_week": usual}


def test_a_week_is_its_days_until_now() -> None:
    now = {"2026-05-10": 99, "2026-05-11": 4, "2026-05-12": 6, "2026-05-13": 99}
    found = pace(today(2, 1, usual=9), days(now))
    assert found == Pace(today=3, usual_today=9, week=13, usual_week=9)


def test_a_monday_begins_a_week() -> None:
    assert pace(today(2, day="2026-05-11"), days({"2026-05-10": 9})) == Pace(2, None, 2, None)
    assert monday("2026-05-11") == monday("2026-05-17") == "2026-05-11"


def test_points_are_owed_in_money_only_where_they_pay() -> None:
    assert owed(None) is None
    assert owed({"pots": [{"money": None}]}) is None
    assert owed({"pots": [{"money": None}, {"money": 300}, {"money": 12}]}) == 312


def test_wallets_are_told_of_once_they_did_something() -> None:
    names = ("active", "put_into_apple", "taken_from_apple", "put_into_google")
    values = ((0, 0), (0, 0), (0, 1), (2, None))
    figures = [
        {"name": name, "value": value, "previous": previous}
        for name, (value, previous) in zip(names, values, strict=True)
    ]
    shown = [one["name"] for one in first_numbers.told(figures)]
    assert shown == ["active", "taken_from_apple", "put_into_google"]


def test_campaigns_are_told_as_proven_only_where_more_came() -> None:
    assert proven([]) is None
    told: list[dict[str, Any]] = [
        {"state": "running", "verdict": "not_over"},
        {"state": "finished", "verdict": "proven_more"},
        {"state": "finished", "verdict": "proven_less"},
        {"state": "running", "verdict": "not_proven"},
        {"state": "running", "verdict": None},
    ]
    assert proven(told) == Proven(running=3, proven=1, not_proven=2)


def test_the_first_page_tells_them_and_the_second_who_was_refused(shop: Shop, ask: Any) -> None:
    fed = FigureStreams(shop.world)
    ann = shop.world.enrol()
    assert shop.world.redeem(ann).body["outcome"] == "declined"
    shop.world.sell("one", total=1000, member=ann)
    shop.world.wait(days=1)
    fed.ring(fed.news())
    visitor = Visitor(shop, ask)
    visitor.api.ask(Ask("POST", "/v1/figures/work-out"))
    assert ask(moving, sqs(shop.queues.bodies("moving"))) == {"batchItemFailures": []}
    page = visitor.look("/console")
    for what in ("Visits today", "Visits this week", "Joined", "Came a second time"):
        assert what in page, what
    money = visitor.look("/console/money")
    assert "Asked for and refused" in money
    assert "By shift" in money


@pytest.mark.parametrize(
    ("figure", "target", "kept", "named"),
    [
        ("active/30/members", "1 200", 1200, "active-30"),
        ("net/30/minor_units", "1500.50", 150_050, "net-30"),
        ("penetration/30/basis_points", "62.5", 6250, "penetration-30"),
    ],
)
def test_a_goal_is_typed_as_its_number_is_shown(  # noqa: PLR0917
    shop: Shop, ask: Any, figure: str, target: str, kept: int, named: str
) -> None:
    visitor = Visitor(shop, ask)
    sent: list[Ask] = []

    class Kept(Here):
        def _asked(self, ask: Ask) -> Told:
            if ask.method != "PUT":
                return super()._asked(ask)
            sent.append(ask)
            return Told(200, {})

    visitor.api = Kept(shop, ask)
    visitor.at = "/console/numbers"
    typed = {"figure": figure, "by": "2027-01-01", "main": "yes"}
    assert visitor.send("goal", target="many", **typed).status_code == 422
    assert visitor.send("goal", target=target, **typed).status_code == 303
    (one,) = sent
    assert one.path == f"/v1/goals/{named}"
    assert one.body["target"] == kept
    assert (one.body["figure"], one.body["days"]) == (figure.split("/", maxsplit=1)[0], 30)
