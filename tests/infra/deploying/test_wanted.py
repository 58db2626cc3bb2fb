"""What a deployment is told: said, kept, asked, in this order; and what cannot be."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infra.deploying.checks import moves
from infra.deploying.wanted import BUCKET, QUESTIONS, Wanted, deployed, kept, settled, text
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, str | None] = dict.fromkeys(Wanted.__dataclass_fields__)


def said(**given: str) -> dict[str, str | None]:
    return {**NOTHING, **given}


def test_what_is_neither_said_nor_kept_is_asked_for_once() -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "none"

    told = settled(said(), {}, answer)
    # Nobody without a Pass Type ID is asked for a Team ID.
    assert asked == [question for name, question in QUESTIONS if name != "team"]
    assert told.parameters() == {"nightly-zone": "UTC", "nightly-hour": "9"}
    kept = json.loads(text(told, {BUCKET: "a-bucket"}))
    assert kept.pop(BUCKET) == "a-bucket"
    again = settled(said(), kept, pytest.fail)
    assert again == told


def test_what_is_said_goes_before_what_was_kept() -> None:
    kept = {"domain": "old.example.com", "issuer": "3388000000012345678"}
    told = settled(said(domain="cards.example.com"), kept, None)
    assert (told.address, told.issuer) == ("https://cards.example.com", "3388000000012345678")
    assert settled(said(issuer="none"), kept, None).issuer == ""


def test_mail_is_sent_as_the_senders_domain_unless_it_is_said() -> None:
    told = settled(said(sender="cards@shop.example"), {}, None)
    assert told.parameters()["sender-identity"] == "shop.example"
    assert told.parameters()["message-channel"] == "ses"
    other = settled(said(sender="cards@shop.example", sender_identity="shop.test"), {}, None)
    assert other.parameters()["sender-identity"] == "shop.test"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"domain": "https://cards.example.com"}, "without https://"),
        ({"domain": "cards"}, "--domain"),
        ({"base_url": "https://cards.example.com/"}, "without a slash at the end"),
        ({"base_url": "http://cards.example.com"}, "--base-url"),
        ({"pass_type": "com.example.card", "team": "ABCDE12345"}, "pass.com.example.card"),
        ({"pass_type": "pass.com.example.card"}, "--pass-type and --team"),
        ({"pass_type": "pass.com.example.card", "team": "abc"}, "ABCDE12345"),
        ({"issuer": "BCR2DN"}, "3388000000012345678"),
        ({"sender": "cards"}, "--sender"),
        ({"alarm_email": "me@"}, "--alarm-email"),
        ({"nightly_hour": "24"}, "0 to 23"),
        ({"domain": "a.example.com", "base_url": "https://a.example.com"}, "name one of them"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_refused_with_an_example(given: dict[str, str], words: str) -> None:
    with pytest.raises(Failure, match=words):
        settled(said(**given), {}, None)


OWN = "https://abc123.execute-api.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("serving", "address", "moved"),
    [
        ("", "https://cards.example.com", False),
        ("https://cards.example.com", "https://cards.example.com", False),
        ("https://cards.example.com", "https://other.example.com", True),
        ("https://cards.example.com", "", True),
        (OWN, "", False),
        (OWN, "https://cards.example.com", True),
    ],
)
def test_an_address_that_is_left_out_is_another_one(
    serving: str, address: str, *, moved: bool
) -> None:
    assert moves(serving, address) is moved


def test_a_stack_that_osls_alone_has_deployed_keeps_what_it_was_told() -> None:
    settings = {
        "BASE_URL": "https://cards.example.com",
        "APPLE_PASS_TYPE_IDENTIFIER": "pass.com.example.card",
        "APPLE_TEAM_IDENTIFIER": "ABCDE12345",
        "GOOGLE_ISSUER_ID": "3388000000012345678",
        "MESSAGE_CHANNEL": "ses",
        "SENDER_ADDRESS": "cards@example.com",
    }
    told = settled(said(), deployed(settings), None).parameters()
    assert told["base-url"] == "https://cards.example.com"
    assert told["apple-team-identifier"] == "ABCDE12345"
    assert told["google-issuer-id"] == "3388000000012345678"
    assert (told["message-channel"], told["sender-address"]) == ("ses", "cards@example.com")
    assert deployed({"BASE_URL": OWN, "MESSAGE_CHANNEL": "none"}) == {}


def test_damaged_answers_are_told_and_not_forgotten() -> None:
    class Store:
        class exceptions:  # noqa: N801 - as boto3 calls it
            ParameterNotFound = KeyError

        def get_parameter(self, **_: str) -> dict[str, dict[str, str]]:
            return {"Parameter": {"Value": "{"}}

    hand: Any = SimpleNamespace(client=lambda _: Store())
    with pytest.raises(Failure, match="/loyalty-deployment/test is damaged"):
        kept(hand, "test")


def test_caps_of_tables_are_kept_and_told_to_the_stack() -> None:
    told = settled(said(state_writes="40000"), {}, None)
    again = settled(said(), json.loads(text(told, {})), None)
    assert again.parameters()["state-writes"] == "40000"
    assert "ledger-writes" not in again.parameters()
    for wrong in ("0", "many", "1.5", "-3"):
        with pytest.raises(Failure, match="--ledger-reads: it is units a second"):
            settled(said(ledger_reads=wrong), {}, None)
