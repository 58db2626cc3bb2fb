"""Every documented key by type, enumeration and relation: mutants made from the linter's table."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from passes.apple.linter import Finding, Severity, document, fields, values
from passes.apple.linter.keys import PASS
from passes.apple.linter.kinds import Choice, ListOf, Shape
from tests.passes.apple.test_outside_judges import JUDGE
from tests.support.apple_mutants import mutants, spots

if TYPE_CHECKING:
    from collections.abc import Iterator

SPOTS = tuple(spots())


def judged(told: dict[str, Any]) -> list[Finding]:
    return [
        *values.check(told),
        *document.check(told, None, development=False),
        *fields.check(told),
    ]


def errors(told: dict[str, Any]) -> list[Finding]:
    return [one for one in judged(told) if one.severity is Severity.ERROR]


def test_the_table_is_walked() -> None:
    assert len(SPOTS) > 600
    assert {spot.name for spot in SPOTS} >= {
        "logoText", "textAlignment", "dateStyle", "sharingProhibited", "relevantDates",
        "webServiceURL", "expirationDate", "barcode", "currencyCode", "seatRow", "SHA256",
    }  # fmt: skip
    assert sum(1 for spot in SPOTS for _ in mutants(spot)) > 5_000


def test_a_key_that_stands_as_documented_is_no_fault() -> None:
    for spot in SPOTS:
        assert errors(spot.sound()) == [], spot


def test_every_value_of_every_enumeration_is_known() -> None:
    for spot in SPOTS:
        kind = spot.key.kind.entry if isinstance(spot.key.kind, ListOf) else spot.key.kind
        for value in kind.values if isinstance(kind, Choice) else ():
            told = spot.sound()
            spot.put(told, [value] if isinstance(spot.key.kind, ListOf) else value)
            found = [one for one in values.check(told) if one.severity is Severity.ERROR]
            assert found == [], (spot, value)


def test_every_mutant_is_found_at_its_key() -> None:
    for spot in SPOTS:
        for mutant in mutants(spot):
            found = errors(mutant.document)
            assert any(mutant.key in one.where for one in found), (mutant.what, found)
            assert all(
                one.page.startswith(("https://developer.apple.com/", "https://github.com/apple/"))
                for one in found
                if one.where.endswith(f".{mutant.key}") and "webServiceURL" not in one.where
            ), found


def test_an_unknown_key_beside_any_known_one_is_advice() -> None:
    for spot in SPOTS:
        for wrong in (f"{spot.name}s", spot.name.swapcase(), "x"):
            told = spot.sound()
            holder = spot.holder(told)
            if wrong in spot.shape.keys:
                continue
            holder[wrong] = "anything"
            advised = [one for one in judged(told) if one.rule == 30 and wrong in one.where]
            assert [one.severity for one in advised] == [Severity.ADVICE], (spot, wrong)
            assert errors(told) == []


def told_by(shape: Shape, name: str) -> Shape | None:
    kind = shape.keys[name].kind
    inner = kind.entry if isinstance(kind, ListOf) else kind
    return inner if isinstance(inner, Shape) else None


def missing(known: dict[str, Any], shape: Shape, path: str = "") -> Iterator[str]:
    for name, inner in known.items():
        if name not in shape.keys:
            yield f"{path}{name}"
        elif inner and (deeper := told_by(shape, name)):
            yield from missing(inner, deeper, f"{path}{name}.")


@pytest.mark.skipif(JUDGE is None, reason="npm passkit-generator is not installed")
def test_the_table_knows_every_key_that_another_maker_knows() -> None:
    """A judge that was not made from the table: passkit-generator's schemas."""
    script = Path(__file__).with_name("keys.mjs")
    done = subprocess.run(["node", script, str(JUDGE)], capture_output=True, text=True, check=True)
    known = json.loads(done.stdout)
    assert len(known) > 50
    assert list(missing(known, PASS)) == []


@pytest.mark.skipif(JUDGE is None, reason="npm passkit-generator is not installed")
def test_another_maker_takes_what_the_table_calls_sound() -> None:
    told = [(str(spot), spot.sound()) for spot in SPOTS]
    script = Path(__file__).with_name("judge.mjs")
    done = subprocess.run(
        ["node", script, str(JUDGE)],
        input=json.dumps([one for _, one in told]),
        capture_output=True,
        text=True,
        check=True,
    )
    complaints = {
        where: complaint
        for (where, _), complaint in zip(told, json.loads(done.stdout), strict=True)
        # What it does not know: keys of Apple's own Pass Builder, and the deprecated `barcode`. It
        # wants the name that iOS 18 had for a date beside the one of iOS 26.
        if complaint and "is not allowed" not in complaint and "relevantDate" not in where
    }
    assert complaints == {}


COMMON = {
    "formatVersion": 1,
    "passTypeIdentifier": "pass.com.example.cards",
    "serialNumber": "E5982H-I2",
    "teamIdentifier": "A93A5CM278",
    "webServiceURL": "https://example.com/passes/",
    "authenticationToken": "vxwxd7J8AlNNFPS8k0a0FfUFtq0ewzFdc",
    "organizationName": "Paw Planet",
    "description": "Paw Planet",
    "logoText": "Paw Planet",
    "barcode": {
        "message": "123456789",
        "format": "PKBarcodeFormatPDF417",
        "messageEncoding": "iso-8859-1",
    },
    "locations": [{"longitude": -122.3748889, "latitude": 37.6189722}],
    "foregroundColor": "rgb(255, 255, 255)",
    "backgroundColor": "rgb(206, 140, 53)",
}
OLDER_SAMPLES: dict[str, dict[str, Any]] = {
    "coupon": {
        "primaryFields": [{"key": "offer", "label": "Any premium dog food", "value": "20% off"}],
        "auxiliaryFields": [
            {
                "key": "expires",
                "label": "EXPIRES",
                "value": "2013-04-24T10:00-05:00",
                "isRelative": True,
                "dateStyle": "PKDateStyleShort",
                "timeStyle": "PKDateStyleNone",
            }
        ],
    },
    "generic": {
        "secondaryFields": [{"key": "subtitle", "label": "MEMBER SINCE", "value": "2012"}],
        "auxiliaryFields": [
            {"key": "toy", "value": "Magnets", "textAlignment": "PKTextAlignmentRight"}
        ],
        "backFields": [
            {"key": "spelled", "value": 200, "numberStyle": "PKNumberStyleSpellOut"},
            {"key": "reals", "value": 200, "currencyCode": "BRL"},
            {"key": "site", "value": "a", "attributedValue": "<a href='http://a.example'>a</a>"},
        ],
    },
    "eventTicket": {
        "primaryFields": [{"key": "event", "label": "EVENT", "value": "The Beat Goes On"}],
        "auxiliaryFields": [{"key": "seat", "label": "SEAT", "value": "12", "row": 1}],
    },
    "boardingPass": {
        "transitType": "PKTransitTypeAir",
        "headerFields": [
            {"key": "gate", "label": "GATE", "value": "23", "changeMessage": "Gate changed to %@."}
        ],
        "primaryFields": [{"key": "depart", "label": "SAN FRANCISCO", "value": "SFO"}],
    },
}


@pytest.mark.parametrize("style", OLDER_SAMPLES)
def test_passes_written_like_apples_own_samples_are_no_fault(style: str) -> None:
    told = {**COMMON, style: OLDER_SAMPLES[style]}
    if style == "eventTicket":
        told["relevantDate"] = "2011-12-08T13:00-08:00"
    assert errors(told) == []
