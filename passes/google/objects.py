"""The loyalty class of a program and the loyalty object of a card, as Google Wallet wants them.

Pure: a program's face or a card goes in, JSON goes out. Field names, limits and which value
may go where come from Google's discovery document ``walletobjects.v1`` (revision 20260806).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from loyalty.money import exponent
from passes.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from loyalty.card import Card, Fact
    from passes.design import Design, Image

Json = dict[str, Any]

HEADER_LIMIT: Final = 35
BODY_LIMIT: Final = 500
MODULE_LIMIT: Final = 10
ACCOUNT_LIMIT: Final = 20
INT32_LIMIT: Final = 2**31

BALANCE_KINDS: Final = ("string", "int", "double", "money")

OWNED_MEMBERS: Final = (
    "state",
    "loyaltyPoints",
    "secondaryLoyaltyPoints",
    "accountId",
    "accountName",
    "barcode",
    "textModulesData",
    "merchantLocations",
    "validTimeInterval",
)
"""The members of an object that this system owns. Every PATCH says all of them, so that the last
PATCH alone decides what a card shows. Messages belong to campaigns and are not among them."""


class ProgramFace(Protocol):
    """What the class shows of a program: its id, names and the language they are written in."""

    @property
    def program(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def organization(self) -> str: ...
    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What a design says about the Google card.

    Attributes
    ----------
    background_color
        ``#rrggbb``, lower case.
    logo_url, hero_url
        Public addresses of the round logo (PNG, 660 x 660) and the banner (PNG, 1032 x 336).
        Google's servers fetch them, so outside of one machine they must be https.
    points
        Keys of facts in order of preference: the first that a card has is drawn as the points,
        the second as the secondary points.
    modules
        Keys of facts that become text modules, in this order, before the program's sentences.
    """

    background_color: str
    logo_url: str
    hero_url: str | None = None
    points: tuple[str, ...] = ("balance", "discount")
    modules: tuple[str, ...] = ("message", "progress", "reward")


def look_of(design: Design, base_url: str) -> Look:
    """Return what a loaded design says about the Google card.

    The pictures are served by our own site. Google keeps a picture for as long as its address
    stays the same, so the address tells the content.
    """

    def address(image: Image) -> str:
        digest = hashlib.sha256(image.content).hexdigest()[:12]
        return f"{base_url}/designs/{design.name}/{image.name}?v={digest}"

    return Look(
        background_color=design.background,
        logo_url=address(design.google_logo),
        hero_url=address(design.google_hero),
    )


def class_id(issuer: str, program: str) -> str:
    """Return the id of a program's loyalty class."""
    return f"{issuer}.{program}"


def object_id(issuer: str, serial: str) -> str:
    """Return the id of a card's loyalty object; the serial carries no personal data."""
    return f"{issuer}.{serial}"


def loyalty_class(face: ProgramFace, look: Look, issuer: str) -> Json:
    """Draw the class that all cards of a program share.

    ``reviewStatus`` is always ``UNDER_REVIEW``: Google approves by itself, and an approved class
    must be sent as under review again with every change. Only the first person who saves a card
    may keep it (``ONE_USER_ALL_DEVICES``), because a save link is a bearer link.
    """
    name = clean(face.name) or face.program
    drawn: Json = {
        "id": class_id(issuer, face.program),
        "issuerName": clean(face.organization) or name,
        "programName": name,
        "programLogo": _image(look.logo_url, name, face.language),
        "reviewStatus": "UNDER_REVIEW",
        "hexBackgroundColor": look.background_color,
        "multipleDevicesAndHoldersAllowedStatus": "ONE_USER_ALL_DEVICES",
    }
    if look.hero_url:
        drawn["heroImage"] = _image(look.hero_url, name, face.language)
    return drawn


def loyalty_object(card: Card, look: Look, issuer: str, now: datetime) -> Json:
    """Draw one member's card.

    Members that the card has nothing for are left out, as an insert wants them; `patch_of` adds
    the nulls that a PATCH needs to clear them.
    """
    drawn: Json = {
        "id": object_id(issuer, card.serial),
        "classId": class_id(issuer, card.program),
        "state": _state(card, now),
        "barcode": {"type": "QR_CODE", "value": card.code, "alternateText": card.code},
    }
    points = [fact for fact in map(card.fact, look.points) if fact is not None]
    for member, fact in zip(("loyaltyPoints", "secondaryLoyaltyPoints"), points, strict=False):
        drawn[member] = {"label": clean(fact.label), "balance": _balance(fact)}
    if len(card.code) <= ACCOUNT_LIMIT:  # a shortened number would identify nobody
        drawn["accountId"] = card.code
    member_name = card.fact("member")
    if member_name is not None and (account_name := clean(member_name.text, ACCOUNT_LIMIT)):
        drawn["accountName"] = account_name
    if modules := list(_modules(card, look))[:MODULE_LIMIT]:
        drawn["textModulesData"] = modules
    if card.places:
        drawn["merchantLocations"] = [
            {"latitude": place.latitude, "longitude": place.longitude}
            for place in nearest(card.places, card.home)
        ]
    if card.expires_at is not None:
        drawn["validTimeInterval"] = {"end": {"date": card.expires_at.isoformat()}}
    return drawn


