"""The watch of the running stack, under its role: what lies in a queue of last resort is mailed."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.deployment import FUNCTIONS, Cloud
from infra.local.web import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


class Mailbox:
    """A queue that hears the topic of the alarms."""

    def __init__(self, cloud: Cloud) -> None:
        self._sqs, topics = cloud.client("sqs"), cloud.client("sns")
        arns = [one["TopicArn"] for one in topics.list_topics()["Topics"]]
        topic = next(arn for arn in arns if arn.endswith(":loyalty-local-alarms"))
        name = f"mailbox-{uuid.uuid4().hex}"
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        names = ["QueueArn"]
        told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        arn = told["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        heard = topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self._topics, self._heard = topics, heard["SubscriptionArn"]
        self.mails: list[dict[str, Any]] = []

    def holds(self, words: str) -> bool:
        found = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        for one in found.get("Messages", ()):
            self.mails.append(json.loads(one["Body"]))
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=one["ReceiptHandle"])
        return any(words in mail["Message"] for mail in self.mails)

    def close(self) -> None:
        self._topics.unsubscribe(SubscriptionArn=self._heard)
        self._sqs.delete_queue(QueueUrl=self._url)


@pytest.fixture
def cloud(shop: Shop) -> Cloud:
    return Cloud(int(shop.stack["aws"]["endpoint_url"].rpartition(":")[2]))


@pytest.fixture
def mailbox(cloud: Cloud) -> Iterator[Mailbox]:
    made = Mailbox(cloud)
    yield made
    made.close()


def look(cloud: Cloud) -> None:
    """What the clock does every five minutes; here all of it."""
    answer = cloud.client("lambda").invoke(
        FunctionName=f"{FUNCTIONS}watch", Payload=b'{"everything": true}'
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_what_was_given_up_is_mailed_in_words_and_again_when_it_is_over(
    shop: Shop, cloud: Cloud, mailbox: Mailbox
) -> None:
    queues = cloud.client("sqs")
    name = "loyalty-local-figures-dead-letters"
    url = queues.get_queue_url(QueueName=name)["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody="{}")
    try:
        look(cloud)
        until("the mail", lambda: mailbox.holds(f"about 1 in {name}. Mend the cause"))
    finally:
        queues.purge_queue(QueueUrl=url)
    look(cloud)
    until("the end of it", lambda: mailbox.holds("Over\n- Work was given up on"))
    # Its role may look at all that it looks at.
    assert not [mail for mail in mailbox.mails if "could not look" in mail["Message"]]
