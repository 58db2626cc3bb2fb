"""A small shop in memory: programs, a member, the use cases, and a clock that is set by hand."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.access import short_code
from loyalty.access.tokens import Tokens
from loyalty.card.reader import CardReader
from loyalty.core.member import Application
from loyalty.core.order import BASKET, OrderKey, OrderReport, Part, Status
from loyalty.ledger.books import Books
from loyalty.ledger.nightly import Cursor, Page
from loyalty.members.codes import DIGITS
from loyalty.members.enrolment import Enrolled, Enrolment, NewNames
from loyalty.members.proving import Proving
from loyalty.members.recovery import Recovery
from loyalty.messages import Contact
from loyalty.program import document as program_document
from loyalty.store import publishing, reading
from loyalty.store.program_versions import Programs
from tests.support.memory import MemoryTables
from tests.support.use_cases import UseCases

if TYPE_CHECKING:
    from loyalty.core.account import Account, Entry
    from loyalty.ledger.books import Answer
    from loyalty.ledger.sales import OrderOutcome
    from loyalty.messages import Message
    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TEMPLATES = Path(__file__).parents[2] / "templates"
TOKENS = Tokens("A", {"A": bytes(range(32))})


@dataclass
class Channel:
    """A message channel that keeps what it is given."""

    reached: bool = True
    sent: list[Message] = field(default_factory=list)

    def reaches(self, _: Contact) -> bool:
        return self.reached

    def send(self, message: Message) -> None:
        self.sent.append(message)


OPENED: list[World] = []
"""Every world since the test began: at its end each is looked through for faults (conftest)."""


class World:
    """Everything a test of the business needs, over any tables."""

    def __init__(
        self, tables: Tables | None = None, seed: int = 1, *, bridged: bool = False
    ) -> None:
        OPENED.append(self)
        self.bridged = bridged
        self.tables: Any = tables or MemoryTables()
        self.now = START
        self.random = random.Random(seed)
        self.codes = random.Random(seed)
        self.short_codes = random.Random(seed)
        self.channel = Channel()
        self.slept: list[float] = []
        self.sold_at: dict[OrderKey, datetime] = {}
        self.restart()

    def restart(self) -> None:
        """Forget everything a process remembers."""
        self.programs = Programs(self.tables, lambda: self.now)
        self.books = Books(
            self.tables,
            self.programs,
            TOKENS,
            random=self.random.random,
            sleep=self.slept.append,
        )
        uses = UseCases(self.books, self.new_short_code, bridged=self.bridged)
        self.sales, self.spending, self.staff = uses.sales, uses.spending, uses.staff
        self.merging, self.visits = uses.merging, uses.visits
        self.coupons, self.offers = uses.coupons, uses.offers
        self.order_acts, self.receipts = uses.order_acts, uses.receipts
        self.erasure, self.nightly = uses.erasure, uses.nightly
        self.cards = CardReader(self.tables, self.programs)
        self.enrolment = Enrolment(
            self.books,
            self.channel,
            names=self._names,
            code=self._code,
            card_page=_card_page,
        )
        self.proving = Proving(
            self.books, uses.staff, self.channel, code=self._code, card_page=_card_page
        )
        self.recovery = Recovery(self.books, names=self._names)

    def put_program(self, name: str = "coffee", **changes: Any) -> None:
        """Make a shipped program, with changes, the current one."""
        text = (TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8")
        self.programs.put(program_document.read({**tomllib.loads(text), **changes}))
        self.restart()

    def enrol(
        self,
        contact: Contact | None = None,
        program: str = "coffee",
        location: str | None = None,
        *,
        name: str = "Ann",
    ) -> Enrolled:
        application = self.applied(contact, location=location, name=name)
        return self.enrolment.enrol(program, application, self.now)

    def applied(
        self,
        contact: Contact | None = None,
        *,
        location: str | None = None,
        referrer: Enrolled | None = None,
        name: str = "Ann",
    ) -> Application:
        return Application(
            first_name=name,
            contact=contact or Contact("email", f"{self.random.random()}@example.com"),
            birthday=None,
            language="en",
            consent_version="2026-11",
            marketing_consent_version=None,
            referrer_code=referrer.card_code if referrer else None,
            location=location,
        )

    def code(self, number: int = -1) -> str:
        """Return the code in a message that was sent; the last one's, if nothing is said."""
        return code_in(self.channel.sent[number].text)

    def prove(self, member: Enrolled, number: int = -1) -> None:
        """Prove a member's contact by the code in a message."""
        assert self.proving.prove(member.link, self.code(number), self.now) == "proved"

    def enrol_proved(self, contact: Contact | None = None, program: str = "coffee") -> Enrolled:
        """Enrol somebody who proves their contact at once."""
        member = self.enrol(contact, program)
        self.prove(member)
        return member

    def report(
        self,
        order: str = "1",
        version: int = 1,
        total: int = 1000,
        status: Status = "completed",
        *,
        member: Enrolled | None = None,
        part: str = BASKET,
        source: str = "till",
        program: str = "coffee",
    ) -> OrderReport:
        reference = TOKENS.read_card_code(member.card_code) if member else None
        key = OrderKey(program, source, order)
        return OrderReport(
            key=key,
            currency="USD",
            # However late a version is told, the sale was when it was.
            occurred_at=self.sold_at.setdefault(key, self.now),
            parts=(Part(part, version, status, total),),
            hints=(f"code:{reference}",) if reference else (),
            actor="endpoint:test",
        )

    def sell(self, *arguments: Any, **options: Any) -> OrderOutcome:
        return self.sales.record_order(self.report(*arguments, **options), self.now)

    def redeem(
        self, member: Enrolled, redemption: str = "r1", reward: str = "free-coffee"
    ) -> Answer:
        return self.spending.redeem(
            "coffee",
            source="till",
            redemption=redemption,
            card_code=member.card_code,
            reward=reward,
            now=self.now,
        )

    def account(self, member: Enrolled, program: str = "coffee") -> Account:
        account = reading.read_account(self.tables, program, member.member_id)
        assert account is not None
        return account

    def entries(self, member: Enrolled, program: str = "coffee") -> tuple[Entry, ...]:
        return reading.read_entries(self.tables, program, member.member_id)

    def balance(self, member: Enrolled, pot: str = "points") -> int:
        return self.account(member).balance(pot)

    def unpublished(self) -> list[tuple[str, str]]:
        return [
            member
            for shard in range(publishing.SHARDS)
            for member in publishing.waiting(self.tables, shard, 2**40, 100)
        ]

    def night(self, segments: int = 2) -> list[Page]:
        """Run the nightly job to its end."""
        pages = []
        for segment in range(segments):
            cursor: Cursor | None = Cursor(segment, segments)
            while cursor is not None:
                pages.append(self.nightly.run(cursor, self.now))
                cursor = pages[-1].next
        return pages

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def _code(self) -> str:
        return f"{self.codes.randrange(10**DIGITS):0{DIGITS}}"

    def new_short_code(self) -> str:
        return short_code.code(self.short_codes.randrange(short_code.MANY))

    def _names(self) -> NewNames:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        return NewNames(
            member=f"{self.random.getrandbits(128):032x}",
            serial=f"{self.random.getrandbits(128):032x}",
            reference="".join(self.random.choice(letters) for _ in range(16)),
            short=self.new_short_code(),
        )


def shipped(name: str) -> Program:
    """Return a program that ships."""
    text = (TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8")
    return program_document.read_toml(text)


def code_in(text: str) -> str:
    """Return the code that stands in a message."""
    found = re.search(r"\b([0-9]{4} [0-9]{4})\b", text)
    assert found, text
    return found[1]


def _card_page(link: str) -> str:
    return f"https://cards.example/c/{link}"


def settled(account: Account) -> Account:
    """Return the account without what merely counts writes."""
    return replace(account, seq=0, revision=0, card_version=0, head="")
