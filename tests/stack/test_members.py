"""The list of members on a running stack: under the role of who walks along it, and put right."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from functions.aws.queues import SqsNightlyQueue
from infra.commands.__main__ import main
from infra.local.deployment import Cloud
from infra.local.web import until
from loyalty.store import keys, program_marks
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_marks import Walk
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def test_a_walk_over_saved_cards_may_do_what_it_does(shop: Shop) -> None:
    """Without waiting for the minutes that a real change of the program is given."""
    ann, cloud, tables = shop.holder(), cloud_of(shop), tables_of(shop)
    since = int(time.time())
    walk = Walk(since, step=0, cursor="", queued=0, at=since, last=0)
    program_marks.put_walk(tables, ann.program, walk)
    queue = SqsNightlyQueue(cloud.client("sqs"), cloud.queue_url("nightly"))
    queue.put_redraw(ann.program, since, 0)

    def ended() -> Walk | None:
        found = program_marks.read_walk(tables, ann.program)
        return found if found and found.last else None

    assert until("the walk to end", ended).queued >= 1
    # A phone that nobody had a reason to ring is told of the new look.
    assert ann.phone.wait_for_push()


def test_whoever_writes_an_account_brings_it_up_to_its_entries(shop: Shop) -> None:
    """As after a restore that put accounts back further than the ledger: under each role."""
    ann, tables = shop.customer(), tables_of(shop)
    key = keys.account_key(ann.program, ann.card["member_id"])
    shop.sell(ann, 1000)
    shop.settle()
    torn = tables.get(key)
    assert torn
    shop.sell(ann, 500)
    shop.settle()
    tables.write(Put(key, torn))
    shop.sell(ann, 200)  # the role of orders
    assert shop.balance(ann) == 170
    tables.write(Put(key, torn))
    answer = shop.redeem(ann).json()  # of redemptions
    assert (answer["outcome"], answer["balance"]) == ("redeemed", 70)


def cloud_of(shop: Shop) -> Cloud:
    return Cloud(int(shop.stack["aws"]["endpoint_url"].rpartition(":")[2]))


def tables_of(shop: Shop) -> DynamoTables:
    names = {table: shop.stack["aws"][f"{table}_table"] for table in ("state", "ledger")}
    return DynamoTables(cloud_of(shop).client("dynamodb"), names)  # type: ignore[arg-type]


def test_the_engineer_mends_the_list(
    running: RunningStack, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.customer()
    assert main(["members", "mend", "--folder", str(running.folder)]) == 0
    assert "put 0 right" in capsys.readouterr().out
