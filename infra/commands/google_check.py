"""Ask Google, and the deployed stack, whether cards can be issued: one finding after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import urllib3
from google.auth import exceptions, jwt

from passes.addresses import GOOGLE_API, GOOGLE_TOKEN
from passes.google.client import credentials_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

Json = dict[str, Any]

SECONDS: Final = 20.0
LOOPBACK: Final = ("127.0.0.1", "localhost")
_INVITE: Final = (
    "in the Google Pay & Wallet console, under Users, invite {email} as Developer; it may take "
    "some minutes to hold"
)
_ENABLE: Final = (
    "in the Google Cloud console, project {project}, APIs & Services, enable the Google Wallet API"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    good
        True: as it should be. False: cards cannot be issued so. None: something to know.
    what, mend
        What was seen, and what to do about it; no mend where there is nothing to do.
    """

    good: bool | None
    what: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look.

    Attributes
    ----------
    issuer, account
        The issuer id, and the service account's JSON.
    base_url
        Address of the deployed stack, without a trailing slash; empty to leave it alone.
    development
        Whether http on this machine is as good as https.
    """

    issuer: str
    account: Mapping[str, Any]
    base_url: str = ""
    api_url: str = GOOGLE_API
    token_url: str = GOOGLE_TOKEN
    development: bool = False


class UnreachableError(Exception):
    """No answer came; the text says from where."""


class Web:
    """Plain HTTP with a time-out, and with the service account's token where there is one."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(retries=False)
        self.token = ""

    def ask(self, method: str, url: str, body: Any = None) -> tuple[int, Json]:
        """Send JSON and return status and JSON; what is no JSON object comes as an empty one."""
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        status, raw = self.send(method, url, content, headers)
        try:
            found = json.loads(raw)
        except ValueError:
            found = {}
        return status, found if isinstance(found, dict) else {}

    def send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Send bytes and return status and bytes. Raises UnreachableError."""
        try:
            answer = self._pool.request(
                method, url, body=body, headers=headers, timeout=SECONDS, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            host = urlsplit(url).netloc
            raise UnreachableError(f"{host} does not answer ({type(error).__name__})") from None
        return answer.status, answer.data

    def close(self) -> None:
        """Close kept connections."""
        self._pool.clear()


class _Transport:
    """The little that google-auth wants of HTTP to fetch a token."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Any:
        status, data = self._web.send(method, url, body, headers or {})
        return _Answer(status, {}, data)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes


def look(place: Place, now: datetime) -> Iterator[Finding]:
    """Yield what is found, as it is found; what makes the rest pointless comes last."""
    web = Web()
    try:
        yield from _look(place, web, now)
    except UnreachableError as error:
        yield Finding(False, str(error), "check this machine's way to the internet, and try again")
    finally:
        web.close()


def _look(place: Place, web: Web, now: datetime) -> Iterator[Finding]:
    if place.base_url:
        yield from _stack(place, web)
    credentials = credentials_from(place.account, place.token_url)
    try:
        credentials.refresh(_Transport(web))  # type: ignore[no-untyped-call]
    except exceptions.RefreshError:
        yield Finding(
            False,
            "Google gives no access token for the service account's key",
            "set this machine's clock; else the key was deleted or disabled: make a new one in "
            "the Google Cloud console, Service accounts, Keys, and import it",
        )
        return
    web.token = str(credentials.token)
    yield Finding(True, "Google gives an access token for the service account's key")
    status, answer = web.ask(
        "GET",
        f"{place.api_url}/walletobjects/v1/loyaltyClass?issuerId={quote(place.issuer)}",
    )
    if status != HTTPStatus.OK:
        yield _closed(place, status, answer)
        return
    classes = answer.get("resources", [])
    yield Finding(True, f"issuer {place.issuer} lets the service account in")
    if not classes:
        yield Finding(
            False,
            "the issuer has no loyalty class yet",
            "open a card page of the deployed stack and tap “Add to Google Wallet” once: that "
            "makes the program's class",
        )
        return
    for one in classes:
        yield from _class(place, one)
    yield _dry_run(place, web, credentials, classes[0], now)


