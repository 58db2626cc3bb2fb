"""The loyalty class of a program and the loyalty object of a card, as Google Wallet wants them.

Pure: a program's profile or a card goes in, in one language or in several, and JSON goes out. Field
names, limits and which value may go where come from Google's discovery document
``walletobjects.v1`` (revision 20260806).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyalty.money import exponent
from passes.google import class_members
from passes.google.localized import (
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
    from passes.google.hosted_design import HostedDesign
    from passes.google.layout import ShownField
    from passes.google.profile import ProgramProfile

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
    "imageModulesData",
    "merchantLocations",
    "validTimeInterval",
    "groupingInfo",
    "passConstraints",
)
"""The members of an object that this system owns. Every PATCH says all of them, so that the last
PATCH alone decides what a card shows. Messages and linked objects belong to campaigns and are not
among them."""

ENDED_MEMBERS: Final = ("messages",)
"""What is taken away from a card that has ended for good as well: messages may name a person."""


def class_id(issuer: str, program: str) -> str:
    """Return the id of a program's loyalty class."""
    return f"{issuer}.{program}"


def object_id(issuer: str, serial: str) -> str:
    """Return the id of a card's loyalty object; the serial carries no personal data."""
    return f"{issuer}.{serial}"


def loyalty_class(
    profile: ProgramProfile,
    design: HostedDesign,
    issuer: str,
    *,
    translations: Sequence[ProgramProfile] = (),
    callback_url: str | None = None,
) -> Json:
    """Draw the class that all cards of a program share.

    ``reviewStatus`` is always ``UNDER_REVIEW``: Google approves by itself, and an approved class
    must be sent as under review again with every change. Unless the design says otherwise, only
    the first person who saves a card may keep it (``ONE_USER_ALL_DEVICES``), because a save link
    is a bearer link.

    Parameters
    ----------
    profile
        The program in the language that phones without a translation show.
    translations
        The same program in its other languages.
    callback_url
        Where Google reports saves and removals to: public https (or loopback, with the local
        Wallet API only); None for nowhere.
    """
    profiles = by_language(profile, translations)
    names = {one: clean(spoken.name) or profile.program for one, spoken in profiles.items()}
    layout = design.layout
    drawn: Json = {
        "id": class_id(issuer, profile.program),
        "issuerName": clean(profile.organization) or names[profile.language],
        **in_languages("programName", names),
        "programLogo": image(design.logo_url, names),
        "reviewStatus": "UNDER_REVIEW",
        "hexBackgroundColor": design.background_color,
        "multipleDevicesAndHoldersAllowedStatus": layout.holders,
        "viewUnlockRequirement": (
            "UNLOCK_REQUIRED_TO_VIEW" if layout.unlock else "UNLOCK_NOT_REQUIRED"
        ),
        **class_members.members(profiles, names, design),
    }
    for member, address in (
        ("wideProgramLogo", design.wide_logo_url),
        ("heroImage", design.hero_url),
    ):
        if address:
            drawn[member] = image(address, names)
    if layout.shimmer:
        drawn["securityAnimation"] = {"animationType": "FOIL_SHIMMER"}
    if callback_url:
        drawn["callbackOptions"] = {"url": callback_url}
    return drawn


