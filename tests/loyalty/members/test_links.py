from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.reader import CardReader
from loyalty.members.links import Links
from loyalty.refusals import Busy
from loyalty.store import keys
from loyalty.store.tables import Cancelled, Reason
from tests.support.refusals import refused

if TYPE_CHECKING:
    from tests.support.world import World


def test_a_new_link_ends_the_earlier_one(world: World) -> None:
    member, other = world.enrol(), world.enrol()
    cards = CardReader(world.tables, world.programs)
    before = cards.by_link(member.link, world.now)
    assert before is not None
    link = Links(world.books).renew("coffee", member.member_id)
    assert cards.by_link(member.link, world.now) is None
    after = cards.by_link(link, world.now)
    assert after is not None
    assert (after.serial, after.code) == (before.serial, before.code)
    assert after.version > before.version
    assert cards.by_link(other.link, world.now) is not None
    again = Links(world.books).renew("coffee", member.member_id)
    assert len({member.link, link, again}) == 3
    assert cards.by_link(link, world.now) is None


def test_whoever_has_no_link_gets_none(world: World) -> None:
    links = Links(world.books)
    with refused("member_not_found"):
        links.renew("coffee", "nobody")
    member = world.enrol()
    with refused("member_not_found"):
        links.renew("barber", member.member_id)


def test_a_change_meanwhile_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    member = world.enrol()
    key = keys.member_key("coffee", member.member_id)
    right = world.tables.write
    calls: list[Any] = []

    def meanwhile(*writes: Any) -> None:
        calls.append(writes)
        if len(calls) == 1:
            stored = world.tables.items[key]
            world.tables.items[key] = {**stored, "cv": stored["cv"] + 1, "fn": "Anna"}
        right(*writes)

    monkeypatch.setattr(world.tables, "write", meanwhile)
    link = Links(world.books).renew("coffee", member.member_id)
    assert len(calls) == 2
    card = CardReader(world.tables, world.programs).by_link(link, world.now)
    assert card is not None
    assert world.tables.items[key]["fn"] == "Anna"


def test_it_gives_up_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    member = world.enrol()

    def taken(*_: Any) -> None:
        raise Cancelled((Reason("condition"),))

    monkeypatch.setattr(world.tables, "write", taken)
    with pytest.raises(Busy):
        Links(world.books).renew("coffee", member.member_id)
