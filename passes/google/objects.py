"""The loyalty class of a program and the loyalty object of a card, as Google Wallet wants them.

Pure: a program's face or a card goes in, in one language or in several, and JSON goes out. Field
names, limits and which value may go where come from Google's discovery document
``walletobjects.v1`` (revision 20260806).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from loyalty.money import exponent
from passes.google import class_members as shared
from passes.google.layout import Layout
from passes.google.parts import (
    BODY_LIMIT,
    HEADER_LIMIT,
    MODULE_LIMIT,
    by_language,
    image,
    in_languages,
)
from passes.google.text import clean
from passes.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from loyalty.card.view import Card, CardField
    from passes.apple.layout import Strips
    from passes.designs.design import Design, Image
    from passes.google.layout import Shown

Json = dict[str, Any]

ACCOUNT_LIMIT: Final = 20
INT32_LIMIT: Final = 2**31
INT64_LIMIT: Final = 2**63

BALANCE_KINDS: Final = ("string", "int", "double", "money")

OWNED_MEMBERS: Final = (
    "state",
    "loyaltyPoints",
    "secondaryLoyaltyPoints",
    "accountId",
    "accountName",
    "barcode",
    "heroImage",
    "textModulesData",
    "merchantLocations",
    "validTimeInterval",
    "groupingInfo",
    "passConstraints",
)
"""The members of an object that this system owns. Every PATCH says all of them, so that the last
PATCH alone decides what a card shows. Messages and linked objects belong to campaigns and are not
among them."""


class ProgramFace(Protocol):
    """What the class shows of a program, in one language."""

    @property
    def program(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def organization(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def lines(self) -> tuple[str, ...]: ...
    @property
    def contact(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def region(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What a design says about the Google card, with the addresses of its pictures.

    Attributes
    ----------
    background_color
        ``#rrggbb``, lower case.
    logo_url, hero_url, wide_logo_url, picture_url
        Public addresses of the round logo, the banner, the wide logo and the picture among the
        details. Google's servers fetch them, so outside of one machine they must be https.
    hero_urls, states
        Banners of the states of a card, and what tells the state; both empty where one banner
        serves all.
    offer_urls
        Addresses of the pictures of value-added modules by file name.
    layout, words
        Where card fields go, and the design's own texts by language and key.
    base_url
        What links of the design stand on.
    """

    background_color: str
    logo_url: str
    hero_url: str | None = None
    wide_logo_url: str | None = None
    picture_url: str | None = None
    hero_urls: tuple[str, ...] = ()
    states: Strips | None = None
    offer_urls: Mapping[str, str] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    base_url: str = ""

    def word(self, key: str, language: str) -> str:
        """Return one of the design's own texts, in its first language when it lacks this one."""
        return (self.words.get(language) or next(iter(self.words.values())))[key]

    def caption(self, shown: Shown, card_field: CardField, language: str) -> str:
        """Return what stands above a card field."""
        return self.word(shown.caption, language) if shown.caption else clean(card_field.label)


def look_of(design: Design, base_url: str) -> Look:
    """Return what a loaded design says about the Google card.

    The pictures are served by our own site. Google keeps a picture for as long as its address
    stays the same, so the address tells the content.
    """

    def address(image: Image) -> str:
        digest = hashlib.sha256(image.content).hexdigest()[:12]
        return f"{base_url}/designs/{design.name}/{image.name}?v={digest}"

    part, strips = design.google, design.apple.strips
    return Look(
        background_color=design.background,
        logo_url=address(part.logo),
        hero_url=address(part.hero),
        wide_logo_url=address(part.wide_logo) if part.wide_logo else None,
        picture_url=address(part.picture) if part.picture else None,
        hero_urls=tuple(map(address, part.heroes)),
        # Without Apple's pictures of the states: a look is compared, and told as text.
        states=replace(strips, images=()) if strips and part.heroes else None,
        offer_urls={one.name: address(one) for one in part.offers},
        layout=part.layout,
        words=design.words,
        base_url=base_url,
    )


def class_id(issuer: str, program: str) -> str:
    """Return the id of a program's loyalty class."""
    return f"{issuer}.{program}"


def object_id(issuer: str, serial: str) -> str:
    """Return the id of a card's loyalty object; the serial carries no personal data."""
    return f"{issuer}.{serial}"


def loyalty_class(
    face: ProgramFace,
    look: Look,
    issuer: str,
    *,
    translations: Sequence[ProgramFace] = (),
    callback_url: str | None = None,
) -> Json:
    """Draw the class that all cards of a program share.

    ``reviewStatus`` is always ``UNDER_REVIEW``: Google approves by itself, and an approved class
    must be sent as under review again with every change. Unless the design says otherwise, only
    the first person who saves a card may keep it (``ONE_USER_ALL_DEVICES``), because a save link
    is a bearer link.

    Parameters
    ----------
    face
        The program in the language that phones without a translation show.
    translations
        The same program in its other languages.
    callback_url
        Where Google reports saves and removals to: public https (or loopback, with the local
        Wallet API only); None for nowhere.
    """
    faces = by_language(face, translations)
    names = {one: clean(spoken.name) or face.program for one, spoken in faces.items()}
    layout = look.layout
    drawn: Json = {
        "id": class_id(issuer, face.program),
        "issuerName": clean(face.organization) or names[face.language],
        **in_languages("programName", names),
        "programLogo": image(look.logo_url, names),
        "reviewStatus": "UNDER_REVIEW",
        "hexBackgroundColor": look.background_color,
        "multipleDevicesAndHoldersAllowedStatus": layout.holders,
        "viewUnlockRequirement": (
            "UNLOCK_REQUIRED_TO_VIEW" if layout.unlock else "UNLOCK_NOT_REQUIRED"
        ),
        **shared.members(faces, names, look),
    }
    for member, address in (("wideProgramLogo", look.wide_logo_url), ("heroImage", look.hero_url)):
        if address:
            drawn[member] = image(address, names)
    if layout.shimmer:
        drawn["securityAnimation"] = {"animationType": "FOIL_SHIMMER"}
    if callback_url:
        drawn["callbackOptions"] = {"url": callback_url}
    return drawn


