"""The pages behind a card's own: what has happened, what its holder chooses, and farewell."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.http.answers import redirect
from functions.pages import drawing as pages
from functions.pages.qr_code import qr_code
from functions.wiring import holding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response

    from loyalty.card.view import Card

_TOPIC = "agreed_"
"""What a tick is called in the form, before its topic."""
_ENTRY = re.compile(r"[1-9][0-9]{0,8}")
_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}


def show(card: Card, link: str, query: Mapping[str, str], friend_link: str) -> Response[str] | None:
    """Return the page that ``show`` names in a card's address; None for the card itself."""
    if query.get("show") == "friends" and card.friends:
        return _friends(card, link, friend_link)
    if query.get("show") == "history":
        return _history(card, link, query)
    if query.get("show") == "settings":
        return _settings(card, link, query.get("said", ""))
    return None


def take(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Do what a form of the settings says: keep choices, or let somebody leave.

    Raises
    ------
    Busy
        Not, or not all, has been done.
    """
    return _choose(card, link, typed, now) if "choose" in typed else _leave(card, link, typed, now)


def _history(card: Card, link: str, query: Mapping[str, str]) -> Response[str]:
    """Show what has happened, and of one entry why."""
    asked, cursor, told = query.get("why", ""), query.get("cursor", ""), None
    if _ENTRY.fullmatch(asked):
        entry = int(asked)
        told = entry, holding.why(card.program, card.member, entry, card.language)
    return pages.draw(
        "history.html",
        language=card.language,
        design=card.design,
        headers=_HIDDEN,
        card=card,
        address=f"/c/{link}",
        past=holding.past(card.program, card.member, cursor, card.language),
        cursor=cursor,
        told=told,
    )


def _friends(card: Card, link: str, friend_link: str) -> Response[str]:
    """Show what brings a friend: link, code, a text to send, and how many have come by now."""
    said = pages.words(card.language)["friends"]
    brought = holding.friends(card.program, card.member, card.language)
    text = said["invitation"].format(
        program=card.program_name, gets=brought.promised, link=friend_link
    )
    return pages.draw(
        "friends.html",
        language=card.language,
        design=card.design,
        headers=_HIDDEN,
        card=card,
        address=f"/c/{link}",
        gets=card.friends,
        came=said["came"].format(friends=brought.came),
        link=friend_link,
        text=text,
        qr=qr_code,
    )


def _settings(card: Card, link: str, said: str, fault: str = "") -> Response[str]:
    """Show what may be chosen; ``fault``: why somebody was not let go."""
    words = pages.words(card.language)["card"]
    return pages.draw(
        "settings.html",
        language=card.language,
        design=card.design,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        headers=_HIDDEN,
        card=card,
        address=f"/c/{link}",
        choices=holding.choices(card.program, card.member, card.language),
        topic=_TOPIC,
        notice=words["answered"] if said == "chosen" else "",
        fault=fault,
    )


def _choose(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Keep the language and consents that somebody chooses; the page follows the language."""
    agreed = {name.removeprefix(_TOPIC) for name in typed if name.startswith(_TOPIC)}
    named = typed.get("card_language", "")
    language = named if named in card.languages else card.language
    holding.choose(card.program, card.member, language, agreed, typed.get("version", ""), now)
    query = urlencode({"language": language, "show": "settings", "said": "chosen"})
    return redirect(f"/c/{link}?{query}", HTTPStatus.SEE_OTHER)


def _leave(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Forget whoever the card is of, who has said to know that all on it is lost."""
    if not typed.get("sure"):
        return _settings(card, link, "", pages.words(card.language)["faults"]["leave_sure"])
    holding.leave(card.program, card.member, now)
    return pages.draw(
        "left.html", language=card.language, design=card.design, headers=_HIDDEN, card=card
    )
