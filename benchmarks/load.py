"""What happens when everybody comes at once, on a virtual clock: ``python -m benchmarks.load``.

A gateway that lets so many through, functions that start cold or run warm, tills and phones that
come again when they were refused. Limits are those of the deployment (``serverless.yml`` and
``infra/``); times of functions are assumptions, named here, which an account of AWS has to replace.
What is told is who was served when and how often somebody was refused; that no partition of a table
is too hot is proved elsewhere (``tests/loyalty/ledger/test_load.py``).
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field

from benchmarks.timing import title

COLD, WARM = 1.2, 0.025
"""Seconds: a first call of a function that keeps messages, and every later one. Assumed."""
PASS = 0.06
"""Seconds that listing or drawing one pass takes. Assumed; signing it is measured by ``apple``."""
SALE = 0.04
"""Seconds that one sale takes behind the inbox. Assumed."""
POLLERS, MORE_A_MINUTE = 5, 300
"""Batches that SQS hands out at once at first, and how many more a minute ("Scaling", Lambda)."""
AGAIN = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds after which who was refused comes again: what HTTP clients of tills do, and phones."""


@dataclass
class Gateway:
    """Lets requests through as a bucket of tokens does (API Gateway, throttling): rate, burst."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    last: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def lets(self, now: float) -> bool:
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Told:
    """What came of it.

    Attributes
    ----------
    waits
        Seconds from wanting something to having it, of each.
    refused
        Answers of 429 and 503.
    given_up
        Who was refused until the end.
    most
        Functions at a time, at most.
    """

    waits: list[float] = field(default_factory=list)
    refused: int = 0
    given_up: int = 0
    most: int = 0

    def part(self, of: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(of * len(ordered)))] if ordered else 0.0


def requests(
    arrivals: list[float], gateway: Gateway, at_a_time: int, seconds: float, seed: int
) -> Told:
    """Serve requests by functions of which so many may run at a time; the refused come again."""
    chance, told = random.Random(seed), Told()  # noqa: S311 - a made-up crowd
    coming = [(at, number, 0, at) for number, at in enumerate(arrivals)]
    heapq.heapify(coming)
    busy: list[float] = []  # when each function is free again
    idle = 0
    while coming:
        now, number, tried, wanted = heapq.heappop(coming)
        while busy and busy[0] <= now:
            heapq.heappop(busy)
            idle += 1
        room = idle > 0 or len(busy) < at_a_time
        if not gateway.lets(now) or not room:
            told.refused += 1
            if tried == len(AGAIN):
                told.given_up += 1
                continue
            pause = AGAIN[tried] * chance.uniform(0.8, 1.2)
            heapq.heappush(coming, (now + pause, number, tried + 1, wanted))
            continue
        taken = seconds if idle else COLD + seconds
        idle -= idle > 0
        heapq.heappush(busy, now + taken)
        told.most = max(told.most, len(busy) + idle)
        told.waits.append(now + taken - wanted)
    return told


def inbox(rate: int, seconds: int, at_a_time: int, batch: int = 5) -> Told:
    """Work off messages of an inbox that come at a steady rate, batch by batch."""
    told = Told()
    waiting: list[float] = []
    done, step = 0, 0.5
    arrivals = [number / rate for number in range(rate * seconds)]
    now = 0.0
    while done < len(arrivals):
        now += step
        pollers = min(at_a_time, int(POLLERS + MORE_A_MINUTE * now / 60))
        while len(waiting) + done < len(arrivals) and arrivals[len(waiting) + done] <= now:
            waiting.append(arrivals[len(waiting) + done])
        able = min(len(waiting), int(pollers * step / (batch * SALE)) * batch)
        told.waits += [now - at for at in waiting[:able]]
        del waiting[:able]
        done += able
        told.most = max(told.most, pollers if able else 0)
    return told


def phones(number: int, pushes: float, gateway: Gateway, at_a_time: int, seed: int) -> Told:
    """Let phones come for a pass after a push: they ask what has changed, then for the pass."""
    chance = random.Random(seed)  # noqa: S311 - a made-up crowd
    came: list[float] = []
    for one in range(number):
        rung = one / pushes
        first = rung + chance.expovariate(1 / 4)
        came += [first, first + chance.uniform(0.2, 1.0)]
    return requests(sorted(came), gateway, at_a_time, PASS, seed)


def said(told: Told) -> str:
    """Return one line of it."""
    return (
        f"half within {told.part(0.5):.2f} s, 99 of 100 within {told.part(0.99):.1f} s, the last "
        f"after {max(told.waits, default=0):.1f} s; refused {told.refused:,} times, given up "
        f"{told.given_up:,}; {told.most} functions at a time"
    )


def main() -> None:
    """Tell of every scenario of docs/load.md."""
    title("200 tills open at nine, each with a sale in the first two seconds, all functions cold")
    chance = random.Random(9)  # noqa: S311 - a made-up crowd
    opening = sorted(chance.uniform(0, 2) for _ in range(200))
    for most in (1000, 100, 10):
        told = requests(opening, Gateway(1500, 3000), most, WARM, seed=1)
        print(f"  {most:5} functions allowed: {said(told)}")
    title("1,000 sales a second for ten minutes")
    steady = [number / 1000 for number in range(600_000)]
    print(f"  at the door: {said(requests(steady, Gateway(1500, 3000), 1000, WARM, seed=2))}")
    print(f"  behind the inbox: {said(inbox(1000, 600, 1000))}")
    title("50,000 phones after a broadcast")
    for pushes in (40, 100, 200):
        told = phones(50_000, pushes, Gateway(200, 400), 1000, seed=3)
        print(f"  rung {pushes} a second: {said(told)}")


if __name__ == "__main__":
    main()
