"""POST /webhooks/{endpoint}/redemptions: spent once per id, and every caller is told the same."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import redemptions
from functions.wiring import ledger
from loyalty.invariants.account import broken
from loyalty.ledger.spending import Spending
from loyalty.store.tables import Cancelled, OutcomeUnknown, Reason
from tests.support.events import content, http
from tests.support.till import redemption, signed, square_signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

PATH = "/webhooks/coffee-till/redemptions"


@pytest.fixture
def ann(shop: Shop) -> Enrolled:
    member = shop.world.enrol()
    shop.world.sell(total=2500, member=member)
    return member


def redeem(shop: Shop, ask: Ask, message: Any, **options: Any) -> dict[str, Any]:
    return ask(redemptions, shop.post(PATH, message, **options))


def test_a_reward_is_redeemed(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    answer = redeem(shop, ask, redemption(ann.card_code))
    assert answer["statusCode"] == 200
    assert content(answer) == {"outcome": "redeemed", "balance": 150, "price": 100}
    assert "Idempotent-Replayed" not in answer["headers"]
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert shop.world.balance(ann) == 150


def test_the_same_id_gets_the_same_answer_and_spends_once(
    shop: Shop, ask: Ask, ann: Enrolled
) -> None:
    first = redeem(shop, ask, redemption(ann.card_code))
    # As a till that never got the answer would: another message id, a later timestamp, and
    # meanwhile the balance has fallen below the price.
    redeem(shop, ask, redemption(ann.card_code, "r-2"))
    shop.world.wait(minutes=3)
    again = redeem(shop, ask, redemption(ann.card_code))
    assert again["statusCode"] == 200
    assert content(again) == content(first)
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert shop.world.balance(ann) == 50
    assert broken(shop.world.account(ann), shop.world.entries(ann)) == ()


def test_a_decline_is_an_answer_and_is_repeated(shop: Shop, ask: Ask) -> None:
    bob = shop.world.enrol()
    declined = redeem(shop, ask, redemption(bob.card_code))
    assert declined["statusCode"] == 200
    assert content(declined) == {
        "outcome": "declined",
        "reason": "insufficient_balance",
        "balance": 0,
        "price": 100,
    }
    shop.world.sell(total=5000, member=bob)
    again = redeem(shop, ask, redemption(bob.card_code))
    assert (content(again), again["headers"]["Idempotent-Replayed"]) == (content(declined), "true")
    assert content(redeem(shop, ask, redemption(bob.card_code, "new")))["outcome"] == "redeemed"


@pytest.mark.parametrize("code", ["hello", "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP", "\u0661"])
def test_a_card_that_is_none_is_declined(shop: Shop, ask: Ask, code: str) -> None:
    assert content(redeem(shop, ask, redemption(code)))["reason"] == "card_not_found"


def test_a_card_of_another_program_is_none(shop: Shop, ask: Ask) -> None:
    stranger = shop.world.enrol(program="barber")
    answer = redeem(shop, ask, redemption(stranger.card_code))
    assert content(answer)["reason"] == "card_not_found"


def test_an_id_that_was_used_for_something_else(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    first = redeem(shop, ask, redemption(ann.card_code))
    other = redeem(shop, ask, redemption(shop.world.enrol().card_code))
    assert (other["statusCode"], content(other)["code"]) == (422, "id_reused")
    assert content(other)["errors"][0]["pointer"] == "/data/id"
    assert content(redeem(shop, ask, redemption(ann.card_code))) == content(first)
    assert shop.world.balance(ann) == 150


def test_a_reward_that_is_not_there(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    answer = redeem(shop, ask, redemption(ann.card_code, reward="free-tea"))
    assert (answer["statusCode"], content(answer)["code"]) == (422, "unknown_reward")
    (error,) = content(answer)["errors"]
    assert error["pointer"] == "/data/reward"
    assert "free-coffee" in error["detail"]
    # It was not judged: the same id may be sent again, mended.
    mended = redeem(shop, ask, redemption(ann.card_code))
    assert content(mended)["outcome"] == "redeemed"


@pytest.mark.parametrize(
    ("message", "pointers"),
    [
        ({"type": "order.updated"}, ["/type"]),
        (
            {"type": "redemption.requested", "data": {}},
            ["/data/card_code", "/data/id", "/data/reward"],
        ),
        (redemption("x", name="a b"), ["/data/id"]),
        (redemption("x", name="n" * 129), ["/data/id"]),
    ],
)
def test_a_request_that_cannot_be_used_says_where(
    shop: Shop, ask: Ask, message: dict[str, Any], pointers: list[str]
) -> None:
    answer = redeem(shop, ask, message)
    assert (answer["statusCode"], content(answer)["code"]) == (422, "invalid_message")
    assert sorted(error["pointer"] for error in content(answer)["errors"]) == pointers


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b'{"type": "redemption.requested", "data": {"id": "1", "id": "2"}}', "duplicate_key"),
        (b'{"data": ' + b" " * 17_000 + b"1}", "too_large"),
    ],
)
def test_hostile_json_is_refused(shop: Shop, ask: Ask, body: bytes, code: str) -> None:
    answer = redeem(shop, ask, body)
    assert (answer["statusCode"], content(answer)["code"]) == (400, code)


def test_the_log_tells_outcomes_and_nothing_of_people(
    shop: Shop, ask: Ask, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    redeem(shop, ask, redemption(ann.card_code))
    redeem(shop, ask, redemption(ann.card_code))
    redeem(shop, ask, redemption("canary"))
    redeem(shop, ask, redemption("canary", name="canary canary", reward="canary"))
    redeem(shop, ask, redemption(ann.card_code, name="r-9", reward="canary"))
    redeem(shop, ask, b'{"canary')
    told = [
        (line["message"], line.get("outcome"), line.get("replayed"), line.get("faults"))
        for line in shop.logged()
    ]
    assert told == [
        ("redemption", "redeemed", False, None),
        ("redemption", "redeemed", True, None),
        ("redemption refused", None, None, ["/data/id: id_reused"]),
        ("redemption refused", None, None, ["/data/id: string_pattern_mismatch"]),
        ("redemption refused", None, None, ["/data/reward: unknown_reward"]),
        ("redemption refused", None, None, "not_json"),
    ]
    text = shop.log.getvalue() + "".join(capsys.readouterr())
    private = ["canary", ann.card_code, ann.link, *shop.secrets.values()]
    assert [word for word in private if word in text] == []


def test_only_the_genuine_spend(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    body = json.dumps(redemption(ann.card_code)).encode()
    attempts = [
        shop.post(PATH, body, {}),
        shop.post(PATH, body, {**signed(body, shop.now), "webhook-id": "msg_2"}),
        shop.post(PATH, body + b" ", signed(body, shop.now)),
        shop.post("/webhooks/nowhere/redemptions", body),
        # Square has no redemptions, and its scheme has no window against old messages.
        shop.post("/webhooks/coffee-square/redemptions", body, square_signed(body)),
        http("PUT", PATH, signed(body, shop.now), body),
    ]
    answers = [ask(redemptions, event) for event in attempts]
    assert {(answer["statusCode"], answer["body"]) for answer in answers} == {
        (401, answers[0]["body"])
    }
    assert shop.world.balance(ann) == 250


def test_base64_and_header_case_do_not_matter(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    body = json.dumps(redemption(ann.card_code)).encode()
    headers = {name.upper(): value for name, value in signed(body, shop.now).items()}
    answer = redeem(shop, ask, body, headers=headers, in_base64=True)
    assert content(answer)["outcome"] == "redeemed"


def test_a_contended_account_is_busy_and_nothing_happened(
    shop: Shop, ask: Ask, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(*_: object) -> None:
        raise Cancelled((Reason("conflict"), Reason("none"), Reason("none")))

    with monkeypatch.context() as contended:
        contended.setattr(shop.world.tables, "write", conflict)
        answer = redeem(shop, ask, redemption(ann.card_code))
    assert (answer["statusCode"], content(answer)["code"]) == (503, "busy")
    assert answer["headers"]["Retry-After"] == "1"
    again = redeem(shop, ask, redemption(ann.card_code))
    assert content(again)["outcome"] == "redeemed"
    assert "Idempotent-Replayed" not in again["headers"]


def test_a_lost_answer_is_found_again(
    shop: Shop, ask: Ask, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = shop.world.tables.write

    def lost(*writes: Any) -> None:
        write(*writes)
        monkeypatch.setattr(shop.world.tables, "write", write)
        raise OutcomeUnknown("read timeout")

    monkeypatch.setattr(shop.world.tables, "write", lost)
    answer = redeem(shop, ask, redemption(ann.card_code))
    assert content(answer) == {"outcome": "redeemed", "balance": 150, "price": 100}
    assert shop.world.balance(ann) == 150


def test_an_outage_is_to_be_tried_again(
    shop: Shop, ask: Ask, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("canary: a card code")

    monkeypatch.setattr(ledger.spending(), "redeem", fail)
    answer = redeem(shop, ask, redemption(ann.card_code))
    assert (answer["statusCode"], content(answer)["code"]) == (503, "unavailable")
    assert "canary" not in shop.log.getvalue()


def test_the_suite_sees_a_redemption_that_is_not_fenced(
    shop: Shop, ask: Ask, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: an id that is another one every time."""
    really, numbers = Spending.redeem, iter(range(100))

    def careless(spending: Spending, program: str, **options: Any) -> Any:
        return really(spending, program, **{**options, "redemption": str(next(numbers))})

    monkeypatch.setattr(Spending, "redeem", careless)
    with pytest.raises(AssertionError):
        test_the_same_id_gets_the_same_answer_and_spends_once(shop, ask, ann)


def test_what_was_redeemed_while_the_till_was_offline_is_refused_in_plain_words(
    shop: Shop, ask: Ask, ann: Enrolled
) -> None:
    shop.world.sell(total=5000, member=ann)
    for name, made, status in (
        ("r-8", shop.world.now - timedelta(minutes=4), 200),
        ("r-9", shop.world.now - timedelta(hours=3), 422),
    ):
        message = redemption(ann.card_code, name)
        message["data"]["occurred_at"] = made.isoformat()
        answer = redeem(shop, ask, message)
        assert answer["statusCode"] == status
    (fault,) = content(answer)["errors"]
    assert (fault["pointer"], fault["code"]) == ("/data/occurred_at", "offline_redemption")
    assert "offline" in fault["detail"]
