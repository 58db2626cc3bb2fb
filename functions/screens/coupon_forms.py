"""Coupons: making one by a form, looking at it and its codes, stopping it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, Field, TypedError, by_language, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()
_GIFTS = {
    "points": Field("whole"),
    "basis_points": Field("percent"),
    "amount": Field("money"),
    "reward": TEXT,
}
_MAYBE_WHOLE = Field("whole", needed=False)
_FIELDS = {
    "word": Field(needed=False),
    "codes": _MAYBE_WHOLE,
    "minimum": Field("money", needed=False),
    "uses": _MAYBE_WHOLE,
    "per_member": _MAYBE_WHOLE,
    "first_day": Field(needed=False),
    "last_day": Field(needed=False),
}
_CODES = 200
"""Codes that stand on a page; all there are are in a file."""


def _make(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Make a coupon of what was typed: what it gives is one of four things."""
    gives = typed.get("gives", "")
    if gives not in _GIFTS:
        raise TypedError("gives", "missing")
    name = by_language("name", desk.program["languages"], typed)
    value = read({gives: _GIFTS[gives]}, typed, desk.currency)
    if gives == "points":
        value["pot"] = typed.get("pot") or desk.program["pots"][0]["id"]
    body: dict[str, Any] = read(_FIELDS, typed, desk.currency)
    if bool(body.get("word")) == bool(body.get("codes")):
        raise TypedError("word", "word_or_codes")
    body |= {
        # The form's own key makes a second tap the same coupon.
        "id": "c" + typed.get("coupon", "")[:20],
        "name": name,
        "gives": value,
    }
    return desk.api.ask(Ask("POST", "/v1/coupons", body=body))


def _state(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Stop a coupon, or let it run again."""
    state = "stopped" if typed.get("act") == "stop_coupon" else "running"
    address = path("/v1/coupons/{coupon}", **desk.names)
    return desk.api.ask(Ask("PATCH", address, body={"state": state}, seen=typed.get("seen", "")))


@screens.add(
    "/console/coupons/new",
    "rewards",
    {"coupon": Act("POST", "", does=_make, then="/console/coupons/{id}")},
)
def new_coupon(desk: Desk) -> Shown:
    """Make a coupon: a word for everybody, or codes that are good once each."""
    name = desk.typed.get("coupon") or secrets.token_hex(5)
    return Shown("new_coupon.html", {"coupon": name, "gifts": _gifts(desk)})


@screens.add(
    "/console/coupons/{coupon}",
    "rewards",
    {
        "stop_coupon": Act("PATCH", "", does=_state),
        "run_coupon": Act("PATCH", "", does=_state),
    },
)
def coupon(desk: Desk) -> Shown:
    """Show a coupon: what it gives, how often it was used, and its codes to print."""
    address = path("/v1/coupons/{coupon}", **desk.names)
    told = desk.api.ask(Ask("GET", address))
    codes = None
    if told.content["codes"] and desk.may("owner"):
        codes = desk.api.get(f"{address}/codes", limit=str(_CODES))
    return Shown("coupon.html", {"one": told.content, "seen": told.tag, "codes": codes})


def _gifts(desk: Desk) -> list[str]:
    """Return what a code of this program can give."""
    found = ["points"] if desk.program.get("pots") else []
    found += ["basis_points", "amount"]
    return [*found, "reward"] if desk.program.get("rewards") else found
