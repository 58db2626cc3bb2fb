"""What tools say of their clients, and what is written into their fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions.http.nested_form import nested
from infra.local.vendors.bookings import Salon
from infra.local.vendors.crms import Bitrix24, HubSpot, Kommo, form
from infra.local.vendors.server import Fault, VendorServer
from loyalty.ledger.act import Act
from loyalty.program.rules import Attribute, Choice
from loyalty.refusals import Refusal
from loyalty.store import customer_links
from loyalty.store.credentials import ToolFields
from loyalty.tills import tool_fields
from loyalty.tills.bridges.client_data import day_of, typed
from loyalty.tills.bridges.writing import Writing
from loyalty.tills.client import Client, Patience, connections
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Wanted
from loyalty.tills.registry import CONNECTORS, read_in_full
from tests.support.refusals import refused
from tests.support.vendors import Shop, catalogue, endpoint, program, read, sender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.core.client_report import ClientReport
    from loyalty.tills.incoming import Sender

CHANGED = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ATTRIBUTES: list[dict[str, Any]] = [
    {"id": "town", "name": {"en": "Town", "ru": "Город"}, "kind": "text"},
    {
        "id": "size",
        "name": {"en": "Size", "ru": "Размер"},
        "kind": "number",
        "least": 30,
        "most": 50,
    },
]
NAME = 8001


def at_salon(scheme: str) -> tuple[Any, dict[str, str]]:
    vendor = Salon()
    vendor.clients[NAME] = {
        "id": NAME, "name": "Anna", "phone": "79000000001", "email": "ann@example.com",
        "birth_date": "1990-05-04", "card": "", "sms_not": 1, "discount": 5,
        "custom_fields": {"town": "Kazan", "size": 42},
        "last_change_date": "2026-05-04T15:00:00+0300",
    }  # fmt: skip
    return vendor, {"town": "town", "size": "size", "balance": "points"}


def at_bitrix24(_: str) -> tuple[Any, dict[str, str]]:
    vendor = Bitrix24()
    vendor.contacts[str(NAME)] = {
        "ID": str(NAME), "NAME": "Anna", "BIRTHDATE": "1990-05-04T03:00:00+03:00",
        "PHONE": [{"VALUE": "79000000001"}], "EMAIL": [{"VALUE": "ann@example.com"}],
        "UF_CRM_TOWN": "Kazan", "UF_CRM_SIZE": "42", "UF_CRM_SMS": "N",
        "DATE_MODIFY": "2026-05-04T15:00:00+03:00",
    }  # fmt: skip
    return vendor, {"town": "UF_CRM_TOWN", "size": "UF_CRM_SIZE", "balance": "UF_CRM_POINTS"}


def at_kommo(_: str) -> tuple[Any, dict[str, str]]:
    vendor = Kommo()
    values = [(None, 11, "Kazan"), (None, 12, "42"), ("PHONE", 1, "79000000001"), (None, 13, False)]
    vendor.contacts[NAME] = {
        "id": NAME, "first_name": "Anna", "updated_at": int(CHANGED.timestamp()),
        "custom_fields_values": [
            {"field_code": code, "field_id": field, "values": [{"value": value}]}
            for code, field, value in values
        ],
    }  # fmt: skip
    return vendor, {"town": "11", "size": "12", "balance": "21"}


def at_hubspot(_: str) -> tuple[Any, dict[str, str]]:
    vendor = HubSpot()
    facts = {
        "firstname": "Anna", "phone": "79000000001", "date_of_birth": "1990-05-04",
        "town_of": "Kazan", "shoe": "42", "hs_email_optout": "true",
        "lastmodifieddate": "2026-05-04T12:00:00.000Z",
    }  # fmt: skip
    vendor.contacts[str(NAME)] = {"id": str(NAME), "archived": False, "properties": facts}
    return vendor, {"town": "town_of", "size": "shoe", "balance": "points"}


TOOLS = {
    "yclients": at_salon, "altegio": at_salon, "bitrix24": at_bitrix24, "kommo": at_kommo,
    "amocrm": at_kommo, "hubspot": at_hubspot,
}  # fmt: skip
CONSENTS = {"bitrix24": {"UF_CRM_SMS": "sms"}, "kommo": {"13": "sms"}, "amocrm": {"13": "sms"}}


def asking(server: VendorServer, token: str) -> Client:
    return Client(
        server.address, token, left=lambda: 20.0, random=lambda: 0.0, sleep=lambda _: None,
        pool=connections(local=True),
        patience=Patience(attempts=2, timeout=2.0),
    )  # fmt: skip


class Tool:
    """A shop whose tool knows one client."""

    def __init__(self, scheme: str) -> None:
        self.vendor, self.fields = TOOLS[scheme](scheme)
        self.shop = Shop(scheme)
        rules = program(attributes=ATTRIBUTES)
        self.shop.world.programs.put(rules)
        self.shop.world.restart()
        fields = ToolFields(
            {self.fields["town"]: "town", self.fields["size"]: "size"},
            CONSENTS.get(scheme, {}),
            {"balance": self.fields["balance"]},
        )
        merchant = {"hubspot": "77", "yclients": "4564", "altegio": "4564"}.get(scheme, "")
        known = endpoint(scheme, merchant=merchant, token=True, fields=fields)
        self.sender: Sender = replace(self.shop.sender, program=rules, endpoint=known)

    def told(self, server: VendorServer) -> ClientReport:
        """Return what the tool tells of its client."""
        reading = read(self.sender, message(self.sender.endpoint.scheme))
        assert reading.wanted == (Wanted("client", str(NAME)),), "of a message ids are believed"
        full = read_in_full(asking(server, self.vendor.token), self.sender, reading, catalogue())
        (client,) = full.clients
        return client

    def field(self, name: str) -> Any:
        """Return what stands in a field of the client's."""
        contacts = getattr(self.vendor, "contacts", None) or self.vendor.clients
        one = contacts.get(NAME) or contacts[str(NAME)]
        if "custom_fields_values" in one:
            values = {
                str(it["field_id"]): it["values"][0]["value"] for it in one["custom_fields_values"]
            }
            return values.get(name)
        return (one.get("custom_fields") or one.get("properties") or one).get(name)


