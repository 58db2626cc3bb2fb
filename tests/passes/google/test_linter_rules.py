"""Every rule of the linter finds what breaks it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from passes.google import linter
from tests.support.google_documents import (
    GOOD_CLAIMS,
    GOOD_CLASS,
    GOOD_OBJECT,
    ISSUER,
    NOW,
    OFFER,
    change,
    image,
    item,
    localized,
)

if TYPE_CHECKING:
    from passes.google.linter import Finding


TWICE = localized("x") | {"translatedValues": [{"language": "EN", "value": "y"}]}
MODULE = {"id": "a", "header": "h", "body": "b"}
END = {"date": "2026-01-01T00:00:00Z"}
ROWS = "classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos"
FIRST = f"{ROWS}.0.twoItems.startItem"
OTHER = f"{ISSUER}.offer-2"
LINKED = "linkedObjectIds"
TOTP = "rotatingBarcode.totpDetails"
DRAFT = GOOD_CLASS | {"reviewStatus": "DRAFT"}
PICTURES = "https://shop.test/designs/coffee/"
# (rule, path, value): one change of a good document that breaks one rule.
BROKEN_OBJECTS: list[tuple[int, str, Any]] = [
    (0, "loyaltyPoint", {}),
    (0, "accountName", 7),
    (1, "id", "coffee"),
    (1, "id", f"{ISSUER}.with blank"),
    (1, "id", "9.m"),
    (1, "classId", "9.coffee"),
    (2, "state", ...),
    (2, "state", None),
    (3, "hasUsers", True),
    (3, "classReference", {}),
    (3, "kind", "walletobjects#loyaltyObject"),
    (3, "barcode.kind", "walletobjects#barcode"),
    (3, "disableExpirationNotification", True),
    (3, "heroImage.sourceUri.description", "old"),
    (3, "rotatingBarcode.initialRotatingBarcodeValues", {}),
    (3, "appLinkData.iosAppLinkInfo", {}),
    (3, "appLinkData.androidAppLinkInfo.title", localized("x")),
    (4, "state", "active"),
    (4, "state", "STATE_UNSPECIFIED"),
    (4, "passConstraints.screenshotEligibility", "eligible"),
    (4, "passConstraints.nfcConstraint", ["BLOCK_EVERYTHING"]),
    (6, "loyaltyPoints.balance", {}),
    (6, "loyaltyPoints.balance", ...),
    (6, "loyaltyPoints.balance", {"int": 1, "string": "1"}),
    (6, "loyaltyPoints.balance", {"int": 2**31}),
    (6, "loyaltyPoints.balance", {"int": True}),
    (6, "loyaltyPoints.balance", {"double": "7"}),
    (6, "loyaltyPoints.balance", {"double": float("nan")}),
    (6, "loyaltyPoints.balance", {"string": " "}),
    (6, "loyaltyPoints.balance", {"money": {"currencyCode": "EURO", "micros": "1"}}),
    (6, "loyaltyPoints.balance", {"money": {"currencyCode": "EUR", "micros": 1}}),
    (6, "loyaltyPoints.balance", {"money": {"currencyCode": "EUR", "micros": str(2**63)}}),
    (6, "loyaltyPoints.balance", {"money": {"currencyCode": "EUR", "micros": "1.5"}}),
    (8, "heroImage", {"contentDescription": localized("x")}),
    (8, "heroImage.sourceUri.uri", "http://127.0.0.1:1/hero.png"),
    (8, "imageModulesData.0.mainImage.contentDescription", ...),
    (8, "valueAddedModuleData.0.image.sourceUri.uri", "ftp://shop.test/b.png"),
    (9, "textModulesData.0.localizedHeader", TWICE),
    (9, "textModulesData.0.localizedHeader", {"translatedValues": []}),
    (9, "loyaltyPoints.localizedLabel", localized("Points", russian_="x")),
    (9, "loyaltyPoints.localizedLabel", localized("Points", ru="")),
    (9, "barcode.showCodeText", {"defaultValue": {"language": "en", "value": ""}}),
    (10, "textModulesData.0.id", "with.dot"),
    (10, "textModulesData", [MODULE, MODULE]),
    (10, "textModulesData", [MODULE | {"id": str(number)} for number in range(11)]),
    (10, "imageModulesData", [{"mainImage": image("a.png")}, {"mainImage": image("b.png")}]),
    (10, "imageModulesData", [{"id": "a"}]),
    (10, "merchantLocations", [{"latitude": 91, "longitude": 0}]),
    (10, "merchantLocations", [{"latitude": 0}]),
    (10, "merchantLocations", [{"latitude": 1, "longitude": float("nan")}]),
    (10, "merchantLocations", [{"latitude": 1, "longitude": 0}] * 11),
    (10, "messages", [{"header": "x"}] * 11),
    (10, "valueAddedModuleData", [OFFER] * 16),
    (10, "valueAddedModuleData.0.header", ...),
    (10, "valueAddedModuleData.0.uri", ...),
    (11, "validTimeInterval", {"end": {"date": "soon"}}),
    (11, "validTimeInterval", {"end": {"date": "2026-01-01"}}),
    (11, "validTimeInterval", {"end": {"date": "2026-02-30T00:00:00Z"}}),
    (11, "validTimeInterval", {"start": {"date": "2026-01-01T00:00:00"}, "end": END}),
    (11, "validTimeInterval", {"start": END, "end": END}),
    (12, "barcode", {"type": "QR", "value": "1"}),
    (12, "barcode", {"type": "TEXT_ONLY", "value": "1", "alternateText": "1"}),
    (12, "barcode.value", ""),
    (12, "barcode", {"type": "EAN_13", "value": "4006381333932"}),
    (12, "barcode", {"type": "EAN_8", "value": "96385075"}),
    (12, "barcode", {"type": "UPC_A", "value": "03600029145"}),
    (12, "barcode", {"type": "ITF_14", "value": "1540014128876a"}),
    (12, "barcode", {"type": "CODE_39", "value": "abc"}),
    (12, "barcode", {"type": "CODE_128", "value": "ключ"}),
    (12, "barcode", {"type": "CODABAR", "value": "A12E"}),
    (12, "barcode", {"type": "AZTEC", "value": "1", "renderEncoding": "UTF_8"}),
    (12, "rotatingBarcode.type", "AZTEC"),
    (12, "rotatingBarcode.valuePattern", ""),
    (12, "rotatingBarcode.valuePattern", "{totp_value_1}"),
    (12, "rotatingBarcode.valuePattern", "{totp_value}"),
    (12, f"{TOTP}.algorithm", ...),
    (12, f"{TOTP}.periodMillis", "half a minute"),
    (12, f"{TOTP}.periodMillis", 30000),
    (12, f"{TOTP}.parameters.0.key", "GEZDGNBV"),
    (12, f"{TOTP}.parameters.0.valueLength", 0),
    (13, "linksModuleData", {"uris": [{"uri": "shop.test"}]}),
    (13, "linksModuleData", {"uris": [{"uri": "javascript:alert(1)"}]}),
    (13, "valueAddedModuleData.0.uri", "shop.test/beans"),
    (13, "appLinkData.displayText", localized("x" * 31)),
    (13, "appLinkData.displayText", localized("x", ru="x" * 31)),
    (13, "appLinkData", {"displayText": localized("x")}),
    (13, "appLinkData.androidAppLinkInfo", {"appTarget": {}}),
    (13, "appLinkData.webAppLinkInfo.appTarget.targetUri.description", ...),
    (13, "appLinkData.webAppLinkInfo.appTarget.targetUri.uri", "shop.test"),
    (15, LINKED, [f"{ISSUER}.offer-{number}" for number in range(1, 52)]),
    (15, LINKED, [f"{ISSUER}.offer-1"] * 2),
    (15, LINKED, [f"{ISSUER}.offer-1", "9.offer"]),
    (15, LINKED, [f"{ISSUER}.offer-1", GOOD_OBJECT["id"]]),
    (16, "smartTapRedemptionValue", "ключ"),
    (17, "saveRestrictions.restrictToEmailSha256", "A" * 64),
    (17, "saveRestrictions", {}),
    (21, "imageModulesData.0.mainImage", image("0123456789abcdef0123456789abcdef.png")),
    (21, "heroImage", {"privateImageId": "face", "contentDescription": localized("x")}),
]
BROKEN_CLASSES: list[tuple[int, str, Any]] = [
    (0, "programLogos", {}),
    (1, "id", ISSUER),
    (2, "programLogo", ...),
    (2, "issuerName", ""),
    (3, "wordMark", {}),
    (3, "review", {}),
    (3, "allowMultipleUsersPerObject", False),
    (3, "locations", []),
    (3, "infoModuleData", {}),
    (3, "callbackOptions.updateRequestUrl", "https://shop.test"),
    (3, "classTemplateInfo.listTemplateOverride", {"thirdRowOption": {}}),
    (4, "multipleDevicesAndHoldersAllowedStatus", "oneUserAllDevices"),
    (4, "viewUnlockRequirement", "UNLOCK"),
    (4, "securityAnimation.animationType", "foilShimmer"),
    (4, "messages.0.messageType", "text"),
    (4, f"{ROWS}.2.threeItems.endItem.firstValue.fields.0.dateFormat", "dateOnly"),
    (5, "reviewStatus", "APPROVED"),
    (7, "hexBackgroundColor", "brown"),
    (7, "hexBackgroundColor", "#12345"),
    (8, "programLogo.sourceUri.uri", "http://shop.test/logo.png"),
    (8, "programLogo.sourceUri.uri", "http://127.0.0.1:1/logo.png"),
    (8, "programLogo.sourceUri.uri", "https:///logo.png"),
    (8, "heroImage.privateImageId", "x"),
    (8, "heroImage.contentDescription", ...),
    (9, "localizedProgramName", {"defaultValue": {"language": "english!", "value": "x"}}),
    (9, "localizedProgramName", "Bean Club"),
    (9, "programLogo.contentDescription", {}),
    (10, f"{ROWS}", [{"oneItem": {"item": item("object.accountName")}}] * 4),
    (10, f"{ROWS}.0", {}),
    (10, f"{ROWS}.0.oneItem", {"item": item("object.accountName")}),
    (10, f"{ROWS}.0.twoItems.endItem", ...),
    (10, f"{FIRST}", {"secondValue": {"fields": [{"fieldPath": "object.accountName"}]}}),
    (10, f"{FIRST}.firstValue.fields", []),
    (10, f"{FIRST}.firstValue.fields.0.fieldPath", ...),
    (10, f"{FIRST}.firstValue.fields.0.fieldPath", "loyaltyPoints.balance"),
    (10, f"{FIRST}.firstValue.fields.0.fieldPath", "object.loyaltyPoint"),
    (10, f"{FIRST}.firstValue.fields.0.fieldPath", "object.loyaltyPoints.points"),
    (10, f"{FIRST}.firstValue.fields.0.fieldPath", "object.textModulesData['a.b']"),
    (10, f"{FIRST}.firstValue.fields.0.fieldPath", "class.textModulesData['none']"),
    (10, f"{FIRST}.firstValue.fields.0.dateFormat", "DATE_ONLY"),
    (11, "messages.0.displayInterval.start.date", "tomorrow"),
    (11, "valueAddedModuleData.0.viewConstraints.displayInterval.start", {"date": "2027"}),
    (13, "homepageUri.uri", "shop.test"),
    (16, "redemptionIssuers", []),
    (16, "redemptionIssuers", ["Bean"]),
    (19, "callbackOptions", {"url": "http://shop.test/google/callback"}),
    (19, "callbackOptions", {}),
]
BROKEN_CLAIMS: list[tuple[str, Any]] = [
    ("aud", "Google"),
    ("typ", "JWT"),
    ("iss", ""),
    ("iat", str(int(NOW.timestamp()))),
    ("iat", True),
    ("iat", int(NOW.timestamp()) + 1),
    ("origins", []),
    ("origins", ["http://shop.test"]),
    ("origins", "https://shop.test"),
    ("payload", {}),
    ("payload.loyaltyObjects.0.accountName", "Anna"),
    ("payload.loyaltyObjects.0.id", "9.m"),
    ("payload.loyaltyClasses", [{"id": f"{ISSUER}.c"}]),
    ("payload.genericObjects", [{"id": f"{ISSUER}.g", "header": {}}]),
]
# (rule, function, body, more arguments): rules that need more than one document.
BROKEN_TOGETHER: list[tuple[int, Any, dict[str, Any], dict[str, Any]]] = [
    (1, linter.lint_object, GOOD_OBJECT, {"program": GOOD_CLASS | {"id": f"{ISSUER}.tea"}}),
    (1, linter.lint_object, GOOD_OBJECT, {"previous": GOOD_OBJECT | {"id": OTHER}}),
    (5, linter.lint_class, DRAFT, {"previous": GOOD_CLASS}),
    (5, linter.lint_class, DRAFT, {"previous": GOOD_CLASS | {"reviewStatus": "APPROVED"}}),
    (5, linter.lint_object, GOOD_OBJECT, {"program": DRAFT}),
    (10, linter.lint_class, GOOD_CLASS, {"sample": GOOD_OBJECT | {"textModulesData": []}}),
    (15, linter.lint_object, GOOD_OBJECT, {"previous": GOOD_OBJECT | {LINKED: [OTHER]}}),
    (15, linter.lint_object, GOOD_OBJECT, {"known": {}}),
    (15, linter.lint_object, GOOD_OBJECT, {"known": {f"{ISSUER}.offer-1": {LINKED: [OTHER]}}}),
    (
        15,
        linter.lint_object,
        GOOD_OBJECT,
        {"known": {f"{ISSUER}.offer-1": {}, OTHER: {LINKED: [GOOD_OBJECT["id"]]}}},
    ),
    (
        16,
        linter.lint_object,
        {key: value for key, value in GOOD_OBJECT.items() if key not in {"accountId", "barcode"}}
        | {"smartTapRedemptionValue": None},
        {"program": GOOD_CLASS},
    ),
    (21, linter.lint_object, GOOD_OBJECT, {"pictures": "https://shop.test/designs/tea/"}),
]
RING = {"notifyPreference": "NOTIFY_ON_UPDATE"}
POINTS = {"loyaltyPoints": {"balance": {"int": 130, "string": None}}}
# (side, body, more arguments): PATCHes that were meant to ring and will not.
BROKEN_PATCHES: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    ("object", POINTS, {}),
    ("object", RING | {"accountName": "Anna"}, {}),
    ("object", RING | {"loyaltyPoints": {"label": "Points"}}, {}),
    ("object", RING | {"rewardsTier": "Gold"}, {}),
    ("class", RING | POINTS, {}),
    ("object", RING | POINTS, {"previous": {"loyaltyPoints": {"balance": {"int": 130}}}}),
    ("object", RING | POINTS, {"sent": [NOW, NOW, NOW - timedelta(hours=23)], "now": NOW}),
]


def broken(rule: int, found: list[Finding]) -> None:
    """Expect errors of one rule only; the schema may mind as well."""
    assert {one.rule for one in linter.errors(found)} - ({0} if rule else set()) == {rule}
    assert all(one.mend and one.where and one.what for one in found)
    assert f"(rule {rule})" in "\n".join(map(str, found))


def test_good_documents_are_good() -> None:
    known = {f"{ISSUER}.offer-1": {}, GOOD_OBJECT["id"]: GOOD_OBJECT}
    assert linter.lint_class(GOOD_CLASS, ISSUER, strict=True, sample=GOOD_OBJECT) == []
    assert linter.lint_class(DRAFT, ISSUER, strict=True, previous=DRAFT) == []
    assert (
        linter.lint_object(
            GOOD_OBJECT,
            ISSUER,
            strict=True,
            program=GOOD_CLASS,
            previous=GOOD_OBJECT | {LINKED: []},
            known=known,
            pictures=PICTURES,
        )
        == []
    )
    assert linter.lint_save_claims(GOOD_CLAIMS, 900, ISSUER, NOW) == []


def plain_image(name: str) -> dict[str, Any]:
    described = {"defaultValue": {"language": "en-US", "value": name}}
    return {"sourceUri": {"uri": f"https://shop.test/{name}.jpg"}, "contentDescription": described}


# The members that Google's own loyalty sample sends, with values of our own.
SAMPLE_CLASS = {
    "id": f"{ISSUER}.tea_house",
    "issuerName": "Tea House",
    "reviewStatus": "UNDER_REVIEW",
    "programName": "Leaves",
    "programLogo": plain_image("logo"),
}
SAMPLE_OBJECT = {
    "id": f"{ISSUER}.tea_guest-1",
    "classId": f"{ISSUER}.tea_house",
    "state": "ACTIVE",
    "heroImage": plain_image("hero"),
    "textModulesData": [{"header": "Hours", "body": "9 to 5", "id": "HOURS"}],
    "linksModuleData": {
        "uris": [
            {"uri": "http://maps.google.com/?q=52.5,13.4", "description": "Map", "id": "MAP"},
            {"uri": "tel:6505550123", "description": "Call", "id": "CALL"},
        ]
    },
    "imageModulesData": [{"mainImage": plain_image("shop"), "id": "SHOP"}],
    "barcode": {"type": "QR_CODE", "value": "1234"},
    "accountId": "tea-1",
    "accountName": "Ann Example",
    "loyaltyPoints": {"label": "Leaves", "balance": {"int": 800}},
}


def test_the_payload_of_googles_sample_is_good_but_for_what_it_sends_in_vain() -> None:
    assert linter.lint_class(SAMPLE_CLASS, ISSUER, strict=True) == []
    assert linter.lint_object(SAMPLE_OBJECT, ISSUER, strict=True, program=SAMPLE_CLASS) == []
    # The sample sends locations, which Google has replaced by merchantLocations.
    old = SAMPLE_OBJECT | {"locations": [{"latitude": 52.5, "longitude": 13.4}]}
    found = linter.lint_object(old, ISSUER, strict=True)
    assert [(one.rule, one.where) for one in found] == [(3, "locations")]


@pytest.mark.parametrize(("rule", "path", "value"), BROKEN_OBJECTS)
def test_each_broken_rule_of_an_object_is_found(rule: int, path: str, value: Any) -> None:
    broken(rule, linter.lint_object(change(GOOD_OBJECT, path, value), ISSUER, strict=True))


@pytest.mark.parametrize(("rule", "path", "value"), BROKEN_CLASSES)
def test_each_broken_rule_of_a_class_is_found(rule: int, path: str, value: Any) -> None:
    broken(rule, linter.lint_class(change(GOOD_CLASS, path, value), ISSUER, strict=True))


@pytest.mark.parametrize(("rule", "judge", "body", "others"), BROKEN_TOGETHER)
def test_each_rule_between_documents_is_found(
    rule: int, judge: Any, body: dict[str, Any], others: dict[str, Any]
) -> None:
    broken(rule, judge(body, ISSUER, **others))


@pytest.mark.parametrize(("side", "body", "others"), BROKEN_PATCHES)
def test_each_patch_that_would_not_ring_is_found(
    side: Any, body: dict[str, Any], others: dict[str, Any]
) -> None:
    broken(20, linter.lint_patch(body, side, strict=True, **others))


def test_a_patch_that_rings_is_good() -> None:
    before = {"loyaltyPoints": {"balance": {"int": 120}}}
    sent = [NOW, NOW, NOW - timedelta(hours=24)]
    ring = linter.lint_patch(RING | POINTS, "object", previous=before, sent=sent, now=NOW)
    assert ring == []
    assert linter.lint_patch(RING | {"rewardsTier": "Gold"}, "class", strict=True) == []
    # What is only likely to ring is not called wrong, since nobody could verify it.
    second = RING | {"secondaryLoyaltyPoints": {"balance": {"int": 1}}}
    found = linter.lint_patch(second, "object")
    assert [(one.rule, one.level) for one in found] == [(20, "warning")]


@pytest.mark.parametrize(("path", "value"), BROKEN_CLAIMS)
def test_each_broken_save_claim_is_found(path: str, value: Any) -> None:
    found = linter.lint_save_claims(change(GOOD_CLAIMS, path, value), 900, ISSUER, NOW)
    assert {one.rule for one in found} == {18}
    assert all(one.level == "error" and one.mend for one in found)


def test_what_nobody_could_verify_is_a_warning() -> None:
    over = GOOD_CLAIMS | {"exp": int(NOW.timestamp())}
    found = linter.lint_save_claims(over, 900, ISSUER, NOW)
    assert [(one.rule, one.level) for one in found] == [(18, "warning")]


def test_every_rule_can_fire() -> None:
    fired = {rule for rule, _, _ in (*BROKEN_OBJECTS, *BROKEN_CLASSES)}
    fired |= {rule for rule, _, _, _ in BROKEN_TOGETHER} | ({18} if BROKEN_CLAIMS else set())
    fired |= {20} if BROKEN_PATCHES else set()
    fired |= {14}  # test_soft_lengths_are_warnings
    assert fired == set(range(22))
