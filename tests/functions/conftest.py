"""The functions as deployed, over a shop in memory: only tables, clock, secrets, SQS are ours."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import pytest

from functions import wiring
from functions.aws.bodies import LargeBodies, WorkedMessages
from functions.aws.configuration import Configuration
from functions.aws.observability import logger, metrics
from functions.wiring import (
    channelling,
    designs,
    environment,
    inbox,
    moving,
    queues,
    receiving,
    storage,
    troubles,
)
from infra.local.carriers import beacons
from loyalty.access.keys import ApiKey, Credentials, Scope, label
from tests.support.apple_certificates import authority
from tests.support.apple_fixtures import apns, chain, identity, issuer, now, signer
from tests.support.apple_house import house
from tests.support.contract import Contract
from tests.support.deployed import ROOT
from tests.support.drawing_tools import DRAWING
from tests.support.events import Context, http
from tests.support.google_fixtures import account_file, google, start_google, world
from tests.support.moving import ForgetfulBucket
from tests.support.till import OTHER_SECRET, SECRET, SQUARE, SQUARE_KEY, TILL, signed
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from loyalty.members.enrolment import Enrolled

# As the function that draws has it: behind everything else.
sys.path.append(str(DRAWING))

__all__ = [
    "account_file",
    "apns",
    "authority",
    "chain",
    "google",
    "house",
    "identity",
    "issuer",
    "now",
    "signer",
    "start_google",
    "world",
]

# As they really are, before any test puts something in their place.
WIRING = [import_module(f"functions.wiring.{one.name}") for one in iter_modules(wiring.__path__)]
FACTORIES = [
    made for module in WIRING for made in vars(module).values() if hasattr(made, "cache_clear")
]
SETTINGS = {
    "STAGE": "test",
    "BASE_URL": "https://cards.example/",
    "DRAND_KEY": beacons.key(),
    "STATE_TABLE": "state",
    "LEDGER_TABLE": "ledger",
    "KEYS_TABLE": "keys",
    "INBOX_QUEUE_URL": "https://sqs.example/inbox",
    "APPLE_QUEUE_URL": "https://sqs.example/apple",
    "GOOGLE_QUEUE_URL": "https://sqs.example/google.fifo",
    "TELLING_QUEUE_URL": "https://sqs.example/telling.fifo",
    "SENDING_QUEUE_URL": "https://sqs.example/sending.fifo",
    "FIGURES_QUEUE_URL": "https://sqs.example/figures",
    "CAMPAIGNS_QUEUE_URL": "https://sqs.example/campaigns",
    "OFFERS_QUEUE_URL": "https://sqs.example/offers.fifo",
    "MOVING_QUEUE_URL": "https://sqs.example/moving",
    "MOVING_BUCKET": "moving",
    "DESIGN_BUCKET": "designs",
    "LAST_RESORT_QUEUE_URLS": "https://sqs.example/inbox-dead https://sqs.example/apple-dead",
    "ALARM_TOPIC": "arn:aws:sns:alarms",
    "SECRETS_PATH": "/loyalty/test",
}
MASTER_KEY = json.dumps(
    {"current": "A", "keys": {"A": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}
)


class QueueDownError(Exception):
    """What a queue's client raises while it cannot be reached."""


class Parameters:
    """An SSM client over a shop's secrets."""

    class exceptions:  # noqa: N801 - as boto3 calls it
        """The errors that are told apart."""

        ParameterNotFound = KeyError

    def __init__(self, secrets: dict[str, str]) -> None:
        self._secrets = secrets

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        assert WithDecryption
        return {"Parameter": {"Value": self._secrets[self._short(Name)]}}

    def put_parameter(self, *, Name: str, Value: str, **more: Any) -> None:  # noqa: N803
        assert more == {"Type": "SecureString", "Overwrite": True}
        self._secrets[self._short(Name)] = Value

    def _short(self, name: str) -> str:
        return name.removeprefix(f"{SETTINGS['SECRETS_PATH']}/")


