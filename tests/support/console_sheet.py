"""The console's contact sheet: every screen of a running stack, as pictures for the eye.

    python -m tests.support.console_sheet FOLDER [--stack .local] [--only numbers] [--readme]

signs in by a link as an owner has one, and takes every screen of the console, of members and
campaigns, the page at the counter and the customers' pages: on a phone and on a desk, in light and
dark, in English, German and Russian. ``index.html`` shows them all and grows with every picture, so
that one that is stopped has shown what it took; a screen that does not come is named, and the
others are taken. With ``make demo-shop`` before, they have something to show. ``--readme`` takes
the pictures of the README, of a running stack with the demo shop. Needs Chromium (as `chromium`, or
in the variable CHROMIUM). Nothing is judged: somebody has to look.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from html import escape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from functions.console import SCREENS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES = {"phone": (360, 760), "desk": (1280, 900)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("en", "de", "ru")
README = {"": "console-today.png", "/campaigns/demo-called": "console-campaign.png"}
"""Screens that the README shows, on a phone and in light, and the pictures' names. The campaign is
one of the demo shop, which was measured."""
_TALLEST = 9000
_PATIENCE = 30_000  # milliseconds that a screen may take on a busy machine
_NAMED = {
    "state": ("parked", "double"),
    "section": ("earning", "rewards", "levels"),
    "channel": ("email", "sms", "telegram"),
}
"""What stands for a name in a screen's address, where it is not an id of something."""


def addresses() -> Iterator[str]:
    """Yield the addresses of all screens that need no id of something."""
    for screen in SCREENS:
        name = re.search(r"\{(\w+)\}", screen.path)
        if name is None:
            yield screen.path
        for choice in _NAMED.get(name[1], ()) if name else ():
            yield screen.path.replace(name[0], choice) if name else screen.path


def main() -> None:
    parser = argparse.ArgumentParser(prog="console_sheet", description="Take every screen.")
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument("--stack", type=Path, default=Path(".local"), help="of the running stack")
    parser.add_argument("--only", default="", help="screens whose address holds this")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--scheme", choices=SCHEMES, action="append")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--readme", action="store_true", help="the README's pictures only")
    given = parser.parse_args()
    stack = json.loads((given.stack / "stack.json").read_text(encoding="utf-8"))
    given.folder.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    shown: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        base = str(stack["console"]["url"]).removesuffix("/console")
        state = given.folder / "session.json"
        try:
            sign_in(browser, base, link(given.stack, str(stack["program"])), state)
            if given.readme:
                readme(browser, base, state, given.folder)
                return
            program = str(stack["program"])
            kinds = product(
                given.size or SIZES, given.scheme or SCHEMES, given.language or LANGUAGES
            )
            for name, width in (
                one
                for kind in kinds
                for one in pictures(browser, base, program, state, given.folder, kind, given.only)
            ):
                shown.append(figure(name, width))
                (given.folder / "index.html").write_text(sheet(shown), encoding="utf-8")
        finally:
            state.unlink(missing_ok=True)
        browser.close()
    sys.stdout.write(f"{len(shown)} pictures: {given.folder / 'index.html'}\n")


def figure(name: str, width: int) -> str:
    """Return a picture with its name; a screen that did not come, by its name alone."""
    picture = (
        f'<img src="{escape(name)}" loading="lazy" width="{width}">' if width else "NOT TAKEN "
    )
    return f"<figure>{picture}<figcaption>{escape(name)}</figcaption></figure>"


def sheet(figures: list[str]) -> str:
    """Return the page that shows them."""
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;background:#888}figure{margin:0}"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(figures)}"


def readme(browser: Browser, base: str, state: Path, folder: Path) -> None:
    """Take the README's pictures."""
    context = browser.new_context(
        storage_state=state, locale="en", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    for address, name in README.items():
        page.goto(f"{base}/console{address}", timeout=_PATIENCE)
        page.screenshot(path=folder / name)
    context.close()


def link(folder: Path, program: str) -> str:
    """Return a link's secret, good once, for the first owner that there is."""
    command = [sys.executable, "-m", "infra.commands", "people"]
    options = ["--program", program, "--folder", str(folder)]
    listed = subprocess.run(
        [*command, "list", *options], capture_output=True, text=True, check=True
    ).stdout
    person = next(word for word in listed.split() if re.fullmatch(r"[a-z0-9]{26}", word))
    made = subprocess.run(
        [*command, "link", person, *options], capture_output=True, text=True, check=True
    )
    return made.stdout.strip().rpartition("/")[2]


def sign_in(browser: Browser, base: str, secret: str, state: Path) -> None:
    """Keep what a browser keeps that was let in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/sign-in/{secret}")
    page.locator("form button").first.click()
    page.locator('a[href="/console"]').click()
    context.storage_state(path=state)
    context.close()


def pictures(  # noqa: PLR0917
    browser: Browser,
    base: str,
    program: str,
    state: Path,
    folder: Path,
    kind: tuple[str, Literal["light", "dark"], str],
    only: str = "",
) -> Iterator[tuple[str, int]]:
    """Take every picture of a kind; yield its name, and how wide it is shown: 0 if it did not come.

    ``kind``: size, scheme and language.
    """
    size, scheme, language = kind
    width, height = SIZES[size]
    context = browser.new_context(
        storage_state=state, locale=language, color_scheme=scheme,
        viewport={"width": width, "height": height}, service_workers="block",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    found = (*addresses(), "/", f"/join/{program}", "/till", *some(page, base))
    for address in (one for one in found if only in one):
        short = re.sub(r"[0-9a-f]{32}", "one", address).strip("/").replace("/", "-") or "front"
        name = f"{short}.{size}.{scheme}.{language}.png"
        try:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{base}{address}")
            # What stands at the foot of a window stands there in the picture, too.
            whole = int(page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({"width": width, "height": max(height, min(whole, _TALLEST))})
            page.screenshot(path=folder / name, full_page=True)
        except PlaywrightError:
            yield f"{name}: {address}", 0
            continue
        yield name, width // (1 if size == "phone" else 2)
    context.close()


def some(page: Page, base: str) -> Iterator[str]:
    """Yield the address of one member and of each campaign, where there are some."""
    for room, most in (
        ("members", 1),
        ("campaigns", 6),
        ("causes", 1),
        ("saving", 1),
        ("draws", 2),
        ("broadcasts", 1),
    ):
        page.goto(f"{base}/console/{room}")
        links = page.locator(f'main .links a[href^="/console/{room}/"]').all()
        found = [one.get_attribute("href") or "" for one in links]
        yield from [one for one in found if not one.endswith("/new")][:most]


if __name__ == "__main__":
    main()