def _closed(place: Place, status: int, answer: Json) -> Finding:
    """Return why the issuer cannot be used."""
    message = str(answer.get("error", {}).get("message", ""))
    email = str(place.account.get("client_email"))
    if status == HTTPStatus.FORBIDDEN:
        if "has not been used" in message or "disabled" in message:
            mend = _ENABLE.format(project=place.account.get("project_id", "of the account"))
            return Finding(False, "the Google Wallet API is not enabled", mend)
        mend = _INVITE.format(email=email) + "; also compare the issuer id with the console's"
        return Finding(False, f"issuer {place.issuer} does not let the service account in", mend)
    if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
        mend = "compare it with the number that the Google Pay & Wallet console shows"
        return Finding(False, f"Google knows no issuer {place.issuer}", mend)
    return Finding(False, f"Google answered {status}: {message[:200]}", "try again in a minute")


def _class(place: Place, one: Json) -> Iterator[Finding]:
    name = f"class {one.get('id')}"
    status = str(one.get("reviewStatus", "")).upper().replace("UNDERREVIEW", "UNDER_REVIEW")
    if status == "APPROVED":
        yield Finding(True, f"{name} is approved")
    elif status == "UNDER_REVIEW":
        mend = "wait; Google approves by itself, usually at once"
        yield Finding(None, f"{name} is under review", mend)
    elif status == "REJECTED":
        comments = str(one.get("review", {}).get("comments", "")) or "no comment"
        mend = "mend what Google says, and tap “Add to Google Wallet” to send the class again"
        yield Finding(False, f"{name} was rejected: {comments}", mend)
    else:
        mend = "tap “Add to Google Wallet” on a card page: the class is sent for review with it"
        yield Finding(False, f"{name} is a draft, so it can have no cards", mend)
    url = str(one.get("callbackOptions", {}).get("url", ""))
    again = "tap “Add to Google Wallet” on a card page after deploying: it updates the class"
    if not url:
        yield Finding(None, f"{name} names no callback address: saves are not counted", again)
    elif not _is_safe(url, place):
        yield Finding(False, f"{name} is called back at {url}, which is not https", again)
    elif place.base_url and not url.startswith(f"{place.base_url}/"):
        yield Finding(False, f"{name} is called back at {url}, another stack's address", again)
    else:
        yield Finding(True, f"{name} is called back at {url}")


def _dry_run(place: Place, web: Web, credentials: Any, program: Json, now: datetime) -> Finding:
    """Let Google read a save link that nobody will open; nothing is made by it."""
    issued = int(now.timestamp())
    card = {"id": f"{place.issuer}.check", "classId": program["id"], "state": "ACTIVE"}
    claims = {
        "iss": credentials.service_account_email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": issued,
        "exp": issued + 600,
        "origins": [place.base_url or "https://example.com"],
        "payload": {"loyaltyObjects": [card]},
    }
    token = jwt.encode(credentials.signer, claims).decode("ascii")  # type: ignore[no-untyped-call]
    status, answer = web.ask(
        "POST",
        f"{place.api_url}/walletobjects/v1/jwt/validate",
        {"jwtResource": {"jwt": token}},
    )
    if status == HTTPStatus.OK:
        return Finding(True, "Google accepts a save link signed with the key (dry run)")
    message = str(answer.get("error", {}).get("message", ""))[:300]
    if status == HTTPStatus.NOT_FOUND and not message:
        return Finding(None, "Google does not offer the dry run of a save link here")
    mend = "save one card by hand with a test account; the page tells the reason to Developers"
    return Finding(False, f"Google refuses a save link (dry run, {status}): {message}", mend)


def _stack(place: Place, web: Web) -> Iterator[Finding]:
    """Look at the address that Google will call and fetch pictures from."""
    if not _is_safe(place.base_url, place):
        mend = "deploy, and give the https address of the API or of your own domain as --base-url"
        yield Finding(False, f"{place.base_url} is not https: Google calls nothing else", mend)
        return
    status, _ = web.ask("POST", f"{place.base_url}/google/callback", {})
    if status == HTTPStatus.BAD_REQUEST:
        yield Finding(True, f"{place.base_url}/google/callback is there, and refuses nonsense")
    elif status == HTTPStatus.NOT_FOUND:
        mend = f"deploy with --param google-issuer-id={place.issuer}"
        yield Finding(False, "the deployed stack knows no issuer id", mend)
    else:
        mend = "look into the log of the function googleCallback"
        yield Finding(False, f"{place.base_url}/google/callback answered {status}", mend)


def _is_safe(url: str, place: Place) -> bool:
    address = urlsplit(url)
    if place.development and address.hostname in LOOPBACK:
        return True
    return address.scheme == "https" and bool(address.hostname)
