"""docs/load.md says how many functions run at a time as the template does; the crowd is sane."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from benchmarks.load import AGAIN, Gateway, inbox, phones, requests
from tests.infra import rules

PAGE = Path(__file__).parents[2] / "docs" / "load.md"


def test_the_page_says_how_many_run_at_a_time(production: dict[str, Any]) -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## How many at a time")[2]
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+|not limited) \| .+ \|$", table, re.MULTILINE))
    found = {
        rules.target(one["FunctionName"]).removesuffix("LambdaFunction"): str(
            one.get("ScalingConfig", {}).get("MaximumConcurrency", "not limited")
        )
        for one in rules.mappings(production)
        if rules.target(one["EventSourceArn"]) in rules.of(production, "AWS::SQS::Queue")
    }
    assert told == {f"{name[0].lower()}{name[1:]}": most for name, most in found.items()}


def test_a_crowd_is_served_once_each_and_waits_for_cold_starts_only_at_first() -> None:
    crowd = [0.0] * 50 + [10.0] * 50
    told = requests(crowd, Gateway(1000, 1000), 1000, 0.1, seed=1)
    assert (len(told.waits), told.refused, told.most) == (100, 0, 50)
    assert (min(told.waits), max(told.waits)) == (10.1 - 10.0, 1.2 + 0.1)


def test_who_finds_no_function_free_comes_again_until_served() -> None:
    told = requests([0.0] * 50, Gateway(1000, 1000), 5, 0.1, seed=1)
    assert (len(told.waits), told.given_up, told.most) == (50, 0, 5)
    assert told.refused >= 45


def test_a_gateway_that_is_asked_for_too_much_turns_away_for_good() -> None:
    told = requests([0.0] * 200, Gateway(0.1, 10), 1000, 0.1, seed=1)
    assert told.given_up == 200 - len(told.waits) > 100
    assert told.refused >= told.given_up * (len(AGAIN) + 1)


def test_the_inbox_keeps_up_and_phones_within_the_gateways_rate_are_never_refused() -> None:
    assert len(inbox(100, 20, 1000).waits) == 2000
    assert phones(400, 40, Gateway(200, 400), 1000, seed=3).refused == 0
    assert phones(4000, 400, Gateway(200, 400), 1000, seed=3).refused > 0
