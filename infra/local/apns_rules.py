"""What the local APNs accepts, refuses, remembers and is told to get wrong.

Statuses and reasons are those of "Handling notification responses from APNs". Knows no sockets, so
it is the same for every connection and may be asked from the inspection server's thread.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import uuid
from collections import Counter, deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST_PAYLOAD = 4096
_KEPT_PUSHES = 20_000
_TOKEN = re.compile(r"[0-9a-fA-F]{8,200}")
_PATH = re.compile(r"/3/device/([^/?]*)")
_TYPES = frozenset(
    {
        "alert",
        "background",
        "complication",
        "fileprovider",
        "liveactivity",
        "location",
        "mdm",
        "pushtotalk",
        "voip",
        "widgets",
    }
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SECONDS = re.compile(r"\d{1,12}")
_ONCE = ("apns-topic", "apns-push-type", "apns-priority", "apns-expiration", "apns-id")
_encode = json.JSONEncoder().encode
_REASONS = {
    400: "BadDeviceToken",
    403: "BadCertificate",
    410: "Unregistered",
    413: "PayloadTooLarge",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One push as it came over the wire, and the UID of the certificate that brought it."""

    headers: tuple[tuple[str, str], ...]
    payload: bytes
    certificate: str

    def first(self) -> dict[str, str]:
        """Return every header's first value by name."""
        return dict(reversed(self.headers))


@dataclass(frozen=True, slots=True)
class Reply:
    """A status with its body, and headers beside ``apns-id``."""

    status: int
    reason: str | None = None
    timestamp: int | None = None
    retry_after: int | None = None

    def body(self) -> bytes:
        """Return the body: empty for success, else JSON with the reason."""
        if self.reason is None:
            return b""
        content: dict[str, Any] = {"reason": self.reason}
        if self.timestamp is not None:
            content["timestamp"] = self.timestamp
        return json.dumps(content).encode()


Push = dict[str, Any]
"""A push that was answered: what was asked, what was said, and when."""
_PUSH_KEYS = (
    *("token", "apns_id", "status", "reason", "at", "topic", "push_type", "priority"),
    *("expiration", "payload"),
)


@dataclass(slots=True)
class Fault:
    """An order to answer wrongly: for one token until cleared, or for the next requests."""

    reply: Reply
    token: str | None = None
    left: int | None = None


class Faults:
    """What is to go wrong. Guarded by the lock of :class:`Desk`."""

    def __init__(self) -> None:
        self.replies: list[Fault] = []
        self.goaway_every: int | None = None
        self.hang = 0

    def take(self, token: str) -> Reply | None:
        """Return the wrong answer that is due for this token, if one is."""
        for fault in self.replies:
            if fault.token not in {None, token}:
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self.replies.remove(fault)
            return fault.reply
        return None


