"""/console: the owner's pages; /till: the page at the counter.

Everything they show and do is asked of /v1 with the visitor's session: this function may read and
write nothing itself, and what a role may do is judged where it is done.
"""

from __future__ import annotations

import contextlib
import hmac
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.aws.observability import logger
from functions.http import audience, failures, head, problems
from functions.http.answers import raw_body, redirect
from functions.http.authorize import session_cookie, set_cookie
from functions.http.form_body import read_form
from functions.http.multipart import read_multipart
from functions.http.same_site import from_our_page
from functions.pages import drawing as pages
from functions.screens import (
    addresses,
    broadcasts,
    campaigns,
    card_designs,
    causes,
    channels,
    counter,
    coupon_forms,
    draws,
    feedback,
    founding,
    kit,
    members,
    moving,
    numbers,
    one_member,
    opening_hours,
    own_days,
    places,
    program,
    rewards,
    rules,
    saving,
    settings,
    start,
    team,
    tills,
    today,
    trying,
)
from functions.screens import screen as screens
from functions.screens.calling import Api, Ask, RefusedError, SignedOutError
from functions.screens.desk import ROOM, Desk, Shown
from functions.wiring import environment
from loyalty.access.sessions import form_token
from loyalty.languages import LANGUAGES
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.screens.screen import Screen
    from loyalty.refusals import Kind

app = APIGatewayHttpResolver()

SCREENS: tuple[Screen, ...] = (
    *today.screens,
    *members.screens,
    *one_member.screens,
    *campaigns.screens,
    *broadcasts.screens,
    *saving.screens,
    *causes.screens,
    *draws.screens,
    *channels.screens,
    *feedback.screens,
    *numbers.screens,
    *program.screens,
    *rules.screens,
    *trying.screens,
    *start.screens,
    *card_designs.screens,
    *rewards.screens,
    *coupon_forms.screens,
    *kit.screens,
    *tills.screens,
    *addresses.screens,
    *moving.screens,
    *team.screens,
    *settings.screens,
    *places.screens,  # a new one's address before those of the others
    *opening_hours.screens,
    *own_days.screens,
    *founding.screens,
)
_LANGUAGE_COOKIE = "language"
_YEAR = 31_536_000
_LARGEST_FORM = 1_000_000
"""Bytes: a program's largest document, as a form escapes it."""
_MOST_FIELDS = 400
"""A form of rules has several fields for each."""


@app.route("/console", method=["GET", "POST"])
@app.route("/console/<first>", method=["GET", "POST"])
@app.route("/console/<first>/<second>", method=["GET", "POST"])
@app.route("/console/<first>/<second>/<third>", method=["GET", "POST"])
def answer(first: str = "", second: str = "", third: str = "") -> Response[Any]:
    """Answer with the screen at an address, or with the page that lets people in."""
    event = app.current_event
    here = "/".join(("/console", *(part for part in (first, second, third) if part)))
    query = event.query_string_parameters or {}
    if query.get("language") in LANGUAGES and event.request_context.http.method == "GET":
        return _speak(here, query)
    found = _found(here)
    if found is None:
        return _lost()
    cookie = session_cookie(event)
    if not cookie:
        return _let_in(here)
    try:
        return _answered(found, cookie, here, query)
    except SignedOutError:
        return _let_in(here)


@app.get("/till")
def at_the_counter() -> Response[Any]:
    """Answer with the page at the counter."""
    return counter.page(_language())


@app.get("/till/<name>")
def counter_file(name: str) -> Response[Any]:
    """Answer with what belongs to it."""
    return counter.file(name, _language()) or pages.not_found(_language())


@app.post("/console/sign-out")
def sign_out() -> Response[Any]:
    """End the session of this browser."""
    cookie = session_cookie(app.current_event)
    _judge_form(cookie, _typed())
    with contextlib.suppress(SignedOutError, RefusedError):
        _api(cookie).ask(Ask("DELETE", "/v1/session"))
    answer = redirect("/console", 303)
    answer.cookies.append(set_cookie("", 0))
    return answer


def _answered(
    found: tuple[Screen, dict[str, str]], cookie: str, here: str, query: Mapping[str, str]
) -> Response[Any]:
    event = app.current_event
    screen, names = found
    api = _api(cookie)
    posted = event.request_context.http.method == "POST"
    typed, files = _sent() if posted else ({}, {})
    stale = posted and _is_stale(cookie, typed)
    try:
        known = api.all(me=Ask("GET", "/v1/session"), program=Ask("GET", "/v1/program"))
    except RefusedError as error:
        if error.told.code != "scope_missing":
            raise _as_refusal(error) from None
        return pages.draw(
            "staff.html", room=ROOM, sheet="console.css", language=_language(), status=403,
            headers={"X-Robots-Tag": "noindex"},
        )  # fmt: skip
    desk = Desk(
        api=api,
        language=_language(),
        me=known["me"],
        program=known["program"]["document"],
        names=names,
        query=query,
        files=files,
    )
    if stale:
        # Nothing is done: whoever has signed in anew sends it once more, if they still want it.
        kept = screens.plain(typed)
        why = "signed_in" if kept else "not_kept"
        return _again(why, HTTPStatus.CONFLICT, here, kept, cookie)
    try:
        if typed:
            return screens.act(screen, desk, here, typed)
        return desk.draw(screen.show(desk), screen.place)
    except RefusedError as error:
        if error.told.code == screens.PROOF:
            return desk.draw(Shown("prove.html", {"typed": {}, "here": here}), screen.place)
        if error.told.status == 404:  # noqa: PLR2004 - RFC 9110
            return desk.draw(Shown("nothing.html", {}), screen.place, 404)
        raise _as_refusal(error) from None


