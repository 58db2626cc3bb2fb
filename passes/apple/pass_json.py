"""Draw a card as the ``pass.json`` of a store card, and of a poster for iOS 27 in the same file.

Pure: a card, a design and names in, a dictionary out. Sources: Apple's "Pass" and
"PassFieldContent" documentation, "Creating a store card pass", "Creating a poster generic pass",
Human Interface Guidelines for Wallet.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from loyalty.money import exponent
from loyalty.words import phrase
from passes.cutting import cut
from passes.designs.design import spoken
from passes.places import nearest

if TYPE_CHECKING:
    from loyalty.card.view import Card, CardField
    from passes.apple.layout import FieldPlace
    from passes.designs.design import Design

# A pass speaks to scanners of any age: this character set is the one all of them read.
BARCODE_ENCODING = "iso-8859-1"

LONGEST_NAME = 120
"""Characters of a name, a caption, a change message."""
LONGEST_MEMBER = 20
"""Characters of a member's name in front, as at Google: what stands beside it would be squeezed."""
LONGEST_TEXT = 1000
"""Characters of a field's value in front, or of a contact."""
LONGEST_BACK = 10_000
"""Characters of all sentences on the back together."""
_MORE = "\n…"
LONGEST_CODE = 200
"""Characters of a code: a QR code of more is too fine for the scanners of tills."""

# A larger whole number is not the same number in a JavaScript or Swift Double.
_LARGEST_NUMBER = 2**53
_BEFOREHAND = timedelta(hours=1)
"""By which a phone may offer the card before an appointment."""
_A_DAY = timedelta(days=1)
"""Longer nothing is relevant at once (the linter's rule 17)."""
# Keeps an owner's text that happens to be one of the design's words from being translated: no
# glyph, no width, but another text.
_WORD_JOINER = "\u2060"
_ANSWERED_AT = re.compile(r'(https?://[^\s<>"]+/ask/[^\s<>"]+)')
# Wallet puts the value where %@ stands; what another % does there, nobody says.
_PLAIN_PER_CENT, _WIDE_PER_CENT = "%", "\uff05"


class TextRefused(ValueError):  # noqa: N818 - what happened, not whose fault it is
    """A text is too long for a pass. The message says which, and the limit."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who issues passes, and where their devices ask for news.

    Attributes
    ----------
    pass_type_identifier, team_identifier
        As in the pass certificate.
    base_url
        The deployment's address without a trailing slash.
    nfc
        Whether the certificate is one for NFC; with any other an ``nfc`` key voids the pass.
    """

    pass_type_identifier: str
    team_identifier: str
    base_url: str
    nfc: bool = False


def pass_document(card: Card, design: Design, identity: Identity, token: str) -> dict[str, Any]:
    """Return the document of a pass.

    Parameters
    ----------
    card
        What the pass shows; all its texts are in the card's language.
    design
        The design that the card names.
    identity
        Pass type, team and address.
    token
        The secret with which devices fetch this pass; at least 16 characters.

    Raises
    ------
    TextRefused
        A text is longer than a pass can show.
    """
    drawing = Drawing(card, design, identity)
    document = {**drawing.program_keys(), **drawing.card_keys(token), **drawing.location_keys()}
    back = drawing.program_back()
    for style, groups in drawing.styles().items():
        # What all cards of a program share stands below what is the card's own.
        document[style] = {**groups, "backFields": groups.get("backFields", []) + back}
    return document


