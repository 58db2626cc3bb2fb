"""Running campaigns: who is due is looked up page by page, and reached once, whatever happens.

A claim per member and occurrence is written in the transaction of its effect. So a page that is
walked again, by the same worker or two at once, reaches nobody twice, and one that was cut short is
walked again. Whether a campaign still runs is read with every page: pausing takes effect then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from loyalty import words
from loyalty.campaigns import deciding, reading
from loyalty.campaigns.asking import answers_since, asked_of, path_of
from loyalty.campaigns.campaign import EVENTS, filled, read
from loyalty.campaigns.deciding import Due
from loyalty.campaigns.surprising import drawn_for, prizes_of
from loyalty.core.decide.grants import Grant
from loyalty.core.instants import instant, microseconds
from loyalty.core.news import MOST_NEWS, Marks, News
from loyalty.core.order import order_named
from loyalty.ledger.books import fingerprint
from loyalty.program.describe.sentences import of_a_friend
from loyalty.refusals import Busy, Refusal
from loyalty.store import (
    campaign_book,
    campaign_marks,
    commit,
    coupon_book,
    feedback_book,
    member_index,
)
from loyalty.store.campaign_book import Claim
from loyalty.store.commit import FactWrite, Moved
from loyalty.store.reading import read_last_entries, read_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.campaigns.campaign import Action, Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.campaign_book import KeptCampaign
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

PAGE = 25
"""Members between two looks whether the campaign still runs."""

LAST = 20
"""Entries of a member that an event is looked for in."""

TRIES = 6
_UNREADABLE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What reading leads to where something lies that nobody has written as it is."""

DUE_AT_ONCE = 50
_DAY, _HOUR = 86_400, 3600


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a walk of a campaign through its program's members stands: a page, ``""`` at first."""

    program: str
    campaign: str
    after: str = ""


class CampaignQueue(Protocol):
    """Keeps how far walks have come."""

    def put(self, cursor: Cursor) -> None:
        """Keep a cursor; whoever receives it goes on from there, later or twice."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What became of one page; ``next`` is None at the end, or where nothing runs any more.

    ``faults`` name members who could not be read: they keep nobody else waiting.
    """

    next: Cursor | None
    outcomes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class _Again(Refusal):
    """Something has moved: whoever is reached has to be read anew."""

    def __init__(self) -> None:
        super().__init__("busy", "busy")


