"""Joining at the till with two contacts, and finding who may be the same person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.ledger.act import Act
from loyalty.members.contact_people import proved_owner, same_people
from loyalty.messages import Contact
from tests.support import soundness
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World

PHONE = Contact("phone", "+12125550123")
MAIL = Contact("email", "ann@example.org")
ACTOR = "key:till"


def enrol(world: World, key: str = "k-1", **more: Any) -> Enrolled:
    application = world.applied(PHONE, **more)
    return world.enrolment.enrol("coffee", application, world.now, key, ACTOR, (MAIL,))


def found(world: World, member: Enrolled) -> list[tuple[str, bool]]:
    people = same_people(world.books, "coffee", (PHONE, MAIL), member.member_id)
    return [(one.member, one.proved) for one in people]


def test_who_joins_again_by_the_other_contact_is_found_and_can_be_merged(world: World) -> None:
    before = world.enrol_proved(MAIL)
    world.sell(total=1000, member=before)
    now = enrol(world)
    assert found(world, now) == [(before.member_id, True)]
    act = Act("coffee", "anna", "m", "")
    world.staff.merge(act, before.member_id, now.member_id, world.now)
    assert found(world, now) == []
    assert proved_owner(world.books, "coffee", MAIL) == now.member_id
    assert world.balance(now) == 100
    assert soundness.faults(world) == []


def test_who_has_only_typed_it_is_offered_too_and_marked_so(world: World) -> None:
    typed = world.enrol(MAIL)
    other = world.enrol(PHONE)
    now = enrol(world)
    assert found(world, now) == [(other.member_id, False), (typed.member_id, False)]
    assert proved_owner(world.books, "coffee", MAIL) is None


def test_who_has_left_is_nobody(world: World) -> None:
    before = world.enrol_proved(MAIL)
    world.erasure.erase(Act("coffee", "anna", "e", ""), before.member_id, world.now)
    assert found(world, enrol(world)) == []
    assert proved_owner(world.books, "coffee", MAIL) is None


def test_both_contacts_go_with_the_member(world: World) -> None:
    now = enrol(world)
    world.erasure.erase(Act("coffee", "anna", "e", ""), now.member_id, world.now)
    assert world.erasure.left("coffee", now.member_id, world.now) == []
    assert not [key for key in world.tables.items if key.sk.startswith("CLAIM#")]


def test_the_same_key_is_the_same_member_all_day_and_with_other_content_refused(
    world: World,
) -> None:
    first = enrol(world)
    world.wait(hours=5)
    assert enrol(world) == replace(first, replayed=True)
    with refused("id_reused"):
        enrol(world, location="elsewhere")
    assert enrol(world, "k-2").member_id != first.member_id
    # Another till's key of the same text is another act.
    application = world.applied(PHONE)
    other = world.enrolment.enrol("coffee", application, world.now, "k-1", "key:other", (MAIL,))
    assert other.member_id != first.member_id


def test_who_brought_them_may_be_named_by_the_short_code(world: World) -> None:
    world.put_program(referral={"pot": "points", "referrer": 40, "friend": 20})
    ann = world.enrol()
    application = replace(world.applied(PHONE), referrer_code=f" {ann.short_code.lower()} ")
    cat = world.enrolment.enrol("coffee", application, world.now, "k-9", ACTOR)
    world.sell(total=1000, member=cat)
    assert world.balance(ann) == 40


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "conflict", "throttled"])
@pytest.mark.parametrize("call", range(6))
def test_any_fault_and_there_is_one_member(world: World, fault: Any, call: int) -> None:
    world.tables.plan(fault, call)
    made = set()
    for _ in range(3):
        try:
            made.add(enrol(world).member_id)
        except ConnectionError:
            continue
    world.tables.fault = world.tables.fault_at = None
    assert made == {enrol(world).member_id}
    members = [key for key in world.tables.items if key.sk == "MEMBER"]
    assert len(members) == 1
