from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.wallet import pages
from passes.google import linter, objects, save_link

ISSUER = "3388000000012345678"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def change(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with the member at a dotted path set, or removed when value is ..."""
    changed = deepcopy(body)
    *way, last = path.split(".")
    node: Any = changed
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return changed


LOCALIZED = {"defaultValue": {"language": "en", "value": "x"}}
TWICE = LOCALIZED | {"translatedValues": [{"language": "en", "value": "y"}]}
MODULE = {"id": "a", "header": "h", "body": "b"}
END = {"date": "2026-01-01T00:00:00Z"}

BROKEN_OBJECTS = [
    (1, "id", "coffee"),
    (1, "id", "9.m"),
    (1, "classId", "9.coffee"),
    (2, "state", ...),
    (3, "hasUsers", True),
    (3, "classReference", {}),
    (4, "state", "active"),
    (6, "loyaltyPoints.balance", {}),
    (6, "loyaltyPoints.balance", {"int": 1, "string": "1"}),
    (6, "loyaltyPoints.balance", {"int": 2**31}),
    (6, "loyaltyPoints.balance", {"int": True}),
    (6, "loyaltyPoints.balance", {"money": {"currencyCode": "EURO", "micros": "1"}}),
    (6, "loyaltyPoints.balance", {"money": {"currencyCode": "EUR", "micros": 1}}),
    (9, "textModulesData.0.localizedHeader", TWICE),
    (9, "textModulesData.0.localizedHeader", {"translatedValues": []}),
    (10, "textModulesData.0.id", "with.dot"),
    (10, "textModulesData", [MODULE, MODULE]),
    (10, "textModulesData", [MODULE | {"id": str(number)} for number in range(11)]),
    (10, "merchantLocations", [{"latitude": 91, "longitude": 0}]),
    (10, "merchantLocations", [{"latitude": 1, "longitude": 0}] * 11),
    (10, "messages", [{}] * 11),
    (11, "validTimeInterval", {"end": {"date": "soon"}}),
    (11, "validTimeInterval", {"start": {"date": "2026-01-01T00:00:00"}, "end": END}),
    (11, "validTimeInterval", {"start": END, "end": END}),
    (12, "barcode.type", "QR"),
    (12, "barcode.type", "TEXT_ONLY"),
    (12, "barcode.value", ""),
    (13, "linksModuleData", {"uris": [{"uri": "shop.test"}]}),
]
BROKEN_CLASSES = [
    (2, "programLogo", ...),
    (2, "issuerName", ""),
    (3, "wordMark", {}),
    (4, "multipleDevicesAndHoldersAllowedStatus", "oneUserAllDevices"),
    (5, "reviewStatus", "APPROVED"),
    (7, "hexBackgroundColor", "brown"),
    (8, "programLogo.sourceUri.uri", "http://shop.test/logo.png"),
    (8, "programLogo.sourceUri.uri", "http://127.0.0.1:1/logo.png"),
    (8, "heroImage.privateImageId", "x"),
    (8, "heroImage.contentDescription", ...),
    (9, "localizedProgramName", {"defaultValue": {"language": "english!", "value": "x"}}),
    (19, "callbackOptions", {"url": "http://shop.test/google/callback"}),
]


@pytest.mark.parametrize(("rule", "path", "value"), BROKEN_OBJECTS)
def test_each_broken_rule_of_an_object_is_found(
    world: Any, rule: int, path: str, value: Any
) -> None:
    good = objects.loyalty_object(world.card(), world.look, ISSUER, NOW)
    assert [one for one in linter.lint_object(good, ISSUER) if one.level == "error"] == []
    found = linter.lint_object(change(good, path, value), ISSUER)
    assert {one.rule for one in found if one.level == "error"} == {rule}
    assert all(one.mend and one.where and str(rule) in str(one) for one in found)


@pytest.mark.parametrize(("rule", "path", "value"), BROKEN_CLASSES)
def test_each_broken_rule_of_a_class_is_found(world: Any, rule: int, path: str, value: Any) -> None:
    good = objects.loyalty_class(world.face, world.look, ISSUER)
    assert linter.lint_class(good, ISSUER) == []
    found = linter.lint_class(change(good, path, value), ISSUER)
    assert {one.rule for one in found if one.level == "error"} == {rule}


def test_loopback_pictures_only_where_asked_for(world: Any) -> None:
    body = objects.loyalty_class(world.face, world.look, ISSUER)
    local = change(body, "programLogo.sourceUri.uri", "http://127.0.0.1:4000/logo.png")
    assert linter.lint_class(local, ISSUER, loopback_images=True) == []
    public = change(body, "programLogo.sourceUri.uri", "http://shop.test/logo.png")
    assert linter.lint_class(public, ISSUER, loopback_images=True)


def test_long_texts_are_warnings(world: Any) -> None:
    body = objects.loyalty_class(world.face, world.look, ISSUER)
    found = linter.lint_class(body | {"programName": "x" * 21}, ISSUER)
    assert [(one.rule, one.level) for one in found] == [(14, "warning")]


GOOD_CLAIMS = {
    "iss": "a@b.test",
    "aud": "google",
    "typ": "savetowallet",
    "iat": int(NOW.timestamp()),
    "origins": ["https://shop.test"],
    "payload": {"loyaltyObjects": [{"id": f"{ISSUER}.m", "classId": f"{ISSUER}.c"}]},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("aud", "Google"),
        ("typ", "JWT"),
        ("iss", ""),
        ("iat", str(int(NOW.timestamp()))),
        ("iat", int(NOW.timestamp()) + 1),
        ("exp", int(NOW.timestamp())),
        ("origins", []),
        ("payload", {}),
        ("payload.loyaltyObjects.0.accountName", "Anna"),
    ],
)
def test_each_broken_save_claim_is_found(path: str, value: Any) -> None:
    assert linter.lint_save_claims(GOOD_CLAIMS, 900, ISSUER, NOW) == []
    found = linter.lint_save_claims(change(GOOD_CLAIMS, path, value), 900, ISSUER, NOW)
    assert [one.rule for one in found] == [18]
    assert found[0].mend


def test_a_save_token_may_be_as_long_as_the_link_allows() -> None:
    limit = save_link.LENGTH_LIMIT
    assert limit == linter.LONGEST_TOKEN == pages.LONGEST_TOKEN
    assert linter.lint_save_claims(GOOD_CLAIMS, limit, ISSUER, NOW) == []
    assert linter.lint_save_claims(GOOD_CLAIMS, limit + 1, ISSUER, NOW)
