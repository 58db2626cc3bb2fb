from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.card.view import CardField
from passes.apple.linter import Severity
from passes.apple.pass_json import encode
from passes.designs import design
from tests.support.apple import make_card, make_fields
from tests.support.apple_bench import Bench, Document, p256, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from passes.apple.issue import Issuer


@pytest.mark.parametrize("name", design.names())
@pytest.mark.parametrize(
    "state",
    [
        {},
        {"fields": make_fields(0)},
        {"fields": ()},
        {"fields": (CardField("balance", "Баллы", 5, "number", "5", change_message="Теперь %@"),)},
        {"fields": (CardField("message", "News", "Открыто", "text", "Открыто", None, "%@"),)},
        {"voided": True, "expires_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)},
        {"places": (), "version": 99_999},
    ],
)
def test_every_design_is_faultless_in_every_state(
    bench: Bench, issuer: Issuer, name: str, state: dict[str, Any]
) -> None:
    made = issuer.issue(make_card(design=name, **state), bench.now)
    assert bench.lint(made, previous=issuer.issue(make_card(design=name), bench.now)) == ()
    assert len(made) < 60_000


def test_the_packer_of_these_tests_makes_faultless_passes(bench: Bench) -> None:
    assert bench.with_document(lambda _: None) == ()


def field(document: Document) -> Document:
    found: Document = document["storeCard"]["headerFields"][0]
    return found


def back(document: Document) -> Document:
    found: Document = document["storeCard"]["backFields"][0]
    return found


def barcode(**changes: object) -> Callable[[Document], None]:
    return lambda document: document["barcodes"][0].update(changes)


BROKEN_DOCUMENTS: list[tuple[int, Callable[[Document], object]]] = [
    (10, lambda d: d.update(passTypeIdentifier="pass.com.example.other")),
    (10, lambda d: d.update(teamIdentifier="OTHERTEAM1")),
    (11, lambda d: d.update(nfc={"message": "x", "encryptionPublicKey": p256()})),
    (12, lambda d: d.update(formatVersion="1")),
    (12, lambda d: d.update(formatVersion=True)),
    (13, lambda d: d.update(description="  ")),
    (13, lambda d: d.pop("organizationName")),
    (13, lambda d: d.update(serialNumber=42)),
    (13, lambda d: d.update(serialNumber="a b/c")),
    (13, lambda d: d.update(teamIdentifier="short")),
    (13, lambda d: d.update(passTypeIdentifier="com.example")),
    (14, lambda d: (d.pop("storeCard"), d.pop("posterGeneric"))),
    (14, lambda d: d.update(coupon={})),
    (14, lambda d: d.update(storeCard=[])),
    (15, lambda d: d.pop("webServiceURL")),
    (15, lambda d: d.pop("authenticationToken")),
    (15, lambda d: d.update(authenticationToken="short")),
    (15, lambda d: d.update(webServiceURL="http://cards.example.com/apple")),
    (15, lambda d: d.update(webServiceURL="http://127.0.0.1:4100/apple")),
    (15, lambda d: d.update(webServiceURL="https://cards.example.com/apple?x=1")),
    (15, lambda d: d.update(webServiceURL="https://[broken")),
    (15, lambda d: d.update(webServiceURL=5)),
    (17, lambda d: d.update(expirationDate="2026-11-21T12:00:00")),
    (17, lambda d: d.update(expirationDate="2026-11-21T12:00:00+0100")),
    (17, lambda d: d.update(expirationDate="2026-02-30T12:00:00Z")),
    (17, lambda d: d.update(relevantDates=[{"date": "tomorrow"}])),
    (17, lambda d: d.update(voided="yes")),
    (18, lambda d: d.update(locations=[{"latitude": 1, "longitude": 2}] * 11)),
    (18, lambda d: d.update(locations=[{"latitude": 999, "longitude": 2}])),
    (18, lambda d: d.update(locations=[{"latitude": "1", "longitude": 2}])),
    (18, lambda d: d.update(locations={"latitude": 1})),
    (18, lambda d: d.update(beacons=[{"proximityUUID": "x"}])),
    (18, lambda d: d.update(maxDistance="100")),
    (18, lambda d: d.update(maxDistance=0)),
    (19, lambda d: d.update(backgroundColor="rgb(300, 0, 0)")),
    (19, lambda d: d.update(labelColor="red")),
    (19, lambda d: d.update(labelColor="rgb(1, 2, 3) ")),
    (20, barcode(format="PKBARCODE_FORMAT_QR")),
    (20, barcode(format=[])),
    (20, barcode(message="")),
    (20, barcode(messageEncoding="latin-of-old")),
    (20, barcode(messageEncoding=None)),
    (20, barcode(message="Ж")),
    (20, barcode(format="PKBarcodeFormatEAN13", message="4006381333932")),
    (20, barcode(format="PKBarcodeFormatI2of5", message="123")),
    (20, barcode(format="PKBarcodeFormatCodabar", message="X1")),
    (20, lambda d: d.update(barcodes={})),
    (21, lambda d: back(d).update(key="balance")),
    (21, lambda d: field(d).pop("key")),
    (21, lambda d: field(d).pop("value")),
    (21, lambda d: field(d).update(value=None)),
    (21, lambda d: field(d).update(currencyCode="euro")),
    (21, lambda d: back(d).update(currencyCode="EUR")),
    (21, lambda d: back(d).update(numberStyle="PKNumberStyleDecimal")),
    (21, lambda d: field(d).update(currencyCode="EUR", numberStyle="PKNumberStyleDecimal")),
    (21, lambda d: field(d).update(dateStyle="PKDateStyleShort")),
    (21, lambda d: d["storeCard"].update(headerFields={})),
    (22, lambda d: field(d).update(changeMessage="Changed")),
    (22, lambda d: field(d).update(changeMessage="%@ and %@")),
    (23, lambda d: back(d).update(textAlignment="PKTextAlignmentLeft")),
    (23, lambda d: field(d).update(dataDetectorTypes=[])),
    (23, lambda d: field(d).update(row=1)),
    (23, lambda d: d["storeCard"].update(transitType="PKTransitTypeAir")),
    (24, lambda d: back(d).update(attributedValue="<b>bold</b>")),
    (24, lambda d: back(d).update(attributedValue='<a href="javascript:x">x</a>')),
    (25, lambda d: d["storeCard"].update(footerFields=[{"key": "f", "value": "x"}])),
    (25, lambda d: d.update(featuredActions=[{"identifier": "a", "type": "dance", "url": "x:y"}])),
    (25, lambda d: d.update(featuredActions=[{"identifier": "a", "type": "shop", "url": "x"}] * 2)),
    (26, lambda d: d.update(groupingIdentifier="x")),
    (26, lambda d: d.update(sellURL="https://example.com")),
    (27, lambda d: d.update(nfc={"message": "ж" * 33, "encryptionPublicKey": p256()})),
    (27, lambda d: d.update(nfc={"message": "x", "encryptionPublicKey": "AAAA"})),
    (28, lambda d: d.update(appLaunchURL="app:open")),
    (28, lambda d: d.update(associatedStoreIdentifiers=["1"])),
    (29, lambda d: d.update(semantics={"balance": {"amount": 5, "currencyCode": "EUR"}})),
    (29, lambda d: field(d).update(semantics={"balance": {"amount": "5"}})),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN_DOCUMENTS)
def test_a_broken_document_is_found(
    bench: Bench, rule: int, change: Callable[[Document], object]
) -> None:
    assert rule in rules(bench.with_document(change))


ADVISED_DOCUMENTS: list[tuple[int, Callable[[Document], object]]] = [
    (15, lambda d: d.update(webServiceURL="https://192.0.2.1/apple")),
    (19, lambda d: d.update(labelColor="#fff")),
    (19, lambda d: d.update(foregroundColor=d["backgroundColor"])),
    (20, barcode(format="PKBarcodeFormatEAN13", message="4006381333931")),
    (22, lambda d: [one.update(changeMessage="%@") for one in d["storeCard"]["backFields"]]),
    (25, lambda d: d["storeCard"]["headerFields"].extend(spare(3))),
    (25, lambda d: d["storeCard"]["auxiliaryFields"].extend(spare(4))),
    (30, lambda d: d["storeCard"].update(backFields=[])),
    (30, lambda d: d.update(backgroundColour="rgb(0, 0, 0)")),
    (30, lambda d: field(d).update(changemessage="%@")),
]


def spare(count: int) -> list[Document]:
    return [{"key": f"spare{number}", "value": "x"} for number in range(count)]


@pytest.mark.parametrize(("rule", "change"), ADVISED_DOCUMENTS)
def test_what_could_be_better_is_told_as_advice(
    bench: Bench, rule: int, change: Callable[[Document], object]
) -> None:
    findings = bench.with_document(change)
    assert rule in rules(findings, Severity.ADVICE)
    assert rules(findings) == set()


def test_serial_and_token_may_not_change(bench: Bench, issuer: Issuer) -> None:
    other = issuer.issue(make_card(serial="0" * 32), bench.now)
    assert rules(bench.lint(bench.sound, previous=other)) == {16}


def test_a_pass_that_uses_everything_is_faultless(bench: Bench) -> None:
    """Control: the rules must not find fault with what is right."""

    def rich(document: Document) -> None:
        document.update(
            posterGeneric={
                "headerFields": [{"key": "balance", "label": "Points", "value": 7}],
                "footerFields": [{"key": "foot", "value": "x"}],
            },
            beacons=[
                {"proximityUUID": "0b9ac2a8-9d6c-4d6e-8f7b-0d1a1f5e0d11", "major": 1, "minor": 2}
            ],
            maxDistance=50,
            relevantDates=[{"date": "2026-11-21T12:00+03:00"}],
            relevantDate="2026-11-21T12:00:00.5Z",
            featuredActions=[
                {"identifier": "a", "type": "shop", "url": "https://example.com"},
                {"identifier": "b", "type": "call", "url": "tel:+441234"},
            ],
            appLaunchURL="app:open",
            associatedStoreIdentifiers=[123456],
            semantics={"balance": {"amount": "5.00", "currencyCode": "EUR"}},
        )
        document["barcodes"][:0] = [
            {"format": f"PKBarcodeFormat{kind}", "message": text, "messageEncoding": "iso-8859-1"}
            for kind, text in (("EAN13", "4006381333931"), ("I2of5", "1234"), ("Codabar", "A12B"))
        ]
        back(document).update(attributedValue='<a href="https://example.com">Site</a>')
        field(document).update(value=7.5, currencyCode="EUR")
        document["storeCard"]["secondaryFields"][0].update(
            value="2026-11-21T12:00:00Z", dateStyle="PKDateStyleShort"
        )

    assert bench.with_document(rich) == ()


def test_http_on_loopback_needs_the_development_profile(bench: Bench) -> None:
    document = {**bench.document, "webServiceURL": "http://127.0.0.1:4100/apple"}
    made = bench.pack({**bench.files, "pass.json": encode(document)})
    assert rules(bench.lint(made)) == {15}
    assert bench.lint(made, development=True) == ()
    document["webServiceURL"] = "http://cards.example.com/apple"
    made = bench.pack({**bench.files, "pass.json": encode(document)})
    assert rules(bench.lint(made, development=True)) == {15}


def test_findings_say_where_and_how_to_mend(bench: Bench) -> None:
    (finding,) = bench.with_document(lambda d: d.update(maxDistance="100"))
    assert str(finding) == (
        "error 18: pass.json: maxDistance: it is '100'. Write metres as a number."
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None
)
@given(data=st.data())
def test_whatever_stands_in_the_document_the_linter_answers(
    bench: Bench, data: st.DataObject
) -> None:
    keys = [
        *bench.document, "nfc", "beacons", "maxDistance", "expirationDate", "relevantDates",
        "featuredActions", "semantics", "associatedStoreIdentifiers", "appLaunchURL", "voided",
    ]  # fmt: skip
    changed = data.draw(st.dictionaries(st.sampled_from(keys), json_values, min_size=1, max_size=3))

    def change(document: Document) -> None:
        document.update(changed)
        inner = data.draw(st.dictionaries(st.sampled_from(
            ["key", "value", "changeMessage", "currencyCode", "attributedValue", "dateStyle",
             "semantics", "numberStyle"]), json_values, max_size=2))  # fmt: skip
        if isinstance(document["storeCard"], dict) and "headerFields" in document["storeCard"]:
            field(document).update(inner)

    bench.with_document(change)
