"""Campaigns of an owner: making, trying, starting, stopping them; what they did so far."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.campaigns import codes, deciding, promoting, surprises
from loyalty.campaigns.assigning import usual_share
from loyalty.campaigns.campaign import EVENTS, filled, read, read_kept
from loyalty.campaigns.channels.choosing import message
from loyalty.campaigns.channels.text_parts import parts
from loyalty.campaigns.inviting import terms_of
from loyalty.campaigns.running import zones_of
from loyalty.campaigns.said import said
from loyalty.campaigns.uplift import smallest_share
from loyalty.campaigns.wording import promise, values
from loyalty.core.instants import microseconds
from loyalty.core.news import picture_path
from loyalty.languages import LANGUAGES
from loyalty.money import FINE
from loyalty.program.rules import ONE
from loyalty.refusals import Refusal
from loyalty.store import audit_log, campaign_book, channel_book, invitation_book, news_pictures
from loyalty.store.audit_log import Changed
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.campaigns.audiences import Audiences, Count
    from loyalty.campaigns.campaign import Campaign, State
    from loyalty.ledger.books import Books
    from loyalty.store.campaign_book import KeptCampaign
    from loyalty.store.channel_book import KeptChannel
    from loyalty.store.tables import Write

MOST = 200
"""Campaigns of a program."""

PER_SECOND: Final = 20
"""Cards that Google takes changes of in a second, per issuer; Apple takes more."""

_STOP: Final = 140
"""Characters of the sentence by which text messages end; no address is longer."""

_COMES: Final = 0.3
"""Share that comes within a window anyway, assumed for the smallest effect before one is known."""

_AFTER: Mapping[str, tuple[State, ...]] = {
    "running": ("draft", "paused"),
    "paused": ("running",),
    "cancelled": ("draft", "running", "paused"),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """What a card would say in a language, to one of the audience, and how long that is.

    ``parts``: of a text message, with a link of usual length by which it ends; ``picture``: the
    path of the one that is shown with it.
    """

    language: str
    text: str
    characters: int
    parts: int
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen.

    Attributes
    ----------
    count
        Who fits the audience now.
    consenting
        Of the sample that was looked at, how many may be told something, and of how many.
    control
        Share that would be held out, basis points; None: too few for any measurement.
    cost
        Minor units at most, for all who fit, within the budget; of a promotion whose cost nobody
        has said, what it will be if they buy as in the last year.
    seconds
        How long the wallets take to be told.
    smallest
        The smallest difference of shares that this audience could show, basis points.
    """

    said: Mapping[str, str]
    count: Count
    consenting: tuple[int, int]
    control: int | None
    cost: int
    seconds: int
    smallest: int | None
    texts: tuple[Texts, ...]


