"""Forms for the rules of a program: fields out of its document, and a document out of fields.

Pure. A field is called by its place in the document with dots (``rewards.0.price``), as the API's
pointers name it, too. What a form does not show stays as it is.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

from functions.screens.typed import Field, TypedError, read
from loyalty.money import exponent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["whole", "money", "percent", "times", "text", "day", "choice", "yes"]
Document = dict[str, Any]

_ONE = 10_000
_MOST_ROWS = 30
_WITHOUT_POTS = frozenset({"discount", "levels", "staff"})
REMOVE = "remove"
"""What the tick is called that takes a row away, after the row's name."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A field of a rule: its key in the rule (with dots), how it is typed, what it is called.

    Attributes
    ----------
    needed
        A rule that is there has to have it.
    choices
        What may be chosen; of a pot those of the program.
    least
        What it is where it is not said, so that nothing is written down then.
    """

    key: str
    kind: Kind
    needed: bool = False
    choices: tuple[str, ...] = ()
    least: Any = None


@dataclass(frozen=True, slots=True)
class Part:
    """A rule or a list of them at a place in the document.

    ``listed``: there may be any number; a new one is typed into an empty row, which is known by
    its first needed field. ``fixed``: rows are neither added nor taken away.
    """

    place: str
    blanks: tuple[Blank, ...]
    listed: bool = False
    fixed: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it is drawn; ``language``: of a text that each language has."""

    name: str
    kind: Kind
    label: str
    value: str
    needed: bool
    choices: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one rule; ``fresh``: one that is not there yet."""

    part: str
    name: str
    fields: tuple[Shown, ...]
    fresh: bool
    removable: bool


_NAME = Blank("name", "text", needed=True)
_POT = Blank("pot", "choice", needed=True)
SECTIONS: Mapping[str, tuple[Part, ...]] = {
    "earning": (
        Part(
            "earning",
            (
                Blank("points", "whole", needed=True),
                _POT,
                Blank("per", "choice", choices=("amount", "visit", "item"), least="amount"),
                Blank("amount", "money"),
                Blank("minimum", "money", least=0),
            ),
            listed=True,
        ),
    ),
    "rewards": (
        Part(
            "rewards",
            (
                _NAME,
                Blank("price", "whole", needed=True),
                _POT,
                Blank("per_member", "whole"),
                Blank("stocked", "yes", least=False),
            ),
            listed=True,
            named=True,
        ),
    ),
    "money": (
        Part(
            "points_as_money",
            (
                Blank("points", "whole", needed=True),
                Blank("amount", "money", needed=True),
                _POT,
                Blank("share", "percent", least=_ONE),
                Blank("minimum", "whole", least=1),
            ),
        ),
    ),
    "discount": (Part("discount", (Blank("basis_points", "percent", needed=True),)),),
    "expiries": (
        Part(
            "pots",
            (
                Blank("expiry.months", "whole"),
                Blank("expiry.inactivity_months", "whole"),
                Blank("reminder_days", "whole", least=0),
                Blank("pending_days", "whole", least=0),
            ),
            listed=True,
            fixed=True,
        ),
    ),
    "levels": (
        Part(
            "tiers.levels",
            (
                _NAME,
                Blank("spend", "money"),
                Blank("visits", "whole"),
                Blank("discount", "percent", least=0),
                Blank("multiplier", "times", least=_ONE),
            ),
            listed=True,
            named=True,
        ),
        Part(
            "tiers",
            (
                Blank(
                    "window",
                    "choice",
                    choices=("lifetime", "calendar_year", "rolling"),
                    least="lifetime",
                ),
                Blank("rolling_months", "whole", least=12),
                Blank("down", "choice", choices=("never", "step", "fit"), least="never"),
                Blank("grace_months", "whole", least=0),
            ),
            fixed=True,
        ),
    ),
    "promotions": (
        Part(
            "promotions",
            (
                _NAME,
                _POT,
                Blank("multiplier", "times"),
                Blank("bonus", "whole"),
                Blank("first_day", "day"),
                Blank("last_day", "day"),
                Blank("minimum", "money", least=0),
            ),
            listed=True,
            named=True,
        ),
    ),
    "gifts": (
        Part("welcome", (Blank("points", "whole", needed=True), _POT)),
        Part("birthday", (Blank("points", "whole", needed=True), _POT)),
        Part(
            "referral",
            (
                Blank("referrer", "whole", needed=True),
                Blank("friend", "whole", needed=True),
                _POT,
                Blank("minimum", "money", least=0),
            ),
        ),
    ),
    "staff": (
        Part(
            "staff",
            (
                Blank("at_once", "whole"),
                Blank("per_shift", "whole"),
                Blank("per_month", "whole"),
                Blank("acts_per_hour", "whole"),
            ),
            fixed=True,
        ),
    ),
}
"""What has a form, by the names of the sections that the API says a program in."""


def usable(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sections whose rules a program can have: without anything to collect, few."""
    if document.get("pots"):
        return tuple(SECTIONS)
    return tuple(name for name in SECTIONS if name in _WITHOUT_POTS)


