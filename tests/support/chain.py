"""A chain of thirty shops on one meridian, farther apart the farther north, and a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.card.reader import CardReader
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.card.view import Card


def latitude(number: int) -> float:
    """Return where shop of that number is; no two are equally far from any other."""
    return number * number / 40


SHOPS = [
    {
        "id": f"shop-{number}",
        "name": {"en": f"Shop {number}", "ru": f"Кофейня {number}"},
        "latitude": latitude(number),
        "longitude": 37.5,
    }
    for number in range(30)
]
NEAREST = [latitude(number) for number in (20, 19, 21, 18, 22, 17, 23, 16, 15, 24)]
"""Of the shops nearest to the twentieth."""
FIRST = [latitude(number) for number in range(10)]


def card_of_the_chain(language: str, location: str | None = "shop-20") -> Card:
    """Return the card of somebody who joined there."""
    world = World()
    world.put_program(locations=SHOPS)
    member = world.enrol(location=location)
    reader = CardReader(world.tables, world.programs)
    card = reader.by_member("coffee", member.member_id, world.now, language)
    assert card is not None
    return card
