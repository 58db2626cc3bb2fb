"""The CloudFormation stack of a stage: how it stands, and what lies there without one.

States are those of CloudFormation ("Stack status codes" in its User Guide).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from infra.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from infra.deploying.hand import Hand

MOVING: Final = frozenset(
    {
        "CREATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "IMPORT_ROLLBACK_IN_PROGRESS",
    }
)
STUCK: Final = frozenset({"UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED"})
NEVER_MADE: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
"""Its first deployment has failed: such a stack cannot be updated, only be deleted."""
KEPT: Final = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
"""Kinds of what stays when a stack goes (DeletionPolicy)."""
_IDENTIFIERS: Final = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}


def name(stage: str) -> str:
    """Return the name that osls gives the stack of a stage."""
    return f"loyalty-{stage}"


def state(hand: Hand) -> str:
    """Return the stack's state; empty where there is none."""
    try:
        found = hand.client("cloudformation").describe_stacks(StackName=name(hand.place.stage))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return ""
    said = str(found["Stacks"][0]["StackStatus"])
    return "" if said == "DELETE_COMPLETE" else said


def make_room(hand: Hand) -> None:
    """Delete a stack whose first deployment failed: it keeps nothing, and is in the way."""
    if state(hand) not in NEVER_MADE:
        return
    stack = name(hand.place.stage)
    hand.change("cloudformation", "delete_stack", StackName=stack)
    if not hand.dry:
        hand.client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=stack)


def left_behind(hand: Hand, bucket: str) -> dict[str, tuple[str, str]]:
    """Return what an earlier stack of this stage has left: logical id -> (kind, name).

    Tables are known by their names. The bucket of designs has a made-up one: ``bucket`` is what
    was kept of it, empty for nothing.
    """
    if state(hand):
        return {}
    stage = hand.place.stage
    found = {
        f"{table.capitalize()}Table": (KEPT[0], f"loyalty-{stage}-{table}")
        for table in standing(hand)
    }
    if bucket and _is_there(hand, bucket):
        found["DesignFiles"] = (KEPT[1], bucket)
    return found


TABLES: Final = ("state", "ledger", "keys")


def standing(hand: Hand) -> list[str]:
    """Return which of the tables are there, with a stack or without."""
    database, there = hand.client("dynamodb"), []
    for table in TABLES:
        try:
            database.describe_table(TableName=f"loyalty-{hand.place.stage}-{table}")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            there.append(table)
    return there


def adopt(hand: Hand, found: dict[str, tuple[str, str]], folder: Path) -> None:
    """Take what an earlier stack has left into a new stack, with all that is in it.

    CloudFormation's resource import: a stack of nothing but these, as the template describes
    them. The deployment that follows is an update of it.

    Raises
    ------
    Failure
        CloudFormation does not take them.
    """
    template = json.loads((folder / TEMPLATE).read_text(encoding="utf-8"))
    resources = {logical: template["Resources"][logical] for logical in sorted(found)}
    for one in resources.values():
        # Importing asks for a policy that it knows; what was created before is never removed.
        one["DeletionPolicy"] = one["UpdateReplacePolicy"] = "Retain"
    stack = name(hand.place.stage)
    given = {
        "StackName": stack,
        "ChangeSetName": "adopt",
        "ChangeSetType": "IMPORT",
        "TemplateBody": json.dumps({"Resources": resources}),
        "ResourcesToImport": [
            {
                "ResourceType": kind,
                "LogicalResourceId": logical,
                "ResourceIdentifier": {_IDENTIFIERS[kind]: physical},
            }
            for logical, (kind, physical) in sorted(found.items())
        ],
    }
    hand.change("cloudformation", "create_change_set", **given)
    client = hand.client("cloudformation")
    if not hand.dry:
        client.get_waiter("change_set_create_complete").wait(StackName=stack, ChangeSetName="adopt")
    hand.change("cloudformation", "execute_change_set", StackName=stack, ChangeSetName="adopt")
    if not hand.dry:
        client.get_waiter("stack_import_complete").wait(StackName=stack)
        if state(hand) != "IMPORT_COMPLETE":
            raise Failure(f"the stack {stack} is {state(hand)}: its events say why")


TEMPLATE: Final = "cloudformation-template-update-stack.json"


def resource(hand: Hand, logical: str) -> str:
    """Return the real name of one of the stack's resources."""
    found = hand.client("cloudformation").describe_stack_resource(
        StackName=name(hand.place.stage), LogicalResourceId=logical
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def _is_there(hand: Hand, bucket: str) -> bool:
    try:
        hand.client("s3").head_bucket(Bucket=bucket)
    except ClientError:
        return False
    return True
