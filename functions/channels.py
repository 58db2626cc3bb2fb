"""/u/{stop}: no more offers; /messages/…: what SES and Telegram tell; /calendar/…: the plan.

Whoever sends mail for somebody posts to /u without cookie, login or page (RFC 8058); people who
open it see a button, since scanners open what is linked. Neither says whose channel it is.
"""

from __future__ import annotations

import hmac
import json
import re
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import audience, failures, head, problems
from functions.http.answers import bare, json_answer, raw_body
from functions.http.wording import WORDING
from functions.wiring import access, campaigning, environment, listening, storage
from loyalty.campaigns.channels import receipts, ses_events, sms_events, telegram
from loyalty.campaigns.channels.choosing import TOPICS
from loyalty.refusals import Refusal
from loyalty.store import channel_book

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.campaigns.channels.receipts import Receipt

app = APIGatewayHttpResolver()

LARGEST = 256 * 1024
"""Bytes of a message; SNS sends no more."""

_PROGRAM = re.compile(r"[a-z][a-z0-9-]{0,39}")


@app.route("/u/<stop>", method=["GET", "HEAD"])
def ask(stop: str) -> Response[str]:
    """Show a button; opening the page ends nothing."""
    return _page(stop, done=False)


@app.post("/u/<stop>")
def end(stop: str) -> Response[str]:
    """End a channel. Whoever has the address may: it was sent to them alone."""
    found = listening.hearing().read_stop(stop)
    if found is not None:
        listening.hearing().stop(*found, environment.now())
        logger.info("channel ended", extra={"program": found[0], "channel": found[2]})
    return _page(stop, done=True)


@app.route("/calendar/<feed>", method=["GET", "HEAD"])
def show_plan(feed: str) -> Response[Any]:
    """Show the plan of a year to whoever has its address, as calendars subscribe to it."""
    program, _, token = feed.partition(".")
    text = campaigning.plans().feed(program, token, environment.now())
    if not _PROGRAM.fullmatch(program) or text is None:
        raise Refusal("not_found", "not_found", "There is no such calendar.")
    head_only = app.current_event.http_method == "HEAD"
    kept = {"Cache-Control": "private, max-age=3600", "X-Robots-Tag": "noindex, nofollow"}
    return bare("" if head_only else text, "text/calendar; charset=utf-8", kept)


@app.post("/messages/ses/<program>")
def take_mail(program: str) -> Response[str]:
    """Take what SES tells by SNS: bounces and complaints. What is not understood is taken too."""
    for told in ses_events.told(_notified(program, "email")):
        how = listening.hearing().told(program, told, environment.now())
        logger.info("mail told", extra={"program": program, "how": how or "unknown"})
    return json_answer({"result": "accepted"})


@app.post("/messages/sms/<program>")
def take_event(program: str) -> Response[str]:
    """Take what AWS tells of text messages by SNS: what has come, and where nobody is."""
    for receipt in sms_events.told(_notified(program, "sms")):
        _received(program, receipt)
    return json_answer({"result": "accepted"})


@app.post("/messages/gateway/<program>/<secret>")
def take_receipt(program: str, secret: str) -> Response[str]:
    """Take the receipts of a program's gateway; its address is the secret."""
    known = access.tokens().receipt_secret(program) if _PROGRAM.fullmatch(program) else ""
    if not known or not hmac.compare_digest(secret.encode(), known.encode()):
        raise _not_authentic()
    channel, event = _channel(program, "sms"), app.current_event
    found = (channel.document.get("gateway") or {}).get("receipts") if channel else None
    described = receipts.described(found)
    if described is not None:
        kind = event.headers.get("content-type", "")
        for receipt in receipts.read(described, _body(), kind):
            _received(program, receipt)
    return bare("OK", "text/plain; charset=utf-8")


