"""Read what a design says about the Apple pass, and find what an owner got wrong.

From the table ``apple`` of ``design.toml``. Sources: Apple's "Pass" and "PassFieldContent"
documentation, "Creating a store card pass", "Creating a poster generic pass", Human Interface
Guidelines for Wallet.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Literal, get_args

from passes.apple.layout import Action, AppleLayout, Beacon, FieldPlace, Link, Nfc, Strips
from passes.designs.reading import DesignError, Image, Table, read_image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from passes.designs.reading import Place
    from passes.designs.words import Words


Group = Literal["header", "primary", "secondary", "auxiliary", "back"]
PosterGroup = Literal["header", "primary", "footer", "additionalInfo", "back"]

SCALES = (2, 3)
# Wallet needs no image in single size, but other readers refuse a pass that lacks these two.
ALL_SCALES = dict.fromkeys(("icon", "logo"), (1, *SCALES))
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
_MOST_BEACONS = 10
_MOST_LINKS = 8
_MOST_ACTIONS = 2
_MOST_STATES = 40

# A card code is letters, digits and dots, so these can carry it. The last two are read by iOS 27
# and later only; EAN13, I2of5 and Codabar take digits.
_OLD_BARCODES = ("QR", "PDF417", "Aztec", "Code128")
_BARCODES = (*_OLD_BARCODES, "Code39")
_ACTIONS = (
    "addToBalance", "bookAppointment", "call", "membershipBenefits", "order", "shop",
    "viewOffersRewards",
)  # fmt: skip

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STATE = re.compile(r"[a-z0-9]{1,20}")
# 91 bytes with a whole point, 59 with a compressed one: SubjectPublicKeyInfo of P-256.
_P256_SPKI = (59, 91)


def card_images(place: Place, apple: Table) -> tuple[Image, ...]:
    """Read the images that the table names, in every scale that a pass holds."""
    chosen = apple.choices("images", _CARD_IMAGES)
    if "icon" not in chosen:
        raise apple.error("images", 'must hold "icon": Wallet refuses a pass without')
    return tuple(
        image
        for index, name in enumerate(chosen)
        for image in _every_scale(place, name, name, apple, f"images[{index}]")
    )


def card_fields(apple: Table, words: Words) -> tuple[FieldPlace, ...]:
    """Read where the card fields go on a store card."""
    return _fields(apple, words, get_args(Group), _ROOM)


def read(place: Place, apple: Table, words: Words, images: tuple[Image, ...]) -> AppleLayout:
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
            for image in _every_scale(place, name, name, poster, f"images[{index}]")
        )
        poster_fields = _fields(poster, words, get_args(PosterGroup), _POSTER_ROOM)
        poster.end()
    return AppleLayout(
        strips=strips,
        barcodes=_barcodes(apple),
        strip_colour=apple.colour("strip_colour") if apple.has("strip_colour") else None,
        max_distance=apple.whole("max_distance", 1, 10_000) if apple.has("max_distance") else None,
        beacons=_beacons(apple, words),
        links=_links(apple, words),
        actions=_actions(apple),
        poster_images=poster_images,
        poster_fields=poster_fields,
        nfc=_nfc(apple.table("nfc")) if apple.has("nfc") else None,
    )


def _every_scale(place: Place, file: str, name: str, table: Table, key: str) -> tuple[Image, ...]:
    narrowest, widest, height = IMAGE_POINTS[name]
    images = []
    for scale in ALL_SCALES.get(name, SCALES):
        suffix = png_suffix(scale)
        image = read_image(place, f"{file}{suffix}", table.file, table.key(key))
        if not narrowest * scale <= image.width <= widest * scale or image.height != height * scale:
            raise DesignError(
                f"{table.file}: {table.key(key)}: {image.name} is {image.width}x{image.height} "
                f"pixels; it must be {narrowest * scale} to {widest * scale} wide and "
                f"{height * scale} high"
            )
        images.append(image.named(f"{name}{suffix}"))
    return tuple(images)


def png_suffix(scale: int) -> str:
    """Return how the file names of that scale end."""
    return ".png" if scale == 1 else f"@{scale}x.png"


def _fields(
    table: Table, words: Words, groups: tuple[str, ...], rooms: Mapping[tuple[str, ...], int]
) -> tuple[FieldPlace, ...]:
    fields: list[FieldPlace] = []
    for entry in table.tables("fields"):
        field = _field(entry, words, groups)
        if any(other.field == field.field for other in fields):
            raise entry.error(
                "field", f"places {field.field!r} twice; a field's key must be unique on a pass"
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
            f"announces more than {MOST_ANNOUNCED} fields; "
            "a lock screen is for what a customer must know now",
        )
    if not any(field.field == "appointment" for field in fields):
        # Whoever has booked finds it on the card, also in designs that know nothing of bookings.
        told = sum(field.announce for field in fields) < MOST_ANNOUNCED
        fields.insert(0, FieldPlace("back", "appointment", announce=told))
    return tuple(fields)


def _field(entry: Table, words: Words, groups: tuple[str, ...]) -> FieldPlace:
    change = words.key(entry, "change", changes=True) if entry.has("change") else None
    captioned = entry.has("label") and isinstance(entry.content["label"], str)
    field = FieldPlace(
        group=entry.choice("group", groups),
        field=entry.card_field("field"),
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


def _strips(place: Place, apple: Table, words: Words, images: tuple[Image, ...]) -> Strips | None:
    if not apple.has("strip"):
        return None
    table = apple.table("strip")
    if not any(image.name.startswith("strip@") for image in images):
        raise apple.error("strip", 'needs "strip" in images: the picture for cards of no state')
    card_field = table.card_field("field")
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
        card_field,
        tuple(levels),
        words.state_names(names),
        tuple(
            _every_scale(place, f"strip-{state}", "strip", table, f"states.{state}")
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
    _at_most(apple, "beacons", len(beacons), _MOST_BEACONS)
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
