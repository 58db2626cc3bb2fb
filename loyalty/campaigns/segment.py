"""A segment: conditions of members, joined by all, any and not. Pure.

A condition is ``{"field": "visits", "at_least": 5}``; what it is asked of stands in ``of``
(``{"field": "balance", "of": "points", "at_least": 100}``). Of what a member does not have (a
birthday nobody has told) no condition holds; its ``not`` then does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from loyalty.campaigns.leaves import BY_NAME, OPERATORS, Leaf
from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.campaigns.leaves import Kind, Source, Value
    from loyalty.campaigns.profile import Profile
    from loyalty.program.rules import Attribute, Program

DEEPEST, MOST = 6, 50
"""Levels of a tree, and conditions in it."""

LONGEST: Final = 200
MOST_VALUES: Final = 50
LARGEST: Final = 10**12
_HOURS, _DAYS = 23, 36_500
_TAG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CAMPAIGN = re.compile(r"[a-z][a-z0-9-]{0,39}")
_JOINED = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the value of a leaf (asked of something) beside a value or several."""

    leaf: Leaf
    of: str
    operator: str
    value: int | str | bool | tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions of which all hold, any holds, or (of one) does not."""

    how: Literal["all", "any", "not"]
    parts: tuple[Tree, ...]


Tree = Condition | Joined

EVERYBODY: Final = Joined("all", ())


@dataclass(frozen=True, slots=True)
class _Slot:
    """What a value is for; ``attribute`` where it is one of a program's own."""

    leaf: Leaf
    kind: Kind
    attribute: Attribute | None


class _Reader:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.faults: list[FieldRefusal] = []
        self.count = 0

    def fault(self, pointer: str, code: str, detail: str) -> None:
        self.faults.append(FieldRefusal(pointer, code, detail))

    def tree(self, found: Any, pointer: str, depth: int) -> Tree:
        if not isinstance(found, dict):
            self.fault(pointer, "not_an_object", 'Give {"field": …} or {"all": […]}.')
            return EVERYBODY
        if depth > DEEPEST:
            self.fault(pointer, "too_deep", f"At most {DEEPEST} levels of all, any and not.")
            return EVERYBODY
        how = [name for name in _JOINED if name in found]
        return self.joined(found, how[0], pointer, depth) if how else self.condition(found, pointer)

    def joined(self, found: dict[str, Any], name: str, pointer: str, depth: int) -> Tree:
        if len(found) > 1:
            others = "Beside all, any or not nothing else may stand."
            self.fault(pointer, "ambiguous", others)
            return EVERYBODY
        inner = found[name]
        below = f"{pointer}/{name}"
        if name == "not":
            return Joined("not", (self.tree(inner, below, depth + 1),))
        if not isinstance(inner, list):
            self.fault(below, "not_a_list", "Give a list of conditions.")
            return EVERYBODY
        if name == "any" and not inner:
            self.fault(below, "empty", "Nobody fits any of no conditions: give one at least.")
        parts = tuple(
            self.tree(one, f"{below}/{number}", depth + 1) for number, one in enumerate(inner)
        )
        return Joined("any" if name == "any" else "all", parts)

    def condition(self, found: dict[str, Any], pointer: str) -> Tree:
        self.count += 1
        if self.count == MOST + 1:
            self.fault(pointer, "too_many", f"At most {MOST} conditions.")
        name = found.get("field")
        leaf = BY_NAME.get(name) if isinstance(name, str) else None
        if leaf is None:
            known = ", ".join(BY_NAME)
            self.fault(f"{pointer}/field", "unknown_field", f"It is one of {known}.")
            return EVERYBODY
        of, attribute = self.of(leaf, found, pointer)
        kind = _kind(leaf, attribute)
        given = [one for one in found if one not in {"field", "of"}]
        operators = OPERATORS[kind]
        if len(given) != 1 or given[0] not in operators:
            unknown = next((one for one in given if one not in operators), None)
            said = f"Compare it by exactly one of {', '.join(operators)}."
            below = pointer if unknown is None else f"{pointer}/{_escaped(unknown)}"
            self.fault(below, "unknown_comparison", said)
            return EVERYBODY
        operator = given[0]
        slot = _Slot(leaf, kind, attribute)
        value = self.value(slot, operator, found[operator], f"{pointer}/{operator}")
        return Condition(leaf, of, operator, value, kind)

    def of(self, leaf: Leaf, found: dict[str, Any], pointer: str) -> tuple[str, Attribute | None]:
        of = found.get("of", "")
        below = f"{pointer}/of"
        if not isinstance(of, str):
            self.fault(below, "not_a_text", "Give an id.")
            return "", None
        if not leaf.of:
            if "of" in found:
                self.fault(below, "not_asked_of", f"{leaf.name} is asked of nothing.")
            return "", None
        if not of and leaf.optional and "of" not in found:
            return "", None
        program = self.program
        if leaf.of == "attribute":
            attribute = next((one for one in program.attributes if one.id == of), None)
            if attribute is None:
                self.fault(below, "unknown_attribute", "The program declares no such attribute.")
            return of, attribute
        known = {
            "pot": lambda: any(one.id == of for one in program.pots),
            "reward": lambda: program.reward(of) is not None,
            "campaign": lambda: _CAMPAIGN.fullmatch(of) is not None,
        }[leaf.of]()
        if not known:
            self.fault(below, f"unknown_{leaf.of}", f"The program has no such {leaf.of}.")
        return of, None

    def value(
        self, slot: _Slot, operator: str, value: Any, pointer: str
    ) -> int | str | bool | tuple[str, ...]:
        if operator == "one_of":
            if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
                self.fault(pointer, "not_a_list", f"Give a list of 1 to {MOST_VALUES} values.")
                return ()
            for number, one in enumerate(value):
                self.one_text(slot, one, f"{pointer}/{number}")
            return tuple(one for one in value if isinstance(one, str))
        if slot.kind == "yes_no":
            if not isinstance(value, bool):
                self.fault(pointer, "not_a_boolean", "Give true or false.")
            return bool(value)
        if slot.kind in {"number", "money", "days", "hour"}:
            return self.number(slot, value, pointer)
        self.one_text(slot, value, pointer)
        return value if isinstance(value, str) else ""

    def number(self, slot: _Slot, value: Any, pointer: str) -> int | str:
        attribute = slot.attribute
        if attribute is not None and attribute.kind == "date":
            try:
                return date.fromisoformat(value).isoformat()
            except (TypeError, ValueError):
                self.fault(pointer, "not_a_day", "Give a day: 2026-12-31.")
                return ""
        least = -_DAYS if slot.leaf.name == "expected_in" else 0
        most = {"hour": _HOURS, "days": _DAYS}.get(slot.kind, LARGEST)
        if attribute is not None:
            least, most = -LARGEST, LARGEST
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(pointer, "not_a_number", f"Give a whole number from {least} to {most}.")
            return 0
        return value

    def one_text(self, slot: _Slot, value: Any, pointer: str) -> None:
        attribute = slot.attribute
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
            self.fault(pointer, "not_a_text", f"Give a text of 1 to {LONGEST} characters.")
            return
        choices: tuple[str, ...] | None = None
        if attribute is not None and attribute.kind == "choice":
            choices = tuple(one.id for one in attribute.choices)
        elif slot.leaf.values is not None:
            choices = slot.leaf.values(self.program)
        if choices is not None and value not in choices:
            said = f"It is one of {', '.join(choices)}." if choices else "The program has none."
            self.fault(pointer, "unknown_value", said)
        elif slot.kind == "tag" and not _TAG.fullmatch(value):
            self.fault(pointer, "not_a_tag", "Tags are small letters, digits and hyphens.")