def loyalty_object(
    card: Card,
    design: HostedDesign,
    issuer: str,
    now: datetime,
    *,
    translations: Sequence[Card] = (),
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
    layout = design.layout
    drawn: Json = {
        "id": object_id(issuer, card.serial),
        "classId": class_id(issuer, card.program),
        "state": _state(card, now),
        "barcode": _barcode(card, layout.barcode),
        # The short code is within the 20 characters that every screen shows.
        "accountId": card.read_aloud,
        "groupingInfo": {"groupingId": class_id(issuer, layout.group or card.program)},
        "passConstraints": {
            "screenshotEligibility": "ELIGIBLE" if layout.screenshots else "INELIGIBLE"
        },
    }
    # A member's card comes before the coupons that may join its group.
    drawn["groupingInfo"]["sortIndex"] = 0
    points = _points(cards, design)
    drawn |= {slot: drawing for slot, (_, drawing) in points.items()}
    member_name = card.field("member")
    if member_name is not None and (account_name := clean(member_name.text, ACCOUNT_LIMIT)):
        drawn["accountName"] = account_name
    if hero := _hero(cards, design):
        drawn["heroImage"] = hero
    elsewhere = {card_field for card_field, _ in points.values()}
    if modules := list(_modules(cards, design, elsewhere))[:MODULE_LIMIT]:
        drawn["textModulesData"] = modules
    if card.said and card.said.picture:
        # One picture of the object is shown, beside one of its class.
        titles = {one: _of_the_picture(spoken) for one, spoken in cards.items()}
        drawn["imageModulesData"] = [{"id": "news", "mainImage": image(card.said.picture, titles)}]
    if card.places:
        drawn["merchantLocations"] = [
            {"latitude": place.latitude, "longitude": place.longitude}
            for place in nearest(card.places, card.home)
        ]
    if card.expires_at is not None:
        drawn["validTimeInterval"] = {"end": {"date": card.expires_at.isoformat()}}
    return drawn


def _of_the_picture(card: Card) -> str:
    """Return what is said of a picture of news to who cannot see it."""
    said = card.said
    return clean(said.title or said.text, HEADER_LIMIT) if said else card.program_name


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
    if drawn.get("state") == "INACTIVE":
        body |= dict.fromkeys(ENDED_MEMBERS)
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


def _barcode(card: Card, kind: str) -> Json:
    drawn = {"type": kind, "value": card.code, "alternateText": card.read_aloud}
    if kind == "QR_CODE" and not card.code.isascii():
        drawn["renderEncoding"] = "UTF_8"
    return drawn


def _points(cards: Mapping[str, Card], design: HostedDesign) -> dict[str, tuple[str, Json]]:
    """Draw the first two card fields of those that the design wants as points: (key, drawing)."""
    drawn: dict[str, tuple[str, Json]] = {}
    slots = iter(("loyaltyPoints", "secondaryLoyaltyPoints"))
    card = next(iter(cards.values()))
    for shown in design.layout.points:
        card_field = card.field(shown.field)
        balance = _balance(card_field) if card_field else None
        if balance is None:
            continue
        slot = next(slots, None)
        if slot is None:
            break
        label = in_languages("label", _captions(cards, design, shown))
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


def _hero(cards: Mapping[str, Card], design: HostedDesign) -> Json | None:
    """Draw the banner of the card's state; a card of no state has the class's."""
    if design.states is None:
        return None
    state = design.states.state(next(iter(cards.values())))
    if state is None:
        return None
    descriptions = {}
    for language, card in cards.items():
        card_field = card.field(design.states.field)
        descriptions[language] = clean(
            f"{card_field.label}: {card_field.text}" if card_field else card.program_name
        )
    return image(design.hero_urls[state], descriptions)


def _modules(
    cards: Mapping[str, Card], design: HostedDesign, elsewhere: set[str]
) -> Iterator[Json]:
    for shown in design.layout.modules:
        if shown.field in elsewhere:
            continue  # it stands in the points already
        card_fields = {language: card.field(shown.field) for language, card in cards.items()}
        bodies = {
            language: clean(card_field.text, BODY_LIMIT)
            for language, card_field in card_fields.items()
            if card_field
        }
        if bodies.get(next(iter(cards))):
            headers = _captions(cards, design, shown)
            yield {
                "id": shown.field,
                **in_languages(
                    "header",
                    {language: clean(text, HEADER_LIMIT) for language, text in headers.items()},
                ),
                **in_languages("body", bodies),
            }


def _captions(cards: Mapping[str, Card], design: HostedDesign, shown: ShownField) -> dict[str, str]:
    card_fields = {language: card.field(shown.field) for language, card in cards.items()}
    return {
        language: design.caption(shown, card_field, language)
        for language, card_field in card_fields.items()
        if card_field
    }
