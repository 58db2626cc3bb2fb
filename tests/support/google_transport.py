"""Google in a test's own process: what it keeps, and a client whose connection a test writes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from infra.local.wallet import rules
from passes.google.client import WalletClient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]
Answer = tuple[int, "Mapping[str, str]", bytes]


class Token:
    """Credentials that count how often they are fetched."""

    def __init__(self) -> None:
        self.token: Any = None
        self.fetched = 0

    @property
    def valid(self) -> bool:
        return self.token is not None

    def refresh(self, _: Any) -> None:
        self.fetched += 1
        self.token = f"token-{self.fetched}"


class ConnectedClient(WalletClient):
    """The client, with a function for a connection.

    ``exchange`` takes what was meant, method, address, headers, body and the end of patience.
    """

    def __init__(self, exchange: Callable[..., Answer], **options: Any) -> None:
        self.token = Token()
        self.exchange = exchange
        super().__init__(self.token, **options)

    @property
    def timeout(self) -> float:
        """Return the seconds that one request may take."""
        return self._patience.timeout

    def _exchange(self, *request: Any) -> Answer:
        return self.exchange(*request)


class GoogleMemory:
    """Objects and classes by id, changed as the local Wallet API changes them.

    Raises what it raises: `infra.local.wallet.rules.RefusalError`.
    """

    def __init__(self, *bodies: Json) -> None:
        self.found: dict[str, Json] = {body["id"]: body for body in bodies}
        self.added: Counter[str] = Counter()

    def get(self, kind: str, identifier: str) -> Json:
        if identifier not in self.found:
            raise rules.not_found(kind, identifier)
        return self.found[identifier]

    def insert(self, kind: str, body: Json) -> Json:
        if body["id"] in self.found:
            raise rules.already_exists(kind, body["id"])
        self.found[body["id"]] = rules.merge({}, body)
        return self.found[body["id"]]

    def patch(self, kind: str, body: Json) -> Json:
        self.found[body["id"]] = rules.merge(self.get(kind, body["id"]), body)
        return self.found[body["id"]]

    def add_message(self, kind: str, identifier: str, message: Json) -> Json:
        changed = rules.with_message(kind, self.get(kind, identifier), message)
        self.found[identifier] = changed
        self.added[message["id"]] += 1
        return changed
