"""The state table's stream: which accounts, orders and versions of programs were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.aws.observability import logger
from functions.http import failures
from functions.wiring import publishing, queues, ringing
from loyalty.store import streams

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Hand over the changed cards among these accounts; tell of who has joined, and of programs.

    Figures are told of orders, campaigns and receivers of answers to questions.

    It raises when it fails, and nothing is lost by that: the records come again, split in halves
    until the one that cannot be handled stands alone, and the sweeper and the night look after what
    is left. (Naming the first record as failed instead would bring the same batch back, whole.
    Source: AWS Lambda, "Configuring partial batch response with DynamoDB and Lambda".)
    """
    records = event["Records"]
    count = publishing.publisher().publish(streams.accounts(_places(records)))
    new = _places([record for record in records if record["eventName"] == "INSERT"])
    ringing.ring(
        [
            *((program, member, 0) for program, member in streams.accounts(new)),
            *((program, "", version) for program, version in streams.program_versions(new)),
        ]
    )
    queues.figures_queue().put(streams.orders(_places(records)))
    answers = streams.answers(_places(records))
    if answers:
        ringing.ring_campaigns((program, member) for program, member, _ in answers)
        # Another change of the same answer is another bell.
        last = max(int(record["dynamodb"]["SequenceNumber"]) for record in records)
        ringing.ring_answers(answers, str(last))
    logger.info("cards handed over", extra={"records": len(records), "cards": count})
    return {"batchItemFailures": []}


def _places(records: list[dict[str, Any]]) -> list[tuple[str, str]]:
    keys = [record["dynamodb"]["Keys"] for record in records]
    return [(key["pk"]["S"], key["sk"]["S"]) for key in keys]
