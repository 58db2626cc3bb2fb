"""The program document: JSON over the API, TOML as a file, one strict schema for both.

Types and ranges come from ``loyalty.program``; what rules mean for each other is checked here.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from pydantic import TypeAdapter, ValidationError

from loyalty import program as rules
from loyalty.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOT_IN_THE_DOCUMENT = ("version", "card_version")
_LEAP_YEAR = 2024


class ProgramProblem(ValueError):  # noqa: N818 - the house says problem for bad input
    """A program document that cannot be used: one sentence per fault, each with its path."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_toml(text: str) -> Program:
    """Read a program file.

    Raises
    ------
    ProgramProblem
        With every fault: its path, what is wrong, and the nearest known name of an unknown key.
    """
    try:
        return read(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProgramProblem((f"not TOML: {error}",)) from None


def read(document: Mapping[str, Any]) -> Program:
    """Read a program given as plain data; raises ProgramProblem as ``read_toml`` does."""
    unwanted = [name for name in NOT_IN_THE_DOCUMENT if name in document]
    if unwanted:
        raise ProgramProblem(tuple(f"{name}: unknown key" for name in unwanted))
    try:
        program = _adapter().validate_json(json.dumps(document))
    except ValidationError as error:
        raise ProgramProblem(tuple(_sentences(error))) from None
    faults = tuple(_disagreements(program))
    if faults:
        raise ProgramProblem(faults)
    return program


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


def _sentences(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        path = ".".join(str(step) for step in fault["loc"])
        if fault["type"] == "unexpected_keyword_argument":
            near = difflib.get_close_matches(str(fault["loc"][-1]), _known_names(), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"{path}: unknown key{hint}"
        elif fault["type"] == "missing_argument" or fault["type"] == "missing":
            yield f"{path}: is missing"
        else:
            yield f"{path}: {fault['msg']}"


@cache
def _known_names() -> tuple[str, ...]:
    classes = [value for value in vars(rules).values() if is_dataclass(value)]
    return tuple(sorted({field.name for one in classes for field in fields(one)}))


def _disagreements(program: Program) -> Iterator[str]:
    """Yield a sentence for everything that one rule says against another."""
    if program.zone not in available_timezones():
        yield f"zone: {program.zone!r} is not an IANA zone such as Europe/Berlin"
    yield from _texts(program)
    yield from _names(program)
    yield from _earning(program)
    yield from _expiries(program)
    yield from _promotions(program)
    yield from _caps(program)
    yield from _tiers(program)


def _texts(program: Program) -> Iterator[str]:
    for path, texts in _all_texts(program, ""):
        for language in program.languages:
            if language not in texts:
                yield f"{path}: has no text in {language!r}, one of the program's languages"


def _all_texts(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _all_texts(part, f"{path}.{index}")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            inner = f"{path}.{field.name}" if path else field.name
            yield from _all_texts(getattr(value, field.name), inner)


def _names(program: Program) -> Iterator[str]:
    pots = [pot.id for pot in program.pots]
    used = [
        *((f"earning.{index}.pot", rule.pot) for index, rule in enumerate(program.earning)),
        *((f"promotions.{index}.pot", one.pot) for index, one in enumerate(program.promotions)),
        *((f"caps.{index}.pot", cap.pot) for index, cap in enumerate(program.caps)),
        *((f"rewards.{index}.pot", reward.pot) for index, reward in enumerate(program.rewards)),
    ]
    for name in ("points_as_money", "welcome", "birthday", "referral"):
        rule = getattr(program, name)
        used += [(f"{name}.pot", rule.pot)] if rule else []
    for path, pot in used:
        if pot not in pots:
            yield f"{path}: {pot!r} is none of the pots {pots}"
    groups: dict[str, list[str]] = {
        "pots": pots,
        "rewards": [reward.id for reward in program.rewards],
        "promotions": [promotion.id for promotion in program.promotions],
        "tiers.levels": [level.id for level in program.tiers.levels] if program.tiers else [],
    }
    for group, names in groups.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{group}: {name!r} stands there twice"


def _earning(program: Program) -> Iterator[str]:
    for index, rule in enumerate(program.earning):
        if (rule.per == "amount") != (rule.amount is not None):
            yield (
                f"earning.{index}: per = {rule.per!r} and amount = {rule.amount} do not fit; "
                "an amount goes with per = 'amount' and only with it"
            )


def _expiries(program: Program) -> Iterator[str]:
    for index, pot in enumerate(program.pots):
        expiry = pot.expiry
        if expiry is None:
            continue
        given = [name for name in ("months", "dates", "inactivity_months") if getattr(expiry, name)]
        if len(given) != 1:
            yield f"pots.{index}.expiry: give one of months, dates and inactivity_months"
        for day in expiry.dates:
            if not _is_day(f"{_LEAP_YEAR}-{day}"):
                yield f"pots.{index}.expiry.dates: {day!r} is not a day of the year (MM-DD)"


def _promotions(program: Program) -> Iterator[str]:
    for index, promotion in enumerate(program.promotions):
        path = f"promotions.{index}"
        if (promotion.multiplier is None) == (promotion.bonus is None):
            yield f"{path}: give a multiplier or a bonus, and not both"
        first, last = promotion.first_day, promotion.last_day
        wrong = [day for day in (first, last) if day and not _is_day(day)]
        for day in wrong:
            yield f"{path}: {day!r} is not a date (YYYY-MM-DD)"
        if first and last and not wrong and first > last:
            yield f"{path}: first_day {first} is after last_day {last}"


def _caps(program: Program) -> Iterator[str]:
    order = ("order", "day", "week", "month", "year")
    for pot in program.pots:
        caps = sorted(
            (order.index(cap.period), cap.points, index)
            for index, cap in enumerate(program.caps)
            if cap.pot == pot.id
        )
        for shorter, longer in pairwise(caps):
            if shorter[0] == longer[0]:
                yield f"caps.{shorter[2]} and caps.{longer[2]} cap the same pot and period"
            elif shorter[1] > longer[1]:
                yield (
                    f"caps.{shorter[2]} ({shorter[1]} a {order[shorter[0]]}) can never be reached: "
                    f"caps.{longer[2]} allows only {longer[1]} a {order[longer[0]]}"
                )


def _tiers(program: Program) -> Iterator[str]:
    tiers = program.tiers
    if tiers is None:
        return
    metrics = ("spend", "visits", "points", "referrals")
    reached: dict[str, tuple[int, int]] = {}
    for index, level in enumerate(tiers.levels):
        path = f"tiers.levels.{index}"
        thresholds = {name: getattr(level, name) for name in metrics if getattr(level, name)}
        if index == 0 and thresholds:
            yield f"{path}: the first level is everybody's and has no threshold"
        if index and not thresholds:
            yield f"{path}: give at least one threshold of {', '.join(metrics)}"
        for name, threshold in thresholds.items():
            below, other = reached.get(name, (0, 0))
            if threshold <= below:
                yield f"{path}.{name}: {threshold} is not above tiers.levels.{other}.{name}"
            reached[name] = (threshold, index)
        if program.discount and level.discount:
            yield f"discount and {path}.discount: both set the discount; keep one"
    if tiers.down == "never" and (tiers.grace_months or tiers.quiet_months):
        name = "grace_months" if tiers.grace_months else "quiet_months"
        yield f"tiers.down = 'never' and tiers.{name} contradict each other"
    if tiers.down != "never" and tiers.window == "lifetime" and not tiers.quiet_months:
        yield (
            f"tiers.down = {tiers.down!r} and tiers.window = 'lifetime' contradict each other: "
            "what counts for ever never falls off; set quiet_months or another window"
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def with_versions(program: Program, version: int, card_version: int) -> Program:
    """Return the program as the version that it is stored as."""
    return replace(program, version=version, card_version=card_version)
