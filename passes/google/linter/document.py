"""Rules 1 to 5 and 19: ids, required members, whose members they are, enums, review, callback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from passes.google.findings import Finding, error
from passes.google.json_access import Json, ends_of, members, table
from passes.google.syntax import check_id, is_https

if TYPE_CHECKING:
    from collections.abc import Iterator

Side = Literal["class", "object"]

_ALIAS = re.compile(r"[a-z]+[0-9]*(?:[A-Z][a-z0-9]*)*|[A-Z]+\d+")

REQUIRED: Final[dict[Side, tuple[str, ...]]] = {
    "class": ("id", "issuerName", "programName", "programLogo", "reviewStatus"),
    "object": ("id", "classId", "state"),
}

_APP_LINKS: Final = ("androidAppLinkInfo", "webAppLinkInfo", "iosAppLinkInfo")
# By the end of the way to a member: one name means anywhere, "" means at the top.
_TOP: Final[dict[Side, tuple[str, ...]]] = {
    "class": (
        *("version", "review", "wordMark", "locations", "infoModuleData"),
        "allowMultipleUsersPerObject",
    ),
    "object": (
        *("version", "hasUsers", "hasLinkedDevice", "classReference", "locations"),
        *("infoModuleData", "disableExpirationNotification"),
    ),
}
NOT_OURS: Final[dict[Side, frozenset[tuple[str, ...]]]] = {
    side: frozenset(
        (
            ("kind",),
            *(("", name) for name in names),
            ("callbackOptions", "updateRequestUrl"),
            ("appLinkData", "iosAppLinkInfo"),
            *((link, name) for link in _APP_LINKS for name in ("title", "description")),
            *((link, "appLogoImage") for link in _APP_LINKS),
            ("sourceUri", "description"),
            ("sourceUri", "localizedDescription"),
            ("listTemplateOverride", "thirdRowOption"),
            ("rotatingBarcode", "initialRotatingBarcodeValues"),
        )
    )
    for side, names in _TOP.items()
}
"""Members that Google fills in itself, that are deprecated, or that only other kinds of passes
have (``disableExpirationNotification``: offers; ``initialRotatingBarcodeValues``: transit)."""

_BARCODES: Final = (
    *("AZTEC", "CODE_39", "CODE_128", "CODABAR", "DATA_MATRIX", "EAN_8", "EAN_13", "ITF_14"),
    *("PDF_417", "QR_CODE", "UPC_A", "TEXT_ONLY"),
)
ENUMS: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("multipleDevicesAndHoldersAllowedStatus",): (
        "MULTIPLE_HOLDERS",
        "ONE_USER_ALL_DEVICES",
        "ONE_USER_ONE_DEVICE",
    ),
    ("notifyPreference",): ("NOTIFY_ON_UPDATE",),
    ("reviewStatus",): ("UNDER_REVIEW", "APPROVED", "REJECTED", "DRAFT"),
    ("viewUnlockRequirement",): ("UNLOCK_NOT_REQUIRED", "UNLOCK_REQUIRED_TO_VIEW"),
    ("", "state"): ("ACTIVE", "COMPLETED", "EXPIRED", "INACTIVE"),
    ("discoverableProgram", "state"): ("TRUSTED_TESTERS", "LIVE", "DISABLED"),
    ("securityAnimation", "animationType"): ("FOIL_SHIMMER",),
    ("screenshotEligibility",): ("ELIGIBLE", "INELIGIBLE"),
    ("nfcConstraint",): ("BLOCK_PAYMENT", "BLOCK_CLOSED_LOOP_TRANSIT"),
    ("messageType",): ("TEXT", "EXPIRATION_NOTIFICATION", "TEXT_AND_NOTIFY"),
    ("renderEncoding",): ("UTF_8",),
    ("totpDetails", "algorithm"): ("TOTP_SHA1",),
    ("dateFormat",): (
        *("DATE_TIME", "DATE_ONLY", "TIME_ONLY", "DATE_TIME_YEAR", "DATE_YEAR", "YEAR_MONTH"),
        "YEAR_MONTH_DAY",
    ),
    ("predefinedItem",): (
        "FREQUENT_FLYER_PROGRAM_NAME_AND_NUMBER",
        "FLIGHT_NUMBER_AND_OPERATING_FLIGHT_NUMBER",
    ),
    ("transitOption",): (
        *("ORIGIN_AND_DESTINATION_NAMES", "ORIGIN_AND_DESTINATION_CODES", "ORIGIN_NAME"),
    ),
    ("signupSharedDatas",): (
        *("FIRST_NAME", "LAST_NAME", "STREET_ADDRESS", "ADDRESS_LINE_1", "ADDRESS_LINE_2"),
        *("ADDRESS_LINE_3", "CITY", "STATE", "ZIPCODE", "COUNTRY", "EMAIL", "PHONE"),
    ),
}
"""Enum members by the end of the way to them, with the values that say something. The types of
barcodes are rule 12's."""
BARCODE_TYPES: Final = frozenset(_BARCODES)


