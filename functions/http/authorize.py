"""Who calls /v1, and whether they may: a bearer key or a session becomes an `ApiKey`, or a refusal.

A session comes as a cookie, which browsers send along by themselves. So whatever changes something
by one has to come from a page of ours, and to say what only such a page knows.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.http.same_site import from_our_page
from functions.wiring import access, environment, signed_in
from loyalty.access.sessions import form_token, fresh
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

    from loyalty.access.keys import ApiKey, Scope

COOKIE = "__Host-session"
"""Browsers take a cookie of that prefix only from our own host, over TLS, for all of its paths."""
FORM_TOKEN = "x-form-token"  # noqa: S105 - the name of a header
_CHANGES_NOTHING = frozenset({"GET", "HEAD"})


def authorize(event: APIGatewayProxyEventV2, *scopes: Scope) -> ApiKey:
    """Return whose key or session a request carries, if it has one of these scopes.

    Raises
    ------
    Refusal
        There is no key or session that is good now, or it may not do this; or somebody else's page
        has made a browser ask for it.
    """
    kind, _, text = event.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        key = access.credentials().key(text.strip(), environment.now())
    else:
        cookie = session_cookie(event)
        key = signed_in.sessions().acting(cookie, environment.now()) if cookie else None
        if key is not None:
            _judge_origin(event, cookie)
    if key is None:
        detail = "Send the header Authorization: Bearer lk_… with a key that is still good."
        raise Refusal("unauthenticated", "not_authenticated", detail)
    if not key.may(*scopes):
        detail = f"This needs a key with the scope {' or '.join(scopes)}; yours is {key.scope}."
        raise Refusal("forbidden", "scope_missing", detail)
    return key


def session_cookie(event: APIGatewayProxyEventV2) -> str:
    """Return the session that a browser sends along; empty where it sends none, or several.

    Source: payload 2.0 of HTTP APIs has cookies apart from the headers.
    """
    sent = [*(event.raw_event.get("cookies") or ()), *event.headers.get("cookie", "").split(";")]
    named = (one.strip().partition("=") for one in sent)
    found = {value for name, _, value in named if name == COOKIE}
    return found.pop() if len(found) == 1 else ""


def set_cookie(session: str, seconds: int) -> Cookie:
    """Return the cookie of a session (RFC 6265bis); with 0 seconds the browser forgets it."""
    return Cookie(
        COOKIE,
        session,
        path="/",
        max_age=seconds,
        secure=True,
        http_only=True,
        same_site=SameSite.LAX_MODE,
    )


def ask_for_proof(key: ApiKey, now: datetime) -> None:
    """Refuse whoever is signed in and has not proved who they are within the last minutes.

    Raises
    ------
    Refusal
        ``proof_needed``.
    """
    if not fresh(key, now):
        detail = "Prove once more who you are: with your passkey, or by a new link."
        raise Refusal("forbidden", "proof_needed", detail)


def from_a_page_of_ours(event: APIGatewayProxyEventV2) -> None:
    """Refuse what another site has made a browser send where nobody is signed in yet.

    It could sign somebody in as another person, and hear what they type.

    Raises
    ------
    Refusal
        ``cross_site``.
    """
    if not from_our_page(event.headers, environment.configuration().base_url):
        raise _cross_site()


def _judge_origin(event: APIGatewayProxyEventV2, cookie: str) -> None:
    if event.request_context.http.method in _CHANGES_NOTHING:
        return
    told = event.headers.get("origin") or event.headers.get("sec-fetch-site")
    ours = from_our_page(event.headers, environment.configuration().base_url)
    token = event.headers.get(FORM_TOKEN, "")
    if not told or not ours or not hmac.compare_digest(token.encode(), form_token(cookie).encode()):
        raise _cross_site()


def _cross_site() -> Refusal:
    detail = "Send what changes something from our own page, with its X-Form-Token."
    return Refusal("forbidden", "cross_site", detail)
