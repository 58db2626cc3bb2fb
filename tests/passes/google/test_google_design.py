"""One design file serves both wallets: what the table ``google`` of the shipped designs draws."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.pages import drawing as pages
from infra.drawings.artists import ALL, for_google
from loyalty.card.view import CardField
from passes.designs import design
from passes.designs.check import check
from passes.designs.design import DESIGNS, DesignError, load
from passes.google import design_check, linter, objects
from passes.google.hosted_design import HostedDesign, hosted
from tests.support.apple_bench import whole_png
from tests.support.google_documents import ISSUER, NOW

if TYPE_CHECKING:
    from pathlib import Path

BASE_URL = "https://cards.example"


def hosted_design(name: str) -> HostedDesign:
    return hosted(load(name), BASE_URL)


def card_fields(language: str, **changes: CardField | None) -> tuple[CardField, ...]:
    russian = language == "ru"
    found: dict[str, CardField | None] = {
        "balance": CardField("balance", "Баллы" if russian else "Points", 7, "number", "7"),
        "discount": CardField(
            "discount", "Скидка" if russian else "Discount", 700, "percent", "7 %"
        ),
        "tier": CardField(
            "tier", "Уровень" if russian else "Level", "x", "text", "Золото" if russian else "Gold"
        ),
        "progress": CardField("progress", "Next", "x", "text", "ещё 3" if russian else "3 more"),
        "member": CardField("member", "Member", "Anna", "text", "Anna"),
        "message": CardField(
            "message", "News", "x", "text", "Новость" if russian else "Open on Sunday"
        ),
    }
    found |= changes
    return tuple(card_field for card_field in found.values() if card_field)


@pytest.fixture
def drawn(world: Any) -> Any:
    """Draw a card in a design, in English and Russian."""

    def drawn(name: str, **changes: CardField | None) -> dict[str, Any]:
        card = world.card(fields=card_fields("en", **changes))
        other = replace(
            card, language="ru", fields=card_fields("ru", **changes), program_name="Клуб «Боб»"
        )
        return objects.loyalty_object(card, hosted_design(name), ISSUER, NOW, translations=[other])

    return drawn


@pytest.fixture
def program(world: Any) -> Any:
    def program(shown: HostedDesign, **more: Any) -> dict[str, Any]:
        contact = (("Write", "bean@shop.test"), ("Call", "+1 (555) 010-0100"), ("Visit", "Main St"))
        profile = replace(world.profile, contact=contact)
        russian = (("Пишите", contact[0][1]), ("Звоните", contact[1][1]), ("Заходите", "Main St"))
        other = replace(
            profile,
            language="ru",
            name="Клуб «Боб»",
            sentences=("1 балл за каждый 1,00 €.", "Кофе за 10 баллов."),
            contact=russian,
        )
        return objects.loyalty_class(profile, shown, ISSUER, translations=[other], **more)

    return program


@pytest.mark.parametrize("name", design.names())
def test_every_shipped_design_fills_the_card(name: str, drawn: Any, program: Any) -> None:
    shared = program(hosted_design(name), callback_url=f"{BASE_URL}/google/callback")
    assert shared.keys() >= {
        *("programLogo", "heroImage", "hexBackgroundColor", "countryCode"),
        *("localizedProgramName", "localizedAccountNameLabel", "localizedAccountIdLabel"),
        *("linksModuleData", "textModulesData", "classTemplateInfo", "callbackOptions"),
    }
    body = drawn(name)
    assert body.keys() >= {"loyaltyPoints", "secondaryLoyaltyPoints", "accountName", "groupingInfo"}
    pictured = f"{BASE_URL}/designs/{name}/"
    assert linter.errors(linter.lint_class(shared, ISSUER, strict=True, sample=None)) == []
    found = linter.lint_object(body, ISSUER, strict=True, program=shared, pictures=pictured)
    assert {(one.rule, one.where) for one in found} == {(14, "accountId")}
    # The tier is drawn on the object, one class serves all.
    assert "Gold" in str(body)


def test_the_class_speaks_both_languages(program: Any) -> None:
    shared = program(hosted_design("coffee"))
    assert shared["programName"] == "Bean Club"
    assert shared["localizedProgramName"] == {
        "defaultValue": {"language": "en", "value": "Bean Club"},
        "translatedValues": [{"language": "ru", "value": "Клуб «Боб»"}],
    }
    assert shared["accountIdLabel"] == "Card number"
    assert shared["localizedAccountIdLabel"]["translatedValues"][0]["value"] == "Номер карты"
    (rules, visit) = shared["textModulesData"]
    assert rules["body"] == "1 point for every 1.00 EUR.\nFree coffee for 10 points."
    assert rules["localizedBody"]["translatedValues"] == [
        {"language": "ru", "value": "1 балл за каждый 1,00 €.\nКофе за 10 баллов."}
    ]
    assert (visit["header"], visit["body"]) == ("Visit", "Main St")
    assert [link["uri"] for link in shared["linksModuleData"]["uris"]] == [
        f"{BASE_URL}/join/coffee",
        "mailto:bean@shop.test",
        "tel:+15550100100",
    ]


def test_one_language_alone_needs_no_translations(world: Any) -> None:
    shared = objects.loyalty_class(world.profile, hosted_design("coffee"), ISSUER)
    body = objects.loyalty_object(world.card(), hosted_design("coffee"), ISSUER, NOW)
    assert "localized" not in str(shared)
    assert "localized" not in str(body)


def test_the_object_speaks_both_languages(drawn: Any) -> None:
    body = drawn("coffee")
    assert body["loyaltyPoints"]["localizedLabel"] == {
        "defaultValue": {"language": "en", "value": "Points"},
        "translatedValues": [{"language": "ru", "value": "Баллы"}],
    }
    news = body["textModulesData"][0]
    assert (news["id"], news["header"], news["body"]) == ("message", "News", "Open on Sunday")
    assert news["localizedHeader"]["translatedValues"] == [{"language": "ru", "value": "Новости"}]
    assert news["localizedBody"]["translatedValues"] == [{"language": "ru", "value": "Новость"}]


def test_points_by_preference_and_nothing_twice(drawn: Any) -> None:
    body = drawn("barber")
    assert body["loyaltyPoints"]["balance"] == {"string": "7 %"}
    assert body["secondaryLoyaltyPoints"]["balance"] == {"int": 7}
    assert "balance" not in [module["id"] for module in body["textModulesData"]]
    body = drawn("barber", balance=None)
    assert "secondaryLoyaltyPoints" not in body
    # A name is said in the phone's language, which Google does in modules only.
    tier = next(module for module in body["textModulesData"] if module["id"] == "tier")
    assert tier["localizedBody"]["translatedValues"] == [{"language": "ru", "value": "Золото"}]
    body = drawn("barber", balance=None, discount=None)
    assert "loyaltyPoints" not in body


@pytest.mark.parametrize(
    ("name", "change", "picture"),
    [
        ("stamps", CardField("balance", "Stamps", 3, "number", "3"), "google-hero-3.png"),
        ("stamps", CardField("balance", "Stamps", 12, "number", "12"), "google-hero-9.png"),
        ("stamps", CardField("balance", "Stamps", 0, "number", "0"), None),
        ("barber", CardField("climb", "Level", 5000, "percent", "2 of 3"), "google-hero-5000.png"),
        ("barber", CardField("discount", "Discount", 1000, "percent", "10 %"), None),
        ("ladder", CardField("climb", "Level", 9999, "percent", "4 of 5"), "google-hero-7500.png"),
        ("cashback", CardField("balance", "Cashback", 600, "number", "600"), "google-hero-500.png"),
        (
            "membership",
            CardField("tier", "Level", "Золото", "text", "Золото"),
            "google-hero-gold.png",
        ),
        ("membership", CardField("tier", "Level", "Guest", "text", "Guest"), None),
        ("coffee", CardField("balance", "Points", 7, "number", "7"), None),
    ],
)
def test_the_banner_of_the_state(
    drawn: Any, name: str, change: CardField, picture: str | None
) -> None:
    body = drawn(name, **{change.key: change})
    if picture is None:
        assert "heroImage" not in body  # the class's is shown
        return
    address = body["heroImage"]["sourceUri"]["uri"]
    assert address.startswith(f"{BASE_URL}/designs/{name}/{picture}?v=")
    told = body["heroImage"]["contentDescription"]["defaultValue"]["value"]
    assert told == f"{change.label}: {change.text}"
    # It is really served there: design and name stand in the route that the pages answer.
    assert pages.image(name, picture) is not None


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_picture_that_google_is_told_of_is_served(name: str, program: Any) -> None:
    images = load(name).google.images
    assert {image.name for image in images} == {one.file for one in for_google(ALL[name])}
    for image in images:
        served = pages.image(name, image.name)
        assert served is not None
        assert served.content == image.content
    # No text stands in our pictures, and a wide logo stands instead of the shop's name.
    assert "wideProgramLogo" not in program(hosted_design(name))
    for member in ("programLogo", "heroImage"):
        address = program(hosted_design(name))[member]["sourceUri"]["uri"]
        file = address.removeprefix(f"{BASE_URL}/designs/{name}/").partition("?")[0]
        assert file in {image.name for image in images}


def test_the_rows_of_the_front(program: Any) -> None:
    shared = program(hosted_design("membership"))
    rows = shared["classTemplateInfo"]["cardTemplateOverride"]["cardRowTemplateInfos"]
    assert [list(row) for row in rows] == [["twoItems"], ["oneItem"], ["oneItem"]]
    paths = [
        [field["fieldPath"] for field in item["firstValue"]["fields"]]
        for row in rows
        for kind in row.values()
        for item in kind.values()
    ]
    assert paths == [
        ["object.textModulesData['tier']"],
        ["object.loyaltyPoints.balance"],
        ["object.textModulesData['way']"],
        # What a card has not, another may stand for.
        ["object.textModulesData['reward']", "object.textModulesData['keep']"],
    ]


LINKS = "[[google.links]]"
# What an owner may want beside what the shipped designs have.
EVERYTHING = """
barcode = "PDF417"
holders = "one-device"
unlock = true
screenshots = false
shimmer = true
group = "corner"
picture = "google-picture.png"

