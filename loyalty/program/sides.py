"""The two sides of a program: the real one, and one for trying tills out, under the same document.

The test side is a program of its own to everything that keeps or counts: its id, which no document
can have, begins every key of what belongs to it. So nothing of it can reach a real balance, list
or figure, and no code asks which side it is on but what lets something leave for people: phones,
wallets, mail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyalty.program.rules import Program

_TEST = ".test"
# A full stop is in no program's id, and may stand in whatever is named after one: addresses,
# secrets, groups of messages.
_SAID = "TEST"
_LONGEST_NAME = 120


def is_test(program: str) -> bool:
    """Tell whether a program's id is that of a test side."""
    return program.endswith(_TEST)


def real(program: str) -> str:
    """Return the id of the program whose document both sides share."""
    return program.removesuffix(_TEST)


def test_side(program: str) -> str:
    """Return the id of a program's test side."""
    return real(program) + _TEST


def as_test(program: Program) -> Program:
    """Return a program as its test side runs it: the same rules, and every card says TEST."""
    return replace(
        program,
        id=test_side(program.id),
        name={spoken: _marked(name) for spoken, name in program.name.items()},
        organization=_marked(program.organization),
    )


def _marked(name: str) -> str:
    return f"{_SAID} {name}"[:_LONGEST_NAME]
