"""Write documents and translations fast: what all cards of a program share is encoded once.

``pass_json.pass_document`` and ``strings.files`` are the law; what is written here reads back as
exactly that, which a property test holds. Of a pass's few kilobytes of JSON only the card's own
fields, some hundred bytes, are new from card to card, and of those a balance of 4 has mostly been
written before. The same goes for the translations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from passes.apple import strings
from passes.apple.bundle import ContinuedFile, Opening
from passes.apple.pass_json import Drawing

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from loyalty.card.view import Card, CardField
    from passes.apple.layout import FieldPlace
    from passes.apple.pass_json import Identity
    from passes.designs.design import Design

_MOST_PROGRAMS = 256
_MOST_FIELDS = 500
_MOST_HOMES = 100
_EMPTY = Opening(strings.MARK)
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_quoted = json.encoder.encode_basestring


_Spoken = tuple["CardField | None", ...]
"""A card field in the card's language and in the others."""
_Text = tuple[str, "strings.Translations", tuple[bytes, ...]]
"""A text, what it is in the other languages, and its lines for the file of each language."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place on the pass; for the card fields that stood there lately, their JSON and texts."""

    place: FieldPlace
    known: dict[int, tuple[str, tuple[_Text, ...]]]


@dataclass(frozen=True, slots=True)
class _ProgramEncoding:
    """What all cards of a program in a design and its languages share.

    Attributes
    ----------
    top, back
        JSON of the document's top, and of the fields below the card's own on the back.
    styles
        Groups of places by style.
    numbers
        The card fields met lately, each with a number: a card field is hashed once per card.
    homes
        For the homes met lately, the JSON of the places near them, and their texts.
    translations, openings
        Texts with their counterparts, and the beginnings of the files that hold them.
    """

    design: Design
    top: str
    back: str
    styles: tuple[tuple[str, tuple[tuple[str, tuple[_Slot, ...]], ...]], ...]
    numbers: dict[str, dict[_Spoken, int]]
    homes: dict[Hashable, tuple[str, tuple[_Text, ...]]]
    translations: dict[str, strings.Translations]
    openings: tuple[tuple[str, Opening], ...]

    def number(self, key: str, spoken: _Spoken) -> int:
        """Return a card field's number among those of its key."""
        known = self.numbers[key]
        number = known.get(spoken)
        if number is None:
            if len(known) >= _MOST_FIELDS:
                known.clear()
                for slot in self.slots():
                    if slot.place.field == key:
                        slot.known.clear()
            number = known[spoken] = len(known) + 1  # never 0
        return number

    def near(self, drawings: tuple[Drawing, ...]) -> tuple[str, tuple[_Text, ...]]:
        """Return the JSON of the keys about places, with a comma before it, and their texts."""
        homes = tuple([(one.card.places, one.card.home) for one in drawings])
        known = self.homes.get(homes)
        if known is None:
            own, *beside = (one.location_keys() for one in drawings)
            texts = strings.pairs(own, beside) if beside else ()
            known = (
                "," + _inside(own) if own else "",
                tuple(
                    (text, translated, strings.lines(text, translated))
                    for text, translated in texts
                ),
            )
            if len(self.homes) >= _MOST_HOMES:
                self.homes.clear()
            self.homes[homes] = known
        return known

    def slots(self) -> Iterable[_Slot]:
        """Yield every slot of every style."""
        for _, groups in self.styles:
            for _, slots in groups:
                yield from slots


