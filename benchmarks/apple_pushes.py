"""Pushes per second against one and the same local APNs, and what is lost to its GOAWAYs.

The local APNs has a core of its own and the clients take turns on another. It is written in Python
too, so beside the time on the wall, which the musts are about, the client's own computing is shown:
what is left of a difference when the server is faster.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import peers
from infra.local import certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
WORKERS = Path(__file__).parent / "apple_workers"
PUSHES, GOAWAY_EVERY = 2000, 500
MUSTS = {"aioapns": 1.0, "httpx": 3.0}
_FROM_THE_START = 1000
_PATIENCE = 90.0
"""Seconds that a round may take."""
_LOST_AFTER, _ALL_LOST_AFTER = 2.0, 20.0
"""Seconds without an answer after which a push counts as lost, and for all of a round."""


@dataclass
class _Round:
    computed: float
    passed: float
    delivered: int


@dataclass
class _Client:
    name: str
    process: subprocess.Popen[str]
    rounds: list[_Round] = field(default_factory=list)

    def push(self, count: int, limit: float = 0, bound: float = _PATIENCE) -> _Round:
        """Let it push; one that does not come back has delivered nothing that it knows of."""
        assert self.process.stdin  # noqa: S101 - opened below
        assert self.process.stdout  # noqa: S101
        self.process.stdin.write(f"{count} {limit} {bound}\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], bound + 10)[0]:
            return _Round(bound, bound, 0)
        computed, passed, good = self.process.stdout.readline().split()
        return _Round(float(computed), float(passed), int(good))

    @property
    def wall(self) -> float:
        """Pushes a second, best round."""
        return max(one.delivered / one.passed for one in self.rounds)

    @property
    def alone(self) -> float:
        """Pushes a second of its own computing, best round."""
        return max(one.delivered / one.computed for one in self.rounds)


def run(rounds: int, say: Callable[[str], None], skip: Callable[[str, Exception], None]) -> bool:
    """Compare the clients; tell whether every must is met."""
    with tempfile.TemporaryDirectory() as folder:
        chain = certificates.ensure(Path(folder) / "certificates")
        with _against(Path(folder), chain, _FROM_THE_START, skip) as (clients, inspect):
            good = _speed(clients, rounds, say)
            say(
                f"lost of {PUSHES}, with a GOAWAY after every {GOAWAY_EVERY} requests of a "
                f"connection (no answer within {_LOST_AFTER:g} s is a loss):"
            )
            good = _losses(clients, inspect, say) and good
        with _against(Path(folder), chain, 1, skip) as (clients, inspect):
            say("the same, when a new connection bears one request until that is answered:")
            return _losses(clients, inspect, say) and good


@contextlib.contextmanager
def _against(
    folder: Path,
    chain: certificates.Certificates,
    streams_at_first: int,
    skip: Callable[[str, Exception], None],
) -> Iterator[tuple[list[_Client], str]]:
    """Start a local APNs and all clients; give them and the address to order faults at."""
    server = subprocess.Popen(  # noqa: S603 - our own module
        [
            *(sys.executable, "-m", "infra.local.apns", "--port", "0", "--inspect-port", "0"),
            *("--folder", str(folder), "--streams-at-first", str(streams_at_first)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.sched_setaffinity(server.pid, {min(os.sched_getaffinity(0))})
    clients: list[_Client] = []
    try:
        assert server.stdout  # noqa: S101 - a pipe, see above
        found = re.search(r"ready (\S+) inspect (\S+)", server.stdout.readline())
        assert found  # noqa: S101 - its first line
        clients.extend(_clients(found[1], chain, skip))
        yield clients, found[2]
    finally:
        for process in (*(one.process for one in clients), server):
            process.kill()
            process.wait()


def _clients(
    url: str, chain: certificates.Certificates, skip: Callable[[str, Exception], None]
) -> Iterator[_Client]:
    paths = {
        "root": str(chain.root),
        "certificate": str(chain.pass_certificate),
        "intermediate": str(chain.intermediate),
        "key": str(chain.pass_key),
    }
    topic = chain.pass_type_identifier
    yield _start(
        "ours", sys.executable, "-m", "benchmarks.apple_workers.push_ours", url, topic, paths
    )
    # The others want leaf and intermediate in one file.
    both = chain.pass_certificate.with_name("both.pem")
    both.write_bytes(
        b"".join(
            one.read_bytes() for one in (chain.pass_certificate, chain.intermediate, chain.pass_key)
        )
    )
    paths["certificate"] = str(both)
    for name in MUSTS:
        try:
            yield _start(
                name, str(peers.python()), str(WORKERS / "push_others.py"), name, url, topic, paths
            )
        except peers.Missing as missing:
            skip(name, missing)


def _start(name: str, *command: str | dict[str, str]) -> _Client:
    process = subprocess.Popen(  # noqa: S603 - fixed programs
        [one if isinstance(one, str) else json.dumps(one) for one in command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
    if not process.stdout or not process.stdout.readline().startswith("ready"):
        told = process.stderr.read().strip().splitlines() if process.stderr else []
        raise peers.Missing(told[-1] if told else "it ended without a word")
    client = _Client(name, process)
    # One first: not every client waits to be told how many a connection bears.
    client.push(1)
    client.push(50)
    return client


def _speed(clients: list[_Client], rounds: int, say: Callable[[str], None]) -> bool:
    for _ in range(rounds):
        for client in clients:
            client.rounds.append(client.push(PUSHES))
    ours, *others = clients
    say(f"pushes a second on the wall, {PUSHES} a round, best of {rounds} interleaved rounds:")
    say(f"  {'ours':24} {ours.wall:8.0f}{'':33}({ours.alone:.0f} a second of its own computing)")
    good = True
    for client in others:
        ratio, must = ours.wall / client.wall, MUSTS[client.name]
        good &= ratio >= must
        say(
            f"  {client.name:24} {client.wall:8.0f}  ours = {ratio:5.2f} x (must {must:g}) "
            f"{'ok    ' if ratio >= must else 'MISSED'} ({client.alone:.0f}; "
            f"ours = {ours.alone / client.alone:.2f} x)"
        )
    return good


def _losses(clients: list[_Client], inspect: str, say: Callable[[str], None]) -> bool:
    order = urllib.request.Request(  # noqa: S310 - our own loopback server
        f"{inspect}/faults",
        data=json.dumps({"goaway_every": GOAWAY_EVERY}).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(order, timeout=10).close()  # noqa: S310
    good = True
    for client in clients:
        told = client.push(PUSHES, _LOST_AFTER, _ALL_LOST_AFTER)
        lost = PUSHES - told.delivered
        verdict = ""
        if client.name == "ours":
            good = lost == 0
            verdict = "ok" if good else "MISSED (must be 0)"
        say(f"  {client.name:24} {lost:8d}  in {told.passed:.1f} s  {verdict}")
    return good
