"""What a campaign says to a member. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words
from loyalty.campaigns.campaign import filled
from loyalty.program.describe.sentences import of_a_friend

if TYPE_CHECKING:
    from loyalty.campaigns.campaign import Action, Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.languages import Language
    from loyalty.program.rules import Program


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


def promise(action: Action, program: Program, language: Language) -> str:
    """Return what the shop itself says below an owner's text: of a friend, what both get."""
    if action.kind != "referral":
        return ""
    return of_a_friend(program, language, brought=False)


def said(
    campaign: Campaign, profile: Profile, language: str, coupon: str = ""
) -> tuple[tuple[str, ...], str]:
    """Return texts and links as a member reads them apart from the card, and their title."""
    known, found, title = values(profile, language, coupon), [], ""
    for action in campaign.actions:
        if action.texts:
            title = title or filled(action.titles.get(language, ""), known)
            found += [filled(action.texts[language], known), action.link]
    return tuple(one for one in found if one), title
