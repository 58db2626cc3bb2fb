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


def _short_code(text: str) -> bool:
    """Tell whether it is what stands below a QR code, and not a name that happens to fit."""
    plain = text.isupper() or any(letter.isdigit() for letter in text)
    return plain and short_code.read(text) is not None


def _search(typed: dict[str, Any]) -> dict[str, Any]:
    cursor = {"cursor": typed["cursor"]} if "cursor" in typed else {}
    return {**looked_for(typed.get("search", "")), **cursor, "limit": _PAGE}


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
        "find": Act(
            "POST", "/v1/members/search", {"search": MAYBE, "cursor": MAYBE}, _search, shows=True
        ),
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
        who, found = "", desk.told or {"members": [], "next": None}
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
        found = desk.api.ask(Ask("POST", "/v1/members/search", body=body)).content
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
