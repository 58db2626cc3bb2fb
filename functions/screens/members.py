"""Members: one box that finds anybody, everybody as a list, and groups of them as chips."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from functions.pages.qr_code import qr_code
from functions.screens import groups
from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT, YES, TypedError, read
from loyalty.access import short_code
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_PAGE = 20
_LONGEST_RECEIPT = 128
_SEARCH = "/v1/members/search"
_NOBODY: Mapping[str, Any] = {"members": [], "unclaimed": [], "next": None}
_CARD = re.compile(r"\d+\.[A-Z]\.\S+")
_PHONE = re.compile(r"\+?[\d\s()./-]{6,}")
_ENROL = {
    "first_name": MAYBE, "phone": MAYBE, "email": MAYBE, "consent": YES, "marketing_consent": YES,
}  # fmt: skip


def looked_for(text: str) -> dict[str, str]:
    """Return what somebody means who typed this into the one box, as the search takes it."""
    text = text.strip()
    if text.startswith("#") and len(text) > 1:
        return {"tag": text[1:].strip()}
    if "@" in text:
        return {"email": text}
    if _PHONE.fullmatch(text) and sum(letter.isdigit() for letter in text) >= 6:  # noqa: PLR2004
        return {"phone": text}
    if _CARD.fullmatch(text) or _short_code(text):
        return {"card_code": text}
    return {"name": text} if text else {}


def receipt_of(text: str) -> str:
    """Return what may be the number on a receipt; empty where the text is none."""
    text = text.strip()
    other = "@" in text or _CARD.fullmatch(text) or len(text) > _LONGEST_RECEIPT
    return "" if other or not any(letter.isdigit() for letter in text) else text


def _short_code(text: str) -> bool:
    """Tell whether it is what stands below a QR code, and not a name that happens to fit."""
    plain = text.isupper() or any(letter.isdigit() for letter in text)
    return plain and short_code.read(text) is not None


def _find(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Find whoever that may mean: a number of six figures is a phone, or stands on a receipt."""
    text, cursor = typed.get("search", "").strip(), typed.get("cursor", "")
    further = {"cursor": cursor} if cursor else {}
    body = {**looked_for(text), **further, "limit": _PAGE}
    ask, number = Ask("POST", _SEARCH, body=body), "" if cursor else receipt_of(text)
    if not number:
        return desk.api.ask(ask)
    found = desk.api.some(them=ask, sold=Ask("POST", _SEARCH, body={"receipt": number}))
    them, sold = found["them"], found["sold"] or {"members": [], "unclaimed": []}
    if them is None and not sold["members"] and not sold["unclaimed"]:
        return desk.api.ask(ask)  # which says why not
    bought = {one["member_id"] for one in sold["members"]}
    others = [one for one in (them or _NOBODY)["members"] if one["member_id"] not in bought]
    both = {"members": [*sold["members"], *others], "unclaimed": sold["unclaimed"]}
    return Told(200, {**(them or _NOBODY), **both})


def _keep(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep a group under a name of the owner's."""
    name, ready = read({"name": TEXT}, typed)["name"], groups.ready(desk.program)
    if typed.get("who", "") not in ready:
        raise TypedError("name", "missing")
    address = path("/v1/segments/{segment}", segment=f"s{secrets.token_hex(4)}")
    body = {"name": name, "conditions": ready[typed["who"]]}
    return desk.api.ask(Ask("PUT", address, body=body, seen='"0"'))


# A search is a form that is posted, so that nothing of a person stands in an address.
@screens.add(
    "/console/members",
    "members",
    {
        "find": Act("POST", _SEARCH, does=_find, shows=True),
        "keep_group": Act("PUT", "", does=_keep),
        "drop_group": Act("DELETE", "/v1/segments/{segment}"),
    },
)
def members(desk: Desk) -> Shown:
    """List those who were looked for, or who fit a group; everybody where nobody was."""
    kept = desk.api.maybe(Ask("GET", "/v1/segments")) or {"segments": []}
    segments = {f"{groups.KEPT}{one['id']}": one for one in kept["segments"]}
    who, count = desk.query.get("who", ""), None
    if desk.act == "find":
        who, found = "", desk.told or _NOBODY
    elif who in segments:
        address = path("/v1/segments/{segment}/members", segment=segments[who]["id"])
        found = desk.api.get(address, limit=str(_PAGE), **desk.page)
    elif who:
        conditions = groups.ready(desk.program).get(who)
        if conditions is None:
            raise Refusal("not_found", "not_found")
        count = desk.api.ask(
            Ask("POST", "/v1/segments/preview", body={"conditions": conditions}, longest=20.0)
        ).content
        found = {"members": count["sample"], "next": None}
    else:
        body = {**desk.page, "limit": _PAGE}
        found = desk.api.ask(Ask("POST", _SEARCH, body=body)).content
    return Shown(
        "members.html",
        {
            "found": found,
            "wanted": desk.typed.get("search", ""),
            "who": who,
            "count": count,
            "ready": list(groups.ready(desk.program)),
            "segments": segments,
        },
    )


@screens.add(
    "/console/members/new",
    "members",
    {"enrol": Act("POST", "/v1/members", _ENROL, shows=True)},
)
def new_member(desk: Desk) -> Shown:
    """Take somebody in at the counter; what is told shows their card as a code."""
    code = qr_code(desk.told["card_url"]) if desk.told else None
    return Shown("new_member.html", {"code": code})
