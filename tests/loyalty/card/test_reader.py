from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.reader import CardReader, marked
from loyalty.store import keys
from passes.apple import version_tag
from passes.apple.web_service import last_modified
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.store.tables import Key


@pytest.mark.parametrize(("own", "order"), [("en", ["en", "ru"]), ("ru", ["ru", "en"])])
def test_a_card_in_every_language_the_members_own_first(
    own: str, order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    world.put_program("coffee")
    member = world.enrol()
    key: Key = keys.member_key("coffee", member.member_id)
    world.tables.items[key] = {**world.tables.items[key], "la": own}
    reads: list[Any] = []
    right = world.tables.get_many

    def counted(keys: Any) -> Any:
        reads.append(keys)
        return right(keys)

    monkeypatch.setattr(world.tables, "get_many", counted)
    reader = CardReader(world.tables, world.programs)
    cards = reader.in_languages("coffee", member.member_id, world.now)
    assert len(reads) == 1, "one read, so all show one state"
    assert [card.language for card in cards] == order
    assert len({card.version for card in cards}) == 1
    assert cards[0] == reader.by_member("coffee", member.member_id, world.now)
    assert cards[0].program_name != cards[1].program_name


def test_a_program_of_one_language_and_nobody() -> None:
    world = World()
    world.put_program("coffee", languages=["ru"])
    member = world.enrol()
    reader = CardReader(world.tables, world.programs)
    cards = reader.in_languages("coffee", member.member_id, world.now)
    assert [card.language for card in cards] == ["ru"]
    assert reader.in_languages("coffee", "nobody", world.now) == ()


def test_a_new_look_of_the_design_is_news_to_phones() -> None:
    world = World()
    world.put_program("coffee")
    marks = {"coffee": 7}
    reader = CardReader(world.tables, world.programs, marks.__getitem__)
    member = world.enrol().member_id
    plain = CardReader(world.tables, world.programs).by_member("coffee", member, world.now)
    assert plain
    first = reader.by_serial(plain.serial, world.now)
    assert first
    told = last_modified(first.version)
    assert reader.versions([plain.serial]) == {plain.serial: first.version}
    # A new colour, and nothing else: another version, another Last-Modified, so no 304.
    marks["coffee"] = 3
    second = reader.by_serial(plain.serial, world.now)
    assert second
    assert second.version != first.version
    assert last_modified(second.version) != told
    tag = version_tag.encode({plain.serial: first.version})
    assert version_tag.changed(reader.versions([plain.serial]), tag) == (plain.serial,)
    # A change of the card is later than any look.
    assert marked(plain.version + 1, 0) > marked(plain.version, (1 << 16) - 1)
