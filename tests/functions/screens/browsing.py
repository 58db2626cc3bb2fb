"""The console and the page at the counter in a browser, over functions in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from functions import card_page, console, join
from functions.http.authorize import COOKIE
from functions.screens.calling import Told
from loyalty.access.sessions import form_token
from tests.functions.pages.bridge import Bridge
from tests.functions.routes.till import served_by
from tests.functions.screens.visiting import ME, Here

if TYPE_CHECKING:
    import pytest

    from functions.screens.calling import Ask
    from tests.functions.conftest import Shop

SESSION = "c" * 43
PROGRAMS = ("coffee", "barber")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class SignedIn(Here):
    """Asks as somebody who is signed in: what /v1 says of their session is made up."""

    role = "owner"

    def _asked(self, ask: Ask) -> Told:
        if ask.path == "/v1/session":
            return Told(200, {**ME, "role": self.role, "form_token": form_token(SESSION)})
        if ask.path == "/v1/programs" and ask.method == "GET":
            programs = [{"id": one, "name": {"en": one}, "role": "owner"} for one in PROGRAMS]
            return Told(200, {"programs": programs, "may_found": True})
        if ask.path in {"/v1/sessions", "/v1/passkeys"}:
            return Told(200, {ask.path.rpartition("/")[2]: []})
        return super()._asked(ask)


def opened(shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """Serve the shop's pages and its API on loopback; whoever comes to the console is signed in."""
    visitor = SignedIn(shop, ask)
    monkeypatch.setattr(console, "_api", lambda _: visitor)

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        path = event["rawPath"] = unquote(event["rawPath"])
        if path.startswith("/v1/"):
            return dict(ask(served_by(path), event))
        if path.startswith(("/console", "/till")):
            event["cookies"] = [f"{COOKIE}={SESSION}"]
            return dict(ask(console, event))
        joining = path.startswith("/join/") and "/kit/" not in path
        return dict(ask(join if joining else card_page, event))

    return Bridge(answer)
