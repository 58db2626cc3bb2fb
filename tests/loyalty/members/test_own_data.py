"""What is kept of a person is carried out for that person, whole, and nothing of anybody else."""

from __future__ import annotations

import json
from typing import Any

from loyalty.members.own_data import own_data
from loyalty.members.records import Changes, Records
from loyalty.messages import Contact
from loyalty.store import keys
from tests.loyalty.ledger.acts import act
from tests.support.refusals import refused
from tests.support.world import World

MILK = {"id": "milk", "name": {"en": "Milk", "ru": "Молоко"}, "kind": "text"}
STAFF = {"at_once": 500, "per_shift": 5000, "per_month": 50_000}
CARRIED = {
    "ACCOUNT": "value, level and what entries add up to",
    "MEMBER": "person",
    "RECORD": "tags, attributes, consents",
    "CONTACT": "contacts",
    "NOTE": "notes",
    "ACT": "acts",
    "CUSTOMER": "customers",
    "MERGED": "merged_cards",
    "REFERRAL": "referral",
    "DEVICE": "phones",
    "GOOGLE": "google_wallet",
    "E": "entries",
    # Derived of these, or gone within the hour: it tells nothing more.
    "FOUND": "the words of name, tags and attributes, hashed",
    "DERIVED": "counts of entries",
    "PROOF": "a code on its way",
}


def told(world: World, member: str) -> dict[str, Any]:
    found = own_data(world.books, "coffee", member, world.now)
    return dict(json.loads(json.dumps(found)))


def shop() -> tuple[World, str]:
    world = World()
    world.put_program(attributes=[MILK], staff=STAFF)
    ann = world.enrol_proved(Contact("email", "ann@example.com"))
    records = Records(world.books)
    wishes = Changes(add_tags=("regular",), attributes={"milk": "oat-milk-please"})
    records.change(act("r"), ann.member_id, wishes, world.now)
    records.consent(act("c"), ann.member_id, ("marketing", "sms"), (True, "text-7"), world.now)
    records.note(act("n", reason="her dog is called Rex"), ann.member_id, world.now)
    world.sell("receipt-77", total=5_000, member=ann)
    world.staff.give(act("g", reason="the coffee was cold"), ann.member_id, "points", 7, world.now)
    return world, ann.member_id


def test_all_that_was_said_and_done_is_there() -> None:
    world, ann = shop()
    found = told(world, ann)
    text = json.dumps(found)
    for planted in (
        "ann@example.com", "regular", "oat-milk-please", "text-7", "her dog is called Rex",
        "receipt-77", "the coffee was cold",
    ):  # fmt: skip
        assert planted in text, planted
    assert found["value"]["points"]["spendable"] == 507
    sale = next(one for one in found["entries"] if one["order"] == ["till", "receipt-77"])
    assert sale["moved"] == {"points": 500}
    assert "500 points" in sale["why"]
    assert [one["number"] for one in found["entries"]] == [*range(1, len(found["entries"]) + 1)]


def test_nothing_of_anybody_else_is_there() -> None:
    world, ann = shop()
    ben = world.enrol(Contact("email", "ben@example.com"), name="Benedict")
    world.sell("receipt-78", total=5_000, member=ben)
    text = json.dumps(told(world, ann))
    for foreign in (ben.member_id, "ben@example.com", "Benedict", "receipt-78", ben.card_code):
        assert foreign not in text


def test_secrets_of_the_card_are_not_told() -> None:
    """The file is kept and sent about: it opens no card page and no pass."""
    world, ann = shop()
    member = world.tables.items[keys.member_key("coffee", ann)]
    text = json.dumps(told(world, ann))
    link = world.books.tokens.link_token("coffee", ann, member["lg"])
    assert link not in text
    assert member["sr"] not in text


def test_every_kind_of_thing_that_lies_with_a_member_is_told_or_argued() -> None:
    """A new kind of item that nobody has thought of here fails this."""
    world, ann = shop()
    there = {key.sk.partition("#")[0] for key in world.tables.items if key.pk == f"coffee#M#{ann}"}
    assert there - set(CARRIED) == set()
    assert {"ACCOUNT", "MEMBER", "RECORD", "NOTE", "ACT", "E"} <= there


def test_who_was_forgotten_is_not_there() -> None:
    world, ann = shop()
    world.erasure.erase(act("e"), ann, world.now)
    with refused("member_not_found"):
        told(world, ann)
