"""Clients of booking tools and CRMs: which member each of them is, and what the tool says of them.

A tool's own id of a client leads to a member (``customer_links``) once the tool has told by what
the member is known: their card's code, or a contact that they have proved. What staff have linked
by hand is left as it is. What the tool says arrives unproved and fills what nobody has said.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.ledger.act import Act
from loyalty.ledger.buyers import matches
from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.customers import MOST
from loyalty.refusals import Busy, InvalidContact, Refusal
from loyalty.store import customer_links
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.core.client_report import ClientReport
    from loyalty.ledger.books import Books
    from loyalty.members.records import Records
    from loyalty.messages import Contact
    from loyalty.store.customer_links import Link

_CUSTOMER = "customer:"


@dataclass(frozen=True, slots=True)
class ClientOutcome:
    """What became of a report.

    ``result``: ``noted``, ``late`` (that or something newer was told), ``unknown`` (no member is
    known by it). ``linked``: the tool's id has come to lead to this member just now.
    """

    result: Literal["noted", "late", "unknown"]
    member: str | None = None
    linked: bool = False


class Clients:
    """Links clients of tools to members, and writes down what tools say of them."""

    def __init__(self, books: Books, records: Records) -> None:
        self._books = books
        self._records = records

    def take(self, report: ClientReport, now: datetime) -> ClientOutcome:
        """Take what a tool says of a client; the newest word counts.

        The same word is taken again once the owner has said otherwise what the tool's fields mean:
        it was read by what they meant before.

        Raises
        ------
        Refusal
            Busy: report again; what was done is not done twice.
        """
        customer = report.source, report.id
        link, linked = self._linked(report.program, customer, report.hints, now)
        if link is None:
            return ClientOutcome("unknown")
        if link.version > report.version or (link.version, link.mapping) == (
            report.version,
            report.mapping,
        ):
            return ClientOutcome("late", link.member, linked)
        act = Act(report.program, report.source, report.id, "", automatic=True)
        try:
            self._records.tell(act, link.member, report, self._contact(report), now)
        except Refusal as refusal:
            # Of whoever left, or whose data key is gone, nothing is written down.
            if refusal.code not in {"member_not_found", "member_unreadable"}:
                raise
            return ClientOutcome("unknown")
        tables = self._books.tables
        version, mapping = report.version, report.mapping
        customer_links.note(tables, report.program, customer, link, v=version, m=mapping)
        return ClientOutcome("noted", link.member, linked)

    def known(self, program: str, hints: Iterable[str], now: datetime) -> tuple[str, str] | None:
        """Let the client that a visit names lead to whom the rest of what it says names.

        Returns the client (source, id) where it has come to lead to somebody just now.

        Raises
        ------
        Refusal
            Busy.
        """
        named = tuple(hints)
        for hint in named:
            if hint.startswith(_CUSTOMER):
                source, _, name = hint.removeprefix(_CUSTOMER).partition(":")
                _, linked = self._linked(program, (source, name), named, now)
                return (source, name) if linked else None
        return None

    def _linked(
        self, program: str, customer: tuple[str, str], hints: tuple[str, ...], now: datetime
    ) -> tuple[Link | None, bool]:
        """Return whose a client is, and whether that is new."""
        tables = self._books.tables
        for _ in self._books.attempts():
            link = customer_links.read_link(tables, program, *customer)
            if link is not None and not link.told:
                return link, False
            found = self._named(program, hints, now)
            if found is None or (link is not None and self._same(program, link.member, found)):
                return link, False
            if len(customer_links.read_of(tables, program, found)) >= MOST:
                return link, False
            try:
                seen = link.member if link else None
                customer_links.link(tables, program, found, customer, seen, told=True)
            except (Cancelled, OutcomeUnknown):
                continue
            return customer_links.read_link(tables, program, *customer), True
        raise Busy

    def _contact(self, report: ClientReport) -> Contact | None:
        """Return the first phone or e-mail that a tool tells and that can be one."""
        region = self._books.programs.current(report.program).region
        for phone in report.phones:
            with suppress(InvalidContact):
                return parse_phone(phone, region)
        for email in report.emails:
            with suppress(InvalidContact):
                return parse_email(email)
        return None

    def _named(self, program: str, hints: tuple[str, ...], now: datetime) -> str | None:
        """Return whom hints name, the tool's own ids apart."""
        others = tuple(one for one in hints if not one.startswith(_CUSTOMER))
        for member in matches(self._books, program, others, None, now) if others else ():
            account = self._books.account(program, member)
            if account and not account.closed:
                return account.member
        return None

    def _same(self, program: str, one: str, other: str) -> bool:
        return one == other or self._books.same_member(program, one, other)