def rows(document: Mapping[str, Any], section: str) -> Iterator[Row]:
    """Yield the rows of a section's form, filled with what the document says."""
    for part in SECTIONS[section]:
        found = _at(document, part.place)
        if not part.listed:
            fields = tuple(_shown(document, part, part.place, found or {}))
            yield Row(part.place, part.place, fields, found is None, removable=False)
            continue
        listed = found or []
        for index, rule in enumerate(listed):
            name = f"{part.place}.{index}"
            fields = tuple(_shown(document, part, name, rule))
            yield Row(part.place, name, fields, fresh=False, removable=not part.fixed)
        if not part.fixed and len(listed) < _MOST_ROWS:
            name = f"{part.place}.{len(listed)}"
            fields = tuple(_shown(document, part, name, {}))
            yield Row(part.place, name, fields, fresh=True, removable=False)


def changed(document: Mapping[str, Any], section: str, typed: Mapping[str, str]) -> Document:
    """Return the document with what was typed into a section's form.

    A rule of which nothing that is needed was typed is taken away, or never made.

    Raises
    ------
    TypedError
        A field is missing or cannot be read.
    """
    new: Document = copy.deepcopy(dict(document))
    # Deepest first: what holds a list is judged once the list is there.
    for part in SECTIONS[section]:
        old = _at(new, part.place)
        if not part.listed:
            _put(new, part.place, _rule(new, part, part.place, old, typed))
            continue
        listed = list(old or [])
        kept = []
        for index in range(len(listed) + (0 if part.fixed else 1)):
            name = f"{part.place}.{index}"
            before = listed[index] if index < len(listed) else None
            gone = typed.get(f"{name}.{REMOVE}") and not part.fixed
            rule = None if gone else _rule(new, part, name, before, typed)
            if rule is not None:
                kept.append(rule)
        if part.named:
            _name(kept)
        _put(new, part.place, kept or None)
    if section == "levels" and not _at(new, "tiers.levels"):
        new.pop("tiers", None)
    return new


def _shown(
    document: Mapping[str, Any], part: Part, name: str, rule: Mapping[str, Any]
) -> Iterator[Shown]:
    currency = str(document["currency"])
    for blank in part.blanks:
        if blank is _POT and len(document.get("pots", ())) < 2:  # noqa: PLR2004 - nothing to choose
            continue
        found = _at(rule, blank.key)
        choices = _pots(document) if blank is _POT else blank.choices
        if blank is _NAME:
            first = document["languages"][0]
            for language in document["languages"]:
                value = str((found or {}).get(language, ""))
                needed = blank.needed and language == first
                if language != first and value == (found or {}).get(first):
                    value = ""  # it says as the first
                field = f"{name}.name.{language}"
                yield Shown(field, "text", "name", value, needed, (), language)
            continue
        value = _text(blank, found, currency)
        if blank.kind == "choice" and not value:
            value = str(blank.least or choices[0])
        label = f"{part.place.replace('.', '_')}_{blank.key.replace('.', '_')}"
        yield Shown(f"{name}.{blank.key}", blank.kind, label, value, blank.needed, choices)


