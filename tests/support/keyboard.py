"""A keyboard and nothing else in front of a page: Tab, Enter, Space, and where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FURTHEST = 150
"""Presses of Tab after which nobody goes on."""
_STANDS = """(target) => {
  const one = document.activeElement, last = window.stoodAt;
  // Within one field of a time or a day one goes from part to part.
  const gone = last && last.isConnected && last !== one;
  const order = gone ? last.compareDocumentPosition(one) : 4;
  window.stoodAt = one;
  if (one === document.body) { window.stoodAt = undefined; return "nowhere"; }
  if (one === target) window.stoodAt = undefined;
  const box = one.getBoundingClientRect();
  const inside = (from, to, size) => Math.min(Math.max((from + to) / 2, 1), size - 1);
  const top = document.elementFromPoint(
    inside(box.left, box.right, innerWidth), inside(box.top, box.bottom, innerHeight));
  const name = `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`;
  if (!(order & 4)) return `${name}: before what was left`;
  if (getComputedStyle(one).outlineStyle === "none") return `${name}: not seen where one stands`;
  if (!top || !(one.contains(top) || top.contains(one))) return `${name}: something lies over it`;
  return one === target ? "there" : "on the way";
}"""
"""What it is like to stand where the focus is: in order, seen, and under nothing."""


class Keys:
    """Goes through a page by keys, and fails where somebody without a mouse would be lost."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, found: Locator) -> Keys:
        """Go on by Tab until something is reached."""
        target = found.element_handle()
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            stands = self.page.evaluate(_STANDS, target)
            if stands == "there":
                return self
            assert stands in {"on the way", "nowhere"}, f"{self.page.url}: {stands}"
        raise AssertionError(f"{self.page.url}: no key leads to {found}")

    def press(self, found: Locator, key: str = "Enter") -> Keys:
        """Reach something and press a key on it."""
        self.reach(found).page.keyboard.press(key)
        return self

    def type(self, found: Locator, text: str) -> Keys:
        """Reach a field and type into it."""
        self.reach(found).page.keyboard.type(text)
        return self

    def choose(self, found: Locator, value: str) -> Keys:
        """Reach a list of choices and go down to one."""
        self.reach(found)
        for _ in range(FURTHEST):
            if found.input_value() == value:
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: {value} is no choice")


class Thumb:
    """A phone's owner, whose taps are counted."""

    def __init__(self) -> None:
        self.taps = 0

    def press(self, found: Locator) -> None:
        found.click()
        self.taps += 1

    def type(self, found: Locator, text: str) -> None:
        found.fill(text)

    def tick(self, found: Locator) -> None:
        found.check()
        self.taps += 1

    def choose(self, found: Locator, value: str) -> None:
        found.select_option(value)
        self.taps += 1


class Typist:
    """Somebody who has no mouse."""

    def __init__(self) -> None:
        self.taps = 0

    def press(self, found: Locator) -> None:
        Keys(found.page).press(found)

    def type(self, found: Locator, text: str) -> None:
        Keys(found.page).reach(found)
        found.page.keyboard.press("ControlOrMeta+A")
        found.page.keyboard.type(text)

    def tick(self, found: Locator) -> None:
        Keys(found.page).press(found, "Space")

    def choose(self, found: Locator, value: str) -> None:
        Keys(found.page).choose(found, value)
