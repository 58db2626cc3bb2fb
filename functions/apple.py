"""Apple Wallet over HTTP: the pass behind a card link, and the five calls of a phone."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import count, logger, metrics
from functions.http import failures, head, problems
from functions.http.answers import bare, raw_body
from functions.wiring import access, devices, environment, worn_cards
from functions.wiring import apple as apple_identity
from functions.wiring.designs import worn
from loyalty.refusals import Refusal
from passes.apple import device_log, throttle
from passes.apple.bundle import CONTENT_TYPE
from passes.apple.issue import Issuer
from passes.apple.pass_json import Identity, TextRefused
from passes.apple.sign import SigningError
from passes.apple.web_service import WebService, pass_headers
from passes.designs.design import DesignError

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from passes.apple.web_service import Answer

app = APIGatewayHttpResolver()

_LINK = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_RETRY_SECONDS = 300

WORDING = problems.Wording(
    titles={
        "not_found": "There is nothing at this address.",
        "passes_unavailable": "Cards for Apple Wallet cannot be issued right now.",
        "too_many_wrong_tokens": "Too many wrong tokens came from this address.",
    }
)


def _said(refusal: Refusal) -> Response[Any]:
    """Answer a person's browser with a page, and a phone's web service with a document."""
    if not app.current_event.path.startswith("/c/"):
        return problems.problem(refusal, WORDING)
    from functions.pages import drawing as pages  # noqa: PLC0415 - templates are needed for this answer only

    query = app.current_event.query_string_parameters or {}
    language = pages.language_of(query.get("language"), _header("accept-language"))
    answer: Response[Any] = pages.refused(refusal, language)
    if not _wants_body():
        answer.body = ""
    return answer


problems.install(app, _said)

_kept: list[Issuer] = []
_wrong_tokens = throttle.WrongTokens()


def issuer() -> Issuer:
    """Return what makes passes; the certificate is read and checked once per process and text.

    A renewed certificate is picked up as soon as the secrets' cache lets go of the old one.

    Raises
    ------
    SigningError
        Certificate, key, chain and configuration do not belong together, or have had their time.
    """
    settings = environment.configuration()
    signer = apple_identity.identities().signer(environment.now())
    if not _kept or _kept[0].signer is not signer:
        identity = Identity(
            settings.apple_pass_type_identifier, settings.apple_team_identifier, settings.base_url
        )
        _kept[:] = [Issuer(identity, signer, access.tokens().apple_token, worn)]
    return _kept[0]


def service() -> WebService:
    """Return the web service; only a call that needs a pass loads the certificate."""
    return WebService(
        environment.configuration().apple_pass_type_identifier,
        devices.registrations(),
        worn_cards.cards(),
        access.tokens().apple_token,
        lambda card, now: issuer().issue(card, now),
    )


@app.route("/c/<link>/apple", method=["GET", "HEAD"])
def download(link: str) -> Response[Any]:
    """Give the pass behind a card link."""
    now = environment.now()
    offered = environment.configuration().apple_pass_type_identifier
    known = offered and _LINK.fullmatch(link)
    card = worn_cards.cards().by_link_in_languages(link, now) if known else None
    if card is None:
        return _no_such_card()
    return bare(
        issuer().issue(card, now) if _wants_body() else "", CONTENT_TYPE, pass_headers(card)
    )


@app.post("/apple/v1/devices/<device>/registrations/<pass_type>/<serial>")
def register(device: str, pass_type: str, serial: str) -> Response[Any]:
    """Register a phone for a pass's changes."""
    body = raw_body(app.current_event.raw_event)
    return _response(
        service().register(
            device, pass_type, serial, _header("authorization"), body, environment.now()
        )
    )


@app.delete("/apple/v1/devices/<device>/registrations/<pass_type>/<serial>")
def unregister(device: str, pass_type: str, serial: str) -> Response[Any]:
    """End a phone's registration."""
    return _response(service().unregister(device, pass_type, serial, _header("authorization")))


@app.route("/apple/v1/devices/<device>/registrations/<pass_type>", method=["GET", "HEAD"])
def changed(device: str, pass_type: str) -> Response[Any]:
    """Tell a phone which of its passes have changed."""
    query = app.current_event.query_string_parameters or {}
    return _response(service().list(device, pass_type, query.get("passesUpdatedSince")))


@app.route("/apple/v1/passes/<pass_type>/<serial>", method=["GET", "HEAD"])
def current(pass_type: str, serial: str) -> Response[Any]:
    """Give a phone the pass as it is now."""
    return _response(
        service().get(
            pass_type,
            serial,
            _header("authorization"),
            _header("if-modified-since"),
            environment.now(),
            body=_wants_body(),
        )
    )


@app.post("/apple/v1/log")
def log() -> Response[Any]:
    """Keep what phones complain about, masked."""
    answer, complaints = service().log(raw_body(app.current_event.raw_event))
    for complaint in complaints:
        logger.warning("phone complains", extra={"kind": complaint.kind, "text": complaint.text})
        count(f"AppleLog{complaint.kind.capitalize()}")
        if complaint.kind in device_log.ALARMING:
            count("AppleLogAlarming")
    return _response(answer)


@app.exception_handler([SigningError, DesignError, TextRefused])
def cannot_issue(error: Exception) -> Response[Any]:
    """Answer when passes cannot be made: the owner must act, the phone may come again."""
    # These sentences were written for the owner, about certificates, designs and lengths.
    logger.error("pass not issued", extra={"why": str(error)})
    count("ApplePassNotIssued")
    return _said(Refusal("unavailable", "passes_unavailable", retry_after=_RETRY_SECONDS))


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    try:
        return head.without_body(event, app.resolve(event, context))
    finally:
        if metrics.metric_set:  # most calls count nothing, and empty sets are complained about
            metrics.flush_metrics()


def _response(answer: Answer) -> Response[Any]:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        count("AppleWrongToken")
        caller = app.current_event.request_context.http.source_ip or ""
        if _wrong_tokens.is_guessing(caller, environment.now()):
            # The same for every serial, whether it exists or not.
            raise Refusal("too_many", "too_many_wrong_tokens", retry_after=throttle.SECONDS)
    # Text stays text; only a pass must travel as base64, or the gateway would break it.
    binary = answer.content_type == CONTENT_TYPE and answer.body
    body: Any = answer.body if binary else answer.body.decode()
    return bare(body if _wants_body() else "", answer.content_type, answer.headers, answer.status)


def _wants_body() -> bool:
    return app.current_event.http_method != "HEAD"


def _header(name: str) -> str | None:
    value: str | None = app.current_event.headers.get(name)
    return value


def _no_such_card() -> Response[Any]:
    """Answer as the card page does: whoever follows a dead link is a person with a browser."""
    return _said(Refusal("not_found", "unknown_link"))
