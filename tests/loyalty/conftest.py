"""The shop in memory that most stories begin in, and its first members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.messages import Contact
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled


@pytest.fixture
def changes() -> dict[str, Any]:
    """What the shop's program has of its own; modules put theirs in its place."""
    return {}


@pytest.fixture
def world(changes: dict[str, Any]) -> World:
    made = World()
    made.put_program(**changes)
    return made


@pytest.fixture
def ann(world: World) -> Enrolled:
    return world.enrol(Contact("email", "ann@example.com"))


@pytest.fixture
def ben(world: World) -> Enrolled:
    return world.enrol(Contact("email", "ben@example.com"))
