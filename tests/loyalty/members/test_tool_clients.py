"""Clients of booking tools and CRMs: whose they are, and what a tool may say of a member."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.client_report import ClientReport
from loyalty.ledger.act import Act
from loyalty.members.customers import Customers
from loyalty.members.records import Changes, Records
from loyalty.members.tool_clients import Clients
from loyalty.messages import Contact
from loyalty.store import contact_book, customer_links, member_records, membership
from loyalty.store.member_records import Consent, agreed
from tests.support import soundness
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

ATTRIBUTES = [
    {"id": "town", "name": {"en": "Town", "ru": "Город"}, "kind": "text"},
    {"id": "dog", "name": {"en": "Dog", "ru": "Собака"}, "kind": "text", "ask": "card"},
]
HINT = "customer:salon:8001"


@pytest.fixture
def clients(world: World) -> Clients:
    world.put_program("coffee", attributes=ATTRIBUTES)
    return Clients(world.books, Records(world.books))


def code(member: Enrolled) -> str:
    return f"code:{TOKENS.read_card_code(member.card_code)}"


def told(version: int = 1, *hints: str, **changes: Any) -> ClientReport:
    return replace(ClientReport("coffee", "salon", "8001", version, (HINT, *hints)), **changes)


def test_a_client_leads_to_whom_their_cards_code_names_and_not_to_whom_staff_said_otherwise(
    world: World, ann: Enrolled, ben: Enrolled, clients: Clients
) -> None:
    assert clients.take(told(), world.now).result == "unknown"
    first = clients.take(told(1, code(ann)), world.now)
    assert (first.result, first.member, first.linked) == ("noted", ann.member_id, True)
    assert clients.take(told(1), world.now).result == "late"
    assert clients.take(told(2), world.now).member == ann.member_id, "known by the tool's own id"
    # The code is corrected there: it was another guest's.
    assert clients.take(told(3, code(ben)), world.now).member == ben.member_id
    assert customer_links.read_of(world.tables, "coffee", ann.member_id) == ()
    assert clients.known("coffee", (HINT, code(ann)), world.now) == ("salon", "8001")
    assert clients.known("coffee", (HINT, code(ann)), world.now) is None
    customers = Customers(world.books)
    customers.unlink("coffee", ann.member_id, "salon", "8001", "anna", world.now)
    customers.link("coffee", ben.member_id, "salon", "8001", "anna", world.now)
    assert clients.take(told(9, code(ann)), world.now).member == ben.member_id, "staff have said so"
    assert soundness.faults(world) == []


def test_a_contact_that_nobody_has_proved_leads_nowhere(world: World, clients: Clients) -> None:
    contact = Contact("email", "new@example.com")
    new = world.enrol(contact)
    pseudonym = f"email:{TOKENS.contact_key('coffee', contact)}"
    assert clients.take(told(1, pseudonym), world.now).result == "unknown"
    world.prove(new)
    assert clients.take(told(2, pseudonym), world.now).member == new.member_id


def test_what_a_member_has_said_is_never_overwritten(
    world: World, ann: Enrolled, clients: Clients
) -> None:
    before = membership.read_member(world.tables, "coffee", ann.member_id)
    act = Act("coffee", "page", "1", "", automatic=True)
    Records(world.books).change(act, ann.member_id, Changes(attributes={"dog": "rex"}), world.now)
    report = told(
        1, code(ann), name="Anastasia", phones=("+79000000009",), emails=("other@example.com",),
        birthday=date(1990, 5, 4), attributes={"dog": "hasso", "town": "Kazan"},
    )  # fmt: skip
    clients.take(report, world.now)
    after, record = Records(world.books).read("coffee", ann.member_id)
    assert before is not None
    assert (after.first_name, after.contact) == ("Ann", before.contact)
    assert after.birthday == date(1990, 5, 4), "nobody had said it"
    assert dict(record.attributes) == {"dog": "rex", "town": "Kazan"}
    clients.take(told(2, attributes={"town": None, "dog": None}), world.now)
    assert dict(member_records.read_record(world.tables, "coffee", ann.member_id).attributes) == {
        "dog": "rex"
    }
    clients.take(told(1, attributes={"town": "Perm"}), world.now)
    assert "town" not in Records(world.books).read("coffee", ann.member_id)[1].attributes, "late"


def test_a_word_that_was_read_by_another_mapping_is_taken_again(
    world: World, ann: Enrolled, clients: Clients
) -> None:
    def town() -> str | None:
        attributes = Records(world.books).read("coffee", ann.member_id)[1].attributes
        return attributes.get("town")

    assert clients.take(told(5, code(ann), mapping="before"), world.now).result == "noted"
    assert town() is None, "the owner had not said yet which field it is"
    now = told(5, attributes={"town": "Kazan"}, mapping="after")
    assert clients.take(now, world.now).result == "noted"
    assert town() == "Kazan"
    assert clients.take(now, world.now).result == "late", "the same word read the same way"
    older = replace(now, version=4, mapping="later", attributes={"town": "Perm"})
    assert clients.take(older, world.now).result == "late", "an older word stays older"
    assert town() == "Kazan"


def test_what_is_missing_is_filled_and_proves_nothing(world: World, clients: Clients) -> None:
    world.put_program(
        "coffee", attributes=ATTRIBUTES, joining={"name": "never", "contact": "never"}
    )
    ann = world.enrol(Contact("email", "first@example.com"), name="")
    person = membership.read_member(world.tables, "coffee", ann.member_id)
    assert person is not None
    world.tables.write(
        membership.change_member(person, replace(person, contact=None, card_version=9))
    )
    report = told(1, code(ann), name="Anna", phones=("junk", "+79000000009"))
    assert clients.take(report, world.now).result == "noted"
    after = membership.read_member(world.tables, "coffee", ann.member_id)
    assert after is not None
    assert (after.first_name, after.contact) == ("Anna", Contact("phone", "+79000000009"))
    pseudonym = TOKENS.contact_key("coffee", Contact("phone", "+79000000009"))
    assert contact_book.read_contact(world.tables, "coffee", pseudonym) is None
    assert contact_book.read_claims(world.tables, "coffee", pseudonym) == (ann.member_id,)
    assert soundness.faults(world) == []


def test_a_no_at_the_tool_counts_and_a_yes_there_makes_no_consent() -> None:
    yes, no = Consent(True, "v1", 10), Consent(False, "v1", 10)
    there = "marketing/sms@salon"
    assert agreed({"marketing/sms": yes, there: Consent(False, "", 20)}) == {"marketing/sms": False}
    assert agreed({"marketing/sms": yes, there: Consent(False, "", 5)}) == {"marketing/sms": True}
    assert agreed({there: Consent(False, "", 5)}) == {"marketing/sms": False}
    assert agreed({there: Consent(True, "", 99)}) == {}
    assert agreed({"marketing/sms": no, there: Consent(True, "", 99)}) == {"marketing/sms": False}


def test_what_a_tool_says_of_offers_is_kept_with_its_name_and_when(
    world: World, ann: Enrolled, clients: Clients
) -> None:
    clients.take(told(1, code(ann), consents={"sms": False, "pigeon": True}), world.now)
    kept = Records(world.books).read("coffee", ann.member_id)[1].consents
    assert {topic: one.given for topic, one in kept.items()} == {"marketing/sms@salon": False}
    assert kept["marketing/sms@salon"].at == int(world.now.timestamp() * 1_000_000)


def test_whoever_is_erased_is_nobodys_client_any_more(
    world: World, ann: Enrolled, clients: Clients
) -> None:
    clients.take(told(1, code(ann)), world.now)
    world.erasure.erase(Act("coffee", "owner", "1", ""), ann.member_id, world.now)
    assert customer_links.read_link(world.tables, "coffee", "salon", "8001") is None
    assert clients.take(told(2, code(ann), name="Ann"), world.now).result == "unknown"
