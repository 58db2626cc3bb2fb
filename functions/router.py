"""The state table's stream: a bell that says which accounts were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions import composition
from functions.observability import logger
from loyalty.store.tables import Key

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Hand over the changed cards among these accounts.

    Nothing is lost when it fails: the records come again, split in halves until the one that
    cannot be handled stands alone, and the sweeper looks after what is left.
    """
    records = event["Records"]
    keys = dict.fromkeys(
        Key("state", record["dynamodb"]["Keys"]["pk"]["S"], record["dynamodb"]["Keys"]["sk"]["S"])
        for record in records
    )
    try:
        count = composition.publisher().publish(list(keys))
    except Exception:  # noqa: BLE001 - whatever it was, the records must come again
        logger.exception("cards not handed over", extra={"records": len(records)})
        first = records[0]["dynamodb"]["SequenceNumber"]
        return {"batchItemFailures": [{"itemIdentifier": first}]}
    logger.info("cards handed over", extra={"records": len(records), "cards": count})
    return {"batchItemFailures": []}
