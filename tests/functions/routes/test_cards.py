"""GET /v1/cards/{code}: who is in front of the counter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from loyalty.store import figure_lines
from loyalty.store.happenings import Looked
from tests.functions.routes.till import path_of, till

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def test_a_scanned_card_says_who_it_is_and_what_they_have(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(1250, ann.card_code)
    said = counter.told("GET", path_of(ann.card_code))
    assert (said["first_name"], said["member_id"]) == ("Ann", ann.member_id)
    (points,) = said["pots"]
    assert (points["balance"], points["held"], points["pending"], points["owed"]) == (125, 0, 0, 0)
    ready = {one["id"]: (one["ready"], one["missing"]) for one in said["rewards"]}
    assert ready["free-coffee"] == (True, 0)
    assert "Ready: Free coffee" in said["says"]


def test_it_speaks_the_language_that_is_asked_for(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    said = counter.told("GET", path_of(ann.card_code), language="ru")
    assert (said["language"], said["pots"][0]["name"]) == ("ru", "Баллы")
    assert counter.ask("GET", path_of(ann.card_code), language="fr")[0] == 422


def test_what_is_held_and_what_is_owed_is_said(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(1250, ann.card_code)
    counter.told("POST", "/v1/holds", {"card_code": ann.card_code, "reward": "free-coffee"})
    (points,) = counter.told("GET", path_of(ann.card_code))["pots"]
    assert (points["balance"], points["available"], points["held"]) == (125, 25, 100)


def test_what_ends_soon_is_said_with_its_last_day(shop: Shop, ask: Any) -> None:
    pots = [{"id": "points", "expiry": {"months": 1}, "reminder_days": 40}]
    shop.world.put_program("coffee", pots=pots, zone="Asia/Tokyo")
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(1250, ann.card_code)
    shop.world.wait(days=20)
    said = counter.told("GET", path_of(ann.card_code))
    assert said["expiring"] == {"pot": "points", "points": 125, "last_day": "2026-06-30"}
    shop.world.wait(days=40)
    assert counter.told("GET", path_of(ann.card_code))["pots"][0]["balance"] == 0


def test_a_card_of_nobody_and_of_another_program_are_alike(shop: Shop, ask: Any) -> None:
    stranger, counter = shop.world.enrol(program="barber"), till(shop, ask)
    answers = [
        counter.answer("GET", path_of(code)) for code in (stranger.card_code, "1.A.X.Y", "ключ")
    ]
    assert {answer["statusCode"] for answer in answers} == {404}
    assert len({answer["body"] for answer in answers}) == 1


def kept(shop: Shop) -> str:
    """Return everything but how often a key has asked, and that it has looked for a card."""
    items = shop.world.tables.items.items()
    return repr([pair for pair in items if not re.match(r"RATE#|\d\d#L#", pair[0].sk)])


def test_nothing_is_written_by_looking_but_that_somebody_looked(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    before = kept(shop)
    counter.told("GET", path_of(ann.card_code))
    counter.told("POST", "/v1/quote", {"card_code": ann.card_code, "total": 500})
    assert kept(shop) == before
    month = figure_lines.month_of(shop.now)
    (line,) = figure_lines.month(shop.world.tables, "coffee", month)
    assert isinstance(line, Looked)
    assert (line.who, line.member) == ("key:tillkey000", ann.member_id)
