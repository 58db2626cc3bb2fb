"""What a command says: lines for a person, or for a program one JSON object a line.

With ``--json`` each line is an object that holds its words as ``text`` and its parts by name; what
went wrong is one with ``error`` on the error stream. A whole document, such as a program, is
printed as itself.
"""

from __future__ import annotations

import json
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_FOR_PROGRAMS: ContextVar[bool] = ContextVar("for programs", default=False)


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let every command below a parser be told that a program reads it.

    Not one that hands every word on as it stands, as those of the linters, whose findings are lines
    of file, place and sentence.
    """
    if "-" not in parser.prefix_chars:
        return
    deeper = parser._subparsers  # noqa: SLF001 - argparse tells of them in no other way
    if deeper is None:
        parser.add_argument("--json", action="store_true", help="a JSON object a line")
        return
    for action in deeper._group_actions:  # noqa: SLF001
        for one in (action.choices or {}).values():  # type: ignore[attr-defined]
            add_option(one)


def for_programs(*, wanted: bool) -> None:
    """Set whether a program reads what is said."""
    _FOR_PROGRAMS.set(wanted)


def say(text: str, **parts: Any) -> None:
    """Say a line; its parts are for programs, which do not take sentences apart."""
    if _FOR_PROGRAMS.get():
        _line({"text": text.strip(), **parts})
    else:
        print(text, flush=True)


def hint(text: str) -> None:
    """Say beside the answer what a person wants to know."""
    if not _FOR_PROGRAMS.get():
        print(text, file=sys.stderr, flush=True)


def progress(text: str = "") -> None:
    """Say how far something is, over what was said of it before; nothing ends that."""
    if not _FOR_PROGRAMS.get():
        print(f"\r{text}" if text else "\r", end="", flush=True)


def tell(document: Any) -> None:
    """Print a whole document, which is JSON for everybody."""
    indent = None if _FOR_PROGRAMS.get() else 2
    print(json.dumps(document, ensure_ascii=False, indent=indent, default=str), flush=True)


def fail(command: str, sentence: str) -> None:
    """Say what went wrong, and what to do."""
    if _FOR_PROGRAMS.get():
        _line({"error": sentence, "command": command}, file=sys.stderr)
    else:
        print(f"{command}: {sentence}", file=sys.stderr, flush=True)


def _line(found: dict[str, Any], file: Any = None) -> None:
    print(json.dumps(found, ensure_ascii=False, default=str), file=file, flush=True)
