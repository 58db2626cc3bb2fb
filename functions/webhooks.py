"""POST /webhooks/{endpoint}: check who speaks, keep what was said, answer at once.

Every till waits here, and vendors give up after seconds: no framework is loaded, and
nothing of the ledger (docs/decisions/2026-11-28-light-door.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.aws.observability import logger
from functions.http import documents, door, failures, messages
from functions.wiring import access, counting, environment, inbox, tills
from loyalty.core.booking import yet_to_come
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.tills import clover, registry
from loyalty.tills.incoming import not_authentic, refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.access.keys import Endpoint
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Reading

ROUTES = (
    ("POST", "/webhooks/{endpoint}"),
    ("POST", "/webhooks/{endpoint}/api/v2/receipts"),
    ("POST", "/webhooks/{endpoint}/from/{secret}"),
)
"""What is served here, as the gateway lists it (functions.http.door)."""

WORDING = documents.Wording(titles={"invalid": "The message cannot be used"})


def receive(event: dict[str, Any]) -> dict[str, Any]:
    """Take one message of a till into the durable inbox.

    Raises
    ------
    Refusal
        It is not authentic, cannot be read, or cannot be used.
    """
    name, body, headers = door.endpoint_of(event), door.body_of(event), door.headers_of(event)
    if name is None or body is None:
        raise not_authentic()
    if registry.is_ping(headers, body):
        # Clover's code has to be typed into its console, and nobody else can tell it.
        code = clover.verification_code(body)
        logger.info("address tried", extra={"endpoint": name, "code": code})
        return door.answered({"result": "ignored"})
    endpoint = access.credentials().endpoint(name)
    if endpoint is None:
        raise not_authentic()
    sender = tills.sender_at(endpoint, headers, body, environment.now())
    if sender is None:
        _count(endpoint, "not_authentic")
        raise not_authentic()
    try:
        reading = registry.read(sender, messages.read(endpoint, body, headers))
        _refuse_future(sender, reading)
    except Refusal as refusal:
        # Places and codes only; without this line nobody would learn that a vendor has changed.
        logger.warning("message refused", extra={"endpoint": name, "faults": refusal.summary})
        _count(endpoint, _UNUSABLE.get(refusal.kind, "unusable"))
        raise
    # What nobody may ask for is of no use in the inbox.
    asks = bool(reading.wanted) and tills.has_token(endpoint)
    said = reading.reports or reading.visits or reading.clients or reading.privacy
    if reading.test or not (said or asks):
        logger.info("message ignored", extra={"endpoint": name, "what": _named(reading)})
        _count(endpoint, "not_asked" if reading.wanted else "not_for_us")
        return door.answered({"result": "ignored"})
    # What is kept is counted by the worker: a till that is taken waits for no count.
    inbox.keep(name, body, messages.kept_headers(endpoint, headers))
    return door.answered({"result": "accepted"}, registry.CONNECTORS[endpoint.scheme].taken)


def _refuse_future(sender: Sender, reading: Reading) -> None:
    """Refuse that somebody has come who cannot have: whoever sends it will send it again."""
    for visit in reading.visits:
        place = sender.program.location(visit.location)
        zone = (place.zone if place else None) or sender.program.zone
        if visit.status == "came" and visit.at and yet_to_come(visit.at, zone, environment.now()):
            detail = (
                "Nobody can have come on a day that is yet to come. Send booked now, and came once "
                "they have come."
            )
            raise refusal(FieldRefusal("/data/visit/at", "not_yet", detail))


_UNUSABLE = {"unsigned": "not_authentic", "unreadable": "unreadable"}
"""By the kind of a refusal: how it is counted, where it is none of a message's content."""


def _count(endpoint: Endpoint, kind: str) -> None:
    """Count what goes no further; whatever goes wrong with that, the till has its answer."""
    tally = counting.at_the_door()
    tally.count(endpoint, kind)
    try:
        tally.write()
    except Exception as error:  # noqa: BLE001 - it is merely shown
        failures.warn(error, "message not counted", endpoint=endpoint.id)


def _named(reading: Reading) -> list[str]:
    return [*reading.ignored, *(["trial"] if reading.test else [])]


def _failed(error: Exception) -> Refusal:
    failures.log(error, "request failed")
    return documents.unavailable()


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    try:
        return receive(event)
    except Refusal as refusal:
        return door.refused(refusal, WORDING)
    except Exception as error:  # noqa: BLE001 - the till is told to come again
        return door.refused(_failed(error), WORDING)