class Running:
    """Reaches members."""

    def __init__(self, books: Books, base_url: str = "") -> None:
        self._books = books
        self._base_url = base_url

    def tick(self, queue: CampaignQueue, now: datetime) -> int:
        """Begin the walks that are due; return how many. Being late or twice does no harm."""
        tables = self._books.tables
        begun = 0
        for program, name in campaign_book.due(tables, int(now.timestamp()), DUE_AT_ONCE):
            kept = campaign_book.read(tables, program, name)
            if kept is None or kept.state != "running" or kept.look > now.timestamp():
                continue
            rules = self._books.programs.current(program)
            try:
                campaign = read(name, kept.document, rules)
            except Refusal:
                # The program has lost what it names: nobody is reached until somebody mends it.
                self._end(program, kept, "paused")
                continue
            if campaign.once and now.timestamp() - _ends(campaign, kept, rules) > 0:
                self._end(program, kept, "finished")
                continue
            queue.put(Cursor(program, name))
            begun += 1
            following = deciding.next_look(campaign, zones_of(rules), now)
            campaign_book.look_again(tables, program, kept, int(following.timestamp()))
        return begun

    def _end(self, program: str, kept: KeptCampaign, state: campaign_book.State) -> None:
        ended = replace(kept, state=state, version=kept.version + 1, look=0)
        campaign_book.written(self._books.tables, campaign_book.put(program, ended))

    def walk(self, cursor: Cursor, now: datetime) -> Walked:
        """Reach who is due in one page of members.

        Raises
        ------
        Refusal
            Busy: somebody is written to by others all the time; the page has to come again.
        """
        tables = self._books.tables
        kept = campaign_book.read(tables, cursor.program, cursor.campaign)
        if kept is None or kept.state != "running":
            return Walked(None)
        rules = self._books.programs.current(cursor.program)
        campaign = read(cursor.campaign, kept.document, rules)
        page = member_index.page(tables, cursor.program, cursor.after, PAGE)
        ids = [one.id for one in page.members]
        following = replace(cursor, after=page.next) if page.next else None
        try:
            return Walked(following, tuple(self.reach(rules, campaign, kept, ids, now)))
        except _UNREADABLE:
            outcomes: list[str] = []
            faults: list[str] = []
            for one in ids:
                try:
                    outcomes += self.reach(rules, campaign, kept, [one], now)
                except _UNREADABLE as error:
                    faults.append(f"{cursor.program} {one}: {type(error).__name__}")
            return Walked(following, tuple(outcomes), tuple(faults))

    def reach(
        self,
        rules: Program,
        campaign: Campaign,
        kept: KeptCampaign,
        members: list[str],
        now: datetime,
    ) -> Iterable[str]:
        """Reach those of these members who are due; return how each of them ended."""
        asked = reading.asked(self._books.tables, rules.id, campaign.audience)
        found = reading.profiles(self._books, rules.id, members, asked, now)
        wanted: dict[tuple[str, str], Profile] = {}
        for one in found:
            for event in self._events(campaign, kept, one):
                decided = self._decided(campaign, kept, one, event)
                if isinstance(decided, Due):
                    wanted[decided.occurrence, one.member] = one
        done = campaign_book.claimed(self._books.tables, rules.id, campaign.id, wanted)
        outcomes = []
        for place, profile in wanted.items():
            if place not in done:
                event = place[0] if campaign.trigger.kind in EVENTS else None
                outcome = self._once(campaign, kept, profile, asked, event)
                if outcome:
                    outcomes.append(outcome)
        return outcomes

    def event(self, program: str, member: str, now: datetime) -> list[str]:
        """Reach a member for what their last entries tell of; return how that ended."""
        ended: list[str] = []
        rules = self._books.programs.current(program)
        for kept in campaign_book.read_all(self._books.tables, program):
            if kept.state != "running" or kept.document["trigger"]["kind"] not in EVENTS:
                continue
            campaign = read(kept.id, kept.document, rules)
            ended += self.reach(rules, campaign, kept, [member], now)
        return ended

    def _events(
        self, campaign: Campaign, kept: KeptCampaign, profile: Profile
    ) -> Iterable[str | None]:
        """Return what has happened lately to a member; one None where no event is the trigger."""
        if campaign.trigger.kind not in EVENTS:
            return (None,)
        tables, program = self._books.tables, profile.program.id
        since = max(kept.started, microseconds(profile.now) - deciding.LATE * _DAY * 1_000_000)
        last = read_last_entries(tables, program, profile.member, LAST)
        entries = [one for one in last if one.at >= since]
        named = dict.fromkeys(filter(None, map(order_named, entries)))
        bought = campaign.trigger.kind == "bought"
        waits = campaign.trigger.kind == "answer_given"
        answers = answers_since(tables, program, profile.member, since) if waits else []
        found = (read_order(tables, one) for one in named) if bought else ()
        orders = [one for one in found if one is not None]
        return deciding.happened(campaign, profile, entries, orders, answers)

    def _decided(
        self,
        campaign: Campaign,
        kept: KeptCampaign,
        profile: Profile,
        event: str | None,
    ) -> Due | deciding.Not:
        started = instant(kept.started)
        return deciding.decide(campaign, profile, started, kept.control, event)

    def _once(
        self,
        campaign: Campaign,
        kept: KeptCampaign,
        profile: Profile,
        asked: reading.Asked,
        event: str | None,
    ) -> str | None:
        """Let one occurrence end for one member; None where somebody else has ended it."""
        books, program = self._books, profile.program.id
        budget = True
        for attempt in range(TRIES):
            if attempt:
                again = reading.profiles(books, program, [profile.member], asked, profile.now)
                if not again:
                    return None
                [profile] = again
            decided = self._decided(campaign, kept, profile, event)
            if not isinstance(decided, Due):
                return None
            place = (decided.occurrence, profile.member)
            outcome = decided.outcome or ("sent" if budget else "budget")
            mine = self._drawn(campaign, profile, decided.occurrence)
            try:
                if outcome == "sent":
                    self._send(mine, profile, decided.occurrence)
                else:
                    made = Claim(*place, outcome, microseconds(profile.now))
                    write = campaign_book.claim(program, campaign.id, made)
                    commit.commit_guarded(books.tables, None, [write], profile.now)
            except (Moved, _Again):
                if campaign_book.claimed(books.tables, program, campaign.id, [place]):
                    return None
                budget = budget and self._affords(mine, program)
                continue
            return outcome
        raise Busy

    def _drawn(self, campaign: Campaign, profile: Profile, occurrence: str) -> Campaign:
        """Return a campaign with what this member draws of its surprise, if it has one."""
        if not prizes_of(campaign):
            return campaign
        program = profile.program.id
        seed = campaign_book.read_seed(self._books.tables, program, campaign.id)
        return drawn_for(campaign, seed, occurrence, profile.member, program)

    def _affords(self, campaign: Campaign, program: str) -> bool:
        budget = campaign.guards.budget
        if budget is None:
            return True
        spent = campaign_book.read_spent(self._books.tables, program, campaign.id)
        return spent.money + campaign.cost <= budget

    def _send(self, campaign: Campaign, profile: Profile, occurrence: str) -> None:
        """Write the claim with all that follows from it, in one transaction."""
        program, now = profile.program.id, profile.now
        made = Claim(occurrence, profile.member, "sent", microseconds(now), campaign.cost)
        asked = asked_of(self._books.tables, campaign, profile, occurrence, spoken)
        link = f"{self._base_url}{path_of(self._books.tokens, asked)}" if asked else ""
        guards: list[Write] = [
            campaign_book.claim(program, campaign.id, made),
            campaign_marks.change(
                program,
                profile.member,
                profile.known.told,
                told(campaign, profile, occurrence, word_of(self._books, program, campaign), link),
            ),
            *([feedback_book.put(asked)] if asked else []),
            campaign_book.spend(program, campaign.id, campaign.cost, campaign.guards.budget),
        ]
        gift = next((one for one in campaign.actions if one.points), None)
        if gift is None:
            writes = [*guards, commit.told(profile.known.account, now)]
            commit.commit_guarded(self._books.tables, None, writes, now)
            return
        name = f"{occurrence}:{profile.member}"
        source = f"campaign-{campaign.id}"
        fact = FactWrite(program, "gift", source, name, fingerprint("gift", name))
        command = Grant(
            "gift", f"gift#{source}#{name}", gift.pot, gift.points, f"campaign:{campaign.id}"
        )
        tried = False

        def once(_: Change) -> Iterable[Write]:
            # What the guards rest on is as old as the profile: a second attempt needs a new one.
            nonlocal tried
            if tried:
                raise _Again
            tried = True
            return guards

        answer = self._books.once(
            fact, program, profile.member, partial(_same, command), now, guards=once
        )
        if answer.replayed:
            raise _Again


