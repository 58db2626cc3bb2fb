"""Google Wallet: requests per update, and how much of the quota several processes reach together.

The first part runs the worker over real HTTP against the local Wallet API. The second runs real
processes on the real clock that share their turns through the emulator's DynamoDB; Google itself
is a pause of `LATENCY` seconds there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import boto3
import pytest

from benchmarks.timing import result, row, title
from functions import push_google
from functions.aws.observability import logger, metrics
from infra.local.wallet.account import ISSUER_ID, ensure_service_account
from infra.local.wallet.server import WalletServer
from loyalty.store.dynamodb import CLIENT_CONFIG
from passes.google import quota
from tests.support.emulator import CREDENTIALS, emulator, tables_of
from tests.support.google_shop import opened

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).resolve().parent.parent
CARDS, SALES = 40, 400
THREADS = push_google.THREADS
LATENCY = 0.3
SECONDS = 10
MOST_REQUESTS = 1.05


class _Google:
    """What tests.google.shop asks of its fixture."""

    def __init__(self, folder: Path) -> None:
        self.server = WalletServer(folder, 0)
        self.url = self.server.url
        self.account = ensure_service_account(folder)
        self.pauses: list[float] = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def requests_per_update() -> None:
    """Print what an update costs while nothing goes wrong."""
    title(f"Google: {SALES} sales on {CARDS} saved cards, local Wallet API over HTTP")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        google = _Google(Path(folder))
        stream = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        patch.setattr(logger.registered_handler, "stream", stream)
        patch.setattr(metrics, "flush_metrics", metrics.clear_metrics)
        with opened(google, ISSUER_ID, patch) as shop:
            patch.setattr(push_google, "THREADS", THREADS)
            members = [shop.enrol() for _ in range(CARDS)]
            for member in members:
                shop.click(member)
            google.server.journal.clear()
            updates, calls, begun = 0, 0, time.perf_counter()
            for number in range(SALES):
                shop.sell(order=str(number), total=1000, member=members[number % CARDS])
                if (number + 1) % 10 == 0:
                    shop.ring()
                    updates += len(shop.messages)
                    before = shop.tables.calls
                    shop.work()
                    calls += shop.tables.calls - before
            passed = time.perf_counter() - begun
            counts: Counter[str] = Counter(google.server.journal.view()["counts"])
        google.server.shutdown()
        google.server.server_close()
    for name, count in counts.items():
        row(name, count)
    row("calls of the state table per update", f"{calls / updates:.2f}")
    row("updates a second here, without pace", f"{updates / passed:.0f}")
    result("requests per update", sum(counts.values()) / updates, f"at most {MOST_REQUESTS}")


def _run(client: DynamoDBClient, url: str, name: str, *wishes: dict[str, Any]) -> list[Any]:
    """Run processes side by side on one line of turns; return what each tells."""
    with tables_of(client, name):
        common = {
            "url": url,
            "table": f"{name}-state",
            "threads": THREADS,
            "rate": 0,
            "lane": "live",
            "latency": LATENCY,
            "seconds": SECONDS,
        }
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.google_turns"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in wishes
        ]
        pipes = [(process.stdin, process.stdout) for process in processes]
        for (into, _), wish in zip(pipes, wishes, strict=True):
            _write(into, json.dumps(common | wish))
        for _, out in pipes:
            assert out and out.readline() == "ready\n"  # noqa: PT018, S101
        for into, _ in pipes:
            _write(into, str(time.time() + 0.5))
        return [json.loads(process.communicate()[0]) for process in processes]


def _write(pipe: IO[str] | None, line: str) -> None:
    assert pipe  # noqa: S101 - a pipe, as asked for
    pipe.write(line + "\n")
    pipe.flush()


def _worst(instants: list[float]) -> int:
    """Return the most requests in any window of a second."""
    ordered = sorted(instants)
    worst = first = 0
    for last, instant in enumerate(ordered):
        while instant - ordered[first] >= 1:
            first += 1
        worst = max(worst, last - first + 1)
    return worst


def _rate(instants: list[float]) -> float:
    return (len(instants) - 1) / (max(instants) - min(instants))


def turns() -> None:
    """Print what several processes reach together, and how live updates fare beside a campaign."""
    with emulator() as url:
        client = boto3.client("dynamodb", endpoint_url=url, config=CLIENT_CONFIG, **CREDENTIALS)
        title(f"Google: 3 processes share the turns, {SECONDS} s of real time")
        told = _run(client, url, "turns", *[{}] * 3)
        every = [instant for one in told for instant in one["sent"]]
        writes = sum(one["writes"] for one in told)
        row("updates a second", f"{_rate(every):.1f}", f"of {quota.QUOTA}")
        row("most in any second", _worst(every), f"may be {quota.QUOTA}")
        row("of each process", *(len(one["sent"]) for one in told))
        row("writes of the line per update, lost races included", f"{writes / len(every):.2f}")
        result("updates a second of the quota", _rate(every) / quota.QUOTA, "at least 0.85")

        title(f"Google: a campaign beside live updates, {SECONDS} s of real time")
        live, campaign = _run(client, url, "lanes", {"rate": 8}, {"lane": "campaign"})
        every = live["sent"] + campaign["sent"]
        waits = sorted(live["waited"])
        each = (f"{_rate(one['sent']):.1f}" for one in (live, campaign))
        row("live, campaign: updates a second", *each)
        row("most in any second", _worst(every), f"may be {quota.QUOTA}")
        middle, worst = (f"{waits[at] * 1000:.0f} ms" for at in (len(waits) // 2, -1))
        row("a live update waits: median, worst", middle, worst)
        million = quota.eta([quota.Wave(1_000_000)], live=2) or 0
        row("ETA of a million messages beside 2 a second", f"{million / 3600:.1f} h")


def run() -> None:
    """Run and print everything."""
    requests_per_update()
    turns()


if __name__ == "__main__":
    run()
