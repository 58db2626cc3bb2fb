"""Rules 15 to 17: linked objects, Smart Tap, and who may save."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from passes.google.findings import Finding, error
from passes.google.json_access import Json, items, table, text
from passes.google.syntax import check_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LINKED: Final = "linkedObjectIds"
MOST_LINKED: Final = 50
_ISSUER: Final = re.compile(r"[0-9]{1,20}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def check_linked(
    body: Json, issuer: str, previous: Json | None, known: Mapping[str, Json] | None
) -> Iterator[Finding]:
    """Check the objects that come along with this one (rule 15).

    `known` are the issuer's objects of every kind by id; without it, whether a linked object
    exists, and whether links nest, is not checked.
    """
    where = LINKED
    own = body.get("id")
    linked = [one if isinstance(one, str) else "" for one in items(body, where)]
    if len(linked) > MOST_LINKED:
        mend = "link the newest; Google ignores the rest without a word"
        yield error(15, where, f"more than {MOST_LINKED}", mend)
    if len(set(linked)) != len(linked):
        yield error(15, where, "an object twice", "link each once")
    for index, one in enumerate(linked):
        path = f"{where}[{index}]"
        for finding in check_id(one, path, issuer):
            yield error(15, path, finding.what, finding.mend)
        if one == own:
            yield error(15, path, "the object itself", "link other objects only")
    if known is not None and linked:
        yield from _nested(linked, own, known)
    for gone in [one for one in items(previous, where) if one not in linked]:
        mend = "Google cannot unlink: send the earlier ones along with the new"
        yield error(15, where, f"lacks {gone}, which is linked already", mend)


def _nested(linked: list[str], own: object, known: Mapping[str, Json]) -> Iterator[Finding]:
    for index, one in enumerate(linked):
        path = f"{LINKED}[{index}]"
        if one not in known:
            yield error(15, path, "no such object", "insert it before it is linked")
        elif one != own and items(known[one], LINKED):
            yield error(15, path, "has links of its own", "links do not nest: link those directly")
    for other, document in known.items():
        if other != own and own in items(document, LINKED):
            mend = "link to a card that no other card links to"
            yield error(15, LINKED, f"{other} links to this one", mend)


def check_smart_tap_class(body: Json) -> Iterator[Finding]:
    """Check that a class with Smart Tap says who may redeem (rule 16)."""
    issuers = items(body, "redemptionIssuers")
    if body.get("enableSmartTap") and not issuers:
        mend = "name the issuer whose key the terminals have"
        yield error(16, "redemptionIssuers", "empty, but enableSmartTap is set", mend)
    for index, one in enumerate(issuers):
        if not isinstance(one, str | int) or not _ISSUER.fullmatch(str(one)):
            where = f"redemptionIssuers[{index}]"
            yield error(16, where, "not an issuer id", "write its digits")


def check_smart_tap_object(body: Json, program: Json | None) -> Iterator[Finding]:
    """Check what a terminal is given (rule 16); `program` is the object's class."""
    own = text(body, "smartTapRedemptionValue")
    if own and not own.isascii():
        yield error(16, "smartTapRedemptionValue", "not ASCII", "send digits and plain letters")
    if program is None or not program.get("enableSmartTap"):
        return
    given = own or text(table(body, "barcode"), "value") or text(body, "accountId")
    if not given or not given.isascii():
        mend = "give it a smartTapRedemptionValue of ASCII characters"
        yield error(16, "smartTapRedemptionValue", "nothing that a terminal can read", mend)


def check_restrictions(body: Json) -> Iterator[Finding]:
    """Check the address that may save (rule 17)."""
    if body.get("saveRestrictions") is not None:
        where = "saveRestrictions.restrictToEmailSha256"
        if not _SHA256.fullmatch(text(table(body, "saveRestrictions"), "restrictToEmailSha256")):
            mend = "write 64 small hex digits: SHA-256 of the address without dots and +"
            yield error(17, where, "not a SHA-256", mend)
