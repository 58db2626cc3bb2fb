"""Designs of an owner's own: drafts, versions, and what a program's cards wear of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.refusals import Refusal
from loyalty.store import audit_log, keys, program_marks
from loyalty.store.designs import (
    MOST_DESIGNS,
    Designs,
    OwnDesign,
    read_design,
    read_designs,
    read_versions,
)
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.program.rules import Program
    from loyalty.store.tables import Key

FIRST, SECOND, THIRD = (f"coffee~{digit * 32}" for digit in "abc")
BY = "key:owner"


@pytest.fixture
def world() -> World:
    made = World()
    made.put_program("coffee")
    return made


@pytest.fixture
def designs(world: World) -> Designs:
    return Designs(world.tables)


def drawn(world: World, look: str = FIRST) -> OwnDesign:
    return OwnDesign("coffee", "autumn", "Autumn", '{"style":"points"}', look, (), world.now, BY)


def redrawn(design: OwnDesign, look: str) -> OwnDesign:
    return replace(design, draft=look, revision=design.revision + 1)


def wear(world: World, design: str) -> Program:
    document = world.programs.latest("coffee").program
    world.now += timedelta(seconds=1)
    world.programs.put(replace(document, design=design))
    world.restart()
    return world.programs.current("coffee")


def code_of(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        do()
    return refused.value.code


def test_a_draft_is_published_and_every_version_is_kept(world: World, designs: Designs) -> None:
    draft = designs.keep(drawn(world))
    assert read_design(world.tables, "coffee", "autumn") == draft
    assert (draft.published, draft.version) == ("", 0)
    first = designs.publish(draft, world.now, BY)
    assert (first.published, first.version, first.revision) == (FIRST, 1, 2)
    assert designs.publish(first, world.now, BY) == first, "the same again changes nothing"
    second = designs.publish(designs.keep(redrawn(first, SECOND)), world.now, BY)
    back = designs.roll_back(second, 1, world.now, BY)
    assert (back.published, back.draft, back.version) == (FIRST, FIRST, 3)
    found = read_versions(world.tables, "coffee", "autumn", 99, 99)
    assert [(one.number, one.look, one.back_to) for one in found] == [
        (3, FIRST, 1),
        (2, SECOND, 0),
        (1, FIRST, 0),
    ]
    assert read_design(world.tables, "coffee", "autumn") == back
    assert code_of(lambda: designs.roll_back(back, 9, world.now, BY)) == "design_version_not_found"


def test_a_program_wears_what_is_published_last(world: World, designs: Designs) -> None:
    one = designs.publish(designs.keep(drawn(world)), world.now, BY)
    before = world.programs.current("coffee")
    assert (before.look, before.worn) == ("", "coffee")
    worn = wear(world, "autumn")
    assert (worn.look, worn.worn, worn.design) == (FIRST, FIRST, "autumn")
    assert worn.card_version == before.card_version + 1
    two = designs.publish(designs.keep(redrawn(one, SECOND)), world.now, BY)
    world.restart()
    after = world.programs.current("coffee")
    assert (after.worn, after.version) == (SECOND, worn.version)
    assert after.card_version == worn.card_version + 1, "phones are told of it"
    second = int(world.now.timestamp())
    assert program_marks.changed_at(world.tables, "coffee") == second, "installed cards follow"
    assert world.programs.current("coffee.test").worn == SECOND
    designs.roll_back(two, 1, world.now, BY)
    world.restart()
    assert world.programs.current("coffee").worn == FIRST
    assert wear(world, "coffee").worn == "coffee"


def test_a_card_wears_the_version_and_not_the_name(world: World, designs: Designs) -> None:
    designs.publish(designs.keep(drawn(world)), world.now, BY)
    wear(world, "autumn")
    shown = world.cards.by_link_in_languages(world.enrol().link, world.now)
    assert shown is not None
    assert shown.design == FIRST


def test_another_programs_design_of_the_same_name_is_another(
    world: World, designs: Designs
) -> None:
    world.put_program("barber")
    designs.publish(designs.keep(drawn(world)), world.now, BY)
    other = replace(drawn(world), program="barber", draft="barber~" + "d" * 32)
    assert read_design(world.tables, "barber", "autumn") is None
    designs.publish(designs.keep(other), world.now, BY)
    assert wear(world, "autumn").worn == FIRST
    assert world.programs.current("barber").worn == "barber"
    assert [one.draft for one in read_designs(world.tables, "coffee")] == [FIRST]


def test_who_comes_late_changes_nothing(world: World, designs: Designs) -> None:
    draft = designs.keep(drawn(world))
    newer = designs.keep(redrawn(draft, SECOND))
    for late in (
        lambda: designs.keep(drawn(world, THIRD)),
        lambda: designs.keep(redrawn(draft, THIRD)),
        lambda: designs.publish(draft, world.now, BY),
        lambda: designs.remove(draft, world.now, BY),
    ):
        assert code_of(late) == "precondition_failed"
    assert read_design(world.tables, "coffee", "autumn") == newer


def test_what_is_worn_is_not_removed(world: World, designs: Designs) -> None:
    one = designs.publish(designs.keep(drawn(world)), world.now, BY)
    wear(world, "autumn")
    assert code_of(lambda: designs.remove(one, world.now, BY)) == "design_in_use"
    wear(world, "coffee")
    designs.remove(one, world.now, BY)
    assert read_design(world.tables, "coffee", "autumn") is None
    assert read_versions(world.tables, "coffee", "autumn", 99, 99) == []
    world.now += timedelta(seconds=1)
    again = designs.publish(designs.keep(drawn(world, SECOND)), world.now, BY)
    assert (again.version, again.published) == (1, SECOND)


def test_a_program_and_who_removes_its_design_cannot_both_win(
    world: World, designs: Designs, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = designs.publish(designs.keep(drawn(world)), world.now, BY)
    read = world.tables.get

    def at_last(key: Key) -> object:
        found = read(key)
        if key == keys.program_key("coffee"):
            # Between looking at the program and removing, somebody puts it with this design.
            monkeypatch.setattr(world.tables, "get", read)
            wear(world, "autumn")
        return found

    monkeypatch.setattr(world.tables, "get", at_last)
    assert code_of(lambda: designs.remove(one, world.now, BY)) == "precondition_failed"
    assert read_design(world.tables, "coffee", "autumn") is not None


def test_a_copy_is_a_draft_of_its_own(world: World, designs: Designs) -> None:
    one = designs.publish(designs.keep(drawn(world)), world.now, BY)
    copy = designs.copy(one, "winter", "Winter", world.now, BY)
    assert (copy.draft, copy.published, copy.version, copy.revision) == (FIRST, "", 0, 1)
    assert code_of(lambda: designs.copy(one, "winter", "x", world.now, BY)) == "design_exists"
    assert [found.id for found in read_designs(world.tables, "coffee")] == ["autumn", "winter"]


def test_a_program_has_so_many_designs(world: World, designs: Designs) -> None:
    for number in range(MOST_DESIGNS):
        designs.keep(replace(drawn(world), id=f"d{number}"))
    assert code_of(lambda: designs.keep(drawn(world))) == "too_many_designs"


def test_every_change_has_its_line(world: World, designs: Designs) -> None:
    one = designs.publish(designs.keep(drawn(world)), world.now, BY)
    designs.remove(one, world.now, BY)
    lines = audit_log.page(world.tables, "coffee", (0, 2**53), "", 99).changes
    told = {(one.what, one.which, one.by) for one in lines if one.what.startswith("design.")}
    assert told == {(f"design.{what}", "autumn", BY) for what in ("drawn", "published", "removed")}
