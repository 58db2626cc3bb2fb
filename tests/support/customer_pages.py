"""The customers' pages of a running stack, for the contact sheet: what there is to look at.

Guests with nothing yet, with a very long name, with a name that is read from the right, and one
who has been coming for a year are taken by what a shop has; what is behind the regular's card is
what its page leads to, so that a page that is built later is on the sheet by itself.
"""

from __future__ import annotations

import argparse
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from infra.commands.place import LOCAL, open_place
from infra.local.backstage import Backstage
from infra.local.web import ask_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Page

_LONG = "Maximiliane-Wilhelmine Wolfeschlegelsteinhausenbergerdorff"
_NAMES = {"new": "Eve", "long": _LONG, "from-the-right": "عبد الرحمن بن محمد"}
"""What guests of the sheet are called."""
_TASTING, _PATIENCE = "demo-tasting", 20
ELSEWHERE = {
    "no-such-shop": "/join/nobody",
    "no-such-card": "/c/nobody",
    "no-such-page": "/nothing/here",
    "no-such-question": "/ask/nobody",
    "signed-in-before": "/sign-in/nobody",
    "no-such-stop": "/u/nobody",
}
"""Addresses behind which nothing is any more."""


class CustomerPages:
    """What customers of a running stack's shop can look at.

    Parameters
    ----------
    stack
        The stack's description (``stack.json``).
    """

    def __init__(self, stack: Mapping[str, Any]) -> None:
        self._base, self._program = str(stack["base_url"]), str(stack["program"])
        self._key = str(stack["owner_key"])
        where = argparse.Namespace(stage=LOCAL, region=None, folder=Path(stack["folder"]))
        tokens, behind = open_place(where).tokens(), Backstage(stack)
        self._cards = {}
        for kind, member in self._guests():
            generation = behind.member(self._program, member).link_generation
            self._cards[kind] = f"/c/{tokens.link_token(self._program, member, generation)}"

    def addresses(self, page: Page, language: str) -> Iterator[tuple[str, str]]:
        """Yield what each page is called, and its address, in a language."""
        spoken = urlencode({"language": language})
        yield "front", f"/?{spoken}"
        yield "join", f"/join/{self._program}?{spoken}"
        yield "poster", f"/join/{self._program}/kit/poster?{spoken}"
        for name, address in ELSEWHERE.items():
            yield name, f"{address}?{spoken}"
        for name, card in self._cards.items():
            yield f"card-{name}", f"{card}?{spoken}"
        for shown in ("history", "settings", "friends", "together"):
            yield f"{shown}-new", f"{self._cards['new']}?show={shown}&{spoken}"
        if "regular" in self._cards:
            card = f"{self._cards['regular']}?{spoken}"
            yield from behind(page, self._base, card, spoken)

    def _guests(self) -> Iterator[tuple[str, str]]:
        """Yield what kind of guest somebody is, and their id; who is not there yet joins."""
        for kind, name in _NAMES.items():
            found = self._asked("POST", "/v1/members/search", {"name": name})["members"]
            if not found:
                mail = f"{kind}@sheet.example.com"
                body = {"first_name": name, "email": mail, "consent": True}
                found = [self._asked("POST", "/v1/members", body)]
            yield kind, str(found[0]["member_id"])
        came = self._asked("GET", f"/v1/campaigns/{_TASTING}/guests").get("guests", ())
        yield from (("regular", str(one["member_id"])) for one in came[:1])

    def _asked(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self._key}", "Idempotency-Key": uuid.uuid4().hex,
        }  # fmt: skip
        answer: dict[str, Any] = ask_json(method, f"{self._base}{path}", body, headers).json()
        return answer


def behind(page: Page, base: str, card: str, spoken: str) -> Iterator[tuple[str, str]]:
    """Yield what a card's page leads to, and what that leads to, one of each kind.

    ``card``: the page's path; ``spoken``: the query that asks for a language.
    """
    waiting, seen, asked = [card], {""}, dict[str, str]()
    while waiting:
        page.goto(f"{base}{waiting.pop(0)}", timeout=1000 * _PATIENCE)
        links = "Array.from(document.querySelectorAll('main a[href]'), a => a.getAttribute('href'))"
        for address in [str(one) for one in page.evaluate(links)]:
            name, of = _kind(address)
            if name == "ask":
                name = asked.setdefault(of, f"ask-{len(asked) + 1}")
            if not address.startswith("/") or name in seen:
                continue
            seen.add(name)
            joined = "&" if "?" in address else "?"
            spelt = address if "language=" in address else f"{address}{joined}{spoken}"
            waiting.append(spelt)
            yield name, spelt


def _kind(address: str) -> tuple[str, str]:
    """Return what kind of page an address is, and of what: empty for none to look at."""
    path = urlsplit(address).path
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if query.get("list") or path.endswith(("/apple", "/google")):
        return "", ""
    if not path.startswith("/c/"):
        return re.sub(r"[^a-z0-9-]+", "-", path.strip("/")), ""
    shown, of = query.get("show", ""), query.get("of", "")
    kind = f"{shown}-{of}" if shown in {"cause", "draw"} else shown
    return f"{kind}-why" if "why" in query else f"{kind}-older" if "cursor" in query else kind, of
