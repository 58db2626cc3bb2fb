"""Apple benches: passes signed and pushes a second, memory of designs, what wrong tokens tell.

    python -m benchmarks.apple [--rounds N] [--seconds S] [--only passes|pushes|tokens]

Every maker of passes is a process on one and the same core, and the rounds are interleaved: what a
busy machine does to one it does to all. The best round of each counts, and only ratios are results.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import apple_pushes, apple_tokens, peers
from benchmarks.apple_workers import material
from infra.local import certificates
from passes.apple import bundle
from passes.apple.pass_json import Identity
from passes.designs import design

ROOT = Path(__file__).resolve().parent.parent
WORKERS = Path(__file__).parent / "apple_workers"
_IDENTITY = Identity("pass.dev.loyalty.card", "LOYALTYDEV", "https://example.com")
STORED = "ours, a stored design"
EQUAL = 0.93
# (their name, at least so many times theirs)
MUSTS = {
    "openssl speed rsa2048": 0.65,
    "pass-js 7": 1.25,
    "passkit-generator": 40.0,
    "edutap.wallet_apple": 40.0,
    "django-walletpass": 40.0,
    "py-pkpass": 40.0,
    "passbook 1.0.2": 5.0,
}


@dataclass
class Worker:
    """A maker of passes in a process of its own, pinned to one core."""

    name: str
    process: subprocess.Popen[str]
    size: int
    rates: list[float] = field(default_factory=list)

    @classmethod
    def start(cls, name: str, *command: object, cwd: Path = ROOT) -> Worker:
        """Start it and wait for its first pass.

        Raises
        ------
        peers.Missing
            It ended instead.
        """
        process = subprocess.Popen(  # noqa: S603 - fixed programs
            list(map(str, command)),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_pin,  # noqa: PLW1509 - no threads here
        )
        first = process.stdout.readline() if process.stdout else ""
        if not first.startswith("ready "):
            told = process.stderr.read().strip().splitlines() if process.stderr else []
            process.kill()
            raise peers.Missing(" / ".join(told[-8:]) if told else "it ended without a word")
        return cls(name, process, int(first.split()[1]))

    def round(self, seconds: float) -> None:
        """Let it work for so long."""
        assert self.process.stdin  # noqa: S101 - opened above
        assert self.process.stdout  # noqa: S101
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        self.rates.append(float(self.process.stdout.readline()))

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def _pin() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def openssl(seconds: float) -> float:
    """Return RSA-2048 signatures a second of OpenSSL's own speed test."""
    told = subprocess.run(  # noqa: S603
        ["openssl", "speed", "-seconds", str(max(1, round(seconds))), "rsa2048"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=_pin,
    ).stdout
    found = re.search(r"rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)", told)
    if found is None:
        raise peers.Missing("openssl speed did not say how many signatures a second")
    return float(found[1])


def start_all(folder: Path) -> list[Worker]:
    """Start every maker that can be had; say which cannot."""
    chain = certificates.ensure(folder / "certificates")
    identity = Identity(chain.pass_type_identifier, chain.team_identifier, "https://example.com")
    material.write(folder / "material", identity)
    paths = json.dumps(
        {
            "certificate": str(chain.pass_certificate),
            "key": str(chain.pass_key),
            "intermediate": str(chain.intermediate),
        }
    )
    own = (sys.executable, "-m", "benchmarks.apple_workers.ours", folder / "certificates")
    workers = [Worker.start("ours", *own), Worker.start(STORED, *own, "stored")]
    for name, function, interpreter in (
        ("edutap.wallet_apple", "edutap", peers.python),
        ("django-walletpass", "django_walletpass", peers.python),
        ("py-pkpass", "py_pkpass", peers.python),
        ("passbook 1.0.2", "passbook", peers.passbook),
    ):
        try:
            python = interpreter()
            workers.append(
                Worker.start(
                    name, python, WORKERS / "others.py", function, folder / "material", paths
                )
            )
        except peers.Missing as missing:
            skip(name, missing)
    for name, function in (("pass-js 7", "passJs"), ("passkit-generator", "passkitGenerator")):
        try:
            node, modules = peers.node()
            workers.append(
                Worker.start(
                    *(name, node, WORKERS / "others.mjs", function, modules),
                    *(folder / "material", paths),
                )
            )
        except peers.Missing as missing:
            skip(name, missing)
    return workers


def skip(name: str, why: Exception) -> None:
    """Say loudly that a peer is not compared with."""
    say(f"!!! SKIPPED {name}: {why}")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def passes(rounds: int, seconds: float) -> bool:
    """Compare the makers of passes; tell whether every must is met."""
    with tempfile.TemporaryDirectory() as folder:
        workers = start_all(Path(folder))
        limit: list[float] = []
        try:
            for _ in range(rounds):
                limit.append(openssl(seconds))
                for worker in workers:
                    worker.round(seconds)
        finally:
            for worker in workers:
                worker.stop()
    ours = max(workers[0].rates)
    say(f"passes a second on one core, best of {rounds} interleaved rounds of {seconds:g} s;")
    say(
        f"design {material.DESIGN}, two languages: "
        f"{len(material.files(_IDENTITY))} files beside pass.json"
    )
    say(f"  {'ours':24} {ours:8.0f}            {workers[0].size} bytes")
    good = _stored(ours, max(workers[1].rates), workers[1].size)
    others = {"openssl speed rsa2048": (max(limit), 0)}
    others |= {one.name: (max(one.rates), one.size) for one in workers[2:]}
    for name, (rate, size) in others.items():
        ratio, must = ours / rate, MUSTS[name]
        good &= ratio >= must
        verdict = "ok" if ratio >= must else "MISSED"
        bytes_made = f"{size} bytes" if size else ""
        say(
            f"  {name:24} {rate:8.0f}  ours = {ratio:6.2f} x (must {must:g}) {verdict} {bytes_made}"
        )
    return good


def _stored(ours: float, stored: float, size: int) -> bool:
    """Compare a design out of an archive with one of a folder: equal but for noise."""
    ratio = stored / ours
    verdict = "ok" if ratio >= EQUAL else "MISSED"
    told = f"= {ratio:6.2f} x ours (must {EQUAL:g}) {verdict} {size} bytes"
    say(f"  {STORED:24} {stored:8.0f}  {told}")
    return ratio >= EQUAL


def memory() -> None:
    """Show what a prepared design takes."""
    say("memory of a prepared design (kB), with all its states:")
    for name in design.names():
        loaded = design.load(name)
        prepared = bundle.prepare(loaded)
        say(f"  {name:24} {prepared.size / 1000:8.0f}  {len(prepared.states)} states")


def main(arguments: list[str] | None = None) -> int:
    """Run the benches; 1 when a must is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.apple", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--only", choices=["passes", "pushes", "tokens"])
    given = parser.parse_args(arguments)
    good = True
    if given.only in {None, "passes"}:
        good &= passes(given.rounds, given.seconds)
        memory()
    if given.only in {None, "pushes"}:
        good &= apple_pushes.run(given.rounds, say, skip)
    if given.only in {None, "tokens"}:
        good &= apple_tokens.run(say)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
