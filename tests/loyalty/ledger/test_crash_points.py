"""Every operation, every store call, every fault: then restart, try again, and nothing is off.

The world with the fault must end exactly as the world without it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.publishing import Publisher
from loyalty.core.calendar import local
from loyalty.core.decide.moving import MoveIn
from loyalty.core.decide.spending import Price
from loyalty.core.member import Application
from loyalty.core.order import BASKET, OrderKey, OrderReport, Part
from loyalty.invariants.account import broken
from loyalty.ledger.act import Act
from loyalty.ledger.receipts import Receipt
from loyalty.ledger.spending import Request
from loyalty.members.customers import Customers
from loyalty.members.enrolment import Enrolled
from loyalty.messages import Contact
from loyalty.refusals import Busy
from loyalty.store import commit, keys, reading
from loyalty.store.commit import FactWrite
from loyalty.store.items.member import to_member
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.support import soundness
from tests.support.memory import FAULTS, Fault, Killed, MemoryTables
from tests.support.world import START, TOKENS, World, settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.store.publishing import ChangedCard

# Each line is covered by other suites, too; tracing would double the time.
pytestmark = pytest.mark.no_cover

# What a caller is told to try again after; anything else is a bug.
RETRY = (Busy, ConnectionError, OutcomeUnknown, Cancelled, Killed)


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
    return world.sales.claim_order(key, ann.card_code, "key:till", world.now).result


def redeem(world: World, ann: Enrolled) -> Any:
    return world.redeem(ann).body


def decline(world: World, _: Enrolled) -> Any:
    return world.spending.redeem(
        "coffee",
        source="till",
        redemption="r2",
        card_code="not a card",
        reward="free-coffee",
        now=world.now,
    ).body


def request(name: str) -> Request:
    return Request("coffee", "till", name, "endpoint:till")


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")


def other(world: World) -> str:
    """Return the id of the second member, whom the first one referred."""
    places = [key for key in world.tables.items if key.sk == "MEMBER"]
    return next(
        keys.owner(key.pk)[1] for key in places if world.tables.items[key].get("rf") is not None
    )


def pay_for_an_order(world: World, ann: Enrolled) -> Any:
    key, price = OrderKey("coffee", "till", "old"), Price(reward="free-coffee")
    return world.spending.spend(request("o"), ann.card_code, price, world.now, key).body


def pay_for_a_parked_order(world: World, ann: Enrolled) -> Any:
    key, price = OrderKey("coffee", "till", "waiting"), Price(reward="free-coffee")
    return world.spending.spend(request("p"), ann.card_code, price, world.now, key).body


def expire(world: World, ann: Enrolled) -> Any:
    world.now = START + timedelta(days=500)
    return world.staff.adjust(act("x"), ann.member_id, "points", 1, world.now).body


def hold(world: World, ann: Enrolled) -> Any:
    price = Price(reward="free-coffee")
    return world.spending.hold(request("new"), ann.card_code, price, world.now).body


def capture(world: World, ann: Enrolled) -> Any:
    return world.spending.capture(request("held"), ann.card_code, world.now, 60).body


def release(world: World, ann: Enrolled) -> Any:
    return world.spending.release(request("held"), ann.card_code, world.now).body


def undo(world: World, ann: Enrolled) -> Any:
    return world.spending.undo(request("spent"), ann.card_code, world.now).body


def adjust(world: World, ann: Enrolled) -> Any:
    return world.staff.adjust(act("a"), ann.member_id, "points", -7, world.now).body


def gift(world: World, ann: Enrolled) -> Any:
    return world.staff.give(act("g"), ann.member_id, "points", 7, world.now).body


def transfer(world: World, ann: Enrolled) -> Any:
    ids = ann.member_id, other(world)
    return world.staff.transfer(act("t"), *ids, "points", 30, world.now).body


def merge(world: World, ann: Enrolled) -> Any:
    return world.staff.merge(act("m"), other(world), ann.member_id, world.now).body


def move(world: World, ann: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "older")
    return world.order_acts.move(act("v"), key, other(world), world.now).body


def forget(world: World, _: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "older")
    return world.order_acts.forget(act("f"), key, world.now).body


def forget_parked(world: World, _: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "waiting")
    return world.order_acts.forget(act("f"), key, world.now).body


def keep(world: World, _: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "old")
    return world.order_acts.keep(act("k"), key, world.now).body


def move_what_was_referred(world: World, ann: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "cat's")
    return world.order_acts.move(act("v"), key, ann.member_id, world.now).body


def undo_without_card(world: World, _: Enrolled) -> Any:
    return world.spending.undo(request("spent"), None, world.now).body


def capture_for_a_parked_order(world: World, ann: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "waiting")
    return world.spending.capture(request("held"), ann.card_code, world.now, 60, key).body


def far_away_from_a_parked_order(world: World, ann: Enrolled) -> Any:
    world.now = START + timedelta(days=14)
    return world.sell(order="waiting", version=2, total=1100, member=ann).result


def link_customer(world: World, ann: Enrolled) -> Any:
    customers = Customers(world.books)
    customers.link("coffee", ann.member_id, "till", "C-1", "anna", world.now)


def move_in(world: World, ann: Enrolled) -> Any:
    fact = FactWrite("coffee", "import", "old", "1", "1")
    command = MoveIn("import#old#1", "import:1", (("points", 0, 50),), spend=5000, visits=3)
    books, now = world.books, world.now
    return books.once(fact, "coffee", ann.member_id, lambda _: command, now).body


def claim_receipt(world: World, ann: Enrolled) -> Any:
    receipt = Receipt("waiting", 700, local(world.now, "America/New_York").date())
    return world.receipts.claim("coffee", receipt, ann.member_id, "member:ann", world.now).result


def pause(world: World, ann: Enrolled) -> Any:
    return world.staff.pause(act("p"), ann.member_id, world.now, paused=True).body


def leave(world: World, ann: Enrolled) -> Any:
    return world.erasure.leave(act("l"), ann.member_id, world.now, forfeit=True).body


def redeem_by_short_code(world: World, ann: Enrolled) -> Any:
    price = Price(reward="free-coffee")
    return world.spending.spend(request("typed"), ann.short_code, price, world.now).body


def erase(world: World, ann: Enrolled) -> Any:
    return world.erasure.erase(act("e"), ann.member_id, world.now).body


def referral(world: World, _: Enrolled) -> Any:
    key = OrderKey("coffee", "till", "friend's")
    code = to_member(world.tables.items[keys.member_key("coffee", other(world))]).card_code
    parts = (Part(BASKET, 1, "completed", 900),)
    hints = (f"code:{TOKENS.read_card_code(code)}",)
    report = OrderReport(key, "USD", world.now, parts, hints, "endpoint:test")
    return world.sales.record_order(report, world.now).result


def referral_taken_back(world: World, _: Enrolled) -> Any:
    return world.sell(order="cat's", version=2, total=900, status="refunded").result


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
    pay_for_an_order,
    pay_for_a_parked_order,
    expire,
    hold,
    capture,
    release,
    undo,
    adjust,
    gift,
    transfer,
    merge,
    erase,
    move,
    forget,
    forget_parked,
    keep,
    move_what_was_referred,
    undo_without_card,
    capture_for_a_parked_order,
    far_away_from_a_parked_order,
    link_customer,
    move_in,
    claim_receipt,
    pause,
    leave,
    redeem_by_short_code,
    referral,
    referral_taken_back,
    publish,
)


@cache
def _prepared() -> tuple[dict[Any, Any], Enrolled]:
    world = World(seed=7)
    world.put_program(
        referral={"pot": "points", "referrer": 40, "friend": 20},
        limits=[{"action": "redeem", "period": "day", "count": 9}],
    )
    ann = world.enrol(Contact("email", "ann@example.com"))
    ben = Contact("email", "ben@example.com")
    applied = Application("Ben", ben, None, "en", "2026-11", None, ann.card_code)
    world.enrolment.enrol("coffee", applied, world.now)
    applied = replace(applied, first_name="Cat", contact=Contact("email", "cat@example.com"))
    cat = world.enrolment.enrol("coffee", applied, world.now)
    assert isinstance(cat, Enrolled)
    world.sell(order="cat's", total=900, member=cat)
    world.sell(order="old", total=1999, member=ann)
    world.sell(order="older", total=5000, member=ann)
    world.sell(order="waiting", total=700)
    price = Price(reward="free-coffee")
    world.spending.hold(request("held"), ann.card_code, price, world.now)
    world.spending.spend(request("spent"), ann.card_code, price, world.now)
    return dict(world.tables.items), ann


def prepared() -> tuple[World, Enrolled]:
    found, ann = _prepared()
    tables = MemoryTables()
    tables.items = {key: dict(item) for key, item in found.items()}
    return World(tables, seed=8), ann


def end(world: World, _: Enrolled) -> Any:
    """Return everything that must not depend on what went wrong on the way."""
    members = [keys.owner(key.pk)[1] for key in world.tables.items if key.sk == "ACCOUNT"]
    books = []
    for member in members:
        account = reading.read_account(world.tables, "coffee", member)
        assert account is not None
        books.append((account, reading.read_entries(world.tables, "coffee", member)))
    assert soundness.faults(world) == []
    heads = [dict(one) for key, one in world.tables.items.items() if key.sk == "ORDER"]
    orders = [reading.order_of(world.tables, one) for one in heads]
    return (
        [(settled(account), len(entries)) for account, entries in books],
        sorted((order.key.id, order.posted.spend, order.spent) for order in orders),
        # Who was refused is merely shown: a process that dies may not have written it down.
        sorted((key.pk, key.sk) for key in world.tables.items if "#D#" not in key.sk),
        len(world.unpublished()),
    )


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
    print(f"{operation.__name__}: {points} crash points")  # noqa: T201


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


@pytest.mark.parametrize("reached", [False, True])
@pytest.mark.parametrize("welcome", [0, 25])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(5))
def test_joining_through_every_fault_makes_one_card(
    fault: Fault, call: int, welcome: int, *, reached: bool
) -> None:
    world = World(seed=3)
    world.channel.reached = reached
    changes: dict[str, Any] = {"welcome": {"pot": "points", "points": welcome}}
    world.put_program(**(changes if welcome else {}))
    contact = Contact("email", "ann@example.com")
    application = Application("Ann", contact, None, "en", "2026-11", None)
    key = "a-key-of-the-sender"
    world.tables.plan(fault, after_calls=call)
    outcomes = []
    with suppress(*RETRY):
        outcomes.append(world.enrolment.enrol("coffee", application, world.now, key))
    assert world.tables.fault is None, "joining makes fewer calls than this"
    world.restart()
    outcomes.append(world.enrolment.enrol("coffee", application, world.now, key))
    members = {key.pk for key in world.tables.items if key.sk == "MEMBER"}
    accounts = {key.pk for key in world.tables.items if key.sk == "ACCOUNT"}
    names = [key for key in world.tables.items if (key.pk[:2], key.sk) == ("D#", "D")]
    assert len(members) == len(accounts) == 1
    member = keys.owner(accounts.pop())[1]
    account = reading.read_account(world.tables, "coffee", member)
    assert account is not None
    assert account.balance("points") == (0 if reached else welcome)
    assert broken(account, reading.read_entries(world.tables, "coffee", member)) == ()
    assert len(names) == 5
    assert {outcome.member_id for outcome in outcomes} == {member}


@pytest.mark.corrupts
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
