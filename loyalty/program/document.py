"""The program document: JSON over the API, TOML as a file, one strict schema for both.

Types and ranges come from ``loyalty.program.rules``, what rules say against each other from
``loyalty.program.checks``.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from loyalty.program.by_language import filled
from loyalty.program.checks import contradictions, unknown
from loyalty.program.rules import Program
from loyalty.refusals import FieldRefusal, Refusal, in_plain_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

NOT_IN_THE_DOCUMENT = ("version", "card_version", "look", "notice")
LARGEST = 350_000
"""Bytes of a document as it is stored: an item of the table holds 400 KB, keys and all."""

_UNKNOWN = "unknown_key"
# The path in front of a sentence, where it is one; what speaks of two places has none.
_PATH = re.compile(r"([a-z_]+(?:\.[\w-]+)*): ")

_FORMS = {
    r"^[a-z][a-z0-9-]{0,39}$": "a name of small letters, digits and hyphens such as free-coffee",
    r"^[A-Z]{3}$": "an ISO 4217 code such as USD",
    r"^[A-Z]{2}$": "an ISO 3166 code such as US",
    r"^\d\d-\d\d$": "a day of the year (MM-DD)",
    r"^\d{4}-\d\d-\d\d$": "a date (YYYY-MM-DD)",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day (HH:MM)",
}


def read_toml(text: str, designs: Collection[str] | None = None) -> Program:
    """Read a program file.

    ``designs``: the names that a program may wear, where the reader knows them.

    Raises
    ------
    Refusal
        Of kind ``invalid``, code ``invalid_program``. Every field has a whole sentence: its path,
        what is wrong, and the nearest known name of an unknown key.
    """
    try:
        return read(tomllib.loads(text), designs)
    except tomllib.TOMLDecodeError as error:
        raise unusable(FieldRefusal("", "not_toml", f"not TOML: {error}")) from None


def read(document: Mapping[str, Any], designs: Collection[str] | None = None) -> Program:
    """Read a program given as plain data; refuses as ``read_toml`` does."""
    unwanted = [name for name in NOT_IN_THE_DOCUMENT if name in document]
    if unwanted:
        raise unusable(
            *(FieldRefusal(f"/{name}", _UNKNOWN, f"{name}: unknown key") for name in unwanted)
        )
    try:
        program = _adapter().validate_json(_json(document))
    except ValidationError as error:
        raise unusable(*_fields(error)) from None
    faults = tuple(contradictions(program))
    if designs is not None and program.design not in designs:
        faults = (f"design: {unknown(program.design, designs, 'designs')}", *faults)
    if faults:
        raise unusable(*map(_contradiction, faults))
    program = filled(program)
    size = len(dump(program).encode())
    if size > LARGEST:
        sentence = (
            f"the document: takes {size} bytes, at most {LARGEST} fit; shorten texts or lists"
        )
        raise unusable(FieldRefusal("", "too_large", sentence))
    return program


def unusable(*fields: FieldRefusal) -> Refusal:
    """Return the refusal of a document that cannot be used."""
    said = "; ".join(field.detail for field in fields)
    return Refusal("invalid", "invalid_program", said, fields=fields)


def _json(document: Mapping[str, Any]) -> str:
    try:
        return json.dumps(document, default=_as_text, allow_nan=False)
    except (TypeError, ValueError) as error:
        sentence = f"the document: holds what JSON has no form for: {error}"
        raise unusable(FieldRefusal("", "no_json", sentence)) from None


def dump(program: Program) -> str:
    """Return the document as canonical JSON, the form in which it is stored."""
    plain = _plain(program)
    kept = {name: value for name, value in plain.items() if name not in NOT_IN_THE_DOCUMENT}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document, for editors."""
    schema = _adapter().json_schema()
    for name in NOT_IN_THE_DOCUMENT:
        schema["properties"].pop(name)
    schema["$defs"].pop("Notice")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@cache
def _adapter() -> TypeAdapter[Program]:
    return TypeAdapter(Program)


def _plain(value: Any) -> Any:
    """Return rules as plain data, without what is as it would be anyway."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {}
        for field in fields(value):
            content = getattr(value, field.name)
            if content != field.default:
                found[field.name] = _plain(content)
        return found
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _contradiction(sentence: str) -> FieldRefusal:
    path = _PATH.match(sentence)
    pointer = "/" + path[1].replace(".", "/") if path else ""
    return FieldRefusal(pointer, "contradiction", sentence)


def _fields(error: ValidationError) -> Iterator[FieldRefusal]:
    for fault in error.errors():
        # Of a key in a table of texts the reader says "[key]": the path names it already.
        steps = [step for step in fault["loc"] if step != "[key]"]
        path = ".".join(str(step) for step in steps) or "the document"
        pointer = "".join(f"/{_escaped(step)}" for step in steps)
        code = fault["type"]
        if code in {"unexpected_keyword_argument", "extra_forbidden"}:
            code, said = _UNKNOWN, f"unknown key{_hint(steps)}"
        elif code in {"missing_argument", "missing"}:
            code, said = "missing", "is missing"
        elif code == "string_pattern_mismatch":
            pattern = fault["ctx"]["pattern"]
            wanted = _FORMS.get(pattern, f"of the form {pattern}")
            said = f"{fault['input']!r} is not {wanted}"
        else:
            said = in_plain_words(code, fault["msg"])
        yield FieldRefusal(pointer, code, f"{path}: {said}")


def _escaped(step: object) -> str:
    """Return a step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def _hint(steps: list[Any]) -> str:
    """Return the nearest name that is known here, or else one that is known elsewhere."""
    name = str(steps[-1])
    here = _names(_class_at(steps))
    near = difflib.get_close_matches(name, here, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    elsewhere = difflib.get_close_matches(name, _names_elsewhere(), n=1)
    return f"; {elsewhere[0]!r} belongs to {_names_elsewhere()[elsewhere[0]]}" if elsewhere else ""


def _class_at(steps: list[Any]) -> Any:
    """Return the class of the object in which the last step is a key."""
    found: Any = Program
    for step in steps[:-1]:
        if not isinstance(step, int):
            found = _inside(get_type_hints(found).get(step))
    return found


def _inside(hint: Any) -> Any:
    """Return the class in a hint such as ``tuple[EarnRule, ...]`` or ``Expiry | None``."""
    if is_dataclass(hint):
        return hint
    found = (_inside(part) for part in get_args(hint))
    return next((one for one in found if one is not None), None)


def _names(known: Any) -> list[str]:
    names = [field.name for field in fields(known)] if is_dataclass(known) else []
    return [name for name in names if known is not Program or name not in NOT_IN_THE_DOCUMENT]


@cache
def _names_elsewhere() -> dict[str, str]:
    """Return every name of the document with the path of the first object that has it."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = [("", Program)]
    for path, known in waiting:
        hints = get_type_hints(known)
        for name in _names(known):
            found.setdefault(name, path or "the program itself")
            inner = _inside(hints[name])
            if inner is not None:
                waiting.append((f"{path}.{name}" if path else name, inner))
    return found


def _as_text(value: object) -> str:
    """Return a date or time of TOML as the text that JSON has for it."""
    if isinstance(value, time):
        return value.isoformat("minutes") if not value.second else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


def with_versions(program: Program, version: int, card_version: int) -> Program:
    """Return the program as the version that it is stored as."""
    return replace(program, version=version, card_version=card_version)
