"""What the made-up shop does with its guests: a cause, prize draws, an invitation, appointments.

Some guests have their card in a wallet, put there by the simulated phones of the running stack.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.carriers import beacons
from loyalty.core.booking import VisitReport
from loyalty.core.cause import Cause
from loyalty.core.draw import Beacon, Draw, second_of
from loyalty.core.report import OrderKey
from loyalty.ledger.donating import Causes
from loyalty.ledger.drand import is_signed
from loyalty.ledger.drawing_prizes import Draws
from loyalty.members.inviting import Invitations
from loyalty.refusals import Refusal
from loyalty.store.campaign_book import KeptCampaign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from infra.demo_office import Office
    from loyalty.ledger.books import Books
    from loyalty.ledger.visits import Visits
    from loyalty.members.enrolment import Enrolled
    from loyalty.program.rules import Program

ACTOR = "key:demo-owner"
TASTING = "demo-tasting"
_PLACES, _YES = 12, 0.6
_GIVERS, _ENTRANTS, _BOOKED, _PHONES = 60, 40, 10, 12
_PRICE = 10
_SAID: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


class Together:
    """Does what guests do together, at instants of the past, by the use cases of every day."""

    def __init__(
        self, books: Books, program: Program, seed: int, cards: Mapping[int, Enrolled]
    ) -> None:
        self._books, self._program, self._seed = books, program, seed
        self._cards = [cards[number] for number in sorted(cards)]
        self._causes = Causes(books)
        self._draws = Draws(books, lambda beacon: is_signed(beacon, beacons.key()))

    def give(self, now: datetime) -> int:
        """Name a cause, and let guests give to it; return how many did."""
        cause = Cause(
            "demo-shelter", self._said("cause.name"), self._said("cause.text"), self._pot, 5, 5_000,
            "", True,
        )  # fmt: skip
        self._causes.put(self._program.id, cause, 0, ACTOR, now - timedelta(days=40))
        return self._each("give", _GIVERS, now - timedelta(days=30), self._one_gift)

    def draw(self, now: datetime) -> int:
        """Hold one draw to its end, and let guests enter another; return how many entries."""
        began, closes = now - timedelta(days=50), now - timedelta(days=9)
        self._draws.put(self._program.id, self._named("drawn", closes), 0, ACTOR, began)
        found = self._each("drawn", _ENTRANTS, now - timedelta(days=15), self._one_entry)
        fixed = self._draws.close(self._program.id, "demo-drawn", ACTOR, closes).fixed
        if fixed is not None:
            # Not what drand has published of that round, but what this machine's stand-in says.
            said = beacons.signed(fixed.round)
            beacon = Beacon(fixed.round, str(said["randomness"]), str(said["signature"]))
            later = closes + timedelta(seconds=second_of(fixed.round) - int(closes.timestamp()) + 9)
            self._draws.decide(self._program.id, "demo-drawn", beacon, ACTOR, later)
        ends, opens = now + timedelta(days=20), now - timedelta(days=2)
        self._draws.put(self._program.id, self._named("open", ends), 0, ACTOR, opens)
        return found + self._each("open", _ENTRANTS, opens, self._one_entry)

    def invite(self, office: Office, now: datetime, present: datetime) -> int:
        """Invite guests to an evening, and let some answer; return how many did."""
        begins = (present + timedelta(days=9)).replace(hour=18, minute=0, tzinfo=None)
        action = {
            "kind": "invitation",
            "title": self._said("invitation.title"),
            "text": self._said("invitation.text"),
            "invitation": {"places": _PLACES, "begins": f"{begins:%Y-%m-%dT%H:%M}"},
        }
        document = {
            "name": _SAID["invitation"]["title"][self._program.languages[0]],
            "audience": {"field": "visits", "at_least": 3},
            "trigger": {"kind": "now"}, "actions": [action],
            "guards": {"control": 0, "hold_out": 0},
        }  # fmt: skip
        kept = KeptCampaign(TASTING, document)
        office.campaigns.put(self._program.id, kept, 0, ACTOR, now)
        if not office.start(TASTING, now):
            return 0
        reached = sorted(office.call(now, TASTING))
        invitations, answered = Invitations(self._books), 0
        chance = random.Random(f"{self._seed}/invited")  # noqa: S311 - no secret
        for minute, member in enumerate(reached[: 3 * _PLACES]):
            for one in invitations.mine(self._program.id, member):
                yes = chance.random() < _YES
                at = now + timedelta(minutes=10 + minute)
                answered += invitations.answer(invitations.link(one), at, yes=yes) is not None
        return answered

    def book(self, visits: Visits, now: datetime) -> int:
        """Let some guests have booked a visit; return how many."""
        for number, mine in enumerate(self._cards[-_BOOKED:]):
            at = (now + timedelta(days=1 + number % 6)).replace(minute=0, second=0, microsecond=0)
            reference = self._books.tokens.read_card_code(mine.card_code)
            key = OrderKey(self._program.id, "demo-book", f"{self._seed}-{number}")
            hints = (f"code:{reference}",)
            ends = at + timedelta(minutes=45)
            visits.record(VisitReport(key, 1, "booked", at, ends, hints, "endpoint:demo-book"), now)
        return len(self._cards[-_BOOKED:])

    def _each(self, what: str, most: int, at: datetime, act: Any) -> int:
        done = 0
        for number, mine in enumerate(self._cards[:: max(1, len(self._cards) // most)]):
            chance = random.Random(f"{self._seed}/{what}/{number}")  # noqa: S311 - no secret
            name = f"demo-{self._seed}-{what}-{number}"
            when = at + timedelta(minutes=7 * number)
            try:
                done += act(what, mine.member_id, chance, hashlib.sha256(name.encode()), when)
            except Refusal as refusal:
                if refusal.kind in {"busy", "unavailable"}:
                    raise
        return done

    def _one_gift(self, _: str, member: str, chance: random.Random, act: Any, at: datetime) -> int:
        points, name = 5 * chance.randint(1, 6), act.hexdigest()[:32]
        answer = self._causes.give(self._program.id, member, "demo-shelter", points, name, at)
        return int(answer.body["outcome"] == "given")

    def _one_entry(
        self, what: str, member: str, chance: random.Random, act: Any, at: datetime
    ) -> int:
        number, name = chance.randint(1, 3), act.hexdigest()[:32]
        answer = self._draws.enter(self._program.id, member, f"demo-{what}", number, name, at)
        return number if answer.body["outcome"] == "given" else 0

    def _named(self, what: str, closes: datetime) -> Draw:
        prizes = tuple(self._texts(one) for one in _SAID["prizes"])
        return Draw(
            f"demo-{what}", self._said(f"{what}.name"), self._said(f"{what}.text"), prizes,
            self._pot, _PRICE, 5, int(closes.timestamp()),
        )  # fmt: skip

    @property
    def _pot(self) -> str:
        return self._program.pots[0].id

    def _said(self, place: str) -> dict[str, str]:
        table, _, name = place.partition(".")
        return self._texts(_SAID[table][name])

    def _texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {one: texts[one] for one in self._program.languages}


def install(stack: Mapping[str, Any], cards: Sequence[Enrolled]) -> Counter[str]:
    """Put some cards into the simulated wallets; return how many into each."""
    from infra.local.google_user import GoogleUser  # noqa: PLC0415 - slow to import
    from infra.local.phone import Iphone  # noqa: PLC0415

    def apple(mine: Enrolled) -> None:
        Iphone(stack, mine.member_id).install(f"{stack['base_url']}/c/{mine.link}/apple")

    def google(mine: Enrolled) -> None:
        GoogleUser(stack).save(f"{stack['base_url']}/c/{mine.link}/google")

    mine = cards[: 2 * _PHONES]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(apple, mine[::2]))
        list(pool.map(google, mine[1::2]))
    return Counter(apple=len(mine[::2]), google=len(mine[1::2]))
