"""What the linter warns of, and how it keeps to Google's discovery document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.wallet import pages
from passes.google import linter, objects, save_claims
from passes.google.linter import document, schema, template
from passes.google.linter.figures import BALANCES
from passes.google.linter.words import SOFT_LENGTHS
from tests.support.google_documents import (
    GOOD_CLAIMS,
    GOOD_CLASS,
    GOOD_OBJECT,
    ISSUER,
    NOW,
    change,
    localized,
)


@pytest.mark.parametrize("end", SOFT_LENGTHS)
def test_soft_lengths_are_warnings(end: tuple[str, str]) -> None:
    limit = SOFT_LENGTHS[end]
    for length, expected in ((limit, []), (limit + 1, [(14, "warning")])):
        text: Any = "x" * length
        if end[-1].startswith("localized") or end[0] == "valueAddedModuleData":
            text = localized(text)
        if end[0] == "":
            body = {**GOOD_OBJECT, **GOOD_CLASS, end[-1]: text}
        elif end[0] == "balance":
            body = change(GOOD_OBJECT, "loyaltyPoints.balance", {"string": text})
        elif end[0] in {"textModulesData", "valueAddedModuleData"}:
            body = change(GOOD_CLASS, f"{end[0]}.0.{end[1]}", text)
        elif end[0] == "uris":
            body = change(GOOD_CLASS, f"linksModuleData.uris.0.{end[1]}", text)
        else:
            body = change({**GOOD_OBJECT, **GOOD_CLASS}, ".".join(end), text)
        judged = linter.lint_object(body, ISSUER)
        found = [(one.rule, one.level) for one in judged if one.rule == 14]
        assert found == expected


def test_loopback_only_in_development() -> None:
    local = change(GOOD_CLASS, "programLogo.sourceUri.uri", "http://127.0.0.1:4000/logo.png")
    local = change(local, "callbackOptions.url", "http://127.0.0.1:4000/google/callback")
    assert {one.rule for one in linter.lint_class(local, ISSUER)} == {8, 19}
    assert linter.lint_class(local, ISSUER, development=True) == []
    public = change(GOOD_CLASS, "programLogo.sourceUri.uri", "http://127.0.0.1.shop.test/logo.png")
    assert linter.lint_class(public, ISSUER, development=True)


@pytest.mark.parametrize(
    "barcode",
    [
        {"type": "EAN_13", "value": "4006381333931"},
        {"type": "EAN_8", "value": "96385074"},
        {"type": "UPC_A", "value": "036000291452"},
        {"type": "ITF_14", "value": "15400141288763"},
        {"type": "CODE_39", "value": "AB-12 $"},
        {"type": "CODE_128", "value": "1.A.BC~"},
        {"type": "CODABAR", "value": "A40156B"},
        {"type": "TEXT_ONLY", "value": "word"},
        {"type": "DATA_MATRIX", "value": "ключ"},
    ],
)
def test_barcodes_that_can_be_drawn(barcode: dict[str, str]) -> None:
    assert linter.lint_object(GOOD_OBJECT | {"barcode": barcode}, ISSUER, strict=True) == []


@pytest.mark.parametrize(
    "language",
    [
        "en",
        "ru",
        "en-GB",
        "zh-Hans-CN",
        "de-CH-1996",
        "sr-Latn",
        "es-419",
        "gsw",
        "en-u-ca-buddhist",
    ],
)
def test_language_tags(language: str) -> None:
    name = {"defaultValue": {"language": language, "value": "x"}}
    assert linter.lint_class(GOOD_CLASS | {"localizedProgramName": name}, ISSUER) == []


def reachable(name: str) -> dict[str, dict[str, Any]]:
    """Return the discovery schemas that a document of this kind is made of."""
    schemas, found, waiting = schema.discovery()["schemas"], {}, [name]
    while waiting:
        current = waiting.pop()
        if current not in found and current != "Review":
            found[current] = schemas[current].get("properties", {})
            for member in found[current].values():
                target = member.get("$ref") or member.get("items", {}).get("$ref")
                if target and not (current == "LoyaltyObject" and target == "LoyaltyClass"):
                    waiting.append(target)
    return found


def ways(name: str) -> dict[str, set[tuple[str, str]]]:
    """Return how each reachable schema is named by its parents: (name of member, "")."""
    found: dict[str, set[tuple[str, str]]] = {}
    for members in reachable(name).values():
        for member, definition in members.items():
            target = definition.get("$ref") or definition.get("items", {}).get("$ref")
            if target:
                found.setdefault(target, set()).add((member, target))
    return found


@pytest.mark.parametrize("side", ["class", "object"])
def test_every_deprecated_member_of_the_discovery_document_is_refused(side: Any) -> None:
    parents = ways(schema.SCHEMAS[side])
    for kind, members in reachable(schema.SCHEMAS[side]).items():
        if kind == "InfoModuleData":  # refused as a whole
            continue
        outer = {name for name, _ in parents.get(kind, set())} or {""}
        for member, definition in members.items():
            if definition.get("deprecated"):
                ends = {(member,), *((parent, member) for parent in outer)}
                assert ends & document.NOT_OURS[side], (kind, member)


@pytest.mark.parametrize("side", ["class", "object"])
def test_the_enums_are_those_of_the_discovery_document(side: Any) -> None:
    parents = ways(schema.SCHEMAS[side])
    for kind, members in reachable(schema.SCHEMAS[side]).items():
        for member, definition in members.items():
            holder = definition.get("items", definition)
            if "enum" not in holder:
                continue
            old = holder.get("enumDeprecated", [False] * len(holder["enum"]))
            wanted = {
                value
                for value, deprecated in zip(holder["enum"], old, strict=True)
                if not deprecated and not value.endswith("_UNSPECIFIED")
            }
            if kind in {"Barcode", "RotatingBarcode"} and member == "type":
                assert wanted == document.BARCODE_TYPES
                continue
            outer = {name for name, _ in parents.get(kind, set())} or {""}
            ends = [(member,), *((parent, member) for parent in outer)]
            known = [document.ENUMS[end] for end in ends if end in document.ENUMS]
            assert [set(one) for one in known] == [wanted], (kind, member)


def test_paths_go_where_the_discovery_document_has_members() -> None:
    schemas = schema.discovery()["schemas"]
    names = {"class": "LoyaltyClass", "object": "LoyaltyObject"}
    for kind, members in template.TYPES.items():
        properties = schemas[names.get(kind, kind)]["properties"]
        if kind == "LinksModuleData":
            assert set(properties) == {"uris"}
        assert set(members) == set(properties), kind
        for member, leads in members.items():
            definition = properties[member]
            if leads:
                assert leads == (definition.get("$ref") or definition["items"]["$ref"])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(sorted({*GOOD_CLASS, *GOOD_OBJECT, "uri", "uris", "fields", "x"})),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
members = st.sampled_from(sorted({*GOOD_CLASS, *GOOD_OBJECT, *GOOD_CLAIMS}))


@settings(max_examples=200)
@given(members, anything)
def test_the_linter_stumbles_over_nothing(name: str, value: Any) -> None:
    for body in ({name: value}, GOOD_CLASS | {name: value}, GOOD_OBJECT | {name: value}):
        both: Any = {"previous": body}
        linter.lint_class(body, ISSUER, sample=body, **both)
        linter.lint_object(body, ISSUER, program=body, known={"x": body}, pictures="", **both)
        linter.lint_patch(body, "object", previous=body)
        linter.lint_save_claims(GOOD_CLAIMS | body, 1, ISSUER, NOW)


def test_a_save_token_may_be_as_long_as_the_link_allows() -> None:
    limit = save_claims.LONGEST_TOKEN
    assert limit == pages.LONGEST_TOKEN
    assert linter.lint_save_claims(GOOD_CLAIMS, limit, ISSUER, NOW) == []
    assert linter.lint_save_claims(GOOD_CLAIMS, limit + 1, ISSUER, NOW)


def test_drawing_and_judging_know_the_same_balances() -> None:
    assert objects.BALANCE_KINDS == BALANCES
