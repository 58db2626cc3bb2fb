"""The commands that the pages tell their readers to type."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
OURS = "bin/loyalty"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^ {4}(bin/loyalty .*)$", re.MULTILINE)
_INLINE = re.compile(r"`((?:bin/)?loyalty(?:\s[^`]*)?)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: str
    heading: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.heading}"


@cache
def blocks() -> tuple[Block, ...]:
    """Return every fenced block, in order."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            headings = _HEADING.findall(_BLOCK.sub("", text[: match.start()]))
            name = page.relative_to(ROOT).as_posix()
            found.append(Block(name, headings[-1] if headings else "", match[1], match[2]))
    return tuple(found)


def block(page: str, heading: str, language: str = "sh") -> Block:
    """Return the first block of that language under that heading."""
    return next(
        one
        for one in blocks()
        if (one.page, one.heading, one.language) == (page, heading, language)
    )


@cache
def commands() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return every use of the owner's command: the page, and the words after its name."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        name = page.relative_to(ROOT).as_posix()
        lines = [line for one in _BLOCK.findall(text) for line in one[1].splitlines()]
        typed = [line for line in lines if line.startswith(OURS)]
        typed += _INDENTED.findall(text)
        typed += _INLINE.findall(_BLOCK.sub("", text))
        for line in typed:
            if words := spoken(line):
                found[(name, words)] = None
    return tuple(found)


def spoken(line: str) -> tuple[str, ...]:
    """Return the words of a command as a shell sees them, up to a redirection."""
    words = shlex.split(line.split(" > ", maxsplit=1)[0], comments=True)
    return tuple(words[1:])
