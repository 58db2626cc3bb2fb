"""Carriers that are spoken to by HTTP: Telegram, and a gateway for text messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Protocol

from loyalty.campaigns.channels import gateway, telegram
from loyalty.messages import Handed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.campaigns.channels.gateway import Gateway
    from loyalty.messages import Offer
    from loyalty.outgoing.posting import Reply

SECONDS: Final = 4.0
LARGEST: Final = 64 * 1024
_JSON: Final = {"Content-Type": "application/json"}
_NOT_SENT: Final = frozenset({"url_refused", "name_not_found", "address_refused",
                              "certificate_refused"})  # fmt: skip
"""Reasons for which nothing can have been read on the other side."""


class Posts(Protocol):
    """See ``loyalty.outgoing.posting.Poster``: public addresses only, no redirect."""

    def post(
        self, url: str, body: str, headers: Mapping[str, str], seconds: float, largest: int = 0
    ) -> Reply:
        """Post once."""
        ...


class TelegramBot:
    """A program's bot. Its secret stands in every address, which nobody logs."""

    def __init__(self, posts: Posts, base: str, token: str) -> None:
        self._posts = posts
        self._base = base
        self._token = token

    def offer(self, offer: Offer) -> Handed:
        """Send a message; see ``OfferChannel.offer``."""
        reply = self._ask("sendMessage", telegram.message(offer))
        if reply.reason in _NOT_SENT:
            return Handed("later", seconds=60, reason=reply.reason)
        return telegram.ended(reply.status, reply.content)

    def begin(self, hook: str, secret: str) -> str:
        """Let updates be sent to us; return the bot's name, empty where it is refused."""
        asked = {
            "url": hook,
            "secret_token": secret,
            "allowed_updates": list(telegram.UPDATES),
            "max_connections": 5,
        }
        if not _result(self._ask("setWebhook", json.dumps(asked))):
            return ""
        found = _result(self._ask("getMe", "{}"))
        return str(found.get("username", "")) if isinstance(found, dict) else ""

    def _ask(self, method: str, body: str) -> Reply:
        address = telegram.address(self._base, self._token, method)
        return self._posts.post(address, body, _JSON, SECONDS, LARGEST)


class SmsGateway:
    """A gateway as its owner describes it."""

    def __init__(self, posts: Posts, described: Gateway, secret: str, sender: str) -> None:
        self._posts = posts
        self._described = described
        self._secret = secret
        self._sender = sender

    def offer(self, offer: Offer) -> Handed:
        """Post a message; see ``OfferChannel.offer``."""
        body, kind = gateway.request(self._described, offer, self._secret, self._sender)
        headers = {"Content-Type": kind}
        reply = self._posts.post(self._described.url, body, headers, SECONDS, LARGEST)
        if reply.reason in _NOT_SENT:
            return Handed("later", seconds=60, reason=reply.reason)
        return gateway.ended(self._described, reply.status, reply.content)


def _result(reply: Reply) -> Any:
    try:
        answer = json.loads(reply.content)
    except ValueError:
        return None
    return answer.get("result") if isinstance(answer, dict) and answer.get("ok") is True else None
