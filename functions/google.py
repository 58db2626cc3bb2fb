"""GET /c/{link}/google: make the object at Google and send the customer to the save page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger, metrics
from functions.http import failures, head, problems
from functions.http.answers import redirect
from functions.wiring import card_reading, environment, google_state
from functions.wiring.google import said, wallet
from loyalty.program import sides
from loyalty.refusals import Refusal
from passes.google import objects
from passes.google.client import Patience
from passes.google.failures import GoogleError, UnavailableError
from passes.google.publish import StillMovingError
from passes.google.save_link import save_link

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.wiring.google import Wallet
    from loyalty.card.view import Card

app = APIGatewayHttpResolver()

# Somebody waits with a phone in hand.
PATIENCE = Patience(attempts=3, timeout=6.0, total=6.0, token=3.0)
BUDGET = 8.0
"""Seconds for all that is asked of Google during one click."""
RETRY_SECONDS = 10


def _page(refusal: Refusal) -> Response[str]:
    """Answer as the card page does: whoever taps the button is a person with a browser."""
    from functions.pages import drawing as pages  # noqa: PLC0415 - for what is refused only

    query = app.current_event.query_string_parameters or {}
    accepted = app.current_event.headers.get("accept-language")
    return pages.refused(refusal, pages.language_of(query.get("language"), accepted))


problems.install(app, _page, failed=problems.broken)


@app.route("/c/<link>/google", method=["GET", "HEAD"])
def save(link: str) -> Response[str]:
    """Redirect to a save link that was made for this click.

    HEAD is no click (messengers send it to preview a link): it makes nothing at Google.
    """
    settings = environment.configuration()
    card = card_reading.cards().by_link(link, environment.now())
    if card is None or not settings.google_issuer_id or sides.is_test(card.program):
        raise Refusal("not_found", "unknown_link")
    if card.voided or (card.expires_at is not None and card.expires_at <= environment.now()):
        raise Refusal("gone", "card_closed")
    account = wallet(PATIENCE, app.lambda_context, most=BUDGET)
    if app.current_event.http_method == "GET":
        _make(account, card)
    location = save_link(
        account.credentials.signer,
        email=account.credentials.service_account_email,
        object_id=objects.object_id(account.issuer, card.serial),
        class_id=objects.class_id(account.issuer, card.program),
        origin=settings.base_url,
        now=environment.now(),
        save_url=settings.google_save_url,
    )
    return redirect(location)


def _make(account: Wallet, card: Card) -> None:
    """Make the card's object at Google, or bring it up to date."""
    # The mark stands before the object does: a change that is committed from here on rings the
    # worker, and one committed before is in what `publish` reads. The other way round, a change
    # in between would reach nobody.
    google_state.google_saves().mark(card.program, card.member, environment.now())
    # No queue brings a click again: if this process ends half-way, the check mends what it left.
    checks = google_state.google_checks()
    before = checks.find(card.program, card.member)
    check = checks.want(card.program, card.member)
    account.ensure_class(card.program)
    _, sure = account.publish(card.program, card.member, first_save=True)
    if sure and check and before is None:
        checks.done(check)


@app.exception_handler([UnavailableError, StillMovingError])
def _down(error: UnavailableError | StillMovingError) -> Response[str]:
    failures.warn(error, "google save put off", **said(error))
    return _answer("google_unavailable")


@app.exception_handler(GoogleError)
def _refused(error: GoogleError) -> Response[str]:
    # Nothing that the customer can mend; kind and members tell the owner's engineer what to do.
    failures.log(error, "google refuses", **said(error))
    return _answer("google_refuses")


def _answer(code: str) -> Response[str]:
    return _page(Refusal("unavailable", code, retry_after=RETRY_SECONDS))


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway request (payload format 2.0)."""
    try:
        return head.without_body(event, app.resolve(event, context))
    finally:
        if metrics.metric_set:  # most clicks count nothing, and empty sets are complained about
            metrics.flush_metrics()
