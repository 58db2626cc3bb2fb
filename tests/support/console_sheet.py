"""The console's contact sheet: every screen of a running stack, as pictures for the eye.

    python -m tests.support.console_sheet FOLDER [--stack .local]

signs in by a link as an owner has one, and takes every screen of the console, a member, the page at
the counter and the customers' pages: on a phone and on a desk, in light and dark, in English and
Russian. ``index.html`` shows them all; with ``make demo-shop`` before, they have something to show.
Needs Chromium (as `chromium`, or in the variable CHROMIUM). Nothing is judged: somebody has to
look.
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

from playwright.sync_api import sync_playwright

from functions.console import SCREENS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES = {"phone": (360, 760), "desk": (1280, 900)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("en", "ru")
_NAMED = {"state": ("parked", "double"), "section": ("earning", "rewards", "levels")}
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
    given = parser.parse_args()
    stack = json.loads((given.stack / "stack.json").read_text(encoding="utf-8"))
    given.folder.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        base = str(stack["console"]["url"]).removesuffix("/console")
        state = given.folder / "session.json"
        try:
            sign_in(browser, base, link(given.stack, str(stack["program"])), state)
            taken = list(pictures(browser, base, str(stack["program"]), state, given.folder))
        finally:
            state.unlink(missing_ok=True)
        browser.close()
    sheet = "".join(
        f'<figure><img src="{escape(name)}" loading="lazy" width="{width}"><figcaption>'
        f"{escape(name)}</figcaption></figure>"
        for name, width in taken
    )
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;background:#888}figure{margin:0}"
    page = f"<!doctype html><meta charset=utf-8><style>{style}</style>{sheet}"
    (given.folder / "index.html").write_text(page, encoding="utf-8")
    sys.stdout.write(f"{len(taken)} pictures: {given.folder / 'index.html'}\n")


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


def pictures(
    browser: Browser, base: str, program: str, state: Path, folder: Path
) -> Iterator[tuple[str, int]]:
    """Take every picture; yield its name, and how wide it is shown."""
    for (size, (width, height)), scheme, language in product(SIZES.items(), SCHEMES, LANGUAGES):
        context = browser.new_context(
            storage_state=state, locale=language, color_scheme=scheme,
            viewport={"width": width, "height": height},
        )  # fmt: skip
        page = context.new_page()
        for address in (*addresses(), "/", f"/join/{program}", "/till", *member(page, base)):
            page.goto(f"{base}{address}")
            page.wait_for_load_state("networkidle")
            short = re.sub(r"[0-9a-f]{32}", "one", address).strip("/").replace("/", "-") or "front"
            name = f"{short}.{size}.{scheme}.{language}.png"
            page.screenshot(path=folder / name, full_page=True)
            yield name, width // (1 if size == "phone" else 2)
        context.close()


def member(page: Page, base: str) -> tuple[str, ...]:
    """Return the address of a member, where there is one."""
    page.goto(f"{base}/console/members")
    first = page.locator('main .links a[href^="/console/members/"]').first
    found = first.get_attribute("href") if first.count() else None
    return (found,) if found and not found.endswith("/new") else ()


if __name__ == "__main__":
    main()
