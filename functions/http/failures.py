"""What a function says when our own side fails: an answer for the caller, a line for the log."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from functions.aws.observability import logger
from functions.http.answers import problem

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

RETRY_SECONDS = 5


def unavailable(error: Exception) -> Response[str]:
    """Return 503 for whatever was not foreseen: a service behind us, or a fault of ours.

    Every route that answers so may be called again with the same content, which counts once.
    """
    log(error, "request failed")
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Not possible at this moment",
        "The fault is on our side. Send the same request again; it counts once.",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def log(error: Exception, what: str, **ids: str) -> None:
    """Log kind and place of an error, never its words: they may quote what somebody sent."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    answer = getattr(error, "response", None)  # of botocore's ClientError
    reason = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
    extra = {**ids, "error": type(error).__name__, "reason": reason, "places": places[-8:]}
    logger.error(what, extra=extra)
