"""Running campaigns: who is due is looked up page by page, and reached once, whatever happens.

One walk is made for all campaigns that are due at once, in shards side by side. A claim per member
and occurrence says how it ended: in the transaction of its effect, or after what was only said on a
card, which remembers that it was begun. So a page that is walked again, by the same worker or two
at once, reaches nobody twice, and one that was cut short is walked again. Whether a campaign still
runs is read with every page: pausing takes effect then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from loyalty.campaigns import codes, deciding, occasions, reading
from loyalty.campaigns.campaign import EVENTS, read_kept
from loyalty.campaigns.channels import choosing
from loyalty.campaigns.deciding import Due
from loyalty.campaigns.offering import offer_of
from loyalty.campaigns.reaching import Again, Reaching, brought
from loyalty.campaigns.surprising import drawn_for, prizes_of
from loyalty.campaigns.telling import UNFINISHED
from loyalty.core.instants import instant, microseconds
from loyalty.money import FINE
from loyalty.refusals import Busy, Refusal
from loyalty.store import campaign_book, channel_book, member_index
from loyalty.store.campaign_book import Claim
from loyalty.store.commit import Moved
from loyalty.store.offers import Place
from loyalty.store.tables import Cancelled, OutcomeUnknown, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.codes import Code
    from loyalty.campaigns.deciding import Outcome
    from loyalty.campaigns.profile import Profile
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.campaign_book import KeptCampaign

PAGE = 25
"""Members between two looks whether the campaign still runs."""

TRIES = 6
_UNREADABLE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What reading leads to where something lies that nobody has written as it is."""