def _rule(
    document: Document, part: Part, name: str, before: Document | None, typed: Mapping[str, str]
) -> Document | None:
    """Return a rule as it was typed; None where nothing of it was."""
    rule = copy.deepcopy(before) if before is not None else {}
    told = [blank for blank in part.blanks if _typed(document, name, blank, typed)]
    needed = [blank for blank in part.blanks if blank.needed and blank is not _POT]
    if not part.fixed and not [blank for blank in told if blank in needed]:
        if before is None and not [one for one in told if one.kind not in ("choice", "yes")]:
            return None
        if not part.listed:
            return None
    for blank in part.blanks:
        _put(rule, blank.key, _value(document, f"{name}.{blank.key}", blank, before, typed))
    if rule.get("per") in {"visit", "item"}:
        rule.pop("amount", None)
    return rule if rule or part.listed or before is not None else None


def _typed(document: Document, name: str, blank: Blank, typed: Mapping[str, str]) -> bool:
    if blank is _NAME:
        return any(typed.get(f"{name}.name.{one}", "").strip() for one in document["languages"])
    return bool(typed.get(f"{name}.{blank.key}", "").strip())


def _value(
    document: Document,
    name: str,
    blank: Blank,
    before: Mapping[str, Any] | None,
    typed: Mapping[str, str],
) -> Any:
    """Return what was typed as the document says it; None where it says nothing then."""
    if blank is _NAME:
        texts = {one: typed.get(f"{name}.{one}", "").strip() for one in document["languages"]}
        first = document["languages"][0]
        if not texts[first]:
            raise TypedError(f"{name}.{first}", "missing")
        # What no field is of is kept: languages that the program does not speak.
        unseen = {
            one: text
            for one, text in ((before or {}).get("name") or {}).items()
            if one not in texts
        }
        return {**unseen, **{one: text for one, text in texts.items() if text}}
    if blank is _POT and name not in typed:
        return (before or {}).get("pot") or _pots(document)[0]
    text = typed.get(name, "").strip()
    if blank.kind == "yes":
        return bool(text) or None
    if not text:
        if blank.needed:
            raise TypedError(name, "missing")
        return None
    value = _read(name, blank, text, str(document["currency"]))
    return None if value == blank.least and not blank.needed else value


def _read(name: str, blank: Blank, text: str, currency: str) -> Any:
    if blank.kind == "times":
        try:
            times = Decimal(text.replace(",", ".").strip())
        except InvalidOperation:
            raise TypedError(name, "not_times") from None
        if not times.is_finite() or not 0 < times <= 100:  # noqa: PLR2004 - as the schema says
            raise TypedError(name, "not_times")
        return int(times * _ONE)
    if blank.kind in {"text", "choice", "day"}:
        return text
    kinds: dict[str, Field] = {
        "whole": Field("whole"), "money": Field("money"), "percent": Field("percent"),
    }  # fmt: skip
    return read({name: kinds[blank.kind]}, {name: text}, currency)[name]


def _text(blank: Blank, found: Any, currency: str) -> str:
    if found is None or (found == blank.least and blank.kind not in {"choice", "yes"}):
        return ""
    if blank.kind == "yes":
        return "yes" if found else ""
    if blank.kind == "money":
        digits = exponent(currency)
        return f"{Decimal(found).scaleb(-digits):.{digits}f}"
    if blank.kind in {"percent", "times"}:
        shown = Decimal(found) / (100 if blank.kind == "percent" else _ONE)
        return f"{shown.normalize():f}"
    return str(found)


def _pots(document: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["id"]) for one in document.get("pots", ())) or ("points",)


def _at(document: Mapping[str, Any], place: str) -> Any:
    found: Any = document
    for key in place.split("."):
        found = (found or {}).get(key)
    return found


def _put(document: Document, place: str, value: Any) -> None:
    """Set what stands at a place; None takes it away, and what held nothing else with it."""
    first, _, rest = place.partition(".")
    if rest:
        inner = document.get(first) or {}
        _put(inner, rest, value)
        value = inner or None
    if value is None:
        document.pop(first, None)
    else:
        document[first] = value


def _name(rules: list[Document]) -> None:
    """Give new rules ids, out of their first name where that can be written so."""
    taken = {rule["id"] for rule in rules if "id" in rule}
    for rule in rules:
        if "id" in rule:
            continue
        plain = unicodedata.normalize("NFKD", next(iter(rule["name"].values()))).lower()
        base = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
        base = base[:30].strip("-")
        base = base if base[:1].isalpha() else f"n{base}".rstrip("-")
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        rule["id"] = name
