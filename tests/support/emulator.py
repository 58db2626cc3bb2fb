"""An AWS emulator of a test's own: own port, no state kept."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.store.dynamodb import MEMBERS, WAITING, DynamoTables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from loyalty.store.tables import TableName

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".tools" / "ministack" / "bin" / "python"
CREDENTIALS: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def emulator() -> Iterator[str]:
    """Run the emulator as a process of its own; yield its address."""
    assert PYTHON.exists(), "the emulator is not installed: run make test, which installs it"
    port = free_port()
    environment = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1"}
    with subprocess.Popen(
        [str(PYTHON), "-m", "ministack"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{url}/_ministack/health")
            yield url
        finally:
            process.terminate()


@contextmanager
def tables_of(client: DynamoDBClient, name: str) -> Iterator[DynamoTables]:
    """Make both tables under names of a test's own; drop them afterwards."""
    names: dict[TableName, str] = {"state": f"{name}-state", "ledger": f"{name}-ledger"}
    for one in names.values():
        create_table(client, one)
    try:
        yield DynamoTables(client, names)
    finally:
        for one in names.values():
            client.delete_table(TableName=one)


def create_table(client: DynamoDBClient, name: str) -> None:
    """Make a table with the keys and the indexes that the deployed ones have."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "wp", "AttributeType": "S"},
            {"AttributeName": "wt", "AttributeType": "N"},
            {"AttributeName": "mp", "AttributeType": "S"},
            {"AttributeName": "mo", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": place, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, partition, place in ((WAITING, "wp", "wt"), (MEMBERS, "mp", "mo"))
        ],
    )


def wait_for(url: str, seconds: float = 30) -> None:
    """Wait until something answers there; any answer counts."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)
