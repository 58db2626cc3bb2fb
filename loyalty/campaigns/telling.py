"""What a card says of a campaign, and what is remembered of having said it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.access import short_code
from loyalty.campaigns.campaign import filled
from loyalty.campaigns.wording import promise, values
from loyalty.core.instants import microseconds
from loyalty.core.invitation import name_of
from loyalty.core.news import INVITES, Marks, News, newest, picture_path
from loyalty.core.referral import friend_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.campaigns.campaign import Action, Campaign
    from loyalty.campaigns.profile import Profile

UNFINISHED = 2 * 86_400
"""Seconds for which what was begun and not finished is looked for: walks come again before."""

_DAY = 86_400


def told(
    campaign: Campaign,
    profile: Profile,
    occurrence: str,
    coupon: str = "",
    link: str = "",
    *,
    on_card: bool = True,
    base_url: str = "",
) -> Marks:
    """Return what campaigns have told a member, once this one has. Pure.

    ``link``: where a question, or an invitation, is answered; ``base_url``: where pictures are.
    """
    before, at = profile.known.told, microseconds(profile.now)
    second = at // 1_000_000
    news = [one for one in before.news if one.until > second]
    for number, action in enumerate(campaign.actions):
        if action.texts and on_card:
            name = f"{campaign.id}#{occurrence}#{number}"
            made = _news(name, action, profile, second, coupon)
            if action.picture:
                path = picture_path(profile.program.id, action.picture)
                made = replace(made, picture=f"{base_url}{path}")
            if action.terms is not None:
                name = f"{INVITES}{name_of(campaign.id)}"
                made = replace(made, id=name, link=link, until=action.terms.closes, titles={})
            if action.kind == "referral":
                made = replace(made, link=f"{base_url}{_friends_path(profile)}")
            news.append(replace(made, link=link) if action.kind == "question" else made)
    return replace(
        before,
        reached={**before.reached, campaign.id: at},
        times=(*before.times, at),
        news=newest(news),
        begun=tuple(one for one in before.begun if one.at > at - UNFINISHED * 1_000_000),
    )


def _news(name: str, action: Action, profile: Profile, second: int, coupon: str) -> News:
    return News(
        id=name,
        kind="news" if action.kind == "news" else "message",
        at=second,
        until=second + action.shown_days * _DAY,
        texts=_with_promise(action, profile, coupon),
        titles=spoken(action.titles, profile, coupon),
        link=action.link,
    )


def _with_promise(action: Action, profile: Profile, coupon: str) -> dict[str, str]:
    found = spoken(action.texts, profile, coupon)
    rules = profile.program
    return {
        language: "\n".join(filter(None, (text, promise(action, rules, rules.language(language)))))
        for language, text in found.items()
    }


def _friends_path(profile: Profile) -> str:
    """Return where a friend of theirs joins: by the code that their card says in letters."""
    person = profile.known.person
    code = short_code.shown(person.short_code) if person.short_code else person.card_code
    return friend_path(profile.program.id, code)


def spoken(texts: Mapping[str, str], profile: Profile, coupon: str = "") -> dict[str, str]:
    """Return texts as a member reads them. Pure."""
    return {
        language: filled(text, values(profile, language, coupon))
        for language, text in texts.items()
    }
