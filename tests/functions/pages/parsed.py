"""What a page offers, read back from its HTML."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "img"}


class Page(HTMLParser):
    """The controls of a page, by name or id, and the elements by id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.ids: dict[str, str] = {}
        self.labels: set[str | None] = set()
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag == "input":
            self.inputs[found.get("id") or found["name"] or ""] = found
        if tag == "label":
            self.labels.add(found.get("for"))
        if "id" in found:
            self.ids[found["id"] or ""] = ""
        if tag not in _VOID:
            self._open.append(found.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        assert tag not in _VOID
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1]:
            self.ids[self._open[-1]] += data