def _kind(leaf: Leaf, attribute: Attribute | None) -> Kind:
    if leaf.kind != "attribute":
        return leaf.kind
    kinds: dict[str, Kind] = {
        "choice": "choice", "number": "number", "yes_no": "yes_no", "date": "number", "text": "text"
    }  # fmt: skip
    return kinds[attribute.kind] if attribute else "text"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def read(document: Any, program: Program, pointer: str = "") -> Tree:
    """Return the tree that a document says.

    Raises
    ------
    Refusal
        ``invalid_segment``, with a pointer (RFC 6901) below ``pointer`` for each fault.
    """
    reader = _Reader(program)
    tree = reader.tree(document, pointer, 1)
    if reader.faults:
        raise Refusal("invalid", "invalid_segment", fields=reader.faults[:MOST])
    return tree


def fits(tree: Tree, profile: Profile) -> bool:
    """Tell whether a member belongs to a segment."""
    if isinstance(tree, Condition):
        return _holds(tree, profile)
    if tree.how == "not":
        return not fits(tree.parts[0], profile)
    told = (fits(one, profile) for one in tree.parts)
    return any(told) if tree.how == "any" else all(told)


def _holds(one: Condition, profile: Profile) -> bool:
    found = _typed(one, one.leaf.read(profile, one.of))
    if found is None:
        return False
    if isinstance(found, tuple):
        wanted = one.value if isinstance(one.value, tuple) else (one.value,)
        return any(each in found for each in wanted)
    if one.operator == "one_of":
        return isinstance(one.value, tuple) and found in one.value
    if one.operator == "is":
        return found == one.value
    return found >= one.value if one.operator == "at_least" else found <= one.value  # type: ignore[operator]


def _typed(one: Condition, value: Value) -> Value:
    """Return an attribute's value (kept as a text) as what it stands for."""
    if one.leaf.kind != "attribute" or not isinstance(value, str):
        return value
    if one.kind == "yes_no":
        return value == "yes"
    if one.kind == "number" and isinstance(one.value, int):
        return int(value) if value.lstrip("-").isdigit() else None
    return value


def conditions(tree: Tree) -> Iterator[Condition]:
    """Return all conditions of a tree."""
    if isinstance(tree, Condition):
        yield tree
    else:
        for part in tree.parts:
            yield from conditions(part)


def needs(*trees: Tree) -> frozenset[Source]:
    """Return what has to be read of members besides what always is."""
    return frozenset(one.leaf.needs for tree in trees for one in conditions(tree)) - {""}
