"""Judge every key of ``pass.json`` by the table; what stands in no table is told under rule 30."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from passes.apple.linter.findings import Finding, advice, error
from passes.apple.linter.keys import FIELD, GROUPS, PASS, STYLES
from passes.apple.linter.kinds import Choice, Key, Kind, ListOf, Shape, is_date, is_number
from passes.apple.linter.semantic_keys import SEMANTICS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST_TOLD = 60


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the document a value stands.

    Attributes
    ----------
    path
        As the finding tells it.
    document, style, group
        The document's styles; the style and the group of fields that it is in.
    """

    path: str
    document: frozenset[str]
    style: str | None = None
    group: str | None = None

    def under(self, name: str) -> _Place:
        inner = replace(self, path=f"{self.path}.{name}" if self.path else name)
        if not self.path and name in STYLES:
            return replace(inner, style=name)
        return replace(inner, group=name) if name in GROUPS else inner

    def styles(self, shape: Shape) -> frozenset[str]:
        """Return the styles that keys of an object here are read for."""
        within = self.style is not None and shape is not SEMANTICS
        return frozenset({str(self.style)}) if within else self.document


def check(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with any value that stands in the document, and what must not lack."""
    styles = frozenset(style for style in STYLES if style in document)
    yield from _object(_Place("", styles), document, PASS)


def _object(place: _Place, held: Mapping[str, Any], shape: Shape) -> Iterator[Finding]:
    styles = place.styles(shape)
    for name, key in shape.keys.items():
        inner = place.under(name)
        fits = not key.styles or not styles or bool(key.styles & styles)
        if name not in held:
            if key.required and fits:
                yield _finding(key, shape, inner, "it is missing", _mend(key.kind))
            continue
        yield from _value(inner, held[name], key, key.kind, shape)
        if not fits:
            yield _finding(key, shape, inner, "it is for other styles", "Remove it")
        yield from _relations(inner, held, key, shape)
    if shape.one_of and not any(name in held for name in shape.one_of):
        first = shape.keys[shape.one_of[0]]
        told = ", ".join(shape.one_of)
        yield _finding(first, shape, place, f"none of {told} stands there", "Write one of them")
    for unknown in sorted(set(held) - set(shape.keys)):
        where = f"pass.json: {place.under(unknown).path}"
        found = advice(30, where, "Wallet does not know it", "Correct or remove it")
        yield replace(found, page=shape.page)


def _relations(inner: _Place, held: Mapping[str, Any], key: Key, shape: Shape) -> Iterator[Finding]:
    if key.groups and inner.group and inner.group not in key.groups:
        yield _finding(key, shape, inner, "it does not belong here", "Remove it")
    for other in key.needs:
        if other not in held:
            yield _finding(key, shape, inner, f"{other} is missing", "Write both or neither")
    for other in key.excludes:
        if other in held:
            yield _finding(key, shape, inner, f"{other} stands there too", "Remove one")
    wanted = {"number": is_number, "date": is_date}.get(key.value or "")
    if wanted and not wanted(held.get("value")):
        mend = "Write a date with zone" if key.value == "date" else "Write a number"
        yield _finding(key, shape, inner, f"the value is no {key.value}", mend)
    if key.successor and key.successor not in held:
        what = "newer systems read another key"
        yield _finding(key, shape, inner, what, f"Write {key.successor}", is_error=False)


def _value(
    place: _Place, value: Any, key: Key, kind: Kind | Choice | ListOf | Shape, shape: Shape
) -> Iterator[Finding]:
    if not _is(kind, value):
        yield _finding(key, shape, place, f"it is {_told(value)}", _mend(kind))
    elif isinstance(kind, Shape):
        yield from _object(place, value, kind)
    elif isinstance(kind, ListOf):
        if kind.most is not None and len(value) > kind.most:
            what = f"it has {len(value)} entries"
            yield _finding(key, shape, place, what, f"Wallet reads {kind.most}")
        for index, entry in enumerate(value):
            yield from _value(_entry(place, kind, index, entry), entry, key, kind.entry, shape)


def _is(kind: Kind | Choice | ListOf | Shape, value: Any) -> bool:
    match kind:
        case Shape():
            return isinstance(value, dict)
        case ListOf():
            return isinstance(value, list)
        case Choice():
            return isinstance(value, str) and value in kind.values
        case Kind():
            return kind.accepts(value)


def _entry(place: _Place, kind: ListOf, index: int, entry: Any) -> _Place:
    if kind.entry is FIELD and isinstance(entry, dict) and isinstance(entry.get("key"), str):
        return replace(place, path=f"{place.path}.{entry['key']}")
    return replace(place, path=f"{place.path}[{index}]")


def _finding(
    key: Key, shape: Shape, place: _Place, what: str, mend: str, *, is_error: bool = True
) -> Finding:
    made = (error if is_error else advice)(key.rule, f"pass.json: {place.path}", what, mend)
    return replace(made, page=key.page or shape.page)


def _mend(kind: Kind | Choice | ListOf | Shape) -> str:
    match kind:
        case Kind():
            return kind.mend
        case Choice():
            return f"Write {' or '.join(kind.values)}"
        case ListOf():
            return "Write a list"
        case Shape():
            return "Write an object"


def _told(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:_LONGEST_TOLD]
