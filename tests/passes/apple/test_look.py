"""The Apple part of a design: words, strips by state, posters, places, links, barcodes."""

from __future__ import annotations

import dataclasses
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from infra import draw_designs, draw_google
from loyalty.card.view import CardField, Place
from passes.apple import strings
from passes.apple.pass_json import TextRefused, pass_document
from passes.designs import design
from passes.designs.design import DESIGNS, DesignError, load
from tests.passes.apple.fakes import make_card, make_fields, token_of
from tests.passes.apple.opened import opened, read_strings, translated

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from passes.apple.issue import Issuer
    from passes.apple.pass_json import Identity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("stamps", "membership"):
        shutil.copytree(DESIGNS / name, tmp_path / name)
    file = tmp_path / "stamps" / "design.toml"
    # A design with a caption and a change message of its own.
    text = file.read_text(encoding="utf-8")
    for last, words in (
        ('card_number = "Card number"', 'stamps = "Stamps"\nstamps_changed = "on your card: %@"'),
        ('card_number = "Номер карты"', 'stamps = "Печати"\nstamps_changed = "Теперь печатей: %@"'),
    ):
        text = text.replace(last, f"{last}\n{words}")
    text = text.replace("announce = true", 'label = "stamps"\nchange = "stamps_changed"')
    file.write_text(text, encoding="utf-8")
    return tmp_path


def edited(folder: Path, old: str, new: str, name: str = "stamps") -> design.Design:
    file = folder / name / "design.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(name, folder)


