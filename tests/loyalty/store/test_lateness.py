"""Work that nobody does is found by how long it has been due, of every kind there is."""

from __future__ import annotations

import pytest

from loyalty.store import keys, lateness
from loyalty.store.lateness import PATIENCE, Late
from loyalty.store.tables import Key, Update
from tests.support.world import World

NOW = 2_000_000_000


def put(world: World, partition: str, second: int) -> None:
    values = {"wp": partition, "wt": second}
    world.tables.write(Update(Key("state", f"x#{partition}#{second}", "X"), values))


@pytest.mark.parametrize("what", PATIENCE)
def test_each_kind_is_late_after_its_patience_and_not_before(what: str) -> None:
    partitions, patience = PATIENCE[what]
    world = World()
    for partition in partitions:
        put(world, partition, NOW - patience + 1)
        put(world, partition, NOW + 3600)
    assert lateness.late(world.tables, NOW) == []
    # Of any of its partitions, the oldest.
    put(world, partitions[-1], NOW - patience)
    put(world, partitions[0], NOW - patience - 60)
    assert lateness.late(world.tables, NOW) == [Late(what, patience + 60)]


def test_every_partition_of_work_that_is_due_has_a_patience() -> None:
    looked_at = {one for partitions, _ in PATIENCE.values() for one in partitions}
    due = {
        *keys.publish_partitions(),
        *keys.sending_partitions(),
        *(keys.OFFERS, keys.CAMPAIGNS, keys.TILLS, keys.CHANGED_PROGRAMS),
        *(keys.GOOGLE_CHECKS, keys.LEAVING, keys.SAVING, keys.DRAWS),
    }
    assert looked_at == due
    # What vendors ask for waits for a person, who is told of it every day.
    named = {value for name, value in vars(keys).items() if name.isupper() and _is_partition(value)}
    assert named - looked_at == {keys.PRIVACY, keys.ORDER_HEAD}


def _is_partition(value: object) -> bool:
    return isinstance(value, str)