def patch_of(drawn: Json, *, notify: bool = False) -> Json:
    """Return the PATCH body that brings an object to `drawn`, whatever it shows now.

    Google merges a PATCH member by member and a null deletes, so every owned member that is not
    drawn is sent as null, and so are the balance kinds that are not used: a member who moves from
    points to a discount would otherwise keep two kinds, which Google refuses.

    Parameters
    ----------
    notify
        Ask Google to tell the owner of the card. Google forgets the wish after each request and
        allows three a day for each card, hence not for plain balance updates.
    """
    body: Json = {"id": drawn["id"]}
    for member in OWNED_MEMBERS:
        body[member] = drawn.get(member)
    for member in ("loyaltyPoints", "secondaryLoyaltyPoints"):
        if body[member] is not None:
            kinds = dict.fromkeys(BALANCE_KINDS) | body[member]["balance"]
            body[member] = body[member] | {"balance": kinds}
    if notify:
        body["notifyPreference"] = "NOTIFY_ON_UPDATE"
    return body


def clean(text: str, limit: int | None = None) -> str:
    """Make text fit to be shown: no control characters, no half characters, at most `limit` long.

    A lone surrogate cannot be written as UTF-8 and would make Google refuse the whole card. A cut
    text ends in an ellipsis, and never in the joiner of an emoji that was cut in two.
    """
    kept = "".join(
        "\ufffd" if unicodedata.category(character) == "Cs" else character
        for character in text
        if character == "\n" or unicodedata.category(character) != "Cc"
    ).strip()
    if limit is None or len(kept) <= limit:
        return kept
    return kept[: limit - 1].rstrip("\u200d \n") + "…"


def _state(card: Card, now: datetime) -> str:
    if card.voided:
        return "INACTIVE"
    if card.expires_at is not None and card.expires_at <= now:
        return "EXPIRED"
    return "ACTIVE"


def _balance(fact: Fact) -> Json:
    # Whole numbers that fit Google's int32 go as "int" and money as millionths of its unit;
    # everything else is shown as the text that a person reads ("10 %").
    if isinstance(fact.value, int):
        if fact.kind == "number" and abs(fact.value) < INT32_LIMIT:
            return {"int": fact.value}
        if fact.kind == "money" and fact.currency is not None:
            micros = fact.value * 10 ** (6 - exponent(fact.currency))
            return {"money": {"currencyCode": fact.currency, "micros": str(micros)}}
    return {"string": clean(fact.text)}


def _modules(card: Card, look: Look) -> Iterator[Json]:
    for key in look.modules:
        fact = card.fact(key)
        if fact is not None and (body := clean(fact.text, BODY_LIMIT)):
            # Dots separate the parts of Google's field paths, so an id must not have any.
            yield {
                "id": key.replace(".", "_"),
                "header": clean(fact.label, HEADER_LIMIT),
                "body": body,
            }
    header = clean(card.program_name, HEADER_LIMIT)
    for number, body in enumerate(_paragraphs(card.lines), start=1):
        yield {"id": f"program-{number}", "header": header, "body": body}
    for number, (label, text) in enumerate(card.contact, start=1):
        if body := clean(text, BODY_LIMIT):
            yield {"id": f"contact-{number}", "header": clean(label, HEADER_LIMIT), "body": body}


def _paragraphs(lines: tuple[str, ...]) -> Iterator[str]:
    """Put as many sentences into one body as its limit allows."""
    body = ""
    for line in filter(None, (clean(line, BODY_LIMIT) for line in lines)):
        if body and len(body) + 1 + len(line) > BODY_LIMIT:
            yield body
            body = line
        else:
            body = f"{body}\n{line}" if body else line
    if body:
        yield body


def _image(url: str, description: str, language: str) -> Json:
    return {
        "sourceUri": {"uri": url},
        "contentDescription": {"defaultValue": {"language": language, "value": description}},
    }