class Campaigns:
    """Makes and changes campaigns."""

    def __init__(
        self,
        books: Books,
        audiences: Audiences,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._books = books
        self._audiences = audiences
        self._random = random

    def all(self, program: str) -> list[KeptCampaign]:
        """Return all campaigns, by id."""
        return campaign_book.read_all(self._books.tables, program)

    def one(self, program: str, name: str) -> KeptCampaign:
        """Return a campaign. Raises ``campaign_not_found``."""
        found = campaign_book.read(self._books.tables, program, name)
        if found is None:
            raise Refusal("not_found", "campaign_not_found")
        return found

    def put(
        self, program: str, sent: KeptCampaign, seen: int, actor: str, now: datetime
    ) -> KeptCampaign:
        """Make a campaign, or change one that never ran; the same again changes nothing.

        Raises
        ------
        Refusal
            ``invalid_campaign``, ``too_many_campaigns``, ``campaign_state``,
            ``precondition_failed``.
        """
        campaign = read(sent.id, sent.document, self._books.programs.current(program))
        if campaign.coupon and not codes.there_is(self._books, program, campaign.coupon):
            raise _unknown_coupon()
        self._pictures(program, campaign)
        self._channels(program, campaign)
        before = campaign_book.read(self._books.tables, program, sent.id)
        if (before.version if before else 0) != seen:
            raise changed_meanwhile()
        if before and before.document == sent.document:
            return before
        if before and before.state != "draft":
            detail = "It has run, and what it did is measured: make another one."
            raise Refusal("conflict", "campaign_state", detail)
        if before is None and len(self.all(program)) >= MOST:
            detail = f"A program has at most {MOST} campaigns."
            raise Refusal("conflict", "too_many_campaigns", detail)
        after = replace(sent, version=seen + 1)
        self._write(program, before, after, "campaign.put", actor, now)
        return after

    def move(  # noqa: PLR0917
        self, program: str, name: str, seen: int, state: State, actor: str, now: datetime
    ) -> KeptCampaign:
        """Start, pause, resume or cancel a campaign; where it is so already, nothing changes.

        It is looked at at once; who is due is reached unless it is quiet where they are.

        Raises
        ------
        Refusal
            ``campaign_not_found``, ``campaign_state``, ``precondition_failed``,
            ``invalid_campaign``: the program has changed since.
        """
        before = self.one(program, name)
        if before.version != seen:
            raise changed_meanwhile()
        if before.state == state:
            return before
        if before.state not in _AFTER[state]:
            detail = f"It is {before.state}, and that cannot be undone."
            raise Refusal("conflict", "campaign_state", detail)
        after = replace(before, state=state, version=seen + 1, look=0)
        if state == "running":
            after = self._started(program, after, now)
        self._write(program, before, after, f"campaign.{state}", actor, now)
        return after

    def _pictures(self, program: str, campaign: Campaign) -> None:
        """Raise ``invalid_campaign`` where a picture is not kept."""
        for number, picture in campaign.pictures:
            if news_pictures.read(self._books.tables, program, picture) is None:
                detail = "No picture of that name is kept: POST /v1/pictures/{picture}/news first."
                pointer = f"/actions/{number}/picture"
                raise Refusal("invalid", "invalid_campaign", detail, pointer=pointer)

    def _channels(self, program: str, campaign: Campaign) -> dict[str, KeptChannel]:
        """Return the channels that are set up. Raises ``invalid_campaign`` where one is not."""
        if campaign.channels == ("card",):
            return {}
        found = channel_book.read_all(self._books.tables, program)
        for number, one in enumerate(campaign.channels):
            if one != "card" and one not in found:
                detail = "Set it up first, with PUT /v1/channels/{channel}."
                pointer = f"/channels/{number}"
                raise Refusal("invalid", "invalid_campaign", detail, pointer=pointer)
        return found

    def _started(self, program: str, one: KeptCampaign, now: datetime) -> KeptCampaign:
        rules = self._books.programs.current(program)
        campaign = read_kept(one.id, one.document, rules)
        self._channels(program, campaign)
        look = int(now.timestamp())
        invites = terms_of(campaign)
        if invites and invites.closes <= look and not one.started:
            detail = "Nobody could say yes any more: answers close in the past."
            raise Refusal("invalid", "invalid_campaign", detail, pointer="/actions")
        given = promoting.given_by(campaign)
        if given and given.is_over(now, rules.zone):
            detail = "The promotion is over: nobody would get anything."
            raise Refusal("invalid", "invalid_campaign", detail, pointer="/actions")
        if campaign.trigger.kind == "at":
            look = int(deciding.next_look(campaign, zones_of(rules), now).timestamp())
        if one.started:
            return replace(one, look=look)
        control = campaign.guards.control
        if control is None:
            count = self._audiences.count(program, campaign.audience, now)
            control = usual_share(count.fitting) or 0
        return replace(one, look=look, started=microseconds(now), control=control)

    def _write(  # noqa: PLR0917
        self,
        program: str,
        before: KeptCampaign | None,
        after: KeptCampaign,
        what: str,
        actor: str,
        now: datetime,
    ) -> None:
        line = Changed(
            program, now, actor, what, after.id, _told(before), _told(after), after.version
        )
        writes = [campaign_book.put(program, after), audit_log.put(line)]
        if after.state == "running":
            writes.append(campaign_book.begin(program, after.id))
            if after.document["trigger"]["kind"] in EVENTS:
                writes.append(campaign_book.listen(program))
            if before is not None and not before.started and _surprises(after):
                # Fixed before anybody draws, and what it commits to is published with it.
                seed = self._random(surprises.SEED)
                writes.append(campaign_book.put_seed(program, after.id, seed))
            if before is not None and not before.started:
                writes += self._guest_book(program, after)
        if not written(self._books.tables, *writes):
            raise changed_meanwhile()

    def _guest_book(self, program: str, one: KeptCampaign) -> list[Write]:
        """Return the write of the guest book of whoever is invited; nothing in most campaigns."""
        campaign = read_kept(one.id, one.document, self._books.programs.current(program))
        found = terms_of(campaign)
        return [invitation_book.begin(program, one.id, found.places)] if found else []

    def preview(
        self,
        program: str,
        name: str,
        now: datetime,
        more: Callable[[], bool] = lambda: True,
    ) -> Preview:
        """Say what would happen, without anything happening."""
        rules = self._books.programs.current(program)
        campaign = read_kept(name, self.one(program, name).document, rules)
        count = self._audiences.count(program, campaign.audience, now, more)
        control = campaign.guards.control
        if control is None:
            control = usual_share(count.fitting)
        held = round(count.fitting * (control or 0) / ONE)
        ways = self._channels(program, campaign)
        dearest = max((ways[one].price for one in campaign.channels if one in ways), default=0)
        texts = self._texts(program, campaign, count)
        given = promoting.given_by(campaign)
        foreseen = 0
        if given is not None and not campaign.dearest:
            foreseen = promoting.expected(given, rules, count.sample, now) or 0
        each = (campaign.dearest + foreseen) * FINE + dearest * max(
            (one.parts for one in texts), default=1
        )
        treated, cost = count.fitting - held, -(-each * (count.fitting - held) // FINE)
        if campaign.guards.budget is not None:
            cost = min(cost, campaign.guards.budget)
        smallest = smallest_share(_COMES, treated, held) if held and treated else None
        may = sum(one.consents("card") for one in count.sample)
        return Preview(
            said={one: said(campaign.audience, rules, one) for one in LANGUAGES},
            count=count,
            consenting=(may, len(count.sample)),
            control=control or None,
            cost=cost,
            seconds=-(-treated // PER_SECOND),
            smallest=None if smallest is None else min(ONE, round(smallest * ONE)),
            texts=texts,
        )

    def _texts(self, program: str, campaign: Campaign, count: Count) -> tuple[Texts, ...]:
        """Return the longest that each text is for somebody of the sample."""
        rules, found = self._books.programs.current(program), []
        word = codes.code_of(self._books, program, campaign.coupon, 0)
        for action in campaign.actions:
            for language in rules.languages if action.texts else ():
                drawn = [
                    filled(action.texts[language], values(one, language, word))
                    for one in count.sample
                ] or [action.texts[language]]
                below = promise(action, rules, language)
                longest = "\n".join(filter(None, (max(drawn, key=len), below)))
                sms = message("sms", (longest, action.link), "x" * _STOP)
                shown = picture_path(program, action.picture) if action.picture else ""
                found.append(Texts(language, longest, len(longest), parts(sms), shown))
        return tuple(found)


def _surprises(one: KeptCampaign) -> bool:
    return any(action["kind"] == "surprise" for action in one.document["actions"])


def _unknown_coupon() -> Refusal:
    detail = "The program has no such coupon, or it has neither a word nor codes."
    return Refusal("invalid", "unknown_coupon", detail, pointer="/actions")


def _told(one: KeptCampaign | None) -> dict[str, Any]:
    return {"state": one.state, "document": dict(one.document)} if one else {}
