"""One process of several that share an issuer's turns: ``python -m benchmarks.google_turns``.

Takes one line of JSON: address of the emulator, table, lane, threads, requests a second that are
wanted (0: as many as there are), for how many seconds, and how long Google takes. Says "ready", and
takes the second since 1970 at which to begin. Prints one line of JSON: when each request left, how
long it had waited, and how often the line was written.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from functions.aws.google_pace import SharedPace
from loyalty.store.dynamodb import CLIENT_CONFIG, DynamoTables
from tests.support.emulator import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Callable


def _pace(wish: dict[str, Any]) -> SharedPace:
    client = boto3.client("dynamodb", endpoint_url=wish["url"], config=CLIENT_CONFIG, **CREDENTIALS)
    tables = DynamoTables(client, {"state": wish["table"], "ledger": wish["table"]})
    return SharedPace(
        tables,
        "3388",
        clock=lambda: datetime.now(UTC),
        sleep=time.sleep,
        random=random.random,
        lane=wish["lane"],
    )


def work(wish: dict[str, Any]) -> dict[str, Any]:
    """Take turns until the end; see above."""
    pace = _pace(wish)
    sent: list[float] = []
    waited: list[float] = []
    lock = threading.Lock()

    def request() -> None:
        begun = time.time()
        if pace.take(20):
            left = time.time()
            with lock:
                sent.append(left)
                waited.append(left - begun)
            time.sleep(wish["latency"])

    def arrivals() -> None:
        pause = wish["threads"] / wish["rate"] - wish["latency"]
        while time.time() < wish["end"]:
            time.sleep(random.expovariate(1 / pause))
            request()

    def batches() -> None:
        while time.time() < wish["end"]:
            pace.expect(wish["threads"])
            _together(request, wish)

    print("ready", flush=True)
    begin = float(sys.stdin.readline())
    time.sleep(max(0.0, begin - time.time()))
    wish["end"] = begin + wish["seconds"]
    if wish["rate"]:
        _together(arrivals, wish)
    else:
        batches()
    return {"sent": sent, "waited": waited, "writes": pace.writes}


def _together(work: Callable[[], None], wish: dict[str, Any]) -> None:
    threads = [threading.Thread(target=work) for _ in range(wish["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    print(json.dumps(work(json.loads(sys.stdin.readline()))))
