"""Tables exported to a bucket that is not the stack's, and made anew from what lies there.

An export is whole, as of one instant, and costs no reads of the table; so does a table that is made
of one cost no writes ("Exporting DynamoDB table data to Amazon S3", "Importing table data from
Amazon S3", DynamoDB Developer Guide). Where exports lie is told by the names of stage and table.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from infra.deploying import formation
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.deploying.hand import Hand
    from loyalty.store.tables import TableName

    Names = Mapping[TableName, str]

_PAUSE = 10.0
_SUMMARY: Final = "manifest-summary.json"
_SHAPE: Final = (
    *("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes"),
    *("SSESpecification", "OnDemandThroughput"),
)
"""What ImportTable is told of a table; stream, expiry and recovery are given to it afterwards."""


class Elsewhere:
    """Writes exports to a bucket, and makes tables of them."""

    def __init__(
        self, hand: Hand, bucket: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._hand, self._bucket, self._sleep = hand, bucket, sleep
        self._stack = formation.name(hand.place.stage)

    def write(self, tables: Names) -> None:
        """Export tables as of now, all as of one instant; waits until they lie in the bucket.

        Raises
        ------
        Failure
            DynamoDB could not write there; its reason is told.
        """
        client, at = self._hand.client("dynamodb"), datetime.now(UTC)
        begun = []
        for table, called in tables.items():
            told = self._hand.change(
                "dynamodb",
                "export_table_to_point_in_time",
                TableArn=client.describe_table(TableName=called)["Table"]["TableArn"],
                S3Bucket=self._bucket,
                S3Prefix=self._prefix(table),
                ExportFormat="DYNAMODB_JSON",
                ExportTime=at,
            )
            if told:
                begun.append((called, told["ExportDescription"]["ExportArn"]))
        for called, arn in begun:
            self._wait(called, partial(self._export, arn))

    def read(self, at: datetime | None, tables: Names) -> dict[TableName, str]:
        """Make tables of the newest exports up to an instant, under new names; None: the newest.

        Raises
        ------
        Failure
            There is no export of one of them, or what lies there is no table.
        """
        found = {table: self._newest(table, at) for table in tables}
        made: dict[TableName, str] = {}
        begun = []
        for table, (instant, folder) in found.items():
            made[table] = f"{self._stack}-{table}-{instant:%Y%m%d%H%M%S}"
            if formation.standing(self._hand, {table: made[table]}):
                continue
            told = self._hand.change(
                "dynamodb",
                "import_table",
                S3BucketSource={"S3Bucket": self._bucket, "S3KeyPrefix": f"{folder}data/"},
                InputFormat="DYNAMODB_JSON",
                InputCompressionType="GZIP",
                TableCreationParameters=self._shape(table, made[table]),
            )
            if told:
                begun.append((made[table], told["ImportTableDescription"]["ImportArn"]))
        for called, arn in begun:
            self._wait(called, partial(self._import, arn))
        return made

    def _export(self, arn: str) -> dict[str, Any]:
        told = self._hand.client("dynamodb").describe_export(ExportArn=arn)
        return dict(told["ExportDescription"])

    def _import(self, arn: str) -> dict[str, Any]:
        told = self._hand.client("dynamodb").describe_import(ImportArn=arn)
        return dict(told["ImportTableDescription"])

    def _newest(self, table: TableName, at: datetime | None) -> tuple[datetime, str]:
        storage = self._hand.client("s3")
        prefix = f"{self._prefix(table)}/AWSDynamoDB/"
        pages = storage.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        exports = []
        for key in (key for key in keys if key.endswith(f"/{_SUMMARY}")):
            body = storage.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            told = json.loads(body)
            exports.append((datetime.fromisoformat(told["exportTime"]), key.removesuffix(_SUMMARY)))
        fitting = [one for one in exports if at is None or one[0] <= at]
        if not fitting:
            when = f" up to {at:%Y-%m-%dT%H:%MZ}" if at else ""
            raise Failure(f"no export of {table}{when} lies in {self._bucket} under {prefix}")
        return max(fitting)

    def _shape(self, table: TableName, called: str) -> dict[str, Any]:
        client = self._hand.client("cloudformation")
        body = client.get_template(StackName=self._stack, TemplateStage="Original")["TemplateBody"]
        template = json.loads(body) if isinstance(body, str) else body
        properties = template["Resources"][formation.logical(table)]["Properties"]
        shape = {one: properties[one] for one in _SHAPE if one in properties}
        if "SSESpecification" in shape:  # CloudFormation has another word for it
            shape["SSESpecification"] = {"Enabled": True, "SSEType": "KMS"}
        caps = shape.get("OnDemandThroughput", {})
        if caps:
            shape["OnDemandThroughput"] = {name: int(value) for name, value in caps.items()}
        return {"TableName": called, **shape}

    def _prefix(self, table: TableName) -> str:
        return f"{self._stack}/{table}"

    def _wait(self, called: str, look: Callable[[], dict[str, Any]]) -> None:
        while (told := look())[_status(told)] == "IN_PROGRESS":
            self._hand.say(f"    {called} is on its way …")
            self._sleep(_PAUSE)
        if told[_status(told)] != "COMPLETED":
            why = told.get("FailureMessage") or told.get("FailureCode") or "no reason was given"
            raise Failure(f"{called}: {why}")


def _status(told: Mapping[str, Any]) -> str:
    return "ExportStatus" if "ExportStatus" in told else "ImportStatus"
