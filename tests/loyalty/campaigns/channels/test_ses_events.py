"""What SES tells by SNS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loyalty.campaigns.channels import ses_events
from loyalty.campaigns.channels.ses_events import Told


def bounce(kind: str, name: str = "notificationType", *to: str) -> str:
    people = [{"emailAddress": one} for one in to or ("Ann@Example.com",)]
    content = {"bounceType": kind, "bouncedRecipients": people, "feedbackId": "f", "new": 1}
    return json.dumps({name: "Bounce", "mail": {"messageId": "m-1"}, "bounce": content})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (bounce("Permanent"), [Told("m-1", "dead", ("ann@example.com",))]),
        (bounce("Permanent", "eventType"), [Told("m-1", "dead", ("ann@example.com",))]),
        (bounce("Permanent", "eventType", "a@b.c", "d@b.c"),
         [Told("m-1", "dead", ("a@b.c", "d@b.c"))]),
        (bounce("Transient"), [Told("m-1", "soft", ("ann@example.com",))]),
        (bounce("Undetermined"), [Told("m-1", "soft", ("ann@example.com",))]),
        ('{"notificationType": "Complaint", "mail": {"messageId": "m-2"}}',
         [Told("m-2", "complained")]),
        ('{"notificationType": "Delivery", "mail": {"messageId": "m-2"}}', []),
        ('{"notificationType": "Bounce", "mail": {}}', []),
        ("Successfully validated SNS topic", []),
        ("[]", []),
    ],
)  # fmt: skip
def test_what_is_told(text: str, expected: list[Told]) -> None:
    assert ses_events.told(text) == expected


def test_what_is_signed_is_in_amazons_order() -> None:
    envelope: dict[str, Any] = {
        "Type": "Notification", "Message": "m", "MessageId": "1", "Timestamp": "t",
        "TopicArn": "arn", "Subject": None, "Extra": "x",
    }  # fmt: skip
    expected = b"Message\nm\nMessageId\n1\nTimestamp\nt\nTopicArn\narn\nType\nNotification\n"
    assert ses_events.signed(envelope) == expected
    with_subject = ses_events.signed({**envelope, "Subject": "s"})
    assert b"\nSubject\ns\nTimestamp\n" in with_subject
    assert ses_events.signed({**envelope, "Type": "Other"}) == b""


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://sns.eu-central-1.amazonaws.com/x.pem", True),
        ("https://sns.cn-north-1.amazonaws.com.cn/x.pem", True),
        ("http://sns.eu-central-1.amazonaws.com/x.pem", False),
        ("https://sns.eu-central-1.amazonaws.com.evil.example/x.pem", False),
        ("https://sns.eu-central-1.amazonaws.com@evil.example/x.pem", False),
        ("https://evil.example/sns.eu-central-1.amazonaws.com/x.pem", False),
        ("http://127.0.0.1:4105/sns/x.pem", False),
    ],
)
def test_only_addresses_of_sns_are_asked(url: str, ours: bool) -> None:  # noqa: FBT001
    assert ses_events.of_amazon(url) is ours
