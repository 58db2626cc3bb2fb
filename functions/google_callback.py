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

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.google_saves import StillChanging
from functions.aws.observability import logger, metrics
from functions.http import failures, problems
from functions.http.answers import bare, raw_body
from functions.wiring import callback_keys, environment, google_state, queues
from loyalty.refusals import Refusal
from loyalty.store.tables import Cancelled, OutcomeUnknown
from passes.google import callback
from passes.google.callback_keys import KeysUnavailableError

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from passes.google.client import Patience

app = APIGatewayHttpResolver()

RETRY_SECONDS = 60
METRICS = {"save": "GoogleCardSaved", "del": "GoogleCardRemoved"}
WORDING = problems.Wording(
    titles={
        "malformed": "This is not a callback.",
        "not_found": "There is nothing at this address.",
        "not_json": "Send application/json.",
        "too_large": "Too large.",
        "try_again": "This cannot be kept right now",
    },
    statuses={
        "not_json": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    },
)


@app.post("/google/callback")
def receive() -> Response[str]:
    """Verify a callback and count it once."""
    issuer = environment.configuration().google_issuer_id
    if not issuer:
        raise problems.nowhere()
    if not _says_json(app.current_event.headers.get("content-type")):
        raise Refusal("unreadable", "not_json")
    try:
        body = raw_body(app.current_event.raw_event)
    except (binascii.Error, ValueError):
        raise Refusal("unreadable", "malformed") from None
    if len(body) > callback.LARGEST_BODY:
        raise Refusal("unreadable", "too_large")
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
    return bare(headers={"Cache-Control": "no-store"})


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
    from functions.wiring.google import said, wallet  # noqa: PLC0415 - only removals need the client
    from passes.google.client import ServiceAccountError  # noqa: PLC0415
    from passes.google.failures import GoogleError, NotThereError  # noqa: PLC0415

    try:
        held = wallet(patience(), app.lambda_context).client.get_object(object_id).get("hasUsers")
    except NotThereError:
        return False
    except GoogleError as error:
        failures.warn(error, "google does not tell who holds a card", **said(error))
        return None
    except (environment.SecretMissing, environment.SecretUnreadable, ServiceAccountError) as error:
        # Google's report counts all the same; who holds the card is asked with its next change.
        failures.log(error, "no service account to ask who holds a card")
        return None
    return held if isinstance(held, bool) else None


def _bring_up_to_date(program: str, member: str, nonce: str) -> None:
    try:
        # A nonce is the sender's own text, and too free for the name of a message.
        why = hashlib.sha256(nonce.encode()).hexdigest()
        queues.google_queue().ring([(program, member)], why)
    except Exception as error:  # noqa: BLE001 - see the caller
        failures.warn(error, "google update not queued")


def _says_json(content_type: str | None) -> bool:
    named = (content_type or "application/json").partition(";")[0].strip().lower()
    return named == "application/json"


@app.exception_handler(callback.MalformedError)
def _malformed(error: callback.MalformedError) -> Response[str]:
    failures.warn(error, "google callback malformed")
    return _answer(Refusal("unreadable", "malformed"))


@app.exception_handler(callback.NotAuthenticError)
def _not_authentic(error: callback.NotAuthenticError) -> Response[str]:
    failures.warn(error, "google callback not authentic")
    return _answer(Refusal("unsigned", "not_authentic"))


@app.exception_handler([KeysUnavailableError, StillChanging, Cancelled, OutcomeUnknown])
def _later(error: Exception) -> Response[str]:
    failures.warn(error, "google callback put off")
    return _answer(Refusal("unavailable", "try_again", retry_after=RETRY_SECONDS))


def _answer(refusal: Refusal) -> Response[str]:
    if refusal.kind in {"unreadable", "unsigned"}:
        metrics.add_metric("GoogleCallbackRefused", MetricUnit.Count, 1)
        logger.warning("google callback refused", extra={"code": refusal.code})
    return problems.problem(refusal, WORDING)


problems.install(app, _answer, failed=problems.broken)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway request (payload format 2.0)."""
    try:
        return app.resolve(event, context)
    finally:
        if metrics.metric_set:  # most failures count nothing, and empty sets are complained about
            metrics.flush_metrics()
