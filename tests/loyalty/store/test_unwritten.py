"""Tables that nothing is written to: read as if it were, by the same rules as where it is."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.store.tables import (
    Absent,
    AllOf,
    AtLeast,
    Below,
    Cancelled,
    Delete,
    Equals,
    Key,
    Put,
    Update,
)
from loyalty.store.unwritten import UnwrittenTables
from tests.support.memory import MemoryTables

if TYPE_CHECKING:
    from loyalty.store.tables import Condition, Write

KEYS = [Key("state", pk, sk) for pk in ("a", "b") for sk in "123456789"]


def some(dice: random.Random) -> Write:
    """Return any write, under any condition."""
    key = dice.choice(KEYS)
    number = dice.randrange(4)
    condition: Condition | None = dice.choice(
        [
            None,
            None,
            Absent(),
            Equals("n", number),
            Below("n", number),
            AtLeast("n", number),
            AllOf((Equals("n", number), Below("m", 3))),
        ]
    )
    match dice.randrange(3):
        case 0:
            return Delete(key, condition)
        case 1:
            return Put(key, {"n": number, "l": [number]}, condition)
    values: dict[str, Any] = {"x": [number]}
    return Update(key, values, {"n": number}, ("l",), condition, {"m": 1})


def done(tables: Any, writes: list[Write]) -> Any:
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        return cancelled.reasons
    return None


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_written_is_read_as_where_it_is_and_nothing_is(seed: int) -> None:
    dice = random.Random(seed)
    beneath, there = MemoryTables(), MemoryTables()
    for key in KEYS:
        if dice.random() < 0.8:
            beneath.write(Put(key, {"n": 1}))
            there.write(Put(key, {"n": 1}))
    before = {key: dict(item) for key, item in beneath.items.items()}
    tables = UnwrittenTables(beneath)
    for _ in range(25):
        writes = list({one.key: one for one in (some(dice) for _ in range(3))}.values())
        assert done(tables, writes) == done(there, writes)
        key = dice.choice(KEYS)
        if dice.random() < 0.2:
            tables.add(key, {"m": 2}, {"s": "t"})
            there.add(key, {"m": 2}, {"s": "t"})
        assert tables.get(key) == there.get(key)
        assert tables.get_many(KEYS) == there.get_many(KEYS)
        assert tables.query("state", "a") == there.query("state", "a")
        assert tables.query("state", "b", "3") == there.query("state", "b", "3")
        for newest in (True, False):
            for limit in (1, 2, 3, 9):
                found, wanted = (
                    one.between("state", "a", "2", "7", limit, newest=newest)
                    for one in (tables, there)
                )
                assert found == wanted
    assert beneath.items == before
    tables.forget()
    assert tables.get_many(KEYS) == before


def test_what_is_read_can_be_changed_by_its_reader() -> None:
    tables = UnwrittenTables(MemoryTables())
    tables.write(Put(KEYS[0], {"l": [1]}))
    for found in (tables.get(KEYS[0]), tables.query("state", "a")[0]):
        assert found is not None
        found["l"].append(2)
    assert tables.get(KEYS[0]) == {"pk": "a", "sk": "1", "l": [1]}
