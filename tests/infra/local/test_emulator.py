"""The emulator with our repairs: what AWS keeps, it keeps across a stop by signal."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import deployment, processes, shape
from infra.local import emulator as repairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.stack

# Writes down what it hears; deaf while a file of that name lies in the folder.
FUNCTION = """
import json, os, pathlib
import botocore.session

FOLDER = pathlib.Path(os.environ["FOLDER"])

def handler(event, context):
    if "read" in event:
        return read(event["read"])
    if "send" in event:
        return send(event["send"])
    records = event.get("Records", [])
    keys = [record.get("body") or record["dynamodb"]["Keys"]["pk"]["S"] for record in records]
    if (FOLDER / "deaf").exists():
        (FOLDER / "tried").touch()
        raise RuntimeError("deaf")
    failed = []
    for record, key in zip(records, keys):
        if key == "poison" and not (FOLDER / "poison").exists():
            (FOLDER / "poison").touch()
            failed = [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]
            break
        if "body" in record:
            read("accounts")  # refused or not, the emulator must be there
        with (FOLDER / "heard").open("a") as heard:
            heard.write(key + "\\n")
    return {"batchItemFailures": failed, "pid": os.getpid()}

def read(table):
    client = botocore.session.get_session().create_client("dynamodb")
    try:
        client.get_item(TableName=table, Key={"pk": {"S": "x"}})
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "read"

def send(queue):
    client = botocore.session.get_session().create_client("sqs")
    entry = {"Id": "0", "MessageBody": "card"}
    try:
        answer = client.send_message_batch(QueueUrl=queue, Entries=[entry])
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return len(answer["Successful"])
"""
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}


class Emulator:
    """One emulator as the local shape runs it, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tmp").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.ports = shape.Ports(probe.getsockname()[1] - 1)
        self.cloud = deployment.Cloud(self.ports.emulator)
        self.child: processes.Child | None = None

    def start(self) -> None:
        service = shape.services(self.folder, self.ports)[0]
        environment = {**service.environment, "SAVE_EVERY": "0.2"}
        self.child = processes.start(service.name, service.command, environment, self.folder)
        processes.wait_until(self.child, self._listens)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports.emulator)) == 0

    def stop(self) -> None:
        assert self.child is not None
        assert processes.stop(self.child)

    def pid(self) -> int:
        assert self.child is not None
        return self.child.process.pid

    def function(self, name: str) -> None:
        role = self.cloud.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            # One time for all, or two functions made in different seconds are different archives.
            archive.writestr(zipfile.ZipInfo("functions/hear.py"), FUNCTION)
        self.cloud.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="functions/hear.handler",
            Role=role,
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"FOLDER": str(self.folder)}},
            Timeout=10,
        )

    def allow(self, name: str, action: str, resource: str) -> None:
        """Let a function do one thing more."""
        statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
        self.cloud.client("iam").put_role_policy(
            RoleName=name, PolicyName="one", PolicyDocument=json.dumps({"Statement": [statement]})
        )

    def listening_table(self) -> None:
        """Create a table whose stream calls a function."""
        self.function("hear")
        table = self.cloud.client("dynamodb").create_table(
            TableName="accounts",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )["TableDescription"]
        self.cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=table["LatestStreamArn"],
            FunctionName="hear",
            StartingPosition="TRIM_HORIZON",
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )

    def put(self, key: str) -> None:
        self.cloud.client("dynamodb").put_item(TableName="accounts", Item={"pk": {"S": key}})

    def heard(self) -> set[str]:
        file = self.folder / "heard"
        return set(file.read_text().split()) if file.exists() else set()

    def call(self, name: str, **event: str) -> Any:
        answer = self.cloud.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(event).encode()
        )
        return json.load(answer["Payload"])


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    started = Emulator(tmp_path)
    started.start()
    yield started
    started.stop()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_stream_records_survive_a_stop(emulator: Emulator) -> None:
    emulator.listening_table()
    emulator.put("before")
    assert wait_for(lambda: emulator.heard() == {"before"})
    (emulator.folder / "deaf").touch()
    emulator.put("meanwhile")
    assert wait_for((emulator.folder / "tried").exists)
    emulator.stop()
    (emulator.folder / "deaf").unlink()
    emulator.start()
    emulator.put("after")
    assert wait_for(lambda: emulator.heard() == {"before", "meanwhile", "after"})


def test_a_partial_failure_of_a_stream_comes_again(emulator: Emulator) -> None:
    emulator.listening_table()
    emulator.put("poison")
    assert wait_for(lambda: emulator.heard() == {"poison"})
    assert (emulator.folder / "poison").exists()  # it had failed once


def test_a_message_in_flight_is_visible_after_a_stop(emulator: Emulator) -> None:
    queue = emulator.cloud.client("sqs").create_queue(
        QueueName="inbox", Attributes={"VisibilityTimeout": "3600"}
    )["QueueUrl"]

    def receive() -> list[dict[str, Any]]:
        answer = emulator.cloud.client("sqs").receive_message(
            QueueUrl=queue, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    emulator.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="a sale")
    assert [message["Body"] for message in receive()] == ["a sale"]
    assert receive() == []
    emulator.stop()
    emulator.start()
    (message,) = receive()
    assert message["Body"] == "a sale"
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"