def encode(document: dict[str, Any]) -> bytes:
    """Return a document as the bytes that go into the bundle.

    Half a surrogate pair, which no UTF-8 file may hold, becomes a question mark: one odd character
    in a name must not cost a customer the card.
    """
    return _ENCODER.encode(document).encode("utf-8", "replace")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Drawing:
    """One card in one design, in pieces: what its program's cards have in common, and its own."""

    def __init__(self, card: Card, design: Design, identity: Identity) -> None:
        self.card = card
        self.design = design
        self.identity = identity
        self.words = spoken(design, card.language)

    def own(self, text: str, what: str, longest: int) -> str:
        """Return an owner's or a member's text, kept from being taken for one of the design's."""
        if len(text) > longest:
            raise TextRefused(
                f"the {what} of program {self.card.program!r} has {len(text)} characters; "
                f"a pass holds {longest}"
            )
        return text + _WORD_JOINER if text in self.words.values() else text

    def program_keys(self) -> dict[str, Any]:
        """Return the top of the document that is the same for every card of the program."""
        card, design, identity = self.card, self.design, self.identity
        document: dict[str, Any] = {
            "formatVersion": 1,
            "passTypeIdentifier": identity.pass_type_identifier,
            "teamIdentifier": identity.team_identifier,
            "organizationName": self.own(card.organization, "organization", LONGEST_NAME),
            "description": self.own(
                f"{card.program_name}, {card.organization}", "program's name", 2 * LONGEST_NAME + 2
            ),
            "webServiceURL": f"{identity.base_url}/apple",
            "sharingProhibited": True,
            "backgroundColor": _rgb(design.background),
            "foregroundColor": _rgb(design.foreground),
            "labelColor": _rgb(design.label),
        }
        if design.apple.actions:
            document["featuredActions"] = [
                {"identifier": action.kind, "type": action.kind, "url": self.url(action.url)}
                for action in design.apple.actions
            ]
        if design.apple_logo_text:
            document["logoText"] = self.own(card.program_name, "program's name", LONGEST_NAME)
        if design.apple.strip_colour:
            document["stripColor"] = _rgb(design.apple.strip_colour)
        if design.apple.beacons:
            document["beacons"] = [
                {
                    "proximityUUID": beacon.uuid,
                    "relevantText": self.words[beacon.text],
                    **({"major": beacon.major} if beacon.major is not None else {}),
                    **({"minor": beacon.minor} if beacon.minor is not None else {}),
                }
                for beacon in design.apple.beacons
            ]
        return document

    def card_keys(self, token: str) -> dict[str, Any]:
        """Return the rest of the top: what is this card's own."""
        card, nfc = self.card, self.design.apple.nfc
        document: dict[str, Any] = {
            "serialNumber": card.serial,
            "authenticationToken": token,
            "barcodes": self.barcodes(),
        }
        if nfc and self.identity.nfc:
            document["nfc"] = {
                "message": card.code,
                "encryptionPublicKey": nfc.public_key,
                "requiresAuthentication": nfc.authentication,
            }
        if card.voided:
            document["voided"] = True
        if card.expires_at is not None:
            document["expirationDate"] = _instant(card.expires_at)
        if card.appointment is not None:
            begins, ends = card.appointment
            begins, ends = begins - _BEFOREHAND, min(ends, begins - _BEFOREHAND + _A_DAY)
            document["relevantDates"] = [{"startDate": _instant(begins), "endDate": _instant(ends)}]
        return document

    def location_keys(self) -> dict[str, Any]:
        """Return the keys about places: the same for all members who have one home."""
        if not self.card.places:
            return {}
        far = self.design.apple.max_distance
        return {"locations": self.locations(), **({"maxDistance": far} if far else {})}

    def styles(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Return the card's own fields by style and group."""
        found = {"storeCard": self.style(self.design.apple_fields)}
        if self.design.apple.poster_fields:
            found["posterGeneric"] = self.style(self.design.apple.poster_fields)
        return found

    def style(self, places: tuple[FieldPlace, ...]) -> dict[str, list[dict[str, Any]]]:
        groups: dict[str, list[dict[str, Any]]] = {}
        for place in places:
            field = self.field(self.card.field(place.field), place)
            if field:
                groups.setdefault(f"{place.group}Fields", []).append(field)
        return groups

    def program_back(self) -> list[dict[str, Any]]:
        """Return the fields of the back that are the same for every card of the program."""
        card = self.card
        back: list[dict[str, Any]] = []
        for number, link in enumerate(self.design.apple.links, start=1):
            text, url = self.words[link.text], self.url(link.url)
            back.append(
                {
                    "key": f"link_{number}",
                    "label": self.words[link.label],
                    "value": text,
                    "attributedValue": f'<a href="{url}">{_escaped(text)}</a>',
                }
            )
        if card.sentences:
            # No data detectors: "5 points for 100" is not a telephone number.
            back.append(
                {
                    "key": "program_lines",
                    "label": self.own(card.program_name, "program's name", LONGEST_NAME),
                    "value": self.own(_fitting(card.sentences), "text on the back", LONGEST_BACK),
                    "dataDetectorTypes": [],
                }
            )
        for number, (label, text) in enumerate(card.contact, start=1):
            back.append(
                {
                    "key": f"contact_{number}",
                    "label": self.own(label, "caption of a contact", LONGEST_NAME),
                    "value": self.own(text, "contact", LONGEST_TEXT),
                }
            )
        return back

    def field(self, card_field: CardField | None, place: FieldPlace) -> dict[str, Any] | None:
        field: dict[str, Any] = {"key": place.field}
        if card_field is None:
            if place.empty is None:
                return None
            field["value"] = self.words[place.empty]
        else:
            self._value(field, card_field, place)
            said = self.card.said
            if place.field == "message" and said and said.picture and not said.link:
                # A pass shows no picture that comes with a text: it says where it is.
                field["value"] = f"{field['value']}\n{said.picture}"
        if place.caption:
            field["label"] = self.words[place.caption]
        elif card_field is not None and place.label and card_field.label:
            field["label"] = self.own(
                card_field.label, f"caption of {card_field.key}", LONGEST_NAME
            )
        change = self._change(card_field, place) if place.announce else None
        if change:
            field["changeMessage"] = change
        if place.group == "back":
            field["dataDetectorTypes"] = ["PKDataDetectorTypeLink"]
            linked = self._linked(str(field.get("value", "")))
            if linked:
                field["attributedValue"] = linked
        return field

    def _linked(self, text: str) -> str:
        """Return a text whose addresses to answer at are called so; empty where there is none."""
        answer = _escaped(phrase(self.card.language, "link.answer"))
        said = [
            f'<a href="{_escaped(one)}">{answer}</a>'
            if _ANSWERED_AT.fullmatch(one)
            else _escaped(one)
            for one in _ANSWERED_AT.split(text)
        ]
        return "".join(said) if len(said) > 1 else ""

    def _value(self, field: dict[str, Any], card_field: CardField, place: FieldPlace) -> None:
        value = card_field.value
        if place.as_text or (isinstance(value, int) and abs(value) > _LARGEST_NUMBER):
            field["value"] = self.own(card_field.text, card_field.key, LONGEST_TEXT)
        elif card_field.kind == "number" and isinstance(value, int):
            field["value"] = value
        elif card_field.kind == "money" and isinstance(value, int) and card_field.currency:
            # Exact for every amount below 10^15 minor units: the shortest decimal text of the
            # quotient is the amount itself.
            digits = exponent(card_field.currency)
            field["value"] = value / 10**digits if digits else value
            field["currencyCode"] = card_field.currency
            if place.group not in {"footer", "additionalInfo"}:
                amount = {"amount": _decimal(value, digits), "currencyCode": card_field.currency}
                field["semantics"] = {"balance": amount}
        elif card_field.kind == "date" and isinstance(value, datetime):
            # Shown as the day it is at the shop, wherever the phone is.
            field["value"] = _instant(value)
            field["dateStyle"] = "PKDateStyleMedium"
            field["timeStyle"] = "PKDateStyleNone"
            field["ignoresTimeZone"] = True
        else:
            wide = place.group == "back" and card_field.key == "message"
            longest = LONGEST_BACK if wide else LONGEST_TEXT
            field["value"] = self.own(_in_place(card_field, place), card_field.key, longest)

    def _change(self, card_field: CardField | None, place: FieldPlace) -> str | None:
        """Return what a lock screen says; nothing when there is no one place for the value."""
        if place.change:
            return self.words[place.change]
        if card_field is None or not card_field.change_message:
            return None
        before, found, after = card_field.change_message.partition("%@")
        if not found or "%@" in after:
            return None
        message = "%@".join(
            part.replace(_PLAIN_PER_CENT, _WIDE_PER_CENT) for part in (before, after)
        )
        return self.own(message, f"change message of {card_field.key}", LONGEST_NAME)

    def barcodes(self) -> list[dict[str, str]]:
        code = self.card.code
        if len(code) > LONGEST_CODE:
            raise TextRefused(f"the card code has {len(code)} characters; at most {LONGEST_CODE}")
        return [
            {
                "format": f"PKBarcodeFormat{name}",
                "message": code,
                "messageEncoding": BARCODE_ENCODING,
                "altText": self.card.read_aloud,
            }
            for name in self.design.apple.barcodes
        ]

    def locations(self) -> list[dict[str, Any]]:
        return [
            {
                "latitude": place.latitude,
                "longitude": place.longitude,
                "relevantText": self.own(place.text, "text of a location", LONGEST_NAME),
            }
            for place in nearest(self.card.places, self.card.home)
        ]

    def url(self, url: str) -> str:
        return url.replace("{base_url}", self.identity.base_url).replace(
            "{program}", self.card.program
        )


def _in_place(card_field: CardField, place: FieldPlace) -> str:
    """Return a field's text; in front there is room for a short name and one message."""
    if card_field.key == "member" and place.group != "back":
        return cut(card_field.text, LONGEST_MEMBER)
    if card_field.key == "message" and place.group != "back":
        return str(card_field.value)
    return card_field.text


def _fitting(sentences: tuple[str, ...]) -> str:
    """Return as many sentences as a back holds; the link above them leads to all."""
    text, room = "\n".join(sentences), LONGEST_BACK
    if len(text) <= room or len(sentences) == 1:
        return text
    cut = text.rfind("\n", 0, room - len(_MORE))
    return text[:cut] + _MORE if cut > 0 else text


def _rgb(colour: str) -> str:
    """Turn ``#rrggbb`` into the only form that every iOS reads."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def _decimal(minor: int, digits: int) -> str:
    """Return minor units as the decimal text that the balance semantic wants."""
    sign, whole = ("-" if minor < 0 else ""), abs(minor)
    if not digits:
        return f"{sign}{whole}"
    return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _instant(instant: datetime) -> str:
    """Return an instant with its zone, in whole seconds; UTC as Z."""
    if instant.utcoffset() is None:
        raise ValueError("an instant on a pass needs a zone")
    text = instant.replace(microsecond=0).isoformat()
    if instant.tzinfo is UTC or text.endswith("+00:00"):
        return text[: -len("+00:00")] + "Z"
    # Zones of old with seconds in them are no form of Apple's: those are told in UTC.
    if text[-6] not in "+-":
        return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text
