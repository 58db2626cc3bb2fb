"""Failures on demand, and the list of what was asked: how tests look behind the Wallet API."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]

FAULT_STATUSES: Final = frozenset({400, 401, 403, 404, 409, 429, 500, 502, 503, 504})
API_PATH: Final = "/walletobjects/"
REMEMBERED: Final = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next requests that match.

    Attributes
    ----------
    status, reason
        The error answered; with None the connection is dropped, or only delayed.
    after_commit
        Carry the request out first: the classic lost answer.
    delay
        Seconds before the answer.
    path, method
        Part of the address, and the method, that a request must have.
    retry_after
        Seconds in a ``Retry-After`` beside the status.
    """

    status: int | None = None
    reason: str | None = None
    after_commit: bool = False
    delay: float = 0.0
    path: str = API_PATH
    method: str | None = None
    retry_after: int | None = None

    @property
    def drops(self) -> bool:
        """Whether the connection is closed without an answer."""
        return self.status is None and (self.after_commit or self.delay == 0)


@dataclass
class _Armed:
    fault: Fault
    left: int


class Faults:
    """Armed faults; the first that matches is used up by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []

    def arm(self, wish: Json) -> None:
        """Add a fault as ``POST /inspect/faults`` describes it. Raises ValueError."""
        known = {"status", "reason", "next", "path", "method", "after_commit", "delay"}
        known |= {"retry_after"}
        if unknown := set(wish) - known:
            raise ValueError(f"unknown members: {', '.join(sorted(unknown))}; known: {known}")
        status = wish.get("status")
        if status is not None and status not in FAULT_STATUSES:
            raise ValueError(f"status {status!r} is none of {sorted(FAULT_STATUSES)}")
        fault = Fault(
            status=status,
            reason=wish.get("reason"),
            after_commit=bool(wish.get("after_commit", False)),
            delay=float(wish.get("delay", 0)),
            path=str(wish.get("path", API_PATH)),
            method=wish.get("method"),
            retry_after=int(wish["retry_after"]) if "retry_after" in wish else None,
        )
        with self._lock:
            self._armed.append(_Armed(fault, int(wish.get("next", 1))))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and count it."""
        with self._lock:
            for armed in self._armed:
                fault = armed.fault
                if fault.path in path and fault.method in {None, method} and armed.left > 0:
                    armed.left -= 1
                    self._armed = [other for other in self._armed if other.left > 0]
                    return fault
        return None

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._armed = []


class RateLimit:
    """So many requests within any second; the process forgets with its end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: deque[float] = deque()

    def is_exceeded(self, now: float, limit: int) -> bool:
        """Count a request at `now` (seconds), if there is room; 0 means no limit."""
        with self._lock:
            while self._taken and self._taken[0] <= now - 1:
                self._taken.popleft()
            if limit and len(self._taken) >= limit:
                return True
            self._taken.append(now)
            return False


class Journal:
    """The requests that came in, newest last, and how often each kind was answered how."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Json] = deque(maxlen=REMEMBERED)
        self._counts: Counter[str] = Counter()

    def note(self, method: str, path: str, status: int | None, body: Any) -> None:
        """Remember a request; status None means that the connection was dropped."""
        resource = "/".join(path.strip("/").split("/")[2:3]) or path.strip("/")
        with self._lock:
            self._requests.append({"method": method, "path": path, "status": status, "body": body})
            self._counts[f"{method} {resource} {status or 'dropped'}"] += 1

    def view(self) -> Json:
        """Return ``{"requests": [...], "counts": {"PATCH loyaltyObject 200": 3}}``."""
        with self._lock:
            return {"requests": list(self._requests), "counts": dict(self._counts)}

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._requests.clear()
            self._counts.clear()
