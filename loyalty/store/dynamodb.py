"""The three tables on DynamoDB. The only module that talks to it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.session import get_session

from loyalty.store.deadline import Deadline
from loyalty.store.tables import (
    Absent,
    AllOf,
    AtLeast,
    Below,
    Cancelled,
    Condition,
    Equals,
    Item,
    Key,
    OutcomeUnknown,
    Place,
    Put,
    ReadsRefused,
    Reason,
    TableName,
    Update,
    Write,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient

_CONNECT_SECONDS, _READ_SECONDS = 1, 3
LONGEST_ATTEMPT = _CONNECT_SECONDS + _READ_SECONDS
"""Seconds after which one attempt of a call has an answer or has failed."""

# The SDK's own retries are safe, because every write carries its fence; ``limit`` lets none begin
# that would not end in time.
CLIENT_CONFIG = Config(
    connect_timeout=_CONNECT_SECONDS,
    read_timeout=_READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    # Signed addresses name the bucket's region: the global host redirects from a young bucket's
    # name, and a redirected upload is lost.
    s3={"addressing_style": "virtual"},
)
_ON_ONE_NAME = Config(s3={"addressing_style": "path"})
_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})

WAITING = "waiting"
MEMBERS = "members"
BATCH_ROUNDS = 5
"""How often what a batch left undone is asked for again before that fails."""
_BATCH = 100
_FIRST_PAUSE = 0.05
_REASONS = {
    "None": "none",
    "ConditionalCheckFailed": "condition",
    "TransactionConflict": "conflict",
    "ThrottlingError": "throttled",
    "ProvisionedThroughputExceeded": "throttled",
}
_UNKNOWN_CODES = {"InternalServerError", "ServiceUnavailable", "TransactionInProgressException"}
_THROTTLED_CODES = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
}


class DynamoTables:
    """See ``Tables``. Integers, text, lists and maps only; no floats ever.

    Parameters
    ----------
    sleep, random
        Waiting in seconds, and randomness in [0, 1): how reads that were left undone are spread.
    deadline
        When all calls together have to be over; OutOfTime is raised by what would last longer.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        names: Mapping[TableName, str],
        *,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random.random,
        deadline: Deadline | None = None,
    ) -> None:
        self._client = client
        self._deadline = deadline or Deadline()
        limit(client, self._deadline)
        self._sleep = sleep
        self._random = random
        self._names = dict(names)
        self._tables = {name: table for table, name in self._names.items()}

    def get(self, key: Key) -> Item | None:
        """Read one item, strongly consistent."""
        answer = self._client.get_item(
            TableName=self._names[key.table], Key=_key(key), ConsistentRead=True
        )
        return _plain(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Read items, strongly consistent each; see ``Tables.get_many``."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), _BATCH):
            found.update(self._batch(wanted[start : start + _BATCH]))
        return found

    def _batch(self, wanted: list[Key]) -> dict[Key, Item]:
        request: dict[str, Any] = {}
        for key in wanted:
            table = request.setdefault(self._names[key.table], {"Keys": [], "ConsistentRead": True})
            table["Keys"].append(_key(key))
        found: dict[Key, Item] = {}
        for number in range(1 + BATCH_ROUNDS):
            if number:
                # The SDK does not wait here: what is left undone comes with an answer that is fine.
                pause = self._random() * _FIRST_PAUSE * 2 ** (number - 1)
                self._deadline.need(pause)
                self._sleep(pause)
            answer = self._client.batch_get_item(RequestItems=request)
            for name, items in answer["Responses"].items():
                for item in items:
                    plain = _plain(item)
                    found[Key(self._tables[name], plain["pk"], plain["sk"])] = plain
            request = answer.get("UnprocessedKeys", {})
            if not request:
                return found
        raise ReadsRefused(f"{sum(len(left['Keys']) for left in request.values())} keys")

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        """Read all items of a partition whose sort key begins so, in key order, consistent."""
        condition = "pk = :pk" + (" AND begins_with(sk, :prefix)" if prefix else "")
        values = {":pk": {"S": pk}, **({":prefix": {"S": prefix}} if prefix else {})}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._names[table],
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return [_plain(item) for page in pages for item in page["Items"]]

    def between(
        self, table: TableName, pk: str, first: str, last: str, limit: int, *, newest: bool = False
    ) -> list[Item]:
        """Read so many items of a partition from one sort key to another; see ``Tables``."""
        found: list[Item] = []
        request: dict[str, Any] = {
            "TableName": self._names[table],
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": pk},
                ":first": {"S": first},
                ":last": {"S": last},
            },
            "ScanIndexForward": not newest,
            "ConsistentRead": True,
        }
        while len(found) < limit:
            answer = self._client.query(**request, Limit=limit - len(found))
            found += [_plain(item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found

    def waiting(
        self,
        partition: str,
        before: int,
        limit: int,
        since: int = 0,
        after: Place | None = None,
    ) -> list[Place]:
        """Read places of the index ``waiting``; see ``Tables.waiting``."""
        behind: Any = {}
        if after:
            last = {"wp": {"S": partition}, "wt": {"N": str(after.second)}}
            last |= {"pk": {"S": after.key.pk}, "sk": {"S": after.key.sk}}
            behind = {"ExclusiveStartKey": last}
        answer = self._client.query(
            TableName=self._names["state"],
            IndexName=WAITING,
            KeyConditionExpression="wp = :partition AND wt BETWEEN :since AND :before",
            ExpressionAttributeValues={
                ":partition": {"S": partition},
                ":since": {"N": str(since)},
                ":before": {"N": str(before)},
            },
            Limit=limit,
            **behind,
        )
        return [
            Place(int(item["wt"]["N"]), Key("state", item["pk"]["S"], item["sk"]["S"]))
            for item in answer["Items"]
        ]

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        """Read places of the index ``members``, in their order, after that one."""
        condition, values = "mp = :partition", {":partition": {"S": partition}}
        if after:
            condition, values = f"{condition} AND mo > :after", values | {":after": {"S": after}}
        answer = self._client.query(
            TableName=self._names["state"],
            IndexName=MEMBERS,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            Limit=limit,
        )
        return [item["mo"]["S"] for item in answer["Items"]]

    def scan(
        self,
        segment: int,
        segments: int,
        after: tuple[str, str] | None,
        limit: int,
        sort_keys: tuple[str, ...],
    ) -> tuple[list[Item], tuple[str, str] | None]:
        """Read a page of one part of the state table; see ``Tables.scan``."""
        values = {f":{index}": {"S": name} for index, name in enumerate(sort_keys)}
        request: dict[str, Any] = {
            "TableName": self._names["state"],
            "Segment": segment,
            "TotalSegments": segments,
            "Limit": limit,
            "FilterExpression": f"sk IN ({', '.join(values)})",
            "ExpressionAttributeValues": values,
        }
        if after:
            request["ExclusiveStartKey"] = {"pk": {"S": after[0]}, "sk": {"S": after[1]}}
        answer = self._client.scan(**request)
        last = answer.get("LastEvaluatedKey")
        following = (last["pk"]["S"], last["sk"]["S"]) if last else None
        return [_plain(item) for item in answer["Items"]], following

    def write(self, *writes: Write) -> None:
        """Write all or nothing; see ``Tables.write``."""
        try:
            self._client.transact_write_items(
                TransactItems=[self._action(write) for write in writes]
            )
        except HTTPClientError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        except ClientError as error:
            raise _translated(error, len(writes)) from error

    def write_alone(self, write: Write) -> None:
        """Write one item, not in a transaction; see ``Tables.write_alone``."""
        ((kind, request),) = self._action(write).items()
        calls: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        try:
            calls[kind](**request)
        except HTTPClientError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        except ClientError as error:
            raise _translated(error, 1) from error

    def add(self, key: Key, numbers: Mapping[str, int], values: Mapping[str, Any]) -> None:
        """Add to numbers of one item; see ``Tables.add``."""
        expression = _Expression()
        more = [f"{expression.name(one)} {expression.value(by)}" for one, by in numbers.items()]
        settings = expression.update(Update(key, values)) if values else ""
        self._client.update_item(
            TableName=self._names[key.table],
            Key=_key(key),
            UpdateExpression=" ".join(filter(None, (f"ADD {', '.join(more)}", settings))),
            ExpressionAttributeNames=expression.names,
            ExpressionAttributeValues=expression.values,
        )

    def _action(self, write: Write) -> Any:
        request: dict[str, Any] = {"TableName": self._names[write.key.table]}
        expression = _Expression()
        if isinstance(write, Put):
            item = {"pk": write.key.pk, "sk": write.key.sk, **write.item}
            request["Item"] = {name: _written(value) for name, value in item.items()}
        else:
            request["Key"] = _key(write.key)
        if isinstance(write, Update):
            request["UpdateExpression"] = expression.update(write)
        if write.condition is not None:
            request["ConditionExpression"] = expression.condition(write.condition)
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if expression.names:
            request["ExpressionAttributeNames"] = expression.names
        if expression.values:
            request["ExpressionAttributeValues"] = expression.values
        return {type(write).__name__: request}


_SIGNS: dict[type, str] = {Equals: "=", Below: "<", AtLeast: ">="}


class _Expression:
    """Placeholders for one request; every name goes through one, reserved word or not."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        placeholder = f"#{attribute}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: Any) -> str:
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = _written(value)
        return placeholder

    def condition(self, condition: Condition) -> str:
        if isinstance(condition, Absent):
            return f"attribute_not_exists({self.name('pk')})"
        if isinstance(condition, AllOf):
            return " AND ".join(self.condition(part) for part in condition.conditions)
        sign = _SIGNS[type(condition)]
        return f"{self.name(condition.attribute)} {sign} {self.value(condition.value)}"

    def update(self, update: Update) -> str:
        settings = [
            f"{self.name(key)} = {self.value(value)}" for key, value in update.values.items()
        ]
        for key, value in update.defaults.items():
            name = self.name(key)
            settings.append(f"{name} = if_not_exists({name}, {self.value(value)})")
        removals = [self.name(key) for key in update.remove]
        clauses = [f"SET {', '.join(settings)}"] if settings else []
        clauses += [f"REMOVE {', '.join(removals)}"] if removals else []
        more = [f"{self.name(key)} {self.value(value)}" for key, value in update.adds.items()]
        clauses += [f"ADD {', '.join(more)}"] if more else []
        return " ".join(clauses)


def _key(key: Key) -> Any:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _plain(item: Mapping[str, Any]) -> Item:
    return {name: _read(value) for name, value in item.items()}


def _written(value: Any) -> dict[str, Any]:
    """Return a value as DynamoDB's API writes it ("AttributeValue").

    Raises
    ------
    TypeError
        It is a float, or something else that is not stored here.
    """
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list | tuple):
        return {"L": [_written(part) for part in value]}
    if isinstance(value, Mapping):
        return {"M": {name: _written(part) for name, part in value.items()}}
    raise TypeError(f"{type(value).__name__} is not stored")


def _read(value: Mapping[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    if kind == "N":
        return int(Decimal(inner))
    if kind == "L":
        return [_read(part) for part in inner]
    if kind == "M":
        return {name: _read(part) for name, part in inner.items()}
    if kind == "NULL":
        return None
    if kind in ("S", "BOOL"):
        return inner
    raise TypeError(f"an attribute of kind {kind} is not ours")


def _translated(error: ClientError, writes: int) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "TransactionCanceledException":
        reasons: list[Any] = error.response.get("CancellationReasons", [])
        return Cancelled(tuple(_reason(reason, error) for reason in reasons))
    if code == "ConditionalCheckFailedException":
        item: Any = error.response.get("Item")
        return Cancelled((Reason("condition", _plain(item) if item else None),))
    if code == "TransactionConflictException":
        return Cancelled((Reason("conflict"),) * writes)
    if code in _THROTTLED_CODES:
        return Cancelled((Reason("throttled"),) * writes)
    if code in _UNKNOWN_CODES:
        return OutcomeUnknown(code)
    return error


def _reason(reason: Mapping[str, Any], error: ClientError) -> Reason:
    kind = _REASONS.get(reason.get("Code", "None"))
    if kind is None:
        raise error
    item = reason.get("Item")
    return Reason(kind, _plain(item) if item else None)  # type: ignore[arg-type]


def limit(client: Any, deadline: Deadline) -> None:
    """Let a client of any service (made with CLIENT_CONFIG) begin no attempt that may end late.

    The SDK asks before each attempt, its own retries too, and does not retry this refusal.
    """

    def ask(**_: Any) -> None:
        deadline.need(LONGEST_ATTEMPT)

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register_first(f"before-send.{service}", ask)


def client(service: str, endpoint: str | None = None, *, once: bool = False) -> Any:
    """Return a client of a service of AWS; ``endpoint`` only for an emulator on this machine.

    ``once``: nothing is tried again, for calls that do something each time they arrive.
    By botocore, on which boto3 stands: what boto3 adds is a sixth of its size, and unused here.
    """
    # An emulator has one name for all buckets.
    config = CLIENT_CONFIG.merge(_ON_ONE_NAME) if endpoint else CLIENT_CONFIG
    if once:
        config = config.merge(_ONCE)
    return _session().create_client(service, config=config, endpoint_url=endpoint)


@cache
def _session() -> Session:
    return get_session()


def connect(
    names: Mapping[TableName, str], endpoint: str | None = None, deadline: Deadline | None = None
) -> DynamoTables:
    """Return the tables of these names; ``endpoint`` only for an emulator on this machine."""
    return DynamoTables(client("dynamodb", endpoint), names, deadline=deadline)
