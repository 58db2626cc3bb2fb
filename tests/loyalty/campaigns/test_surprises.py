"""Surprises: fixed beforehand, drawn as the seed says, within the budget, checked by anybody."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.campaigns import surprises
from loyalty.campaigns.surprises import ONE, Prize
from loyalty.campaigns.surprising import Surprises
from loyalty.money import FINE
from loyalty.refusals import Refusal
from loyalty.store import campaign_book
from tests.support.campaigning import OPEN, Campaigning
from tests.support.world import World

LUCKY: dict[str, Any] = {
    "kind": "surprise",
    "text": {"en": "You won {prize}! {ticket}", "ru": "Вам {prize}! {ticket}"},
    "nothing": {"en": "Not today. {ticket}", "ru": "Не сегодня. {ticket}"},
    "prizes": [
        {"text": {"en": "a cup", "ru": "кофе"}, "pot": "points", "points": 100, "odds": 2_000,
         "cost": 40},
        {"text": {"en": "ten", "ru": "десять"}, "pot": "points", "points": 10, "odds": 3_000,
         "cost": 4},
    ],
}  # fmt: skip


@pytest.fixture
def shop() -> Campaigning:
    world = World()
    world.put_program()
    world.wait(hours=4)
    return Campaigning(world)


def published(shop: Campaigning) -> Any:
    return Surprises(shop.world.books).published("coffee", "lucky")


def test_what_was_promised_is_what_was_drawn(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(60)]
    shop.start("lucky", actions=[LUCKY])
    before = published(shop)
    assert before.seed is None
    assert Surprises(shop.world.books).tickets("coffee", "lucky") == []
    assert shop.run() == ["sent"] * 60
    assert published(shop) == before
    shop.move("lucky", "cancelled")
    after = published(shop)
    # From here on as a stranger would, by the recipe of docs/verify.md.
    assert after.commitment == before.commitment
    line = f"{after.seed} {after.rules}"
    assert hashlib.sha256(line.encode()).hexdigest() == before.commitment
    assert after.rules == "coffee lucky 2000:100:points 3000:10:points"
    tickets = {
        one.name: one.prize for one in Surprises(shop.world.books).tickets("coffee", "lucky")
    }
    assert len(tickets) == 60
    assert list(tickets) == sorted(tickets)
    for name, prize in tickets.items():
        code = hmac.new(bytes.fromhex(after.seed), name.encode(), hashlib.sha256).hexdigest()
        found = int(code[:16], 16) % 10_000
        assert prize == (0 if found < 2_000 else 1 if found < 5_000 else None)
    won = {}
    for person in people:
        said = shop.told(person)
        name = said.rpartition(" ")[2]
        won[name] = shop.world.balance(person)
        assert said.startswith(
            {0: "You won a cup!", 1: "You won ten!", None: "Not today."}[tickets[name]]
        )
        assert person.member_id not in said
    assert won == {name: {0: 100, 1: 10, None: 0}[prize] for name, prize in tickets.items()}
    assert set(won.values()) == {0, 10, 100}
    spent = campaign_book.read_spent(shop.world.tables, "coffee", "lucky").money
    assert spent == sum({0: 40, 1: 4, None: 0}[prize] for prize in tickets.values())


def test_the_budget_holds_exactly(shop: Campaigning) -> None:
    for number in range(40):
        shop.join(f"P{number}")
    shop.start("lucky", actions=[LUCKY], guards={**OPEN, "budget": 100})
    ended = shop.run()
    assert ended.count("budget") > 0
    spent = campaign_book.read_spent(shop.world.tables, "coffee", "lucky").money
    # Who draws something that is too dear gets nothing and is told nothing; others go on.
    assert 60 < spent <= 100
    claims = shop.claims("lucky")
    assert sum(one.cost for one in claims) == spent * FINE


def test_the_seed_is_fixed_once(shop: Campaigning) -> None:
    shop.start("lucky", actions=[LUCKY])
    first = campaign_book.read_seed(shop.world.tables, "coffee", "lucky")
    shop.move("lucky", "paused")
    shop.move("lucky", "running")
    assert campaign_book.read_seed(shop.world.tables, "coffee", "lucky") == first
    assert first is not None
    assert len(first) == surprises.SEED
    shop.make("plain")
    for name in ("plain", "nothing"):
        with pytest.raises(Refusal) as refused:
            Surprises(shop.world.books).published("coffee", name)
        assert refused.value.code == "no_surprise"


@given(st.binary(min_size=32, max_size=32), st.lists(st.integers(1, 2_500), max_size=4))
def test_each_ticket_falls_into_one_part(seed: bytes, odds: list[int]) -> None:
    prizes = [Prize({}, "points", 1, one) for one in odds]
    for number in range(20):
        name = surprises.ticket("p", "c", "once", str(number))
        found = surprises.number(seed, name)
        place = surprises.drawn(seed, name, prizes)
        below = sum(odds[:place]) if place is not None else sum(odds)
        above = below + odds[place] if place is not None else ONE
        assert below <= found < above


def test_odds_come_out_over_many_tickets() -> None:
    prizes = [Prize({}, "points", 1, 1_000)]
    seed = bytes(range(32))
    won = sum(
        surprises.drawn(seed, surprises.ticket("p", "c", "once", str(number)), prizes) == 0
        for number in range(20_000)
    )
    assert abs(won - 2_000) < 5 * (20_000 * 0.1 * 0.9) ** 0.5


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"prizes": []}, "/actions/0/prizes", "odds"),
        ({"prizes": [{**LUCKY["prizes"][0], "odds": 6_000}] * 2}, "/actions/0/prizes", "odds"),
        (
            {"prizes": [{**LUCKY["prizes"][0], "pot": "x"}]},
            "/actions/0/prizes/0/pot",
            "unknown_pot",
        ),
        ({"nothing": None}, "/actions/0/nothing", "language_missing"),
        ({"text": {"ru": "Только"}}, "/actions/0/text", "language_missing"),
    ],
)
def test_what_is_no_surprise(
    shop: Campaigning, change: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make("lucky", actions=[{**LUCKY, **change}])
    assert (pointer, code) in [(one.pointer, one.code) for one in refused.value.fields]
