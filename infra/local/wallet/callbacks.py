"""Callbacks on their way: signed, sent, repeated until they are taken, spoiled on demand."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any, Final

from infra.local.wallet.rules import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.wallet.keys import CallbackKeys
    from infra.local.wallet.store import Store
    from infra.local.wallet.switches import Switches

Json = dict[str, Any]

MODES: Final = (
    *("duplicate", "lost", "expired_message", "expired_key", "unknown_root", "other_issuer"),
)
PAUSES: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds before each repetition. Google's are not documented."""
GOOD_FOR: Final = 3_600_000  # milliseconds; Google's is unknown


class Callbacks:
    """The queue of callbacks and who sends them.

    Parameters
    ----------
    post
        Sends a body to an address; returns the status, or None when there was no answer.
    switches
        Returns the switches as they are now.
    """

    def __init__(
        self,
        store: Store,
        keys: CallbackKeys,
        clock: Callable[[], float],
        post: Callable[[str, bytes], int | None],
        switches: Callable[[], Switches],
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._post = post
        self._switches = switches
        self._armed: list[str] = []
        self._sending = threading.Lock()
        self.waiting = threading.Event()

    def arm(self, mode: str, number: int) -> None:
        """Spoil the next callbacks in one way of MODES. Raises ValueError."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        self._armed += [mode] * number

    def clear(self) -> None:
        """Spoil nothing any more."""
        self._armed = []

    def fire(self, saved: Json, kind: str) -> None:
        """Queue the callback of an object's class, if it wants any: `kind` is save or del."""
        program = self._store.get("loyaltyClass", saved["classId"]) or {}
        url = program.get("callbackOptions", {}).get("url")
        if not url:
            return
        with self._store.one_at_a_time():
            ends = max(int(self._clock() * 1000) + GOOD_FOR, (self._store.setting("last") or 0) + 1)
            self._store.set("last", ends)
            message = {
                "classId": saved["classId"],
                "objectId": saved["id"],
                "eventType": kind,
                "expTimeMillis": ends,
                "count": 1,
                "nonce": str(uuid.uuid4()),
            }
            mode = self._armed.pop(0) if self._armed else ""
            due = None if self._switches().hold_callbacks else self._clock()
            for _ in range(2 if mode == "duplicate" else 1):
                self._store.add_callback(url, message, mode, due)
        self.waiting.set()

    def release(self, *, reverse: bool) -> None:
        """Send what was held back, in this order or the other way round."""
        held = [one for one in self._store.callbacks() if one["due"] is None and not one["outcome"]]
        for place, one in enumerate(reversed(held) if reverse else held):
            self._store.update_callback(one["number"], due=self._clock() + place / 1e6)
        self.waiting.set()

    def deliver(self) -> float | None:
        """Send everything that is due; return the seconds until there is more, None for nothing."""
        with self._sending:
            for one in self._store.due_callbacks():
                if one["due"] <= self._clock() + 1e-3:
                    self._send(one)
            left = self._store.due_callbacks()
            return max(0.0, left[0]["due"] - self._clock()) if left else None

    def _send(self, one: Json) -> None:
        number, attempts = one["number"], one["attempts"] + 1
        body = one["body"] or self._keys.signed(
            one["message"], one["message"]["objectId"].partition(".")[0], one["mode"]
        )
        if one["mode"] == "lost":
            changes: Json = {"outcome": "lost on purpose", "due": None}
        elif not one["url"].startswith(LOOPBACK):
            changes = {"outcome": "not sent: not an address of this machine", "due": None}
        else:
            status = self._post(one["url"], body)
            outcome = str(status or "no answer")
            if status is not None and 200 <= status < 300:  # noqa: PLR2004  the range of success
                changes = {"outcome": outcome, "due": None}
            elif attempts > len(PAUSES):
                changes = {"outcome": f"{outcome}, given up", "due": None}
            else:
                due = self._clock() + PAUSES[attempts - 1]
                changes = {"outcome": f"{outcome}, comes again", "due": due}
        self._store.update_callback(number, body=body, attempts=attempts, **changes)
