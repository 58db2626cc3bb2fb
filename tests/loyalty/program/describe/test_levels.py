"""Levels in sentences: what leads up, and how one goes down."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.program.rules import Tiers
from tests.loyalty.program.describe.saying import LEVELS, check

ENGLISH = (
    "Guest (5% off); Gold from 500 ₽, 21 visits, 100 points, or 2 friends "
    "(10% off, 1.5 times the points, Coffee on us)."
)
RUSSIAN = (
    "Гость (скидка 5 %); Золото от 500 ₽, 21 визита, 100 баллов или 2 друзей "
    "(скидка 10 %, в 1,5 раза больше баллов, Кофе от нас)."
)


@pytest.mark.parametrize(
    ("changes", "english", "russian"),
    [
        (
            {},
            [f"Your level counts everything so far: {ENGLISH}"],
            [f"Уровень считается за всё время: {RUSSIAN}"],
        ),
        (
            {"window": "calendar_year"},
            [
                f"Your level counts this calendar year: {ENGLISH}",
                "A level once reached is yours to keep.",
            ],
            [
                f"Уровень считается за календарный год: {RUSSIAN}",
                "Достигнутый уровень остаётся навсегда.",
            ],
        ),
        (
            {"window": "rolling", "down": "fit", "rolling_months": 1},
            [
                f"Your level counts the last month: {ENGLISH}",
                "You go down to the level that fits when you no longer reach it.",
            ],
            [
                f"Уровень считается за последний месяц: {RUSSIAN}",
                "Уровень снижается до подходящего, если условие больше не выполняется.",
            ],
        ),
        (
            {"window": "rolling", "down": "step", "grace_months": 2, "warn_days": 21},
            [
                f"Your level counts the last 12 months: {ENGLISH}",
                (
                    "You go down one level 2 months after you no longer reach it; "
                    "your card says so 21 days before."
                ),
            ],
            [
                f"Уровень считается за последние 12 месяцев: {RUSSIAN}",
                (
                    "Уровень снижается на одну ступень через 2 месяца после того, как условие "
                    "перестало выполняться; карта предупредит за 21 день."
                ),
            ],
        ),
        (
            {"window": "rolling", "down": "step", "quiet_months": 3},
            [
                f"Your level counts the last 12 months: {ENGLISH}",
                (
                    "You go down one level when you no longer reach it, or after 3 months without "
                    "a visit; your card says so 30 days before."
                ),
            ],
            [
                f"Уровень считается за последние 12 месяцев: {RUSSIAN}",
                (
                    "Уровень снижается на одну ступень, если условие больше не выполняется, или "
                    "через 3 месяца без визитов; карта предупредит за 30 дней."
                ),
            ],
        ),
        (
            {"window": "rolling", "down": "fit", "quiet_months": 1, "warn_days": 0},
            [
                f"Your level counts the last 12 months: {ENGLISH}",
                (
                    "You go down to the level that fits when you no longer reach it, or one level "
                    "after 1 month without a visit."
                ),
            ],
            [
                f"Уровень считается за последние 12 месяцев: {RUSSIAN}",
                (
                    "Уровень снижается до подходящего, если условие больше не выполняется, или на "
                    "одну ступень через 1 месяц без визитов."
                ),
            ],
        ),
        (
            {"down": "fit", "quiet_months": 5, "warn_days": 1},
            [
                f"Your level counts everything so far: {ENGLISH}",
                (
                    "You go down one level after 5 months without a visit; "
                    "your card says so 1 day before."
                ),
            ],
            [
                f"Уровень считается за всё время: {RUSSIAN}",
                (
                    "Уровень снижается на одну ступень через 5 месяцев без визитов; "
                    "карта предупредит за 1 день."
                ),
            ],
        ),
    ],
)
def test_levels(changes: dict[str, Any], english: list[str], russian: list[str]) -> None:
    check(english, russian, tiers=Tiers(LEVELS, **changes))
