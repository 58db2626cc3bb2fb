"""Stories told anew are the same stories: another number, another hour, the same worth."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from infra.conformance.doors import Door, Doors
from infra.conformance.paying import POINTS
from infra.conformance.stories import MESSAGES, STORIES, telling
from infra.conformance.trial import Row, line
from infra.failures import Failure
from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.spending import Request
from tests.support.vendors import Shop, arrivals

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 5, 4, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("vendor", [name for name, one in STORIES.items() if not one.asks])
def test_a_story_is_worth_what_it_says_however_it_arrives(vendor: str) -> None:
    story = STORIES[vendor]
    ends = set()
    for number, arrival in enumerate(arrivals(story.names, most=12)):
        shop = Shop(vendor)
        shop.world.now = NOW
        here = telling(story, shop.customer.card_code, NOW, random.Random(number))
        for name in arrival:
            shop.tell(here.tell(vendor, name))
        ends.add(shop.points)
    assert ends == {story.worth}


@pytest.mark.parametrize("vendor", [name for name, one in STORIES.items() if not one.asks])
def test_points_that_paid_for_it_come_back_in_part_however_it_arrives(vendor: str) -> None:
    """Captured before, between or after the till's messages; told, or as a lower bill."""
    story = STORIES[vendor]
    ends = set()
    for number, arrival in enumerate(arrivals([*story.names, "capture"], most=12)):
        shop = Shop(vendor)
        shop.world.now = NOW
        before, card = shop.give(50_000), shop.customer.card_code
        here = telling(story, card, NOW, random.Random(number))
        asked = Request("conformance", vendor, "hold", "key:till")
        price = Price(points=POINTS, bill=story.bill + (0 if story.carries else POINTS))
        held = shop.world.spending.hold(asked, card, price, NOW)
        assert held.body["outcome"] == "held"
        order = OrderKey("conformance", vendor, here.order)
        for name in arrival:
            if name == "capture":
                shop.world.spending.capture(asked, None, NOW, None, order)
            else:
                shop.tell(here.tell(vendor, name))
        ends.add(shop.points - before)
    assert ends == {story.worth - story.left(POINTS)}


@pytest.mark.parametrize("vendor", STORIES)
def test_two_tellings_are_two_sales_of_this_hour(vendor: str) -> None:
    story, dice = STORIES[vendor], random.Random(1)
    later = NOW + timedelta(days=200)
    first, second = (telling(story, "1.A.X.Y", later, dice) for _ in range(2))
    assert not {new for _, new in first.ids} & {new for _, new in second.ids}
    for name in story.names:
        told = json.dumps(first.tell(vendor, name), ensure_ascii=False)
        assert "2026-05-04" not in told
        assert "CARD-CODE" not in told
        assert not any(old in told if old.isdecimal() else f'"{old}"' in told for old in story.ids)
        assert told != json.dumps(second.tell(vendor, name), ensure_ascii=False)


def test_every_message_with_a_number_is_in_its_story_or_leads_there() -> None:
    for vendor, story in STORIES.items():
        numbered = {path.stem for path in (MESSAGES / vendor).glob("[0-9]-*.json")}
        assert set(story.names) <= numbered
        assert numbered - set(story.names) <= {
            "3-orders-edited",  # leads to the order that is told next
            "9-orders-cancelled",
            "6-order-cancelled",
            "4-table-order-deleted",
            "6-no-show",
            "7-cancelled",
            "8-client-changed",
        }


def test_doors_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    pair = (Door("a", "secret of a"), Door("b", "secret of b"))
    doors = Doors({"iiko": pair}, Door("c", "secret of c"), {"clover": 4000}, "a key")
    file = tmp_path / "doors.json"
    doors.write(file)
    assert file.stat().st_mode & 0o077 == 0
    assert Doors.read(file) == doors
    file.write_text("{}")
    with pytest.raises(Failure, match="holds no doors"):
        Doors.read(file)


def test_the_table_says_what_is_wrong() -> None:
    right = Row("iiko", 405, balances=[405, 405])
    wrong = Row("iiko", 405, balances=[405, 0, None])
    assert right.good
    assert line(right).endswith("all right")
    assert not wrong.good
    assert line(wrong).endswith("WRONG: [0, None]")
    paid = Row("iiko", 405, 1000, 576, balances=[405])
    assert line(paid).endswith("1000 paid (a discount), 576 stay spent")
    assert "skipped: no" in line(Row("clover", 1, skipped="no doors for it"))
