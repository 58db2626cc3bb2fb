"""A world whose events go somewhere: queues in memory, a poster that answers as it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyalty.outgoing.posting import Reply
from loyalty.outgoing.receiving import Receiving
from loyalty.outgoing.sending import Sender
from loyalty.outgoing.telling import Telling
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.outgoing.queued import Sending
    from loyalty.store.receivers import Receiver

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
URL = "https://hooks.example.com/loyalty"


@dataclass
class Queue:
    """A sending queue that keeps what it is given; ``refuse`` raises so often before it takes."""

    waiting: list[Sending] = field(default_factory=list)
    refuse: int = 0

    def put(self, sendings: Sequence[Sending]) -> None:
        if self.refuse:
            self.refuse -= 1
            raise ConnectionError
        self.waiting += sendings

    def take(self) -> list[Sending]:
        found, self.waiting = self.waiting, []
        return found


@dataclass
class Posts:
    """A poster; ``replies`` are the next answers, 204 after them."""

    replies: list[Reply] = field(default_factory=list)
    posted: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: str, headers: Mapping[str, str], seconds: float) -> Reply:
        assert 0 < seconds <= 10
        self.posted.append((url, body, dict(headers)))
        return self.replies.pop(0) if self.replies else Reply(204)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body, _ in self.posted]

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.events]


class Secrets(dict[tuple[str, str], list[str]]):
    """Secrets in memory."""

    def read(self, program: str, receiver: str) -> list[str]:
        return self.get((program, receiver), [])

    def write(self, program: str, receiver: str, secrets: Sequence[str]) -> None:
        self[program, receiver] = list(secrets)


class House:
    """A shop, its receivers, and hands to do a worker's work."""

    def __init__(self) -> None:
        self.world = World()
        self.world.put_program("coffee")
        self.queue, self.posts, self.secrets = Queue(), Posts(), Secrets()
        self.made = 0
        self.seconds = 0.0
        self.receiving = Receiving(
            self.world.tables, self.secrets, self.queue, secret=self._secret, local=False
        )
        self.restart()

    def restart(self) -> None:
        self.world.restart()
        self.telling = Telling(self.world.tables, self.world.programs, self.queue)
        self.sender = Sender(
            self.world.tables,
            self.posts,
            secrets=self._good,
            clock=lambda: self.world.now,
            seconds=lambda: self.seconds,
            random=lambda: 0.0,
        )

    def add(self, name: str = "crm", *kinds: str, program: str = "coffee", url: str = URL) -> str:
        return self.receiving.add(program, name, url, kinds, self.world.now)

    def tell(self, member: Any = None, program: str = "coffee") -> int:
        return self.telling.tell(program, member.member_id if member else "")

    def work(self) -> list[str]:
        """Send all that is queued; return what became of each."""
        return [self.sender.send(one) for one in self.queue.take()]

    def _secret(self) -> str:
        self.made += 1
        return f"whsec_{'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI'}{'abcdefgh'[self.made]}"

    def _good(self, receiver: Receiver) -> list[str]:
        found = self.secrets.read(receiver.program, receiver.id)
        if not found:
            raise LookupError
        return found
