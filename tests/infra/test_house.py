"""Rules of the house that import-linter cannot say; its own contracts stand in pyproject.toml."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.deployed import ROOT, handlers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGES = ("functions", "loyalty", "passes", "infra")
DEPLOYED = ("functions", "loyalty", "passes")

# Where an outside library may be imported; a place ends with "/" when it is a whole room.
PLACES = {
    # In an environment of its own, and in the artifact of the one function that draws.
    "PIL": ["passes/drawing/"],
    "resvg_py": ["passes/drawing/vector.py"],
    "asn1crypto": ["passes/apple/linter/"],
    # The linter wants the list of currencies, and runs where no customer waits.
    "babel": ["loyalty/words/", "functions/pages/", "passes/apple/linter/"],
    # What it adds to botocore costs a sixth of its size, and nothing here uses it.
    "boto3": [],
    "botocore": ["loyalty/store/dynamodb.py", "functions/aws/"],
    "cryptography": ["passes/", "loyalty/store/sealing.py", "functions/aws/sns.py"],
    "google": ["passes/google/"],
    "h2": ["passes/apple/"],
    "py_arkworks_bls12381": ["loyalty/ledger/drand.py"],
    "jinja2": ["functions/pages/"],
    "phonenumbers": ["loyalty/members/contact.py", "passes/contacts.py"],
    "pydantic": ["functions/", "loyalty/program/document.py", "loyalty/tills/"],
    "openpyxl": ["loyalty/sheets/"],
    "segno": ["functions/pages/", "passes/preview/"],
    "standardwebhooks": ["loyalty/outgoing/", "loyalty/tills/"],
    "aws_lambda_powertools": ["functions/"],
    "fido2": ["loyalty/access/"],
    "dateutil": ["loyalty/campaigns/recurring.py", "loyalty/tills/bridges/calendar_events.py"],
    "icalendar": ["loyalty/tills/bridges/calendar_events.py"],
}
# What of the business the wallets may know. A room that is not named here is closed to them.
OPEN_TO_WALLETS = (
    "loyalty.card.view",
    "loyalty.languages",
    "loyalty.money",
    "loyalty.refusals",
    "loyalty.words",
)
# Imports inside functions outside of functions/wiring, each with what it spares whom.
LATE = {
    "loyalty/campaigns/promoting.py": "few campaigns have a promotion, whose judge is dear to load",
    "functions/apple.py": "pages are drawn for a dead link only, passes are fetched all day",
    "functions/aws/sns.py": "few e-mails bounce",
    "functions/channels.py": "most come from programs, and read no page",
    "functions/google.py": "pages are drawn for taps that fail only",
    "functions/google_callback.py": "most callbacks need no client of Google's",
    "functions/pages/preview.py": "few look at a preview, and pages need their templates",
    "functions/sign_in.py": "few come with a browser and a link, and no program does",
    "loyalty/store/sealing.py": "a sale opens and seals nothing",
    "loyalty/store/program_versions.py": "whoever reads programs needs nothing of changing them",
    "passes/apple/linter/__init__.py": "what parses signatures is not deployed",
    "passes/contacts.py": "numbers are read where a class or pass is drawn, not where one is sent",
    "passes/drawing/vector.py": "few logos are SVG",
    "passes/drawing/pictures.py": "packing tightly is for shipped pictures only, and slow to load",
    "passes/google/linter/schema.py": "the linter is used without Google's schema too",
}
# Names that read or change the world; nothing that decides may call them.
WORLDLY = {"now", "today", "utcnow", "open", "read_text", "read_bytes", "write_text", "getenv"}
WORLDLY |= {"uuid1", "uuid4", "urandom", "print", "input", "sleep"}


@cache
def sources(*places: str) -> list[Path]:
    found = [path for place in places for path in (ROOT / place).rglob("*.py")]
    found += [ROOT / place for place in places if place.endswith(".py")]
    return sorted(found)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST, *, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield what is imported at run time, and whether that happens inside a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", inside) for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from imports(node, inside=within)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def settings() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["tool"]
    return found


@cache
def deciding() -> list[Path]:
    """Return the modules of the contract "Deciding is pure"."""
    contracts = settings()["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one["name"].startswith("Deciding is pure"))
    places = [name.replace(".", "/") for name in contract["source_modules"]]
    return sources(*(place if (ROOT / place).is_dir() else f"{place}.py" for place in places))


def test_handlers_are_the_functions_of_serverless_yml() -> None:
    modules = {f"functions.{path.stem}" for path in (ROOT / "functions").glob("[!_]*.py")}
    assert modules == set(handlers().values())


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_names_differ_by_an_s(package: str) -> None:
    places: dict[str, set[Path]] = defaultdict(set)
    for path in sources(package):
        # A room may be called by what it holds many of.
        if path.stem != "__init__":
            places[path.stem].add(path.with_suffix(""))
    pairs = {
        (shown(one), shown(other))
        for name, ones in places.items()
        for one in ones
        for other in places.get(f"{name}s", ())
    }
    assert pairs == set()


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_known_in_its_place_only(library: str) -> None:
    strangers = [
        shown(path)
        for path in sources(*DEPLOYED)
        if any(name.split(".")[0] == library for name, _ in imports(parsed(path)))
        and not any(shown(path).startswith(place) for place in PLACES[library])
    ]
    assert strangers == []


def test_the_wallets_know_nothing_else_of_the_business() -> None:
    strange = [
        (shown(path), name)
        for path in sources("passes")
        for name, _ in imports(parsed(path))
        if name.startswith("loyalty.")
        and not f"{name}.".startswith(tuple(f"{one}." for one in OPEN_TO_WALLETS))
    ]
    assert strange == []


def test_late_imports_stand_in_the_wiring_or_say_why() -> None:
    late = {
        shown(path) for path in sources(*DEPLOYED) for _, inside in imports(parsed(path)) if inside
    }
    assert {name for name in late if not name.startswith("functions/wiring/")} == set(LATE)


def test_deciding_reads_no_clock_and_no_file() -> None:
    calls = [
        (shown(path), node.lineno, ast.unparse(node.func))
        for path in deciding()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in WORLDLY
    ]
    assert calls == []


def test_what_deciding_hands_around_cannot_change() -> None:
    loose = [
        (shown(path), node.name)
        for path in deciding()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        for decorator in map(ast.unparse, node.decorator_list)
        if decorator.startswith("dataclass")
        and not ("frozen=True" in decorator and "slots=True" in decorator)
    ]
    assert loose == [("loyalty/invariants/account.py", "Walk")]  # adds up while it walks


@pytest.mark.parametrize("package", PACKAGES)
def test_tests_mirror_the_tree(package: str) -> None:
    folders = {path.parent for path in (ROOT / "tests" / package).rglob("test_*.py")}
    rooms = {folder.relative_to(ROOT / "tests").as_posix() for folder in folders}
    assert {room for room in rooms if not (ROOT / room).is_dir()} == set()


def test_mutation_finds_what_it_changes_and_what_judges_it() -> None:
    mutation = settings()["mutate"]
    named = mutation["modules"] + mutation["judges"]
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_these_rules_look_at_something() -> None:
    assert len(deciding()) > 30
    assert len(sources(*DEPLOYED)) > 100
    tree = ast.parse("def f():\n    import boto3\nfrom datetime import datetime\n")
    assert list(imports(tree)) == [("boto3", True), ("datetime.datetime", False)]
