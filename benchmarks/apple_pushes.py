"""Pushes per second against one and the same local APNs, with and without GOAWAY.

Counted in seconds of the client's own computing, since the local APNs is written in Python too and
would be what is measured; the time on the wall is shown beside it.
"""

from __future__ import annotations

import json
import re
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


@dataclass
class _Client:
    name: str
    process: subprocess.Popen[str]
    rates: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)

    def push(self, count: int) -> tuple[float, float, int]:
        assert self.process.stdin  # noqa: S101 - opened below
        assert self.process.stdout  # noqa: S101
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        computed, passed, good = self.process.stdout.readline().split()
        return float(computed), float(passed), int(good)


def run(rounds: int, say: Callable[[str], None], skip: Callable[[str, Exception], None]) -> bool:
    """Compare the clients; tell whether every must is met."""
    with tempfile.TemporaryDirectory() as folder:
        chain = certificates.ensure(Path(folder) / "certificates")
        server = subprocess.Popen(  # noqa: S603 - our own module
            [
                *(sys.executable, "-m", "infra.local.apns", "--port", "0", "--inspect-port", "0"),
                *("--folder", folder),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        clients: list[_Client] = []
        try:
            assert server.stdout  # noqa: S101 - a pipe, see above
            found = re.search(r"ready (\S+) inspect (\S+)", server.stdout.readline())
            assert found  # noqa: S101 - its first line
            clients = list(_clients(found[1], chain, skip))
            return _compare(clients, found[2], rounds, say)
        finally:
            for process in (*(one.process for one in clients), server):
                process.terminate()
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
    if not process.stdout or not process.stdout.readline().startswith("ready"):
        told = process.stderr.read().strip().splitlines() if process.stderr else []
        raise peers.Missing(told[-1] if told else "it ended without a word")
    client = _Client(name, process)
    client.push(50)  # the connection is open, and wide
    return client


def _compare(clients: list[_Client], inspect: str, rounds: int, say: Callable[[str], None]) -> bool:
    good = True
    for _ in range(rounds):
        for client in clients:
            computed, passed, delivered = client.push(PUSHES)
            client.rates.append(delivered / computed)
            client.walls.append(delivered / passed)
    ours = max(clients[0].rates)
    say(f"pushes a second of computing, {PUSHES} a round, best of {rounds} interleaved rounds:")
    say(f"  {'ours':24} {ours:8.0f}            ({max(clients[0].walls):.0f} on the wall)")
    for client in clients[1:]:
        ratio, must = ours / max(client.rates), MUSTS[client.name]
        good &= ratio >= must
        say(
            f"  {client.name:24} {max(client.rates):8.0f}  ours = {ratio:6.2f} x (must {must:g}) "
            f"{'ok' if ratio >= must else 'MISSED'} ({max(client.walls):.0f} on the wall)"
        )
    say(f"lost of {PUSHES}, with a GOAWAY every {GOAWAY_EVERY} requests:")
    order = urllib.request.Request(  # noqa: S310 - our own loopback server
        f"{inspect}/faults",
        data=json.dumps({"goaway_every": GOAWAY_EVERY}).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(order, timeout=10).close()  # noqa: S310
    for client in clients:
        _, _, delivered = client.push(PUSHES)
        lost = PUSHES - delivered
        good &= client.name != "ours" or lost == 0
        verdict = "" if client.name != "ours" else ("ok" if lost == 0 else "MISSED (must be 0)")
        say(f"  {client.name:24} {lost:8d}  {verdict}")
    return good
