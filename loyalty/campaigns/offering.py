"""A campaign's words as an offer to one member by one channel. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.campaigns.channels import choosing
from loyalty.campaigns.wording import said

if TYPE_CHECKING:
    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.messages import Offer


def offer_of(campaign: Campaign, profile: Profile, channel: str, coupon: str, stop: str) -> Offer:
    """Return what a member reads; ``coupon`` is its word, ``stop`` the address where it ends."""
    language = profile.program.language(profile.known.person.language)
    texts, title = said(campaign, profile, language, coupon)
    return choosing.offer(channel, profile, language, texts, title, stop)