[google.button]
text = "join"
android = "com.example.bean"
url = "{base_url}/order"

[[google.value_added]]
header = "about"
url = "https://a.test"
image = "google-offer.png"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DESIGNS / "coffee", tmp_path / "coffee")
    return tmp_path


def changed(folder: Path, old: str, new: str) -> Any:
    file = folder / "coffee" / "design.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index("[google]")
    assert old in text[start:]
    file.write_text(text[:start] + text[start:].replace(old, new, 1), encoding="utf-8")
    load.cache_clear()
    return load("coffee", folder)


def test_every_option_is_drawn(folder: Path, world: Any, program: Any) -> None:
    (folder / "coffee" / "google-picture.png").write_bytes(whole_png(1860, 600))
    (folder / "coffee" / "google-offer.png").write_bytes(whole_png(300, 300))
    made = changed(folder, "[[google.points]]", f"{EVERYTHING}\n[[google.points]]")
    shown = hosted(made, BASE_URL)
    shared, body = program(shown), objects.loyalty_object(world.card(), shown, ISSUER, NOW)
    assert shared["multipleDevicesAndHoldersAllowedStatus"] == "ONE_USER_ONE_DEVICE"
    assert shared["viewUnlockRequirement"] == "UNLOCK_REQUIRED_TO_VIEW"
    assert shared["securityAnimation"] == {"animationType": "FOIL_SHIMMER"}
    assert shared["appLinkData"]["androidAppLinkInfo"]["appTarget"] == {
        "packageName": "com.example.bean"
    }
    assert (
        shared["appLinkData"]["webAppLinkInfo"]["appTarget"]["targetUri"]["uri"]
        == f"{BASE_URL}/order"
    )
    assert "google-picture.png?v=" in shared["imageModulesData"][0]["mainImage"]["sourceUri"]["uri"]
    assert "google-offer.png?v=" in shared["valueAddedModuleData"][0]["image"]["sourceUri"]["uri"]
    assert body["barcode"]["type"] == "PDF_417"
    assert body["passConstraints"] == {"screenshotEligibility": "INELIGIBLE"}
    assert body["groupingInfo"] == {"groupingId": f"{ISSUER}.corner", "sortIndex": 0}
    assert linter.errors(linter.lint_class(shared, ISSUER, strict=True)) == []
    assert linter.errors(linter.lint_object(body, ISSUER, strict=True, program=shared)) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'hero = "',
            'heros = "x.png"\nhero = "',
            r"heros is not known here.*mean hero\?",
        ),
        (
            'hero = "',
            'barcode = "Code-128"\nhero = "',
            r"barcode must be one.*mean Code128\?",
        ),
        ('hero = "', 'holders = "all"\nhero = "', "google.holders must be one of one-user"),
        ('hero = "', 'unlock = "yes"\nhero = "', "google.unlock must be a true or false"),
        ('hero = "', 'group = "a b"\nhero = "', "google.group must be 1 to 64"),
        ('hero = "', 'hero_states = true\nhero = "', "google.hero_states needs the states"),
        ('hero = "', 'picture = "gone.png"\nhero = "', "gone.png cannot be read"),
        ('hero = "', 'wide_logo = "google-hero.png"\nhero = "', "it must be 1280x400"),
        ('"google-hero.png"', '"google-logo.png"', "google.hero: google-logo.png is 660x660"),
        (
            'account_id = "card_number"',
            'account_id = "cardnumber"',
            "account_id names 'cardnumber'",
        ),
        ('["progress"]', '["progres"]', r"rows\[1\]\[0\] must be one of .*did you mean progress\?"),
        ('["progress"]', '["points"]', r"rows\[1\]\[0\] must be one of .*each once"),
        ('["progress"]', "[[]]", r"rows\[1\]\[0\] must be one of"),
        ('["progress"]', '[["way", "points"]]', r"rows\[1\]\[0\] must be one of .*each once"),
        ('["progress"]', "[]", r"rows\[1\] must be a list of 1 to 3 names"),
        ('["progress"]', '["progress"], ["expiry"]', "rows has 4 rows; Google shows 3"),
        ('field = "balance"', 'field = "Balance!"', r"points\[0\].field must be the key"),
        ('field = "balance"', 'field = "balanse"', r"points\[0\].field names 'balanse', which no"),
        (
            'field = "discount"',
            'field = "balance"',
            r"google.points\[1\].field places 'balance' twice",
        ),
        (
            'field = "discount"',
            'fact = "worth"',
            r"points\[1\].fact is not known .* mean field\?\)",
        ),
        (
            'field = "discount"',
            'field = "worth"\nempty = "news"',
            r"points\[1\].empty is not known",
        ),
        ('field = "discount"', 'field = "tier"', r"points\[1\].field names 'tier', a text, which"),
        ('url = "{base_url}', 'url = "javascript:x', r"links\[0\].url must be a whole"),
        ('text = "join"', 'text = "joy"', r"google.links\[0\].text names 'joy'"),
        (
            LINKS,
            f'[google.button]\ntext = "join"\n{LINKS}',
            "button.android or url is needed",
        ),
        (LINKS, f'[google.button]\ntext = "join"\nandroid = "bean"\n{LINKS}', "an Android package"),
        (
            LINKS,
            f'[[google.value_added]]\nheader = "join"\nurl = "tel:1"\n{LINKS}',
            r"value_added\[0\].url must be a whole address \(https\)",
        ),
    ],
)
def test_mistakes_are_told_with_file_and_key(
    folder: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(DesignError, match=message) as raised:
        changed(folder, old, new)
    assert "coffee/design.toml" in str(raised.value)


def test_a_button_must_fit(folder: Path) -> None:
    file = folder / "coffee" / "design.toml"
    text = file.read_text(encoding="utf-8")
    long = text.replace("[apple]", f'[words.en]\njoin = "{"x" * 31}"\n\n[apple]', 1)
    file.write_text(long + '\n[google.button]\ntext = "join"\nurl = "https://a.test"\n', "utf-8")
    with pytest.raises(DesignError, match=r"google.button.text names 'join', .* words.en"):
        load("coffee", folder)


def test_what_google_would_refuse_is_found_when_a_design_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = objects.loyalty_class

    def wrong(*arguments: Any, **more: Any) -> dict[str, Any]:
        return right(*arguments, **more) | {"hexBackgroundColor": "brown"}

    monkeypatch.setattr(objects, "loyalty_class", wrong)
    load.cache_clear()
    with pytest.raises(DesignError, match=r"coffee/design.toml: google: .*rule 7.*not a colour"):
        check("coffee", folder)


@pytest.mark.parametrize("name", design.names())
def test_the_check_finds_no_fault_in_shipped_designs(name: str) -> None:
    found = list(design_check.findings(load(name)))
    assert {(one.rule, one.where) for one in found} == {(14, "accountId")}
