"""Members: one box that finds anybody, and everybody as a list."""

from __future__ import annotations

import re
from typing import Any

from functions.pages.qr_code import qr_code
from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, YES
from loyalty.access import short_code

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


# A search is a form that is posted, so that nothing of a person stands in an address.
@screens.add(
    "/console/members",
    "members",
    {
        "find": Act(
            "POST", "/v1/members/search", {"search": MAYBE, "cursor": MAYBE}, _search, shows=True
        )
    },
)
def members(desk: Desk) -> Shown:
    """List those who were looked for; everybody in order of joining where nobody was."""
    if desk.act == "find":
        found = desk.told or {"members": [], "next": None}
    else:
        body = {**desk.page, "limit": _PAGE}
        found = desk.api.ask(Ask("POST", "/v1/members/search", body=body)).content
    return Shown("members.html", {"found": found, "wanted": desk.typed.get("search", "")})


@screens.add(
    "/console/members/new",
    "members",
    {"enrol": Act("POST", "/v1/members", _ENROL, shows=True)},
)
def new_member(desk: Desk) -> Shown:
    """Take somebody in at the counter; what is told shows their card as a code."""
    code = qr_code(desk.told["card_url"]) if desk.told else None
    return Shown("new_member.html", {"code": code})