def _received(program: str, receipt: Receipt) -> None:
    how = listening.hearing().received(program, receipt, environment.now())
    logger.info("text told", extra={"program": program, "how": how or "unknown"})


def _notified(program: str, channel: str) -> str:
    """Return what the topic of a channel notifies of; empty for its other kinds of messages."""
    envelope = _content()
    kept = _channel(program, channel)
    topic = kept.document.get("topic") if kept else None
    # Anybody can make a topic of their own, which SNS signs as well.
    ours = bool(topic) and envelope.get("TopicArn") == topic
    if not ours or not listening.sns().genuine(envelope):
        raise _not_authentic()
    if envelope["Type"] == "SubscriptionConfirmation":
        confirmed = listening.sns().confirm(envelope)
        logger.info("topic confirmed", extra={"program": program, "confirmed": confirmed})
    return str(envelope.get("Message", "")) if envelope["Type"] == "Notification" else ""


@app.post("/messages/telegram/<program>")
def take_update(program: str) -> Response[str]:
    """Take an update of a program's bot, and answer in the same breath."""
    said = app.current_event.headers.get("x-telegram-bot-api-secret-token", "")
    secret = access.tokens().hook_secret(program) if _PROGRAM.fullmatch(program) else ""
    if not secret or not hmac.compare_digest(said.encode(), secret.encode()):
        raise _not_authentic()
    heard = telegram.heard(_content())
    if heard is None or _channel(program, "telegram") is None:
        return json_answer({})
    answer = listening.hearing().chat(program, heard, environment.now())
    logger.info("chat told", extra={"program": program, "what": heard.what})
    if not answer:
        return json_answer({})
    return json_answer({"method": "sendMessage", "chat_id": int(heard.chat), "text": answer})


def _body() -> bytes:
    body = raw_body(app.current_event.raw_event)
    if len(body) > LARGEST:
        raise Refusal("unreadable", "too_large", "At most 256 KiB.")
    return body


def _content() -> dict[str, Any]:
    try:
        found = json.loads(_body())
    except ValueError:
        raise Refusal("unreadable", "not_json", "Send a JSON object.") from None
    if not isinstance(found, dict):
        raise Refusal("unreadable", "not_an_object", "Send a JSON object.")
    return found


def _channel(program: str, channel: str) -> channel_book.KeptChannel | None:
    if not _PROGRAM.fullmatch(program):
        return None
    return channel_book.read(storage.tables(), program, channel)


def _not_authentic() -> Refusal:
    return Refusal("unsigned", "not_authentic", "Its signature or secret is not right.")


def _page(stop: str, *, done: bool) -> Response[str]:
    from functions.pages import drawing as pages  # noqa: PLC0415 - most come from programs

    headers = app.current_event.headers
    language = pages.language_of(None, headers.get("accept-language"))
    found = listening.hearing().read_stop(stop)
    rules = storage.programs().find(found[0]) if found else None
    if found is None or rules is None:
        return pages.not_found(language)
    spoken = rules.language(language)
    answer = pages.draw(
        "stop.html",
        language=spoken,
        design=rules.design,
        headers={"X-Robots-Tag": "noindex, nofollow"},
        name=rules.name[spoken],
        topic=f"marketing_{TOPICS[found[2]]}",
        done=done,
    )
    if app.current_event.http_method == "HEAD":
        answer.body = ""
    return answer


def _elsewhere() -> Refusal:
    return Refusal("not_found", "no_such_address", "There is nothing at this address.")


def _said(refusal: Refusal) -> Response[Any]:
    event = app.current_event
    if not audience.reads_pages(event.path, event.headers.get("accept")):
        return problems.problem(refusal, WORDING)
    from functions.pages import drawing as pages  # noqa: PLC0415 - few come with a browser

    language = pages.language_of(None, event.headers.get("accept-language"))
    return pages.refused(refusal, language)


problems.install(app, _said, elsewhere=_elsewhere)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return head.without_body(event, app.resolve(event, context))
