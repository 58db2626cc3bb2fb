"""Surprises of campaigns as anybody may see them: rules, what was promised, what was drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from loyalty.campaigns import surprises
from loyalty.campaigns.campaign import read_kept
from loyalty.refusals import Refusal
from loyalty.store import campaign_book

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.campaigns.campaign import Action, Campaign
    from loyalty.campaigns.surprises import Prize
    from loyalty.ledger.books import Books
    from loyalty.store.campaign_book import KeptCampaign

ENDED: Final = frozenset({"cancelled", "finished"})
MOST_TICKETS: Final = 20_000
"""Tickets that one list holds."""


@dataclass(frozen=True, slots=True)
class Published:
    """A surprise as it is published.

    Attributes
    ----------
    rules, commitment
        Of ``loyalty.campaigns.surprises``: from the start on.
    seed
        Hexadecimal; None as long as somebody may still draw.
    """

    prizes: tuple[Prize, ...]
    rules: str
    commitment: str
    seed: str | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who has drawn, by a pseudonym, and which prize, from 0; None for none."""

    name: str
    prize: int | None


class Surprises:
    """Shows surprises."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def published(self, program: str, name: str) -> Published:
        """Return a campaign's surprise.

        Raises
        ------
        Refusal
            ``no_surprise``: the campaign has none, or has not started.
        """
        kept, campaign, seed = self._found(program, name)
        prizes = prizes_of(campaign)
        text = surprises.rules(program, name, prizes)
        ended = kept.state in ENDED
        return Published(
            prizes, text, surprises.commitment(seed, text), seed.hex() if ended else None
        )

    def tickets(self, program: str, name: str) -> list[Ticket]:
        """Return who has drawn what once the surprise has ended, in the order of pseudonyms.

        Raises as ``published``.
        """
        kept, campaign, seed = self._found(program, name)
        if kept.state not in ENDED:
            return []
        return sorted(self._drawn(program, campaign, seed), key=lambda one: one.name)

    def counts(self, program: str, name: str) -> Mapping[int, int]:
        """Return how often each prize was drawn by now; -1 for none. Raises as ``published``."""
        _, campaign, seed = self._found(program, name)
        found = self._drawn(program, campaign, seed)
        return Counter(-1 if one.prize is None else one.prize for one in found)

    def _drawn(self, program: str, campaign: Campaign, seed: bytes) -> list[Ticket]:
        prizes, found = prizes_of(campaign), []
        claims = campaign_book.claims(self._books.tables, program, campaign.id)
        for one in islice((claim for claim in claims if claim.outcome == "sent"), MOST_TICKETS):
            name = surprises.ticket(program, campaign.id, one.occurrence, one.member)
            found.append(Ticket(name, surprises.drawn(seed, name, prizes)))
        return found

    def _found(self, program: str, name: str) -> tuple[KeptCampaign, Campaign, bytes]:
        tables = self._books.tables
        kept = campaign_book.read(tables, program, name)
        seed = campaign_book.read_seed(tables, program, name) if kept else None
        if kept is None or seed is None:
            raise Refusal("not_found", "no_surprise", "There is no surprise of that name.")
        campaign = read_kept(kept.id, kept.document, self._books.programs.current(program))
        return kept, campaign, seed


def drawn_for(
    campaign: Campaign, seed: bytes | None, occurrence: str, member: str, program: str
) -> Campaign:
    """Return a campaign with what a member draws in the place of its surprise. Pure.

    Raises
    ------
    LookupError
        There is nothing to draw from: it was never started.
    """
    prizes = prizes_of(campaign)
    if not prizes:
        return campaign
    if seed is None:
        raise LookupError("no seed")
    name = surprises.ticket(program, campaign.id, occurrence, member)
    place = surprises.drawn(seed, name, prizes)
    return replace(
        campaign,
        actions=tuple(
            _concrete(one, None if place is None else prizes[place], name) if one.prizes else one
            for one in campaign.actions
        ),
    )


def _concrete(action: Action, prize: Prize | None, ticket: str) -> Action:
    """Return a surprise as the message, and the gift, that it turned out to be."""
    if prize is None:
        texts = {
            language: text.replace("{ticket}", ticket).replace("{prize}", "")
            for language, text in action.nothing.items()
        }
        return replace(action, kind="message", texts=texts, prizes=())
    texts = {
        language: text.replace("{ticket}", ticket).replace("{prize}", prize.names[language])
        for language, text in action.texts.items()
    }
    return replace(
        action,
        kind="message",
        texts=texts,
        prizes=(),
        pot=prize.pot,
        points=prize.points,
        cost=action.cost + prize.cost,
    )


def prizes_of(campaign: Campaign) -> tuple[Prize, ...]:
    """Return what can be drawn in a campaign; nothing in most."""
    return next((one.prizes for one in campaign.actions if one.prizes), ())
