"""Rules 9 and 14: localised texts, and lengths that Google cuts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error, warning
from passes.google.json_access import Json, ends_of, items, members

if TYPE_CHECKING:
    from collections.abc import Iterator

# RFC 5646, section 2.1, without the grandfathered tags: nobody speaks those on a phone.
_LANGUAGE: Final = re.compile(
    r"""(?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4,8} )   # language, extended language
        (?:-[a-z]{4})?                                       # script
        (?:-(?:[a-z]{2}|[0-9]{3}))?                          # region
        (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*             # variants
        (?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*                  # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?                           # private use""",
    re.VERBOSE | re.IGNORECASE,
)
_LOCALIZED_ENDS: Final = (
    *(("contentDescription",), ("displayText",), ("showCodeText",)),
    *(("valueAddedModuleData", "header"), ("valueAddedModuleData", "body")),
)
# Discovery document: "recommended maximum length", or what is truncated. By the end of the way.
SOFT_LENGTHS: Final[dict[tuple[str, str], int]] = {
    ("", "issuerName"): 20,
    ("", "localizedIssuerName"): 20,
    ("", "programName"): 20,
    ("", "localizedProgramName"): 20,
    ("", "accountNameLabel"): 15,
    ("", "localizedAccountNameLabel"): 15,
    ("", "accountIdLabel"): 15,
    ("", "localizedAccountIdLabel"): 15,
    ("", "rewardsTier"): 7,
    ("", "localizedRewardsTier"): 7,
    ("", "rewardsTierLabel"): 9,
    ("", "localizedRewardsTierLabel"): 9,
    ("", "accountId"): 20,
    ("", "accountName"): 20,
    ("loyaltyPoints", "label"): 9,
    ("loyaltyPoints", "localizedLabel"): 9,
    ("secondaryLoyaltyPoints", "label"): 9,
    ("secondaryLoyaltyPoints", "localizedLabel"): 9,
    ("balance", "string"): 7,
    ("textModulesData", "header"): 35,
    ("textModulesData", "localizedHeader"): 35,
    ("textModulesData", "body"): 500,
    ("textModulesData", "localizedBody"): 500,
    ("uris", "description"): 20,
    ("uris", "localizedDescription"): 20,
    ("homepageUri", "description"): 20,
    ("valueAddedModuleData", "header"): 60,
    ("valueAddedModuleData", "body"): 50,
}


def check(body: Json) -> Iterator[Finding]:
    """Check every localised text, and the length of every text that Google may cut."""
    for where, names, value in members(body):
        ends = ends_of(names)
        if _is_localized(ends, value):
            yield from _localized(where, value)
        if ends[1] in SOFT_LENGTHS:
            yield from _lengths(where, value, SOFT_LENGTHS[ends[1]])


def texts_of(value: Any) -> list[tuple[str, str]]:
    """Return (path from here, text) for a plain or a localised text."""
    if isinstance(value, str):
        return [("", value)]
    if not isinstance(value, dict):
        return []
    found = [(".defaultValue.value", value.get("defaultValue"))]
    found += [
        (f".translatedValues[{index}].value", one)
        for index, one in enumerate(items(value, "translatedValues"))
    ]
    return [
        (path, one["value"])
        for path, one in found
        if isinstance(one, dict) and isinstance(one.get("value"), str)
    ]


def _is_localized(ends: tuple[tuple[str, ...], tuple[str, str]], value: Any) -> bool:
    return (
        ends[0][0].startswith("localized")
        or any(end in _LOCALIZED_ENDS for end in ends)
        or (isinstance(value, dict) and not value.keys().isdisjoint(_LOCALIZED_KEYS))
    )


_LOCALIZED_KEYS: Final = frozenset(("defaultValue", "translatedValues"))


def _localized(where: str, value: Any) -> Iterator[Finding]:
    default = value.get("defaultValue") if isinstance(value, dict) else None
    if not isinstance(default, dict) or not default.get("value"):
        yield error(9, where, "no defaultValue", "say the text in the default language")
    for index, one in enumerate(items(value, "translatedValues")):
        if isinstance(one, dict) and not one.get("value"):
            mend = "say it in that language, or leave the language out"
            yield error(9, f"{where}.translatedValues[{index}]", "a translation without text", mend)
    texts = [one for one in (default, *items(value, "translatedValues")) if isinstance(one, dict)]
    languages = [str(one.get("language")) for one in texts]
    if any(not _LANGUAGE.fullmatch(language) for language in languages):
        yield error(9, where, "not a language tag", "use BCP 47, such as en or ru")
    if len({language.casefold() for language in languages}) != len(languages):
        yield error(9, where, "a language twice", "keep one text for each language")


def _lengths(where: str, value: Any, limit: int) -> Iterator[Finding]:
    for path, text in texts_of(value):
        if len(text) > limit:
            what = f"{len(text)} characters, Google shows about {limit}"
            yield warning(14, where + path, what, "shorten it")
