"""The local Wallet API as an HTTP server: routes, bearer check, faults, who sends callbacks."""

from __future__ import annotations

import json
import logging
import re
import socket
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from infra.local.wallet import overview, pages, rules
from infra.local.wallet.account import (
    ISSUER_ID,
    BadTokenError,
    SignatureCheck,
    ensure_service_account,
)
from infra.local.wallet.api import WalletApi
from infra.local.wallet.callbacks import Callbacks
from infra.local.wallet.faults import Faults, Journal, RateLimit
from infra.local.wallet.inspection import everything, inspect
from infra.local.wallet.keys import CallbackKeys
from infra.local.wallet.reply import Reply
from infra.local.wallet.rules import RefusalError
from infra.local.wallet.saving import SOMEBODY, Saving
from infra.local.wallet.store import Store
from infra.local.wallet.switches import Switches
from infra.local.wallet.tokens import Tokens
from infra.local.web import ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]

API_STEPS = ["walletobjects", "v1"]
SECRET_PATHS = ("/token", "/walletobjects/v1/jwt")
LONGEST_WAIT = 0.5
"""Seconds between looks for callbacks that are due again."""


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
    deliver
        Send callbacks from a thread; without it a test calls ``callbacks.deliver()``.
    """

    daemon_threads = True

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        deliver: bool = True,
    ) -> None:
        self.store = Store(folder)  # first: a busy port makes the base class call server_close
        self._ended = threading.Event()
        self._postman: threading.Thread | None = None
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.clock = clock
        self.sleep = sleep
        self.faults = Faults()
        self.journal = Journal()
        self.limit = RateLimit()
        self._switches = Switches().changed(self.store.setting("switches") or {})
        self.check = SignatureCheck(ensure_service_account(folder))
        self.tokens = Tokens(self.check, f"{self.url}/token")
        self.keys = CallbackKeys(self.store, clock)
        self.callbacks = Callbacks(self.store, self.keys, clock, _post, self.switches)
        self.api = WalletApi(self.store, ISSUER_ID, clock, self.switches)
        self.saving = Saving(
            *(self.api, self.store, self.check),
            callbacks=self.callbacks,
            clock=clock,
            switches=self.switches,
            save_url=f"{self.url}/gp/v/save",
        )
        if deliver:
            self._postman = threading.Thread(target=self._deliver, daemon=True)
            self._postman.start()

    def switches(self) -> Switches:
        """Return the switches as they are now."""
        return self._switches

    def switch(self, wanted: Switches) -> None:
        """Set all switches, and keep them over restarts."""
        self._switches = wanted
        self.store.set("switches", wanted.view())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client hang up, as one does that does not want to wait; tell all the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Stop listening and sending, and close the store."""
        super().server_close()
        self._ended.set()
        if self._postman is not None:
            self.callbacks.waiting.set()
            self._postman.join()
        self.store.close()

    def _deliver(self) -> None:
        while not self._ended.is_set():
            left = self.callbacks.deliver()
            self.callbacks.waiting.wait(LONGEST_WAIT if left is None else min(left, LONGEST_WAIT))
            self.callbacks.waiting.clear()


