"""What a campaign invites to: reading it from a document, and one member's invitation of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loyalty.core.instants import microseconds, read_local
from loyalty.core.invitation import MOST_PLACES, USUAL_LENGTH, Invited, Terms, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.program.rules import Program

    Fault = Callable[[str, str, str], None]


def terms(
    program: Program, sent: Mapping[str, Any], titles: Mapping[str, str], below: str, fault: Fault
) -> Terms | None:
    """Return what a document invites to, by the clock of its place; ``fault`` is told of faults."""
    found = sent.get("invitation")
    if not found:
        fault(
            f"{below}/invitation", "missing", "Say when it begins, and how many places there are."
        )
        return None
    below = f"{below}/invitation"
    place = program.location(found.get("location"))
    if found.get("location") and place is None:
        fault(f"{below}/location", "unknown_location", "The program has no such location.")
    zone = ZoneInfo(place.zone if place and place.zone else program.zone)

    def second(name: str, otherwise: int) -> int:
        if not found.get(name):
            return otherwise
        local = read_local(found[name])
        if local is None:
            fault(f"{below}/{name}", "not_a_time", "Give a local day and time: 2026-12-01T10:00.")
            return otherwise
        return int(local.replace(tzinfo=zone).timestamp())

    begins = second("begins", 0)
    ends, closes = second("ends", begins + USUAL_LENGTH), second("closes", begins)
    if ends <= begins:
        fault(f"{below}/ends", "ends_before", "It ends after it has begun.")
    if closes > begins:
        fault(f"{below}/closes", "closes_late", "Answers close when it begins, or before.")
    places = int(found["places"])
    if not 0 < places <= MOST_PLACES:
        fault(f"{below}/places", "places", f"There are 1 to {MOST_PLACES} places.")
    waits = found.get("waiting_list") is not False
    return Terms(titles, places, begins, ends, closes, place.id if place else "", waits)


def terms_of(campaign: Campaign) -> Terms | None:
    """Return what a campaign invites to; None where it invites to nothing."""
    return next((one.terms for one in campaign.actions if one.terms), None)


def invited_of(
    campaign: Campaign,
    profile: Profile,
    spoken: Callable[[Mapping[str, str], Profile], Mapping[str, str]],
) -> Invited | None:
    """Return what a campaign invites a member to; None where it invites to nothing.

    ``spoken`` fills a member's fields into texts.
    """
    action = next((one for one in campaign.actions if one.terms), None)
    if action is None or action.terms is None:
        return None
    return Invited(
        program=profile.program.id,
        member=profile.member,
        id=name_of(campaign.id),
        campaign=campaign.id,
        terms=action.terms,
        texts=spoken(action.texts, profile),
        asked=microseconds(profile.now),
    )