def test_work_goes_on_as_soon_as_the_emulator_is_back(emulator: Emulator) -> None:
    emulator.function("hear")
    queue = emulator.cloud.client("sqs").create_queue(
        QueueName="inbox", Attributes={"VisibilityTimeout": "3600"}
    )["QueueUrl"]
    emulator.cloud.client("lambda").create_event_source_mapping(
        EventSourceArn="arn:aws:sqs:eu-central-1:000000000000:inbox", FunctionName="hear"
    )
    (emulator.folder / "deaf").touch()
    emulator.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="a sale")
    assert wait_for((emulator.folder / "tried").exists)
    emulator.stop()
    (emulator.folder / "deaf").unlink()
    emulator.start()
    # Were it tried before the emulator listens, its next try would be in an hour.
    assert wait_for(lambda: emulator.heard() == {"a", "sale"})


def test_what_was_there_a_moment_ago_survives_a_kill(emulator: Emulator) -> None:
    emulator.listening_table()
    queue = emulator.cloud.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    for number in range(50):
        emulator.put(f"account-{number}")
    emulator.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="a sale")
    assert wait_for(lambda: len(emulator.heard()) == 50)
    told = emulator.folder / "emulator" / "dynamodb.json"
    assert wait_for(lambda: told.exists() and "account-49" in told.read_text())
    # The same moment for all: one more whole round after that.
    before = told.stat().st_mtime_ns
    assert wait_for(lambda: told.stat().st_mtime_ns > before)
    assert emulator.child is not None
    emulator.child.process.kill()
    emulator.child.process.wait()
    emulator.start()
    found = emulator.cloud.client("dynamodb").scan(TableName="accounts")["Items"]
    assert {item["pk"]["S"] for item in found} == {f"account-{number}" for number in range(50)}
    (message,) = emulator.cloud.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == "a sale"
    emulator.put("after")
    assert wait_for(lambda: "after" in emulator.heard())


def test_saving_goes_on_beside_work_and_ends_with_it(emulator: Emulator) -> None:
    emulator.listening_table()
    began = time.monotonic()
    for number in range(200):
        emulator.put(f"busy-{number}")
    assert time.monotonic() - began < 30
    assert wait_for(lambda: len(emulator.heard()) == 200)
    emulator.stop()
    assert "Saving failed" not in (emulator.folder / "logs" / "emulator.log").read_text()
    assert "busy-199" in (emulator.folder / "emulator" / "dynamodb.json").read_text()
    emulator.start()


def test_no_work_is_handed_out_before_the_emulator_listens() -> None:
    begun = threading.Event()
    functions = SimpleNamespace(_poll_loop=begun.set)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        repairs.listen_first(functions, door.getsockname())
        threading.Thread(target=functions._poll_loop, daemon=True).start()
        assert not begun.wait(0.2)
        door.listen()
        assert begun.wait(30)


def test_a_killed_function_process_is_replaced(emulator: Emulator) -> None:
    emulator.function("hear")
    first = emulator.call("hear")["pid"]
    # The kernel's list of children may lack some while others come and go (proc(5)).
    assert wait_for(lambda: processes.workers(emulator.pid()) == {"hear": [first]})
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: processes.started(first) is None)
    second = emulator.call("hear")["pid"]
    assert second != first


def test_many_calls_at_once_share_a_few_processes(emulator: Emulator) -> None:
    emulator.function("hear")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: emulator.call("hear"), range(48)))
    assert 1 <= len({answer["pid"] for answer in answers}) <= repairs.PROCESSES


def test_functions_share_one_unpacked_artifact(emulator: Emulator) -> None:
    for name in ("one", "two"):
        emulator.function(name)
        emulator.call(name)
    links = list((emulator.folder / "tmp").glob("ministack-lambda-*/code"))
    assert len(links) == 2
    assert len({link.resolve() for link in links}) == 1


def test_a_function_may_only_what_its_role_names(emulator: Emulator) -> None:
    emulator.listening_table()
    assert emulator.call("hear", read="accounts") == "AccessDeniedException"
    table = "arn:aws:dynamodb:eu-central-1:000000000000:table/accounts"
    emulator.allow("hear", "dynamodb:GetItem", table)
    assert emulator.call("hear", read="accounts") == "read"


def test_a_batch_of_messages_needs_the_permission_to_send_one(emulator: Emulator) -> None:
    emulator.function("hear")
    queue = emulator.cloud.client("sqs").create_queue(QueueName="cards")["QueueUrl"]
    assert emulator.call("hear", send=queue) in {"AccessDenied", "AccessDeniedException"}
    emulator.allow("hear", "sqs:SendMessage", "arn:aws:sqs:eu-central-1:000000000000:cards")
    assert emulator.call("hear", send=queue) == 1
