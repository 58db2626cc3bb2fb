"""The public page of a prize draw: rules, the list as it was fixed, what decided, who has won."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.http.answers import bare
from functions.pages import back
from functions.pages import drawing as pages
from functions.wiring import causes, prize_draws, storage
from loyalty import words
from loyalty.core.calendar import at
from loyalty.core.draw import CHAIN, pseudonym, second_of
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from aws_lambda_powertools.event_handler import Response

    from loyalty.card.view import Card
    from loyalty.core.draw import Draw
    from loyalty.ledger.drawing_prizes import Standing
    from loyalty.program.rules import Program

_OF_A_CARD = {"X-Robots-Tag": "noindex, nofollow"}
_KEPT = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Line:
    """A draw on the page of a card."""

    id: str
    name: str
    text: str
    price: str
    until: str
    open: bool
    bought: bool
    entries: int
    pseudonym: str
    address: str


def lines(mine: Sequence[tuple[Standing, int]], card: Card, link: str, now: float) -> list[Line]:
    """Return what a card's page shows of draws: those that are open, or that were entered."""
    found = []
    for one, entries in mine:
        rules = storage.programs().current(card.program)
        draw = one.draw
        still = one.state == "open" and now < draw.closes
        if not still and not entries:
            continue
        found.append(
            Line(
                id=draw.id,
                name=draw.names[card.language],
                text=draw.texts[card.language],
                price=price(draw, rules, card.language),
                until=words.appointment(card.language, at(draw.closes), rules.zone),
                open=still and draw.purchases is None,
                bought=still and draw.purchases is not None,
                entries=entries,
                pseudonym=pseudonym(card.program, draw.id, card.member),
                address=back.behind(link, card.language, "draw", draw.id),
            )
        )  # fmt: skip
    return found


def price(draw: Draw, rules: Program, spoken: str) -> str:
    """Return what an entry takes, in words: points, visits, or money that is spent."""
    language = rules.language(spoken)
    if draw.purchases is None:
        return causes.counted(rules.id, language, draw.pot, draw.price)
    if draw.purchases.counts == "spend":
        return words.money(language, draw.purchases.each, rules.currency)
    return words.plural(language, "visits", draw.purchases.each)


def answer(
    program: str,
    draw: str,
    query: Mapping[str, str],
    languages: Sequence[str],
    link: str = "",
) -> Response[Any]:
    """Return the page of a draw, or with ``list`` its entrants as text.

    ``link``: of the card that it was opened from; the page then leads back there.
    """
    if not _NAME.fullmatch(program) or not _NAME.fullmatch(draw):
        return pages.not_found(languages[0])
    try:
        found = prize_draws.draws().one(program, draw)
        rules = storage.programs().current(program)
    except Refusal as refusal:
        if refusal.kind not in {"not_found", "invalid"}:
            raise
        return pages.not_found(languages[0])
    if query.get("list"):
        text = prize_draws.draws().list(program, draw)
        return bare(text, "text/plain; charset=utf-8", {})
    spoken = next((one for one in languages if one in rules.languages), rules.languages[0])
    won = prize_draws.draws().winners(program, draw)
    fixed = found.fixed
    return pages.draw(
        "draw.html",
        language=spoken,
        design=rules.worn,
        headers=_OF_A_CARD if link else _KEPT,
        home=back.to_card(link, spoken),
        kept=back.kept(link, "draw", draw),
        join=f"/join/{program}?language={spoken}",
        name=rules.name[spoken],
        organization=rules.organization,
        spoken=rules.languages,
        found=found,
        called=found.draw.names[spoken],
        text=found.draw.texts[spoken],
        price=price(found.draw, rules, spoken),
        until=words.appointment(spoken, at(found.draw.closes), rules.zone),
        decides=words.appointment(spoken, at(second_of(fixed.round)), rules.zone) if fixed else "",
        prizes=[one[spoken] for one in found.draw.prizes],
        won=[(one.prize[spoken], one.name) for one in won],
        chain=CHAIN,
        source=f"https://api.drand.sh/{CHAIN}/public/{fixed.round}" if fixed else "",
        address=f"/draws/{program}/{draw}",
    )
