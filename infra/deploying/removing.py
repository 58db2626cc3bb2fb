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
_POINTS = "who has a card has points there"


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
            say("Goes:  what tills had sent and is kept to be said again (30 days), and the logs.")
        verb = "Goes:  " if self._everything else "Stays: "
        for logical, (_, name) in sorted(kept.items()):
            why = "a restore had replaced it" if logical in self._let_go() else _POINTS
            say(f"{verb}{name}{'' if self._everything else f': {why}'}")
        secrets = f"secrets below {self._hand.place.secrets_path}"
        why = "" if self._everything else ": the master key makes every card; it costs nothing"
        say(f"{verb}{secrets}{why}")
        say("Stays: a certificate and DNS of your own domain.")
        served = wanted.kept(self._hand, self._stage).get(wanted.SERVED, "")
        if wanted.OWN_NAME in served:
            say(f"Goes:  {served}, which every card asks: AWS gives it to nobody again.")
        if not self._everything:
            say("A later `loyalty deploy` of this stage takes in what has stayed.")

    def run(self) -> None:
        """Remove."""
        kept = self._kept()
        if formation.state(self._hand):
            for bucket in self._buckets():
                self._empty(bucket)
            folder = ROOT / ".build" / "deploying" / self._stage
            self._hand.osls(("remove",), {}, folder / "osls.log")
        if self._everything:
            for kind, name in kept.values():
                self._remove_kept(kind, name)
            self._remove_secrets()

    def _kept(self) -> dict[str, tuple[str, str]]:
        """Return what stays when the stack goes: logical id -> (kind, name)."""
        let_go = {logical: (formation.KEPT[0], name) for logical, name in self._let_go().items()}
        if not formation.state(self._hand):
            kept = wanted.kept(self._hand, self._stage)
            return {**formation.left_behind(self._hand, kept), **let_go}
        client = self._hand.client("cloudformation")
        pages = client.get_paginator("list_stack_resources").paginate(StackName=self._stack)
        found = [one for page in pages for one in page["StackResourceSummaries"]]
        own = {
            one["LogicalResourceId"]: (one["ResourceType"], one["PhysicalResourceId"])
            for one in found
            if one["LogicalResourceId"] in KEPT and one.get("PhysicalResourceId")
        }
        return {**own, **let_go}

    def _let_go(self) -> dict[str, str]:
        """Return the tables that a restore has replaced, those that are still there."""
        kept = wanted.kept(self._hand, self._stage)
        names = {f"LetGo {name}": name for name in kept.get(wanted.LET_GO, "").split(",") if name}
        return formation.standing(self._hand, names)

    def _buckets(self) -> list[str]:
        """Return the buckets that go with the stack: CloudFormation removes empty ones only."""
        client = self._hand.client("cloudformation")
        pages = client.get_paginator("list_stack_resources").paginate(StackName=self._stack)
        return [
            one["PhysicalResourceId"]
            for page in pages
            for one in page["StackResourceSummaries"]
            if one["ResourceType"] == formation.KEPT[1]
            and one["LogicalResourceId"] not in {*KEPT, "ServerlessDeploymentBucket"}
            and one.get("PhysicalResourceId")
        ]

    def _remove_kept(self, kind: str, name: str) -> None:
        if kind == formation.KEPT[0]:
            self._hand.change(
                "dynamodb", "update_table", TableName=name, DeletionProtectionEnabled=False
            )
            self._hand.change("dynamodb", "delete_table", TableName=name)
            return
        self._empty(name)
        self._hand.change("s3", "delete_bucket", Bucket=name)

    def _empty(self, bucket: str) -> None:
        for versions in self._versions(bucket):
            self._hand.change("s3", "delete_objects", Bucket=bucket, Delete={"Objects": versions})

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
