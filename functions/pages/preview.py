"""Pages of ours as a design would make them: for the preview of a design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.card.samples import states
from loyalty.program.profile import profile_of

if TYPE_CHECKING:
    from datetime import date

    from loyalty.card.view import Card
    from loyalty.program.rules import Program


def drawn_pages(program: Program, base_url: str, today: date) -> dict[str, str]:
    """Return pages in every language of a program, as whole HTML pages.

    The join page, the page of a card in every state, the poster.
    """
    from functions.pages import kit  # noqa: PLC0415
    from functions.pages.join_answers import PageAnswers  # noqa: PLC0415

    found = {}
    for language in program.languages:
        profile = profile_of(program, language)
        pieces = {
            "join page": PageAnswers(language, today, base_url=base_url).form(profile),
            "A4 poster": kit.answer(profile, "poster", base_url, {}, tuple),
        }
        for what, answer in pieces.items():
            # Shown from elsewhere: addresses of pictures lead to us all the same.
            found[f"{language}: {what}"] = _led(str(answer.body), base_url)
    for state in states(program):
        for card in state.cards:
            html = _led(_card_page(card, base_url, today), base_url)
            found[f"{card.language}: card page {state.what}"] = html
    return found


def _led(html: str, base_url: str) -> str:
    return html.replace("<head>", f'<head><base href="{base_url}/">', 1)


def _card_page(card: Card, base_url: str, today: date) -> str:
    """Return the page of a card as its holder sees it; what they may type is empty."""
    from functions.pages import drawing as pages  # noqa: PLC0415
    from functions.pages.card_front import front_of  # noqa: PLC0415
    from functions.pages.qr_code import qr_code  # noqa: PLC0415

    words = pages.words(card.language)["card"]
    answer = pages.draw(
        "card.html",
        language=card.language,
        design=card.design,
        card=card,
        front=front_of(card),
        strip=pages.strip_name(card),
        notice={"tone": "wrong", "text": words["voided"]} if card.voided else None,
        closed=card.voided,
        to_prove=False,
        fault="",
        action="",
        coupon={"coupon": "", "fault": "", "act": ""},
        receipt=dict.fromkeys(("receipt", "amount", "day", "fault"), ""),
        asked=[],
        today=today.isoformat(),
        qr=qr_code,
        wallets=("apple", "google"),
        address="",
        own_address=None,
        questions=(),
        invited=(),
        together=(),
        draws=(),
        entered={"draw": "", "entries": "", "fault": ""},
        causes=(),
        given={"cause": "", "points": "", "fault": ""},
        in_app=False,
        out=(),
        friend_link=f"{base_url}/join/{card.program}" if card.friends else None,
    )
    return str(answer.body)
