"""What a design says about the Google card: where card fields go, pictures, links, what is allowed.

Read from the table ``google`` of ``design.toml``; docs/designs.md tells owners what each key does.
Sources: Google's discovery document ``walletobjects.v1``, its loyalty template page and its brand
guidelines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from passes.designs.reading import DesignError, Image, Table, nearest, read_image

if TYPE_CHECKING:
    from collections.abc import Callable

    from passes.apple.layout import Strips
    from passes.designs.reading import Place
    from passes.designs.words import Words

BARCODES: Final = {
    "QR": "QR_CODE",
    "PDF417": "PDF_417",
    "Aztec": "AZTEC",
    "Code128": "CODE_128",
    "DataMatrix": "DATA_MATRIX",
}
"""What a card code can be drawn as, under the names that the Apple part uses, and Google's."""
HOLDERS: Final = {
    "one-user": "ONE_USER_ALL_DEVICES",
    "one-device": "ONE_USER_ONE_DEVICE",
    "anyone": "MULTIPLE_HOLDERS",
}
SLOTS: Final = {
    "points": "object.loyaltyPoints.balance",
    "secondary_points": "object.secondaryLoyaltyPoints.balance",
    "account_name": "object.accountName",
    "account_id": "object.accountId",
}
"""What a row can show beside modules, and where it stands."""
FIGURES: Final = ("balance", "worth", "discount")
"""Card fields that are the same in every language."""
MOST_ROWS: Final = 3
MOST_IN_A_ROW: Final = 3
MOST_MODULES: Final = 10
MOST_OFFERS: Final = 15
_MOST_LINKS: Final = 8
LONGEST_BUTTON: Final = 30

_PICTURE: Final = re.compile(r"[a-z0-9-]+\.png")
_GROUP: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PACKAGE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")


def _exactly(width: int, height: int) -> tuple[Callable[[int, int], bool], str]:
    return (lambda wide, high: (wide, high) == (width, height)), f"{width}x{height}"


# Google's brand guidelines; the wide logo's size is unverified.
_SIZES: Final[dict[str, tuple[Callable[[int, int], bool], str]]] = {
    "logo": _exactly(660, 660),
    "wide_logo": _exactly(1280, 400),
    "hero": _exactly(1032, 336),
    "picture": (lambda wide, _: wide >= 1860, "at least 1860 wide"),  # noqa: PLR2004
    "image": (lambda wide, high: wide == high >= 200, "square, at least 200x200"),  # noqa: PLR2004
}


@dataclass(frozen=True, slots=True)
class ShownField:
    """A card field that is shown: its key, and the key of its caption (its own without)."""

    field: str
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the links: key of its text, and the address with placeholders."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A value-added module: keys of its texts, the address, the name of its picture."""

    header: str
    body: str | None
    url: str
    image: str | None


@dataclass(frozen=True, slots=True)
class Button:
    """The app link on the front: key of its text, Android package, web address."""

    text: str
    android: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class GoogleLayout:
    """Where card fields go on the Google card, and what is allowed with it.

    Attributes
    ----------
    points
        In order of preference: the first that a card has is drawn as the points, the second as the
        secondary points.
    modules
        Card fields that become text modules, in this order.
    rows
        Up to three rows of the card's front, each of up to three places. A place names a key of
        `SLOTS` or the field of a module, or several, of which the first that a card has stands
        there. Without any rows, Google chooses.
    account_name, account_id
        Keys of the captions of the member's name and the card's number.
    barcode, holders
        In Google's words.
    unlock, screenshots, shimmer
        Whether the phone must be unlocked, whether the card may be photographed, whether a glint
        of foil shows that it is no picture.
    group
        Cards of one group lie together in Wallet; the program's id without.
    """

    points: tuple[ShownField, ...] = (ShownField("balance"), ShownField("discount"))
    modules: tuple[ShownField, ...] = (
        ShownField("message"),
        ShownField("progress"),
        ShownField("reward"),
    )
    rows: tuple[tuple[tuple[str, ...], ...], ...] = ()
    links: tuple[Link, ...] = ()
    offers: tuple[Offer, ...] = ()
    button: Button | None = None
    account_name: str | None = None
    account_id: str | None = None
    barcode: str = "QR_CODE"
    holders: str = "ONE_USER_ALL_DEVICES"
    unlock: bool = False
    screenshots: bool = True
    shimmer: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class GoogleDesign:
    """The Google part of a design.

    Attributes
    ----------
    hero, heroes
        The banner, and the banners of the states of the Apple strip, in their order; empty where
        one banner serves all.
    picture
        The wide picture among the details.
    offers
        The pictures of value-added modules.
    """

    layout: GoogleLayout
    logo: Image
    hero: Image
    wide_logo: Image | None = None
    heroes: tuple[Image, ...] = ()
    picture: Image | None = None
    offers: tuple[Image, ...] = ()

    @property
    def images(self) -> tuple[Image, ...]:
        """Return every picture that Google's servers may fetch."""
        single = (self.logo, self.hero, self.wide_logo, self.picture)
        return (*(one for one in single if one is not None), *self.heroes, *self.offers)


