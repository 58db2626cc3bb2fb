"""Promotions in sentences: windows, dates, bonuses, and what several of them give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty.program.rules import Filter, Promotion, Window
from tests.loyalty.program.describe.saying import BARE, check, promotion, said


@pytest.mark.parametrize(
    ("one", "english", "russian"),
    [
        (
            promotion(windows=(Window(("mon", "tue", "wed", "thu", "fri"), "15:00", "17:00"),)),
            "Happy hour: twice the points, Mon–Fri 3:00 PM–5:00 PM.",
            "Счастливый час: вдвое больше баллов, пн–пт с 15:00 до 17:00.",
        ),
        (
            promotion(windows=(Window(("sat", "sun"), "22:00", "00:00"), Window())),
            (
                "Happy hour: twice the points, Sat, Sun from 10:00 PM until midnight; "
                "every day all day."
            ),
            "Счастливый час: вдвое больше баллов, сб, вс с 22:00 до полуночи; ежедневно весь день.",
        ),
        (
            promotion(multiplier=15_000, first_day="2026-12-01", last_day="2026-12-31"),
            "Happy hour: 1.5 times the points from December 1, 2026 to December 31, 2026.",
            "Счастливый час: в 1,5 раза больше баллов с 1 декабря 2026 г. по 31 декабря 2026 г.",
        ),
        (
            promotion(multiplier=50_000, last_day="2026-12-31"),
            "Happy hour: 5 times the points through December 31, 2026.",
            "Счастливый час: в 5 раз больше баллов по 31 декабря 2026 г.",
        ),
        (
            promotion(multiplier=30_000, first_day="2026-12-01"),
            "Happy hour: 3 times the points from December 1, 2026.",
            "Счастливый час: в 3 раза больше баллов с 1 декабря 2026 г.",
        ),
        (
            promotion(multiplier=None, bonus=50, only=Filter(("tea",)), minimum=300_00),
            "Happy hour: 50 points extra for “tea”, from 300 ₽ of these.",
            "Счастливый час: дополнительно 50 баллов за «tea», если их куплено на 300 ₽ и больше.",
        ),
        (
            promotion(multiplier=None, bonus=21, minimum=300_00),
            "Happy hour: 21 points extra, on bills from 300 ₽.",
            "Счастливый час: дополнительно 21 балл, при чеке от 300 ₽.",
        ),
    ],
)
def test_promotions(one: Promotion, english: str, russian: str) -> None:
    check([english], [russian], promotions=(one,))


@pytest.mark.parametrize(
    ("stacking", "english", "russian"),
    [
        (
            "best",
            "When several promotions apply, the best one counts.",
            "Если действуют сразу несколько акций, считается самая выгодная.",
        ),
        (
            "sum",
            "Promotions that apply at the same time add up.",
            "Если действуют сразу несколько акций, они складываются.",
        ),
        (
            "first",
            "When several promotions apply, the one named first counts.",
            "Если действуют сразу несколько акций, считается названная первой.",
        ),
    ],
)
def test_stacking(stacking: Any, english: str, russian: str) -> None:
    two = replace(BARE, promotions=(promotion(), promotion(id="q")), stacking=stacking)
    assert said(two, "en")[-1] == english
    assert said(two, "ru")[-1] == russian
    assert len(said(replace(two, promotions=two.promotions[:1]), "en")) == 1
