"""A class, an object and a save token with everything in them, written by hand from the reference.

They are the linter's positive examples: each rule's negative examples change one thing in them.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

ISSUER = "3388000000012345678"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def localized(value: str, **others: str) -> dict[str, Any]:
    text: dict[str, Any] = {"defaultValue": {"language": "en", "value": value}}
    if others:
        text["translatedValues"] = [
            {"language": language, "value": other} for language, other in others.items()
        ]
    return text


def image(name: str) -> dict[str, Any]:
    address = f"https://shop.test/designs/coffee/{name}"
    return {"sourceUri": {"uri": address}, "contentDescription": localized("Bean", ru="Боб")}


def item(*paths: str) -> dict[str, Any]:
    return {"firstValue": {"fields": [{"fieldPath": path} for path in paths]}}


OFFER = {"header": localized("Beans"), "uri": "https://shop.test/beans", "image": image("b.png")}
BUTTON = {
    "displayText": localized("Order ahead", ru="Заказать"),
    "androidAppLinkInfo": {"appTarget": {"packageName": "com.example.bean"}},
    "webAppLinkInfo": {
        "appTarget": {"targetUri": {"uri": "https://shop.test/order", "description": "Order"}}
    },
}
GOOD_CLASS: dict[str, Any] = {
    "id": f"{ISSUER}.coffee",
    "issuerName": "Bean",
    "localizedIssuerName": localized("Bean", ru="Боб"),
    "programName": "Bean Club",
    "localizedProgramName": localized("Bean Club", ru="Клуб «Боб»"),
    "programLogo": image("logo.png"),
    "wideProgramLogo": image("wide.png"),
    "heroImage": image("hero.png"),
    "hexBackgroundColor": "#4a2c1d",
    "reviewStatus": "UNDER_REVIEW",
    "countryCode": "US",
    "accountNameLabel": "Member",
    "accountIdLabel": "Card",
    "multipleDevicesAndHoldersAllowedStatus": "ONE_USER_ALL_DEVICES",
    "viewUnlockRequirement": "UNLOCK_NOT_REQUIRED",
    "securityAnimation": {"animationType": "FOIL_SHIMMER"},
    "callbackOptions": {"url": "https://shop.test/google/callback"},
    "enableSmartTap": True,
    "redemptionIssuers": [ISSUER],
    "homepageUri": {"uri": "https://shop.test", "description": "Bean"},
    "appLinkData": BUTTON,
    "linksModuleData": {
        "uris": [
            {"id": "web", "uri": "https://shop.test/join/coffee", "description": "Rules"},
            {"id": "call", "uri": "tel:+15550100", "description": "Call"},
            {"id": "write", "uri": "mailto:hello@shop.test", "description": "Write"},
            {"id": "map", "uri": "geo:52.5,13.4", "description": "Map"},
        ]
    },
    "textModulesData": [
        {
            "id": "rules",
            "header": "Rules",
            "body": "1 point for 1 EUR.",
            "localizedHeader": localized("Rules", ru="Правила"),
        }
    ],
    "imageModulesData": [{"id": "shop", "mainImage": image("shop.png")}],
    "valueAddedModuleData": [
        OFFER | {"viewConstraints": {"displayInterval": {"end": {"date": "2027-01-01T00:00:00Z"}}}}
    ],
    "merchantLocations": [{"latitude": 52.5, "longitude": 13}],
    "messages": [
        {
            "id": "m1",
            "header": "News",
            "body": "Open on Sunday",
            "messageType": "TEXT",
            "displayInterval": {"start": {"date": "2026-11-20T12:00:00.123456789Z"}},
        }
    ],
    "classTemplateInfo": {
        "cardTemplateOverride": {
            "cardRowTemplateInfos": [
                {
                    "twoItems": {
                        "startItem": item("object.loyaltyPoints.balance"),
                        "endItem": item(
                            "object.secondaryLoyaltyPoints.balance", "object.accountName"
                        ),
                    }
                },
                {
                    "oneItem": {
                        "item": item("object.textModulesData['next']")
                        | {"secondValue": {"fields": [{"fieldPath": "class.programName"}]}}
                    }
                },
                {
                    "threeItems": {
                        "startItem": item("class.textModulesData['rules'].body"),
                        "middleItem": item("object.loyaltyPoints.balance.money.micros"),
                        "endItem": {
                            "firstValue": {
                                "fields": [
                                    {
                                        "fieldPath": "object.validTimeInterval.end",
                                        "dateFormat": "DATE_ONLY",
                                    }
                                ]
                            }
                        },
                    }
                },
            ]
        },
        "cardBarcodeSectionDetails": {
            "firstTopDetail": {"fieldSelector": {"fields": [{"fieldPath": "object.accountId"}]}}
        },
    },
}
GOOD_OBJECT: dict[str, Any] = {
    "id": f"{ISSUER}.0123456789abcdef0123456789abcdef",
    "classId": f"{ISSUER}.coffee",
    "state": "ACTIVE",
    "accountId": "00012345",
    "accountName": "Anna",
    "loyaltyPoints": {
        "label": "Points",
        "localizedLabel": localized("Points", ru="Баллы"),
        "balance": {"int": 120},
    },
    "secondaryLoyaltyPoints": {
        "label": "Credit",
        "balance": {"money": {"currencyCode": "EUR", "micros": "12500000"}},
    },
    "barcode": {
        "type": "QR_CODE",
        "value": "00012345",
        "alternateText": "0001 2345",
        "renderEncoding": "UTF_8",
        "showCodeText": localized("Show the code"),
    },
    "rotatingBarcode": {
        "type": "QR_CODE",
        "valuePattern": "00012345.{totp_value_0}.{totp_timestamp_millis}",
        "totpDetails": {
            "algorithm": "TOTP_SHA1",
            "periodMillis": "30000",
            "parameters": [{"key": "3132333435363738393031323334353637383930", "valueLength": 8}],
        },
    },
    "smartTapRedemptionValue": "00012345",
    "heroImage": image("hero-3.png"),
    "imageModulesData": [{"mainImage": image("shop.png")}],
    "textModulesData": [{"id": "next", "header": "Next", "body": "3 more points"}],
    "linksModuleData": {"uris": [{"uri": "https://shop.test/c", "description": "Card"}]},
    "valueAddedModuleData": [OFFER],
    "appLinkData": BUTTON,
    "merchantLocations": [{"latitude": -90.0, "longitude": 180.0}],
    "validTimeInterval": {
        "start": {"date": "2026-01-01T00:00:00+00:00"},
        "end": {"date": "2027-01-01T00:00:00+01:00"},
    },
    "groupingInfo": {"groupingId": f"{ISSUER}.coffee", "sortIndex": 0},
    "linkedObjectIds": [f"{ISSUER}.offer-1"],
    "passConstraints": {"screenshotEligibility": "INELIGIBLE", "nfcConstraint": ["BLOCK_PAYMENT"]},
    "saveRestrictions": {
        "restrictToEmailSha256": "31c5543c1734d25c7206f5fd591525d0295bec6fe84ff82f946a34fe970a1e66"
    },
}
GOOD_CLAIMS: dict[str, Any] = {
    "iss": "a@b.test",
    "aud": "google",
    "typ": "savetowallet",
    "iat": int(NOW.timestamp()),
    "origins": ["https://shop.test"],
    "payload": {"loyaltyObjects": [{"id": f"{ISSUER}.m", "classId": f"{ISSUER}.c"}]},
}


def change(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with the member at a dotted path set, or removed when value is ..."""
    changed = deepcopy(body)
    *way, last = path.split(".")
    node: Any = changed
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    if value is ...:
        del node[last]
    elif isinstance(node, list):
        node[int(last)] = value
    else:
        node[last] = value
    return changed
