"""Ideas that become drafts, and the plan of a year: use cases of an owner."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from loyalty.campaigns import calendar_plan, ready
from loyalty.campaigns.campaign import read_kept
from loyalty.core.calendar import local
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, campaign_book
from loyalty.store.audit_log import Changed
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.campaigns.calendar_plan import Planned
    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.managing import Campaigns
    from loyalty.campaigns.ready import Template
    from loyalty.ledger.books import Books

_ON_DAYS = frozenset({"recurring", "at", "holiday"})


class Plans:
    """Makes drafts of templates, and tells what falls on which day."""

    def __init__(self, books: Books, campaigns: Campaigns) -> None:
        self._books = books
        self._campaigns = campaigns

    def templates(self, program: str) -> list[Template]:
        """Return all templates, as the program can have them."""
        return ready.templates(self._books.programs.current(program))

    def make(  # noqa: PLR0917
        self,
        program: str,
        template: ready.Name,
        name: str,
        shaped: Callable[[dict[str, Any]], dict[str, Any]],
        actor: str,
        now: datetime,
    ) -> KeptCampaign:
        """Make a draft of a template; the same once more answers with it.

        ``shaped`` returns a document as it is kept when somebody puts it.

        Raises
        ------
        Refusal
            ``template_not_possible``, ``campaign_exists``, or as ``Campaigns.put``.
        """
        rules = self._books.programs.current(program)
        found = ready.template(rules, template)
        if found.document is None:
            detail = _LACKS[found.lack] if found.lack else ""
            raise Refusal("conflict", "template_not_possible", detail)
        document = shaped(found.document)
        before = campaign_book.read(self._books.tables, program, name)
        if before is not None:
            if before.document == document:
                return before
            detail = "There is a campaign of that id: choose another one."
            raise Refusal("conflict", "campaign_exists", detail)
        return self._campaigns.put(program, KeptCampaign(name, document), 0, actor, now)

    def calendar(
        self, program: str, now: datetime, language: str | None = None
    ) -> tuple[list[Planned], list[tuple[Campaign, str]]]:
        """Return what falls on days of the coming year, and campaigns that follow members."""
        rules = self._books.programs.current(program)
        found: list[tuple[Campaign, str]] = []
        for kept in campaign_book.read_all(self._books.tables, program):
            try:
                found.append((read_kept(kept.id, kept.document, rules), kept.state))
            except Refusal:
                continue  # the program has lost what it names: it is paused when it is due
        today = local(now, rules.zone).date()
        planned = calendar_plan.plan(rules, found, today, language or rules.languages[0])
        standing = [
            one
            for one in found
            if one[0].trigger.kind not in _ON_DAYS and one[1] in {"draft", "running", "paused"}
        ]
        return planned, standing

    def secret(self, program: str) -> str:
        """Return the secret in the address of a program's calendar, as it is now."""
        number = campaign_book.calendar_address(self._books.tables, program)
        return self._books.tokens.feed_token(program, number)

    def replace_secret(self, program: str, actor: str, now: datetime) -> str:
        """Give the calendar another address: whoever had the old one has it no more.

        Raises
        ------
        Refusal
            Busy: somebody else has just done it.
        """
        seen = campaign_book.calendar_address(self._books.tables, program)
        line = Changed(
            program, now, actor, "calendar.address", "calendar", {"replaced": seen},
            {"replaced": seen + 1}, seen + 1,
        )  # fmt: skip
        write = campaign_book.replace_calendar_address(program, seen)
        if not written(self._books.tables, write, audit_log.put(line)):
            raise Busy
        return self.secret(program)

    def feed(self, program: str, token: str, now: datetime) -> str | None:
        """Return the plan as iCalendar for whoever has its address; None for anybody else."""
        rules = self._books.programs.find(program)
        if rules is None or not hmac.compare_digest(token.encode(), self.secret(program).encode()):
            return None
        language = rules.languages[0]
        planned, _ = self.calendar(program, now, language)
        return calendar_plan.feed(rules, planned, language, now)


_LACKS = {
    "no_reward": "The program has no reward.",
    "nothing_ends": "No value of the program ends.",
    "no_question": "Questions cannot be asked yet.",
    "nothing_earned": "Nothing is earned in the program.",
}
