"""The state table's stream: it says which accounts were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.aws.observability import logger
from functions.http import failures
from functions.wiring import publishing
from loyalty.store.publishing import written_accounts

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Hand over the changed cards among these accounts.

    It raises when it fails, and nothing is lost by that: the records come again, split in halves
    until the one that cannot be handled stands alone, and the sweeper looks after what is left.
    (Naming the first record as failed instead would bring the same batch back, whole.
    Source: AWS Lambda, "Configuring partial batch response with DynamoDB and Lambda".)
    """
    records = event["Records"]
    keys = (record["dynamodb"]["Keys"] for record in records)
    written = written_accounts((key["pk"]["S"], key["sk"]["S"]) for key in keys)
    count = publishing.publisher().publish(written)
    logger.info("cards handed over", extra={"records": len(records), "cards": count})
    return {"batchItemFailures": []}
