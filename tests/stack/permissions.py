"""What the deployed roles were granted, and what a run used of it, as the emulator noted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ARGUED = (
    # (role, action, resource, why nothing in a run uses it)
    ("*", "logs:*", "*", "Lambda itself writes the logs; the emulator asks no role for it"),
    ("*", "sqs:ReceiveMessage", "*", "the event source mapping reads, in the emulator by itself"),
    ("*", "sqs:DeleteMessage", "*", "the same"),
    ("*", "sqs:GetQueueAttributes", "*", "the same"),
    ("*", "dynamodb:*Stream*", "*", "the same, of a table's stream"),
    ("*", "dynamodb:GetRecords", "*", "the same"),
    ("*", "dynamodb:GetShardIterator", "*", "the same"),
    ("*", "sqs:SendMessage", "*stream-failures*", "only what a stream gave up on goes there"),
    ("NightlyScheduleRole", "lambda:InvokeFunction", "*", "the emulator's clock asks no role"),
    ("*", "dynamodb:GetItem", "*ledger", "a fact is read back after a conflict or a lost answer"),
    ("SweeperRole", "*", "*", "it finds work only where a record of the stream was lost"),
    ("NightlyRole", "dynamodb:Query", "*ledger", "a seventh of the accounts is reconciled a night"),
    ("NightlyRole", "dynamodb:DeleteItem", "*state", "people are forgotten for good a day later"),
    ("NightlyRole", "dynamodb:Query", "*state", "the same: their phones and links are looked for"),
    ("CardPageRole", "dynamodb:Query", "*ledger", "a merge after a restore; orders shows the same"),
    ("JoinRole", "dynamodb:PutItem", "*ledger", "a welcome at once, where no message can be sent"),
    ("GoogleRole", "dynamodb:UpdateItem", "*state", "a design that changed with a deployment"),
    ("PushGoogleRole", "dynamodb:UpdateItem", "*state", "the same"),
    (
        "GoogleCallbackRole",
        "sqs:SendMessage",
        "*google*",
        "a card saved again after its end",
    ),
    ("PushAppleRole", "sqs:ChangeMessageVisibility", "*apple", "when APNs asks for a long rest"),
    ("MovingRole", "sqs:ChangeMessageVisibility", "*moving", "when a table is busy for a page"),
    ("PushAppleRole", "dynamodb:DeleteItem", "*state", "a registration whose token is gone"),
    ("WatchRole", "dynamodb:*Export*", "*", "only where a bucket for exports is named"),
)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one resource that a role may do."""

    role: str
    action: str
    resource: str


def granted(iam: Any) -> Iterator[Grant]:
    """Yield everything that the roles of a stack allow."""
    for role in iam.list_roles()["Roles"]:
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            policy = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)
            document = policy["PolicyDocument"]
            if isinstance(document, str):
                document = json.loads(document)
            for statement in document["Statement"]:
                for action in _list(statement["Action"]):
                    for resource in _list(statement["Resource"]):
                        yield Grant(short(role["RoleName"]), action, resource)


def written_down(folder: Path, *, allowed: bool) -> set[Grant]:
    """Return what a stack's roles used, or were refused."""
    file = folder / "emulator" / "permissions.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return {
        Grant(short(one["role"]), one["action"], one["resource"])
        for one in lines
        if one["allowed"] is allowed and one["role"]
    }


def unused(grants: Iterable[Grant], used: Iterable[Grant]) -> list[Grant]:
    """Return what was granted, never used, and is not argued for."""
    used = set(used)
    return sorted(
        grant
        for grant in grants
        if not any(_covers(grant, one) for one in used) and not _argued(grant)
    )


def short(name: str) -> str:
    """Return a role as serverless.yml calls it."""
    found = re.search(r"([A-Z][A-Za-z]*Role)", name)
    return found[1] if found else name


def _covers(grant: Grant, used: Grant) -> bool:
    return (
        grant.role == used.role
        and fnmatchcase(used.action.lower(), grant.action.lower())
        and fnmatchcase(used.resource, grant.resource)
    )


def _argued(grant: Grant) -> bool:
    return any(
        fnmatchcase(grant.role, role)
        and fnmatchcase(grant.action, action)
        and fnmatchcase(grant.resource, resource)
        for role, action, resource, _ in ARGUED
    )


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
