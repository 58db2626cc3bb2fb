"""The whole local stack as a shop meets it: ``python -m benchmarks.stack [pushes]``.

The same serverless.yml as on AWS, every function in a process of its own, roles enforced. Client,
emulator and functions share this machine, so rates say little about AWS; what is compared (one
client against many, quiet against a campaign) is compared within one run.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.timing import Times, result, row, title
from infra.local.deployment import Cloud
from infra.local.till import Envelope
from infra.local.web import ask
from tests.stack.running import RunningStack
from tests.stack.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.web import Reply
    from tests.stack.shop import Customer

CLIENTS = (1, 8, 32)
SALES = 160
CARDS = 100
PUSHES = 5_000
REPEAT_AFTER = 60
PATIENCE = 900.0
LONGEST = 180.0
"""Seconds that sales are sent beside pushes."""


def main(pushes: int = PUSHES) -> None:
    """Start a stack, measure, stop it."""
    with tempfile.TemporaryDirectory() as folder, _stack(Path(folder) / "stack") as shop:
        customers = [shop.customer().install() for _ in range(CARDS)]
        title("the whole local stack: sales by webhook, each of another card")
        quiet = {clients: _sales(shop, customers, clients) for clients in CLIENTS}
        ratio = quiet[8].p50 / quiet[1].p50
        result("p50 of an acknowledgement, 8 clients / 1 client", ratio, "context: two cores")
        title("from a sale to the push at APNs, one sale at a time")
        row("sale sent to push received", _sale_to_push(shop, customers[:20]))
        title(f"acknowledgements of one client while {pushes:,} pushes run")
        busy = _sales_beside_pushes(shop, customers, pushes)
        result("p50 beside pushes / quiet", busy.p50 / quiet[1].p50, "context: one machine")
        result("p99 beside pushes / quiet", busy.p99 / quiet[1].p99, "context: one machine")


@contextmanager
def _stack(folder: Path) -> Iterator[Shop]:
    stack = RunningStack(folder, REPEAT_AFTER)
    try:
        yield Shop(stack.start())
    finally:
        stack.stop()


def _sales(shop: Shop, customers: list[Customer], clients: int) -> Times:
    """Let that many tills send their sales; acknowledged is one thing, worked through another."""
    shop.settle()
    envelopes = [
        shop.till.seal(shop.till.order(uuid.uuid4().hex, 500, customers[number % CARDS].by_card))
        for number in range(SALES)
    ]
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        replies = list(pool.map(Envelope.post_until_taken, envelopes))
    acknowledged = time.perf_counter() - began
    shop.behind.wait_until_quiet(PATIENCE)
    through = time.perf_counter() - began
    if any(reply.status >= 400 for reply in replies):  # noqa: PLR2004
        raise RuntimeError("a sale was refused")
    times = _times(reply.seconds for reply in replies)
    row(f"clients: {clients}; acknowledged", f"{times}, {SALES / acknowledged:.0f} a second")
    row("worked through, cards handed over and pushed", f"{SALES / through:.0f} a second")
    return times


def _sale_to_push(shop: Shop, customers: list[Customer]) -> Times:
    shop.settle()
    found = []
    for customer in customers:
        began = time.time()
        seen = len(customer.phone.pushes())
        shop.sell(customer, 700)
        found.append(_next_push(customer, seen)["at"] - began)
    return _times(found)


def _sales_beside_pushes(shop: Shop, customers: list[Customer], pushes: int) -> Times:
    """Ring every card again and again, as a campaign does, and sell meanwhile.

    What a till meets while they run is measured for three minutes at most; how many of the
    pushes were sent in that time is said.
    """
    shop.settle()
    inspect = shop.stack["apns"]["inspect_url"]
    ask("DELETE", f"{inspect}/pushes")
    began = time.perf_counter()
    ringing = threading.Thread(target=_ring, args=(shop, customers, pushes))
    ringing.start()
    replies: list[Reply] = []
    while time.perf_counter() - began < LONGEST and (
        ringing.is_alive() or shop.behind.messages("apple_queue_url") > 0
    ):
        customer = customers[len(replies) % CARDS]
        message = shop.till.order(uuid.uuid4().hex, 300, customer.by_card)
        replies.append(shop.till.seal(message).post_until_taken())
    seconds = time.perf_counter() - began
    ringing.join()
    sent = ask("GET", f"{inspect}/pushes", timeout=120).json()
    received = len(sent["pushes"])
    times = _times(reply.seconds for reply in replies)
    row("acknowledgements", f"{times}, {len(replies)} of them in {seconds:.0f} s")
    part = f"{received:,} of {pushes:,}"
    row("pushes received at APNs", f"{part}, {received / seconds:.0f} a second")
    return times


def _ring(shop: Shop, customers: list[Customer], pushes: int) -> None:
    aws = shop.stack["aws"]
    sqs = Cloud(int(aws["endpoint_url"].rpartition(":")[2])).client("sqs")
    for first in range(0, pushes, 10):
        entries = [
            {
                "Id": str(number),
                "MessageBody": json.dumps(
                    {
                        "program": shop.stack["program"],
                        "member": customers[number % CARDS].card["member_id"],
                    }
                ),
            }
            for number in range(first, min(first + 10, pushes))
        ]
        sqs.send_message_batch(QueueUrl=aws["apple_queue_url"], Entries=entries)


def _next_push(customer: Customer, seen: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while len(pushes := customer.phone.pushes()) <= seen:
        if time.monotonic() > deadline:
            raise RuntimeError("no push came")
        time.sleep(0.005)
    return pushes[seen]


def _times(seconds: Any) -> Times:
    return Times(tuple(sorted(one * 1e6 for one in seconds)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PUSHES)
