"""The one place that turns refusals into answers over HTTP: problem documents (RFC 9457).

Every function with routes calls `install` once. From then on a refusal that leaves a route, an
address without a route and a failure on our side all become refusals that one voice answers: as a
problem document, or where people read (functions.pages) as a page. What is said stands in
functions.http.documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.http import failures
from functions.http.answers import json_answer
from functions.http.documents import (
    CONTENT_TYPE,
    RETRY_SECONDS,
    STATUS,
    Wording,
    broken,
    headers,
    nowhere,
    unavailable,
)
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

    Voice = Callable[[Refusal], Response[Any]]

__all__ = (
    "CONTENT_TYPE",
    "PLAIN",
    "RETRY_SECONDS",
    "STATUS",
    "Wording",
    "broken",
    "headers",
    "install",
    "nowhere",
    "problem",
    "unavailable",
)


PLAIN = Wording()
MORE_HEADERS = "headers"
"""Where a route leaves, in its app's context, what every answer of it says."""


def problem(refusal: Refusal, wording: Wording = PLAIN) -> Response[str]:
    """Answer a refusal with a problem document, in a function's own words where it has some."""
    document = wording.document(refusal)
    return json_answer(document, document["status"], headers(refusal), content_type=CONTENT_TYPE)


def install(
    app: APIGatewayHttpResolver,
    voice: Voice,
    *,
    elsewhere: Callable[[], Refusal] = nowhere,
    failed: Callable[[], Refusal] = unavailable,
) -> None:
    """Let `voice` answer whatever refuses or fails in the routes of `app`.

    Parameters
    ----------
    elsewhere
        What is said at an address without a route.
    failed
        What is said when our own side fails; the log is told first.
    """

    def _with_more(answer: Response[Any]) -> Response[Any]:
        answer.headers.update(app.context.get(MORE_HEADERS, {}))
        return answer

    @app.exception_handler(Refusal)
    def _refused(refusal: Refusal) -> Response[Any]:
        return _with_more(voice(refusal))

    @app.not_found
    def _not_found(_: Exception) -> Response[Any]:
        return _with_more(voice(elsewhere()))

    @app.exception_handler(Exception)
    def _failed(error: Exception) -> Response[Any]:
        failures.log(error, "request failed")
        return voice(failed())
