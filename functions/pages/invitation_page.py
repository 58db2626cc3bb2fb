"""The page of an invitation: a member says yes or no by its link, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.http.answers import redirect
from functions.pages import back
from functions.pages import drawing as pages
from functions.wiring import inviting, storage
from loyalty import words
from loyalty.core.calendar import at
from loyalty.core.instants import microseconds
from loyalty.core.invitation import full
from loyalty.members.inviting import zone_of
from loyalty.program.by_language import said_in
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response

    from loyalty.card.view import Card
    from loyalty.core.invitation import Invited
    from loyalty.members.inviting import Behind

_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}
_REFUSED = {"invitation_closed": "too_late", "invitation_full": "full"}


@dataclass(frozen=True, slots=True)
class Line:
    """An invitation on the page of a card: how it stands, what to, and where to answer it."""

    stands: str
    text: str
    address: str
    token: str
    answered: bool


def lines(invited: Iterable[Invited], card: Card, link: str, now: datetime) -> list[Line]:
    """Return what a card's page shows of invitations, the newest first, until they are over."""
    said, found = pages.words(card.language)["invited"], []
    for one in invited:
        unanswered = one.state == "asked" and one.may_say_yes(microseconds(now))
        holds = one.holds and now.timestamp() < one.terms.ends
        changes = one.state == "no" and one.may_say_yes(microseconds(now))
        if one.texts and (unanswered or holds or changes):
            token = inviting.invitations().link(one)
            address = back.asked(token, link, card.language)
            text = (
                f"{said_in(one.terms.titles, card.language)}, {_when(card, one, one.terms.begins)}"
            )
            found.append(Line(said[one.state], text, address, token, one.state != "asked"))
    return found[::-1]


def show(  # noqa: PLR0917
    card: Card,
    behind: Behind,
    token: str,
    said: str,
    now: datetime,
    fault: str = "",
    link: str = "",
) -> Response[str]:
    """Show an invitation, and what the member has answered; ``fault``: why it was not kept.

    ``link``: of the card, where it was opened from there.
    """
    one, book = behind.one, behind.book
    place = storage.programs().current(one.program).location(one.terms.place)
    instant = microseconds(now)
    return pages.draw(
        "invited.html",
        language=card.language,
        design=card.design,
        status=HTTPStatus.CONFLICT if fault else HTTPStatus.OK,
        headers=_HIDDEN,
        card=card,
        one=one,
        what=said_in(one.terms.titles, card.language),
        text=said_in(one.texts, card.language),
        when=_when(card, one, one.terms.begins),
        closes=_when(card, one, one.terms.closes),
        where=place.name[card.language] if place else "",
        action=back.asked(token, link, card.language),
        home=back.to_card(link, card.language),
        kept=back.kept(link, "ask", token),
        full=book is not None and full(book),
        off=bool(book and book.off),
        yes=book is not None and not book.off and one.may_say_yes(instant),
        no=book is not None and not book.off and one.may_say_no(instant),
        said=said == "answered",
        fault=fault,
    )


def take(  # noqa: PLR0917
    card: Card,
    token: str,
    typed: Mapping[str, str],
    behind: Behind,
    now: datetime,
    link: str = "",
) -> Response[str]:
    """Keep an answer, and show the page again.

    Raises
    ------
    Busy
        It was not kept.
    """
    answer = typed.get("answer", "")
    if answer not in {"yes", "no"}:
        return _see(card, token, link, "")
    try:
        kept = inviting.invitations().answer(token, now, yes=answer == "yes")
    except Refusal as refusal:
        if refusal.code not in _REFUSED:
            raise
        again = inviting.invitations().behind(token)
        fault = pages.words(card.language)["invited"][_REFUSED[refusal.code]]
        return show(card, again or behind, token, "", now, fault, link)
    return _see(card, token, link, "answered") if kept else pages.not_found(card.language)


def _see(card: Card, token: str, link: str, said: str) -> Response[str]:
    return redirect(back.asked(token, link, card.language, said), HTTPStatus.SEE_OTHER)


def _when(card: Card, one: Invited, second: int) -> str:
    zone = zone_of(one, storage.programs().current(one.program))
    return words.appointment(card.language, at(second), zone)