class Desk:
    """Judges requests and keeps what came, in memory and in a file of one JSON line per push."""

    def __init__(self, file: Path, clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._pushes: deque[Push] = deque(maxlen=_KEPT_PUSHES)
        self._counters: Counter[str] = Counter()
        self._faults = Faults()
        if file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines()[-_KEPT_PUSHES:]:
                with contextlib.suppress(ValueError):  # the last line of one killed may be half
                    self._remember(_read(line))
        file.touch(mode=0o600)
        self._log = file.open("a", encoding="utf-8")

    def write(self) -> None:
        """Put on disk what was answered; answers leave the house only after that."""
        with self._lock:
            self._log.flush()

    def close(self) -> None:
        """Close the file."""
        self._log.close()

    def answer(self, request: Request) -> tuple[str, Reply] | None:
        """Judge a request: ``apns-id`` and reply, or None when it is to be left unanswered."""
        headers = request.first()
        apns_id = headers.get("apns-id") or str(uuid.uuid4()).upper()
        found = _PATH.fullmatch(headers.get(":path", ""))
        token = found[1].lower() if found else ""
        with self._lock:
            if self._faults.hang > 0:
                self._faults.hang -= 1
                return None
            now = self._clock()
            reply = self._faults.take(token) or judge(request)
            push: Push = {
                "token": token,
                "apns_id": apns_id,
                "status": reply.status,
                "reason": reply.reason,
                "at": now,
                "topic": headers.get("apns-topic"),
                "push_type": headers.get("apns-push-type"),
                "priority": headers.get("apns-priority"),
                "expiration": headers.get("apns-expiration"),
                "payload": request.payload.decode("utf-8", "replace"),
            }
            self._remember(push)
            self._log.write(_encode(push) + "\n")
        return apns_id, reply

    def count(self, what: str) -> None:
        """Count a thing that is no push: ``connections``, ``goaways``."""
        with self._lock:
            self._counters[what] += 1

    def goaway_due(self, requests: int) -> bool:
        """Tell whether a connection that brought so many requests is to be sent away."""
        with self._lock:
            every = self._faults.goaway_every
            return bool(every) and requests >= (every or 0)

    def listing(self, token: str | None = None) -> dict[str, Any]:
        """Return what the inspection server shows."""
        wanted = token.lower() if token else None
        with self._lock:
            return {
                "pushes": [push for push in self._pushes if wanted in {None, push["token"]}],
                "counters": {
                    name: self._counters[name]
                    for name in ("received", "delivered", "refused", "connections", "goaways")
                },
            }

    def forget(self) -> None:
        """Forget every push and set the counters to zero."""
        with self._lock:
            self._pushes.clear()
            self._counters.clear()
            self._log.flush()
            self._log.seek(0)
            self._log.truncate()

    def clear_faults(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._faults = Faults()

    def order(self, content: dict[str, Any]) -> None:
        """Take an order for faults.

        Raises
        ------
        ValueError
            The order is not one of the known forms; the message says which those are.
        """
        forms = (
            'orders: {"status", "token" or "next", "reason"?, "timestamp"?, "retry_after"?}, '
            '{"goaway_every": n}, {"hang": n}'
        )
        unknown = set(content) - {
            *("status", "token", "next", "reason", "timestamp", "retry_after"),
            *("goaway_every", "hang"),
        }
        numbers = {
            name: value for name, value in content.items() if name not in {"token", "reason"}
        }
        if unknown or not content or not all(type(value) is int for value in numbers.values()):
            raise ValueError(forms)
        with self._lock:
            if "goaway_every" in content:
                self._faults.goaway_every = content["goaway_every"] or None
            if "hang" in content:
                self._faults.hang = content["hang"]
            if "status" in content:
                status = HTTPStatus(content["status"]).value
                timestamp = content.get("timestamp")
                if status == HTTPStatus.GONE and timestamp is None:
                    timestamp = int(self._clock() * 1000)
                token = content.get("token")
                self._faults.replies.append(
                    Fault(
                        Reply(
                            status,
                            content.get("reason") or _REASONS.get(status, "InternalServerError"),
                            timestamp,
                            content.get("retry_after"),
                        ),
                        token.lower() if token else None,
                        content.get("next", None if token else 1),
                    )
                )

    def _remember(self, push: Push) -> None:
        self._pushes.append(push)
        self._counters["received"] += 1
        self._counters["delivered" if push["status"] == HTTPStatus.OK else "refused"] += 1


def judge(request: Request) -> Reply:  # noqa: C901, PLR0911, PLR0912 - one refusal per line
    """Return the answer that APNs owes to a request that nothing was ordered for."""
    headers = request.first()
    if headers.get(":method") != "POST":
        return Reply(405, "MethodNotAllowed")
    found = _PATH.fullmatch(headers.get(":path", ""))
    if not found:
        return Reply(404, "BadPath")
    names = [name for name, _ in request.headers]
    if len(headers) < len(names) and any(names.count(name) > 1 for name in _ONCE):
        return Reply(400, "DuplicateHeaders")
    if not found[1]:
        return Reply(400, "MissingDeviceToken")
    if not _TOKEN.fullmatch(found[1]):
        return Reply(400, "BadDeviceToken")
    if not request.certificate:
        return Reply(403, "MissingProviderToken")
    topic = headers.get("apns-topic")
    if topic is None:
        return Reply(400, "MissingTopic")
    if topic != request.certificate:
        return Reply(400, "TopicDisallowed")
    push_type = headers.get("apns-push-type") or "alert"
    if push_type not in _TYPES:
        return Reply(400, "InvalidPushType")
    priority = headers.get("apns-priority") or "10"
    # A background push must be sent at priority 5; more is an error.
    if priority not in {"1", "5", "10"} or (push_type == "background" and priority == "10"):
        return Reply(400, "BadPriority")
    if not _SECONDS.fullmatch(headers.get("apns-expiration") or "0"):
        return Reply(400, "BadExpirationDate")
    apns_id = headers.get("apns-id")
    if apns_id is not None and not _UUID.fullmatch(apns_id):
        return Reply(400, "BadMessageId")
    if len(request.payload) > LARGEST_PAYLOAD:
        return Reply(413, "PayloadTooLarge")
    if not _is_object(request.payload):
        return Reply(400, "PayloadEmpty")
    return Reply(200)


def _read(line: str) -> Push:
    """Return a push from the file; ValueError for anything else."""
    push = json.loads(line)
    if not isinstance(push, dict) or tuple(push) != _PUSH_KEYS:
        raise ValueError("not a push")
    return push


def _is_object(payload: bytes) -> bool:
    try:
        return isinstance(json.loads(payload), dict)
    except ValueError:
        return False
