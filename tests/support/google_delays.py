"""A Google that fails by chance and carries requests out late."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from infra.local.wallet.rules import RefusalError
from tests.support.google_transport import GoogleMemory

if TYPE_CHECKING:
    from collections.abc import Callable


FAULTS: dict[str, int] = {
    "fine": 1000,
    "429": 30,
    "429 for a while": 10,
    "403 rate": 15,
    "503": 20,
    "503 after commit": 20,
    "401": 3,
    "no answer": 12,
    "no answer after commit": 12,
    "no answer, carried out late": 20,
    "slow": 30,
    "killed": 4,
    "killed after commit": 4,
    "killed, carried out late": 4,
}


class Google(GoogleMemory):
    """What Google has, and what it has yet to carry out."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[tuple[float, int, Callable[[], Any]]] = []
        self.requests: Counter[str] = Counter()
        self.carried_out_late = 0

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Carry out a request by the rules; return status and answer."""
        kind, _, rest = path.partition("/")
        identifier, _, action = rest.partition("/")
        identifier = unquote(identifier) or body["id"]
        self.requests[f"{method} {kind}{action and ' ' + action}"] += 1
        try:
            if method == "POST" and not rest:
                return 200, self.insert(kind, body)
            if method == "PATCH":
                return 200, self.patch(kind, body | {"id": identifier})
            if action:
                return 200, self.add_message(kind, identifier, body["message"])
            return 200, self.get(kind, identifier)
        except RefusalError as refusal:
            return refusal.status, refusal.body
