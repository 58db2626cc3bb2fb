"""The contact sheet: every page of every shipped program's customers, as pictures for the eye.

    python -m tests.support.contact_sheet FOLDER

draws the join page, and the card page in every state, of every program, in every language, at the
size of a phone and in light and dark, many on one picture. What the wallets show is drawn by
`loyalty design preview`: its page is written beside them, and pictures of it. Needs Chromium (as
`chromium`, or in the variable CHROMIUM). Nothing is judged: somebody has to look.
"""

from __future__ import annotations

import os
import shutil
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from aws_lambda_powertools.utilities.typing import LambdaContext
from playwright.sync_api import sync_playwright

from functions import card_page, join
from functions.pages import drawing
from infra.program_preview import preview
from loyalty.card.showcase import states
from loyalty.program.profile import profile_of
from passes.designs import design
from tests.functions.pages.shop import LINK, WIRED, Shop, request
from tests.support.world import TEMPLATES, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from loyalty.card.view import Card
    from loyalty.program.rules import Program

WIDTH, ROW = 390, 5
"""Of a phone's screen, and how many stand side by side."""
TALLEST = 1800
"""Of one picture: what is taller is cut between rows."""
WALLETS, STATES = 1800, 3
"""A preview as wide as all that wallets show in one language; how many states are one picture."""
ADDRESS = "https://sheet.example"
_IPHONE = "iPhone"


class _Shop(Shop):
    """A shop with the one program and card that is looked at."""

    def profile(self, program: str, *wanted: str) -> Any:
        return profile_of(shipped(program), next(iter(wanted), None))


def pages(program: Program) -> Iterator[tuple[str, str]]:
    """Yield what each page is, and its HTML."""
    shop = _Shop()
    for language in program.languages:
        asked = request("GET", f"/join/{program.id}", query=f"language={language}")
        yield f"{program.id} join {language}", _answer(shop, join, asked)
    for state in states(program, design.balances(design.load(program.design))):
        for card in state.cards:
            # Once with all that is asked of a new member, else as it stays.
            shop.contact = "open" if state.what == "new" else "proved"
            shop.cards_by_link = {LINK: _always(card)}
            asked = request("GET", f"/c/{LINK}", headers={"user-agent": _IPHONE})
            yield f"{program.id} {state.what} {card.language}", _answer(shop, card_page, asked)


def _always(card: Card) -> Any:
    return lambda language: card


def _answer(shop: Shop, module: Any, event: dict[str, Any]) -> str:
    wiring: Any = dict.fromkeys(WIRED[module.__name__.rpartition(".")[2]], shop)
    with patch.multiple(module, **wiring):
        answer = module.handler(event, LambdaContext())
    if answer["statusCode"] != HTTPStatus.OK:
        raise SystemExit(f"{event['rawPath']} is no page but {answer['statusCode']}.")
    body: str = answer["body"]
    return body


def photograph(browser: Browser, folder: Path, program: Program, scheme: Any) -> None:
    """Write pictures of a program's pages."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 844}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    shown = [""]
    page.route(f"{ADDRESS}/**", lambda route: _serve(route, shown[0]))
    shots = []
    for name, html in pages(program):
        shown[0] = html
        page.goto(f"{ADDRESS}/")
        file = folder / f"{name.replace(' ', '-').replace(':', '')}-{scheme}.png"
        page.screenshot(path=file, full_page=True)
        shots.append((name, file))
    context.close()
    _bind(browser, folder / f"{program.id}-{scheme}", shots)


def _serve(route: Any, html: str) -> None:
    path = route.request.url.removeprefix(ADDRESS).partition("?")[0]
    if path.startswith("/designs/"):
        _, _, name, image = path.split("/")
        found = drawing.image(name, image)
        route.fulfill(body=found.content if found else b"", content_type="image/png")
    else:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")


def _bind(browser: Browser, to: Path, shots: list[tuple[str, Path]]) -> None:
    """Put single pictures on larger ones, and take them away."""
    page = browser.new_page(viewport={"width": (WIDTH + 12) * ROW, "height": TALLEST})
    for number, start in enumerate(range(0, len(shots), ROW), 1):
        cells = "".join(
            f'<figure><figcaption>{name}</figcaption><img src="{file.as_uri()}"></figure>'
            for name, file in shots[start : start + ROW]
        )
        bound = to.with_name(f"{to.name}-{number:02}.html")
        bound.write_text(
            "<meta charset=utf-8><style>body{margin:0;display:flex;align-items:flex-start;gap:12px;"
            f"background:#888}}figure{{margin:0}}img{{width:{WIDTH}px;display:block}}</style>{cells}",
            encoding="utf-8",
        )
        page.goto(bound.as_uri())
        page.wait_for_load_state("load")
        page.screenshot(path=bound.with_suffix(".png"), full_page=True)
        bound.unlink()
    page.close()
    for _, file in shots:
        file.unlink()


def _cut(browser: Browser, preview: Path) -> None:
    """Write pictures of a preview's page, some states on each."""
    page = browser.new_page(viewport={"width": WALLETS, "height": TALLEST})
    page.goto(preview.as_uri())
    page.wait_for_load_state("load")
    page.add_style_tag(content="body{max-width:none!important}")
    tops = "Array.from(document.querySelectorAll('h3'), one => one.getBoundingClientRect().top)"
    starts = page.evaluate(tops)
    end = page.evaluate("document.documentElement.scrollHeight")
    for number, start in enumerate(range(0, len(starts), STATES), 1):
        top = starts[start]
        height = ([*starts, end][min(start + STATES, len(starts))]) - top
        to = preview.with_name(f"{preview.stem}-{number:02}.png")
        clip = {"x": 0, "y": top, "width": WALLETS, "height": height}
        page.screenshot(path=to, full_page=True, clip=clip)  # type: ignore[arg-type]
    page.close()


def main() -> int:
    """Write the pictures of every shipped program."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        for file in sorted((TEMPLATES / "programs").glob("*.toml")):
            program = shipped(file.stem)
            for scheme in ("light", "dark"):
                photograph(browser, folder, program, scheme)
            worn = design.load(program.design)
            wallets = folder / f"{program.id}-wallets.html"
            wallets.write_text(preview(program.id, [(program, worn)]), encoding="utf-8")
            _cut(browser, wallets)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