def message(scheme: str) -> Any:
    if scheme in {"yclients", "altegio"}:
        return {"company_id": 4564, "resource": "client", "resource_id": NAME, "status": "update"}
    if scheme == "bitrix24":
        told = {"event": "ONCRMCONTACTUPDATE", "data": {"FIELDS": {"ID": str(NAME)}}}
        return nested(form(told), 10**6)
    if scheme == "hubspot":
        event = {"portalId": 77, "subscriptionType": "contact.propertyChange"}
        return [{**event, "objectId": NAME, "propertyName": "town_of"}]
    return nested(form({"contacts": {"update": [{"id": str(NAME), "name": "Believed"}]}}), 10**6)


@pytest.fixture(params=TOOLS)
def tool(request: pytest.FixtureRequest) -> Iterator[tuple[Tool, VendorServer]]:
    one = Tool(request.param)
    with VendorServer(one.vendor) as server:
        yield one, server


def test_a_client_is_read_back_and_only_what_is_mapped_is_taken(
    tool: tuple[Tool, VendorServer],
) -> None:
    one, server = tool
    told = one.told(server)
    assert (told.name, told.id, told.phones) == ("Anna", str(NAME), ("+79000000001",))
    assert dict(told.attributes) == {"town": "Kazan", "size": "42"}
    assert told.version == int(CHANGED.timestamp()) * 1_000_000
    channel = "email" if one.sender.endpoint.scheme == "hubspot" else "sms"
    assert dict(told.consents) == {channel: False}
    kinds = {hint.partition(":")[0] for hint in told.hints}
    assert {"customer", "phone"} <= kinds


