"""The local Wallet API as an HTTP server: routes, bearer check, faults, inspection."""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from infra.local.wallet import pages, rules
from infra.local.wallet.account import (
    ISSUER_ID,
    BadTokenError,
    SignatureCheck,
    ensure_service_account,
)
from infra.local.wallet.api import WalletApi
from infra.local.wallet.faults import Faults, Journal
from infra.local.wallet.rules import RefusalError
from infra.local.wallet.store import Store
from infra.local.wallet.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]

API_STEPS = ["walletobjects", "v1"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; status None closes the connection without one."""

    status: int | None
    body: Json | str = ""


class WalletServer(ThreadingHTTPServer):
    """Everything Google, on 127.0.0.1.

    Parameters
    ----------
    folder
        Where the service account and the classes and objects are kept.
    port
        0 takes a free one; `url` tells which.
    clock, sleep
        Seconds since 1970, and waiting; given by tests.
    """

    daemon_threads = True

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store = Store(folder)  # first: a busy port makes the base class call server_close
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.clock = clock
        self.sleep = sleep
        self.faults = Faults()
        self.journal = Journal()
        self.check = SignatureCheck(ensure_service_account(folder))
        self.tokens = Tokens(self.check, f"{self.url}/token")
        self.api = WalletApi(self.store, ISSUER_ID)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client hang up, as one does that does not want to wait; tell all the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Stop listening and close the store."""
        super().server_close()
        self.store.close()


class _Handler(BaseHTTPRequestHandler):
    server: WalletServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:  # the base class names it
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  the base class names them

    def log_message(self, *_: Any) -> None:
        """Say nothing: addresses of save links are secrets, and /inspect tells the rest."""

    def _serve(self) -> None:
        address = urlsplit(self.path)
        path = unquote(address.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(address.query))
        if path.startswith("/inspect/"):
            return self._reply(self._inspect(path, raw))
        fault = self.server.faults.take(self.command, path)
        reply = None
        if fault is None or fault.after_commit or (fault.status is None and not fault.drops):
            reply = self._answer(path, query, raw)
        if fault is not None:
            if fault.delay:
                self.server.sleep(fault.delay)
            if fault.drops:
                reply = Reply(None)
            elif fault.status is not None:
                message = "A fault that a test asked for."
                body = rules.envelope(fault.status, message, fault.reason)
                reply = Reply(fault.status, body)
        if reply is None:
            reply = Reply(None)
        if not path.startswith("/gp/"):
            # An assertion is as good as a password for an hour, so it is not remembered.
            noted = None if path == "/token" else _parsed(raw)
            self.server.journal.note(self.command, path, reply.status, noted)
        return self._reply(reply)

    def _answer(self, path: str, query: dict[str, str], raw: bytes) -> Reply:
        steps = [step for step in path.split("/") if step]
        if path == "/token" and self.command == "POST":
            return self._token(raw)
        if steps[:2] == API_STEPS:
            return self._api(steps[2:], query, raw)
        if steps[:3] == ["gp", "v", "save"] and len(steps) == 4 and self.command == "GET":  # noqa: PLR2004
            return self._save(steps[3])
        return Reply(HTTPStatus.NOT_FOUND, rules.envelope(404, "Not found on this server."))

    def _token(self, raw: bytes) -> Reply:
        form = dict(parse_qsl(raw.decode("utf-8", "replace")))
        try:
            return Reply(HTTPStatus.OK, self.server.tokens.grant(form, self.server.clock()))
        except BadTokenError as error:
            refusal = {"error": "invalid_grant", "error_description": str(error)}
            return Reply(HTTPStatus.BAD_REQUEST, refusal)

    def _api(self, steps: list[str], query: dict[str, str], raw: bytes) -> Reply:
        bearer = self.headers.get("Authorization") or ""
        if not self.server.tokens.accepts(bearer, self.server.clock()):
            message = "Request had invalid authentication credentials."
            return Reply(HTTPStatus.UNAUTHORIZED, rules.envelope(401, message))
        body = _parsed(raw)
        try:
            return Reply(HTTPStatus.OK, self.server.api.answer(self.command, steps, query, body))
        except RefusalError as refusal:
            return Reply(refusal.status, refusal.body)

    def _save(self, token: str) -> Reply:
        store = self.server.store
        try:
            claims = self.server.check.claims(token)
            named = pages.check_save_claims(claims, len(token), self.server.clock())
            with store.one_at_a_time():
                shown = [
                    self.server.api.answer("GET", ["loyaltyObject", one], {}, None) for one in named
                ]
                for one in named:
                    store.add_user(one)
        except (BadTokenError, RefusalError) as error:
            return Reply(HTTPStatus.BAD_REQUEST, pages.failure_page(str(error)))
        return Reply(HTTPStatus.OK, pages.card_page(shown[0]))

    def _inspect(self, path: str, raw: bytes) -> Reply:
        steps = path.strip("/").split("/")[1:]
        if self.command == "GET":
            return self._look(path, steps)
        server = self.server
        match self.command, steps:
            case "POST", ["faults"]:
                try:
                    server.faults.arm(_parsed(raw) or {})
                except (ValueError, TypeError) as error:
                    return Reply(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            case "DELETE", ["faults"]:
                server.faults.clear()
            case "DELETE", ["requests"]:
                server.journal.clear()
            case "DELETE", ["tokens"]:
                server.tokens.revoke()
            case _:
                return _nothing_at(path)
        return Reply(HTTPStatus.OK, {})

    def _look(self, path: str, steps: list[str]) -> Reply:
        match steps:
            case ["requests"]:
                return Reply(HTTPStatus.OK, self.server.journal.view())
            case ["objects" | "classes" as kind]:
                return Reply(HTTPStatus.OK, {kind: self._all(kind)})
            case ["objects" | "classes" as kind, identifier]:
                for one in self._all(kind):
                    if one["id"] == identifier:
                        return Reply(HTTPStatus.OK, one)
        return _nothing_at(path)

    def _all(self, kind: str) -> list[Json]:
        store = self.server.store
        with store.one_at_a_time():
            if kind == "classes":
                return store.all("loyaltyClass")
            found = store.all("loyaltyObject")
            return [{**one, "hasUsers": store.has_users(one["id"])} for one in found]

    def _reply(self, reply: Reply) -> None:
        if reply.status is None:
            self.close_connection = True
            # A close with a reset, so that the client learns of it at once.
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        html = isinstance(reply.body, str)
        content = (str(reply.body) if html else json.dumps(reply.body)).encode("utf-8")
        self.send_response(reply.status)
        kind = "text/html" if html else "application/json"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(content)


def _nothing_at(path: str) -> Reply:
    return Reply(HTTPStatus.NOT_FOUND, {"error": f"nothing to inspect at {path}"})


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
