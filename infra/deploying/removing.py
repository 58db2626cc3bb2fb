"""Removing a deployment: what goes, what stays and why, and how the rest goes, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.build import ROOT
from infra.deploying import formation, wanted
from infra.failures import Failure

if TYPE_CHECKING:
    from infra.deploying.hand import Hand

_PAGE = 1000


class Removal:
    """One run of `loyalty destroy`.

    ``everything``: tables, designs and secrets go, too.
    """

    def __init__(self, hand: Hand, *, everything: bool) -> None:
        self._hand, self._everything = hand, everything
        self._stage = hand.place.stage
        self._stack = formation.name(self._stage)

    def tell(self) -> None:
        """Say what will go and what will stay.

        Raises
        ------
        Failure
            There is nothing of this stage.
        """
        state = formation.state(self._hand)
        kept = self._kept()
        if not state and not kept:
            raise Failure(f"nothing of the stage {self._stage} is there: check --region")
        if state in formation.MOVING:
            raise Failure(f"the stack {self._stack} is {state}: wait until AWS has done that")
        say = self._hand.say
        if state:
            say(f"Goes:  the stack {self._stack}: functions, API, queues, roles, alarms, schedule.")
        verb = "Goes:  " if self._everything else "Stays: "
        for _, name in sorted(kept.values()):
            why = "" if self._everything else ": who has a card has points there"
            say(f"{verb}{name}{why}")
        secrets = f"secrets below {self._hand.place.secrets_path}"
        why = "" if self._everything else ": the master key makes every card; it costs nothing"
        say(f"{verb}{secrets}{why}")
        say("Stays: a certificate and DNS of your own domain, and logs until they end (30 days).")
        if not self._everything:
            say("A later `loyalty deploy` of this stage takes in what has stayed.")

    def run(self) -> None:
        """Remove."""
        kept = self._kept()
        if formation.state(self._hand):
            folder = ROOT / ".build" / "deploying" / self._stage
            self._hand.osls(("remove",), {}, folder / "osls.log")
        if self._everything:
            for kind, name in kept.values():
                self._remove_kept(kind, name)
            self._remove_secrets()

    def _kept(self) -> dict[str, tuple[str, str]]:
        """Return what stays when the stack goes: logical id -> (kind, name)."""
        if not formation.state(self._hand):
            return formation.left_behind(self._hand, wanted.kept(self._hand, self._stage))
        client = self._hand.client("cloudformation")
        pages = client.get_paginator("list_stack_resources").paginate(StackName=self._stack)
        found = [one for page in pages for one in page["StackResourceSummaries"]]
        return {
            one["LogicalResourceId"]: (one["ResourceType"], one["PhysicalResourceId"])
            for one in found
            if one["LogicalResourceId"] in KEPT and one.get("PhysicalResourceId")
        }

    def _remove_kept(self, kind: str, name: str) -> None:
        if kind == formation.KEPT[0]:
            self._hand.change(
                "dynamodb", "update_table", TableName=name, DeletionProtectionEnabled=False
            )
            self._hand.change("dynamodb", "delete_table", TableName=name)
            return
        for versions in self._versions(name):
            self._hand.change("s3", "delete_objects", Bucket=name, Delete={"Objects": versions})
        self._hand.change("s3", "delete_bucket", Bucket=name)

    def _versions(self, bucket: str) -> list[list[dict[str, Any]]]:
        """Return all that lies in a bucket, in parts that one call takes."""
        client = self._hand.client("s3")
        found: list[dict[str, Any]] = []
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            listed = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            found += [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed]
        return [found[at : at + _PAGE] for at in range(0, len(found), _PAGE)]

    def _remove_secrets(self) -> None:
        client = self._hand.client("ssm")
        pages = client.get_paginator("get_parameters_by_path").paginate(
            Path=self._hand.place.secrets_path, Recursive=True
        )
        names = [one["Name"] for page in pages for one in page["Parameters"]]
        for name in (*names, wanted.where(self._stage)):
            try:
                self._hand.change("ssm", "delete_parameter", Name=name)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ParameterNotFound":
                    raise


KEPT = frozenset({"StateTable", "LedgerTable", "KeysTable", "DesignFiles"})
"""Logical ids of what the template retains; a test holds them against it."""
