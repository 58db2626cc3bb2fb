"""Many tills at once on the emulator, through faults: told once, kept once, in one order.

``LOYALTY_CONCURRENCY_STEPS=2000`` makes it long; ``LOYALTY_CONCURRENCY_SEED`` repeats a run's
choices (not its interleaving).
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from loyalty.core.order import BASKET, Part
from loyalty.invariants.account import broken
from loyalty.store import commit
from loyalty.store.dynamodb import CLIENT_CONFIG
from loyalty.store.tables import Absent
from tests.support.crowd import PRICE, Crowd
from tests.support.emulator import CREDENTIALS, emulator, tables_of
from tests.support.extent import FULL
from tests.support.faults import Faults
from tests.support.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.support.use_cases import UseCases

STEPS = int(os.environ.get("LOYALTY_CONCURRENCY_STEPS", "50" if FULL else "25"))
SEED = int(os.environ.get("LOYALTY_CONCURRENCY_SEED", "20261101"))
THREADS = 8


@pytest.fixture(scope="module")
def client() -> Iterator[DynamoDBClient]:
    # One attempt of the SDK: faults reach our code instead of being retried below it.
    config = CLIENT_CONFIG.merge(
        Config(retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=60)
    )
    with emulator() as url:
        client = boto3.client("dynamodb", endpoint_url=url, config=config, **CREDENTIALS)
        yield client
        client.close()


def crowded(
    client: DynamoDBClient, name: str, *, hot: float, steps: int, rate: float = 0.08
) -> tuple[list[str], str]:
    """Let a crowd run; return what the judge found, and the figures of the run."""
    with tables_of(client, name) as tables:
        crowd = Crowd(tables, seed=SEED, members=17)
        with Faults(client, SEED, rate) as faults:
            crowd.run(THREADS, steps, hot)
        found = Judge(crowd).judge()
    log = crowd.log
    figures = (
        f"{name}: seed {SEED}, {len(log.told)} acknowledged, {log.replayed} replayed, "
        f"{log.unknown} unknown and asked again, {len(log.given_up)} given up, "
        f"faults {dict(faults.met)}"
    )
    assert log.told
    return found, figures


def _sale(total: int) -> Part:
    return Part(BASKET, 1, "completed", total)


@pytest.mark.parametrize(("name", "hot"), [("hot", 0.9), ("cold", 0.05)])
def test_everything_told_is_there_once_and_nothing_else(
    client: DynamoDBClient, name: str, hot: float, record_property: Any
) -> None:
    found, figures = crowded(client, name, hot=hot, steps=STEPS)
    print(figures)  # noqa: T201 - part of the result
    record_property("figures", figures)
    assert found == []


def test_a03_fifty_tills_with_one_redemption_make_one_entry(client: DynamoDBClient) -> None:
    with tables_of(client, "a03") as tables:
        crowd = Crowd(tables, seed=SEED, members=1)
        ann = crowd.members[0]
        crowd.world.sell(total=5000, member=ann)
        crowd.at_once(lambda process, _: crowd.redeem(process, ann, "one"), 50)
        entries = crowd.world.entries(ann)
        assert [entry.kind for entry in entries] == ["earn", "redeem"]
        told = crowd.log.told
        assert len(told) == 50
        assert sum(not one.replayed for one in told) == 1
        bodies = [one.body for one in told]
        assert bodies == [{"outcome": "redeemed", "balance": 400, "price": PRICE}] * 50
        assert broken(crowd.world.account(ann), entries) == ()
        print(f"a03: {crowd.log.unknown} busy, asked again")  # noqa: T201 - part of the result


def test_a04_fifty_redemptions_of_a_balance_for_ten(client: DynamoDBClient) -> None:
    with tables_of(client, "a04") as tables:
        crowd = Crowd(tables, seed=SEED, members=1)
        ann = crowd.members[0]
        crowd.world.sell(total=10 * PRICE * 10, member=ann)

        def act(process: UseCases, number: int) -> None:
            crowd.redeem(process, ann, str(number))

        crowd.at_once(act, 50)
        outcomes = [one.body["outcome"] for one in crowd.log.told]
        assert outcomes.count("redeemed") == 10
        assert outcomes.count("declined") == 40
        account = crowd.world.account(ann)
        assert account.balance("points") == 0
        assert account.pot("points").debt == 0
        assert broken(account, crowd.world.entries(ann)) == ()
        print(f"a04: {crowd.log.unknown} busy, asked again")  # noqa: T201 - part of the result


# Negative controls. They happen in one thread and one order, so that no run is spared the fault.


@pytest.fixture
def shop(client: DynamoDBClient, request: pytest.FixtureRequest) -> Iterator[Crowd]:
    """One member with value to spend."""
    with tables_of(client, request.node.name[-20:].strip("_")) as tables:
        crowd = Crowd(tables, seed=SEED, members=1)
        crowd.sell(crowd.process(), crowd.members[0], "rich", _sale(50_000))
        yield crowd


def test_the_judge_finds_nothing_where_nothing_was_broken(shop: Crowd) -> None:
    shop.sell(shop.process(), shop.members[0], "next", _sale(700))
    shop.redeem(shop.process(), shop.members[0], "once")
    assert Judge(shop).judge() == []


def test_the_judge_sees_accounts_written_without_their_revision(
    shop: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of an entry is a second fence, so both have to go."""
    account, entry, write = commit._account, commit._entry, commit._write
    ann = shop.members[0]
    faster = ["one", "two"]

    def overtaken(tables: Any, writes: Any) -> None:
        orders = faster.copy()
        faster.clear()
        for order in orders:
            shop.sell(shop.process(), ann, order, _sale(900))
        write(tables, writes)

    monkeypatch.setattr(
        commit, "_account", lambda *arguments: replace(account(*arguments), condition=None)
    )
    monkeypatch.setattr(commit, "_entry", lambda one: replace(entry(one), condition=None))
    monkeypatch.setattr(commit, "_write", overtaken)
    shop.sell(shop.process(), ann, "slow", _sale(400))
    assert [fault for fault in Judge(shop).judge() if "fold of its entries" in fault]


def test_the_judge_sees_facts_that_are_not_fenced(
    shop: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost answer is asked for again, and happens twice without the fact's fence."""
    entry, write = commit._entry, commit._write
    fenced = Absent
    lost = ["one answer"]

    def unheard(tables: Any, writes: Any) -> None:
        write(tables, writes)
        if lost:
            raise commit.Moved(lost.pop())

    monkeypatch.setattr(commit, "Absent", lambda: None)
    monkeypatch.setattr(commit, "_entry", lambda one: replace(entry(one), condition=fenced()))
    monkeypatch.setattr(commit, "_write", unheard)
    shop.redeem(shop.process(), shop.members[0], "once")
    assert [fault for fault in Judge(shop).judge() if "and 2 entries" in fault]


def test_the_judge_sees_an_answer_that_was_made_up(
    shop: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking an unknown outcome for a success loses what was told."""
    monkeypatch.setattr(commit, "_write", lambda _, __: None)
    shop.redeem(shop.process(), shop.members[0], "once")
    monkeypatch.undo()
    assert [fault for fault in Judge(shop).judge() if "and 0 entries" in fault]
