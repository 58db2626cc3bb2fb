"""What a member's pass shows right now: one view that each wallet draws in its own way.

It knows no wallet and no table; ``drawing`` makes it of account and program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

FIELD_KEYS = (
    *("balance", "worth", "discount", "tier", "climb", "way", "keep", "progress"),
    *(
        "reward",
        "expiry",
        "warning",
        "member",
        "since",
        "shop",
        "appointment",
        "promotion",
        "message",
    ),
)
"""Every key that a card field can have; a design that names another would draw nothing."""

CardFieldKind = Literal["number", "money", "percent", "text", "date"]


@dataclass(frozen=True, slots=True)
class CardField:
    """One thing a card shows, under a key that designs refer to.

    Attributes
    ----------
    key
        Stable name, one of `FIELD_KEYS`.
    label
        Short caption in the card's language.
    value
        Number of points, minor units of money, basis points of a percentage, text, or an aware
        UTC instant, as told by ``kind``.
    text
        The value formatted for a person in the card's language.
    currency
        ISO 4217 code, only with ``kind="money"``.
    change_message
        What a lock screen says when the value changes, with ``%@`` where the value goes.
    """

    key: str
    label: str
    value: int | str | datetime
    kind: CardFieldKind
    text: str
    currency: str | None = None
    change_message: str | None = None

    def __hash__(self) -> int:
        # Two that differ elsewhere mostly differ here, and every pass looks up some ten of them.
        return hash((self.key, self.text))


@dataclass(frozen=True, slots=True)
class Place:
    """A location where the phone may offer the card by itself (WGS 84 degrees).

    ``text`` is what the lock screen says there, in the card's language.
    """

    latitude: float
    longitude: float
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """The newest thing that the shop says to a member, in the card's language.

    ``id`` names what has told it, the same for as long as it is said; ``until`` is aware.
    ``picture``: the address of a picture that belongs to it; empty for none.
    """

    id: str
    title: str
    text: str
    link: str
    until: datetime
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a wallet or a card page shows of one member.

    Attributes
    ----------
    program, member
        Ids of the program and the member; never shown.
    program_name, organization
        What the shop calls its program, and the shop itself.
    languages
        The languages that the program speaks.
    design
        Says which field goes where: a folder under ``templates/designs``, or a stored version by
        its reference.
    serial
        The pass's outside name (128 random bits); also the suffix of the Google object's id.
    code
        What the barcode carries; good only with a till or staff key.
    language
        One of ``loyalty.languages``: the language that every text here is in.
    version
        What devices compare. Rises with every visible change; not a clock.
    fields
        What is shown, by key. A design picks from these; a missing key is simply not drawn.
    sentences
        The program in plain sentences, for the back of the card and the card page.
    contact
        (label, text) pairs that tell a customer how to reach the shop.
    region
        The program's country, two letters: whose telephone numbers stand there without its code.
    places
        The program's locations; a wallet shows the ones nearest to `home`. A closed card has none.
    home
        Where the member's home location is; None when the order of `places` says what is near.
    short_code
        What is typed where the barcode cannot be scanned, as people read it; empty where a card
        has none yet.
    friends
        What the member and a friend whom they bring get, a sentence; empty where nobody does.
    appointment
        Aware UTC instants at which the next appointment begins and ends; None without one.
    said
        What the shop says at present, as the field ``message`` shows it, too; None for nothing.
    voided, expires_at
        A closed membership; an aware UTC instant after which the card is history.
    also
        The same card in the program's other languages, where it was asked for in all of them.
    """

    program: str
    member: str
    program_name: str
    organization: str
    design: str
    serial: str
    code: str
    language: str
    version: int
    fields: tuple[CardField, ...]
    sentences: tuple[str, ...]
    contact: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    home: Place | None = None
    voided: bool = False
    expires_at: datetime | None = None
    also: tuple[Card, ...] = ()
    languages: tuple[str, ...] = ("en", "ru")
    region: str | None = None
    short_code: str = ""
    friends: str = ""
    appointment: tuple[datetime, datetime] | None = None
    said: Said | None = None

    @property
    def read_aloud(self) -> str:
        """Return the code that stands below the barcode: short, where the card has such a one."""
        return self.short_code or self.code

    def field(self, key: str) -> CardField | None:
        """Return the field of that key, or None when this card has none."""
        return next((field for field in self.fields if field.key == key), None)
