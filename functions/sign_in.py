"""/sign-in/{link}, /v1/sign-in, /v1/session, /v1/passkeys: letting people in, and nothing else."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, head, operations, problems
from functions.http.audience import reads_pages
from functions.http.authorize import session_cookie, set_cookie
from functions.http.same_site import from_our_page
from functions.http.wording import WORDING
from functions.routes import sign_in
from functions.wiring import environment, signed_in
from loyalty.access.sessions import LONGEST
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPERATIONS = tuple(sign_in.operations)

_OFFERED = frozenset({"owner", "manager", "accountant"})
"""Scopes of those who have a console."""

app = APIGatewayHttpResolver()
operations.install(app, OPERATIONS)


@app.get("/sign-in/<link>")
def ask(link: str) -> Response[str]:  # noqa: ARG001 - nothing is looked up before the button
    """Show a button: scanners of mail open links, and do not press it."""
    return _page("asked")


@app.post("/sign-in/<link>")
def enter(link: str) -> Response[str]:
    """Let the link's person in, in this browser."""
    event = app.current_event
    if not from_our_page(event.headers, environment.configuration().base_url, hidden=True):
        raise Refusal("forbidden", "cross_site", "Sent by another site.")
    browser = event.headers.get("user-agent", "")
    try:
        key, cookie = signed_in.sessions().enter(link, browser, environment.now())
    except Refusal as refusal:
        if refusal.code == "sign_in_refused":
            return _page("refused", HTTPStatus.UNAUTHORIZED)
        raise
    # Whoever comes to a browser by a link has no passkey at hand, and is offered one; nobody at a
    # till is, and nobody who goes over to another program.
    offered = key.scope in _OFFERED and not session_cookie(event)
    then = "/console/passkey" if offered else "/console"
    answer = _page("inside", name=key.name, then=then)
    answer.cookies.append(set_cookie(cookie, int(LONGEST.total_seconds())))
    return answer


def _page(state: str, status: int = HTTPStatus.OK, **content: Any) -> Response[str]:
    from functions.pages import drawing as pages  # noqa: PLC0415 - few come with a browser

    return pages.draw(
        "sign_in.html",
        language=_language(),
        status=status,
        headers={"X-Robots-Tag": "noindex"},
        state=state,
        **content,
    )


def _language() -> str:
    from functions.pages import drawing as pages  # noqa: PLC0415

    return pages.language_of(None, app.current_event.headers.get("accept-language"))


def _refused(refusal: Refusal) -> Response[Any]:
    event = app.current_event
    if not reads_pages(event.path, event.headers.get("accept")):
        return problems.problem(refusal, WORDING)
    from functions.pages import drawing as pages  # noqa: PLC0415

    return pages.refused(refusal, _language())


problems.install(app, _refused, elsewhere=operations.elsewhere(app, OPERATIONS))


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    path = operations.escaped(OPERATIONS, head.asked_for(event), event["rawPath"])
    return head.resolve(app, {**event, "rawPath": path}, context)
