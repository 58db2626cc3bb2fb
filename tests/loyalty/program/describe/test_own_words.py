"""What a program calls its own is called so in every sentence, and never by a word of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from loyalty.program.describe import describe
from loyalty.program.describe.changes import changes
from tests.loyalty.program.describe.saying import plain
from tests.support.mechanics import NAMES, versions
from tests.support.world import TEMPLATES, shipped

if TYPE_CHECKING:
    from loyalty.languages import Language
    from loyalty.program.rules import Program, Texts

_BEANS: Texts = {"en": "bean, beans", "ru": "зерно, зерна, зёрен, зёрна"}
_OURS = re.compile(r"\b(points?|stamps?|балл\w*|штамп\w*)\b", re.IGNORECASE)
_SHIPPED = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))


def counting_beans(program: Program) -> Program:
    return replace(program, pots=tuple(replace(pot, unit=_BEANS) for pot in program.pots))


def twice(name: str) -> tuple[Program, Program]:
    """Return a program, and the same with less in it."""
    if name in NAMES:
        return versions(name)
    program = shipped(name)
    return program, replace(program, rewards=(), points_as_money=None, promotions=(), referral=None)


@pytest.mark.parametrize("language", _BEANS)
@pytest.mark.parametrize("name", [*NAMES, *_SHIPPED])
def test_everything_is_said_in_the_words_of_the_program(name: str, language: Language) -> None:
    one, other = (counting_beans(program) for program in twice(name))
    lines = [
        *describe(one, language),
        *describe(one, language, "staff"),
        *(
            change.sentence
            for change in (*changes(one, other, language), *changes(other, one, language))
        ),
    ]
    assert [line for line in lines if _OURS.search(line)] == []


def test_what_staff_may_give_names_nothing_where_pots_count_different_things() -> None:
    program, _ = versions("stamps")
    assert "You may give up to 500 at once, 2,000 a day and 20,000 a month." in [
        plain(line) for line in describe(program, "en", "staff")
    ]
    named: dict[str, Texts] = {
        "stamps": {"en": "cup, cups", "ru": "чашка, чашки, чашек"},
        "visits": _BEANS,
    }
    alike = tuple(replace(pot, kind="points", unit=named[pot.id]) for pot in program.pots)
    said = [plain(line) for line in describe(replace(program, pots=alike), "ru", "staff")]
    assert "Подарить можно до 500 за раз, 2 000 за день и 20 000 за месяц." in said
