"""Draw a design's class and object for a sample, and let the linter judge them.

What Google would refuse is then told to the owner who deploys the design, and not to the log on the
first customer's click. Called by `passes.designs.check`; no function of the deployed system is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from loyalty.card.view import Card, CardField
from passes.google import linter, objects
from passes.google.hosted_design import hosted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from passes.designs.design import Design
    from passes.google.linter import Finding

ISSUER: Final = "3388000000000000000"
ADDRESS: Final = "https://cards.example"
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SENTENCES: Final = ("1 point for every visit.",)


@dataclass(frozen=True, slots=True)
class SampleProgram:
    """A program that has everything a class can show."""

    language: str
    program: str = "sample"
    name: str = "Program"
    organization: str = "Shop"
    sentences: tuple[str, ...] = _SENTENCES
    contact: tuple[tuple[str, str], ...] = (
        ("Write", "shop@cards.example"),
        ("Call", "+1 555 0100"),
        ("Visit", "1 Long Street"),
    )
    region: str = "US"


def findings(design: Design) -> Iterator[Finding]:
    """Yield what the linter finds in a design's class, and in its objects full and empty."""
    shown = hosted(design, ADDRESS)
    first, *others = (SampleProgram(language) for language in design.words)
    card, *translations = (_card(design, language) for language in design.words)
    sample = objects.loyalty_object(card, shown, ISSUER, _NOW, translations=translations)
    # What stands in the points is not repeated as a module, but on another card it may be one.
    every = {"textModulesData": [{"id": one.field} for one in shown.layout.modules]}
    program = objects.loyalty_class(first, shown, ISSUER, translations=others)
    yield from linter.lint_class(program, ISSUER, sample=sample | every)
    bare = replace(card, fields=(), voided=True, expires_at=_NOW)
    empty = objects.loyalty_object(bare, shown, ISSUER, _NOW)
    pictures = f"{ADDRESS}/designs/{design.name}/"
    for body in (sample, empty):
        yield from linter.lint_object(body, ISSUER, program=program, pictures=pictures)


def _card(design: Design, language: str) -> Card:
    return Card(
        program="sample",
        member="sample",
        program_name="Program",
        organization="Shop",
        design=design.name,
        serial="0123456789abcdef0123456789abcdef",
        code="1.A.AAAABBBBCCCCDDDD.EEEEFFFFGGGGHHHH",
        language=language,
        version=1,
        fields=tuple(_fields(design)),
        sentences=_SENTENCES,
    )


def _fields(design: Design) -> Iterator[CardField]:
    """Yield all that the design shows, with a large number: the widest value that is no text."""
    layout, strips = design.google.layout, design.apple.strips
    keys = [one.field for one in (*layout.points, *layout.modules)]
    keys += [strips.field] if strips else []
    for key in dict.fromkeys((*keys, "member")):
        yield CardField(key, "Label", 10**9, "number", "1,000,000,000")
