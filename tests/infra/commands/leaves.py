"""Every command there is, with arguments that would do in whole surroundings."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from infra.commands.__main__ import COMMANDS, MODULES
from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE, FOLDER = "FILE", "FOLDER"
DESIGN = str(ROOT / "templates" / "designs" / "coffee")
ARGUMENTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("program", "check"): (FILE,),
    ("program", "describe"): (FILE,),
    ("program", "put"): (FILE,),
    ("program", "get"): ("coffee",),
    ("program", "schema"): (),
    ("program", "history"): ("coffee",),
    ("program", "difference"): ("coffee",),
    ("program", "rollback"): ("coffee", "--to", "1"),
    ("program", "templates"): (),
    ("program", "start"): ("bakery", "--program", "crumbs"),
    ("till", "add"): ("my-till", "--program", "coffee", "--secret-file", FILE),
    ("till", "rotate"): ("my-till", "--secret-file", FILE),
    ("till", "requests"): ("--program", "coffee"),
    ("till", "health"): ("--program", "coffee"),
    ("till", "test"): ("my-till",),
    ("till", "visits"): ("my-till", FILE),
    ("till", "fields"): ("my-till",),
    ("till", "replay"): ("my-till", "--since", "2026-11-27T00:00Z"),
    ("till", "catch-up"): ("my-till",),
    ("till", "token"): ("my-till", "--token-file", FILE),
    ("key", "add"): ("--program", "coffee", "--scope", "till"),
    ("key", "list"): ("--program", "coffee"),
    ("key", "rotate"): ("anna0001", "--program", "coffee"),
    ("key", "revoke"): ("anna0001", "--program", "coffee"),
    ("members", "forgotten"): ("--list", f"{FOLDER}/forgotten.txt"),
    ("members", "forget-again"): (),
    ("people", "add"): ("Anna", "--program", "coffee", "--role", "staff"),
    ("people", "list"): ("--program", "coffee"),
    ("people", "role"): ("a" * 26, "owner", "--program", "coffee"),
    ("people", "founder"): ("a" * 26, "--program", "coffee"),
    ("people", "remove"): ("a" * 26, "--program", "coffee"),
    ("people", "link"): ("a" * 26, "--program", "coffee"),
    ("people", "sessions"): ("a" * 26, "--program", "coffee"),
    ("people", "sign-out"): ("a" * 26, "--program", "coffee"),
    ("people", "changes"): ("--program", "coffee"),
    ("certificate", "request"): ("--keys", FOLDER, "--email", "me@shop.example"),
    ("certificate", "import"): ("--keys", FOLDER, FILE),
    ("certificate", "check"): ("--keys", FOLDER),
    ("certificate", "store"): ("--keys", FOLDER),
    ("certificate", "status"): (),
    ("google", "steps"): (),
    ("google", "read"): (FILE,),
    ("google", "store"): (FILE,),
    ("google", "check"): ("--key", FILE),
    ("design", "images"): (FOLDER,),
    ("design", "publish"): (DESIGN, "--program", "coffee"),
    ("design", "list"): ("--program", "coffee"),
    ("design", "history"): ("autumn", "--program", "coffee"),
    ("design", "rollback"): ("autumn", "--program", "coffee", "--to", "1"),
    ("design", "fetch"): ("autumn", "--program", "coffee", "--to", f"{FOLDER}/autumn"),
    ("design", "delete"): ("autumn", "--program", "coffee"),
    ("coupon", "add"): (
        "spring",
        "--program",
        "coffee",
        "--name",
        "x",
        "--word",
        "SPRING",
        "--percent",
        "10",
    ),
    ("coupon", "take-in"): ("gifts", FILE, "--program", "coffee"),
    ("coupon", "list"): ("--program", "coffee"),
    ("coupon", "show"): ("spring", "--program", "coffee"),
    ("coupon", "change"): ("spring", "--program", "coffee", "--uses", "9"),
    ("coupon", "stop"): ("spring", "--program", "coffee"),
    ("coupon", "resume"): ("spring", "--program", "coffee"),
    ("coupon", "codes"): ("spring", "--program", "coffee"),
    ("coupon", "uses"): ("spring", "--program", "coffee"),
    ("figures", "show"): ("--program", "coffee"),
    ("figures", "goals"): ("--program", "coffee"),
    ("figures", "csv"): ("days", "--program", "coffee"),
    ("figures", "refresh"): ("--program", "coffee"),
    ("figures", "rebuild"): ("--program", "coffee"),
    ("design", "new"): ("shop", "--style", "points", "--colour", "#12352b", "--logo", FILE),
    ("events", "add"): ("crm", "--program", "coffee", "--url", "https://crm.example.com/hook"),
    ("events", "list"): ("--program", "coffee"),
    ("events", "change"): ("crm", "--program", "coffee", "--pause"),
    ("events", "rotate"): ("crm", "--program", "coffee"),
    ("events", "remove"): ("crm", "--program", "coffee"),
    ("events", "test"): ("crm", "--program", "coffee"),
    ("events", "log"): ("crm", "--program", "coffee"),
    ("events", "replay"): ("crm", "--program", "coffee", "--since", "2026-11-27T00:00Z"),
    ("design", "check"): (),
    ("design", "preview"): ("coffee", "--program", FILE, "--to", "coffee.html"),
    ("lint", "apple"): (FILE,),
    ("lint", "google"): (FILE,),
    ("secret", "master-key"): (),
    ("members", "mend"): (),
    ("members", "rebuild"): (),
    ("members", "seal"): (),
    ("import", "read"): (FILE, "--program", "coffee"),
    ("import", "check"): (FILE, "--program", "coffee", "--mapping", FILE),
    ("import", "run"): (FILE, "--program", "coffee", "--mapping", FILE),
    ("import", "list"): ("--program", "coffee"),
    ("import", "undo"): ("0123456789abcdef", "--program", "coffee"),
    ("import", "links"): ("0123456789abcdef", "--program", "coffee", "--csv", "links.csv"),
    ("export", "run"): ("--program", "coffee", "--to", FOLDER),
    ("export", "restore"): (FOLDER,),
    ("export", "check"): (FOLDER,),
    ("simulate",): (FILE, "--program", FILE),
    ("deploy",): ("--yes", "--dry-run"),
    ("smoke",): (),
    ("doctor",): (),
    ("restore", "rest"): ("--dry-run",),
    ("restore", "copy"): ("--dry-run",),
    ("restore", "export"): ("--bucket", "example-loyalty-backups", "--dry-run"),
    ("restore", "adopt"): ("--state", "loyalty-production-state-2", "--dry-run"),
    ("restore", "mend"): (),
    ("restore", "go-on"): ("--dry-run",),
    ("destroy",): ("--confirm", "production"),
    ("build",): (),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A command as it is typed."""

    words: tuple[str, ...]
    places: bool
    """Whether it is about a deployment."""

    def line(self, **instead: str) -> list[str]:
        """Return the words to type, with names of files in their places."""
        return [*self.words, *(instead.get(word, word) for word in ARGUMENTS[self.words])]

    def takes(self, what: str) -> bool:
        return what in ARGUMENTS[self.words]


def leaves() -> Iterator[Leaf]:
    """Yield every command, as the parsers themselves know it."""
    for name in COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(f"infra.commands.{MODULES.get(name, name)}").configure(parser)
        yield from _below((name,), parser)


def _below(words: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[Leaf]:
    deeper = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in deeper:
        for name, inner in action.choices.items():
            yield from _below((*words, name), inner)
    if not deeper:
        yield Leaf(words, any("--stage" in one.option_strings for one in parser._actions))
