"""From the streams to the lines that figures are made of, and to the night."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import figures, ledger_router, moving, nightly, router
from functions.http.failures import FunctionFailed
from loyalty.core.report import OrderKey
from loyalty.store import counted, figure_charts, figure_lines, keys
from tests.support.events import sqs, stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}
BELLS = "figures"


def bells(shop: Shop) -> list[dict[str, str]]:
    return [json.loads(body) for body in shop.queues.bodies(BELLS)]


def lines(shop: Shop) -> list[Any]:
    month = figure_lines.month_of(shop.now)
    return list(figure_lines.month(shop.world.tables, "coffee", month))


def test_entries_ring_once_per_member_and_heads_once_per_order(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    member = f"coffee#M#{ann.member_id}"
    entries = [(member, "E#000000000001"), (member, "E#000000000002"), ("coffee#F#x", "FACT")]
    assert ask(ledger_router, stream(entries, "INSERT", "ledger")) == NOTHING_FAILED
    heads = [("coffee#O#till#a#b", "ORDER"), ("coffee#O#till#a#b", "ORDER"), (member, "ACCOUNT")]
    assert ask(router, stream(heads)) == NOTHING_FAILED
    assert bells(shop) == [
        {"program": "coffee", "member": ann.member_id},
        {"program": "coffee", "source": "till", "order": "a#b"},
    ]


def test_a_queue_that_takes_nothing_fails_the_batch(shop: Shop, ask: Ask) -> None:
    shop.queues.down.add(BELLS)
    with pytest.raises(FunctionFailed):
        ask(ledger_router, stream([("coffee#M#x", "E#000000000001")], "INSERT", "ledger"))


def test_bells_leave_lines(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    shop.world.sell("1", total=900, member=ann)
    shop.world.sell("2", total=500)
    body = json.dumps({"program": "coffee", "member": ann.member_id})
    order = json.dumps({"program": "coffee", "source": "till", "order": "2"})
    assert ask(figures, sqs([order, body, body, order])) == NOTHING_FAILED
    assert [(one.order.id, one.member, one.net) for one in lines(shop)] == [
        ("1", ann.member_id, 900),
        ("2", None, 500),
    ]


@pytest.mark.corrupts
def test_one_members_fault_is_no_others(shop: Shop, ask: Ask) -> None:
    ann, ben = shop.world.enrol(), shop.world.enrol()
    shop.world.sell("1", total=900, member=ann)
    shop.world.sell("2", total=500, member=ben)
    del shop.world.tables.items[keys.account_key("coffee", ann.member_id)]["f"]
    bodies = [
        "no bell",
        json.dumps({"program": "coffee", "member": ann.member_id}),
        json.dumps({"program": "coffee", "member": ben.member_id}),
    ]
    answer = ask(figures, sqs(bodies))
    assert {one["itemIdentifier"] for one in answer["batchItemFailures"]} == {
        "message-0",
        "message-1",
    }
    assert [one.order.id for one in lines(shop)] == ["2"]


def test_the_night_rings_for_what_was_lost_and_lets_figures_be_worked_out(
    shop: Shop, ask: Ask
) -> None:
    ann = shop.world.enrol()
    shop.world.sell("1", total=900, member=ann)
    shop.world.sell("2", total=500)
    cursors = [json.dumps({"segment": 0, "segments": 1, "after": None})]
    assert ask(nightly, sqs(cursors)) == NOTHING_FAILED
    rung = bells(shop)
    assert {"program": "coffee", "member": ann.member_id} in rung
    assert {"program": "coffee", "source": "till", "order": "2"} in rung
    jobs = [json.loads(body) for body in shop.queues.bodies("moving")]
    assert {job["program"] for job in jobs if job["do"] == "figures"} == {"coffee", "barber"}
    ask(figures, sqs([json.dumps(body) for body in rung]))
    assert counted.read(shop.world.tables, "coffee", ann.member_id) is not None
    shop.world.wait(days=1)
    assert ask(moving, sqs(shop.queues.bodies("moving"))) == NOTHING_FAILED
    chart = figure_charts.read(shop.world.tables, "coffee", "summary")
    assert chart is not None
    said = {(one["name"], one["days"]): one["value"] for one in chart.data[0]["figures"]}
    assert (said["sales", 30], said["active", 30], said["net", 30]) == (2, 1, 1400)
    # What is counted rings no more.
    ask(nightly, sqs(cursors))
    assert bells(shop) == rung


def test_the_order_key_of_a_bell_is_the_order(shop: Shop, ask: Ask) -> None:
    shop.world.sell("a#b", total=500)
    ask(router, stream([("coffee#O#till#a#b", "ORDER")]))
    ask(figures, sqs(shop.queues.bodies(BELLS)))
    (line,) = lines(shop)
    assert line.order == OrderKey("coffee", "till", "a#b")


class Short:
    """An invocation that has no time from its second look at the clock on."""

    function_name = "loyalty-test-moving"
    memory_limit_in_mb = 2048
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:moving"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def __init__(self) -> None:
        self._looks = 0

    def get_remaining_time_in_millis(self) -> int:
        self._looks += 1
        return 0 if self._looks > 1 else 60_000


def test_figures_go_on_in_the_next_message_where_the_time_ends(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    shop.world.sell("1", total=900, member=ann)
    ask(figures, sqs([json.dumps({"program": "coffee", "member": ann.member_id})]))
    shop.world.wait(days=1)
    begun = shop.world.now
    body = {"program": "coffee", "id": "figures", "do": "figures", "by": "night", "more": {}}
    bodies, seen = [json.dumps(body)], 0
    while bodies:
        short: Any = Short()
        assert moving.handler(sqs(bodies), short) == NOTHING_FAILED
        bodies = shop.queues.bodies("moving")[seen:]
        seen += len(bodies)
        shop.world.wait(days=1)  # all runs are as of the day on which the first began
        assert seen < 20
    assert seen > 2
    chart = figure_charts.read(shop.world.tables, "coffee", "summary")
    assert chart is not None
    assert chart.as_of == begun.date().toordinal()
    said = {(one["name"], one["days"]): one["value"] for one in chart.data[0]["figures"]}
    assert (said["sales", 30], said["net", 30]) == (1, 900)
