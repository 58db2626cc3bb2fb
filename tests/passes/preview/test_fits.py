"""What stands in front of a shipped card is not cut, in a browser's letters, in any state."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from infra.program_preview import preview
from passes.designs import design
from tests.support.world import TEMPLATES, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PROGRAMS = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Letters of the preview are wider than those of phones, so what fits here fits there.
CUT = """() => [...document.querySelectorAll(
    ".apple .row span, .apple .name, .head span, .poster .words span, .poster .row span, " +
    ".front td, .front h1")]
  .filter(one => one.scrollWidth > one.clientWidth && one.clientWidth)
  .map(one => [one.closest(".cards").previousElementSibling.textContent, one.textContent])"""
LONG = "a name of 60 letters"
"""The state in which a name may be cut, and nothing else."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NO BROWSER: what fits goes untested; install Chromium or set CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield running
        running.close()


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_text_in_front_is_cut(name: str, browser: Browser, tmp_path: Path) -> None:
    program = shipped(name)
    file = tmp_path / "sheet.html"
    worn = [program.design, design.PLAIN]
    file.write_text(preview(name, [(program, design.load(one)) for one in worn]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(file.as_uri())
    cut = page.evaluate(CUT)
    page.close()
    assert [one for one in cut if one[0] != LONG and "Maximiliana" not in one[1]] == []
