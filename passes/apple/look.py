"""What a design says about the Apple pass: where facts go, pictures, places, links, languages.

Read from the tables ``apple``, ``languages`` and ``words`` of ``design.toml``; docs/designs.md
tells owners what each key does. Sources: Apple's "Pass" and "PassFieldContent" documentation,
"Creating a store card pass", "Creating a poster generic pass", Human Interface Guidelines for
Wallet.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from passes.apple.pass_json import MOST_PLACES
from passes.design_reading import DesignError, Image, Table, read_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from loyalty.card import Card

Group = Literal["header", "primary", "secondary", "auxiliary", "back"]
PosterGroup = Literal["header", "primary", "footer", "additionalInfo", "back"]

SCALES = (2, 3)
LANGUAGES = ("en", "ru")
# Points of 2026 (Human Interface Guidelines, Wallet): smallest and largest width, height.
IMAGE_POINTS: dict[str, tuple[int, int, int]] = {
    "icon": (38, 38, 38),
    "logo": (50, 160, 50),
    "strip": (375, 375, 144),
    "artwork": (358, 358, 448),
    "primaryLogo": (30, 126, 30),
}
_CARD_IMAGES = ("icon", "logo", "strip")
_POSTER_IMAGES = ("artwork", "primaryLogo")
# How many fields Wallet shows in front; secondary and auxiliary share one row of a store card.
_ROOM: dict[tuple[str, ...], int] = {
    ("header",): 3,
    ("primary",): 1,
    ("secondary", "auxiliary"): 4,
}
_POSTER_ROOM: dict[tuple[str, ...], int] = {("header",): 1, ("primary",): 4, ("footer",): 2}
MOST_ANNOUNCED = 2
_MOST_LINKS = 8
_MOST_ACTIONS = 2
_MOST_STATES = 40
LONGEST_WORD = 120
"""Characters of a design's own text."""

# A card code is letters, digits and dots, so these can carry it. The last two are read by iOS 27
# and later only; EAN13, I2of5 and Codabar take digits.
_OLD_BARCODES = ("QR", "PDF417", "Aztec", "Code128")
_BARCODES = (*_OLD_BARCODES, "Code39")
_ACTIONS = (
    "addToBalance", "bookAppointment", "call", "membershipBenefits", "order", "shop",
    "viewOffersRewards",
)  # fmt: skip

_KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STATE = re.compile(r"[a-z0-9]{1,20}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# 91 bytes with a whole point, 59 with a compressed one: SubjectPublicKeyInfo of P-256.
_P256_SPKI = (59, 91)


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a fact goes on an Apple pass.

    Attributes
    ----------
    group, fact
        Field group of the pass; key of the fact.
    label
        Whether a caption is shown.
    announce
        Whether a change of the value is told on the lock screen.
    as_text
        Whether the formatted text is shown even if the fact is a number.
    caption, change, empty
        Keys of the design's own words: the caption (the fact's without), what a lock screen says
        (the fact's without), and what stands there while a card has no such fact. A field that is
        always there can announce its first value; one that appears cannot.
    """

    group: str
    fact: str
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
    fact
        Key of the fact that picks one.
    levels
        A number fact (or a percentage, in basis points) picks the last level that it reaches.
    names
        A text fact picks the state whose name it has, in any language of the design.
    images
        Per state, ``strip@2x.png`` and ``strip@3x.png``. The design's plain strip is for cards that
        match none.
    states
        What the files of each state are called after, in the same order.
    """

    fact: str
    levels: tuple[int, ...]
    names: Mapping[str, int]
    images: tuple[tuple[Image, ...], ...]
    states: tuple[str, ...] = ()

    def state(self, card: Card) -> int | None:
        """Return the number of a card's state, or None for the plain strip."""
        fact = card.fact(self.fact)
        if fact is None:
            return None
        if self.levels and isinstance(fact.value, int):
            reached = [at for at, level in enumerate(self.levels) if level <= fact.value]
            return reached[-1] if reached else None
        return self.names.get(fact.text.casefold())


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that the design itself knows: degrees, and the key of its text."""

    latitude: float
    longitude: float
    text: str


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
class Look:
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
    spots: tuple[Spot, ...]
    beacons: tuple[Beacon, ...]
    links: tuple[Link, ...]
    actions: tuple[Action, ...]
    poster_images: tuple[Image, ...]
    poster_fields: tuple[FieldPlace, ...]
    nfc: Nfc | None


class Words:
    """A design's own texts by language and key; every language has every key."""

    def __init__(self, top: Table) -> None:
        languages = top.choices("languages", LANGUAGES, [LANGUAGES[0]])
        if not languages:
            raise top.error("languages", f"must name at least one of {', '.join(LANGUAGES)}")
        tables = top.table("words", default={})
        self.table = tables
        self.used: set[str] = set()
        self.states: set[str] = set()
        self.by_language: dict[str, dict[str, str]] = {}
        for language in languages:
            table = tables.table(language, default={})
            self.by_language[language] = {key: _word(table, key) for key in tuple(table.content)}
        tables.end()
        for language, words in self.by_language.items():
            for other in self.by_language.values():
                for key in other.keys() - words.keys():
                    raise tables.error(f"{language}.{key}", "is missing; another language has it")
            self._all_different(language, words)

    def _all_different(self, language: str, words: Mapping[str, str]) -> None:
        # Wallet translates by text, so two keys of one text could not differ in another language.
        seen: dict[str, str] = {}
        for key, text in words.items():
            double = seen.setdefault(text, key)
            if double != key and any(
                other[double] != other[key] for other in self.by_language.values()
            ):
                raise self.table.error(
                    f"{language}.{key}",
                    f"says the same as {double}, but not in every language; word one differently",
                )

    def key(self, table: Table, name: str, *, changes: bool = False) -> str:
        """Return the key of a word that a table names, which every language must have.

        With `changes` it must be a change message: ``%@`` once, and no other per cent sign.
        """
        key = table.text(name, _KEY, "the key of one of the design's words")
        for language, words in self.by_language.items():
            if key not in words:
                raise table.error(name, f"names {key!r}, which words.{language} does not have")
            if changes and (words[key].count("%@") != 1 or words[key].count("%") != 1):
                raise self.table.error(
                    f"{language}.{key}",
                    "must hold %@ exactly once, where the new value goes, and no other %",
                )
        self.used.add(key)
        return key

    def state_names(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of each name; one that is a word is known by it in every language."""
        known: dict[str, int] = {}
        for index, name in enumerate(names):
            for spoken in self.by_language.values():
                known[spoken.get(name, name).casefold()] = index
                if name in spoken:
                    self.states.add(name)
        return known

    def end(self) -> None:
        """Refuse words that nothing uses: most likely a key was mistyped.

        Words that only name states are dropped: they stand for texts of the program, which come in
        the card's language.
        """
        for language, words in self.by_language.items():
            for key in sorted(words.keys() - self.used - self.states):
                raise self.table.error(f"{language}.{key}", "is used nowhere in the design")
            for key in self.states - self.used:
                del words[key]


def _word(table: Table, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise table.error(key, "must be named with small letters, digits and underscores")
    text = str(table.take(key, str))
    if not text.strip() or len(text) > LONGEST_WORD or _CONTROL.search(text):
        raise table.error(key, f"must be 1 to {LONGEST_WORD} characters on one line")
    return text


def card_images(place: Path, apple: Table) -> tuple[Image, ...]:
    """Read the images that the table names, in both scales."""
    chosen = apple.choices("images", _CARD_IMAGES)
    if "icon" not in chosen:
        raise apple.error("images", 'must hold "icon": Wallet refuses a pass without')
    return tuple(
        image
        for index, name in enumerate(chosen)
        for image in _both_scales(place, name, name, apple, f"images[{index}]")
    )


def card_fields(apple: Table, words: Words) -> tuple[FieldPlace, ...]:
    """Read where the facts go on a store card."""
    return _fields(apple, words, get_args(Group), _ROOM)


def read(place: Path, apple: Table, words: Words, images: tuple[Image, ...]) -> Look:
    """Read the rest of the table ``apple``; `images` are the ones already read.

    Raises
    ------
    DesignError
        A key is missing, unknown or out of shape.
    """
    strips = _strips(place, apple, words, images)
    poster_images: tuple[Image, ...] = ()
    poster_fields: tuple[FieldPlace, ...] = ()
    if apple.has("poster"):
        poster = apple.table("poster")
        poster_images = tuple(
            image
            for index, name in enumerate(poster.choices("images", _POSTER_IMAGES))
            for image in _both_scales(place, name, name, poster, f"images[{index}]")
        )
        poster_fields = _fields(poster, words, get_args(PosterGroup), _POSTER_ROOM)
        poster.end()
    return Look(
        strips=strips,
        barcodes=_barcodes(apple),
        strip_colour=apple.colour("strip_colour") if apple.has("strip_colour") else None,
        max_distance=apple.whole("max_distance", 1, 10_000) if apple.has("max_distance") else None,
        spots=_spots(apple, words),
        beacons=_beacons(apple, words),
        links=_links(apple, words),
        actions=_actions(apple),
        poster_images=poster_images,
        poster_fields=poster_fields,
        nfc=_nfc(apple.table("nfc")) if apple.has("nfc") else None,
    )


def _both_scales(place: Path, file: str, name: str, table: Table, key: str) -> tuple[Image, ...]:
    narrowest, widest, height = IMAGE_POINTS[name]
    images = []
    for scale in SCALES:
        image = read_image(place, f"{file}@{scale}x.png", table.file, table.key(key))
        if not narrowest * scale <= image.width <= widest * scale or image.height != height * scale:
            raise DesignError(
                f"{table.file}: {table.key(key)}: {image.name} is {image.width}x{image.height} "
                f"pixels; it must be {narrowest * scale} to {widest * scale} wide and "
                f"{height * scale} high"
            )
        images.append(image.named(f"{name}@{scale}x.png"))
    return tuple(images)


def _fields(
    table: Table, words: Words, groups: tuple[str, ...], rooms: Mapping[tuple[str, ...], int]
) -> tuple[FieldPlace, ...]:
    fields: list[FieldPlace] = []
    for entry in table.tables("fields"):
        field = _field(entry, words, groups)
        if any(other.fact == field.fact for other in fields):
            raise entry.error(
                "fact", f"places {field.fact!r} twice; a field's key must be unique on a pass"
            )
        fields.append(field)
    for together, room in rooms.items():
        if sum(field.group in together for field in fields) > room:
            raise table.error(
                "fields",
                f"has more than {room} fields in {' and '.join(together)}; "
                "Wallet does not draw the rest",
            )
    if sum(field.announce for field in fields) > MOST_ANNOUNCED:
        raise table.error(
            "fields",
            f"announces more than {MOST_ANNOUNCED} facts; "
            "a lock screen is for what a customer must know now",
        )
    return tuple(fields)


def _field(entry: Table, words: Words, groups: tuple[str, ...]) -> FieldPlace:
    change = words.key(entry, "change", changes=True) if entry.has("change") else None
    captioned = entry.has("label") and isinstance(entry.content["label"], str)
    field = FieldPlace(
        group=entry.choice("group", groups),
        fact=entry.text("fact", _KEY, "the key of a fact, like balance"),
        caption=words.key(entry, "label") if captioned else None,
        label=True if captioned else entry.flag("label", default=True),
        announce=entry.flag("announce", default=change is not None),
        as_text=entry.flag("as_text", default=False),
        change=change,
        empty=words.key(entry, "empty") if entry.has("empty") else None,
    )
    if change and not field.announce:
        raise entry.error("change", "says what is announced, but announce is false")
    entry.end()
    return field


def _strips(place: Path, apple: Table, words: Words, images: tuple[Image, ...]) -> Strips | None:
    if not apple.has("strip"):
        return None
    table = apple.table("strip")
    if not any(image.name.startswith("strip@") for image in images):
        raise apple.error("strip", 'needs "strip" in images: the picture for cards of no state')
    fact = table.text("fact", _KEY, "the key of a fact, like balance")
    levels: list[int] = []
    names: list[str] = []
    if table.has("levels"):
        levels = table.take("levels", list)
        if any(type(one) is not int for one in levels) or levels != sorted(set(levels)):
            raise table.error("levels", "must be whole numbers, each larger than the one before")
    else:
        names = table.take("names", list)
        for index, one in enumerate(names):
            if not isinstance(one, str) or not _STATE.fullmatch(one):
                raise table.error(f"names[{index}]", "must be small letters and digits")
    states = levels or names
    if not 1 <= len(states) <= _MOST_STATES:
        raise table.error("levels" if levels else "names", f"must have 1 to {_MOST_STATES} entries")
    table.end()
    return Strips(
        fact,
        tuple(levels),
        words.state_names(names),
        tuple(
            _both_scales(place, f"strip-{state}", "strip", table, f"states.{state}")
            for state in states
        ),
        tuple(map(str, states)),
    )


def _barcodes(apple: Table) -> tuple[str, ...]:
    chosen = apple.choices("barcodes", _BARCODES, ["QR"])
    if not chosen or chosen[-1] not in _OLD_BARCODES:
        raise apple.error(
            "barcodes",
            f"must end with one of {', '.join(_OLD_BARCODES)}: older phones draw nothing else",
        )
    return chosen


def _spots(apple: Table, words: Words) -> tuple[Spot, ...]:
    spots = []
    for entry in apple.tables("locations", optional=True):
        spots.append(
            Spot(
                entry.number("latitude", 90),
                entry.number("longitude", 180),
                words.key(entry, "text"),
            )
        )
        entry.end()
    _at_most(apple, "locations", len(spots), MOST_PLACES)
    return tuple(spots)


def _beacons(apple: Table, words: Words) -> tuple[Beacon, ...]:
    beacons = []
    for entry in apple.tables("beacons", optional=True):
        beacons.append(
            Beacon(
                entry.text("uuid", _UUID, "a UUID like 01234567-89ab-cdef-0123-456789abcdef"),
                words.key(entry, "text"),
                entry.whole("major", 0, 65_535) if entry.has("major") else None,
                entry.whole("minor", 0, 65_535) if entry.has("minor") else None,
            )
        )
        entry.end()
    _at_most(apple, "beacons", len(beacons), MOST_PLACES)
    return tuple(beacons)


def _links(apple: Table, words: Words) -> tuple[Link, ...]:
    links = []
    for entry in apple.tables("links", optional=True):
        label, text = words.key(entry, "label"), words.key(entry, "text")
        links.append(Link(label, text, entry.address("url", ("https", "tel", "mailto"))))
        entry.end()
    _at_most(apple, "links", len(links), _MOST_LINKS)
    return tuple(links)


def _actions(apple: Table) -> tuple[Action, ...]:
    actions = []
    for entry in apple.tables("actions", optional=True):
        url = entry.address("url", ("https", "tel"))
        actions.append(Action(entry.choice("type", _ACTIONS), url))
        entry.end()
    _at_most(apple, "actions", len(actions), _MOST_ACTIONS)
    if len({action.kind for action in actions}) != len(actions):
        raise apple.error("actions", "has two of one type; their names must differ")
    return tuple(actions)


def _nfc(table: Table) -> Nfc:
    key = str(table.take("public_key", str))
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) not in _P256_SPKI:
        raise table.error("public_key", "must be the base64 text of a P-256 public key (SPKI)")
    nfc = Nfc(key, table.flag("requires_authentication", default=False))
    table.end()
    return nfc


def _at_most(table: Table, key: str, found: int, most: int) -> None:
    if found > most:
        raise table.error(key, f"has {found} entries; Wallet shows {most}")
