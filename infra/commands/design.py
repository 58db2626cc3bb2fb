"""Card designs: make their pictures, judge them, look at them before a program names them.

loyalty design new templates/designs/mine --style stamps --colour "#12352b" --logo logo.png
loyalty design images templates/designs/mine
loyalty design check
loyalty design check coffee templates/designs/mine
loyalty design preview templates/designs/mine --program mine.toml --to mine.html

Designs where they run: see infra/commands/own_designs.py.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from infra.commands.answer import say
from infra.design import faults
from infra.design_options import describe
from infra.failures import ROOT, Failure
from passes.designs.check import advice
from passes.designs.design import DESIGNS, DesignError, checked_name, load, names

if TYPE_CHECKING:
    import argparse

    from loyalty.program.rules import Program
    from passes.designs.design import Design

PROGRAMS = ROOT / "templates" / "programs"
DRAWING = ROOT / ".tools" / "drawing" / "bin" / "python"
_LONGEST = 300  # seconds of making a design's pictures
_EVERY_KIND = ("coffee", "coffee-stamps", "ladder")
"""Programs in which a design of no shipped program is shown: points, stamps, levels."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    from infra.commands import own_designs  # noqa: PLC0415 - boto3 is slow to load

    commands = parser.add_subparsers(required=True, metavar="WHAT")
    new = commands.add_parser("new", help="draw a design from a logo and two colours")
    new.set_defaults(run=_new)
    describe(new)
    images = commands.add_parser("images", help="make all pictures of a design from its originals")
    images.set_defaults(run=_images)
    images.add_argument("folder", help="the design's folder")
    check = commands.add_parser("check", help="read designs and judge what they draw")
    check.set_defaults(run=_check)
    check.add_argument("designs", nargs="*", help="folders, or names of shipped ones; all if none")
    preview = commands.add_parser("preview", help="draw a page of every state, wallet, language")
    preview.set_defaults(run=_preview)
    preview.add_argument("folder", help="the design's folder, or the name of a shipped one")
    preview.add_argument(
        "--program", type=Path, help="program document; the shipped ones if not said"
    )
    preview.add_argument("--to", type=Path, help="file to write; NAME.html if not said")
    own_designs.configure(commands)


def _images(given: argparse.Namespace) -> int:
    where, name = _place(given.folder)
    if not (where / name / "design.toml").is_file():
        raise Failure(
            f"{where / name} is no design: it has no design.toml; copy a shipped folder first"
        )
    say(_drawing("design_images", where / name).rstrip("\n"))
    return 0


def _new(given: argparse.Namespace) -> int:
    folder: Path = given.folder.resolve()
    if folder.exists():
        raise Failure(f"{folder} is there already: choose another name, or remove it first")
    try:
        checked_name(folder.name)
    except DesignError as error:
        raise Failure(str(error)) from None
    words: list[object] = [folder]
    for option in ("style", "colour", "accent", "logo", "icon", "count", "pattern", "photo"):
        value = getattr(given, option)
        if value is not None:
            words.append(f"--{option}={value}")
    notes = _drawing("design_drawing", *words)
    if wrong := faults([folder.name], folder.parent):
        raise Failure("\n".join(wrong))
    for sentence in (*notes.splitlines(), *advice(load(folder.name, folder.parent))):
        say(f"advice: {sentence}", advice=sentence)
    say(f"{folder} is drawn, and both wallets take it. Look at it: design preview")
    return 0


def _drawing(module: str, *words: object) -> str:
    """Run a module where pictures can be drawn, and return what it says."""
    if not DRAWING.exists():
        raise Failure(f"the drawing tools are not installed: run `make setup` in {ROOT}")
    start = _START.format(module=module)
    answer = subprocess.run(
        [DRAWING, "-I", "-c", start, ROOT, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    if answer.returncode:
        if answer.stdout.strip():
            say(answer.stdout.rstrip("\n"))
        raise Failure(
            answer.stderr.strip().splitlines()[-1] if answer.stderr else "no picture made"
        )
    return answer.stdout


_START = """import sys
sys.path.insert(0, sys.argv.pop(1))
from infra.{module} import main
sys.exit(main())"""


def _check(given: argparse.Namespace) -> int:
    chosen = [_place(word) for word in given.designs or names()]
    if wrong := [one for where, name in chosen for one in faults([name], where)]:
        raise Failure("\n".join(wrong))
    for sentence in (one for where, name in chosen for one in advice(load(name, where))):
        say(f"advice: {sentence}", advice=sentence)
    say(f"{', '.join(name for _, name in chosen)} can be used.")
    return 0


def _preview(given: argparse.Namespace) -> int:
    from infra.program_preview import preview  # noqa: PLC0415 - slow to load, and for this command only

    where, name = _place(given.folder)
    try:
        design = load(name, where)
    except DesignError as error:
        raise Failure(str(error)) from None
    file: Path = given.to or Path(f"{name}.html")
    shown = preview(f"Design {name}", [(program, design) for program in _programs(given, design)])
    file.write_text(shown, encoding="utf-8")
    say(f"{file.resolve()} shows {name}: open it in a browser.")
    return 0


def _programs(given: argparse.Namespace, design: Design) -> list[Program]:
    """Return the programs to show a design in: the one named, those that wear it, or any."""
    from infra.commands.program import read_file  # noqa: PLC0415 - the same

    if given.program:
        return [replace(read_file(given.program), design=design.name)]
    shipped = [read_file(file) for file in sorted(PROGRAMS.glob("*.toml"))]
    wearing = [one for one in shipped if one.design == design.name]
    return wearing or [one for one in shipped if one.id in _EVERY_KIND]


def _place(word: str) -> tuple[Path, str]:
    """Return where a design lies, and its name: a folder's path, or the name of a shipped one."""
    path = Path(word)
    if len(path.parts) > 1 or (path / "design.toml").is_file():
        found = path.resolve()
        return found.parent, found.name
    return DESIGNS, word
