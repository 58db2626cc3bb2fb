"""The CloudFormation stack of a stage: how it stands, and what lies there without one.

States are those of CloudFormation ("Stack status codes" in its User Guide).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError

from infra.deploying import wanted
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.deploying.hand import Hand
    from loyalty.store.tables import TableName

Named = TypeVar("Named", bound=str)

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


def left_behind(hand: Hand, kept: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what an earlier stack of this stage has left: logical id -> (kind, name).

    ``kept``: what was kept of it (`wanted.kept`); the bucket of designs has a made-up name, and
    a restore has made tables of others.
    """
    if state(hand):
        return {}
    found = {
        logical(table): (KEPT[0], called)
        for table, called in standing(hand, wanted.tables(kept, hand.place.stage)).items()
    }
    bucket = kept.get(wanted.BUCKET, "")
    if bucket and _is_there(hand, bucket):
        found["DesignFiles"] = (KEPT[1], bucket)
    return found


def logical(table: TableName) -> str:
    """Return what a table is called within the template."""
    return f"{table.capitalize()}Table"


def standing(hand: Hand, names: Mapping[Named, str]) -> dict[Named, str]:
    """Return which of the tables are there, with a stack or without."""
    database, there = hand.client("dynamodb"), {}
    for table, called in names.items():
        try:
            database.describe_table(TableName=called)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            there[table] = called
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
    take_in(hand, found, {"TemplateBody": json.dumps({"Resources": resources})})


def take_in(hand: Hand, found: Mapping[str, tuple[str, str]], template: Mapping[str, Any]) -> None:
    """Import what exists already into the stack, new or there: logical id -> (kind, name).

    ``template``: as CloudFormation is given it; beside these it may change nothing.

    Raises
    ------
    Failure
        CloudFormation does not take them.
    """
    stack = name(hand.place.stage)
    given = {
        "StackName": stack,
        "ChangeSetName": "adopt",
        "ChangeSetType": "IMPORT",
        **template,
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
