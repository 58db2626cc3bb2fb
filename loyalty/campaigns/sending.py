"""Handing offers to channels: what waits is begun once, sent once, and ended by what came of it.

No carrier knows a key by which it would notice a repeat. So it is written first that an offer is
being sent; whoever dies after that leaves an offer of which nobody knows, and which is never sent
again. What a carrier certainly did not take is paid back to the campaign's budget, or waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from loyalty.campaigns import codes, reading
from loyalty.campaigns.campaign import is_quiet, read_kept
from loyalty.campaigns.channels import choosing
from loyalty.campaigns.deciding import LATE
from loyalty.campaigns.hearing import Hearing
from loyalty.campaigns.offering import offer_of
from loyalty.core.instants import instant
from loyalty.money import FINE
from loyalty.refusals import Refusal
from loyalty.store import campaign_book, channel_book, offers
from loyalty.store.tables import Cancelled, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.ledger.books import Books
    from loyalty.messages import Handed, OfferChannel
    from loyalty.store.campaign_book import Claim
    from loyalty.store.channel_book import KeptChannel
    from loyalty.store.offers import Place

MOST_TRIES: Final = 4
_QUIET, _PAUSED, _DOWN = 15 * 60, 60, 3600
"""Seconds until an offer is looked at again: in quiet hours, of a paused campaign, of a channel
that takes nothing."""
_DAY: Final = 86_400
_LONGEST_REST: Final = 3600
"""Seconds; a carrier that asks for more means one address, not the whole channel."""


class Carriers(Protocol):
    """Whoever carries what a channel is handed."""

    def of(self, program: str, channel: KeptChannel) -> OfferChannel:
        """Return the carrier of a program's channel."""
        ...


@dataclass(frozen=True, slots=True)
class _Offered:
    """An offer that is being sent: where it lies, and what it costs if it is taken."""

    place: Place
    claim: Claim
    campaign: Campaign
    cost: int


