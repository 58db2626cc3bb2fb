"""Draw a card as the ``pass.json`` of a store card.

Pure: a card, a design and names in, a dictionary out. Sources: Apple's "Pass" and
"PassFieldContent" documentation, "Creating a store card pass", Human Interface
Guidelines for Wallet.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from loyalty.money import exponent

if TYPE_CHECKING:
    from loyalty.card import Card, Fact
    from passes.design import Design, FieldPlace

MOST_PLACES = 10
"""Wallet reads at most ten locations of a pass."""

# A pass speaks to scanners of any age: this character set is the one all of them read.
BARCODE_ENCODING = "iso-8859-1"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who issues passes, and where their devices ask for news.

    Attributes
    ----------
    pass_type_identifier, team_identifier
        As in the pass certificate.
    base_url
        The deployment's address without a trailing slash.
    """

    pass_type_identifier: str
    team_identifier: str
    base_url: str


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
    """
    document: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": identity.pass_type_identifier,
        "teamIdentifier": identity.team_identifier,
        "serialNumber": card.serial,
        "organizationName": card.organization,
        "description": f"{card.program_name}, {card.organization}",
        "webServiceURL": f"{identity.base_url}/apple",
        "authenticationToken": token,
        "sharingProhibited": True,
        "backgroundColor": _rgb(design.background),
        "foregroundColor": _rgb(design.foreground),
        "labelColor": _rgb(design.label),
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": card.code,
                "messageEncoding": BARCODE_ENCODING,
                "altText": card.code,
            }
        ],
        "storeCard": _fields(card, design),
    }
    if design.apple_logo_text:
        document["logoText"] = card.program_name
    if card.places:
        document["locations"] = [
            {
                "latitude": place.latitude,
                "longitude": place.longitude,
                "relevantText": place.text,
            }
            for place in card.places[:MOST_PLACES]
        ]
    if card.voided:
        document["voided"] = True
    if card.expires_at is not None:
        document["expirationDate"] = _instant(card.expires_at)
    return document


def encode(document: dict[str, Any]) -> bytes:
    """Return a document as the bytes that go into the bundle.

    Half a surrogate pair, which no UTF-8 file may hold, becomes a question mark: one odd character
    in a name must not cost a customer the card.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def _fields(card: Card, design: Design) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for place in design.apple_fields:
        fact = card.fact(place.fact)
        if fact is not None:
            groups.setdefault(f"{place.group}Fields", []).append(_field(fact, place))
    back = groups.setdefault("backFields", [])
    if card.lines:
        # No data detectors: "5 points for 100" is not a telephone number.
        back.append(
            {
                "key": "program_lines",
                "label": card.program_name,
                "value": "\n".join(card.lines),
                "dataDetectorTypes": [],
            }
        )
    for number, (label, text) in enumerate(card.contact, start=1):
        back.append({"key": f"contact_{number}", "label": label, "value": text})
    return groups


def _field(fact: Fact, place: FieldPlace) -> dict[str, Any]:
    field: dict[str, Any] = {"key": fact.key}
    if place.label and fact.label:
        field["label"] = fact.label
    if place.as_text:
        field["value"] = fact.text
    elif fact.kind == "number" and isinstance(fact.value, int):
        field["value"] = fact.value
    elif fact.kind == "money" and isinstance(fact.value, int) and fact.currency:
        # Exact for every amount below 10^15 minor units: the shortest decimal text of the
        # quotient is the amount itself.
        digits = exponent(fact.currency)
        field["value"] = fact.value / 10**digits if digits else fact.value
        field["currencyCode"] = fact.currency
    elif fact.kind == "date" and isinstance(fact.value, datetime):
        field["value"] = _instant(fact.value)
        field["dateStyle"] = "PKDateStyleMedium"
    else:
        field["value"] = fact.text
    if place.announce and fact.change_message:
        field["changeMessage"] = fact.change_message
    if place.group == "back":
        field["dataDetectorTypes"] = ["PKDataDetectorTypeLink"]
    return field


def _rgb(colour: str) -> str:
    """Turn ``#rrggbb`` into the only form that every iOS reads."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
