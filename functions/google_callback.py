"""POST /google/callback: Google says that somebody saved or removed a card.

Everybody can send here, so nothing is read or written before the signature is checked. Each kind of
failure has one answer: what is not from Google is told 4xx and never comes again; what we cannot
decide or keep now is told 503, and Google repeats it.
"""

from __future__ import annotations

import binascii
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.google_saves import StillChanging
from functions.aws.observability import logger, metrics
from functions.http.answers import problem, raw_body
from functions.wiring import callback_keys, environment, google_state, queues
from loyalty.store.tables import Cancelled, OutcomeUnknown
from passes.google import callback
from passes.google.callback_keys import KeysUnavailableError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from passes.google.client import Patience

app = APIGatewayHttpResolver()

RETRY_AFTER = "60"
METRICS = {"save": "GoogleCardSaved", "del": "GoogleCardRemoved"}


@app.post("/google/callback")
def receive() -> Response[str]:
    """Verify a callback and count it once."""
    issuer = environment.configuration().google_issuer_id
    if not issuer:
        return _no_such_address()
    if not _says_json(app.current_event.headers.get("content-type")):
        return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", "Send application/json.")
    try:
        body = raw_body(app.current_event.raw_event)
    except (binascii.Error, ValueError):
        return _refused(HTTPStatus.BAD_REQUEST, "malformed", "This is not a callback.")
    if len(body) > callback.LARGEST_BODY:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "Too large.")
    verified = _verified(body, issuer)
    object_id = verified.object_id
    recorded = google_state.google_saves().record(
        verified,
        object_id.removeprefix(f"{issuer}."),
        environment.now(),
        lambda: _is_held(object_id),
    )
    if recorded.owner is None:
        # Nothing to do and nothing that a repetition would mend: an object that is not ours.
        logger.warning("google callback for an unknown card", extra={"event": verified.kind})
    elif not recorded.new:
        logger.info("google callback repeated", extra={"event": verified.kind})
    else:
        metrics.add_metric(METRICS[verified.kind], MetricUnit.Count, 1)
        logger.info("google card", extra={"event": verified.kind, "program": recorded.owner[0]})
    if recorded.returned:
        # A failure here is not told to Google: the event has counted, and the card's next change
        # brings it up to date as well.
        _bring_up_to_date(*recorded.owner or ("", ""), verified.nonce)
    return Response(status_code=HTTPStatus.OK, body="", headers={"Cache-Control": "no-store"})


def _verified(body: bytes, issuer: str) -> callback.Callback:
    ring = callback_keys.google_callback_keys()
    try:
        return callback.verify(body, issuer, ring.keys(), environment.now())
    except callback.UnknownRootError:
        newer = ring.renewed()
        if newer is None:
            raise
        return callback.verify(body, issuer, newer, environment.now())


def patience() -> Patience:
    """Return how long Google may take to say who holds a card: it waits for our answer itself."""
    from passes.google.client import Patience  # noqa: PLC0415 - only removals need the client

    return Patience(attempts=2, timeout=6.0, total=7.0)


def _is_held(object_id: str) -> bool | None:
    """Ask Google whether anybody has the object; None when it does not tell."""
    from functions.wiring.google import wallet  # noqa: PLC0415 - only removals need the client
    from passes.google.failures import GoogleError, NotThereError  # noqa: PLC0415

    try:
        held = wallet(patience(), app.lambda_context).client.get_object(object_id).get("hasUsers")
    except NotThereError:
        return False
    except GoogleError as error:
        logger.warning("google does not tell who holds a card", extra={"why": str(error)})
        return None
    return held if isinstance(held, bool) else None


def _bring_up_to_date(program: str, member: str, nonce: str) -> None:
    try:
        # A nonce is the sender's own text, and too free for the name of a message.
        why = hashlib.sha256(nonce.encode()).hexdigest()
        queues.google_queue().ring([(program, member)], why)
    except Exception as error:  # noqa: BLE001 - see the caller
        logger.warning("google update not queued", extra={"kind": type(error).__name__})


def _says_json(content_type: str | None) -> bool:
    named = (content_type or "application/json").partition(";")[0].strip().lower()
    return named == "application/json"


def _refused(status: int, code: str, title: str) -> Response[str]:
    metrics.add_metric("GoogleCallbackRefused", MetricUnit.Count, 1)
    logger.warning("google callback refused", extra={"code": code})
    return problem(status, code, title)


@app.exception_handler(callback.MalformedError)
def _malformed(error: callback.MalformedError) -> Response[str]:
    logger.warning("google callback malformed", extra={"why": str(error)})
    return _refused(HTTPStatus.BAD_REQUEST, "malformed", "This is not a callback.")


@app.exception_handler(callback.NotAuthenticError)
def _not_authentic(error: callback.NotAuthenticError) -> Response[str]:
    logger.warning("google callback not authentic", extra={"why": str(error)})
    return _refused(HTTPStatus.UNAUTHORIZED, "not_authentic", "Not authentic")


@app.exception_handler([KeysUnavailableError, StillChanging, Cancelled, OutcomeUnknown])
def _later(error: Exception) -> Response[str]:
    logger.warning(
        "google callback put off", extra={"kind": type(error).__name__, "why": str(error)}
    )
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "try_again",
        "This cannot be kept right now",
        headers={"Retry-After": RETRY_AFTER},
    )


@app.not_found
def _nowhere(_: Exception) -> Response[str]:
    return _no_such_address()


def _no_such_address() -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")


@app.exception_handler(Exception)
def _broken(error: Exception) -> Response[str]:
    logger.exception("google callback failed", extra={"kind": type(error).__name__})
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway request (payload format 2.0)."""
    try:
        return app.resolve(event, context)
    finally:
        if metrics.metric_set:  # most failures count nothing, and empty sets are complained about
            metrics.flush_metrics()
