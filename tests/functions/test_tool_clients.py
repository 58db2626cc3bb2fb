"""Clients of a CRM through door and worker: what is taken of them, what is written there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import api, orders, owner, router, webhooks
from functions.wiring import tool_clients, vendors
from infra.local.vendors.crms import Bitrix24, form
from infra.local.vendors.server import Fault, VendorServer
from loyalty.access.keys import Credentials
from loyalty.store import customer_links, membership
from loyalty.store.customer_links import Link
from loyalty.tills.client import connections
from tests.support.events import content, http, sqs
from tests.support.vendors import endpoint, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

SECRET = "own-secret-of-an-address-01"
NAME = "conformance-bitrix24"
CUSTOMER = ("bitrix24", "8")
FIELDS = {
    "attributes": {"UF_CRM_TOWN": "town"},
    "consents": {"UF_CRM_SMS": "sms"},
    "written": {"balance": "UF_CRM_POINTS", "level": "UF_CRM_LEVEL", "code": "UF_CRM_CARD_NO"},
}
ATTRIBUTES = [{"id": "town", "name": {"en": "Town", "ru": "Город"}, "kind": "text"}]


class Office:
    """A shop whose CRM knows its one customer."""

    def __init__(self, shop: Shop, ask: Ask, portal: Bitrix24, server: VendorServer) -> None:
        self.shop, self.ask, self.portal, self.server = shop, ask, portal, server
        shop.world.programs.put(program(attributes=ATTRIBUTES))
        shop.world.restart()
        Credentials(shop.world.tables).put_endpoint(endpoint("bitrix24", token=True))
        self.ann: Enrolled = shop.world.enrol(program="conformance")
        portal.contacts["8"] = {
            "ID": "8", "NAME": "Anna", "PHONE": [], "UF_CRM_CARD": self.ann.card_code,
            "UF_CRM_TOWN": "Kazan", "UF_CRM_SMS": "0", "DATE_MODIFY": "2026-05-04T15:00:00+03:00",
        }  # fmt: skip
        portal.deals["7"] = {
            "ID": "7", "STAGE_SEMANTIC_ID": "S", "OPPORTUNITY": "12.34", "CURRENCY_ID": "RUB",
            "CONTACT_ID": "8", "DATE_MODIFY": "2026-05-04T15:00:00+03:00",
        }  # fmt: skip
        self._seen: Any = None

    def put_fields(self, fields: Any, status: int = 200) -> Any:
        headers = {"authorization": self.shop.key("owner", "conformance")}
        headers["content-type"] = "application/json"
        body = json.dumps(fields).encode()
        answer = self.ask(owner, http("PUT", f"/v1/endpoints/{NAME}/fields", headers, body))
        assert answer["statusCode"] == status, answer
        # Whoever works on messages knows it then.
        self.shop.world.now += timedelta(minutes=1)
        return content(answer)

    def look(self, module: Any = owner, place: str = f"/v1/endpoints/{NAME}") -> Any:
        headers = {"authorization": self.shop.key("owner", "conformance")}
        return content(self.ask(module, http("GET", place, headers)))

    def hear(self, event: str, name: str) -> None:
        body = form({"event": event, "data": {"FIELDS": {"ID": name}}})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        post = self.shop.post(f"/webhooks/{NAME}/from/{SECRET}", body, headers)
        assert self.ask(webhooks, post)["statusCode"] == 200

    def work(self) -> None:
        """Work on all that is there, and on what follows from it, as the queues would."""
        for _ in range(9):
            self._ring()
            bodies = self.shop.queues.bodies("inbox")
            if not bodies:
                return
            self.shop.queues.sent.clear()
            assert self.ask(orders, sqs(bodies)) == {"batchItemFailures": []}
        raise AssertionError("it goes round in circles")

    def _ring(self) -> None:
        """Ring for the account as the table's stream does, where it has changed."""
        account = self.shop.world.account(self.ann, "conformance")
        if account != self._seen:
            self._seen = account
            keys = {"pk": {"S": f"conformance#M#{self.ann.member_id}"}, "sk": {"S": "ACCOUNT"}}
            told = {"eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": "1"}}
            self.ask(router, {"Records": [told]})

    @property
    def card(self) -> dict[str, Any]:
        return self.portal.contacts["8"]

    @property
    def writes(self) -> int:
        return sum("crm.contact.update" in one.path for one in self.server.asked)


