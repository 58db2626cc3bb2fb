"""The join kit: what a shop prints and posts so that people join."""

from __future__ import annotations

from html.parser import HTMLParser

from functions.pages.qr_code import qr_code
from functions.screens.calling import path
from functions.screens.desk import Desk, Shown
from functions.screens.screen import Screens
from functions.wiring import environment

screens = Screens()


class _Preview(HTMLParser):
    """Reads what messengers show of a link (ogp.me): title, description, image."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a property of the page."""
        named = dict(attrs)
        name = named.get("property") or ""
        if tag == "meta" and name.startswith("og:"):
            self.told[name.removeprefix("og:")] = named.get("content") or ""


@screens.add("/console/join", "kit")
def kit(desk: Desk) -> Shown:
    """Show the link and its code, for the shop or one of its places, and what can be printed."""
    base = environment.configuration().base_url
    address = path("/join/{program}", program=str(desk.program["id"]))
    join = base + address
    places = [
        (one["id"], one["name"], f"{join}?location={one['id']}")
        for one in desk.program.get("locations", ())
    ]
    told = preview(desk.api.page(address, desk.language), base)
    content = {"join": join, "code": qr_code(join), "places": places, "preview": told}
    return Shown("kit.html", content)


def preview(page: str, base: str) -> dict[str, str]:
    """Return what a messenger shows of a page; its image by the path, which any name of us has."""
    reader = _Preview()
    reader.feed(page)
    names = ("title", "description", "site_name", "image")
    told = {name: reader.told.get(name, "") for name in names}
    return {**told, "image": told["image"].removeprefix(base), "host": base.partition("://")[2]}
