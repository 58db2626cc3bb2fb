"""Forgetting a person keeps the sums."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.tokens import digest
from loyalty.members.erase import ENDS_LATER
from loyalty.messages import Contact
from loyalty.store import keys
from loyalty.store.items.fact import fact_entries
from loyalty.store.items.member import member_item, to_member
from loyalty.store.tables import Put
from tests.loyalty.ledger.acts import STAFFED, act, fact, last
from tests.support import soundness
from tests.support.deployed import ROOT
from tests.support.refusals import refused
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled


@pytest.fixture
def changes() -> dict[str, Any]:
    return STAFFED


def test_erasing_forgets_the_person_and_keeps_the_sums(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    key = keys.member_key("coffee", ann.member_id)
    known = replace(
        to_member(world.tables.get(key)),
        birthday=date(1990, 5, 4),
        marketing_consent_version="1",
    )
    world.tables.write(Put(key, member_item(known)))
    world.sell(total=990, member=ann)
    world.staff.give(act("g", reason="secret"), ann.member_id, "points", 20, world.now)
    before = [entry.hash for entry in world.entries(ann)]
    old = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    answer = world.erasure.erase(act("e"), ann.member_id, world.now)
    assert answer.body["outcome"] == "left"
    entry = last(world, ann)
    assert (entry.kind, entry.fact, entry.actor) == ("close", "erase#anna#e", "key:anna")
    assert [one.hash for one in world.entries(ann)][:-1] == before
    member = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    assert (member.first_name, member.contact, member.birthday) == ("", None, None)
    assert member.marketing_consent_version is None
    assert member.card_version == old.card_version + 1
    gone = [
        keys.directory_key("link", digest(ann.link)),
        keys.note_key("coffee", ann.member_id, "gift", "anna", "g"),
        keys.contact_key(
            "coffee", TOKENS.contact_key("coffee", Contact("email", "ann@example.com"))
        ),
    ]
    assert not any(key in world.tables.items for key in gone)
    # Nobody else has lost anything.
    assert keys.directory_key("link", digest(ben.link)) in world.tables.items
    again = world.erasure.erase(act("e"), ann.member_id, world.now)
    assert again == replace(answer, replayed=True)
    # Asking once more finishes what may be left, and is no fault.
    further = world.erasure.erase(act("f"), ann.member_id, world.now)
    assert further.body == {"outcome": "left", "lots": []}
    assert (world.account(ann).spend, world.balance(ann)) == (990, 0)
    assert len(fact_entries(fact(world, "erase", "e"))) == 1
    with refused("id_reused"):
        world.erasure.erase(act("e"), ben.member_id, world.now)
    assert soundness.faults(world) == []


def test_all_notes_of_a_person_go_with_them(world: World, ann: Enrolled) -> None:
    for number in range(7):
        world.staff.give(act(f"{number}"), ann.member_id, "points", 1, world.now)
    world.erasure.erase(act("e"), ann.member_id, world.now)
    assert not [key for key in world.tables.items if key.sk.startswith("NOTE#")]


@pytest.mark.parametrize("way", ["erased", "left", "merged"])
def test_whoever_caps_have_cut_off_goes_without_an_alarm(
    world: World, ann: Enrolled, ben: Enrolled, way: str
) -> None:
    """What was never credited is not value that they leave behind; a refund still finds it."""
    world.put_program(caps=[{"pot": "points", "period": "day", "points": 50}])
    world.sell(total=1000, member=ann)
    assert world.account(ann).pot("points").cut == 50
    if way == "erased":
        world.erasure.erase(act("e"), ann.member_id, world.now)
    elif way == "left":
        world.erasure.leave(act("l"), ann.member_id, world.now, forfeit=True)
    else:
        world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert soundness.faults(world) == []
    world.sell(version=2, total=400, member=ann)
    assert soundness.faults(world) == []
    assert world.balance(ben) == (40 if way == "merged" else 0)


def test_what_no_erase_searches_ends_when_it_says() -> None:
    """The days are those of the buckets' lifecycles."""
    parts = ROOT / "infra" / "cloudformation"
    lifecycle = re.compile(r"ExpirationInDays: (\d+)(?:, Prefix: (\S+))? }")

    def days(part: str) -> dict[str, int]:
        text = (parts / part).read_text(encoding="utf-8")
        return {prefix: int(number) for number, prefix in lifecycle.findall(text)}

    inbox, moving = days("queues.yml"), days("moving.yml")
    assert inbox == {"": 30, "worked/": 14}
    for one in ENDS_LATER:
        found = inbox if one.where in {"worked/", "<endpoint>/"} else moving
        assert one.after.days == found.get(one.where, found[""]), one
