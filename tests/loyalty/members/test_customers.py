"""A till's own customers: linked to a member once, they are known from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from loyalty.ledger.act import Act
from loyalty.members.customers import Customers
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import customer_links, deed_log, keys
from tests.support import soundness
from tests.support.refusals import refused
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

HINT = "customer:till:C-17"


def sold(world: World, *hints: str, order: str = "1") -> str | None:
    report = replace(world.report(order=order, total=500), hints=hints)
    return world.sales.record_order(report, world.now).member


@pytest.fixture
def customers(world: World) -> Customers:
    return Customers(world.books)


def test_an_order_that_names_a_linked_customer_is_the_members(
    world: World, ann: Enrolled, customers: Customers
) -> None:
    assert sold(world, HINT) is None
    customers.link("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    customers.link("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    # What waited for its customer is found when it is told again.
    assert sold(world, HINT) == ann.member_id
    assert sold(world, HINT, order="2") == ann.member_id
    assert sold(world, "customer:other:C-17", order="3") is None
    assert customers.linked("coffee", ann.member_id) == (("till", "C-17"),)
    customers.unlink("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    assert sold(world, HINT, order="4") is None
    with refused("customer_not_found"):
        customers.unlink("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    assert soundness.faults(world) == []


def test_a_customer_is_one_member_at_a_time(
    world: World, ann: Enrolled, ben: Enrolled, customers: Customers
) -> None:
    customers.link("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    with refused("customer_taken"):
        customers.link("coffee", ben.member_id, "till", "C-17", "anna", world.now)
    with refused("customer_not_found"):
        customers.unlink("coffee", ben.member_id, "till", "C-17", "anna", world.now)
    with refused("member_not_found"):
        customers.link("coffee", "nobody", "till", "C-18", "anna", world.now)
    # Whoever has left keeps nothing.
    world.erasure.erase(Act("coffee", "anna", "e", ""), ann.member_id, world.now)
    assert keys.customer_key("coffee", "till", "C-17") not in world.tables.items
    customers.link("coffee", ben.member_id, "till", "C-17", "anna", world.now)
    assert sold(world, HINT) == ben.member_id


def test_who_linked_a_customer_to_whom_and_when_is_kept(
    world: World, ann: Enrolled, ben: Enrolled, customers: Customers
) -> None:
    customers.link("coffee", ann.member_id, "till", "C-17", "tillkey01", world.now)
    # The same again changes nothing, and is no act.
    customers.link("coffee", ann.member_id, "till", "C-17", "tillkey01", world.now)
    linked_at = world.now
    world.wait(minutes=1)
    customers.unlink("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    lines = deed_log.of_member(world.tables, "coffee", ann.member_id, "", 10).deeds
    assert [(one.kind, one.key, one.at) for one in lines] == [
        ("unlink", "anna", world.now),
        ("link", "tillkey01", linked_at),
    ]
    named = {"source": "till", "customer": "C-17"}
    assert lines[1].before == {**named, "member": None}
    assert lines[1].after == {**named, "member": ann.member_id} == lines[0].before
    assert lines[0].after == {**named, "member": None}
    # With the key, whose lines outlive members, the vendor's name of a person is not kept.
    (line,) = deed_log.of_key(world.tables, "coffee", "tillkey01", "", 10).deeds
    assert line.after == {"source": "till", "member": ann.member_id}
    world.erasure.erase(Act("coffee", "anna", "e", ""), ann.member_id, world.now)
    left = [item for key, item in world.tables.items.items() if key.table == "state"]
    assert "C-17" not in repr(left)


def test_who_was_merged_is_found_as_who_they_are_now(
    world: World, ann: Enrolled, ben: Enrolled, customers: Customers
) -> None:
    customers.link("coffee", ann.member_id, "till", "C-17", "anna", world.now)
    world.staff.merge(Act("coffee", "anna", "m", ""), ann.member_id, ben.member_id, world.now)
    assert sold(world, HINT) == ann.member_id
    assert world.balance(ben) > 0
    customers.link("coffee", ben.member_id, "till", "C-17", "anna", world.now)
    assert sold(world, HINT, order="2") == ben.member_id
    world.erasure.erase(Act("coffee", "anna", "e", ""), ben.member_id, world.now)
    assert keys.customer_key("coffee", "till", "C-17") not in world.tables.items


def test_a_member_has_twenty_customers_at_most(
    world: World, ann: Enrolled, customers: Customers
) -> None:
    for number in range(20):
        customers.link("coffee", ann.member_id, "till", str(number), "anna", world.now)
    with refused("too_many_customers"):
        customers.link("coffee", ann.member_id, "till", "20", "anna", world.now)


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "conflict", "throttled"])
def test_any_fault_and_it_is_linked_once(
    world: World, ann: Enrolled, customers: Customers, fault: str
) -> None:
    for call in range(4):
        world.tables.plan(fault, call)
        for _ in range(2):
            try:
                customers.link("coffee", ann.member_id, "till", f"C-{call}", "anna", world.now)
            except (ConnectionError, Refusal):
                continue
        world.tables.fault = world.tables.fault_at = None
        assert customer_links.read(world.tables, "coffee", "till", f"C-{call}") == ann.member_id
        assert ("till", f"C-{call}") in customers.linked("coffee", ann.member_id)


@pytest.mark.parametrize(
    ("identity", "found"),
    [
        (["card", "customer", "phone", "email"], "card"),
        (["customer", "card"], "customer"),
        (["phone", "customer"], "phone"),
        (["email", "phone", "customer", "card"], "email"),
        (["email"], "email"),
    ],
)
def test_who_it_is_goes_by_the_order_that_the_program_sets(identity: list[str], found: str) -> None:
    world = World()
    world.put_program(identity=identity)
    phone, email = Contact("phone", "+12125550123"), Contact("email", "ann@example.com")
    people = {
        "card": world.enrol(),
        "customer": world.enrol(),
        "phone": world.enrol_proved(phone),
        "email": world.enrol_proved(email),
    }
    Customers(world.books).link(
        "coffee", people["customer"].member_id, "till", "C-17", "anna", world.now
    )
    hints = (
        f"code:{TOKENS.read_card_code(people['card'].card_code)}",
        HINT,
        f"phone:{TOKENS.contact_key('coffee', phone)}",
        f"email:{TOKENS.contact_key('coffee', email)}",
    )
    assert sold(world, *hints) == people[found].member_id
    # What is not listed is nobody's sign.
    for hint, way in zip(hints, people, strict=True):
        known = people[way].member_id if way in identity else None
        assert sold(world, hint, order=f"by-{way}") == known


def test_orders_from_before_contacts_had_a_kind_find_their_member(world: World) -> None:
    email = Contact("email", "ann@example.com")
    ann = world.enrol_proved(email)
    assert sold(world, f"contact:{TOKENS.contact_key('coffee', email)}") == ann.member_id


def test_a_program_names_each_way_once() -> None:
    world = World()
    with pytest.raises(Refusal, match="twice"):
        world.put_program(identity=["card", "card"])
