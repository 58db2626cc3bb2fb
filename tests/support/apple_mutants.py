"""Sound and broken documents for every key of the linter's table, made from the table."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from passes.apple.linter.keys import FIELD, GROUPS, PASS, STYLES
from passes.apple.linter.kinds import (
    CHANGE,
    DATE,
    JSON,
    PAYLOAD,
    SOME_TEXT,
    TEXT,
    VALUE,
    Choice,
    Key,
    Kind,
    ListOf,
    Shape,
)
from passes.apple.linter.semantic_keys import SEMANTICS

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]
Step = str | int
# One value of every JSON type; the kinds say which of them they may be.
ANYTHING: tuple[Any, ...] = (None, True, 7, 7.5, "no such thing", [], ["x"], {}, {"x": 1})


# Every group, and every style that reads keys of its own.
FIELD_PLACES = {
    *(("storeCard", group) for group in GROUPS),
    *(("posterGeneric", group) for group in ("footerFields", "additionalInfoFields")),
    *((style, "auxiliaryFields") for style in STYLES),
    ("upcomingPassInformation", 0),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document with one fault, and the key at fault."""

    document: Document
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One key of the table at one place of a document."""

    style: str
    trail: tuple[Step, ...]
    name: str
    key: Key
    shape: Shape

    def __str__(self) -> str:
        return ".".join(map(str, (self.style, *self.trail, self.name)))

    def sound(self) -> Document:
        """Return a document in which the key stands as documented."""
        document = minimal(self.style)
        self.put(document, sample(self.key.kind))
        return document

    def put(self, document: Document, value: Any) -> Any:
        """Write the value, and what the key needs; return the object that holds it."""
        holder = self.holder(document)
        for other in self.key.excludes:
            holder.pop(other, None)
        for other in self.key.needs:
            holder[other] = sample(self.shape.keys[other].kind)
        if self.key.value:
            holder["value"] = 7 if self.key.value == "number" else DATE.sample
        if self.key.successor:
            holder[self.key.successor] = [sample(entry_of(self.shape, self.key.successor))]
        holder[self.name] = value
        if self.name == "boardingPass" and value == {}:
            value["transitType"] = "PKTransitTypeAir"
        if "endDate" in holder:
            holder.pop("date", None)
        if holder.get("endDate") == DATE.sample:
            holder["endDate"] = "2026-11-21T13:00:00Z"
        if "placeIdentifier" in holder:
            holder["type"] = "place"
        return holder

    def holder(self, document: Document) -> Any:
        """Return the object of the document that holds the key, made where it lacks."""
        at: Any = document
        shape: Any = PASS
        for step in self.trail:
            if isinstance(step, int):
                at = at[step]
                continue
            key = shape.keys[step]
            if step not in at:
                for other in key.needs:
                    at[other] = sample(shape.keys[other].kind)
                at[step] = sample(key.kind)
            at = at[step]
            shape = key.kind.entry if isinstance(key.kind, ListOf) else key.kind
        return at


def entry_of(shape: Shape, name: str) -> Any:
    kind = shape.keys[name].kind
    assert isinstance(kind, ListOf)
    return kind.entry


def sample(kind: Kind | Choice | ListOf | Shape) -> Any:
    """Return a value of the kind, with no more than must be in it."""
    match kind:
        case Kind():
            return copy.deepcopy(kind.sample)
        case Choice():
            return kind.values[0]
        case ListOf():
            return [sample(kind.entry)]
        case Shape():
            names = [name for name, key in kind.keys.items() if key.required and not key.styles]
            return {name: sample(kind.keys[name].kind) for name in (*names, *kind.one_of[:1])}


def minimal(style: str) -> Document:
    document: Document = {**sample(PASS), style: {}}
    if style == "boardingPass":
        document[style]["transitType"] = "PKTransitTypeAir"
    return document


def spots() -> Iterator[Spot]:
    """Yield every key of the table, at every place where it is read."""
    for name, key in PASS.keys.items():
        if name in STYLES:
            yield Spot(name, (), name, key, PASS)
            yield from _within(name, (name,), key.kind)
        else:
            style = min(key.styles, default="storeCard")
            yield Spot(style, (), name, key, PASS)
            yield from _within(style, (name,), key.kind)


def _within(style: str, trail: tuple[Step, ...], kind: Any) -> Iterator[Spot]:
    if isinstance(kind, ListOf):
        yield from _within(style, (*trail, 0), kind.entry)
    if not isinstance(kind, Shape):
        return
    if kind is SEMANTICS and not (len(trail) == 1 or trail[:2] == ("storeCard", "headerFields")):
        return  # the same tags again
    if kind is FIELD and len(trail) > 1 and trail[:2] not in FIELD_PLACES:
        return  # the same fields again
    for name, key in kind.keys.items():
        if key.styles and style not in key.styles:
            continue
        if key.groups and len(trail) > 1 and trail[1] not in key.groups:
            continue
        yield Spot(style, trail, name, key, kind)
        yield from _within(style, (*trail, name), key.kind)


def mutants(spot: Spot) -> Iterator[Mutant]:
    """Yield the sound document with one fault about the key, of every sort."""

    def made(value: Any, what: str) -> Mutant:
        document = minimal(spot.style)
        spot.put(document, value)
        return Mutant(document, spot.name, f"{spot}: {what}")

    for value in wrong(spot.key.kind):
        yield made(value, f"is {value!r}")
    yield from _without(spot)
    yield from _elsewhere(spot)


def wrong(kind: Kind | Choice | ListOf | Shape) -> Iterator[Any]:
    """Yield values that are not of the kind, by what JSON types say, not by its own judge."""
    match kind:
        case Choice():
            right = kind.values[0]
            yield from (value for value in ANYTHING if value != right)
            spellings = ("", right.lower(), right.upper(), right[2:], f" {right}", [right])
            yield from (value for value in spellings if value not in kind.values)
        case ListOf():
            yield from (value for value in ANYTHING if not isinstance(value, list))
            yield from ([value] for value in wrong(kind.entry))
        case Shape():
            yield from (value for value in ANYTHING if not isinstance(value, dict))
        case Kind():
            yield from _wrong_plain(kind)


def _wrong_plain(kind: Kind) -> Iterator[Any]:
    taken = {type(kind.sample)}
    if kind is VALUE:
        taken = {str, int, float}
    elif kind is JSON:
        taken = {dict, list}
    elif float in taken:
        taken = {int, float}
    yield from (value for value in ANYTHING if type(value) not in taken)
    if str in taken and not any(kind is free for free in (TEXT, VALUE)):
        yield ""
    if kind is PAYLOAD:
        yield from ("x" * 65, "ж" * 33)
    elif kind is CHANGE:
        yield from ("Now", "%@ of %@")
    elif str in taken and not any(kind is free for free in (TEXT, SOME_TEXT, VALUE)):
        yield from ("wrong\n", f"{kind.sample}\n", f" {kind.sample}")


def _without(spot: Spot) -> Iterator[Mutant]:
    key = spot.key
    if key.required:
        document = spot.sound()
        del spot.holder(document)[spot.name]
        yield Mutant(document, spot.name, f"{spot}: is missing")
    for other in key.needs:
        document = spot.sound()
        del spot.holder(document)[other]
        yield Mutant(document, spot.name, f"{spot}: {other} is missing")
    for other in key.excludes:
        document = spot.sound()
        spot.holder(document)[other] = sample(spot.shape.keys[other].kind)
        yield Mutant(document, spot.name, f"{spot}: {other} stands there too")
    for value in {"number": ("7", DATE.sample), "date": (7, "tomorrow")}.get(key.value or "", ()):
        document = spot.sound()
        spot.holder(document)["value"] = value
        yield Mutant(document, spot.name, f"{spot}: the value is {value!r}")


def _elsewhere(spot: Spot) -> Iterator[Mutant]:
    for style in sorted(set(STYLES) - spot.key.styles) if spot.key.styles else ():
        trail = (style, *spot.trail[1:]) if spot.trail and spot.trail[0] in STYLES else spot.trail
        if trail != spot.trail or not trail:
            moved = Spot(style, trail, spot.name, spot.key, spot.shape)
            yield Mutant(moved.sound(), spot.name, f"{moved}: is for other styles")
    if spot.key.groups and spot.shape is FIELD and len(spot.trail) > 1:
        for group in ("primaryFields", "backFields", "headerFields"):
            if group not in spot.key.groups:
                moved = Spot(spot.style, (spot.style, group, 0), spot.name, spot.key, spot.shape)
                yield Mutant(moved.sound(), spot.name, f"{moved}: does not belong there")
