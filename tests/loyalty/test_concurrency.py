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

from loyalty.invariants import broken
from loyalty.store import commit
from loyalty.store.dynamodb import CLIENT_CONFIG
from loyalty.store.tables import Absent, Cancelled, OutcomeUnknown
from tests.support.crowd import PRICE, Crowd
from tests.support.emulator import CREDENTIALS, emulator, tables_of
from tests.support.faults import Faults
from tests.support.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from loyalty.ledger import Ledger

STEPS = int(os.environ.get("LOYALTY_CONCURRENCY_STEPS", "50"))
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
        crowd.at_once(lambda ledger, _: crowd.redeem(ledger, ann, "one"), 50)
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

        def act(ledger: Ledger, number: int) -> None:
            crowd.redeem(ledger, ann, str(number))

        crowd.at_once(act, 50)
        outcomes = [one.body["outcome"] for one in crowd.log.told]
        assert outcomes.count("redeemed") == 10
        assert outcomes.count("declined") == 40
        account = crowd.world.account(ann)
        assert account.balance("points") == 0
        assert account.pot("points").debt == 0
        assert broken(account, crowd.world.entries(ann)) == ()
        print(f"a04: {crowd.log.unknown} busy, asked again")  # noqa: T201 - part of the result


def test_the_judge_sees_accounts_written_without_their_revision(
    client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. The number of an entry is a second fence, so both have to go."""
    account, entry = commit._account, commit._entry
    monkeypatch.setattr(
        commit, "_account", lambda *arguments: replace(account(*arguments), condition=None)
    )
    monkeypatch.setattr(commit, "_entry", lambda one: replace(entry(one), condition=None))
    found, figures = crowded(client, "unfenced", hot=0.9, steps=12, rate=0)
    assert [fault for fault in found if "fold of its entries" in fault], figures


def test_the_judge_sees_facts_that_are_not_fenced(
    client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: lost answers asked for again happen twice without the fact's fence."""
    entry = commit._entry
    fenced = Absent
    monkeypatch.setattr(commit, "Absent", lambda: None)
    monkeypatch.setattr(commit, "_entry", lambda one: replace(entry(one), condition=fenced()))
    found, figures = crowded(client, "doubled", hot=0.9, steps=15, rate=0.3)
    assert [fault for fault in found if "and 2 entries" in fault], figures


def test_the_judge_sees_an_answer_that_was_made_up(
    client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: taking an unknown outcome for a success loses what was told."""

    def careless(tables: Any, writes: Any) -> None:
        try:
            tables.write(*writes)
        except OutcomeUnknown:
            return
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind == "condition":
                raise commit.FactExists(cancelled.reasons[0].item) from None
            raise commit.Moved from None

    monkeypatch.setattr(commit, "_write", careless)
    found, figures = crowded(client, "careless", hot=0.5, steps=15, rate=0.3)
    assert [fault for fault in found if "and 0 entries" in fault], figures
