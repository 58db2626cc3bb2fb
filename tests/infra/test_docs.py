"""What the pages point at is there: paths, modules, commands, links and their headings."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDERS = ("benchmarks", "docs", "functions", "infra", "loyalty", "passes", "templates", "tests")
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))

# What a page asks its reader to make.
MADE_BY_READERS = {"example.py", "first.py", "templates/pages/badges/"}
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_PATH = re.compile(rf"(?<![\w/.-])(?:{'|'.join(FOLDERS)})/[\w./*{{}},<>-]*")
_MODULE = re.compile(rf"\b(?:{'|'.join(FOLDERS)})(?:\.[a-z_][a-z0-9_]*)+\b(?![/(])")
_FILE = re.compile(r"(?<![\w./-])[\w-]+\.(?:py|yml|toml|js|css|html)\b")
_IMPORT = re.compile(rf"^from ((?:{'|'.join(FOLDERS)})[\w.]*) import ([\w, ]+)", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def file_names() -> frozenset[str]:
    found = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")}
    return frozenset(found | {path.name for path in ROOT.iterdir()})


def missing(text: str) -> set[str]:
    """Return what a page names in this repository and is not there."""
    named = {*missing_paths(text), *missing_modules(text), *missing_imports(text)}
    return named - MADE_BY_READERS


def missing_paths(text: str) -> Iterator[str]:
    """Yield paths, and names of files, that are written as code."""
    for code in _CODE.findall(_FENCE.sub("", text)):
        for path in _PATH.findall(code):
            if "<" not in path and not any(globbed(path.rstrip("."))):
                yield path
        for name in [] if "/" in code else _FILE.findall(code):
            if name not in file_names():
                yield name


def missing_modules(text: str) -> Iterator[str]:
    """Yield modules, and names in them, as in ``python -m infra.program``."""
    yield from (module for module in _MODULE.findall(text) if not is_there(module))


def missing_imports(text: str) -> Iterator[str]:
    """Yield what examples in Python import from us."""
    for package, names in _IMPORT.findall(text):
        for name in names.split(","):
            dotted = f"{package}.{name.split(' as ')[0].strip()}"
            if not is_there(dotted):
                yield dotted


def globbed(path: str) -> Iterator[Path]:
    """Yield what a path stands for; `{a,b}` and `*` as in a shell."""
    inside = re.search(r"\{([^}]*)\}", path)
    if inside:
        for one in inside[1].split(","):
            yield from globbed(path.replace(inside[0], one, 1))
    else:
        yield from ROOT.glob(path)


def is_there(dotted: str) -> bool:
    """Tell whether this is a module, or a name in one."""
    *above, name = dotted.split(".")
    place = ROOT.joinpath(*above)
    if (place / f"{name}.py").exists() or (place / name).is_dir() or (place / name).exists():
        return True
    files = (place.with_suffix(".py"), place / "__init__.py")
    return any(re.search(rf"\b{name}\b", text_of(file)) for file in files if file.exists())


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(page: Path) -> Iterator[str]:
    for target in _LINK.findall(_FENCE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    assert missing(text_of(page)) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_what_is_not_there_is_noticed() -> None:
    text = (
        "See `loyalty/pos/square.py`, `loyalty/money.py`, `giving.py` and `python -m infra.gone`."
    )
    assert missing(text) == {"loyalty/pos/square.py", "giving.py", "infra.gone"}
    old = "```python\nfrom loyalty import program_document, money\n```"
    assert missing(old) == {"loyalty.program_document"}
    assert missing("`functions/{join,api}.py` `loyalty.money` `tests/infra/*.py`") == set()
    assert "the-house" in anchors(ROOT / "README.md")
