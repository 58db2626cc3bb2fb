"""What holds for every vendor's language alike, whatever comes in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.refusals import Refusal
from loyalty.tills import registry
from tests.loyalty.tills.test_standard import json_values
from tests.support.vendors import CONFORMANCE, plain, read, sender

VENDORS = sorted(path.name for path in (CONFORMANCE / "messages").iterdir())
MESSAGES = [
    (vendor, path.stem)
    for vendor in VENDORS
    for path in sorted((CONFORMANCE / "messages" / vendor).glob("[0-9]-*.json"))
]


def test_every_vendor_with_fixtures_has_a_connector() -> None:
    # Square's counter makes its messages, amoCRM's are Kommo's, and no calendar sends any.
    assert set(VENDORS) == set(registry.CONNECTORS) - {"square", "amocrm", "calendar"}


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where each value of a document stands."""
    found = [path] if path else []
    if isinstance(document, dict):
        return found + [one for name in document for one in places(document[name], (*path, name))]
    if isinstance(document, list):
        return found + [
            one for index, inner in enumerate(document) for one in places(inner, (*path, index))
        ]
    return found


def change(document: Any, path: tuple[Any, ...], value: object) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def understood(vendor: str, document: Any) -> bool:
    """Tell whether a message is read within bounds; or refused, and for a reason."""
    try:
        reading = read(sender(vendor), document)
    except Refusal as refusal:
        return refusal.kind in ("invalid", "unreadable", "unsigned") and bool(
            refusal.fields or refusal.kind != "invalid"
        )
    sales = [*reading.reports, *(one.sale for one in reading.visits if one.sale)]
    parts = [part for report in sales for part in report.parts]
    return all(
        0 <= part.net <= 10**11
        and 0 <= part.tip <= part.total
        and 0 <= part.tax <= part.total
        and all(line.amount >= 0 and line.quantity >= 0 for line in part.lines)
        for part in parts
    )


@pytest.mark.parametrize(("vendor", "name"), MESSAGES)
@given(data=st.data())
def test_any_value_in_any_field_is_read_or_refused(
    vendor: str, name: str, data: st.DataObject
) -> None:
    document = plain(vendor, name)
    path = data.draw(st.sampled_from(places(document)))
    change(document, path, data.draw(json_values))
    assert understood(vendor, document)


@pytest.mark.parametrize(("vendor", "name"), MESSAGES)
def test_any_field_may_be_absent(vendor: str, name: str) -> None:
    for path in places(plain(vendor, name)):
        document: Any = plain(vendor, name)
        inner = document
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        assert understood(vendor, document), path


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("document", [{}, {"id": 1}, {"type": "x"}, {"data": {"object": {}}}])
def test_what_nobody_knows_is_not_for_us(vendor: str, document: dict[str, Any]) -> None:
    assert read(sender(vendor), document).ignored or understood(vendor, document)
    assert read(sender(vendor), document).reports == ()


@pytest.mark.parametrize("vendor", VENDORS)
def test_reading_twice_says_the_same(vendor: str) -> None:
    for owner, name in MESSAGES:
        if owner == vendor:
            assert read(sender(vendor), plain(vendor, name)) == read(
                sender(vendor), plain(vendor, name)
            )