def read(place: Place, google: Table, words: Words, strips: Strips | None) -> GoogleDesign:
    """Read the table ``google``; `strips` are the states that the table ``apple`` tells.

    Raises
    ------
    DesignError
        A key is missing, unknown or out of shape, or a picture of another size.
    """
    logo, hero = _picture(place, google, "logo"), _picture(place, google, "hero")
    wide_logo = _picture(place, google, "wide_logo") if google.has("wide_logo") else None
    picture = _picture(place, google, "picture") if google.has("picture") else None
    heroes = _heroes(place, google, strips)
    points = _points(google, words)
    modules = _shown(google, "modules", words)
    if len(modules) > MOST_MODULES:
        raise google.error("modules", f"has {len(modules)} entries; Google shows {MOST_MODULES}")
    if not any(one.field == "appointment" for one in modules):
        # Whoever has booked finds it on the card; the last of ten modules then waits until after.
        modules = (ShownField("appointment"), *modules)
    if not any(one.field == "promotion" for one in modules):
        # Nor has a class sentences of one card: what a member alone is given stands on the object.
        modules = (ShownField("promotion"), *modules)
    offers, images = _offers(place, google, words)
    layout = GoogleLayout(
        points=points or GoogleLayout().points,
        modules=modules,
        rows=_rows(google, {one.field for one in modules}),
        links=_links(google, words),
        offers=offers,
        button=_button(google.table("button"), words) if google.has("button") else None,
        account_name=words.key(google, "account_name") if google.has("account_name") else None,
        account_id=words.key(google, "account_id") if google.has("account_id") else None,
        barcode=BARCODES[google.choice("barcode", tuple(BARCODES))]
        if google.has("barcode")
        else GoogleLayout().barcode,
        holders=HOLDERS[google.choice("holders", tuple(HOLDERS))]
        if google.has("holders")
        else GoogleLayout().holders,
        unlock=google.flag("unlock", default=False),
        screenshots=google.flag("screenshots", default=True),
        shimmer=google.flag("shimmer", default=False),
        group=google.text("group", _GROUP, "1 to 64 letters, digits, dots, hyphens")
        if google.has("group")
        else None,
    )
    return GoogleDesign(layout, logo, hero, wide_logo, heroes, picture, images)


def _picture(place: Place, table: Table, key: str) -> Image:
    name = table.text(key, _PICTURE, "the name of a PNG in the folder")
    return _sized(place, table, key, name)


def _sized(place: Place, table: Table, key: str, name: str, kind: str | None = None) -> Image:
    image = read_image(place, name, table.file, table.key(key))
    fits, wanted = _SIZES[kind or key]
    if not fits(image.width, image.height):
        raise DesignError(
            f"{table.file}: {table.key(key)}: {name} is {image.width}x{image.height} pixels; "
            f"it must be {wanted}"
        )
    return image


