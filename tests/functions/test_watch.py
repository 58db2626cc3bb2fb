"""Every five minutes whatever is not as it should be is found, and said in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import watch
from functions.wiring import environment
from loyalty.store import keys, till_watch
from loyalty.store.tables import Update

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

EVERYTHING = {"everything": True}


def finds(capsys: pytest.CaptureFixture[str]) -> list[float]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line["WatchFinds"][0] for line in lines if "WatchFinds" in line]


def test_where_all_is_well_nobody_is_mailed(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(watch, EVERYTHING)
    assert finds(capsys) == [0.0]
    assert shop.cloud.mailed == []


def test_work_that_was_given_up_is_told_once_and_when_it_is_over(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, number in (("inbox-dead", 2), ("apple-dead", 1)):
        for _ in range(number):
            shop.queues.send_message(QueueUrl=f"https://sqs.example/{name}", MessageBody="{}")
    ask(watch, {})
    shop.world.wait(minutes=5)
    ask(watch, {})
    ((subject, message),) = shop.cloud.mailed
    assert subject.endswith(": 2 things are not as they should be")
    assert "about 2 in inbox-dead. Mend the cause" in message
    assert "about 1 in apple-dead." in message
    shop.queues.sent.clear()
    shop.world.wait(minutes=5)
    ask(watch, {})
    assert shop.cloud.mailed[1][0].endswith(": all is well again")
    assert finds(capsys) == [2.0, 2.0, 0.0]


def test_what_cannot_be_looked_at_is_told_and_hides_nothing_else(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    shop.queues.send_message(QueueUrl="https://sqs.example/inbox-dead", MessageBody="{}")
    ask(watch, {})
    shop.queues.down.add("apple-dead")
    shop.world.wait(minutes=15)
    ask(watch, {})
    message = shop.cloud.mailed[1][1]
    assert "The watch could not look at given-up: its log says why." in message
    assert "Cards that have changed are not handed to the wallets" in message
    assert "And 1 more, told before." in message, "what was given up lies there still"
    assert "Over" not in message


def test_changed_cards_that_stay_are_told(shop: Shop, ask: Ask, members: list[Enrolled]) -> None:
    ask(watch, {})
    assert shop.cloud.mailed == [], "they are on their way"
    shop.world.wait(minutes=10)
    ask(watch, {})
    assert (
        "not handed to the wallets (router, sweeper), since 10 minutes." in shop.cloud.mailed[0][1]
    )


def test_only_queues_with_messages_are_asked_how_old_these_are(shop: Shop, ask: Ask) -> None:
    for name in ("inbox", "moving"):
        shop.queues.send_message(QueueUrl=f"https://sqs.example/{name}", MessageBody="{}")
        shop.cloud.figures["ApproximateAgeOfOldestMessage", name] = 600.0
    shop.world.wait(minutes=10)
    ask(watch, {})
    assert shop.cloud.asked == ["inbox", "moving"]
    ((_, message),) = shop.cloud.mailed
    assert "queue inbox are 10 minutes old: sales and other messages of tills." in message
    assert "moving" not in message, "an import may take hours"


def test_quiet_tills_and_refusing_tables_are_told_by_the_hour(shop: Shop, ask: Ask) -> None:
    till_watch.begin(shop.world.tables, "coffee", "coffee-till")
    quiet = {"q": "quiet", "wt": int(shop.world.now.timestamp()) + 3600}
    shop.world.tables.write(Update(keys.till_watch_key("coffee", "coffee-till"), quiet))
    shop.cloud.figures["WriteThrottleEvents", "state"] = 7.0
    shop.world.wait(minutes=7)
    ask(watch, {})
    assert shop.cloud.mailed == []
    ask(watch, EVERYTHING)
    ((_, message),) = shop.cloud.mailed
    assert "the till's address coffee-till of the program coffee" in message
    assert "The table state has refused 7 calls in an hour" in message
    # Between the hours they stay as they are.
    ask(watch, {})
    assert len(shop.cloud.mailed) == 1
    shop.world.wait(minutes=60 - 7)
    del shop.cloud.figures["WriteThrottleEvents", "state"]
    ask(watch, {})
    assert "Over\n- The table state" in shop.cloud.mailed[1][1]


def test_a_mail_that_fails_is_tried_again(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.queues.send_message(QueueUrl="https://sqs.example/inbox-dead", MessageBody="{}")
    publish = shop.cloud.publish

    def fail(**_: str) -> None:
        raise OSError

    monkeypatch.setattr(shop.cloud, "publish", fail)
    with pytest.raises(Exception, match="OSError"):
        ask(watch, {})
    monkeypatch.setattr(shop.cloud, "publish", publish)
    ask(watch, {})
    assert len(shop.cloud.mailed) == 1


def export(table: str, at: datetime, status: str, code: str = "") -> dict[str, Any]:
    """Return what DynamoDB says of an export."""
    arn = f"arn:aws:dynamodb:eu-central-1:1:table/{table}/export/{int(at.timestamp())}000-abc"
    failed = {"FailureCode": code, "FailureMessage": "of account 1"} if code else {}
    return {"ExportArn": arn, "ExportStatus": status, "StartTime": at, **failed}


def test_an_export_of_the_night_that_failed_is_told(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(environment.configuration(), backup_bucket="elsewhere")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    shop.world.wait(minutes=7)
    night = shop.now - timedelta(hours=6)
    before = night - timedelta(days=1)
    shop.cloud.exports = [
        export("state", before, "COMPLETED"),
        export("state", night, "COMPLETED"),
        export("ledger", before - timedelta(days=1), "COMPLETED"),
        export("ledger", night, "FAILED", "AccessDenied"),
        export("of-others", night, "FAILED", "AccessDenied"),
    ]
    ask(watch, {})
    assert shop.cloud.mailed == []
    ask(watch, EVERYTHING)
    ((_, message),) = shop.cloud.mailed
    assert (
        "The table ledger was not exported to the bucket elsewhere in the last 36 hours: DynamoDB "
        "says AccessDenied. `loyalty restore export`" in message
    )
    assert "The table keys was not exported" in message
    assert "table state" not in message
    assert "of account 1" not in message
    for name in ("ledger", "keys"):
        shop.cloud.exports.append(export(name, shop.now - timedelta(hours=1), "COMPLETED"))
    shop.world.wait(minutes=10)
    ask(watch, EVERYTHING)
    assert "Over\n- The table ledger" in shop.cloud.mailed[1][1]
    shop.world.wait(days=2)
    ask(watch, EVERYTHING)
    assert "The table state was not exported" in shop.cloud.mailed[2][1]
