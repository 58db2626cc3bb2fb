"""What `loyalty restore` says before it does anything, and that it does nothing by saying it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands import place
from infra.commands.__main__ import main
from loyalty.store.unwritten import UnwrittenTables
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.store.tables import Tables

    Run = Callable[..., tuple[int, str]]


class Reading:
    """DynamoDB of somebody who only looks: whatever changes something is no method of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def describe_table(self, TableName: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(TableName)
        return {"Table": {"TableArn": f"arn:aws:dynamodb:eu-central-1:1:table/{TableName}"}}


class Deployed:
    """A deployment whose tables lie in memory."""

    stage = "production"
    session = SimpleNamespace(region_name="eu-central-1")

    def __init__(self, world: World) -> None:
        self.world, self.database = world, Reading()

    def client(self, service: str) -> Reading:
        assert service == "dynamodb"
        return self.database

    def table_names(self) -> dict[str, str]:
        return {one: f"loyalty-production-{one}" for one in ("state", "ledger", "keys")}

    def tables(self) -> Tables:
        tables: Tables = self.world.tables
        return tables

    def unwritten(self) -> tuple[Tables, UnwrittenTables]:
        kept = UnwrittenTables(self.world.tables)
        return kept, kept

    def tokens(self) -> Any:
        return TOKENS

    def command(self, words: str) -> str:
        return f"loyalty {words}"


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Deployed:
    world = World()
    world.put_program()
    made = Deployed(world)
    monkeypatch.setattr(place, "open_place", lambda _: made)
    return made


@pytest.fixture
def run(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> Run:
    def line(*words: str) -> tuple[int, str]:
        code = main(["restore", *words])
        told = capsys.readouterr()
        return code, told.out + told.err

    return line


def test_a_dry_export_says_each_call_and_makes_none(deployed: Deployed, run: Run) -> None:
    code, said = run("export", "--bucket", "elsewhere", "--dry-run")
    assert code == 0
    assert said.count("aws dynamodb export_table_to_point_in_time") == 3
    for table in deployed.table_names().values():
        assert f"table/{table}" in said
    assert "Nothing was changed." in said
    assert "are written to" not in said
    assert deployed.database.asked == list(deployed.table_names().values())


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--bucket", "elsewhere")])
def test_no_table_is_copied_as_of_an_instant_that_is_yet_to_come(
    deployed: Deployed, run: Run, more: tuple[str, ...]
) -> None:
    code, said = run("copy", "--at", "2099-01-01T00:00Z", *more)
    assert code == 1
    assert "2099-01-01T00:00Z is yet to come: name an instant before the damage" in said
    assert deployed.database.asked == []


@pytest.mark.corrupts
def test_a_dry_mend_says_what_it_would_do_and_writes_nothing(deployed: Deployed, run: Run) -> None:
    world = deployed.world
    ann = world.enrol()
    [key] = [one for one in world.tables.items if one.sk == "ACCOUNT"]
    older = dict(world.tables.items[key])
    world.sell("a", total=1_000, member=ann)
    world.tables.items[key] = older
    before = {one: dict(item) for one, item in world.tables.items.items()}
    code, said = run("mend", "--dry-run")
    assert code == 0
    told = "Looked at 1 members: 1 accounts are what their entries say again, 0 people forgotten"
    assert told in said
    assert "Nothing was changed: that is what would be." in said
    assert world.tables.items == before
    code, said = run("mend")
    assert told in said
    assert "Nothing was changed" not in said
    assert world.tables.items != before
