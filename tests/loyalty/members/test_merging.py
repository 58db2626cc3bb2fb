"""Whoever has joined twice becomes one, with all that was written down of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.core.member import MOST_TAGS
from loyalty.members.records import Changes, Records
from loyalty.messages import Contact
from loyalty.store import member_records
from loyalty.store.member_records import Record
from tests.loyalty.ledger.acts import act
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

MILK = {"id": "milk", "name": {"en": "Milk", "ru": "Молоко"}, "kind": "text"}
AGE = {"id": "age", "name": {"en": "Age", "ru": "Возраст"}, "kind": "number"}


class Doubles:
    """A shop in which Ann has joined twice."""

    def __init__(self) -> None:
        self.world = World()
        self.world.put_program(attributes=[MILK, AGE])
        self.old, self.new = self.world.enrol(name="Ann"), self.world.enrol(name="Anna")
        self.records = Records(self.world.books)
        self.acts = 0

    def write(self, who: Enrolled, **changes: Any) -> None:
        self.acts += 1
        self.records.change(act(f"w{self.acts}"), who.member_id, Changes(**changes), self.world.now)

    def say(self, who: Enrolled, topic: tuple[str, str], *, given: bool) -> None:
        self.acts += 1
        self.world.wait(seconds=1)
        said = given, f"v{self.acts}"
        self.records.consent(act(f"s{self.acts}"), who.member_id, topic, said, self.world.now)

    def merge(self) -> Record:
        world = self.world
        said = world.merging.merge(act("m"), self.old.member_id, self.new.member_id, world.now)
        assert said.body["outcome"] == "moved"
        return self.of(self.new)

    def of(self, who: Enrolled) -> Record:
        return member_records.read_record(self.world.tables, "coffee", who.member_id)

    def found(self, kind: str, value: str) -> list[str]:
        word = self.world.books.tokens.search_key("coffee", kind, value)
        return member_records.under(self.world.tables, "coffee", word, "", 10)[0]


def test_what_was_written_of_both_is_written_of_one() -> None:
    twice = Doubles()
    twice.write(twice.old, add_tags=("late", "regular"), attributes={"milk": "oat", "age": "33"})
    twice.write(twice.new, add_tags=("regular", "tea"), attributes={"milk": "soy"})
    one = twice.merge()
    assert one.tags == ("late", "regular", "tea")
    assert one.attributes == {"milk": "soy", "age": "33"}
    assert twice.of(twice.old) == Record()
    new = [twice.new.member_id]
    for kind, value in (("tag", "late"), ("tag", "regular"), ("attribute", "age=33")):
        assert twice.found(kind, value) == new
    assert twice.found("attribute", "milk=oat") == []
    assert twice.found("name", "ann") == new, "Ann is Anna now"


def test_of_a_consent_what_was_said_last_counts() -> None:
    twice = Doubles()
    sms, email, card = (("marketing", channel) for channel in ("sms", "email", "card"))
    twice.say(twice.new, sms, given=True)
    twice.say(twice.old, sms, given=False)
    twice.say(twice.old, email, given=False)
    twice.say(twice.new, email, given=True)
    twice.say(twice.new, card, given=True)
    twice.say(twice.old, card, given=False)
    one = twice.merge()
    given = {topic: said.given for topic, said in one.consents.items()}
    assert given == {"marketing/sms": False, "marketing/email": True, "marketing/card": False}
    # What campaigns ask is the same: who has withdrawn on either card is not written to.
    person, _ = twice.records.read("coffee", twice.new.member_id)
    assert person.marketing_consent_version is None


def test_a_member_has_no_more_tags_than_may_be() -> None:
    twice = Doubles()
    twice.write(twice.old, add_tags=tuple(f"o{number}" for number in range(20)))
    twice.write(twice.new, add_tags=tuple(f"n{number}" for number in range(20)))
    one = twice.merge()
    assert len(one.tags) == MOST_TAGS
    assert {f"n{number}" for number in range(20)} <= set(one.tags)


def test_the_same_merge_again_changes_nothing() -> None:
    twice = Doubles()
    twice.write(twice.old, add_tags=("late",))
    twice.merge()
    twice.write(twice.new, remove_tags=("late",))
    before = dict(twice.world.tables.items)
    assert twice.merge().tags == ()
    assert twice.world.tables.items == before


def test_a_contact_proved_on_both_cards_brings_it_along() -> None:
    """The customer does it without staff: the code from the message makes the two one."""
    world = World()
    world.put_program()
    contact = Contact("email", "ann@example.com")
    old = world.enrol_proved(contact)
    Records(world.books).change(act("w"), old.member_id, Changes(add_tags=("late",)), world.now)
    new = world.enrol_proved(contact)
    record = member_records.read_record(world.tables, "coffee", new.member_id)
    assert record.tags == ("late",)


def test_value_moves_as_before() -> None:
    twice = Doubles()
    twice.world.sell("1", total=5_000, member=twice.old)
    twice.write(twice.old, add_tags=("late",))
    twice.merge()
    assert twice.world.balance(twice.new) == 500


def test_who_has_become_somebody_before_brings_what_they_have_become() -> None:
    """A chain of merges, named by the cards that people hold: both are void already."""
    twice = Doubles()
    world = twice.world
    first, last = world.enrol(name="Zoe"), world.enrol(name="Max")
    twice.write(twice.new, add_tags=("late",))
    world.merging.merge(act("m1"), first.member_id, twice.new.member_id, world.now)
    world.merging.merge(act("m2"), twice.old.member_id, last.member_id, world.now)
    said = world.merging.merge(act("m3"), first.member_id, twice.old.member_id, world.now)
    assert said.body["outcome"] == "moved"
    assert twice.of(last).tags == ("late",)
    assert twice.of(twice.new) == Record()
    assert twice.found("tag", "late") == [last.member_id]
    assert twice.found("name", "anna") == []
