"""What a PATCH says, and whether Google shows it: what vanished from a card vanishes there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.wallet import rules, schema
from passes.google import objects
from passes.google.compare import canonical, differences
from passes.google.patch import _PARTS, CLASS_MEMBERS, class_patch, object_patch

text = st.text("ab", min_size=1, max_size=3)
localized = st.fixed_dictionaries(
    {"defaultValue": st.fixed_dictionaries({"language": st.just("en"), "value": text})},
    optional={
        "translatedValues": st.lists(
            st.fixed_dictionaries({"language": st.just("ru"), "value": text}), max_size=1
        )
    },
)
balances = st.one_of(
    st.builds(lambda number: {"int": number}, st.integers(0, 9)),
    st.builds(lambda words: {"string": words}, text),
    st.builds(
        lambda micros: {"money": {"currencyCode": "EUR", "micros": str(micros)}}, st.integers(0, 9)
    ),
)
points = st.fixed_dictionaries(
    {"balance": balances}, optional={"label": text, "localizedLabel": localized}
)
date = st.builds(lambda day: {"date": f"2026-11-0{day}T00:00:00Z"}, st.integers(1, 9))
module = st.fixed_dictionaries({"id": text, "header": text, "body": text})
drawings = st.fixed_dictionaries(
    {"id": st.just("1.m"), "classId": st.just("1.c"), "state": st.sampled_from(["ACTIVE"])},
    optional={
        "loyaltyPoints": points,
        "secondaryLoyaltyPoints": points,
        "accountId": text,
        "accountName": text,
        "barcode": st.fixed_dictionaries(
            {"type": st.just("QR_CODE"), "value": text},
            optional={"alternateText": text, "showCodeText": localized},
        ),
        "textModulesData": st.lists(module, min_size=1, max_size=3),
        "merchantLocations": st.just([{"latitude": 1.5, "longitude": -2.0}]),
        "validTimeInterval": st.fixed_dictionaries({}, optional={"start": date, "end": date}),
    },
)


def pruned(value: Any) -> Any:
    """Return a document as Google keeps it: nothing empty in it."""
    if isinstance(value, dict):
        kept = {key: pruned(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in ({}, [], None)}
    return [pruned(part) for part in value] if isinstance(value, list) else value


@settings(max_examples=300, deadline=None)
@given(drawings, drawings)
def test_a_patch_brings_any_state_to_any_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = rules.merge(old, object_patch(new))
    assert pruned(found) == pruned(new)
    assert differences(new, found, objects.OWNED_MEMBERS) == ()


@settings(max_examples=200, deadline=None)
@given(drawings, drawings)
def test_a_difference_is_a_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = differences(one, other, objects.OWNED_MEMBERS)
    assert bool(found) == (pruned(one) != pruned(other))


def test_a_caption_that_is_not_drawn_any_more_goes_away() -> None:
    """Negative control: with nulls at the top only, what is deeper stays."""
    old = {"id": "1.m", "barcode": {"type": "QR_CODE", "value": "1", "alternateText": "one"}}
    new = {"id": "1.m", "barcode": {"type": "QR_CODE", "value": "1"}}
    assert rules.merge(old, objects.patch_of(new))["barcode"]["alternateText"] == "one"
    assert "alternateText" not in rules.merge(old, object_patch(new))["barcode"]


@pytest.mark.skipif(not schema.available(), reason="needs the discovery document")
def test_every_member_named_here_is_googles() -> None:
    schemas = schema.discovery()["schemas"]
    classes = schemas["LoyaltyClass"]["properties"]
    assert set(CLASS_MEMBERS) <= set(classes)
    named: dict[str, set[str]] = {}
    for one in schemas.values():
        for name, member in one.get("properties", {}).items():
            if "$ref" in member:
                known = set(schemas[member["$ref"]]["properties"])
                named[name] = named.get(name, set()) | known
    for name, parts in _PARTS.items():
        assert set(parts) <= named[name], name


def test_a_notifying_patch_says_so_every_time() -> None:
    drawn = {"id": "1.m", "state": "ACTIVE"}
    assert object_patch(drawn, notify=True)["notifyPreference"] == "NOTIFY_ON_UPDATE"
    assert "notifyPreference" not in object_patch(drawn)


def test_a_class_asks_for_review_again_and_lets_go_of_what_it_has_not(world: Any) -> None:
    drawn = objects.loyalty_class(world.profile, world.design, world.issuer)
    body = class_patch(drawn)
    assert body["reviewStatus"] == "UNDER_REVIEW"
    old = {**drawn, "linksModuleData": {"uris": [{"uri": "https://example.test"}]}, "messages": [1]}
    found = rules.merge({**old, "enableSmartTap": True}, body)
    assert "linksModuleData" not in found
    assert found["messages"] == [1], "messages are not the class's drawing"
    assert found["enableSmartTap"] is True, "agreed with Google outside of this system"


def test_enums_and_additions_of_google_are_no_difference() -> None:
    drawn = {"state": "ACTIVE", "barcode": {"type": "QR_CODE", "value": "A"}}
    found = {
        "state": "active",
        "barcode": {"type": "qrCode", "value": "A", "kind": "walletobjects#barcode"},
        "hasUsers": True,
    }
    assert differences(drawn, found, objects.OWNED_MEMBERS) == ()
    found["barcode"]["value"] = "a"  # type: ignore[index]
    assert differences(drawn, found, objects.OWNED_MEMBERS) == ("barcode",)
    assert canonical("PDF_417") == canonical("pdf417")


@pytest.mark.parametrize(
    ("drawn", "found", "same"),
    [
        ({"money": {"micros": "5"}}, {"money": {"micros": 5}}, True),
        ({"int": 1}, {"int": True}, False),
        ({"int": 1}, {"int": 1, "string": "x"}, False),
        ({"int": 0}, {}, False),
        ({"double": 1.0}, {"double": 1}, True),
    ],
)
def test_balances(drawn: dict[str, Any], found: dict[str, Any], *, same: bool) -> None:
    wrong = differences(
        {"loyaltyPoints": {"balance": drawn}},
        {"loyaltyPoints": {"balance": found}},
        objects.OWNED_MEMBERS,
    )
    assert (wrong == ()) is same
