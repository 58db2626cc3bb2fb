"""The console's contact sheet: every screen of a running stack, as pictures for the eye.

    python -m tests.support.console_sheet FOLDER [--stack .local] [--only numbers] [--readme]

signs in by a link as an owner has one, and takes every screen of the console, what it prints, the
page at the counter and the customers' pages: on a phone and on a desk, in light and dark, in
English, German and Russian; with ``--size`` also at 320 pixels, zoomed to 200 % and as printed.
Which screens there are is read from the console's table of screens. One whose address names
something (a member, a draw) is taken wherever the console links to one, and is named where it links
to none. Customers' pages are those of ``tests.support.customer_pages``, whose guests join once.
``--faults`` sends forms with what they need left out, too, and takes what is said then.
``index.html`` shows them all and grows with every picture, so that one that is stopped has shown
what it took; a screen that does not come is named, and the others are taken. With
``make demo-shop`` before, they have something to show. ``--readme`` takes the pictures of the
README, of a running stack with the demo shop. Needs Chromium (as `chromium`, or in the variable
CHROMIUM). Nothing is judged: somebody has to look.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from html import escape
from itertools import count, product
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from functions.console import SCREENS
from tests.support.customer_pages import CustomerPages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, Page

SIZES = {
    "phone": (360, 760),
    "desk": (1280, 900),
    "narrow": (320, 640),
    "zoom": (640, 450),
    "print": (794, 1123),
}
"""Width and height in pixels of a page: zoomed, those of a desk at 200 %; printed, those of A4."""
_USUAL = ("phone", "desk")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("en", "de", "ru")
README = {"": "console-today.png", "/campaigns/demo-called": "console-campaign.png"}
"""Screens that the README shows, on a phone and in light, and the pictures' names. The campaign is
one of the demo shop, which was measured."""
_TALLEST = 9000
_PATIENCE = 30_000  # milliseconds that a screen may take on a busy machine
_ANSWERED = 5_000  # milliseconds in which a form is refused that lacks something
_MOST = {"/console/campaigns/{campaign}": 8, "/console/draws/{draw}": 2}
"""How many are taken of a screen that many addresses lead to."""
_NEEDED = "input[required]:not([type=hidden], [type=file], [type=checkbox], [type=radio])"
_FORMS = f"main form[method=post]:has({_NEEDED})"
"""Forms that are refused when they are sent with nothing in them."""
_CHOICES = frozenset(("state", "section", "channel", "trade", "of", "says", "idea"))
"""Names in an address that choose one of a few, which are all taken."""
_FILES = (".svg", ".png")
_NOWHERE = ("/console/nowhere", f"/console/members/{'0' * 26}")
"""Addresses of nothing: what is said then is a screen, too."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the console links to: addresses of screens, of its other pages, and what it lacks."""

    screens: tuple[str, ...]
    others: tuple[str, ...]
    lacking: tuple[str, ...]


def found(screens: Sequence[str], links: Callable[[str], Iterable[str]]) -> Found:
    """Return what the screens at these addresses link to, and what the pages found so link to.

    ``screens``: addresses with names in braces; ``links``: what the page at an address links to.
    """
    waiting = [one for one in screens if "{" not in one]
    taken: dict[str, None] = dict.fromkeys(waiting)
    of_kind: Counter[tuple[str, ...]] = Counter()
    others: dict[str, None] = {}
    while waiting:
        for link in links(waiting.pop(0)):
            kind = kind_of(screens, link)
            if kind is None:
                others.setdefault(link.partition("?")[0])
            elif link not in taken and of_kind[kind] < _MOST.get(kind[0], 1):
                of_kind[kind] += 1
                taken[link] = None
                waiting.append(link)
    seen = {kind[0] for one in taken if (kind := kind_of(screens, one))}
    return Found(tuple(taken), tuple(others), tuple(one for one in screens if one not in seen))


def kind_of(screens: Sequence[str], link: str) -> tuple[str, ...] | None:
    """Return what kind of page is at an address: its screen and what it asks for; None if none."""
    address, _, query = link.partition("?")
    for screen in screens:
        form = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(screen))
        if match := re.fullmatch(form, address):
            asked = {name: value for name, value in parse_qsl(query) if name != "cursor"}
            named = {**match.groupdict(), **asked}
            chosen = (f"{name}={value}" for name, value in named.items() if name in _CHOICES)
            return (screen, *sorted(chosen), *sorted(asked))
    return None