@pytest.fixture
def office(shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    portal = Bitrix24()
    shop.secrets[f"endpoints/{NAME}"] = json.dumps({"secrets": [SECRET], "token": portal.token})
    with VendorServer(portal) as server:
        monkeypatch.setattr(vendors, "checked_address", lambda *_, **__: server.address)
        monkeypatch.setattr(vendors, "connections", lambda: connections(local=True))
        yield Office(shop, ask, portal, server)


def test_a_won_deal_is_written_into_the_card_of_the_crm_and_then_all_is_quiet(
    office: Office,
) -> None:
    assert office.put_fields(FIELDS) == FIELDS
    assert office.look()["fields"] == FIELDS
    office.hear("ONCRMDEALUPDATE", "7")
    office.work()
    assert office.card["UF_CRM_POINTS"] == "1234"
    person = membership.read_shell(office.shop.world.tables, "conformance", office.ann.member_id)
    assert person is not None
    assert office.card["UF_CRM_CARD_NO"] == person.short_code != ""
    once = office.writes
    # What we have written comes back as a change of the contact.
    office.hear("ONCRMCONTACTUPDATE", "8")
    office.work()
    office.hear("ONCRMDEALUPDATE", "7")
    office.work()
    assert office.writes == once
    assert office.look()["days"][0]["counts"]["written"] == once
    # What the card shows from then on is written when it changes.
    changed = {"OPPORTUNITY": "20.00", "DATE_MODIFY": "2026-05-04T16:00:00+03:00"}
    office.portal.deals["7"] |= changed
    office.hear("ONCRMDEALUPDATE", "7")
    office.work()
    assert office.card["UF_CRM_POINTS"] == "2000"


def test_a_contact_that_changed_fills_what_is_mapped_and_says_no_to_messages(
    office: Office,
) -> None:
    office.put_fields({**FIELDS, "written": {}})
    office.hear("ONCRMCONTACTADD", "8")
    office.work()
    told = office.look(api, f"/v1/members/{office.ann.member_id}/record")
    assert told["attributes"] == {"town": "Kazan"}
    (said,) = told["consents"]
    assert (said["channel"], said["source"], said["given"]) == ("sms", "bitrix24", False)
    assert told["first_name"] == "Ann", "and not Anna"
    assert office.writes == 0
    assert office.look()["days"][0]["counts"]["clients"] == 1
    assert "Kazan" not in office.shop.log.getvalue()


def test_a_crm_that_is_down_is_tried_again_later_and_one_that_refuses_is_shown(
    office: Office,
) -> None:
    office.put_fields(FIELDS)
    tables, member = office.shop.world.tables, office.ann.member_id
    customer_links.link(tables, "conformance", member, CUSTOMER, None, told=True)
    limited = Fault("status", times=99, where="update", status=429, headers={"Retry-After": "120"})
    office.server.fail(limited)
    message = json.dumps({"endpoint": NAME, "write": member})
    assert office.ask(orders, sqs([message])) == {"batchItemFailures": []}, "nothing is given up"
    (again,) = office.shop.queues.messages("inbox")
    assert int(again["DelaySeconds"]) >= 120, "as long as the vendor asks for"
    assert json.loads(again["MessageBody"])["tries"] == 1
    told = office.look()
    assert told["days"][0]["counts"]["not_written"] == 1
    assert any("could not be written" in one for one in told["sentences"])
    office.server.heal()
    office.shop.queues.sent.clear()
    office.ask(orders, sqs([again["MessageBody"]]))
    assert office.card["UF_CRM_POINTS"] == "0"
    # What nobody mends by waiting is not tried again, nor is anything for ever.
    customer_links.note(tables, "conformance", CUSTOMER, Link(member), w="")
    office.server.fail(Fault("status", times=99, where="update", status=403))
    office.ask(orders, sqs([message]))
    assert office.shop.queues.bodies("inbox") == []
    office.server.heal()
    office.server.fail(Fault("status", times=99, where="update", status=503))
    office.ask(orders, sqs([json.dumps({**json.loads(message), "tries": orders.MOST_WRITES})]))
    assert office.shop.queues.bodies("inbox") == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"attributes": {"UF_A": "nothing"}}, "/attributes/UF_A"),
        ({"attributes": {"UF_A": "town", "UF_B": "town"}}, "/attributes"),
        ({"consents": {"UF_A": "pigeon"}}, "/consents/UF_A"),
        ({"written": {"balance": "NAME"}}, "/written/balance"),
        ({"written": {"balance": "UF_\u202eA"}}, "/written/balance"),
        ({"attributes": {"UF_\x00A": "town"}}, "/attributes"),
        ({"written": {"points": "UF_A"}}, "/written/points"),
        ({"written": {"balance": "UF_A", "level": "UF_A"}}, "/written"),
        ({"written": {"balance": "UF_A"}, "attributes": {"UF_A": "town"}}, "/written/balance"),
    ],
)
def test_fields_that_cannot_be_meant_are_refused_with_their_place(
    office: Office, fields: Any, pointer: str
) -> None:
    told = office.put_fields(fields, 422)
    assert [one["pointer"] for one in told["errors"]] == [pointer]
    assert office.look()["fields"] == {"attributes": {}, "consents": {}, "written": {}}


def test_a_till_has_no_fields(office: Office) -> None:
    Credentials(office.shop.world.tables).put_endpoint(endpoint("clover"))
    assert tool_clients.writing(vendors.sender(endpoint("clover"))) is None
    headers = {"authorization": office.shop.key("owner", "conformance")}
    headers["content-type"] = "application/json"
    put = http("PUT", "/v1/endpoints/conformance-clover/fields", headers, b"{}")
    assert office.ask(owner, put)["statusCode"] == 422