def test_what_is_read_says_by_what_mapping(tool: tuple[Tool, VendorServer]) -> None:
    one, server = tool
    first = one.told(server).mapping
    assert first
    assert one.told(server).mapping == first
    fields = one.sender.endpoint.fields
    for other in (
        replace(fields, attributes={one.fields["town"]: "town"}),
        replace(fields, consents={"another": "email"}),
    ):
        one.sender = replace(one.sender, endpoint=replace(one.sender.endpoint, fields=other))
        assert one.told(server).mapping != first
    written = replace(fields, written={})
    one.sender = replace(one.sender, endpoint=replace(one.sender.endpoint, fields=written))
    assert one.told(server).mapping == first, "what is written there changes nothing of reading"
    names = {"en": "Shoes", "ru": "Обувь"}
    other_words = program(attributes=[{**one_of, "name": names} for one_of in ATTRIBUTES])
    one.sender = replace(one.sender, program=other_words)
    assert one.told(server).mapping != first, "choices are read by their names"


def test_what_the_card_shows_is_written_once_and_comes_back_as_nothing_new(
    tool: tuple[Tool, VendorServer],
) -> None:
    one, server = tool
    world, who = one.shop.world, one.shop.customer
    write = CONNECTORS[one.sender.endpoint.scheme].write
    assert write is not None

    def into(name: str, values: Any) -> bool:
        return write(asking(server, one.vendor.token), one.sender, name, values)

    writing = Writing(world.books, one.sender, into)
    assert writing.tell(who.member_id, world.now) == "nobody"
    customer = (one.sender.endpoint.source, str(NAME))
    customer_links.link(world.tables, "conformance", who.member_id, customer, None, told=True)
    one.shop.give(120)
    before = one.told(server)
    assert writing.tell(who.member_id, world.now) == "written"
    assert one.field(one.fields["balance"]) == "120"
    assert one.field(one.fields["town"]) == "Kazan", "what else is there stays"
    after = one.told(server)
    assert (after.attributes, after.consents) == (before.attributes, before.consents)
    asked = len(server.asked)
    assert writing.tell(who.member_id, world.now) == "unchanged"
    assert len(server.asked) == asked, "what is written is not written again"
    contacts = getattr(one.vendor, "contacts", None) or one.vendor.clients
    contacts.clear()
    writing_again = Writing(world.books, replace(one.sender, endpoint=replace(
        one.sender.endpoint, fields=replace(one.sender.endpoint.fields, written={"balance": "77"})
    )), into)  # fmt: skip
    if one.sender.endpoint.scheme == "bitrix24":
        with pytest.raises(VendorFailed):
            writing_again.tell(who.member_id, world.now)
    else:
        assert writing_again.tell(who.member_id, world.now) == "gone"


def test_of_whoever_has_left_nothing_is_written(tool: tuple[Tool, VendorServer]) -> None:
    one, server = tool
    world, who = one.shop.world, one.shop.customer
    world.erasure.erase(Act("conformance", "owner", "1", ""), who.member_id, world.now)
    customer = (one.sender.endpoint.source, str(NAME))
    customer_links.link(world.tables, "conformance", who.member_id, customer, None, told=True)
    writing = Writing(world.books, one.sender, lambda *_: pytest.fail("it was written"))
    assert writing.tell(who.member_id, world.now) == "nobody"
    assert server.asked == []


def test_a_tool_that_is_down_or_refuses_says_which(tool: tuple[Tool, VendorServer]) -> None:
    one, server = tool
    write = CONNECTORS[one.sender.endpoint.scheme].write
    assert write is not None
    for status, reason, passing in ((429, "rate_limited", True), (403, "not_allowed", False)):
        server.fail(Fault("status", times=9, status=status))
        with pytest.raises(VendorFailed) as failed:
            write(asking(server, one.vendor.token), one.sender, str(NAME), {"x": "1"})
        assert (failed.value.reason, failed.value.passing) == (reason, passing)
        server.heal()