def _post(url: str, body: bytes) -> int | None:
    headers = {"Content-Type": "application/json", "User-Agent": "Googlebot/2.1 (local stand-in)"}
    try:
        return ask("POST", url, body, headers, timeout=20.0).status
    except OSError:
        return None


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
            return self._reply(inspect(self.server, self.command, path, _parsed(raw)))
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
                rest = str(fault.retry_after) if fault.retry_after is not None else ""
                reply = Reply(fault.status, body, (("Retry-After", rest),) if rest else ())
        if reply is None:
            reply = Reply(None)
        if path == "/token" or path.startswith("/walletobjects/"):
            # Assertions and save tokens are as good as passwords, so they are not remembered.
            noted = None if path.startswith(SECRET_PATHS) else _parsed(raw)
            self.server.journal.note(self.command, path, reply.status, noted)
        return self._reply(reply)

    def _answer(self, path: str, query: dict[str, str], raw: bytes) -> Reply:
        steps = [step for step in path.split("/") if step]
        if path == "/token" and self.command == "POST":
            return self._token(raw)
        if steps[:2] == API_STEPS:
            return self._api(steps[2:], query, raw)
        return self._page(steps, query, raw)

    def _page(self, steps: list[str], query: dict[str, str], raw: bytes) -> Reply:
        match self.command, steps:
            case "GET", ["gp", "m", "issuer", "keys"]:
                age = self.server.switches().keys_max_age
                headers = (("Cache-Control", f"public, max-age={age}"),)
                return Reply(HTTPStatus.OK, self.server.keys.document(), headers)
            case "GET", ["gp", "v", "save", token]:
                return self._save(token, query)
            case "GET", []:
                return self._overview()
            case "GET", ["card", identifier]:
                return self._card(identifier, query.get("user", SOMEBODY), self._language(query))
            case "POST", ["card", identifier, "remove"]:
                form = dict(parse_qsl(raw.decode("utf-8", "replace")))
                self.server.saving.remove(identifier, form.get("user", SOMEBODY))
                return Reply(HTTPStatus.SEE_OTHER, "", (("Location", "/"),))
        return Reply(HTTPStatus.NOT_FOUND, rules.envelope(404, "Not found on this server."))

    def _token(self, raw: bytes) -> Reply:
        form = dict(parse_qsl(raw.decode("utf-8", "replace")))
        try:
            return Reply(HTTPStatus.OK, self.server.tokens.grant(form, self.server.clock()))
        except BadTokenError as error:
            refusal = {"error": "invalid_grant", "error_description": str(error)}
            return Reply(HTTPStatus.BAD_REQUEST, refusal)

    def _api(  # noqa: PLR0911  one for each kind of answer
        self, steps: list[str], query: dict[str, str], raw: bytes
    ) -> Reply:
        server = self.server
        bearer = self.headers.get("Authorization") or ""
        if not server.tokens.accepts(bearer, server.clock()):
            message = "Request had invalid authentication credentials."
            return Reply(HTTPStatus.UNAUTHORIZED, rules.envelope(401, message))
        switches = server.switches()
        if switches.latency:
            server.sleep(switches.latency)
        if server.limit.is_exceeded(server.clock(), switches.rate_limit):
            message = "Rate Limit Exceeded"
            body = rules.envelope(switches.rate_answer, message, "rateLimitExceeded")
            return Reply(switches.rate_answer, body)
        body = _parsed(raw)
        try:
            match self.command, steps:
                case "POST", ["jwt"]:
                    return Reply(HTTPStatus.OK, server.saving.insert(body))
                case "POST", ["jwt", "validate"]:
                    return Reply(HTTPStatus.OK, server.saving.validate(body))
            answer = server.api.answer(self.command, steps, query, body)
            return Reply(HTTPStatus.OK, rules.partial(answer, query.get("fields", "")))
        except RefusalError as refusal:
            return Reply(refusal.status, refusal.body)
        except Exception:
            # A hole in these rules is an answer, too: a dropped connection says nothing.
            logging.getLogger(__name__).exception("a request that was not foreseen")
            message = "Internal error of the local Wallet API: see its log."
            return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, rules.envelope(500, message))

    def _save(self, token: str, query: dict[str, str]) -> Reply:
        user = query.get("user", SOMEBODY)
        try:
            shown = self.server.saving.save(token, user, query.get("device", ""))
        except (BadTokenError, RefusalError) as error:
            return Reply(HTTPStatus.BAD_REQUEST, pages.failure_page(str(error)))
        return self._card(shown[0]["id"], user, self._language(query))

    def _language(self, query: dict[str, str]) -> str:
        """Return the language of the reader's phone: of the address, else of the browser."""
        asked = query.get("language") or self.headers.get("Accept-Language") or "en"
        found = re.match(r"[A-Za-z]{2,3}", asked)
        return found[0].lower() if found else "en"

    def _card(self, identifier: str, user: str, language: str) -> Reply:
        server = self.server
        for one in everything(server.store, "objects"):
            if one["id"] == identifier:
                program = server.store.get("loyaltyClass", one["classId"])
                shown = one | {"classReference": program}
                demo = server.switches().demo
                page = pages.card_page(shown, user, language=language, test_only=demo)
                return Reply(HTTPStatus.OK, page)
        return Reply(HTTPStatus.NOT_FOUND, pages.failure_page(f"There is no object {identifier}."))

    def _overview(self) -> Reply:
        server = self.server
        first = Switches().view()
        changed = {
            name: value for name, value in server.switches().view().items() if value != first[name]
        }
        page = overview.overview(
            everything(server.store, "classes"),
            everything(server.store, "objects"),
            notifications=server.store.notifications(),
            callbacks=server.store.callbacks(),
            counts=server.journal.view()["counts"],
            changed=changed,
        )
        return Reply(HTTPStatus.OK, page)

    def _reply(self, reply: Reply) -> None:
        if reply.status is None:
            self.close_connection = True
            # A close with a reset, so that the client learns of it at once.
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        html = isinstance(reply.body, str)
        if isinstance(reply.body, bytes):
            content = reply.body
        else:
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            content = text.encode("utf-8")
        self.send_response(reply.status)
        kind = "text/html" if html else "application/json"
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(content)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            **dict(reply.headers),
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