class CardEncoder:
    """Encodes passes of one identity; keeps the shared part of the programs it has met."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._kept: dict[Hashable, _ProgramEncoding] = {}

    def write(
        self, card: Card, design: Design, token: str
    ) -> tuple[bytes, tuple[ContinuedFile, ...]]:
        """Return the bytes of the card's pass.json, and its translations.

        Raises
        ------
        passes.apple.pass_json.TextRefused
            A text is longer than a pass can show.
        """
        drawing = Drawing(card, design, self._identity)
        others = tuple(
            Drawing(other, design, self._identity)
            for other in card.also
            if other.language in design.words
        )
        program = self._program(card, design, drawing, others)
        drawings = (drawing, *others)
        card_fields = [
            {card_field.key: card_field for card_field in one.card.fields} for one in drawings
        ]
        keys = program.numbers.keys()
        spoken: dict[str, _Spoken] = dict(
            zip(keys, zip(*[map(one.get, keys) for one in card_fields], strict=True), strict=True)
        )
        numbers = {
            key: known.get(spoken[key]) or program.number(key, spoken[key])
            for key, known in program.numbers.items()
        }
        near, near_texts = program.near(drawings)
        texts: list[_Text] = [*near_texts]
        parts = ["{", program.top, ",", _inside(drawing.card_keys(token)), near]
        for style, groups in program.styles:
            parts += (',"', style, '":{')
            for group, slots in groups:
                written = []
                for slot in slots:
                    key = slot.place.field
                    known = slot.known.get(numbers[key])
                    if known is None:
                        known = _draw(slot.place, spoken[key], drawings)
                        slot.known[numbers[key]] = known
                    if known[0]:
                        written.append(known[0])
                    if known[1]:
                        texts += known[1]
                fields = ",".join(written)
                if group == "backFields":
                    fields += "," + program.back if fields and program.back else program.back
                elif not fields:
                    continue
                parts += ('"', group, '":[', fields, "],")
            # The back comes last and is always there: its comma is one too many.
            parts[-1] = "]}"
        parts.append("}")
        # Half a surrogate pair, which no UTF-8 file may hold, becomes a question mark: one odd
        # character in a name must not cost a customer the card.
        content = "".join(parts).encode("utf-8", "replace")
        return content, _translations(program, texts) if others else ()

    def _program(
        self, card: Card, design: Design, drawing: Drawing, others: tuple[Drawing, ...]
    ) -> _ProgramEncoding:
        key = (design.name, _program_key(card), *(_program_key(other.card) for other in others))
        known = self._kept.get(key)
        if known is None or known.design is not design:
            top, back = drawing.program_keys(), drawing.program_back()
            beside = [[other.program_keys(), other.program_back()] for other in others]
            translations = strings.gather(
                chain(
                    strings.words(drawing.words, [other.words for other in others]),
                    strings.pairs([top, back], beside),
                )
            )
            lines = [strings.lines(own, translated) for own, translated in translations.items()]
            places = (*design.apple_fields, *design.apple.poster_fields)
            known = _ProgramEncoding(
                *(design, _inside(top), _inside(back), _styles(design)),
                {place.field: {} for place in places},
                {},
                translations,
                tuple(
                    (
                        strings.name(one.card.language),
                        Opening(strings.MARK + b"".join(line[at] for line in lines if line)),
                    )
                    for at, one in enumerate((drawing, *others))
                ),
            )
            if len(self._kept) >= _MOST_PROGRAMS:
                self._kept.clear()
            self._kept[key] = known
        return known


def _program_key(card: Card) -> Hashable:
    return (
        *(card.language, card.program, card.program_name, card.organization),
        *(card.sentences, card.contact),
    )


def _draw(
    place: FieldPlace, spoken: _Spoken, drawings: tuple[Drawing, ...]
) -> tuple[str, tuple[_Text, ...]]:
    """Return a field's JSON, and its texts beside the design's words."""
    own = drawings[0].field(spoken[0], place)
    if own is None:
        return "", ()
    if len(drawings) == 1 or spoken[0] is None:
        return _encode(own), ()
    words = drawings[0].words.values()
    if all(card_field == spoken[0] for card_field in spoken[1:]):
        # A name, say: it is the same in every language, and must stay so.
        same = [text for key, text in own.items() if key in strings.LOCALISED]
        count = len(drawings) - 1
        return _encode(own), tuple(
            [
                (text, (text,) * count, ())
                for text in same
                if isinstance(text, str) and text not in words
            ]
        )
    beside = [
        drawing.field(card_field, place) or {}
        for drawing, card_field in zip(drawings[1:], spoken[1:], strict=True)
    ]
    return _encode(own), tuple(
        (text, translated, strings.lines(text, translated))
        for text, translated in strings.pairs(own, beside)
        if text not in words
    )


def _translations(program: _ProgramEncoding, texts: list[_Text]) -> tuple[ContinuedFile, ...]:
    translations = dict(program.translations)
    ends: list[tuple[bytes, ...]] = []
    for own, translated, lines in texts:
        known = translations.get(own)
        if known is None:
            translations[own] = translated
            if lines:
                ends.append(lines)
        elif known != translated:
            return _without_openings(program, texts)
    return tuple(
        [
            ContinuedFile(name, opening, b"".join([lines[at] for lines in ends]))
            for at, (name, opening) in enumerate(program.openings)
        ]
    )


def _without_openings(program: _ProgramEncoding, found: list[_Text]) -> tuple[ContinuedFile, ...]:
    """Return the files of a card on which one text stands for two things, which is seldom."""
    own_texts = ((own, translated) for own, translated, _ in found)
    translations = strings.gather((*program.translations.items(), *own_texts))
    lines = [strings.lines(own, translated) for own, translated in translations.items()]
    return tuple(
        ContinuedFile(name, _EMPTY, b"".join(line[at] for line in lines if line))
        for at, (name, _) in enumerate(program.openings)
    )


def _styles(
    design: Design,
) -> tuple[tuple[str, tuple[tuple[str, tuple[_Slot, ...]], ...]], ...]:
    found = []
    for style, places in (
        ("storeCard", design.apple_fields),
        ("posterGeneric", design.apple.poster_fields),
    ):
        if style != "storeCard" and not places:
            continue
        groups: dict[str, list[_Slot]] = {}
        for place in places:
            groups.setdefault(f"{place.group}Fields", []).append(_Slot(place, {}))
        groups["backFields"] = groups.pop("backFields", [])
        found.append((style, tuple((group, tuple(held)) for group, held in groups.items())))
    return tuple(found)


def _encode(value: Any) -> str:
    """Return JSON; our documents are texts in small objects, where making an encoder is the work.

    Keys are ours, and need no escapes.
    """
    kind = value.__class__
    if kind is str:
        return _quoted(value)
    if kind is dict:
        return "{" + ",".join([f'"{key}":{_encode(one)}' for key, one in value.items()]) + "}"
    if kind is list:
        return "[" + ",".join(map(_encode, value)) + "]"
    return repr(value) if kind is int else _plain(value)


def _inside(content: dict[str, Any] | list[Any]) -> str:
    """Return the JSON of an object or a list without its brackets."""
    return _encode(content)[1:-1] if content else ""
