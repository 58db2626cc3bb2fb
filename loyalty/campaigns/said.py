"""A segment in one sentence of each language. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words
from loyalty.campaigns.segment import Condition, Joined
from loyalty.program.by_language import told_in
from loyalty.program.rules import WEEKDAYS

if TYPE_CHECKING:
    from loyalty.campaigns.segment import Tree
    from loyalty.program.rules import Program


def said(tree: Tree, program: Program, language: str) -> str:
    """Return a sentence such as "Members with: number of purchases ever at least 5".

    In any language of ours: owners read it in theirs.
    """
    program = told_in(program, language)
    if isinstance(tree, Joined) and tree.how == "all" and not tree.parts:
        return words.phrase(language, "segment.everybody")
    inner = _said(tree, program, language, outermost=True)
    return words.sentence(words.phrase(language, "segment.members", conditions=inner))


def _said(tree: Tree, program: Program, language: str, *, outermost: bool = False) -> str:
    if isinstance(tree, Condition):
        return _condition(tree, program, language)
    parts = [_said(one, program, language) for one in tree.parts]
    if tree.how == "not":
        inner = _said(tree.parts[0], program, language, outermost=True)
        return words.phrase(language, "segment.not", condition=inner)
    if not parts:
        return words.phrase(language, "segment.anybody")
    if len(parts) == 1:
        return parts[0]
    joined = words.listing(language, parts, "or" if tree.how == "any" else "standard")
    return joined if outermost else f"({joined})"


def _condition(one: Condition, program: Program, language: str) -> str:
    leaf = one.leaf
    if one.kind == "yes_no":
        key = f"segment.{leaf.name}" if one.value else "segment.not"
        what = _what(one, program, language)
        return what if one.value else words.phrase(language, key, condition=what)
    what = _what(one, program, language)
    if isinstance(one.value, tuple):
        values = [_value(one, each, program, language) for each in one.value]
        value = words.listing(language, values, "or")
    else:
        value = _value(one, one.value, program, language)
    operator = one.operator if one.operator in {"at_least", "at_most"} else "is"
    return words.phrase(language, f"segment.{operator}", what=what, value=value)


def _what(one: Condition, program: Program, language: str) -> str:
    leaf = one.leaf
    if not leaf.of:
        return words.phrase(language, f"segment.{leaf.name}")
    if not one.of:
        return words.phrase(language, f"segment.{leaf.name}.any")
    return words.phrase(language, f"segment.{leaf.name}", of=_named(one, program, language))


def _named(one: Condition, program: Program, language: str) -> str:
    """Return what the owner calls the pot, reward or attribute that a condition asks of."""
    spoken = program.language(language)
    found = None
    if one.leaf.of == "attribute":
        found = next((each.name for each in program.attributes if each.id == one.of), None)
    elif one.leaf.of == "reward":
        reward = program.reward(one.of)
        found = reward.name if reward else None
    elif one.leaf.of == "pot":
        pot = program.pot(one.of)
        found = pot.name if pot else None
    return words.phrase(language, "quoted", name=found[spoken] if found else one.of)


def _value(one: Condition, value: str | int, program: Program, language: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        if one.kind == "money":
            return words.money(language, value, program.currency)
        if one.kind == "hour":
            return words.time_of_day(language, f"{value:02d}:00")
        return words.integer(language, value)
    return words.phrase(language, "quoted", name=_choice(one, value, program, language))


def _choice(one: Condition, value: str, program: Program, language: str) -> str:
    """Return what people call a value that is chosen by its id."""
    spoken = program.language(language)
    name = one.leaf.name
    if name in {"group", "class"}:
        return words.phrase(language, f"segment.group.{value}")
    if name == "usual_day":
        return words.weekdays(language, [WEEKDAYS.index(value)])
    if name == "level" and program.tiers:
        found = next((each.name for each in program.tiers.levels if each.id == value), None)
        return found[spoken] if found else value
    if name == "home":
        place = program.location(value)
        return place.name[spoken] if place else value
    if name == "attribute":
        attribute = next((each for each in program.attributes if each.id == one.of), None)
        choices = attribute.choices if attribute else ()
        return next((each.name[spoken] for each in choices if each.id == value), value)
    return value
