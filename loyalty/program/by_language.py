"""What stands in for a text that an owner wrote in fewer languages than are needed. Pure.

The first of a program's languages is the one that nothing may lack; whatever another language lacks
says the same in it as the first does.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.languages import LANGUAGES, spoken
from loyalty.refusals import FieldRefusal
from loyalty.words import unit_forms, unit_noun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyalty.languages import Language
    from loyalty.program.rules import Program


def completed(texts: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """Return a text in all of these languages; empty ones count as left out.

    Without the first language nothing stands in.
    """
    given = {language: text for language, text in texts.items() if text}
    first = given.get(languages[0])
    return given if first is None else {**dict.fromkeys(languages, first), **given}


def fitted(texts: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """Return a text that was kept in the languages that its program speaks by now.

    A program may have learnt languages since, or given one up; a text in none of them is said as
    it is. Where nothing is said there is nothing.
    """
    given = {one: texts[one] for one in languages if texts.get(one)}
    others = (text for text in (*given.values(), *texts.values()) if text)
    first = given.get(languages[0]) or next(others, "")
    return {one: given.get(one, first) for one in languages} if first else {}


def said_in(texts: Mapping[str, str], language: str) -> str:
    """Return what somebody was told, in a language or as it was said; empty for nothing."""
    return texts.get(language) or next(iter(texts.values()), "")


def worded(
    content: Any,
    languages: tuple[str, ...],
    by: Callable[[Mapping[str, str], tuple[str, ...]], dict[str, str]] = completed,
) -> Any:
    """Return what an owner sent with every text in it in all of these languages.

    ``by``: `completed` of what is sent, `fitted` of what was kept before.
    """
    if isinstance(content, dict):
        if content and content.keys() <= {*LANGUAGES}:
            return by(content, languages)
        return {name: worded(one, languages, by) for name, one in content.items()}
    if isinstance(content, list | tuple):
        return type(content)(worded(one, languages, by) for one in content)
    return content


def faults(
    texts: Mapping[str, str], pointer: str, languages: tuple[str, ...], *, needed: bool = True
) -> Iterator[FieldRefusal]:
    """Yield what is wrong with a text: the first language lacks, or there is one too many."""
    first = languages[0]
    if (needed or texts) and not texts.get(first):
        said = f"Say it in {first}; whatever is missing in another language is said in it."
        yield FieldRefusal(pointer, "language_missing", said)
    for language in texts:
        if language not in languages:
            said = "The program does not speak it."
            yield FieldRefusal(f"{pointer}/{language}", "unknown_language", said)


def filled(program: Program) -> Program:
    """Return a program in which every text is in each of its languages."""
    done: Program = _filled(program, program.languages)
    return done


def told_in(program: Program, language: Language | None) -> Program:
    """Return a program as it is told in a language of ours that it may not speak; None: as it is.

    Its team reads in languages of their own: what the owner wrote then stands in the program's
    first language, and our own sentences around it in theirs. Customers are told in the languages
    of their program (``Program.language``).
    """
    if language is None or language in program.languages:
        return program
    return filled(replace(program, languages=(*program.languages, language)))


def _filled(value: Any, languages: tuple[str, ...], name: str = "") -> Any:
    if isinstance(value, dict):
        return _unit(value, languages) if name == "unit" else completed(value, languages)
    if isinstance(value, tuple):
        return tuple(_filled(one, languages) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        inner = {one.name: getattr(value, one.name) for one in fields(value)}
        done = {name: _filled(one, languages, name) for name, one in inner.items()}
        changed = {name: one for name, one in done.items() if one != inner[name]}
        return replace(value, **changed) if changed else value
    return value


def _unit(unit: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """Return the forms of a noun: those of the first language, as many as another one needs."""
    first = unit.get(languages[0])
    if first is None:
        return dict(unit)
    one, many = unit_forms(first)[0], unit_noun(languages[0], first)
    found = dict(unit)
    for language in languages:
        needed = len(spoken(language).UNIT_FORMS)
        found.setdefault(language, ", ".join((one, *[many] * (needed - 1))))
    return found
