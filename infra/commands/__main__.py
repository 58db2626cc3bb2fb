"""``loyalty``: what an owner does from the command line, on AWS and on the stack of `make run`.

Ends with 0, with 1 when something could not be done or is not as it should be, and with 2 when the
command itself was not understood. Whatever goes wrong is told in sentences, never as a traceback.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from infra.commands import answer
from infra.failures import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROGRAM = "loyalty"
COMMANDS = {
    "deploy": "from an AWS account to a card: looks first, deploys, makes the first program",
    "smoke": "try a deployment with a customer of its own, from joining to erasing",
    "doctor": "tell what of a deployed stack is there, and what is missing",
    "restore": "after the worst: tables from a backup, and everything true again",
    "destroy": "remove a deployment, and say what stays and why",
    "program": "check, describe, put and get programs; the schema for editors",
    "till": "make the address that a till reports to; replace its secret",
    "key": "make, list, rotate and revoke keys of tills, staff and owners",
    "people": "who works for a program, and as what; what was changed, and by whom",
    "certificate": "the pass certificate from Apple: request, import, check, store, status",
    "google": "the service account and the issuer at Google",
    "events": "the places that a program's events are sent to; what became of them",
    "coupon": "words and single-use codes: make, change, stop, print, see how they are used",
    "figures": "what an owner sees of their shop: show, work out, rebuild, write into files",
    "design": "judge card designs before a program names them",
    "lint": "judge passes, and what goes to Google, as the wallets would",
    "secret": "make the master key",
    "members": "put the list of members right; rebuild accounts from the ledger",
    "import": "move members in from another system's file; undo that",
    "simulate": "try a program on what a till has sold, and compare what it costs",
    "export": "carry everything of a program out, and into an empty deployment",
    "build": "build the artifact that every function runs from",
}
# Where the file is called otherwise than the command.
MODULES = {
    "certificate": "pass_certificate",
    "import": "moving_in",
    "export": "moving_out",
    "key": "api_key",
    "simulate": "simulation",
}
NOT_UNDERSTOOD, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(overview(), end="")
        return 0 if words else NOT_UNDERSTOOD
    name, *rest = words
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"did you mean {near[0]!r}" if near else f"there are {', '.join(COMMANDS)}"
        print(f"{PROGRAM}: there is no command {name!r}; {hint}.", file=sys.stderr)
        return NOT_UNDERSTOOD
    return told(name, lambda: _run(name, rest))


def overview() -> str:
    """Return what commands there are."""
    lines = [f"  {name:12} {meaning}" for name, meaning in COMMANDS.items()]
    return "\n".join(
        [
            f"{PROGRAM} COMMAND …, {PROGRAM} COMMAND --help for more",
            "",
            *lines,
            "",
            "--stage says which deployment is meant; --stage local is the stack of `make run`.",
            "",
        ]
    )


def told(name: str, run: Callable[[], int]) -> int:
    """Run, and tell in sentences what goes wrong. Returns the exit code."""
    # Russian and ₽ on a terminal that has no letters for them come as question marks.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence even for our own faults
        return _failed(name, sentence(error))
    return code


def _run(name: str, words: Sequence[str]) -> int:
    module = import_module(f"infra.commands.{MODULES.get(name, name)}")
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {name}", description=COMMANDS[name])
    module.configure(parser)
    answer.add_option(parser)
    given = parser.parse_args(words)
    answer.for_programs(wanted=getattr(given, "json", False))
    run: Callable[[argparse.Namespace], int] = given.run
    return run(given)


def _failed(name: str, words: str) -> int:
    answer.fail(f"{PROGRAM} {name}", words)
    return 1


if __name__ == "__main__":
    sys.exit(main())
