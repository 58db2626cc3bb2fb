"""A shop in memory that runs campaigns: members who consent, a queue, a clock."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.campaigns.audiences import Audiences
from loyalty.campaigns.managing import Campaigns
from loyalty.campaigns.running import Cursor, Running
from loyalty.store import campaign_book
from loyalty.store.campaign_book import KeptCampaign

if TYPE_CHECKING:
    from datetime import date

    from loyalty.card.view import Card
    from loyalty.members.enrolment import Enrolled
    from loyalty.store.campaign_book import Claim
    from tests.support.world import World

EVERYBODY: dict[str, Any] = {"all": []}
HELLO: dict[str, Any] = {
    "kind": "message",
    "text": {"en": "Hello {name}!", "ru": "Привет, {name}!"},
}
OPEN: dict[str, Any] = {"control": 0, "hold_out": 0}


class Campaigning:
    """Makes campaigns and runs them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.waiting: deque[Cursor] = deque()
        self.campaigns = Campaigns(world.books, Audiences(world.books))
        self.running = Running(world.books)

    def put(self, cursor: Cursor) -> None:
        self.waiting.append(cursor)

    def join(
        self, name: str, *, consents: bool = True, born: date | None = None, at: str | None = None
    ) -> Enrolled:
        made = self.world.applied(location=at, name=name)
        version = "2026-11" if consents else None
        application = replace(made, marketing_consent_version=version, birthday=born)
        return self.world.enrolment.enrol("coffee", application, self.world.now)

    def make(self, name: str, **changes: Any) -> None:
        document = {
            "name": name,
            "audience": EVERYBODY,
            "trigger": {"kind": "now"},
            "actions": [HELLO],
            "guards": OPEN,
            **changes,
        }
        sent = KeptCampaign(name, document)
        self.campaigns.put("coffee", sent, 0, "key:owner", self.world.now)

    def start(self, name: str, **changes: Any) -> None:
        self.make(name, **changes)
        self.move(name, "running")

    def move(self, name: str, state: Any) -> None:
        seen = self.campaigns.one("coffee", name).version
        self.campaigns.move("coffee", name, seen, state, "key:owner", self.world.now)

    def run(self) -> list[str]:
        """Do what is due now, to the end; return how occurrences ended."""
        self.running.tick(self, self.world.now)
        return self.work()

    def work(self) -> list[str]:
        """Work off what waits, to the end; return how occurrences ended."""
        ended: list[str] = []
        while self.waiting:
            walked = self.running.walk(self.waiting.popleft(), self.world.now)
            ended += walked.outcomes
            if walked.next:
                self.put(walked.next)
        return ended

    def claims(self, name: str) -> list[Claim]:
        return sorted(
            campaign_book.claims(self.world.tables, "coffee", name),
            key=lambda one: (one.at, one.member),
        )

    def told(self, member: Enrolled, language: str | None = None) -> str:
        """Return what the card's message says; empty where there is none."""
        field = self.card(member, language).field("message")
        return field.text if field else ""

    def card(self, member: Enrolled, language: str | None = None) -> Card:
        """Return what a card shows now."""
        card = self.world.cards.by_member("coffee", member.member_id, self.world.now, language)
        assert card is not None
        return card