DUE_AT_ONCE = 50
_DAY, _HOUR = 86_400, 3600


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a walk through a program's members stands.

    One walk is made for all campaigns that are due at the same time: members are read once.

    Attributes
    ----------
    shard, last
        Of the members' index: the one that is walked through, and the last one of this walk.
    after
        A page of the shard; empty at first.
    """

    program: str
    campaigns: tuple[str, ...]
    after: str = ""
    shard: int = 0
    last: int = member_index.SHARDS - 1

    def following(self, campaigns: tuple[str, ...], page: str | None) -> Cursor | None:
        """Return where the walk goes on after a page; None at its end."""
        if page is not None:
            return replace(self, campaigns=campaigns, after=page)
        if self.shard == self.last:
            return None
        return replace(self, campaigns=campaigns, after="", shard=self.shard + 1)


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


@dataclass(frozen=True, slots=True)
class _Runs:
    """A campaign that runs: as it was read, and as it is kept."""

    campaign: Campaign
    kept: KeptCampaign


@dataclass(slots=True)
class _Page:
    """What is known of the members of a page.

    Attributes
    ----------
    moved
        Members who were written to since: they have to be read anew before anything is decided.
    """

    asked: reading.Asked
    now: datetime
    moved: set[str] = field(default_factory=set)


def nobody(_: Place, _channel: str) -> None:
    """Ring for nobody: what waits is found by the clock."""


class Running:
    """Reaches members.

    Parameters
    ----------
    base_url
        Of the deployment: where questions are answered.
    stop
        Returns the address at which a member ends a channel: of program, member, channel.
    ring
        Says that an offer waits for its channel; what it does not say is found by the clock.
    """

    def __init__(
        self,
        books: Books,
        base_url: str = "",
        stop: Callable[[str, str, str], str] = lambda *_: "",
        ring: Callable[[Place, str], None] = nobody,
    ) -> None:
        self._books = books
        self._reaching = Reaching(books, base_url)
        self._stop = stop
        self._ring = ring

    def tick(self, queue: CampaignQueue, now: datetime) -> int:
        """Begin the walks that are due; return how many. Being late or twice does no harm."""
        tables = self._books.tables
        found: dict[str, list[str]] = {}
        for program, name in campaign_book.due(tables, int(now.timestamp()), DUE_AT_ONCE):
            if self._is_due(program, name, now):
                found.setdefault(program, []).append(name)
        begun = 0
        for program, names in found.items():
            rules = self._books.programs.current(program)
            kept = campaign_book.read_many(tables, program, names)
            campaigns = [read_kept(one.id, one.document, rules) for one in kept]
            for cursor in walks(program, campaigns):
                queue.put(cursor)
                begun += 1
            for one, campaign in zip(kept, campaigns, strict=True):
                following = deciding.next_look(campaign, zones_of(rules), now)
                campaign_book.look_again(tables, program, one, int(following.timestamp()))
        return begun

    def _is_due(self, program: str, name: str, now: datetime) -> bool:
        """Tell whether a campaign is to be walked for; end it where it is over, or cannot run."""
        kept = campaign_book.read(self._books.tables, program, name)
        if kept is None or kept.state != "running" or kept.look > now.timestamp():
            return False
        rules = self._books.programs.current(program)
        try:
            campaign = read_kept(name, kept.document, rules)
        except Refusal:
            # The program has lost what it names: nobody is reached until somebody mends it.
            self._end(program, kept, "paused")
            return False
        if campaign.once and now.timestamp() - _ends(campaign, kept, rules) > 0:
            self._end(program, kept, "finished")
            return False
        return True

    def _readable(self, rules: Program, kept: Iterable[KeptCampaign]) -> list[_Runs]:
        """Return those of these campaigns that run; what cannot be read is paused."""
        found = []
        for one in kept:
            if one.state == "running":
                try:
                    found.append(_Runs(read_kept(one.id, one.document, rules), one))
                except Refusal:
                    self._end(rules.id, one, "paused")
        return found

    def _end(self, program: str, kept: KeptCampaign, state: campaign_book.State) -> None:
        ended = replace(kept, state=state, version=kept.version + 1, look=0)
        written(self._books.tables, campaign_book.put(program, ended))

    def walk(self, cursor: Cursor, now: datetime) -> Walked:
        """Reach who is due in one page of members.

        Raises
        ------
        Refusal
            Busy: somebody is written to by others all the time; the page has to come again.
        """
        tables = self._books.tables
        rules = self._books.programs.current(cursor.program)
        kept = campaign_book.read_many(tables, cursor.program, cursor.campaigns)
        runs = self._readable(rules, kept)
        if not runs:
            return Walked(None)
        page = member_index.page_of_shard(tables, cursor.program, cursor.shard, cursor.after, PAGE)
        ids = [one.id for one in page.members]
        following = cursor.following(tuple(one.kept.id for one in runs), page.next)
        try:
            return Walked(following, tuple(self._reach(rules, runs, ids, now)))
        except _UNREADABLE:
            outcomes: list[str] = []
            faults: list[str] = []
            for one in ids:
                try:
                    outcomes += self._reach(rules, runs, [one], now)
                except _UNREADABLE as error:
                    faults.append(f"{cursor.program} {one}: {type(error).__name__}")
            return Walked(following, tuple(outcomes), tuple(faults))

    def _reach(
        self, rules: Program, runs: Sequence[_Runs], members: list[str], now: datetime
    ) -> list[str]:
        """Reach those of these members who are due; return how each occurrence ended."""
        tables = self._books.tables
        trees = [one.campaign.audience for one in runs]
        needs = [need for one in runs for need in one.campaign.needs]
        page = _Page(reading.asked(tables, rules.id, *trees, more=needs), now)
        wanted: dict[tuple[str, str, str], tuple[_Runs, Profile]] = {}
        for profile in reading.profiles(self._books, rules.id, members, page.asked, now):
            for one in runs:
                for occurrence in self._occurrences(one, profile):
                    wanted[one.campaign.id, occurrence, profile.member] = (one, profile)
        done = campaign_book.claimed(tables, rules.id, wanted)
        outcomes = []
        for place, (one, profile) in wanted.items():
            if place not in done:
                outcome = self._once(one, profile, place[1], page)
                if outcome:
                    outcomes.append(outcome)
        return outcomes

    def _occurrences(self, one: _Runs, profile: Profile) -> list[str]:
        """Return what is due to a member, and what was begun for them and perhaps not finished."""
        since = microseconds(profile.now) - UNFINISHED * 1_000_000
        begun = profile.known.told.begun
        found = [each.occurrence for each in begun if each.is_of(one.campaign.id, since)]
        for event in occasions.of(self._books.tables, one.campaign, one.kept, profile):
            decided = self._decided(one, profile, event)
            if isinstance(decided, Due) and decided.occurrence not in found:
                found.append(decided.occurrence)
        return found

    def event(self, program: str, member: str, now: datetime) -> list[str]:
        """Reach a member for what their last entries tell of; return how that ended."""
        rules = self._books.programs.current(program)
        kept = campaign_book.read_all(self._books.tables, program)
        waits = [one for one in kept if one.document["trigger"]["kind"] in EVENTS]
        runs = self._readable(rules, waits)
        return self._reach(rules, runs, [member], now) if runs else []

    def _decided(self, one: _Runs, profile: Profile, event: str | None) -> Due | deciding.Not:
        started = instant(one.kept.started)
        return deciding.decide(one.campaign, profile, started, one.kept.control, event)

    def _once(self, one: _Runs, profile: Profile, occurrence: str, page: _Page) -> str | None:
        """Let one occurrence end for one member; None where somebody else has ended it."""
        books, program = self._books, profile.program.id
        place = (one.campaign.id, occurrence, profile.member)
        for attempt in range(TRIES):
            if attempt or profile.member in page.moved:
                again = reading.profiles(books, program, [profile.member], page.asked, page.now)
                if not again:
                    return None
                [profile] = again
            page.moved.add(profile.member)
            try:
                return self._ended(one, profile, occurrence, again=attempt > 0)
            except (Moved, Again, Cancelled, OutcomeUnknown):
                if campaign_book.claimed(books.tables, program, [place]):
                    return None
        raise Busy

    def _ended(self, one: _Runs, profile: Profile, occurrence: str, *, again: bool) -> str | None:
        """Let it end as things stand; ``again``: it may have failed for the budget."""
        books, program, campaign = self._books, profile.program.id, one.campaign
        if profile.known.told.has_begun(campaign.id, occurrence):
            self._reaching.finish(campaign, profile, occurrence)
            return "sent"
        event = occurrence if campaign.trigger.kind in EVENTS else None
        decided = self._decided(one, profile, event)
        if not isinstance(decided, Due) or decided.occurrence != occurrence:
            return None
        mine = self._drawn(campaign, profile, occurrence)
        way = choosing.chosen(campaign.channels, profile) or "card"
        code = codes.next_code(books, program, campaign.coupon)
        cost = mine.cost * FINE + self._price(campaign, profile, way, code)
        outcome: Outcome | None = decided.outcome
        if outcome is None and again and not self._affords(campaign, program, cost):
            outcome = "budget"
        if outcome is None and code is None:
            outcome = "no_codes"
        if outcome is None and code is not None:
            self._reaching.send(mine, profile, occurrence, way, cost, code)
            if way != "card":
                self._ring(Place(program, campaign.id, occurrence, profile.member), way)
            return "sent"
        made = Claim(
            occurrence, profile.member, str(outcome), microseconds(profile.now),
            friends=brought(campaign, profile),
        )  # fmt: skip
        # Nothing else follows from it: by itself it is half as dear, and as exact.
        books.tables.write_alone(campaign_book.claim(program, campaign.id, made))
        return outcome

    def _drawn(self, campaign: Campaign, profile: Profile, occurrence: str) -> Campaign:
        """Return a campaign with what this member draws of its surprise, if it has one."""
        if not prizes_of(campaign):
            return campaign
        program = profile.program.id
        seed = campaign_book.read_seed(self._books.tables, program, campaign.id)
        return drawn_for(campaign, seed, occurrence, profile.member, program)

    def _affords(self, campaign: Campaign, program: str, cost: int) -> bool:
        budget = campaign.guards.budget
        if budget is None:
            return True
        spent = campaign_book.read_spent(self._books.tables, program, campaign.id)
        return spent.fine + cost <= budget * FINE

    def _price(self, campaign: Campaign, profile: Profile, way: str, code: Code | None) -> int:
        """Return what another way than the card costs."""
        if way == "card" or code is None:
            return 0
        program = profile.program.id
        kept = channel_book.read(self._books.tables, program, way)
        offer = offer_of(
            campaign, profile, way, code.text, self._stop(program, profile.member, way)
        )
        return choosing.cost(way, kept.price if kept else 0, offer.text)


def walks(program: str, campaigns: Iterable[Campaign]) -> list[Cursor]:
    """Return the walks that campaigns of a program need which are due at once. Pure.

    What only says something on cards goes through all shards side by side. What is counted exactly
    (money, codes, answers) shares an item that all its members wait for, and goes through them in
    turn: more than one would get in each other's way, and be no faster.
    """
    kinds: dict[bool, list[str]] = {}
    for one in campaigns:
        kinds.setdefault(one.plain, []).append(one.id)
    found = []
    if plain := tuple(kinds.get(True, ())):
        found += [Cursor(program, plain, "", one, one) for one in range(member_index.SHARDS)]
    if exact := tuple(kinds.get(False, ())):
        found.append(Cursor(program, exact))
    return found


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