def _as_refusal(error: RefusedError) -> Refusal:
    kinds: dict[int, Kind] = {403: "forbidden", 404: "not_found", 429: "too_many"}
    kind = kinds.get(error.told.status, "invalid")
    return Refusal(kind, error.told.code, str(error.told.content.get("detail", "")))


def _let_in(here: str) -> Response[Any]:
    """Ask who it is; what was typed meanwhile is kept on that page."""
    return pages.draw(
        "sign_in.html",
        typed=_kept(),
        here=here,
        room=ROOM,
        sheet="console.css",
        script="console.js",
        connects=True,
        language=_language(),
        status=401,
        referrer="same-origin",
        headers={"X-Robots-Tag": "noindex"},
    )


def _lost() -> Response[Any]:
    """Answer where there is no screen: in words of who works here, not of who has a card."""
    return pages.draw(
        "lost.html", room=ROOM, sheet="console.css", language=_language(),
        status=HTTPStatus.NOT_FOUND, headers={"X-Robots-Tag": "noindex"},
    )  # fmt: skip


def _speak(here: str, query: Mapping[str, str]) -> Response[Any]:
    """Remember the language that was chosen, and show the same page in it."""
    rest = urlencode({name: value for name, value in query.items() if name != "language"})
    answer = redirect(f"{here}?{rest}" if rest else here, 303)
    answer.cookies.append(
        Cookie(
            _LANGUAGE_COOKIE, query["language"], path="/console", max_age=_YEAR,
            secure=True, http_only=True, same_site=SameSite.LAX_MODE,
        )
    )  # fmt: skip
    return answer


def _found(here: str) -> tuple[Screen, dict[str, str]] | None:
    for one in SCREENS:
        form = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(one.path))
        if match := re.fullmatch(form, here):
            return one, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def _api(cookie: str) -> Api:
    browser = app.current_event.headers.get("user-agent", "")
    return Api(environment.configuration().base_url, cookie, browser)


def _typed() -> dict[str, str]:
    return read_form(raw_body(app.current_event.raw_event), _LARGEST_FORM, _MOST_FIELDS)


def _sent() -> tuple[dict[str, str], dict[str, bytes]]:
    """Return what was typed into a form, and the files that came with it."""
    kind = app.current_event.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "multipart/form-data":
        return _typed(), {}
    return read_multipart(raw_body(app.current_event.raw_event), kind)


def _judge_form(cookie: str, typed: Mapping[str, str]) -> None:
    """Refuse a form that none of our pages has made in this session, whoever's browser sends it."""
    if _is_stale(cookie, typed):
        raise Refusal("forbidden", "cross_site", "Sent by another site.")


def _is_stale(cookie: str, typed: Mapping[str, str]) -> bool:
    """Tell whether a form of ours is of another session; refuse one that is of another site."""
    if not _is_ours():
        raise Refusal("forbidden", "cross_site", "Sent by another site.")
    sent = typed.get("form_token", "")
    return not hmac.compare_digest(sent.encode(), form_token(cookie).encode())


def _is_ours() -> bool:
    return from_our_page(app.current_event.headers, environment.configuration().base_url)


def _kept() -> Mapping[str, str]:
    """Return what was typed into a form of ours that could not be taken up; files are not kept."""
    event = app.current_event
    if event.request_context.http.method != "POST" or not _is_ours():
        return {}
    try:
        return screens.plain(_sent()[0])
    except Refusal:
        return {}


def _again(
    why: str, status: int, here: str, typed: Mapping[str, str], cookie: str
) -> Response[Any]:
    """Say why something was not done, with what was typed, to be sent once more."""
    return pages.draw(
        "again.html", room=ROOM, sheet="console.css", script="console.js", language=_language(),
        status=status, referrer="same-origin", headers={"X-Robots-Tag": "noindex"}, why=why,
        here=here, typed=typed, token=form_token(cookie) if cookie else "",
        retry=why == "not_kept" or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
    )  # fmt: skip


def _language() -> str:
    event = app.current_event
    cookies = dict(one.partition("=")[::2] for one in event.raw_event.get("cookies") or ())
    return pages.language_of(cookies.get(_LANGUAGE_COOKIE), event.headers.get("accept-language"))


def _refused(refusal: Refusal) -> Response[Any]:
    event = app.current_event
    if not audience.reads_pages(event.path, event.headers.get("accept")):
        return problems.problem(refusal)
    if not event.path.startswith("/console"):
        return pages.refused(refusal, _language())
    if refusal.kind == "not_found":
        return _lost()
    status = problems.PLAIN.status(refusal)
    failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    why = "later" if refusal.kind in {"busy", "unavailable"} else "broken" if failed else "refused"
    if refusal.kind == "too_many":
        why = "too_many"
    kept = _kept() if why in {"later", "too_many"} else {}
    return _again(why, status, event.path, kept, session_cookie(event) or "")


problems.install(app, _refused, failed=problems.broken)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return head.resolve(app, event, context)