def added(folder: Path, text: str, name: str = "stamps") -> design.Design:
    return edited(folder, "# What iOS 27 draws", f"{text}\n# What iOS 27 draws", name)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('languages = ["en", "ru"]', 'languages = ["en", "xx"]', r"languages\[1\] must be one of"),
        ('languages = ["en", "ru"]', "languages = []", "languages must name at least one"),
        ('languages = ["en", "ru"]', 'languages = ["en"]', "words.ru is not known here"),
        ('stamps = "Печати"\n', "", "words.ru.stamps is missing; another language has it"),
        ('news = "News"', 'news = "News"\nold = "Old"', "words.ru.old is missing"),
        ('news = "News"', 'news = ""', "words.en.news must be 1 to 120 characters"),
        ('news = "News"', 'news = "a\\nb"', "words.en.news must be 1 to 120 characters"),
        ('news = "News"', f'news = "{"x" * 121}"', "words.en.news must be 1 to 120 characters"),
        ('news = "News"', "news = 5", "words.en.news must be a text"),
        ('news = "News"', 'news = "Stamps"', "says the same as news, but not in every language"),
        ("on your card: %@", "on your card", "words.en.stamps_changed must hold %@ exactly once"),
        ("on your card: %@", "%@ and %@", "words.en.stamps_changed must hold %@ exactly once"),
        ("on your card: %@", "100 % %@", "words.en.stamps_changed must hold %@ exactly once"),
        ('label = "stamps"', 'label = "stmps"', r"fields\[0\].label names 'stmps', which words.en"),
        ('label = "stamps"', "label = 5", r"fields\[0\].label must be a true or false"),
        ('change = "stamps_changed"', 'change = "stamps_changed"\nannounce = false', "announce"),
        ('barcodes = ["QR"]', 'barcodes = ["EAN13", "QR"]', r"barcodes\[0\] must be one of QR"),
        ('barcodes = ["QR"]', 'barcodes = ["QR", "Code39"]', "barcodes must end with one of"),
        ('barcodes = ["QR"]', "barcodes = []", "barcodes must end with one of"),
        ("max_distance = 150", "max_distance = 0", "max_distance must be 1 to 10000"),
        ("max_distance = 150", 'max_distance = "150"', "max_distance must be a whole number"),
        ("levels = [1, 2,", "levels = [2, 1,", "levels must be whole numbers, each larger"),
        ("levels = [1, 2,", "levels = [1, 2.5,", "levels must be whole numbers, each larger"),
        ("8, 9]", "8, 9, 10]", r"states.10: strip-10@2x.png cannot be read"),
        ("levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]", "names = []", "must have 1 to 40 entries"),
        ("levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]", 'names = ["A b"]', "must be small letters"),
        ('["icon", "logo", "strip"]', '["icon", "logo"]', 'strip needs "strip" in images'),
        ('type = "viewOffersRewards"', 'type = "dance"', r"actions\[0\].type must be one of"),
        ('url = "{base_url}/join/{program}"', 'url = "join"', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "http://a/join', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "javascript:x', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "https://a/\\">', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "{secret}/join', r"links\[0\].url must be a whole"),
        ('["artwork", "primaryLogo"]', '["strip"]', r"apple.poster.images\[0\] must be one of"),
        ('group = "footer"', 'group = "auxiliary"', "must be one of header, primary, footer"),
    ],
)
def test_mistakes_are_told_with_file_and_key(
    folder: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(DesignError, match=message) as raised:
        edited(folder, old, new)
    assert "stamps/design.toml" in str(raised.value)


def test_a_word_that_neither_wallet_uses_is_told(folder: Path) -> None:
    file = folder / "stamps" / "design.toml"
    text = file.read_text(encoding="utf-8")
    for language in ("en", "ru"):
        text = text.replace(f"[words.{language}]", f'[words.{language}]\nspare = "{language}"')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError, match=r"words.en.spare is used nowhere in the design"):
        load("stamps", folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Locations are the program's.
        ("[[apple.locations]]\nlatitude = 1\nlongitude = 0", "apple.locations is not known here"),
        ('[[apple.beacons]]\nuuid = "x"\ntext = "news"', "uuid must be a UUID"),
        (
            (
                '[[apple.beacons]]\nuuid = "01234567-89ab-cdef-0123-456789abcdef"\n'
                'text = "news"\nmajor = 65536'
            ),
            "major must be 0 to 65535",
        ),
        ('[apple.nfc]\npublic_key = "AAAA"', "public_key must be the base64 text"),
        (
            '[[apple.links]]\nlabel = "news"\ntext = "join"\nurl = "https://a"\n' * 8,
            "Wallet shows 8",
        ),
        ('[[apple.actions]]\ntype = "call"\nurl = "tel:1"\n' * 2, "Wallet shows 2"),
        ('[[apple.actions]]\ntype = "viewOffersRewards"\nurl = "https://a"', "two of one type"),
    ],
)
def test_mistakes_in_lists_are_told(folder: Path, text: str, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        added(folder, text)


def test_all_shipped_designs_are_drawn_by_the_script() -> None:
    assert design.names() == tuple(sorted(draw_designs.ALL))
    for name, artist in draw_designs.ALL.items():
        pictures = [*draw_designs.pictures(artist), *draw_google.pictures(artist)]
        drawn = {picture.file for picture in pictures}
        assert drawn == {file.name for file in (DESIGNS / name).glob("*.png")}


def states(name: str) -> list[tuple[CardField, ...]]:
    """Facts that lead to every state of a shipped design."""
    strips = load(name).apple.strips
    if strips is None:
        return [make_fields(3)]
    if strips.levels:
        return [
            tuple(
                dataclasses.replace(card_field, value=level)
                if card_field.key == strips.field
                else card_field
                for card_field in make_fields(0)
            )
            for level in (0, *strips.levels, strips.levels[-1] + 100_000)
        ]
    return [
        (*make_fields(3), CardField("tier", "Level", text, "text", text, change_message="Now %@"))
        for text in ("Regular", *strips.names)
    ]


EVERY_STATE = [(name, fields) for name in design.names() for fields in states(name)]


@pytest.mark.parametrize(("name", "fields"), EVERY_STATE)
def test_every_state_shows_its_own_strip_and_stays_small(
    issuer: Issuer, now: datetime, name: str, fields: tuple[CardField, ...]
) -> None:
    made = issuer.issue(make_card(design=name, fields=fields), now)
    assert len(made) <= 60 * 1024
    files = opened(made)
    strips = load(name).apple.strips
    state = strips.state(make_card(design=name, fields=fields)) if strips else None
    file = "strip"
    if strips and state is not None:
        file = f"strip-{(strips.levels or ('silver', 'gold'))[state]}"
    assert files["strip@2x.png"] == (DESIGNS / name / f"{file}@2x.png").read_bytes()
    assert files["strip@3x.png"] == (DESIGNS / name / f"{file}@3x.png").read_bytes()


def test_every_state_of_a_design_looks_different() -> None:
    for name in design.names():
        strips = load(name).apple.strips
        if strips:
            pictures = [pair[0].content for pair in strips.images]
            assert len(set(pictures)) == len(pictures)
    assert len(EVERY_STATE) > 20


def test_levels_are_reached_and_names_are_known_in_every_language() -> None:
    stamps, levels = load("stamps").apple.strips, load("membership").apple.strips
    assert stamps
    assert levels
    assert [stamps.state(make_card(fields=make_fields(count))) for count in (0, 1, 9, 15)] == [
        None,
        0,
        8,
        8,
    ]
    assert stamps.state(make_card(fields=())) is None
    told = [
        levels.state(make_card(fields=(CardField("tier", "", text, "text", text),)))
        for text in ("Silver", "ЗОЛОТО", "gold", "Platinum")
    ]
    assert told == [0, 1, 1, None]


@pytest.mark.parametrize("name", design.names())
@pytest.mark.parametrize("language", ["en", "ru"])
def test_phones_of_both_languages_find_their_words(
    issuer: Issuer, now: datetime, name: str, language: str
) -> None:
    tier = CardField("tier", "Level", "Gold", "text", "Gold")
    worth = CardField("worth", "Cashback", 300, "money", "$3", "USD")
    card = make_card(design=name, language=language, fields=(*make_fields(3), tier, worth))
    files = opened(issuer.issue(card, now))
    english, russian = (read_strings(files[f"{one}.lproj/pass.strings"]) for one in ("en", "ru"))
    assert english.keys() == russian.keys()
    own = {"en": english, "ru": russian}[language]
    assert all(key == text for key, text in own.items())
    caption = json.loads(files["pass.json"])["storeCard"]["headerFields"][0]["label"]
    assert english[caption] != russian[caption]


@pytest.mark.parametrize("name", design.names())
def test_a_phone_of_the_other_language_shows_the_whole_card_in_it(
    issuer: Issuer, identity: Identity, now: datetime, name: str
) -> None:
    """Never captions in one language over values in the other."""
    tier = CardField("tier", "Level", "Gold", "text", "Gold")
    card = make_card(design=name, fields=(*make_fields(3), tier))
    files = opened(issuer.issue(card, now))
    shown = translated(json.loads(files["pass.json"]), read_strings(files["ru.lproj/pass.strings"]))
    assert shown == drawn(identity, card.also[0])
    assert shown != json.loads(files["pass.json"])


def test_a_card_of_one_language_is_shown_in_that(issuer: Issuer, now: datetime) -> None:
    files = opened(issuer.issue(make_card(also=()), now))
    assert not [name for name in files if "lproj" in name]


def test_a_text_that_stands_for_two_things_is_not_translated(issuer: Issuer, now: datetime) -> None:
    """A member called Gold stays Gold on a Russian phone, even if the level must stay so too."""
    english = make_card(
        design="membership",
        also=(),
        sentences=("Gold",),
        fields=(
            CardField("tier", "Level", "Gold", "text", "Gold"),
            CardField("member", "Member", "Gold", "text", "Gold"),
            CardField("progress", "Next", "3 more", "text", "3 more"),
        ),
    )
    russian = dataclasses.replace(
        english,
        language="ru",
        sentences=("Золотой",),
        fields=(
            CardField("tier", "Уровень", "Золото", "text", "Золото"),
            CardField("member", "Гость", "Gold", "text", "Gold"),
            CardField("progress", "Дальше", "Ещё 3", "text", "Ещё 3"),
        ),
    )
    for lines in (("Gold",), ("5 points",)):
        card = dataclasses.replace(english, sentences=lines, also=(russian,))
        files = opened(issuer.issue(card, now))
        told = read_strings(files["ru.lproj/pass.strings"])
        assert "Gold" not in told or told["Gold"] == "Gold"
        assert told["3 more"] == "Ещё 3"
        law = strings.files(
            "en",
            pass_document(card, load("membership"), issuer.identity, "t" * 16),
            {"ru": pass_document(russian, load("membership"), issuer.identity, "t" * 16)},
            load("membership").words,
        )
        assert told == read_strings(law["ru.lproj/pass.strings"])


def test_strings_survive_quotes_and_every_plane() -> None:
    text = 'a "b" \\ c 👩‍👩‍👧 \u202bمرحبا 100%'
    made = strings.files("en", {"label": "K"}, {"ru": {"label": text}}, {"en": {}, "ru": {}})
    assert read_strings(made["ru.lproj/pass.strings"]) == {"K": text}
    assert strings.files("en", {"label": "K"}, {}, {"en": {}}) == {}


def test_a_name_that_is_one_of_the_words_is_not_translated(identity: Identity) -> None:
    """A customer called News must not become «Новости» on a Russian phone."""
    card = make_card(fields=make_fields(1, member="News"), program_name="News")
    document = pass_document(card, load("coffee"), identity, token_of(card.serial))
    (member,) = [one for one in document["storeCard"]["backFields"] if one["key"] == "member"]
    assert member["value"] != "News"
    assert member["value"].replace("\u2060", "") == "News"
    assert document["logoText"] not in load("coffee").words["en"].values()


def test_one_field_carries_messages_from_the_first_day(identity: Identity) -> None:
    for style in ("storeCard", "posterGeneric"):
        silent = drawn(identity, make_card())[style]["backFields"][0:]
        (news,) = [field for field in silent if field["key"] == "message"]
        assert (news["value"], news["changeMessage"]) == ("Nothing new", "%@")
    message = CardField("message", "", "Free cake today", "text", "Free cake today")
    told = drawn(identity, make_card(fields=(*make_fields(1), message)))["storeCard"]["backFields"]
    assert [one["value"] for one in told if one["key"] == "message"] == ["Free cake today"]


def drawn(identity: Identity, card: Any, shown: design.Design | None = None) -> dict[str, Any]:
    return pass_document(card, shown or load(card.design), identity, token_of(card.serial))


def test_a_poster_stands_beside_the_store_card(identity: Identity) -> None:
    document = drawn(identity, make_card(design="membership"))
    assert {"storeCard", "posterGeneric"} <= document.keys()
    poster = document["posterGeneric"]
    assert len(poster.get("primaryFields", ())) <= 4
    assert [field["key"] for field in poster["footerFields"]] == ["discount"]
    assert poster["backFields"][-1]["key"] == "contact_1"
    assert document["featuredActions"] == [
        {
            "identifier": "membershipBenefits",
            "type": "membershipBenefits",
            "url": "https://cards.example.com/join/coffee",
        }
    ]


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