class Queues:
    """An SQS client that keeps what it is sent; ``down`` raises, ``refuse`` fails some entries."""

    def __init__(self) -> None:
        self.sent: dict[str, list[dict[str, str]]] = {}
        self.down: set[str] = set()
        self.refuse: set[str] = set()
        self.hidden: list[tuple[str, int]] = []

    def messages(self, name: str) -> list[dict[str, str]]:
        return self.sent.get(f"https://sqs.example/{name}", [])

    def bodies(self, name: str) -> list[str]:
        return [message["MessageBody"] for message in self.messages(name)]

    def send_message(self, *, QueueUrl: str, **message: str) -> dict[str, Any]:  # noqa: N803
        self._answer(QueueUrl)
        self.sent.setdefault(QueueUrl, []).append(message)
        return {"MessageId": "1"}

    def send_message_batch(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        Entries: list[dict[str, str]],  # noqa: N803
    ) -> dict[str, Any]:
        self._answer(QueueUrl)
        assert 1 <= len(Entries) <= 10
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        if QueueUrl.rpartition("/")[2] in self.refuse:
            failed = {"Id": Entries[-1]["Id"], "Code": "InternalError", "SenderFault": False}
            self.sent.setdefault(QueueUrl, []).extend(Entries[:-1])
            return {
                "Successful": [{"Id": entry["Id"]} for entry in Entries[:-1]],
                "Failed": [failed],
            }
        self.sent.setdefault(QueueUrl, []).extend(Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def change_message_visibility(self, *, QueueUrl: str, **message: Any) -> None:  # noqa: N803
        self._answer(QueueUrl)
        self.hidden.append((message["ReceiptHandle"], message["VisibilityTimeout"]))

    def get_queue_attributes(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        AttributeNames: list[str],  # noqa: N803
    ) -> dict[str, Any]:
        self._answer(QueueUrl)
        lying = {"ApproximateNumberOfMessages": len(self.sent.get(QueueUrl, []))}
        return {"Attributes": {name: str(lying.get(name, 0)) for name in AttributeNames}}

    def _answer(self, url: str) -> None:
        if url.rpartition("/")[2] in self.down:
            raise QueueDownError(url)


class Bucket:
    """An S3 client of one bucket that keeps what it is given."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803
        assert Bucket == "inbox-bodies"
        assert ContentType == f"application/{'zlib' if Key.startswith('worked/') else 'json'}"
        self.objects[Key] = Body

    def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803
        Prefix: str,  # noqa: N803
        StartAfter: str,  # noqa: N803
        MaxKeys: int,  # noqa: N803
    ) -> dict[str, Any]:
        assert Bucket == "inbox-bodies"
        found = sorted(one for one in self.objects if one.startswith(Prefix) and one > StartAfter)
        return {"Contents": [{"Key": one} for one in found[:MaxKeys]]} if found else {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "inbox-bodies"
        return {"Body": io.BytesIO(self.objects[Key])}


class Cloud:
    """CloudWatch and SNS: figures by name, and what was mailed."""

    def __init__(self) -> None:
        self.figures: dict[tuple[str, str], float] = {}
        self.mailed: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.exports: list[dict[str, Any]] = []
        self.down = False

    def list_exports(self, **given: str) -> dict[str, Any]:
        """Tell two at a time, in any order."""
        first = int(given.get("NextToken", "0"))
        page = self.exports[::-1][first : first + 2]
        shown = [{"ExportArn": one["ExportArn"], "ExportStatus": "?"} for one in page]
        more = {"NextToken": f"{first + 2}"} if first + 2 < len(self.exports) else {}
        return {"ExportSummaries": shown, **more}

    def describe_export(self, **given: str) -> dict[str, Any]:
        [found] = [one for one in self.exports if one["ExportArn"] == given["ExportArn"]]
        return {"ExportDescription": found}

    def get_metric_statistics(self, **given: Any) -> dict[str, Any]:
        if self.down:
            raise OSError
        assert given["EndTime"] > given["StartTime"]
        (dimension,) = given["Dimensions"]
        self.asked.append(dimension["Value"])
        value = self.figures.get((given["MetricName"], dimension["Value"]))
        points = [] if value is None else [{given["Statistics"][0]: value}]
        return {"Datapoints": points}

    def publish(self, **given: str) -> None:
        assert given["TopicArn"] == SETTINGS["ALARM_TOPIC"]
        assert len(given["Subject"]) <= 100
        self.mailed.append((given["Subject"], given["Message"]))


@dataclass
class Shop:
    """The world behind the functions, and hands to reach into it."""

    world: World
    queues: Queues
    secrets: dict[str, str]
    log: io.StringIO
    bucket: Bucket
    moved: ForgetfulBucket
    drawn: ForgetfulBucket
    cloud: Cloud

    @property
    def now(self) -> datetime:
        return self.world.now

    def key(self, scope: Scope, program: str = "coffee", **changes: Any) -> str:
        """Make an API key and return it as a header's value."""
        number = sum(1 for key in self.world.tables.items if key.pk.startswith("D#key#"))
        key = ApiKey(f"{scope}key{number:03d}", program, scope, **changes)
        text = Credentials(self.world.tables).add_key(key, label(SETTINGS["STAGE"]), "k" * 40)
        return f"Bearer {text}"

    def post(
        self,
        path: str,
        message: Mapping[str, Any] | bytes,
        headers: Mapping[str, str] | None = None,
        *,
        in_base64: bool = False,
    ) -> dict[str, Any]:
        """Return a till's signed request; ``headers`` instead of its signature."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        sent = signed(body, self.now) if headers is None else headers
        return http("POST", path, sent, body, in_base64=in_base64)

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    world = World()
    world.put_program("coffee")
    world.put_program("barber")
    secrets = {
        "master-key": MASTER_KEY,
        f"endpoints/{TILL.id}": json.dumps({"secrets": [SECRET, OTHER_SECRET]}),
        f"endpoints/{SQUARE.id}": json.dumps({"secrets": [SQUARE_KEY]}),
    }
    moved, drawn = ForgetfulBucket("moving"), ForgetfulBucket("designs")
    made = Shop(world, Queues(), secrets, io.StringIO(), Bucket(), moved, drawn, Cloud())
    for endpoint in (TILL, SQUARE):
        Credentials(world.tables).put_endpoint(endpoint)

    def secret(name: str, *, fresh: bool = False) -> str:
        if name not in secrets:
            raise environment.SecretMissing(name)
        return secrets[name]

    def forget() -> None:
        for factory in FACTORIES:
            factory.cache_clear()

    forget()
    settings = Configuration.from_environment(SETTINGS)
    monkeypatch.setattr(environment, "now", lambda: world.now)
    monkeypatch.setattr(environment, "secret", secret)
    monkeypatch.setattr(storage, "tables", lambda: world.tables)
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(queues, "_sqs", lambda: made.queues)
    bodies = LargeBodies(made.bucket, "inbox-bodies")
    monkeypatch.setattr(inbox, "bodies", lambda: bodies)
    monkeypatch.setattr(inbox, "worked", lambda: WorkedMessages(made.bucket, "inbox-bodies"))
    monkeypatch.setattr(moving, "_store", lambda: made.moved)
    monkeypatch.setattr(designs, "_store", lambda: made.drawn)
    designs.forget()
    monkeypatch.setattr(receiving, "_ssm", lambda: Parameters(secrets))
    monkeypatch.setattr(channelling, "_ssm", lambda: Parameters(secrets))
    monkeypatch.setattr(troubles, "_client", lambda _: made.cloud)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", made.log)
    yield made
    forget()


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def ask(context: Context) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    """Send an event to a function's handler."""

    def send(module: Any, event: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = module.handler(event, context)
        if hasattr(module, "OPERATIONS"):
            as_documented(event, answer)
        return answer

    return send


@cache
def contract() -> Contract:
    return Contract(json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")))


def as_documented(event: dict[str, Any], answer: dict[str, Any]) -> None:
    """Fail where an answer is not one that the OpenAPI document tells of."""
    method, address = event["requestContext"]["http"]["method"], event["rawPath"]
    path = contract().path_of(method, address)
    if path is not None:
        kind = answer["headers"].get("Content-Type")
        body = json.loads(answer["body"]) if answer.get("body") else None
        contract().check(method, path, answer["statusCode"], kind, body)


@pytest.fixture
def members(shop: Shop) -> list[Enrolled]:
    """Thirteen members whose cards have just changed: more than one batch of a queue."""
    made = [shop.world.enrol() for _ in range(13)]
    for number, member in enumerate(made):
        shop.world.sell(order=str(number), member=member)
    return made


def told(shop: Shop, queue: str) -> list[str]:
    """Return the members whose cards went into a queue."""
    return [json.loads(body)["member"] for body in shop.queues.bodies(queue)]
