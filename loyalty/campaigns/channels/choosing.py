"""By which channel a member is told, what it says there and what that costs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from loyalty import words
from loyalty.campaigns.channels.text_parts import parts
from loyalty.messages import Offer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.campaigns.profile import Profile

Channel = Literal["card", "email", "sms", "telegram"]
CHANNELS: Final = get_args(Channel)
TOPICS: Final[Mapping[str, str]] = {
    "card": "card", "email": "email", "sms": "sms", "telegram": "messenger",
}  # fmt: skip
"""By channel: what consent to it is called (``marketing/<that>``)."""

NOT_BY: Final[Mapping[str, frozenset[str]]] = {"telegram": frozenset({"RU"})}
"""By channel: countries (ISO 3166) where nobody may advertise there.

Russia: federal law 38-FZ, article 5 (10.7), since September 2025; the authority has named Telegram
in March 2026. Not legal advice, and a later state of it is not known to us.
"""

LONGEST_SMS: Final = 1600
"""Characters that carriers take in all."""


def reaches(profile: Profile, channel: str) -> bool:
    """Tell whether marketing may go to a member by a channel: they agree, and somebody is there."""
    if not profile.consents(TOPICS[channel]):
        return False
    return channel == "card" or bool(getattr(profile.known.ways, channel))


def chosen(channels: tuple[Channel, ...], profile: Profile) -> Channel | None:
    """Return the first channel of an order that reaches a member; None where none does.

    A card that is in no wallet comes after the others: its page shows the words, and rings nobody.
    """
    open_ = [one for one in channels if reaches(profile, one)]
    if open_[:1] == ["card"] and len(channels) > 1 and not profile.known.wallet:
        open_ = [*open_[1:], "card"]
    return open_[0] if open_ else None


def message(channel: str, said: tuple[str, ...], stop: str) -> str:
    """Return what a channel says: the words of a campaign, and how to end it, where that is due."""
    if channel == "sms":
        return " ".join(one.replace("\n", " ") for one in (*said, stop) if one)[:LONGEST_SMS]
    return "\n\n".join(one for one in (*said, stop) if one)


def cost(channel: str, price: int, text: str) -> int:
    """Return what a message costs, as finely as ``price`` is: of one, or of a part of one."""
    return price * (parts(text) if channel == "sms" else 1)


def trial(channel: str, profile: Profile, language: str, stop: str) -> Offer:
    """Return the words by which an owner tries a channel; they end as those of a campaign do."""
    name = profile.program.name[language]
    said = words.phrase(language, "offer.trial", program=name)
    return offer(channel, profile, language, (said,), "", stop)


def offer(  # noqa: PLR0917 - where, what, how it ends
    channel: str, profile: Profile, language: str, said: tuple[str, ...], title: str, stop: str
) -> Offer:
    """Return the words of a campaign to a member.

    Parameters
    ----------
    said
        Texts and links, as the member reads them.
    stop
        The address at which it ends by one click.
    """
    name = profile.program.name[language]
    sentence = words.phrase(language, f"offer.stop.{channel}", program=name, link=stop)
    return Offer(
        to=getattr(profile.known.ways, channel),
        subject=title or name,
        text=message(channel, said, sentence),
        stop=stop if channel == "email" else "",
    )
