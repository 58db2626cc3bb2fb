"""Look for a step in the time that a wrong token takes, from which somebody could learn.

Calls of every wrong kind take turns in random order, and each is paired with the first kind in its
turn, so that what a busy machine does to one it does to all. Shown is the median of the paired
differences as a ratio, with the interval that holds the true median in 99 of 100 such measurements
(order statistics: no assumption about how times are spread). Two services that do it wrong are
measured alike, to show that a step would be seen.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from loyalty.access.tokens import Tokens
from passes.apple.web_service import WebService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TURNS = 20_000
ALLOWED = 0.01
"""A ratio this near to 1 is no step: under a tenth of a microsecond, less than a network blurs."""
_PASS_TYPE = "pass.dev.loyalty.card"  # noqa: S105 - a name
_KNOWN, _UNKNOWN = "3f6c1b2a9d8e4f70a1b2c3d4e5f60718", "3f6c1b2a9d8e4f70a1b2c3d4e5f60719"
_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_Z_99 = 2.576

_TOKENS = Tokens("A", {"A": bytes(range(32))})


class _Cards:
    """One pass; a look-up takes no longer than a dictionary does."""

    def by_serial(self, _serial: str, _now: datetime) -> Any:
        """Return nothing: only wrong tokens are sent."""

    def versions(self, serials: Iterable[str]) -> dict[str, int]:
        """Return the version of the one pass there is."""
        return {serial: 1 for serial in serials if serial == _KNOWN}


class _LooksFirst(WebService):
    """Wrong: reads the pass before it has looked at the token."""

    def _may(self, pass_type: str, serial: str, authorization: str | None) -> bool:
        return bool(self.cards.versions((serial,))) and super()._may(
            pass_type, serial, authorization
        )


class _StopsAtTheFirst(WebService):
    """Wrong: compares byte by byte and stops at the first that differs."""

    def _may(self, _pass_type: str, serial: str, authorization: str | None) -> bool:
        given = (authorization or "").partition(" ")[2]
        expected = self.token(serial)
        return len(given) == len(expected) and all(
            one == other for one, other in zip(given, expected, strict=True)
        )


def run(say: Callable[[str], None]) -> bool:
    """Measure; tell whether no step was found, and both wrong services were found out."""
    right, foreign = _TOKENS.apple_token(_KNOWN), _TOKENS.apple_token(_UNKNOWN)
    kinds = {
        "wrong at the first byte": (_KNOWN, _other(right[0]) + right[1:]),
        "wrong at the last byte": (_KNOWN, right[:-1] + _other(right[-1])),
        "known serial, another pass's token": (_KNOWN, foreign),
        # As many calls about the one serial as about the other: what is asked often is quicker.
        "unknown serial, wrong at the first byte": (_UNKNOWN, _other(foreign[0]) + foreign[1:]),
        "unknown serial, wrong at the last byte": (_UNKNOWN, foreign[:-1] + _other(foreign[-1])),
        "unknown serial, a known pass's token": (_UNKNOWN, right),
    }
    say(f"a wrong token, against one wrong at the first byte; {TURNS} paired calls, 99 % interval:")
    good = True
    for name, ratio, low, high in _measure(WebService, kinds):
        none = low > 1 - ALLOWED and high < 1 + ALLOWED
        good &= none
        say(_line(name, ratio, low, high, "no step" if none else "A STEP"))
    for kind, name in ((_LooksFirst, "unknown serial"), (_StopsAtTheFirst, "wrong at the last")):
        found = next(one for one in _measure(kind, kinds) if one[0].startswith(name))
        seen = not found[2] <= 1 <= found[3]
        good &= seen
        what = f"control {kind.__name__.strip('_')}: {name}"
        say(_line(what, *found[1:], "seen" if seen else "NOT SEEN: this measures nothing"))
    return good


def _measure(
    kind: type[WebService], kinds: dict[str, tuple[str, str]]
) -> list[tuple[str, float, float, float]]:
    """Return name, ratio and interval of every wrong kind but the first."""
    registrations: Any = None  # a wrong token never gets as far
    service = kind(_PASS_TYPE, registrations, _Cards(), _TOKENS.apple_token, _never)
    calls = [(serial, f"ApplePass {token}") for serial, token in kinds.values()]
    times: list[list[int]] = [[] for _ in calls]
    order = list(range(len(calls)))
    chance = random.Random(21)  # noqa: S311 - an order, no secret
    clock, get = time.perf_counter_ns, service.get
    gc.collect()
    gc.disable()
    try:
        for _ in range(TURNS):
            chance.shuffle(order)
            for at in order:
                serial, header = calls[at]
                began = clock()
                get(_PASS_TYPE, serial, header, None, _NOW)
                times[at].append(clock() - began)
    finally:
        gc.enable()
    base = statistics.median(times[0])
    found = []
    for name, own in list(zip(kinds, times, strict=True))[1:]:
        apart = sorted(one - other for one, other in zip(own, times[0], strict=True))
        half = math.ceil(_Z_99 * math.sqrt(TURNS) / 2)
        middle, low, high = (
            1 + apart[at] / base for at in (TURNS // 2, TURNS // 2 - half, TURNS // 2 + half)
        )
        found.append((name, middle, low, high))
    return found


def _line(name: str, ratio: float, low: float, high: float, verdict: str) -> str:
    return f"  {name:50} {ratio:6.3f} x  ({low:.3f} to {high:.3f})  {verdict}"


def _other(letter: str) -> str:
    return "B" if letter == "A" else "A"


def _never(_card: Any, _now: datetime) -> bytes:
    raise AssertionError("a wrong token was let in")
