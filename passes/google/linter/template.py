"""Rule 10, the template of a class: rows, items, and paths that lead to something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error, warning
from passes.google.json_access import Json, items, members, table, tables
from passes.google.linter.modules import MODULE_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ROWS: Final = 3
ROWS: Final = {
    "oneItem": ("item",),
    "twoItems": ("startItem", "endItem"),
    "threeItems": ("startItem", "middleItem", "endItem"),
}
_SELECTORS: Final = ("firstValue", "secondValue")

# What a path may go through: members of the discovery document by the type they belong to. Types
# that are not written out here are leaves; lists are named by id: textModulesData['news'].
_BOTH: Final = {
    "appLinkData": "AppLinkData",
    "heroImage": "Image",
    "id": "",
    "imageModulesData": "ImageModuleData",
    "infoModuleData": "InfoModuleData",
    "kind": "",
    "linksModuleData": "LinksModuleData",
    "locations": "",
    "merchantLocations": "",
    "messages": "",
    "notifyPreference": "",
    "textModulesData": "TextModuleData",
    "valueAddedModuleData": "ValueAddedModuleData",
    "version": "",
}
TYPES: Final[dict[str, dict[str, str]]] = {
    "class": {
        **_BOTH,
        **dict.fromkeys(
            (
                *("accountIdLabel", "accountNameLabel", "allowMultipleUsersPerObject"),
                *("callbackOptions", "classTemplateInfo", "countryCode", "discoverableProgram"),
                *("enableSmartTap", "hexBackgroundColor", "issuerName", "programName"),
                *("multipleDevicesAndHoldersAllowedStatus", "redemptionIssuers", "review"),
                *("reviewStatus", "rewardsTier", "rewardsTierLabel", "secondaryRewardsTier"),
                *("secondaryRewardsTierLabel", "securityAnimation", "viewUnlockRequirement"),
                *("localizedAccountIdLabel", "localizedAccountNameLabel", "localizedIssuerName"),
                *("localizedProgramName", "localizedRewardsTier", "localizedRewardsTierLabel"),
                *("localizedSecondaryRewardsTier", "localizedSecondaryRewardsTierLabel"),
            ),
            "",
        ),
        **dict.fromkeys(("programLogo", "wideProgramLogo", "wordMark"), "Image"),
        "homepageUri": "Uri",
    },
    "object": {
        **_BOTH,
        **dict.fromkeys(
            (
                *("accountId", "accountName", "classId", "classReference", "groupingInfo"),
                *("disableExpirationNotification", "hasLinkedDevice", "hasUsers", "state"),
                *("linkedObjectIds", "linkedOfferIds", "passConstraints", "rotatingBarcode"),
                *("saveRestrictions", "smartTapRedemptionValue"),
            ),
            "",
        ),
        "barcode": "Barcode",
        "loyaltyPoints": "LoyaltyPoints",
        "secondaryLoyaltyPoints": "LoyaltyPoints",
        "validTimeInterval": "TimeInterval",
    },
    "Barcode": dict.fromkeys(
        ("alternateText", "kind", "renderEncoding", "showCodeText", "type", "value"), ""
    ),
    "LoyaltyPoints": {"balance": "LoyaltyPointsBalance", "label": "", "localizedLabel": ""},
    "LoyaltyPointsBalance": {"double": "", "int": "", "money": "Money", "string": ""},
    "Money": dict.fromkeys(("currencyCode", "kind", "micros"), ""),
    "TimeInterval": {"end": "DateTime", "kind": "", "start": "DateTime"},
    "DateTime": {"date": ""},
    "TextModuleData": dict.fromkeys(
        ("body", "header", "id", "localizedBody", "localizedHeader"), ""
    ),
    "ImageModuleData": {"id": "", "mainImage": "Image"},
    "LinksModuleData": {"uris": "Uri"},
    "Uri": dict.fromkeys(("description", "id", "kind", "localizedDescription", "uri"), ""),
}
_STEP: Final = re.compile(r"([A-Za-z]+)(?:\['([^']*)'\])?")
_DATES: Final = frozenset(("DateTime",))


def check(body: Json, sample: Json | None) -> Iterator[Finding]:
    """Check the template of a class.

    `sample` is an object that has everything a card can have: with it, a path that names a module
    of the object must find one. A single card may lack what a row shows; Google skips it then.
    """
    override = table(table(body, "classTemplateInfo"), "cardTemplateOverride")
    base = "classTemplateInfo.cardTemplateOverride"
    rows = items(override, "cardRowTemplateInfos")
    if len(rows) > MOST_ROWS:
        mend = "keep the most important ones"
        yield error(10, f"{base}.cardRowTemplateInfos", f"more than {MOST_ROWS} rows", mend)
    for where, row in tables(override, "cardRowTemplateInfos", base):
        yield from _row(where, row)
    for where, names, value in members(table(body, "classTemplateInfo"), "classTemplateInfo"):
        if names[-1] in _ITEMS and isinstance(value, dict):
            yield from _item(where, value)
        if names[-1] == "fields" and isinstance(value, list):
            for path, field in tables({"fields": value}, "fields"):
                yield from _field(where + path.removeprefix("fields"), field, body, sample)


def _row(where: str, row: Json) -> Iterator[Finding]:
    kinds = [kind for kind in ROWS if row.get(kind) is not None]
    if len(kinds) != 1:
        mend = f"send exactly one of {', '.join(ROWS)}"
        yield error(10, where, f"a row of {len(kinds)} kinds", mend)
    for kind in kinds:
        for name in ROWS[kind]:
            if not table(row[kind], name):
                mend = "put an item there, or use a row with fewer"
                yield error(10, f"{where}.{kind}.{name}", "an empty place", mend)


_ITEMS: Final = frozenset(("item", "startItem", "middleItem", "endItem"))


def _item(where: str, item: Json) -> Iterator[Finding]:
    chosen = [name for name in ("firstValue", "predefinedItem") if item.get(name) is not None]
    if item.get("secondValue") is not None and "firstValue" not in chosen:
        yield error(10, where, "a secondValue without firstValue", "give it a firstValue")
    elif len(chosen) != 1:
        yield error(10, where, "not one value", "give it a firstValue")
    if "predefinedItem" in chosen:
        mend = "use firstValue"
        yield warning(10, f"{where}.predefinedItem", "only flights have these", mend)
    for name in _SELECTORS:
        if item.get(name) is not None and not items(item[name], "fields"):
            yield error(10, f"{where}.{name}", "selects nothing", "name at least one field")


def _field(where: str, field: Json, body: Json, sample: Json | None) -> Iterator[Finding]:
    path = field.get("fieldPath")
    found = _resolve(path, body, sample)
    if isinstance(found, str):
        mend = "name a member such as object.loyaltyPoints.balance or object.textModulesData['id']"
        yield error(10, f"{where}.fieldPath", found, mend)
    elif field.get("dateFormat") is not None and not found:
        yield error(10, f"{where}.dateFormat", "not a date", "leave the format out")


def _resolve(path: Any, body: Json, sample: Json | None) -> str | bool:
    """Return what is wrong with a path, or else whether it leads to a date."""
    if not isinstance(path, str):
        return "no path"
    side, *steps = _split(path)
    if side not in {"class", "object"} or not steps:
        return f"{path!r} does not begin with class. or object."
    document, kind = (body if side == "class" else sample), side
    date = False
    for step in steps:
        match = _STEP.fullmatch(step)
        known = TYPES.get(kind, {})
        if match is None or match[1] not in known:
            return f"{path!r} names {step!r}, which is nothing of {kind or 'a text'}"
        kind = known[match[1]]
        date = date or kind in _DATES
        entries = items(document, match[1])
        if match[2] is not None:
            if not MODULE_ID.fullmatch(match[2]):
                return f"{path!r} names an id that no module can have"
            ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
            if document is not None and match[2] not in ids:
                return f"{path!r} names a module that is not there"
            document = None  # what is inside a module is its own affair
        elif document is not None:
            document = table(document, match[1])
    return date


def _split(path: str) -> list[str]:
    """Split at dots, but not inside brackets: a wrong id is to be told as one."""
    return re.findall(r"(?:\[[^\]]*\]|[^.\[])+", path)
