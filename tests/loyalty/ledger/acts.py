"""What the tests of acts share: who acts, and what an act has left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.ledger.act import Act
from loyalty.store import keys

if TYPE_CHECKING:
    from loyalty.core.account import Entry
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World


STAFFED: dict[str, Any] = {
    "staff": {"at_once": 50, "per_shift": 80, "per_month": 100},
    "pots": [{"id": "points"}, {"id": "stars"}],
}


def act(name: str, key: str = "anna", reason: str = "late") -> Act:
    return Act("coffee", key, name, reason)


def last(world: World, member: Enrolled) -> Entry:
    return world.entries(member)[-1]


def fact(world: World, kind: str, name: str, key: str = "anna") -> dict[str, Any]:
    found: dict[str, Any] = world.tables.items[keys.fact_key("coffee", kind, key, name)]
    return found


def note(world: World, member: Enrolled, kind: str, name: str, key: str = "anna") -> Any:
    place = keys.note_key("coffee", member.member_id, kind, key, name)
    return {
        name: value for name, value in world.tables.items[place].items() if name not in {"pk", "sk"}
    }


def given(world: World, key: str, length: str, number: int) -> int:
    return int(world.tables.items[keys.given_key("coffee", key, length, number)]["n"])
