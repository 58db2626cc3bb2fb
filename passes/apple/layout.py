"""What a design says about the Apple pass: where card fields go, pictures, beacons, links.

Read by ``layout_reading`` from the table ``apple`` of ``design.toml``; docs/designs.md tells owners
what each key does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.card.view import Card
    from passes.designs.reading import Image


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a card field goes on an Apple pass.

    Attributes
    ----------
    group, field
        Field group of the pass; key of the card field.
    label
        Whether a caption is shown.
    announce
        Whether a change of the value is told on the lock screen.
    as_text
        Whether the formatted text is shown even if the card field is a number.
    caption, change, empty
        Keys of the design's own words: the caption (the card field's without), what a lock screen
        says (the card field's without), and what stands there while a card has no such field. A
        field that is always there can announce its first value; one that appears cannot.
    """

    group: str
    field: str
    label: bool = True
    announce: bool = False
    as_text: bool = False
    caption: str | None = None
    change: str | None = None
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Strips:
    """The strips of a card's states, drawn ahead.

    Attributes
    ----------
    field
        Key of the card field that picks one.
    levels
        A number (or a percentage, in basis points) picks the last level that it reaches.
    names
        A text picks the state whose name it has, in any language of the design.
    images
        Per state, ``strip@2x.png`` and ``strip@3x.png``. The design's plain strip is for cards that
        match none.
    states
        What the files of each state are called after, in the same order.
    """

    field: str
    levels: tuple[int, ...]
    names: Mapping[str, int]
    images: tuple[tuple[Image, ...], ...]
    states: tuple[str, ...] = ()

    def state(self, card: Card) -> int | None:
        """Return the number of a card's state, or None for the plain strip."""
        card_field = card.field(self.field)
        if card_field is None:
            return None
        if self.levels and isinstance(card_field.value, int):
            reached = [at for at, level in enumerate(self.levels) if level <= card_field.value]
            return reached[-1] if reached else None
        return self.names.get(card_field.text.casefold())


@dataclass(frozen=True, slots=True)
class Beacon:
    """A Bluetooth beacon near which the card is offered, and the key of the text."""

    uuid: str
    text: str
    major: int | None
    minor: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the back: caption and link text by key, the address with placeholders."""

    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button on an iOS 27 card: its kind, and its address with placeholders."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Nfc:
    """The key to which a card's code is encrypted for readers."""

    public_key: str
    authentication: bool


@dataclass(frozen=True, slots=True)
class AppleLayout:
    """Everything a design says about the Apple pass beside the fields and images of a store card.

    Attributes
    ----------
    barcodes
        Formats in the order of preference; the phone takes the first it can draw.
    strip_colour
        Colour of the primary field, which stands on the strip.
    max_distance
        Metres around a location within which the card is offered; None for Apple's own.
    poster_images, poster_fields
        What iOS 27 draws instead of the store card; no fields: no poster.
    """

    strips: Strips | None
    barcodes: tuple[str, ...]
    strip_colour: str | None
    max_distance: int | None
    beacons: tuple[Beacon, ...]
    links: tuple[Link, ...]
    actions: tuple[Action, ...]
    poster_images: tuple[Image, ...]
    poster_fields: tuple[FieldPlace, ...]
    nfc: Nfc | None
