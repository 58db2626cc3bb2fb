"""Restored tables in the place of damaged ones, under a stack that goes on.

A point-in-time restore makes tables of other names, without stream, expiry, recovery and protection
("Point-in-time recovery", DynamoDB Developer Guide). The stack is led to them in two updates of the
template that it has: first every mention of a table becomes the new one's name, so that functions
use it and the old one is let go of, kept; then the new one is imported as the table of the template
("Bringing existing resources into CloudFormation management"). A table that is not replaced stays.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from infra.commands.place import TABLES
from infra.deploying import formation, wanted
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from infra.deploying.hand import Hand
    from loyalty.store.tables import TableName

    Names = Mapping[TableName, str]

ACCEPTS: Final = "webhooks"
"""The function that only keeps tills' messages: it goes on while everything else rests."""
_PAUSE = 10.0
_LET_GO: Final = "LetGo"
"""Where the stack's template keeps tables that it was let go of, until others are imported."""
_KEY: Final = "loyalty-restore.json"
_CAPABILITIES: Final = ["CAPABILITY_NAMED_IAM"]
_STREAMS: Final[frozenset[TableName]] = frozenset({"state", "ledger"})
_SUB = re.compile(r"\$\{(\w+)(?:\.(\w+))?\}")


class Restoration:
    """Steps of a restore; each looks first, and may be called again."""

    def __init__(self, hand: Hand, sleep: Callable[[float], None] = time.sleep) -> None:
        self._hand, self._sleep = hand, sleep
        self._stage = hand.place.stage
        self._stack = formation.name(self._stage)

    # Rest and go on

    def rest(self) -> None:
        """Let nothing be read from or written to the tables; tills' messages are kept."""
        for mapping in self._mappings():
            self._hand.change("lambda", "update_event_source_mapping", UUID=mapping, Enabled=False)
        for name in self._functions():
            self._hand.change(
                "lambda",
                "put_function_concurrency",
                FunctionName=name,
                ReservedConcurrentExecutions=0,
            )

    def go_on(self) -> None:
        """Let everything work again; what was kept is worked off."""
        for name in self._functions():
            self._hand.change("lambda", "delete_function_concurrency", FunctionName=name)
        for mapping in self._mappings():
            self._hand.change("lambda", "update_event_source_mapping", UUID=mapping, Enabled=True)

    def _functions(self) -> list[str]:
        prefix = f"{self._stack}-"
        pages = self._hand.client("lambda").get_paginator("list_functions").paginate()
        names = [one["FunctionName"] for page in pages for one in page["Functions"]]
        return [name for name in names if name.startswith(prefix) and name != f"{prefix}{ACCEPTS}"]

    def _mappings(self) -> list[str]:
        functions = {f"{self._stack}-{ACCEPTS}", *self._functions()}
        pages = self._hand.client("lambda").get_paginator("list_event_source_mappings").paginate()
        return [
            one["UUID"]
            for page in pages
            for one in page["EventSourceMappings"]
            if one["FunctionArn"].rpartition(":function:")[2].partition(":")[0] in functions
        ]

    # New tables

    def copies(self, at: datetime | None, tables: Names) -> dict[TableName, str]:
        """Restore tables to an instant under new names, which are returned; None: the latest one.

        ``tables``: which, and what they are called. It takes as long as AWS takes, half an hour or
        more; broken off, the same call goes on waiting.
        """
        label = f"{at:%Y%m%d%H%M%S}" if at else "latest"
        when: dict[str, Any] = {"RestoreDateTime": at} if at else {"UseLatestRestorableTime": True}
        made = {table: f"{formation.name(self._stage)}-{table}-{label}" for table in tables}
        there = formation.standing(self._hand, made)
        for table, called in tables.items():
            if table not in there:
                self._hand.change(
                    "dynamodb",
                    "restore_table_to_point_in_time",
                    SourceTableName=called,
                    TargetTableName=made[table],
                    **when,
                )
        for called in made.values():
            while not self._hand.dry and self._described(called)["TableStatus"] != "ACTIVE":
                self._hand.say(f"    {called} is being made …")
                self._sleep(_PAUSE)
        return made

    # In the place of the others

    def adopt(self, names: Names) -> None:
        """Lead the stack to other tables and let it own them: which -> what they are called.

        Raises
        ------
        Failure
            A table is not there or no table of this project, or CloudFormation refuses.
        """
        state = formation.state(self._hand)
        if state in formation.MOVING or state in formation.STUCK or not state:
            raise Failure(f"the stack {self._stack} is {state or 'not there'}: see to that first")
        present = self._hand.place.table_names()
        for table, called in names.items():
            self._look(table, called, present[table])
        for table, called in names.items():
            self._furnish(table, called)
        self._lead(names)
        self._keep(names)

    def _look(self, table: TableName, called: str, present: str) -> None:
        try:
            found = self._described(called)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            raise Failure(f"there is no table {called}: restore it first") from None
        if found["TableStatus"] != "ACTIVE":
            raise Failure(f"the table {called} is {found['TableStatus']}: wait until it is ACTIVE")
        indexes = [
            {one["IndexName"] for one in each.get("GlobalSecondaryIndexes", ())}
            for each in (found, self._described(present))
        ]
        if indexes[0] != indexes[1]:
            raise Failure(f"the table {called} has other indexes than {present}: it is no {table}")

    def _furnish(self, table: TableName, called: str) -> None:
        """Give a restored table what a restore leaves out."""
        database = self._hand.client("dynamodb")
        found = self._described(called)
        if table in _STREAMS and not found.get("StreamSpecification", {}).get("StreamEnabled"):
            stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
            self._hand.change(
                "dynamodb", "update_table", TableName=called, StreamSpecification=stream
            )
        if table == "state":
            told = database.describe_time_to_live(TableName=called)["TimeToLiveDescription"]
            if told.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
                expiry = {"AttributeName": "ttl", "Enabled": True}
                self._hand.change(
                    "dynamodb",
                    "update_time_to_live",
                    TableName=called,
                    TimeToLiveSpecification=expiry,
                )
        recovery: dict[str, Any] = {"PointInTimeRecoveryEnabled": True}
        days = self._template()["Resources"].get(formation.logical(table), {})
        days = days.get("Properties", {}).get("PointInTimeRecoverySpecification", {})
        if "RecoveryPeriodInDays" in days:
            recovery["RecoveryPeriodInDays"] = int(days["RecoveryPeriodInDays"])
        self._hand.change(
            "dynamodb",
            "update_continuous_backups",
            TableName=called,
            PointInTimeRecoverySpecification=recovery,
        )
        if not found.get("DeletionProtectionEnabled"):
            self._hand.change(
                "dynamodb", "update_table", TableName=called, DeletionProtectionEnabled=True
            )

    def _lead(self, names: Names) -> None:
        template = self._template()
        resources, let_go = template["Resources"], template.get("Metadata", {}).get(_LET_GO, {})
        shapes = {**let_go, **resources}
        called_to_be = {formation.logical(one): called for one, called in names.items()}
        moving = {
            logical: called
            for logical, called in called_to_be.items()
            if resources.get(logical, {}).get("Properties", {}).get("TableName") != called
        }
        if not moving:
            self._hand.say("    the stack has these tables already")
            return
        led = self._led(template, moving)
        if not moving.keys() <= let_go.keys():
            # Kept in the template, so that this can be broken off before the import, and go on.
            gone = {logical: shapes[logical] for logical in moving}
            led["Metadata"] = {**led.get("Metadata", {}), _LET_GO: gone}
            self._update(led)
        for logical, called in moving.items():
            one = json.loads(json.dumps(shapes[logical]))
            one["DeletionPolicy"] = one["UpdateReplacePolicy"] = "Retain"
            one["Properties"] |= {"TableName": called, "DeletionProtectionEnabled": True}
            led["Resources"][logical] = one
        found = {logical: (formation.KEPT[0], called) for logical, called in moving.items()}
        formation.take_in(self._hand, found, {**self._uploaded(led), "Capabilities": _CAPABILITIES})

    def _led(self, template: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        """Return the template without these tables, each mention of one being another's name."""
        values = {
            logical: {
                "": found["TableName"],
                "Arn": found["TableArn"],
                "StreamArn": found.get("LatestStreamArn", ""),
            }
            for logical, found in (
                (logical, self._described(called)) for logical, called in names.items()
            )
        }
        kept: dict[str, Any] = json.loads(json.dumps(template))
        for logical in names:
            kept["Resources"].pop(logical, None)
        led: dict[str, Any] = replaced(kept, values)
        return led

    def _update(self, template: Mapping[str, Any]) -> None:
        given = {"StackName": self._stack, "Capabilities": _CAPABILITIES}
        self._hand.change("cloudformation", "update_stack", **given, **self._uploaded(template))
        if self._hand.dry:
            return
        client = self._hand.client("cloudformation")
        client.get_waiter("stack_update_complete").wait(StackName=self._stack)

    def _uploaded(self, template: Mapping[str, Any]) -> dict[str, str]:
        """Put a template where CloudFormation reads it: it is larger than a call may be."""
        bucket = formation.resource(self._hand, "ServerlessDeploymentBucket")
        body = json.dumps(template).encode()
        self._hand.change("s3", "put_object", Bucket=bucket, Key=_KEY, Body=body)
        endpoint = self._hand.client("s3").meta.endpoint_url
        return {"TemplateURL": f"{endpoint}/{bucket}/{_KEY}"}

    def _template(self) -> dict[str, Any]:
        client = self._hand.client("cloudformation")
        found = client.get_template(StackName=self._stack, TemplateStage="Original")
        body = found["TemplateBody"]
        return dict(json.loads(body) if isinstance(body, str) else body)

    def _keep(self, names: Names) -> None:
        """Keep what the tables are called, for every later deployment."""
        settings = wanted.kept(self._hand, self._stage)
        present = wanted.tables(settings, self._stage)
        let_go = {one for one in settings.get(wanted.LET_GO, "").split(",") if one}
        let_go |= {present[table] for table in names}
        settings[wanted.LET_GO] = ",".join(sorted(let_go - set(names.values())))
        settings |= {f"{table}_table": called for table, called in names.items()}
        value = json.dumps(settings, sort_keys=True)
        self._hand.change(
            "ssm",
            "put_parameter",
            Name=wanted.where(self._stage),
            Value=value,
            Type="String",
            Overwrite=True,
        )

    def _described(self, called: str) -> dict[str, Any]:
        found = self._hand.client("dynamodb").describe_table(TableName=called)
        return dict(found["Table"])


def chosen(names: Mapping[str, str | None]) -> dict[TableName, str]:
    """Return those tables of which a name was said."""
    return {table: called for table in TABLES if (called := names.get(table))}


def replaced(node: Any, values: Mapping[str, Mapping[str, str]]) -> Any:
    """Return part of a template with each mention of some resources put as what it stands for.

    ``values``: logical id -> attribute -> value; the empty attribute is what ``Ref`` gives.
    """
    if isinstance(node, list):
        return [replaced(one, values) for one in node]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((function, told),) = node.items()
        found = _value(function, told, values)
        if found is not None:
            return found
        if function == "Fn::Sub":
            return {function: _substituted(told, values)}
    return {
        name: _without(part, values) if name == "DependsOn" else replaced(part, values)
        for name, part in node.items()
    }


def _value(function: str, told: Any, values: Mapping[str, Mapping[str, str]]) -> str | None:
    if function == "Ref" and told in values:
        return values[told][""]
    if function == "Fn::GetAtt":
        logical, attribute = told if isinstance(told, list) else told.split(".", 1)
        if logical in values:
            return values[logical][attribute]
    return None


def _substituted(told: Any, values: Mapping[str, Mapping[str, str]]) -> Any:
    text, *more = told if isinstance(told, list) else (told,)
    own = set(more[0]) if more else set()

    def put(found: re.Match[str]) -> str:
        logical, attribute = found[1], found[2] or ""
        known = logical in values and logical not in own
        return values[logical][attribute] if known else found[0]

    text = _SUB.sub(put, text)
    return [text, *(replaced(one, values) for one in more)] if more else text


def _without(told: Any, values: Mapping[str, Any]) -> Any:
    names = [told] if isinstance(told, str) else told
    return [name for name in names if name not in values]
