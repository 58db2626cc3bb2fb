"""What stands in pass.json, key by key."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.view import CardField, Place, Said
from passes.apple.pass_json import TextRefused
from tests.support.apple import make_card, make_fields
from tests.support.designs import added, drawn, edited

if TYPE_CHECKING:
    from pathlib import Path

    from passes.apple.issue import Issuer
    from passes.apple.pass_json import Identity


def test_one_field_carries_messages_from_the_first_day(identity: Identity) -> None:
    for style in ("storeCard", "posterGeneric"):
        silent = drawn(identity, make_card())[style]["backFields"][0:]
        (news,) = [field for field in silent if field["key"] == "message"]
        assert (news["value"], news["changeMessage"]) == ("Nothing new", "%@")
    message = CardField("message", "", "Free cake today", "text", "Free cake today")
    told = drawn(identity, make_card(fields=(*make_fields(1), message)))["storeCard"]["backFields"]
    assert [one["value"] for one in told if one["key"] == "message"] == ["Free cake today"]


def test_where_a_question_is_answered_is_called_so(identity: Identity) -> None:
    text = "How was <it>?\nhttps://cards.example.com/ask/aa.bb?x=1&y=2"
    address = "https://cards.example.com/ask/aa.bb?x=1&amp;y=2"
    for said, linked in (
        (text, f'How was &lt;it&gt;?\n<a href="{address}">Answer here</a>'),
        ("See https://shop.example/new", None),
    ):
        message = CardField("message", "", said, "text", said)
        card = make_card(fields=(*make_fields(1), message))
        for style in ("storeCard", "posterGeneric"):
            backs = drawn(identity, card)[style]["backFields"]
            (news,) = [one for one in backs if one["key"] == "message"]
            assert (news["value"], news.get("attributedValue")) == (said, linked)


def test_a_picture_of_news_is_an_address_where_nothing_else_leads_anywhere(
    identity: Identity,
) -> None:
    # A pass has no field of its own that shows a picture beside a text.
    message = CardField("message", "", "Free cake", "text", "Free cake")
    said = Said("menu", "", "Free cake", "", datetime(2026, 6, 1, tzinfo=UTC), "https://a/b.jpg")
    for link, shown in (("", "Free cake\nhttps://a/b.jpg"), ("https://a/c", "Free cake")):
        card = make_card(
            fields=(*make_fields(1), message), said=dataclasses.replace(said, link=link)
        )
        for style in ("storeCard", "posterGeneric"):
            backs = drawn(identity, card)[style]["backFields"]
            assert [one["value"] for one in backs if one["key"] == "message"] == [shown]


def test_a_poster_stands_beside_the_store_card(identity: Identity) -> None:
    document = drawn(identity, make_card(design="membership"))
    assert {"storeCard", "posterGeneric"} <= document.keys()
    poster = document["posterGeneric"]
    assert len(poster.get("primaryFields", ())) <= 4
    assert [field["key"] for field in poster["footerFields"]] == ["balance", "discount"]
    assert poster["backFields"][-1]["key"] == "contact_1"
    assert document["featuredActions"] == [
        {
            "identifier": "membershipBenefits",
            "type": "membershipBenefits",
            "url": "https://cards.example.com/join/coffee",
        }
    ]


def test_a_long_name_leaves_room_for_what_stands_beside_it(identity: Identity) -> None:
    name = "Maximiliana-Theodora Maximiliana-Theodora"
    fields = (*make_fields(1), CardField("member", "Member", name, "text", name))
    fields = tuple(one for one in fields if one.key != "member" or one.text == name)
    for design, fronts, backs in (
        # Beside the way to the next level; on the back it has a line of its own.
        ("barber", ["Maximiliana-Theodor…"] * 2, []),
        ("ladder", [], [name] * 2),
    ):
        document = drawn(identity, make_card(design=design, fields=fields))
        groups = {
            (style, group): [one["value"] for one in found if one["key"] == "member"]
            for style in ("storeCard", "posterGeneric")
            for group, found in document[style].items()
        }
        behind = {place: found for place, found in groups.items() if place[1] == "backFields"}
        assert [one for found in behind.values() for one in found] == backs
        in_front = [one for place, found in groups.items() if place not in behind for one in found]
        assert in_front == fronts
    short = drawn(identity, make_card(design="barber"))["storeCard"]["auxiliaryFields"]
    assert [one["value"] for one in short if one["key"] == "member"] == ["Zoë"]


def test_links_stand_on_the_back_as_tags_that_wallet_takes(identity: Identity) -> None:
    back = drawn(identity, make_card())["storeCard"]["backFields"]
    (link,) = [field for field in back if field["key"] == "link_1"]
    assert link["value"] == "Rules and joining"
    assert link["attributedValue"] == (
        '<a href="https://cards.example.com/join/coffee">Rules and joining</a>'
    )


def test_the_ten_places_nearest_to_the_members_home_are_told(identity: Identity) -> None:
    moscow = Place(55.75, 37.62, "home")
    places = tuple(Place(55.75 + step, 37.62, f"{step} north") for step in range(20, 0, -1))
    document = drawn(identity, make_card(places=places, home=moscow))
    assert [one["relevantText"] for one in document["locations"]] == [
        f"{step} north" for step in range(1, 11)
    ]
    assert document["maxDistance"] == 150
    assert "locations" not in drawn(identity, make_card(places=()))
    assert "maxDistance" not in drawn(identity, make_card(places=()))


def test_beacons_are_told_with_their_texts(identity: Identity, folder: Path) -> None:
    uuid = "01234567-89ab-cdef-0123-456789abcdef"
    shown = added(folder, f'[[apple.beacons]]\nuuid = "{uuid}"\nminor = 7\ntext = "news"')
    assert drawn(identity, make_card(language="ru"), shown)["beacons"] == [
        {"proximityUUID": uuid, "relevantText": "Новости", "minor": 7}
    ]


def test_nfc_needs_a_certificate_for_it(identity: Identity, folder: Path) -> None:
    key = "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgAC" + "A" * 42 + "E="
    shown = added(folder, f'[apple.nfc]\npublic_key = "{key}"\nrequires_authentication = true')
    card = make_card()
    assert "nfc" not in drawn(identity, card, shown)
    made = drawn(dataclasses.replace(identity, nfc=True), card, shown)
    assert made["nfc"] == {
        "message": card.code,
        "encryptionPublicKey": key,
        "requiresAuthentication": True,
    }
    assert "nfc" not in drawn(dataclasses.replace(identity, nfc=True), card)


def test_barcodes_stand_in_the_order_of_the_design(identity: Identity, folder: Path) -> None:
    shown = edited(folder, 'barcodes = ["QR"]', 'barcodes = ["Code39", "Aztec", "QR"]')
    formats = [one["format"] for one in drawn(identity, make_card(), shown)["barcodes"]]
    assert formats == ["PKBarcodeFormatCode39", "PKBarcodeFormatAztec", "PKBarcodeFormatQR"]


def test_money_carries_the_balance_semantic(identity: Identity) -> None:
    card_field = CardField("balance", "Credit", -1205, "money", "-12.05 €", "EUR")
    field = drawn(identity, make_card(fields=(card_field,)))["storeCard"]["headerFields"][0]
    assert field["semantics"] == {"balance": {"amount": "-12.05", "currencyCode": "EUR"}}
    yen = CardField("balance", "Credit", 500, "money", "¥500", "JPY")
    field = drawn(identity, make_card(fields=(yen,)))["storeCard"]["headerFields"][0]
    assert field["semantics"]["balance"]["amount"] == "500"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Now %@ points", "Now %@ points"),
        ("50 % off: %@", "50 \uff05 off: %@"),
        ("Changed", None),
        ("%@ of %@", None),
        (None, None),
    ],
)
def test_a_programs_change_message_has_one_place_for_the_value(
    identity: Identity, told: str | None, expected: str | None, folder: Path
) -> None:
    shown = edited(
        folder, 'label = "stamps"\nchange = "stamps_changed"', 'label = "stamps"\nannounce = true'
    )
    card_field = CardField("balance", "Points", 1, "number", "1", change_message=told)
    field = drawn(identity, make_card(fields=(card_field,)), shown)["storeCard"]["headerFields"][0]
    assert field.get("changeMessage") == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"program_name": "x" * 121}, "program's name"),
        ({"organization": "x" * 121}, "organization"),
        ({"sentences": ("x" * 10_001,)}, "text on the back"),
        ({"contact": (("x" * 121, "a"),)}, "caption of a contact"),
        ({"contact": (("a", "x" * 1001),)}, "the contact"),
        ({"code": "x" * 201}, "card code"),
        ({"fields": make_fields(1, member="x" * 1001)}, "the member of program 'coffee'"),
        ({"places": (Place(1, 1, "x" * 121),)}, "text of a location"),
    ],
)
def test_texts_above_the_limits_are_refused_with_the_limit(
    identity: Identity, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(TextRefused, match=message):
        drawn(identity, make_card(**changes))


def test_texts_at_the_limits_are_taken(issuer: Issuer, now: datetime) -> None:
    card = make_card(
        program_name="я" * 120,
        organization="👩" * 120,
        sentences=("x" * 10_000,),
        contact=(("x" * 120, "y" * 1000),),
        code="x" * 200,
        fields=make_fields(1, member="z" * 1000),
        also=(),
    )
    other = dataclasses.replace(card, language="ru", sentences=("ы" * 10_000,))
    assert issuer.issue(dataclasses.replace(card, also=(other,)), now)
