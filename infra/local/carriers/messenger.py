"""Plays Telegram: the Bot API, and people who write to a bot, block it and come back.

A bot's token begins with digits and a colon; everything else is unauthorized. Nobody is written to
who has not begun. ``POST /telegram/people/<chat>`` {"says"} or {"does": "blocks"} is what a person
does; the update goes to the bot's webhook, twice where {"twice": true}, as Telegram may send it.
Sources: core.telegram.org/bots/api; bots/faq for limits (30 a second, one a second for a chat).
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections import deque
from typing import TYPE_CHECKING, Any

from infra.local.carriers.answer import Answer, as_json

if TYPE_CHECKING:
    from collections.abc import Callable

USERNAME = "loyalty_local_bot"
MOST, LONGEST = 30, 4096
_METHOD = re.compile(r"/telegram/bot([^/]*)/(\w+)")
_PERSON = re.compile(r"/telegram/people/(-?[0-9]{1,18})")
_TOKEN = re.compile(r"[0-9]{3,12}:[A-Za-z0-9_-]{10,60}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Telegram:
    """One Telegram with as many bots as have a webhook."""

    def __init__(
        self,
        keep: Callable[[dict[str, str]], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep = keep
        self._clock = clock
        self._hooks: dict[str, tuple[str, str]] = {}
        self._begun: set[str] = set()
        self._blocked: set[str] = set()
        self._sent: deque[float] = deque()
        self._last: dict[str, float] = {}
        self._update = 0

    def post(self, path: str, body: bytes) -> Answer:
        """Answer the Bot API, or let a person do something."""
        try:
            sent = json.loads(body or b"{}")
        except ValueError:
            return _fault(400, "Bad Request: can't parse JSON")
        person = _PERSON.fullmatch(path)
        if person:
            return self._person(person[1], sent)
        method = _METHOD.fullmatch(path)
        if method is None or not _TOKEN.fullmatch(method[1]):
            return _fault(401, "Unauthorized")
        if method[2] == "getMe":
            return _ok({"id": 1, "is_bot": True, "first_name": "Loyalty", "username": USERNAME})
        if method[2] == "setWebhook":
            return self._hook(method[1], sent)
        return self._send(sent) if method[2] == "sendMessage" else _fault(404, "Not Found")

    def _hook(self, token: str, sent: dict[str, Any]) -> Answer:
        url, secret = str(sent.get("url", "")), str(sent.get("secret_token", ""))
        if not url.startswith(("https://", "http://127.0.0.1")):
            return _fault(400, "Bad Request: bad webhook: HTTPS url must be provided")
        if not _SECRET.fullmatch(secret):
            return _fault(400, "Bad Request: secret token contains unallowed characters")
        self._hooks[token] = url, secret
        return _ok(True)

    def _send(self, sent: dict[str, Any]) -> Answer:
        chat, text = str(sent.get("chat_id", "")), sent.get("text")
        if not isinstance(text, str) or not text.strip():
            return _fault(400, "Bad Request: message text is empty")
        if len(text) > LONGEST:
            return _fault(400, "Bad Request: message is too long")
        if chat not in self._begun:
            return _fault(403, "Forbidden: bot can't initiate conversation with a user")
        if chat in self._blocked:
            return _fault(403, "Forbidden: bot was blocked by the user")
        now = self._clock()
        while self._sent and self._sent[0] <= now - 1:
            self._sent.popleft()
        if len(self._sent) >= MOST or now - self._last.get(chat, -2) < 1:
            more = {"parameters": {"retry_after": 1}}
            return _fault(429, "Too Many Requests: retry after 1", **more)
        self._sent.append(now)
        self._last[chat] = now
        return _ok({"message_id": self._told(chat, text)})

    def _told(self, chat: str, text: str) -> int:
        self._update += 1
        kept = {"to": chat, "subject": "", "text": text, "by": "telegram"}
        self._keep(kept | {"id": str(self._update)})
        return self._update

    def _person(self, chat: str, sent: dict[str, Any]) -> Answer:
        self._update += 1
        about = {"id": int(chat), "type": "private", "first_name": "Ann"}
        update: dict[str, Any] = {"update_id": self._update}
        if sent.get("does") in {"blocks", "unblocks"}:
            kicked = sent["does"] == "blocks"
            (self._blocked.add if kicked else self._blocked.discard)(chat)
            status = "kicked" if kicked else "member"
            moved = {"chat": about, "new_chat_member": {"status": status}}
            update["my_chat_member"] = moved
        else:
            self._begun.add(chat)
            self._blocked.discard(chat)
            update["message"] = {"message_id": 1, "chat": about, "text": sent.get("says", "")}
        statuses = []
        for _ in range(2 if sent.get("twice") else 1):
            statuses += [self._call(url, secret, update) for url, secret in self._hooks.values()]
        return as_json(200, {"statuses": statuses})

    def _call(self, url: str, secret: str, update: dict[str, Any]) -> int:
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": secret,
        }
        request = urllib.request.Request(  # noqa: S310 - checked when it was set
            url, json.dumps(update).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                said = json.loads(answer.read() or b"{}")
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, ValueError):
            return 0
        if said.get("method") == "sendMessage":
            self._told(str(said["chat_id"]), str(said["text"]))
        return status


def _ok(result: Any) -> Answer:
    return as_json(200, {"ok": True, "result": result})


def _fault(status: int, description: str, **more: Any) -> Answer:
    return as_json(status, {"ok": False, "error_code": status, "description": description, **more})
