"""What a card's page shows, and where: as on the Apple pass, so that it shows what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from functions.wiring.designs import worn
from passes.designs import design as designs

if TYPE_CHECKING:
    from collections.abc import Collection

    from loyalty.card.view import Card, CardField

    _Shown = tuple[CardField, str, bool]

_NEWS = {"appointment", "message", "reward", "warning", "expiry"}
"""What a customer should see at once."""
_BETWEEN = "\n\n"
"""What stands between two pieces of news."""


@dataclass(slots=True)
class Front:
    """Where each card field stands: as on the Apple pass, so that the page shows what it becomes.

    ``news`` and ``back`` are on the pass's back: what a customer should see at once, and the rest.
    """

    header: list[_Shown] = field(default_factory=list)
    primary: list[_Shown] = field(default_factory=list)
    rows: list[_Shown] = field(default_factory=list)
    news: list[_Shown] = field(default_factory=list)
    back: list[_Shown] = field(default_factory=list)


def without(front: Front, tokens: Collection[str]) -> Front:
    """Return it without news that lead to what the page asks by itself: it would ask twice."""
    news = []
    for card_field, caption, visible in front.news:
        pieces = card_field.text.split(_BETWEEN)
        kept = [one for one in pieces if not any(f"/ask/{token}" in one for token in tokens)]
        if kept:
            news.append((replace(card_field, text=_BETWEEN.join(kept)), caption, visible))
    return replace(front, news=news)


def front_of(card: Card) -> Front:
    """Return what stands where on the page of a card."""
    front, design = Front(), worn(card.design)
    words = designs.spoken(design, card.language)
    for place in design.apple_fields:
        card_field = card.field(place.field)
        if card_field is None:
            continue
        # The caption of the pass: one thing has one name wherever it is shown.
        caption = words[place.caption] if place.caption else card_field.label
        shown = card_field, caption, place.label
        match place.group:
            case "header":
                front.header.append(shown)
            case "primary":
                front.primary.append(shown)
            case "secondary" | "auxiliary":
                front.rows.append(shown)
            case "back":
                (front.news if card_field.key in _NEWS else front.back).append(shown)
    return front
