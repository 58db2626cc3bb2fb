"""Events as AWS hands them to functions: API Gateway (payload 2.0), SQS, DynamoDB streams."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Context:
    """What a function is told about its own invocation."""

    function_name = "loyalty-test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:loyalty-test"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def __init__(self, milliseconds: int = 15_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def http(
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    *,
    query: Mapping[str, str] | None = None,
    in_base64: bool = False,
) -> dict[str, Any]:
    """Return a request as an HTTP API forwards it. Header names come as they were sent here."""
    raw = body.encode() if isinstance(body, str) else body
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {
            "content-type": "application/json",
            "host": "cards.example",
            "user-agent": "till/1.0",
            "x-forwarded-for": "192.0.2.7",
            **(headers or {}),
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "cards.example",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "till/1.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": "04/May/2026:12:00:00 +0000",
            "timeEpoch": 1777896000000,
        },
        "isBase64Encoded": in_base64,
    }
    if query:
        event["queryStringParameters"] = dict(query)
    if raw is not None:
        event["body"] = base64.b64encode(raw).decode() if in_base64 else raw.decode()
    return event


def sqs(bodies: Iterable[str]) -> dict[str, Any]:
    """Return a batch from a queue; message ids are ``message-0`` and so on."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"handle-{number}",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1777896000000",
                    "SenderId": "AIDAEXAMPLE",
                    "ApproximateFirstReceiveTimestamp": "1777896000100",
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:loyalty-test-inbox",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def stream(
    keys: Iterable[tuple[str, str]], event_name: str = "MODIFY", table: str = "state"
) -> dict[str, Any]:
    """Return a batch from a table's stream (KEYS_ONLY)."""
    arn = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{table}/stream/2026-05-04T00:00:00"
    return {
        "Records": [
            {
                "eventID": f"event-{number}",
                "eventName": event_name,
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "eu-central-1",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1777896000.0,
                    "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
                    "SequenceNumber": str(1000 + number),
                    "SizeBytes": 60,
                    "StreamViewType": "KEYS_ONLY",
                },
                "eventSourceARN": arn,
            }
            for number, (pk, sk) in enumerate(keys)
        ]
    }


def content(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object in an answer."""
    document: dict[str, Any] = json.loads(answer["body"])
    return document