def _heroes(place: Place, google: Table, strips: Strips | None) -> tuple[Image, ...]:
    if not google.flag("hero_states", default=False):
        return ()
    if strips is None:
        raise google.error("hero_states", "needs the states that [apple.strip] tells")
    return tuple(
        _sized(place, google, "hero_states", f"google-hero-{state}.png", "hero")
        for state in strips.states
    )


def _shown(google: Table, name: str, words: Words) -> tuple[ShownField, ...]:
    found: list[ShownField] = []
    for entry in google.tables(name, optional=True):
        key = entry.card_field("field")
        if any(one.field == key for one in found):
            raise entry.error("field", f"places {key!r} twice")
        found.append(ShownField(key, words.key(entry, "label") if entry.has("label") else None))
        entry.end()
    return tuple(found)


def _points(google: Table, words: Words) -> tuple[ShownField, ...]:
    """Read what may become the points: Google takes a text there in one language only."""
    points = _shown(google, "points", words)
    for at, one in enumerate(points):
        if one.field not in FIGURES:
            raise google.error(
                f"points[{at}].field",
                f"names {one.field!r}, a text, which Google would show in one language only; "
                f"points are {', '.join(FIGURES)}, and texts stand in [[google.modules]]",
            )
    return points


def _rows(google: Table, modules: set[str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    known = (*SLOTS, *sorted(modules))
    rows = google.take("rows", list, [])
    if len(rows) > MOST_ROWS:
        raise google.error("rows", f"has {len(rows)} rows; Google shows {MOST_ROWS}")
    seen: set[str] = set()
    drawn = []
    for index, row in enumerate(rows):
        if not isinstance(row, list) or not 1 <= len(row) <= MOST_IN_A_ROW:
            raise google.error(f"rows[{index}]", f"must be a list of 1 to {MOST_IN_A_ROW} names")
        places = [tuple(one) if isinstance(one, list) and one else (one,) for one in row]
        for at, one in ((at, one) for at, place in enumerate(places) for one in place):
            if not isinstance(one, str) or one not in known or one in seen:
                raise google.error(
                    f"rows[{index}][{at}]",
                    f"must be one of {', '.join(known)} (others need a [[google.modules]]), each "
                    f"once, or a list of such, not {one!r}{nearest(str(one), known)}",
                )
            seen.add(one)
        drawn.append(tuple(places))
    return tuple(drawn)


def _links(google: Table, words: Words) -> tuple[Link, ...]:
    links = []
    for entry in google.tables("links", optional=True):
        links.append(
            Link(words.key(entry, "text"), entry.address("url", ("https", "tel", "mailto", "geo")))
        )
        entry.end()
    if len(links) > _MOST_LINKS:
        raise google.error("links", f"has {len(links)} entries; nobody reads more than 8")
    return tuple(links)


def _offers(
    place: Place, google: Table, words: Words
) -> tuple[tuple[Offer, ...], tuple[Image, ...]]:
    offers, images = [], []
    for entry in google.tables("value_added", optional=True):
        image = None
        if entry.has("image"):
            image = _picture(place, entry, "image")
            images.append(image)
        offers.append(
            Offer(
                header=words.key(entry, "header"),
                body=words.key(entry, "body") if entry.has("body") else None,
                url=entry.address("url", ("https",)),
                image=image.name if image else None,
            )
        )
        entry.end()
    if len(offers) > MOST_OFFERS:
        raise google.error("value_added", f"has {len(offers)} entries; Google shows {MOST_OFFERS}")
    return tuple(offers), tuple(images)


def _button(table: Table, words: Words) -> Button:
    button = Button(
        text=words.key(table, "text"),
        android=table.text("android", _PACKAGE, "an Android package, like com.example.app")
        if table.has("android")
        else None,
        url=table.address("url", ("https",)) if table.has("url") else None,
    )
    for language, spoken in words.by_language.items():
        if len(spoken[button.text]) > LONGEST_BUTTON:
            raise table.error(
                "text",
                f"names {button.text!r}, which has more than {LONGEST_BUTTON} characters in "
                f"words.{language}",
            )
    if button.android is None and button.url is None:
        raise table.error("android", "or url is needed: a button leads somewhere")
    table.end()
    return button
