"""PATCH bodies that say everything: what is not drawn any more is taken away. Pure.

Google merges a PATCH: objects member by member, arrays are replaced whole, and null deletes. So a
member that merely stays out of the body keeps what an earlier state said, at any depth: a barcode
its old caption, an interval its old start. Every member of ours that is not drawn is sent as null.

Source of the members: Google's discovery document ``walletobjects.v1`` (revision 20260806).
"""

from __future__ import annotations

from typing import Any, Final

from passes.google import objects

Json = dict[str, Any]

CLASS_MEMBERS: Final = (
    *("accountIdLabel", "accountNameLabel", "appLinkData", "callbackOptions", "classTemplateInfo"),
    *("countryCode", "heroImage", "hexBackgroundColor", "homepageUri", "imageModulesData"),
    *("linksModuleData", "localizedAccountIdLabel", "localizedAccountNameLabel"),
    *("localizedIssuerName", "localizedProgramName", "localizedRewardsTier"),
    *("localizedRewardsTierLabel", "merchantLocations", "rewardsTier", "rewardsTierLabel"),
    *("securityAnimation", "textModulesData", "valueAddedModuleData", "viewUnlockRequirement"),
    "wideProgramLogo",
)
"""What a class of ours may show and may leave out again. Not among them: messages, and what is
agreed with Google outside of this system (Smart Tap, enrolment from Wallet, reviews)."""

_TEXT: Final = ("defaultValue", "translatedValues")
_POINTS: Final = ("label", "localizedLabel", "balance")
_IMAGE: Final = ("sourceUri", "contentDescription")
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "appLinkData": ("androidAppLinkInfo", "webAppLinkInfo", "displayText"),
    "androidAppLinkInfo": ("appTarget",),
    "webAppLinkInfo": ("appTarget",),
    "appTarget": ("packageName", "targetUri"),
    "balance": objects.BALANCE_KINDS,
    "barcode": ("type", "value", "alternateText", "renderEncoding", "showCodeText"),
    "callbackOptions": ("url",),
    "cardBarcodeSectionDetails": ("firstTopDetail", "secondTopDetail", "firstBottomDetail"),
    "cardTemplateOverride": ("cardRowTemplateInfos",),
    "classTemplateInfo": (
        *("cardTemplateOverride", "cardBarcodeSectionDetails", "detailsTemplateOverride"),
        "listTemplateOverride",
    ),
    "contentDescription": _TEXT,
    "detailsTemplateOverride": ("detailsItemInfos",),
    "displayText": _TEXT,
    "groupingInfo": ("groupingId", "sortIndex"),
    "heroImage": _IMAGE,
    "homepageUri": ("uri", "description", "id", "localizedDescription"),
    "linksModuleData": ("uris",),
    "listTemplateOverride": ("firstRowOption", "secondRowOption"),
    "loyaltyPoints": _POINTS,
    "passConstraints": ("screenshotEligibility", "nfcConstraint"),
    "programLogo": _IMAGE,
    "secondaryLoyaltyPoints": _POINTS,
    "securityAnimation": ("animationType",),
    "showCodeText": _TEXT,
    "targetUri": ("uri", "description", "id", "localizedDescription"),
    "validTimeInterval": ("start", "end"),
    "wideProgramLogo": _IMAGE,
}


def object_patch(drawn: Json, *, notify: bool = False) -> Json:
    """Return the PATCH body that brings an object to `drawn`, whatever it shows now.

    See `passes.google.objects.patch_of` for the members, and for `notify`.
    """
    return _explicit(objects.patch_of(drawn, notify=notify))


def class_patch(drawn: Json) -> Json:
    """Return the PATCH body that brings a class to `drawn`, whatever it shows now.

    ``reviewStatus`` stays as drawn, ``UNDER_REVIEW``: an approved class has to be sent as such with
    every change, and none ever goes back to ``DRAFT``.
    """
    return _explicit(dict.fromkeys(CLASS_MEMBERS) | drawn)


def _explicit(body: Json) -> Json:
    return {name: _whole(name, value) for name, value in body.items()}


def _whole(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    parts = dict.fromkeys(_PARTS.get(name, _TEXT if name.startswith("localized") else ()))
    return _explicit(parts | value)
