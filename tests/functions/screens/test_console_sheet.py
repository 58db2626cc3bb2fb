"""Which screens the contact sheet of the console shows, and which it says that it lacks."""

from __future__ import annotations

from functions.console import SCREENS
from tests.support.console_sheet import found, kind_of

TABLE = ("/s", "/s/new", "/s/{thing}", "/s/{thing}/edit", "/s/rules/{section}", "/far/{thing}")


def test_what_links_lead_to_is_taken_once_of_a_kind() -> None:
    linked = {
        "/s": ["/s/new", "/s/one", "/s/two", "/s/rules/earning", "/s/rules/levels", "/join/x"],
        "/s/one": ["/s/one/edit", "/s", "/kit"],
        "/s/new": ["/s/new?of=till", "/s/new?of=crm", "/s/new?of=till&cursor=abc"],
    }
    there = found(TABLE, lambda address: linked.get(address, ()))
    assert there.screens == (
        "/s",
        "/s/new",
        "/s/one",
        "/s/rules/earning",
        "/s/rules/levels",
        "/s/new?of=till",
        "/s/new?of=crm",
        "/s/one/edit",
    )
    assert there.others == ("/join/x", "/kit")


def test_what_two_screens_lead_to_is_taken_once() -> None:
    """Several campaigns are taken, each once: today and their own room lead to them."""
    one, two = "/console/campaigns/one", "/console/campaigns/two"
    table = ("/console", "/console/campaigns", "/console/campaigns/{campaign}")
    linked = {"/console": [one] * 9, "/console/campaigns": [one, two]}
    there = found(table, lambda address: linked.get(address, ()))
    assert there.screens == ("/console", "/console/campaigns", one, two)


def test_a_screen_that_nothing_leads_to_is_named() -> None:
    there = found(TABLE, lambda _: ())
    assert there.lacking == ("/s/{thing}", "/s/{thing}/edit", "/s/rules/{section}", "/far/{thing}")


def test_an_address_is_of_the_screen_that_answers_it() -> None:
    table = [one.path for one in SCREENS]
    assert kind_of(table, "/console/members/new") == ("/console/members/new",)
    assert kind_of(table, "/console/members/0abc") == ("/console/members/{member}",)
    assert kind_of(table, "/console/members?who=gone&cursor=7") == ("/console/members", "who")
    assert kind_of(table, "/console/orders/parked") == ("/console/orders/{state}", "state=parked")
    assert kind_of(table, "/join/coffee") is None
