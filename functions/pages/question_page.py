"""The page of a question: a member answers it by its link, without signing in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.http.answers import redirect
from functions.pages import back
from functions.pages import drawing as pages
from functions.wiring import feedback
from loyalty.core.instants import microseconds
from loyalty.program.by_language import said_in
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response

    from loyalty.card.view import Card
    from loyalty.core.feedback import Feedback

FORM = re.compile(r"[a-z][a-z0-9-]{0,39}\.[0-9a-f]{32}\.[0-9a-f]{16}\.[A-Za-z0-9_-]{27}")
"""Of what follows ``/ask/`` in an address."""
_SCORE = re.compile(r"[0-9]{1,2}")
_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}
_REFUSED = {"question_over": "over", "answer_final": "final"}


@dataclass(frozen=True, slots=True)
class Line:
    """A question on the page of a card: to be answered, or what the shop has said to an answer."""

    text: str
    address: str
    token: str
    reply: str


def lines(asked: Iterable[Feedback], link: str, language: str, now: datetime) -> list[Line]:
    """Return what a card's page shows of questions, the newest first."""
    found = []
    for one in asked:
        waits = not one.changes and one.changeable(microseconds(now))
        if one.texts and (waits or one.reply):
            token = feedback.feedbacks().link(one)
            address = back.asked(token, link, language)
            found.append(Line(said_in(one.texts, language), address, token, one.reply))
    return found[::-1]


def show(  # noqa: PLR0917
    card: Card,
    one: Feedback,
    token: str,
    said: str,
    now: datetime,
    fault: str = "",
    link: str = "",
) -> Response[str]:
    """Show a question, and what the member has answered so far; ``fault``: what is missing.

    ``link``: of the card, where it was opened from there.
    """
    words = pages.words(card.language)["ask"]
    open_still = one.changeable(microseconds(now))
    return pages.draw(
        "ask.html",
        language=card.language,
        design=card.design,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        headers=_HIDDEN,
        card=card,
        one=one,
        question=said_in(one.texts, card.language),
        options=[said_in(option, card.language) for option in one.options],
        action=back.asked(token, link, card.language),
        home=back.to_card(link, card.language),
        kept=back.kept(link, "ask", token),
        open=open_still,
        closed="" if open_still else words["final" if one.changes else "over"],
        notice=words["thanks"] if said == "answered" and one.changes and not fault else "",
        fault=fault,
    )


def take(  # noqa: PLR0917
    card: Card,
    token: str,
    typed: Mapping[str, str],
    one: Feedback,
    now: datetime,
    link: str = "",
) -> Response[str]:
    """Keep an answer, and show the page again.

    Raises
    ------
    Busy
        It was not kept.
    """
    score = typed.get("score", "")
    number = int(score) if _SCORE.fullmatch(score) else None
    try:
        kept = feedback.feedbacks().answer(token, number, typed.get("words", ""), now)
    except Refusal as refusal:
        if refusal.code == "answer_missing":
            words = pages.words(card.language)["ask"]
            missing = "missing_words" if one.asks == "text" else "missing"
            return show(card, one, token, "", now, words[missing], link)
        if refusal.code not in _REFUSED:
            raise
        return _see(card, token, link, "")
    return _see(card, token, link, "answered") if kept else pages.not_found(card.language)


def _see(card: Card, token: str, link: str, said: str) -> Response[str]:
    return redirect(back.asked(token, link, card.language, said), HTTPStatus.SEE_OTHER)
