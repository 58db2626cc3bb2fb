"""The command that puts the index of members right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.commands import members
from infra.commands.__main__ import main
from infra.failures import Failure
from loyalty.store import member_index
from loyalty.store.tables import OutcomeUnknown
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program()
    for _ in range(20):
        world.wait(seconds=1)
        world.enrol()
    return world


def spoil(world: World) -> None:
    """Take some members out of the index, and put some where they do not belong."""
    people = sorted(key.pk for key in world.tables.items if key.sk == "MEMBER")
    for number, (key, item) in enumerate(world.tables.items.items()):
        if key.sk == "MEMBER" and key.pk in people[::2]:
            del item["mp"], item["mo"]
        elif key.sk == "MEMBER" and key.pk in people[1::4]:
            item["mo"] = f"{number:020d}#x"


def listed(world: World) -> list[str]:
    return [one.id for one in member_index.page(world.tables, "coffee", "", 99).members]


def test_it_mends_what_is_missing_or_wrong_and_then_nothing(world: World) -> None:
    right = listed(world)
    spoil(world)
    assert listed(world) != right
    said: list[str] = []
    assert members.mend(world.tables, None, said.append) == 15
    assert listed(world) == right
    assert members.mend(world.tables, None, said.append) == 0
    assert said == [
        "Looked at 20 members; put 15 right.",
        "Looked at 20 members; put 0 right.",
    ]


def test_who_is_stopped_is_told_how_to_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    right = listed(world)
    spoil(world)
    monkeypatch.setattr(members, "PAGE", 10)
    said: list[str] = []
    world.tables.plan("lost_before", 18)
    with pytest.raises((ConnectionError, OutcomeUnknown)):
        members.mend(world.tables, None, said.append)
    assert "Go on with --after " in said[0]
    members.mend(world.tables, said[0].rpartition(" ")[2], said.append)
    assert listed(world) == right
    assert said[1].startswith("Looked at ")
    assert not said[1].startswith("Looked at 20 ")


def test_a_member_who_changes_meanwhile_is_not_written_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(world)
    write: Any = world.tables.write

    def meanwhile(*writes: Any) -> None:
        for key, item in world.tables.items.items():
            if key.sk == "MEMBER":
                item["fn"] = "Anna"
        write(*writes)

    monkeypatch.setattr(world.tables, "write", meanwhile)
    members.mend(world.tables, None, lambda _: None)
    people = [item for key, item in world.tables.items.items() if key.sk == "MEMBER"]
    assert {item["fn"] for item in people} == {"Anna"}


def test_a_cursor_of_somebody_else_is_refused(world: World) -> None:
    with pytest.raises(Failure, match="--after"):
        members.mend(world.tables, "nonsense", lambda _: None)


def test_a_folder_without_a_stack_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["members", "mend", "--folder", str(tmp_path)]) == 1
    assert "make run" in capsys.readouterr().err