class Sending:
    """Hands offers over.

    Parameters
    ----------
    stop
        Returns the address at which a member ends a channel: of program, member, channel.
    """

    def __init__(
        self, books: Books, carriers: Carriers, stop: Callable[[str, str, str], str]
    ) -> None:
        self._books = books
        self._carriers = carriers
        self._stop = stop
        self._hearing = Hearing(books)

    def due(self, now: datetime, limit: int) -> list[tuple[Place, str]]:
        """Return offers that wait, and their channels: those whose bell was lost, or may pass."""
        tables, found = self._books.tables, []
        for place in offers.due(tables, int(now.timestamp()), limit):
            claim = offers.read(tables, place)
            if claim is not None and claim.state == "waiting":
                found.append((place, claim.channel))
        return found

    def send(self, place: Place, now: datetime) -> str:
        """Hand an offer over if it waits and may be; return what became of it."""
        try:
            return self._send(place, now)
        except Refusal as refusal:
            if refusal.code != "invalid_campaign":
                raise
            # The program has lost what it names: nobody is told before somebody mends it.
            return self._wait(place, int(now.timestamp()) + _DOWN)

    def _send(self, place: Place, now: datetime) -> str:
        tables, second = self._books.tables, int(now.timestamp())
        claim = offers.read(tables, place)
        kept = campaign_book.read(tables, place.program, place.campaign)
        if claim is None or claim.state != "waiting" or kept is None:
            return "ended"
        if kept.state == "cancelled":
            return self._end(place, claim, "cancelled", None)
        channel = channel_book.read(tables, place.program, claim.channel)
        if kept.state == "paused" or channel is None or channel.held > second:
            rests = channel.held if channel and kept.state != "paused" else second + _PAUSED
            return self._wait(place, rests)
        campaign = read_kept(
            place.campaign, kept.document, self._books.programs.current(place.program)
        )
        asked = reading.asked(tables, place.program, more=("reach",))
        found = reading.profiles(self._books, place.program, [place.member], asked, now)
        over = _over(claim, found, now)
        if over:
            return self._end(place, claim, over, campaign)
        if is_quiet(found[0].here.time(), campaign.guards.quiet):
            return self._wait(place, second + _QUIET)
        return self._hand(place, claim, campaign, channel, found[0])

    def _hand(
        self,
        place: Place,
        claim: Claim,
        campaign: Campaign,
        channel: KeptChannel,
        profile: Profile,
    ) -> str:
        tables, budget = self._books.tables, campaign.guards.budget
        stop = self._stop(place.program, place.member, claim.channel)
        word = codes.code_of(self._books, place.program, campaign.coupon, claim.serial)
        offer = offer_of(campaign, profile, claim.channel, word, stop)
        cost = campaign.cost * FINE + choosing.cost(claim.channel, channel.price, offer.text)
        writes = [offers.begin(place, cost)]
        if cost != claim.cost:
            # What it says has become longer or shorter since, and so has the bill.
            more = cost - claim.cost
            writes.append(campaign_book.correct(place.program, place.campaign, more, budget))
        try:
            offers.write(tables, *writes)
        except Cancelled as cancelled:
            if len(writes) > 1 and cancelled.reasons[-1].kind == "condition":
                return self._end(place, claim, "budget", campaign)
            return "ended"
        handed = self._carriers.of(place.program, channel).offer(offer)
        offered = _Offered(place, claim, campaign, cost)
        return self._after(offered, channel, handed, profile, offer.to)

    def _after(
        self,
        offered: _Offered,
        channel: KeptChannel,
        handed: Handed,
        profile: Profile,
        address: str,
    ) -> str:
        """Write down what came of it."""
        tables, place, now = self._books.tables, offered.place, profile.now
        second = int(now.timestamp())
        if handed.how in {"accepted", "unknown"}:
            writes = [offers.end(place, "sending", handed.how, offered.cost)]
            if handed.id:
                writes.append(offers.sent(offered.claim.channel, handed.id, place, second))
            offers.write(tables, *writes)
            return handed.how
        if handed.how == "down":
            channel_book.hold(tables, place.program, channel, second + _DOWN, handed.reason)
            self._pause(place)
            offers.write(tables, offers.again(place, second + _DOWN))
            return "down"
        if handed.how == "later" and offers.tries(tables, place) < MOST_TRIES:
            if handed.seconds <= _LONGEST_REST:
                channel_book.hold(tables, place.program, channel, second + handed.seconds)
            offers.write(tables, offers.again(place, second + max(1, handed.seconds)))
            return "later"
        return self._refused(offered, handed, profile, address)

    def _refused(self, offered: _Offered, handed: Handed, profile: Profile, address: str) -> str:
        """End what was certainly not sent, and the channel with it where that is why."""
        place, channel = offered.place, offered.claim.channel
        if handed.how == "dead":
            self._hearing.dead(place.program, place.member, channel, address)
        if handed.how == "opted_out":
            self._hearing.stop(place.program, place.member, channel, profile.now)
        state = "refused" if handed.how == "later" else handed.how
        begun = replace(offered.claim, state="sending", cost=offered.cost)
        return self._end(place, begun, state, offered.campaign)

    def _end(self, place: Place, seen: Claim, state: str, campaign: Campaign | None) -> str:
        """Let an offer end unsent; what it would have cost goes back into the budget."""
        gifts = campaign.cost * FINE if campaign else seen.cost
        writes = [offers.end(place, seen.state, state, gifts)]
        if gifts != seen.cost:
            back = gifts - seen.cost
            writes.append(campaign_book.correct(place.program, place.campaign, back, None))
        try:
            offers.write(self._books.tables, *writes)
        except Cancelled:
            return "ended"
        return state

    def _wait(self, place: Place, second: int) -> str:
        try:
            offers.write(self._books.tables, offers.wait(place, second))
        except Cancelled:
            return "ended"
        return "waits"

    def _pause(self, place: Place) -> None:
        """Stop a campaign whose channel takes nothing; whoever sets it up anew resumes it."""
        kept = campaign_book.read(self._books.tables, place.program, place.campaign)
        if kept is not None and kept.state == "running":
            paused = replace(kept, state="paused", version=kept.version + 1, look=0)
            written(self._books.tables, campaign_book.put(place.program, paused))


def _over(claim: Claim, found: list[Profile], now: datetime) -> str:
    """Return why an offer is not made any more; empty where it is."""
    if now.timestamp() - instant(claim.at).timestamp() > LATE * _DAY:
        return "late"
    return "" if found and choosing.reaches(found[0], claim.channel) else "opted_out"
