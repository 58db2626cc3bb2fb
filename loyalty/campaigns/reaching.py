"""What is written when a campaign reaches one member.

What costs, gives or asks something is one transaction with its claim. What is only said on a card
is written one by one, at less than half the price: what is said first, since it counts once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyalty.campaigns.asking import asked_of, path_of
from loyalty.campaigns.inviting import invited_of
from loyalty.campaigns.promoting import promised
from loyalty.campaigns.telling import spoken, told
from loyalty.core.decide.grants import Grant, Promote
from loyalty.core.instants import microseconds
from loyalty.ledger.books import fingerprint
from loyalty.refusals import Refusal
from loyalty.store import (
    campaign_book,
    campaign_marks,
    commit,
    feedback_book,
    invitation_book,
)
from loyalty.store.campaign_book import Claim
from loyalty.store.commit import FactWrite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.codes import Code
    from loyalty.campaigns.profile import Profile
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.news import Marks
    from loyalty.ledger.books import Books
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write


class Again(Refusal):
    """Something has moved: whoever is reached has to be read anew."""

    def __init__(self) -> None:
        super().__init__("busy", "busy")


class Reaching:
    """Writes what reaches members; ``base_url`` of the deployment: where questions are answered."""

    def __init__(self, books: Books, base_url: str = "") -> None:
        self._books = books
        self._base_url = base_url

    def send(  # noqa: PLR0917 - what, to whom, by what, and what it takes
        self,
        campaign: Campaign,
        profile: Profile,
        occurrence: str,
        way: str,
        cost: int,
        code: Code,
    ) -> None:
        """Reach a member. What costs, gives or asks something is one transaction with its claim.

        What goes by another way than the card waits there until its channel was handed it.
        """
        program, now, card = profile.program.id, profile.now, way == "card"
        asked = asked_of(self._books.tables, campaign, profile, occurrence, spoken)
        invited = invited_of(campaign, profile, spoken)
        named = asked or invited
        link = f"{self._base_url}{path_of(self._books.tokens, named)}" if named else ""
        after = told(
            campaign, profile, occurrence, code.text, link, on_card=card, base_url=self._base_url
        )
        gift = self._gift(campaign, profile, occurrence)
        taking = code.taking(program, campaign.coupon)
        if card and not (named or gift or taking or cost):
            self._say(campaign, profile, occurrence, after)
            return
        at, channel = microseconds(now), "" if card else way
        friends = brought(campaign, profile)
        made = Claim(
            occurrence, profile.member, "sent", at, cost, channel, serial=code.serial,
            friends=friends,
        )  # fmt: skip
        before = profile.known.told
        guards: list[Write] = [
            campaign_book.claim(program, campaign.id, made),
            campaign_marks.change(program, profile.member, before, after),
            *([feedback_book.put(asked)] if asked else []),
            *([invitation_book.put(invited)] if invited else []),
            campaign_book.spend(program, campaign.id, cost, campaign.guards.budget),
            *taking,
        ]
        if gift is None:
            writes = [*guards, commit.told(profile.known.account, now)] if card else guards
            commit.commit_guarded(self._books.tables, None, writes, now)
            return
        fact, command = gift
        tried = False

        def once(_: Change) -> Iterable[Write]:
            # What the guards rest on is as old as the profile: a second attempt needs a new one.
            nonlocal tried
            if tried:
                raise Again
            tried = True
            return guards

        answer = self._books.once(
            fact, program, profile.member, partial(_same, command), now, guards=once,
            passing=("membership_paused",),
        )  # fmt: skip
        if answer.replayed or answer.body["outcome"] == "declined":
            # It was paused just now: whoever looks again finds it so.
            raise Again

    @staticmethod
    def _gift(
        campaign: Campaign, profile: Profile, occurrence: str
    ) -> tuple[FactWrite, Command] | None:
        """Return what is posted to the member's account, as a fact; None where nothing is."""
        program = profile.program
        name, source = f"{occurrence}:{profile.member}", f"campaign-{campaign.id}"
        actor = f"campaign:{campaign.id}"
        given = next((one for one in campaign.actions if one.points), None)
        if given is not None:
            fact = FactWrite(program.id, "gift", source, name, fingerprint("gift", name))
            return fact, Grant("gift", f"gift#{source}#{name}", given.pot, given.points, actor)
        promise = promised(campaign, profile.now, program.zone)
        if promise is None:
            return None
        kind = "promotion"
        fact = FactWrite(program.id, kind, source, name, fingerprint(kind, name))
        return fact, Promote(f"{kind}#{source}#{name}", actor, promise)

    def _say(self, campaign: Campaign, profile: Profile, occurrence: str, after: Marks) -> None:
        """Say something on a card, for nothing: what is said first, for it is what counts once.

        Whoever dies before the end is followed by whoever reads that it was begun. The first thing
        that a member is told is written with their account: who was erased is told nothing.
        """
        program, tables = profile.program.id, self._books.tables
        before, account = profile.known.told, profile.known.account
        said = campaign_marks.change(
            program,
            profile.member,
            before,
            after.began(campaign.id, occurrence, microseconds(profile.now)),
        )
        if before.version:
            tables.write_alone(said)
        else:
            writes = [said, commit.told(account, profile.now)]
            commit.commit_guarded(tables, None, writes, profile.now)
        self.finish(campaign, profile, occurrence, rung=not before.version)

    def finish(
        self, campaign: Campaign, profile: Profile, occurrence: str, *, rung: bool = False
    ) -> None:
        """Ring for what a card says already, and write that it was said."""
        tables = self._books.tables
        if not rung:
            tables.write_alone(commit.told(profile.known.account, profile.now))
        friends, at = brought(campaign, profile), microseconds(profile.now)
        made = Claim(occurrence, profile.member, "sent", at, friends=friends)
        tables.write_alone(campaign_book.claim(profile.program.id, campaign.id, made))


def brought(campaign: Campaign, profile: Profile) -> int | None:
    """Return how many friends a member has brought; None where the campaign asks for none."""
    return profile.account.referrals if campaign.brings_friends else None


def _same(command: Command, _: Account) -> Command:
    return command
