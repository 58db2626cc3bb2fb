"""What a campaign asks a member, where it is answered, and who has answered since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.feedback import Feedback, name_of
from loyalty.core.instants import microseconds
from loyalty.core.report import OrderKey
from loyalty.store import feedback_book
from loyalty.store.reading import read_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.access.tokens import Tokens
    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.core.invitation import Invited
    from loyalty.store.tables import Tables

_DAY = 86_400


def asked_of(
    tables: Tables,
    campaign: Campaign,
    profile: Profile,
    occurrence: str,
    spoken: Callable[[Mapping[str, str], Profile], Mapping[str, str]],
) -> Feedback | None:
    """Return what a campaign asks a member; None where it asks nothing.

    ``spoken`` fills a member's fields into texts. It is about the place of the purchase that is the
    occasion, else about their home location.
    """
    action = next((one for one in campaign.actions if one.kind == "question"), None)
    if action is None:
        return None
    program, at = profile.program.id, microseconds(profile.now)
    orders = (read_order(tables, one) for one in orders_of(program, occurrence))
    place = next((one.location for one in orders if one and one.member == profile.member), "")
    return Feedback(
        program=program,
        member=profile.member,
        id=name_of(campaign.id, occurrence),
        campaign=campaign.id,
        occurrence=occurrence,
        asks=action.asks,
        texts=spoken(action.texts, profile),
        options=action.options,
        low=action.low,
        comment=action.comment,
        place=place or profile.known.person.home or "",
        asked=at,
        until=at // 1_000_000 + action.shown_days * _DAY,
    )


def path_of(tokens: Tokens, asked: Feedback | Invited) -> str:
    """Return where a question, or an invitation, is answered: below the deployment's address."""
    return f"/ask/{tokens.question(asked.program, asked.member, asked.id)}"


def orders_of(program: str, occurrence: str) -> list[OrderKey]:
    """Return the orders that an occurrence of ``bought`` may name: sources have dashes, too."""
    kind, *parts = occurrence.split("-")
    return [
        OrderKey(program, "-".join(parts[:number]), "-".join(parts[number:]))
        for number in range(1, len(parts))
        if kind == "order"
    ]


def answers_since(tables: Tables, program: str, member: str, since: int) -> list[Feedback]:
    """Return what a member has answered since an instant (µs), without the words."""
    found = feedback_book.read_shells_of(tables, program, member)
    return [one for one in found if one.changes and one.changed >= since]