def word_of(books: Books, program: str, campaign: Campaign) -> str:
    """Return the word of the coupon that a campaign's texts name; empty where it has none."""
    found = coupon_book.read(books.tables, program, campaign.coupon) if campaign.coupon else None
    return found.word if found else ""


def told(
    campaign: Campaign, profile: Profile, occurrence: str, coupon: str = "", link: str = ""
) -> Marks:
    """Return what campaigns have told a member, once this one has. Pure.

    ``link``: where a question is answered.
    """
    before, at = profile.known.told, microseconds(profile.now)
    second = at // 1_000_000
    news = [one for one in before.news if one.until > second]
    for number, action in enumerate(campaign.actions):
        if action.texts:
            name = f"{campaign.id}#{occurrence}#{number}"
            made = _news(name, action, profile, second, coupon)
            news.append(replace(made, link=link) if action.kind == "question" else made)
    return replace(
        before,
        reached={**before.reached, campaign.id: at},
        times=(*before.times, at),
        news=tuple(news[-MOST_NEWS:]),
    )


def _news(name: str, action: Action, profile: Profile, second: int, coupon: str) -> News:
    return News(
        id=name,
        kind="news" if action.kind == "news" else "message",
        at=second,
        until=second + action.shown_days * _DAY,
        texts=spoken(action.texts, profile, coupon),
        titles=spoken(action.titles, profile, coupon),
        link=action.link,
    )


def spoken(texts: Mapping[str, str], profile: Profile, coupon: str = "") -> dict[str, str]:
    """Return texts as a member reads them. Pure."""
    return {
        language: filled(text, values(profile, language, coupon))
        for language, text in texts.items()
    }


def values(profile: Profile, language: str, coupon: str = "") -> dict[str, str]:
    """Return what stands for the fields of a text. Pure."""
    rules, shown = profile.program, profile.shown
    level = rules.level(profile.account.level) if rules.tiers else None
    ahead = rules.reward(shown.next_reward) if shown.next_reward else None
    return {
        "name": profile.known.person.first_name,
        "program": rules.name[language],
        "balance": words.integer(language, shown.balances[0]) if shown.balances else "",
        "level": level.name[language] if level else "",
        "missing": words.integer(language, shown.missing) if ahead else "",
        "reward": ahead.name[language] if ahead else "",
        "friends": of_a_friend(rules, language, brought=False),
        "coupon": coupon,
    }


def zones_of(program: Program) -> set[str]:
    """Return the zones that members of a program may live in."""
    return {program.zone, *(one.zone for one in program.locations if one.zone)}


def _ends(campaign: Campaign, kept: KeptCampaign, program: Program) -> float:
    """Return the second from which on a campaign that is sent once is over.

    A day after it began: by then no zone's quiet hours have kept anybody from it.
    """
    begun = kept.started / 1_000_000
    if campaign.trigger.at is not None:
        local = (campaign.trigger.at.replace(tzinfo=ZoneInfo(one)) for one in zones_of(program))
        begun = max(begun, *(one.timestamp() for one in local))
    return begun + _DAY + _HOUR


def _same(command: Command, _: Account) -> Command:
    return command
