"""Everything that a running stack keeps, as bytes by place: to look for what must not be there."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from infra.local.deployment import Cloud
from infra.local.web import ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def kept(stack: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield places and what lies there: items, objects, messages, logs, what was sent."""
    cloud = Cloud(int(stack["aws"]["endpoint_url"].rpartition(":")[2]))
    tables = [stack["aws"][f"{name}_table"] for name in ("state", "ledger", "keys")]
    yield from _items(cloud, tables)
    yield from _files(cloud)
    yield from _messages(cloud)
    yield from _logs(cloud)
    for log in sorted((folder / "logs").glob("*.log")):
        yield f"log {log.name}", log.read_bytes()
    yield "outbox", ask("GET", f"{stack['outbox']['url']}/messages").body


def _items(cloud: Cloud, tables: list[str]) -> Iterator[tuple[str, bytes]]:
    client = cloud.client("dynamodb")
    for name in tables:
        for page in client.get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                place = f"{name.rpartition('-')[2]} {item['pk']['S']} {item['sk']['S']}"
                yield place, json.dumps(item, ensure_ascii=False, default=str).encode()


def _files(cloud: Cloud) -> Iterator[tuple[str, bytes]]:
    client = cloud.client("s3")
    for bucket in client.list_buckets()["Buckets"]:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for one in page.get("Contents", []):
                body = client.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
                yield f"file {one['Key']}", _plain(body)


def _messages(cloud: Cloud) -> Iterator[tuple[str, bytes]]:
    client = cloud.client("sqs")
    for url in client.list_queues().get("QueueUrls", []):
        found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        for message in found.get("Messages", []):
            yield f"queue {url.rpartition('/')[2]}", message["Body"].encode()


def _logs(cloud: Cloud) -> Iterator[tuple[str, bytes]]:
    client = cloud.client("logs")
    for group in client.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=name):
            for event in page["events"]:
                yield f"log {name}", event["message"].encode()


def _plain(body: bytes) -> bytes:
    """Return a file as it is read: what lies there packed is unpacked."""
    for bits in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
        try:
            return zlib.decompress(body, bits)
        except zlib.error:
            continue
    return body
