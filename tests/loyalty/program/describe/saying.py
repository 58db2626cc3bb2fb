"""What the tests of sentences share: a bare program, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.program.describe import describe
from loyalty.program.rules import EarnRule, Level, PotRule, Program, Promotion, Texts
from tests.support.world import shipped

if TYPE_CHECKING:
    from loyalty.languages import Language
    from loyalty.program.describe import Audience


COFFEE, BARBER = shipped("coffee"), shipped("barber")
POINTS = "points"
STAMPS = PotRule("stamps", "stamps", {"en": "Coffee card", "ru": "Кофейная карта"})
BARE = replace(COFFEE, currency="RUB", earning=(), rewards=(), pots=(PotRule(POINTS),))
HAPPY: Texts = {"en": "Happy hour", "ru": "Счастливый час"}
RULE = EarnRule(POINTS, 5, amount=100_00)


def said(program: Program, language: Language, audience: Audience = "customer") -> list[str]:
    """Return the sentences with plain spaces instead of the kinds that do not break."""
    return [plain(sentence) for sentence in describe(program, language, audience)]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def check(english: list[str], russian: list[str], **rules: Any) -> None:
    program = replace(BARE, **rules)
    assert said(program, "en") == english
    assert said(program, "ru") == russian


def promotion(**changes: Any) -> Promotion:
    given = {"bonus": None} if "multiplier" in changes else {"multiplier": 20_000}
    return Promotion(**{"id": "p", "name": HAPPY, "pot": POINTS, **given, **changes})


BASIC: Texts = {"en": "Guest", "ru": "Гость"}
GOLD: Texts = {"en": "Gold", "ru": "Золото"}
GIFT: Texts = {"en": "Coffee on us.", "ru": "Кофе от нас."}
LEVELS = (
    Level("guest", BASIC, discount=500),
    Level(
        "gold",
        GOLD,
        spend=500_00,
        visits=21,
        points=100,
        referrals=2,
        discount=1000,
        multiplier=15_000,
        perks=GIFT,
    ),
)