def check(body: Json, side: Side, issuer: str, previous: Json | None) -> Iterator[Finding]:
    """Check ids, required members, members that are not ours, and enums (rules 1 to 4)."""
    yield from check_id(body.get("id"), "id", issuer)
    for name in REQUIRED[side]:
        if not body.get(name):
            yield error(2, name, "required, but missing or empty", "give it a value")
    for where, names, value in members(body):
        ends = ends_of(names)
        if any(end in NOT_OURS[side] for end in ends):
            yield error(3, where, "Google's own, or not for loyalty cards", "leave it out")
        for end in ends:
            for one in value if isinstance(value, list) else [value]:
                yield from _enum(where, one, ENUMS[end]) if end in ENUMS else ()
    if previous is not None and previous.get("id") != body.get("id"):
        mend = "compare with an earlier form of the same document"
        yield error(1, "id", "not the id it had", mend)


def check_review(body: Json, previous: Json | None) -> Iterator[Finding]:
    """Check a class's review status (rule 5)."""
    status = body.get("reviewStatus")
    if status not in ("DRAFT", "UNDER_REVIEW"):
        yield error(5, "reviewStatus", "only Google approves or rejects", "send UNDER_REVIEW")
    elif status == "DRAFT" and previous is not None and previous.get("reviewStatus") != "DRAFT":
        yield error(5, "reviewStatus", "a class never goes back to DRAFT", "send UNDER_REVIEW")


def check_class_of(body: Json, issuer: str, program: Json | None) -> Iterator[Finding]:
    """Check an object's class: its id, and, where the class is known, whether it fits."""
    yield from check_id(body.get("classId"), "classId", issuer)
    if program is None:
        return
    if program.get("id") != body.get("classId"):
        yield error(1, "classId", "names another class", f"write {program.get('id')}")
    if program.get("reviewStatus") == "DRAFT":
        mend = "send the class with reviewStatus UNDER_REVIEW first"
        yield error(5, "classId", "a draft class has no objects", mend)


def check_callback(body: Json, *, development: bool) -> Iterator[Finding]:
    """Check where Google reports saves and removals to (rule 19)."""
    if body.get("callbackOptions") is not None:
        address = table(body, "callbackOptions").get("url")
        if not is_https(address, development=development):
            mend = "use a public https address"
            yield error(19, "callbackOptions.url", "not https", mend)


def _enum(where: str, value: Any, known: tuple[str, ...]) -> Iterator[Finding]:
    if value in known:
        return
    if isinstance(value, str) and _ALIAS.fullmatch(value):
        yield error(4, where, "an old lower-case alias", "write it in UPPER_SNAKE")
    else:
        what = f"{str(value)[:40]!r} says nothing that Google knows"
        yield error(4, where, what, f"use one of {', '.join(known)}")