def loyalty_object(
    card: Card, look: Look, issuer: str, now: datetime, *, translations: Sequence[Card] = ()
) -> Json:
    """Draw one member's card.

    Members that the card has nothing for are left out, as an insert wants them; a PATCH adds the
    nulls that clear them.

    Parameters
    ----------
    card
        The card in the member's language, which phones without a translation show.
    translations
        The same card in the program's other languages, from the same read.
    """
    cards = by_language(card, translations)
    layout = look.layout
    drawn: Json = {
        "id": object_id(issuer, card.serial),
        "classId": class_id(issuer, card.program),
        "state": _state(card, now),
        "barcode": _barcode(card.code, layout.barcode),
        # Longer than the 20 characters that every screen shows, but a shortened number would
        # identify nobody; the whole of it also stands below the barcode.
        "accountId": card.code,
        "groupingInfo": {"groupingId": class_id(issuer, layout.group or card.program)},
        "passConstraints": {
            "screenshotEligibility": "ELIGIBLE" if layout.screenshots else "INELIGIBLE"
        },
    }
    # A member's card comes before the coupons that may join its group.
    drawn["groupingInfo"]["sortIndex"] = 0
    points = _points(cards, look)
    drawn |= {slot: drawing for slot, (_, drawing) in points.items()}
    member_name = card.field("member")
    if member_name is not None and (account_name := clean(member_name.text, ACCOUNT_LIMIT)):
        drawn["accountName"] = account_name
    if hero := _hero(cards, look):
        drawn["heroImage"] = hero
    elsewhere = {card_field for card_field, _ in points.values()}
    if modules := list(_modules(cards, look, elsewhere))[:MODULE_LIMIT]:
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


def _state(card: Card, now: datetime) -> str:
    if card.voided:
        return "INACTIVE"
    if card.expires_at is not None and card.expires_at <= now:
        return "EXPIRED"
    return "ACTIVE"


def _barcode(code: str, kind: str) -> Json:
    drawn = {"type": kind, "value": code, "alternateText": code}
    if kind == "QR_CODE" and not code.isascii():
        drawn["renderEncoding"] = "UTF_8"
    return drawn


def _points(cards: Mapping[str, Card], look: Look) -> dict[str, tuple[str, Json]]:
    """Draw the first two card fields of those that the design wants as points: (key, drawing)."""
    drawn: dict[str, tuple[str, Json]] = {}
    slots = iter(("loyaltyPoints", "secondaryLoyaltyPoints"))
    card = next(iter(cards.values()))
    for shown in look.layout.points:
        card_field = card.field(shown.field)
        balance = _balance(card_field) if card_field else None
        if balance is None:
            continue
        slot = next(slots, None)
        if slot is None:
            break
        label = in_languages("label", _captions(cards, look, shown))
        drawn[slot] = shown.field, {**label, "balance": balance}
    return drawn


def _balance(card_field: CardField) -> Json | None:
    # Whole numbers that fit Google's int32 go as "int" and money as millionths of its unit;
    # everything else is shown as the text that a person reads ("10 %"). Never as "double": no
    # figure of ours is one, and a number beyond int32 would lose its grouping.
    if isinstance(card_field.value, int):
        if card_field.kind == "number" and -INT32_LIMIT <= card_field.value < INT32_LIMIT:
            return {"int": card_field.value}
        if card_field.kind == "money" and card_field.currency is not None:
            micros = card_field.value * 10 ** (6 - exponent(card_field.currency))
            if -INT64_LIMIT <= micros < INT64_LIMIT:
                return {"money": {"currencyCode": card_field.currency, "micros": str(micros)}}
    text = clean(card_field.text)
    return {"string": text} if text else None


def _hero(cards: Mapping[str, Card], look: Look) -> Json | None:
    """Draw the banner of the card's state; a card of no state has the class's."""
    if look.states is None:
        return None
    state = look.states.state(next(iter(cards.values())))
    if state is None:
        return None
    told = {}
    for language, card in cards.items():
        card_field = card.field(look.states.field)
        told[language] = clean(
            f"{card_field.label}: {card_field.text}" if card_field else card.program_name
        )
    return image(look.hero_urls[state], told)


def _modules(cards: Mapping[str, Card], look: Look, elsewhere: set[str]) -> Iterator[Json]:
    for shown in look.layout.modules:
        if shown.field in elsewhere:
            continue  # it stands in the points already
        card_fields = {language: card.field(shown.field) for language, card in cards.items()}
        bodies = {
            language: clean(card_field.text, BODY_LIMIT)
            for language, card_field in card_fields.items()
            if card_field
        }
        if bodies.get(next(iter(cards))):
            headers = _captions(cards, look, shown)
            yield {
                "id": shown.field,
                **in_languages(
                    "header",
                    {language: clean(text, HEADER_LIMIT) for language, text in headers.items()},
                ),
                **in_languages("body", bodies),
            }


def _captions(cards: Mapping[str, Card], look: Look, shown: Shown) -> dict[str, str]:
    card_fields = {language: card.field(shown.field) for language, card in cards.items()}
    return {
        language: look.caption(shown, card_field, language)
        for language, card_field in card_fields.items()
        if card_field
    }
