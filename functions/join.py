"""GET, HEAD and POST /join/{program}: the page where a customer gets a card, and its JSON twin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.http import failures, head, problems
from functions.http.answers import raw_body
from functions.http.form_body import read_form
from functions.http.same_site import from_our_page
from functions.http.strict_json import read_json
from functions.pages import drawing as pages
from functions.pages.application_form import from_form, read_application
from functions.pages.join_answers import Answers, JsonAnswers, PageAnswers
from functions.wiring import environment, joining
from loyalty.core.member import SOURCE
from loyalty.languages import LANGUAGES
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.program.rules import ProgramProfile

app = APIGatewayHttpResolver()

_PROGRAM = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEY = re.compile(r"[!-~]{16,255}")
_KEY_WANTED = "Idempotency-Key: send 16 to 255 ASCII characters without spaces; a UUID is right."
_JSON = "application/json"
_LONGEST_FRIEND = 200
_FORM = "application/x-www-form-urlencoded"


@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway (payload 2.0)."""
    return head.resolve(app, event, context)


@app.get("/join/<program>")
def show(program: str) -> Response[str]:
    """Show the empty form."""
    profile = _profile(program, _languages())
    if profile is None:
        raise problems.nowhere()
    return _page(profile.language).form(profile)


@app.post("/join/<program>")
def enrol(program: str) -> Response[str]:
    """Take an application and hand out the card, or say what is wrong with it."""
    answers = _answers()
    headers = app.current_event.headers
    if not from_our_page(headers, environment.configuration().base_url):
        raise Refusal("forbidden", "cross_site", "Sent by another site.")
    document, key, answers = _read(answers)
    profile = _profile(program, _languages(document.get("language")))
    if profile is None:
        raise Refusal("not_found", "unknown_program")
    return _enrol(profile, _located(document, profile), key, answers)


def _refused(refusal: Refusal) -> Response[str]:
    if refusal.code == "not_found":
        # Whoever follows a dead link is a person with a browser.
        return pages.refused(refusal, _language())
    return _answers().refused(refusal)


problems.install(app, _refused, failed=problems.broken)


def _enrol(
    profile: ProgramProfile, document: Mapping[str, Any], key: str | None, answers: Answers
) -> Response[str]:
    now = environment.now()
    application = read_application(document, profile, now.date())
    if isinstance(application, dict):
        return answers.faulty(profile, application)
    try:
        enrolled = joining.enrolment().enrol(profile.program, application, now, key)
    except Refusal as refusal:
        if refusal.kind == "too_many" and refusal.retry_after:
            return answers.too_many(profile, refusal.retry_after)
        if refusal.kind in {"busy", "unavailable"}:
            failures.log(refusal, "not joined")
            return answers.later(profile)
        raise
    return answers.enrolled(enrolled)


def _read(answers: Answers) -> tuple[dict[str, Any], str | None, Answers]:
    """Return the application's fields, its key, and a voice that remembers what was typed.

    Raises
    ------
    Refusal
        The body is neither our form nor our JSON, or the key is none.
    """
    body = raw_body(app.current_event.raw_event)
    key = app.current_event.headers.get("idempotency-key")
    if key is not None and not _is_key(key):
        raise Refusal("unreadable", "invalid_idempotency_key", _KEY_WANTED)
    match _content_type():
        case "application/json":
            return read_json(body), key, answers
        case "application/x-www-form-urlencoded":
            typed = read_form(body)
            if isinstance(answers, PageAnswers):
                answers = _page(_language(), typed)
            key = key or typed.get("key")
            return from_form(typed), key if _is_key(key) else None, answers
        case _:
            detail = f"Send {_JSON} or {_FORM}."
            raise Refusal("unreadable", "unsupported_media_type", detail)


def _answers() -> Answers:
    """Return the voice: JSON for who asks for it or speaks it, pages for browsers."""
    accept = app.current_event.headers.get("accept", "")
    if "text/html" not in accept and (_content_type() == _JSON or _JSON in accept):
        return JsonAnswers(environment.configuration().base_url)
    return _page(_language())


def _page(language: str, typed: Mapping[str, str] | None = None) -> PageAnswers:
    friend = (_query("friend") or "")[:_LONGEST_FRIEND]
    kept = {"location": _query("location") or "", "source": _query("source") or ""}
    kept |= {"referrer_code": friend, **(typed or {})}
    if not _is_key(kept.get("key")):
        kept["key"] = environment.new_key()
    base_url = environment.configuration().base_url
    return PageAnswers(language, environment.now().date(), kept, base_url)


def _located(document: dict[str, Any], profile: ProgramProfile) -> dict[str, Any]:
    """Return the application with the location and source that its address names.

    What it names itself goes before. Whoever stands in a shop with an old poster joins all the
    same: of people an unknown location or a mistyped source is not told, to programs it is a fault
    like any other.
    """
    for name in ("location", "source"):
        if _query(name):
            document = {name: _query(name), **document}
    if _content_type() == _FORM:
        if document.get("location") not in profile.locations:
            document.pop("location", None)
        if not SOURCE.fullmatch(str(document.get("source", ""))):
            document.pop("source", None)
    return document


def _is_key(key: str | None) -> bool:
    """Tell whether nobody guesses that key, as far as its length can tell."""
    return key is not None and _KEY.fullmatch(key) is not None


def _content_type() -> str:
    return app.current_event.headers.get("content-type", "").split(";")[0].strip().lower()


def _profile(program: str, languages: tuple[str, ...]) -> ProgramProfile | None:
    if not _PROGRAM.fullmatch(program):
        return None
    return joining.profile(program, *languages)


def _language() -> str:
    return next(iter(_languages()), LANGUAGES[0])


def _languages(sent: object = None) -> tuple[str, ...]:
    override = sent if isinstance(sent, str) else _query("language")
    return pages.languages_of(override, app.current_event.headers.get("accept-language"))


def _query(name: str) -> str | None:
    return (app.current_event.query_string_parameters or {}).get(name)
