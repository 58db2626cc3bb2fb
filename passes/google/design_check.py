"""Draw a design's class and object once, when it is loaded, and let the linter judge them.

What Google would refuse is then told to the owner who deploys the design, and not to the log on the
first customer's click.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from passes.google import linter, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.card.view import Card
    from passes.designs.design import Design
    from passes.google.linter import Finding

ISSUER: Final = "3388000000000000000"
ADDRESS: Final = "https://cards.example"
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Face:
    """A program that has everything a class can show."""

    language: str
    program: str = "rehearsal"
    name: str = "Program"
    organization: str = "Shop"
    lines: tuple[str, ...] = ("1 point for every visit.",)
    contact: tuple[tuple[str, str], ...] = (
        ("Write", "shop@cards.example"),
        ("Call", "+1 555 0100"),
        ("Visit", "1 Long Street"),
    )
    region: str = "US"


@dataclass(frozen=True, slots=True)
class SampleFact:
    """A fact with a large number, the widest that is no text."""

    key: str
    label: str = "Label"
    value: int = 10**9
    kind: str = "number"
    text: str = "1,000,000,000"
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class SampleCard:
    """A card with the shape of `loyalty.card.view.Card`, of which wallets know the type only."""

    language: str
    facts: tuple[SampleFact, ...]
    program: str = "rehearsal"
    program_name: str = "Program"
    serial: str = "0123456789abcdef0123456789abcdef"
    code: str = "1.A.AAAABBBBCCCCDDDD.EEEEFFFFGGGGHHHH"
    places: tuple[Any, ...] = ()
    home: None = None
    voided: bool = False
    expires_at: datetime | None = None

    def fact(self, key: str) -> SampleFact | None:
        """Return the fact of that key."""
        return next((fact for fact in self.facts if fact.key == key), None)


def findings(design: Design) -> Iterator[Finding]:
    """Yield what the linter finds in a design's class, and in its objects full and empty."""
    look = objects.look_of(design, ADDRESS)
    first, *others = (Face(language) for language in design.words)
    card, *translations = (SampleCard(one, _facts(design)) for one in design.words)
    sample = _object(card, look, translations)
    # What stands in the points is not repeated as a module, but on another card it may be one.
    every = {"textModulesData": [{"id": shown.fact} for shown in look.layout.modules]}
    program = objects.loyalty_class(first, look, ISSUER, translations=others)
    yield from linter.lint_class(program, ISSUER, sample=sample | every)
    empty = _object(replace(card, facts=(), voided=True, expires_at=_NOW), look, [])
    pictures = f"{ADDRESS}/designs/{design.name}/"
    for body in (sample, empty):
        yield from linter.lint_object(body, ISSUER, program=program, pictures=pictures)


def _object(card: SampleCard, look: objects.Look, translations: list[SampleCard]) -> dict[str, Any]:
    spoken = cast("list[Card]", [card, *translations])
    return objects.loyalty_object(spoken[0], look, ISSUER, _NOW, translations=spoken[1:])


def _facts(design: Design) -> tuple[SampleFact, ...]:
    layout, strips = design.google.layout, design.apple.strips
    keys = [one.fact for one in (*layout.points, *layout.modules)]
    keys += [strips.fact] if strips else []
    return tuple(SampleFact(key) for key in dict.fromkeys((*keys, "member")))
