"""A chain with more locations than a pass may hold."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.chain import FIRST, NEAREST, card_of_the_chain, latitude

if TYPE_CHECKING:
    from datetime import datetime

    from passes.apple.issue import Issuer
    from tests.support.apple_bench import Bench


def issued(bench: Bench, issuer: Issuer, now: datetime, *card: Any) -> list[dict[str, Any]]:
    made = issuer.issue(card_of_the_chain(*card), now)
    assert bench.lint(made) == ()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        found: list[dict[str, Any]] = json.loads(archive.read("pass.json"))["locations"]
    return found


@pytest.mark.parametrize(
    ("language", "text"), [("en", "You are near Shop 20"), ("ru", "Вы рядом: Кофейня 20")]
)
def test_a_pass_tells_the_ten_nearest_with_their_texts(
    bench: Bench, issuer: Issuer, now: datetime, language: str, text: str
) -> None:
    told = issued(bench, issuer, now, language)
    assert [one["latitude"] for one in told] == NEAREST
    assert told[0] == {"latitude": 10.0, "longitude": 37.5, "relevantText": text}


def test_without_a_home_a_pass_tells_the_first_ten(
    bench: Bench, issuer: Issuer, now: datetime
) -> None:
    told = issued(bench, issuer, now, "en", None)
    assert [one["latitude"] for one in told] == FIRST


def test_one_process_keeps_two_homes_apart(bench: Bench, issuer: Issuer, now: datetime) -> None:
    # What cards of a program share is kept; where they are offered is each one's own.
    first = issued(bench, issuer, now, "en", "shop-0")
    second = issued(bench, issuer, now, "en", "shop-29")
    assert [first[0]["latitude"], second[0]["latitude"]] == [latitude(0), latitude(29)]