def main() -> None:
    parser = argparse.ArgumentParser(prog="console_sheet", description="Take every screen.")
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument("--stack", type=Path, default=Path(".local"), help="of the running stack")
    parser.add_argument("--only", default="", help="screens whose address holds this")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--scheme", choices=SCHEMES, action="append")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--faults", action="store_true", help="send forms that lack something, too")
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
            kinds = product(
                given.size or _USUAL, given.scheme or SCHEMES, given.language or LANGUAGES
            )
            there = looked_for(browser, base, state)
            shown.extend(figure(f"no link leads to {one}", 0) for one in there.lacking)
            wanted = dict.fromkeys((*there.screens, *_NOWHERE, *there.others, "/till"), "")
            guests = CustomerPages(stack)
            for kind in kinds:
                theirs = guests_see(browser, guests, kind[2])
                chosen = {
                    one: name
                    for one, name in (wanted | theirs).items()
                    if given.only in f"{one} {name}"
                }
                for name, width in pictures(
                    browser, base, chosen, state, given.folder, kind, faults=given.faults
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
    page.locator('a[href="/console/passkey"]').click()
    page.locator('main a[href="/console"]').click()
    context.storage_state(path=state)
    context.close()


def looked_for(browser: Browser, base: str, state: Path) -> Found:
    """Return what the console of a running stack links to."""
    context = browser.new_context(storage_state=state, service_workers="block")
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)

    def links(address: str) -> list[str]:
        try:
            page.goto(f"{base}{address}")
            hrefs = page.eval_on_selector_all("main a[href]", "all => all.map((one) => one.href)")
        except PlaywrightError:
            return []
        # A stack of one's own is also called by its number.
        ours = (one.replace("//127.0.0.1:", "//localhost:", 1).removeprefix(base) for one in hrefs)
        return [
            one.partition("#")[0]
            for one in ours
            if one.startswith("/") and "language=" not in one and not one.endswith(_FILES)
        ]

    there = found([one.path for one in SCREENS], links)
    context.close()
    return there


def guests_see(browser: Browser, guests: CustomerPages, language: str) -> dict[str, str]:
    """Return addresses of customers' pages, and what each is called."""
    context = browser.new_context(locale=language)
    there = {one: name for name, one in guests.addresses(context.new_page(), language)}
    context.close()
    return there


def pictures(  # noqa: PLR0917
    browser: Browser,
    base: str,
    addresses: Mapping[str, str],
    state: Path,
    folder: Path,
    kind: tuple[str, Literal["light", "dark"], str],
    *,
    faults: bool = False,
) -> Iterator[tuple[str, int]]:
    """Take every picture of a kind; yield its name, and how wide it is shown: 0 if it did not come.

    ``addresses``: with what each is called, where its address does not say it. ``kind``: size,
    scheme and language.
    """
    size, scheme, language = kind
    width, height = SIZES[size]
    context = browser.new_context(
        storage_state=state, locale=language, color_scheme=scheme, service_workers="block",
        viewport={"width": width, "height": height}, device_scale_factor=2 if size == "zoom" else 1,
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    if size == "print":
        page.emulate_media(media="print")
    shown = width if size in {"phone", "narrow"} else 640
    named: Counter[str] = Counter()
    for address, called in addresses.items():
        plain = re.sub(r"[0-9a-f]{26,}|[0-9a-z]{26}", "one", address).strip("/")
        short = called or re.sub(r"[^\w.]+", "-", plain)
        named[short] += 1
        if named[short] > 1:
            short = f"{short}-{named[short]}"
        forms = 0
        for form in count():
            name = f"{short}{f'.fault{form}' if form else ''}.{size}.{scheme}.{language}.png"
            try:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{base}{address}")
                if form:
                    send(page, form - 1)
                elif faults and address.startswith("/console"):
                    forms = page.locator(_FORMS).count()
                take(page, folder / name, width, height)
            except PlaywrightError:
                yield f"{name}: {address}", 0
            else:
                yield name, shown
            if form >= forms:
                break
    context.close()


def send(page: Page, which: int) -> None:
    """Send one of a page's forms with nothing in it that it needs."""
    form = page.locator(_FORMS).nth(which)
    form.evaluate(
        "(form) => { form.noValidate = true; form.closest('details')?.setAttribute('open', ''); }"
    )
    for field in form.locator(_NEEDED).all():
        field.evaluate("(field) => { field.value = ''; }")
    with page.expect_navigation(timeout=_ANSWERED):
        form.locator("button").last.click()


def take(page: Page, picture: Path, width: int, height: int) -> None:
    """Take a picture of the whole page: what stands at a window's foot stands at the page's."""
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(height, min(whole, _TALLEST))})
    page.screenshot(path=picture, full_page=True)


if __name__ == "__main__":
    main()
