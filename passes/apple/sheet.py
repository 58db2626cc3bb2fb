"""Write documents fast: what all cards of a program share is encoded once.

``pass_json.pass_document`` is the law; what is written here reads back as exactly that, which a
property test holds. Of a pass's few kilobytes of JSON only the card's own fields, some hundred
bytes, are new from card to card, and of those a balance of 4 has mostly been written before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from passes.apple.pass_json import Drawing

if TYPE_CHECKING:
    from collections.abc import Hashable

    from loyalty.card import Card, Fact
    from passes.apple.look import FieldPlace
    from passes.apple.pass_json import Identity
    from passes.design import Design

_MOST_PROGRAMS = 256
_MOST_FACTS = 500
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class _Place:
    """A field's place, and the JSON of the facts that stood there lately."""

    place: FieldPlace
    written: dict[Fact | None, str]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What all cards of a program in a design and a language share."""

    design: Design
    top: str
    back: str
    styles: tuple[tuple[str, tuple[tuple[str, tuple[_Place, ...]], ...]], ...]


class Sheets:
    """Encodes passes of one identity; keeps the shared part of the programs it has met."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._kept: dict[Hashable, _Sheet] = {}

    def encode(self, card: Card, design: Design, token: str) -> bytes:
        """Return the bytes of the card's pass.json.

        Raises
        ------
        passes.apple.pass_json.TextRefused
            A text is longer than a pass can show.
        """
        drawing = Drawing(card, design, self._identity)
        sheet = self._sheet(card, design, drawing)
        facts = {fact.key: fact for fact in card.facts}
        parts = ["{", sheet.top, ",", _inside(drawing.own_keys(token))]
        for style, groups in sheet.styles:
            parts += (',"', style, '":{')
            for group, places in groups:
                fields = _fields(places, facts, drawing)
                if group == "backFields":
                    fields += "," + sheet.back if fields and sheet.back else sheet.back
                elif not fields:
                    continue
                parts += ('"', group, '":[', fields, "],")
            # The back comes last and is always there: its comma is one too many.
            parts[-1] = "]}"
        parts.append("}")
        # Half a surrogate pair, which no UTF-8 file may hold, becomes a question mark: one odd
        # character in a name must not cost a customer the card.
        return "".join(parts).encode("utf-8", "replace")

    def _sheet(self, card: Card, design: Design, drawing: Drawing) -> _Sheet:
        face = (
            *(design.name, card.language, card.program, card.program_name, card.organization),
            *(card.lines, card.contact),
        )
        known = self._kept.get(face)
        if known is None or known.design is not design:
            known = _Sheet(
                design, _inside(drawing.shared()), _inside(drawing.shared_back()), _styles(design)
            )
            if len(self._kept) >= _MOST_PROGRAMS:
                self._kept.clear()
            self._kept[face] = known
        return known


def _styles(
    design: Design,
) -> tuple[tuple[str, tuple[tuple[str, tuple[_Place, ...]], ...]], ...]:
    found = []
    for style, places in (
        ("storeCard", design.apple_fields),
        ("posterGeneric", design.apple.poster_fields),
    ):
        if style != "storeCard" and not places:
            continue
        groups: dict[str, list[_Place]] = {}
        for place in places:
            groups.setdefault(f"{place.group}Fields", []).append(_Place(place, {}))
        groups["backFields"] = groups.pop("backFields", [])
        found.append((style, tuple((group, tuple(held)) for group, held in groups.items())))
    return tuple(found)


def _fields(places: tuple[_Place, ...], facts: dict[str, Fact], drawing: Drawing) -> str:
    texts = []
    for held in places:
        fact = facts.get(held.place.fact)
        text = held.written.get(fact)
        if text is None:
            field = drawing.field(fact, held.place)
            text = _encode(field) if field else ""
            if len(held.written) >= _MOST_FACTS:
                held.written.clear()
            held.written[fact] = text
        if text:
            texts.append(text)
    return ",".join(texts)


def _inside(content: dict[str, Any] | list[Any]) -> str:
    """Return the JSON of an object or a list without its brackets."""
    return _encode(content)[1:-1] if content else ""
