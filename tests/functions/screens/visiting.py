"""A visitor of the console whose requests reach the functions of /v1 in this process."""

from __future__ import annotations

import json
import re
import threading
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from functions import console, join
from functions.screens import screen as screens
from functions.screens.calling import Api, Ask, Told
from functions.screens.desk import Desk
from tests.functions.routes.till import served_by, till
from tests.support.events import http, sqs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler import Response

    from tests.functions.conftest import Shop

ME = {"role": "owner", "name": "Ada", "form_token": "0" * 64, "person": "a" * 26}


class Here(Api):
    """Asks the handlers themselves, with a key for the session that a browser has."""

    def __init__(self, shop: Shop, ask: Any, scope: Any = "owner", program: str = "coffee") -> None:
        super().__init__("https://cards.example", "c" * 43)
        self.shop, self._send = shop, ask
        self._key = till(shop, ask, scope, program=program).key
        self._acts = 0
        self._alone = threading.Lock()

    def _asked(self, ask: Ask) -> Told:
        headers = {"authorization": self._key}
        if ask.seen:
            headers["if-match"] = ask.seen
        if ask.method == "POST":
            self._acts += 1
            headers["idempotency-key"] = ask.key or f"act-of-a-visitor-{self._acts}"
        body = None if ask.body is None else json.dumps(ask.body)
        # API Gateway tells addresses decoded.
        event = http(ask.method, unquote(ask.path), headers, body, query=dict(ask.query))
        answer = self._answered(served_by(ask.path), event)
        content = json.loads(answer["body"]) if answer["body"] else {}
        return Told(answer["statusCode"], content, answer["headers"].get("ETag", ""))

    def _answered(self, module: Any, event: dict[str, Any]) -> Any:
        """Let a function answer.

        What is asked at the same time is answered by functions of their own; here all of them are
        in one process, whose resolvers remember one event: that of the page is put back.
        """
        with self._alone:
            page: Any = getattr(BaseRouter, "current_event", None)
            try:
                return self._send(module, event)
            finally:
                BaseRouter.current_event = page

    def work(self, worker: Any, bodies: list[str]) -> None:
        """Let a worker take messages."""
        assert self._answered(worker, sqs(bodies)) == {"batchItemFailures": []}

    def page(self, address: str, language: str) -> str:
        """Return a page of ours as a messenger sees it."""
        headers = {"accept": "text/html", "accept-language": language}
        return str(self._answered(join, http("GET", address, headers))["body"])

    def upload(self, address: str, content: bytes) -> str:
        """Put a file into the bucket that the address of its upload names."""
        place = self.ask(Ask("POST", address)).content
        key = str(place["url"]).partition("example/")[2].partition("?")[0]
        bucket = self.shop.drawn if address == "/v1/pictures" else self.shop.moved
        bucket.objects[key] = content
        return str(place["id"])


class Visitor:
    """Somebody at the console; ``html`` is the page that they see."""

    def __init__(self, shop: Shop, ask: Any, role: str = "owner", language: str = "en") -> None:
        self.api = Here(shop, ask)
        self._me, self._language = {**ME, "role": role}, language
        self.html, self.at = "", ""

    def look(self, address: str, **query: str) -> str:
        """Open a screen."""
        screen, desk = self._desk(address, query)
        self.at = address
        return self._seen(desk.draw(screen.show(desk), screen.place))

    def send(
        self, act: str, files: Mapping[str, bytes] | None = None, /, **typed: str
    ) -> Response[Any]:
        """Send a form of the screen as it was drawn, with what is typed; follow where it leads."""
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.html))
        kept = {
            name: unescape(hidden[name])
            for name in ("seen", "key", "coupon", "campaign")
            if name in hidden
        }
        # What a browser cannot have typed is called by its place: dots.
        sent = {**kept, "act": act, **{name.replace("__", "."): one for name, one in typed.items()}}
        screen, desk = self._desk(self.at, {}, files)
        answer = screens.act(screen, desk, self.at, sent)
        if answer.status_code == 303:
            address, _, query = str(answer.headers["Location"]).partition("?")
            self.look(address, **dict(parse_qsl(query)))
        else:
            self._seen(answer)
        return answer

    def _desk(
        self, address: str, query: Mapping[str, str], files: Mapping[str, bytes] | None = None
    ) -> tuple[screens.Screen, Desk]:
        found = console._found(address)
        assert found is not None, address
        screen, names = found
        program = self.api.get("/v1/program")["document"]
        return screen, Desk(
            api=self.api, language=self._language, me=self._me, program=program, names=names,
            query=query, files=files or {},
        )  # fmt: skip

    def _seen(self, answer: Response[Any]) -> str:
        # As it is read: where a line may end is not seen.
        self.html = str(answer.body).replace("\N{NO-BREAK SPACE}", " ").replace("<wbr>", "")
        return self.html
