"""What is different between two versions of a program, in sentences as its owner reads them.

What customers or staff are told is compared as it is said to them: a line then tells the sentence
that was, and the one that is. Whatever no sentence tells (names, texts, addresses, how long
something lasts) is named with its value before and after. Nothing that differs goes untold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from loyalty import words
from loyalty.languages import LANGUAGES
from loyalty.program.describe.places import place
from loyalty.program.describe.promotions import window_said
from loyalty.program.describe.sentences import sections
from loyalty.program.describe.speaker import Speaker
from loyalty.program.rules import Location, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loyalty.languages import Language
    from loyalty.program.rules import Program

_NEVER = ("version", "card_version", "look")
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "earning": ("earning",),
    "rewards": ("rewards",),
    "points_as_money": ("money",),
    "pots": ("expiries", "pending"),
    "discount": ("discount",),
    "tiers": ("levels",),
    "promotions": ("promotions",),
    "stacking": ("promotions",),
    "welcome": ("gifts",),
    "birthday": ("gifts",),
    "referral": ("gifts",),
    "basis": ("basis", "staff"),
    "caps": ("limits",),
    "limits": ("limits",),
    "cool_down_minutes": ("limits",),
    "debt": ("staff",),
    "returned_value_days": ("staff",),
    "hold_minutes": ("staff",),
    "undo_minutes": ("staff",),
    "staff": ("staff",),
}
"""Rules by their place in the document, and the sections whose sentences tell of them."""
_UNTOLD = frozenset({"id", "kind", "free_items", "reminder_days", "unit"})
"""Names inside those rules that the sentences do not tell, or not in every program."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different.

    Attributes
    ----------
    path
        Where in the document, with dots: a whole rule, or one value of it. Elements of lists are
        called by their ids, where they have any.
    sentence
        What changed.
    """

    path: str
    sentence: str


def changes(before: Program, after: Program, language: Language) -> tuple[Change, ...]:
    """Return everything that is different, in the order of the document."""
    old, new = Speaker(before, language), Speaker(after, language)
    told = _told_by_section(old, new)
    found: list[Change] = []
    said: set[str] = set()
    for field in fields(before):
        name = field.name
        was, now = getattr(before, name), getattr(after, name)
        if name in _NEVER or was == now:
            continue
        here = [section for section in _SECTIONS.get(name, ()) if section in told]
        found += [Change(name, told[section]) for section in here if section not in said]
        said.update(here)
        for path, one, other in _leaves(name, was, now):
            if not here or _is_untold(path):
                found.append(Change(path, _plainly(new, path, one, other)))
    return tuple(found)


def _told_by_section(old: Speaker, new: Speaker) -> dict[str, str]:
    """Return what has changed in each section that sounds otherwise now."""
    found = {}
    was, now = dict(sections(old)), dict(sections(new))
    for name, sentences in now.items():
        gone = [one for one in was[name] if one not in sentences]
        come = [one for one in sentences if one not in was[name]]
        title = new.phrase(f"changed.{name}")
        if gone and come:
            key, parts = "changed.now", {"before": " ".join(gone), "after": " ".join(come)}
        elif come:
            key, parts = "changed.new", {"after": " ".join(come)}
        elif gone:
            key, parts = "changed.gone", {"before": " ".join(gone)}
        else:
            continue
        found[name] = new.phrase(key, what=title, **parts)
    return found


def _leaves(path: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each value that is different, with its path: as far down as both sides have it."""
    if was == now:
        return
    if is_dataclass(was) and type(was) is type(now) and not isinstance(was, type):
        for field in fields(was):
            yield from _leaves(
                f"{path}.{field.name}", getattr(was, field.name), getattr(now, field.name)
            )
    elif isinstance(was, dict) and isinstance(now, dict):
        for key in sorted({*was, *now}):
            yield from _leaves(f"{path}.{key}", was.get(key), now.get(key))
    elif isinstance(was, tuple) and isinstance(now, tuple) and _named(was) and _named(now):
        olds, news = ({one.id: one for one in side} for side in (was, now))
        for name in dict.fromkeys([*olds, *news]):
            yield from _leaves(f"{path}.{name}", olds.get(name), news.get(name))
        if list(olds) != list(news) and sorted(olds) == sorted(news):
            yield f"{path}.order", tuple(olds), tuple(news)
    else:
        yield path, was, now


def _named(elements: Sequence[Any]) -> bool:
    return all(hasattr(one, "id") for one in elements)


def _is_untold(path: str) -> bool:
    return _name(path) in _UNTOLD or (path.startswith("pots.") and _name(path) == "name")


def _name(path: str) -> str:
    """Return what a value is called: the last step of its path that is no language."""
    return next(step for step in reversed(path.split(".")) if step not in LANGUAGES)


def _plainly(speaker: Speaker, path: str, was: Any, now: Any) -> str:
    # An element of a list is called by its id; what it is, by the list.
    names = (_name(path), path.partition(".")[0])
    keys = [f"changed.field.{name}" for name in names]
    known = [key for key in keys if words.has_phrase(speaker.language, key)]
    label = speaker.phrase(known[0]) if known else ""
    label = speaker.phrase("changed.at", path=path, label=label) if known else path
    if was is None or was == ():
        return speaker.phrase("changed.set", what=label, after=_shown(speaker, now))
    if now is None or now == ():
        return speaker.phrase("changed.unset", what=label, before=_shown(speaker, was))
    return speaker.phrase(
        "changed.value", what=label, before=_shown(speaker, was), after=_shown(speaker, now)
    )


def _shown(speaker: Speaker, value: Any) -> str:
    if isinstance(value, bool):
        return speaker.phrase("changed.yes" if value else "changed.no")
    if isinstance(value, int):
        return words.integer(speaker.language, value)
    if isinstance(value, str):
        return speaker.phrase("quoted", name=value)
    if isinstance(value, dict):
        text = value.get(speaker.language) or next(iter(value.values()), None)
        return _shown(speaker, text if isinstance(text, str) else tuple(value))
    if isinstance(value, tuple):
        return words.listing(speaker.language, [_shown(speaker, one) for one in value])
    return _rule_shown(speaker, value) if is_dataclass(value) else json.dumps(value)


def _rule_shown(speaker: Speaker, rule: Any) -> str:
    """Return a whole rule that no sentence tells, such as a place and its hours."""
    if isinstance(rule, Window):
        return window_said(speaker, rule)
    if isinstance(rule, Location):
        told = place(speaker.program, rule, speaker.language)
        return " ".join((_shown(speaker, rule.name), *told))
    contents = [
        getattr(rule, field.name)
        for field in fields(rule)
        if field.name != "id" and getattr(rule, field.name) != field.default
    ]
    return ", ".join(_shown(speaker, one) for one in contents if one != ())
