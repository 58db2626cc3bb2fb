"""Every operation, every store call, every fault: then restart, try again, and nothing is off.

The world with the fault must end exactly as the world without it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.books import Busy
from loyalty.enrolment import AlreadyEnrolled, Enrolled, EnrolmentUnknown
from loyalty.invariants import broken
from loyalty.member import Application, Contact
from loyalty.order import OrderKey
from loyalty.publishing import ChangedCard, Publisher
from loyalty.store import commit
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.support.memory import FAULTS, Fault, Killed
from tests.support.world import World, settled

if TYPE_CHECKING:
    from collections.abc import Callable

# What a caller is told to try again after; anything else is a bug.
RETRY = (Busy, ConnectionError, OutcomeUnknown, Cancelled, EnrolmentUnknown, Killed)


@dataclass
class Queues:
    cards: list[ChangedCard]

    def put(self, cards: Any) -> None:
        self.cards += cards


def sale(world: World, ann: Enrolled) -> Any:
    return world.sell(order="new", total=1230, member=ann).result


def refund(world: World, ann: Enrolled) -> Any:
    return world.sell(order="old", version=2, total=1999, status="refunded", member=ann).result


def parked(world: World, _: Enrolled) -> Any:
    return world.sell(order="nobody's", total=500).result


def claim(world: World, ann: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "waiting")
    return world.ledger.claim_order(key, ann.card_code, "key:till", world.now).result


def redeem(world: World, ann: Enrolled) -> Any:
    return world.ledger.redeem(
        "coffee",
        source="till",
        redemption="r1",
        card_code=ann.card_code,
        reward="free-coffee",
        now=world.now,
    ).body


def decline(world: World, _: Enrolled) -> Any:
    return world.ledger.redeem(
        "coffee",
        source="till",
        redemption="r2",
        card_code="not a card",
        reward="free-coffee",
        now=world.now,
    ).body


def publish(world: World, _: Enrolled) -> Any:
    queues = Queues([])
    Publisher(world.tables, queues).sweep(2**40)
    return None


OPERATIONS: tuple[Callable[[World, Enrolled], Any], ...] = (
    sale,
    refund,
    parked,
    claim,
    redeem,
    decline,
    publish,
)


def prepared() -> tuple[World, Enrolled]:
    world = World(seed=7)
    world.put_program()
    ann = world.enrol(Contact("email", "ann@example.com"))
    world.sell(order="old", total=1999, member=ann)
    world.sell(order="waiting", total=700)
    return world, ann


def end(world: World, ann: Enrolled) -> Any:
    assert broken(world.account(ann), world.entries(ann)) == ()
    return settled(world.account(ann)), len(world.entries(ann)), len(world.unpublished())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_every_fault_at_every_call(operation: Callable[[World, Enrolled], Any]) -> None:
    world, ann = prepared()
    before = world.tables.calls
    answer = operation(world, ann)
    calls = world.tables.calls - before
    wanted = end(world, ann)
    assert calls >= 1
    points = 0
    for fault in FAULTS:
        for call in range(calls):
            assert faulted(operation, fault, call, answer) == wanted, (fault, call)
            points += 1
    assert points == calls * len(FAULTS)


def faulted(
    operation: Callable[[World, Enrolled], Any], fault: Fault, call: int, answer: Any
) -> Any:
    world, ann = prepared()
    world.tables.plan(fault, after_calls=call)
    with suppress(*RETRY):
        operation(world, ann)
    # A process that was killed forgets everything; the message or the request comes again.
    world.restart()
    again = operation(world, ann)
    assert again in (answer, "unchanged"), (fault, call, again)
    return end(world, ann)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(5))
def test_joining_through_every_fault_makes_one_card(fault: Fault, call: int) -> None:
    world = World(seed=3)
    world.put_program()
    contact = Contact("email", "ann@example.com")
    application = Application("Ann", contact, None, "en", "2026-11", None)
    world.tables.plan(fault, after_calls=call)
    outcomes = []
    with suppress(*RETRY):
        outcomes.append(world.enrolment.enrol("coffee", application, world.now))
    assert world.tables.fault is None, "joining makes fewer calls than this"
    world.restart()
    outcomes.append(world.enrolment.enrol("coffee", application, world.now))
    members = {key.pk for key in world.tables.items if key.sk == "MEMBER"}
    accounts = {key.pk for key in world.tables.items if key.sk == "ACCOUNT"}
    names = [key for key in world.tables.items if key.pk.startswith("D#")]
    assert len(members) == len(accounts) == 1
    assert len(names) == 3
    enrolled = [outcome for outcome in outcomes if isinstance(outcome, Enrolled)]
    assert len(enrolled) <= 1
    # Whoever was not told gets the link by the one port.
    assert enrolled or isinstance(outcomes[-1], AlreadyEnrolled)
    assert world.channel.sent


def test_the_sweep_sees_a_dropped_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the fence on the fact, some crash point doubles or loses."""
    monkeypatch.setattr(commit, "Absent", lambda: None)
    with pytest.raises(AssertionError):
        test_every_fault_at_every_call(redeem)


def test_the_sweep_sees_a_fault_that_is_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: taking an unknown outcome for a success loses the sale."""

    def careless(tables: Any, writes: Any) -> None:
        with suppress(OutcomeUnknown):
            tables.write(*writes)

    monkeypatch.setattr(commit, "_write", careless)
    with pytest.raises((AssertionError, Cancelled)):
        test_every_fault_at_every_call(redeem)
