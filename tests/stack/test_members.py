"""The list of members on a running stack: under the role of who walks along it, and put right."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from functions.aws.queues import SqsNightlyQueue
from infra.commands.__main__ import main
from infra.local.deployment import Cloud
from infra.local.web import until
from loyalty.store import program_marks
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_marks import Walk

if TYPE_CHECKING:
    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def test_a_walk_over_saved_cards_may_do_what_it_does(shop: Shop) -> None:
    """Without waiting for the minutes that a real change of the program is given."""
    ann = shop.customer().save()
    aws = shop.stack["aws"]
    cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    since = int(time.time())
    walk = Walk(since, step=0, cursor="", queued=0, at=since, last=0)
    program_marks.put_walk(tables, ann.program, walk)
    queue = SqsNightlyQueue(cloud.client("sqs"), cloud.queue_url("nightly"))
    queue.put_redraw(ann.program, since, 0)

    def ended() -> Walk | None:
        found = program_marks.read_walk(tables, ann.program)
        return found if found and found.last else None

    assert until("the walk to end", ended).queued >= 1


def test_the_engineer_mends_the_list(
    running: RunningStack, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.customer()
    assert main(["members", "mend", "--folder", str(running.folder)]) == 0
    assert "put 0 right" in capsys.readouterr().out