def test_our_own_change_of_a_property_is_asked_about_no_more() -> None:
    one = Tool("hubspot")
    (event,) = message("hubspot")
    found = read(one.sender, [{**event, "propertyName": "points"}])
    assert (found.wanted, found.ignored) == ((), ("other",))


def test_the_lists_of_who_writes_and_who_tells_are_the_connectors() -> None:
    assert {name for name, one in CONNECTORS.items() if one.write} == tool_fields.WRITING


@pytest.mark.parametrize(
    ("kind", "told", "value"),
    [
        ("number", "42", "42"), ("number", 42, "42"), ("number", "42.0", "42"),
        ("number", "4e99", "4e99"), ("number", "many", "many"),
        ("yes_no", True, "yes"), ("yes_no", "N", "no"), ("yes_no", "Да", "yes"),
        ("yes_no", "perhaps", "perhaps"),
        ("date", "2026-05-04T00:00:00+03:00", "2026-05-04"), ("date", "04.05.2026", "2026-05-04"),
        ("date", "May", "May"), ("text", "  Kazan ", "Kazan"), ("text", "", None),
        ("text", None, None), ("text", ["Kazan"], "Kazan"), ("text", {"a": 1}, None),
        ("choice", "Shellac", "shellac"), ("choice", "шеллак", "shellac"),
        ("choice", "other", "other"),
    ],
)  # fmt: skip
def test_a_tools_value_becomes_the_attributes(kind: Any, told: Any, value: str | None) -> None:
    choices = (Choice("shellac", {"en": "Shellac", "ru": "Шеллак"}),) if kind == "choice" else ()
    assert typed(Attribute("one", {"en": "One"}, kind, choices), told) == value


def test_days_that_are_none() -> None:
    assert day_of("0000-05-04") is None
    assert day_of("2026-02-30") is None
    assert day_of(None) is None
    assert day_of("1990-05-04") == date(1990, 5, 4)


def test_a_client_in_our_own_words() -> None:
    who = sender(
        "visits",
        program(attributes=ATTRIBUTES),
        fields=ToolFields({"city": "town", "shoe": "size"}, {"mailing": "email"}),
    )
    client = {
        "id": "c-77", "version": 3, "name": "Ann", "phone": "+79000000001",
        "birthday": "1990-05-04",
        "fields": {"city": "Kazan", "shoe": 99, "mailing": "no", "secret": "left alone"},
        "marketing": {"sms": False},
    }  # fmt: skip
    message = {"type": "client.updated", "data": {"client": client}}
    (told,) = read(who, message).clients
    assert (told.name, told.birthday, told.version) == ("Ann", date(1990, 5, 4), 3)
    assert dict(told.attributes) == {"town": "Kazan"}, "99 is no size"
    assert dict(told.consents) == {"sms": False, "email": False}
    with pytest.raises(Refusal) as wrong:
        read(who, {**message, "data": {"client": {"birthday": "May", "marketing": {"sms": "no"}}}})
    assert {one.pointer.rpartition("client/")[2] for one in wrong.value.fields} == {
        "id", "version", "birthday", "marketing/sms",
    }  # fmt: skip
    (asked,) = read(who, {"type": "client.deleted", "data": {"client": {"id": "c-77"}}}).privacy
    assert (asked.customer, asked.kind) == ("c-77", "client.deleted")


def test_squares_customers_are_told_whole_and_signed() -> None:
    customer = {
        "id": "C1", "given_name": "Ann", "birthday": "0000-05-04",
        "updated_at": "2026-05-04T12:00:00Z",
        "phone_number": "+79000000001", "preferences": {"email_unsubscribed": True},
    }  # fmt: skip
    event = {
        "type": "customer.updated",
        "merchant_id": "M",
        "data": {"object": {"customer": customer}},
    }
    (told,) = read(sender("square", merchant="M"), event).clients
    assert (told.id, told.name, told.birthday) == ("C1", "Ann", None)
    assert dict(told.consents) == {"email": False}
    with refused("not_authentic"):
        read(sender("square", merchant="other"), event)
