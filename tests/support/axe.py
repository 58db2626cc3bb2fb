"""What axe finds on a page in Chromium against WCAG 2.2 AA and best practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return each finding with the element that it is about.

    A page that is being left cannot be judged, so the one that follows is: a link that was just
    clicked may not have led anywhere yet.
    """
    try:
        return _judged(page)
    except Error:
        return _judged(page)


def _judged(page: Page) -> list[str]:
    page.wait_for_load_state("load")
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]
