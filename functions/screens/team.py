"""The team: people with their roles, the links that let them in, and keys of tills and programs."""

from __future__ import annotations

import secrets

from functions.pages.qr_code import qr_code
from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT, Field
from functions.wiring import environment

screens = Screens()

_PERSON = "/v1/people/{person}"
_KEY = "/v1/keys/{id}"
_ACTS = {
    "take_in": Act("POST", "/v1/people", {"name": TEXT, "role": TEXT}),
    "role": Act("PATCH", _PERSON, {"role": TEXT}),
    "link": Act("POST", f"{_PERSON}/links", shows=True),
    "let_go": Act("DELETE", _PERSON),
    "key": Act(
        "POST",
        "/v1/keys",
        {
            "id": TEXT, "scope": TEXT, "name": MAYBE,
            "sources": Field("words", needed=False), "location": MAYBE,
        },
        shows=True,
    ),
    "phone": Act(
        "POST", "/v1/keys", {"id": TEXT, "name": TEXT, "location": MAYBE}, shows=True,
        body=lambda read: {**read, "scope": "staff"},
    ),
    "rotate": Act("POST", f"{_KEY}/rotate", body=lambda _: {"overlap_minutes": 60}, shows=True),
    "revoke": Act("DELETE", _KEY),
}  # fmt: skip


@screens.add("/console/team", "team", _ACTS)
def team(desk: Desk) -> Shown:
    """List people and keys; only owners see them."""
    if not desk.may("owner"):
        return Shown("nothing.html", {})
    found = desk.api.all(people=Ask("GET", "/v1/people"), keys=Ask("GET", "/v1/keys"))
    code, phone = None, ""
    if desk.act == "link" and desk.told:
        code = qr_code(desk.told["url"])
    if desk.act in {"key", "phone", "rotate"} and desk.told and desk.told["scope"] == "staff":
        # Behind the mark, so that it never leaves the phone: no server and no log sees it.
        phone = f"{environment.configuration().base_url}/till#{desk.told['key']}"
        code = qr_code(phone)
    return Shown(
        "team.html",
        {
            "people": found["people"]["people"],
            "keys": found["keys"]["keys"],
            "code": code,
            "phone": phone,
            # Stands in the form, so that what is sent twice is the same key.
            "new_phone": f"phone{secrets.token_hex(4)}",
        },
    )
