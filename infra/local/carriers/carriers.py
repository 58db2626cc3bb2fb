"""All who play carriers of offers, and drand, by the addresses that the outbox serves them at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.local.carriers.amazon import MAIL_PATH, Mail, Texts
from infra.local.carriers.beacons import Beacons
from infra.local.carriers.gateway import Gateway
from infra.local.carriers.messenger import Telegram
from infra.local.carriers.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.local.carriers.answer import Answer


class Carriers:
    """What is taken goes to ``keep``; ``base`` is the address at which all this is served."""

    def __init__(self, keep: Callable[[dict[str, str]], object], base: str) -> None:
        self._mail = Mail(keep)
        self._texts = Texts(keep)
        self._gateway = Gateway(keep)
        self._telegram = Telegram(keep)
        self._topics = Topics(base)
        self._beacons = Beacons()

    def get(self, path: str) -> Answer | None:
        """Answer a GET; None where it is none of theirs."""
        return self._beacons.get(path) or self._topics.get(path)

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """Answer a POST; None where it is none of theirs."""
        if path == MAIL_PATH:
            return self._mail.post(body)
        if path.rstrip("/") == "/sms":
            return self._texts.post(headers, body)
        if path == "/gateway/send":
            return self._gateway.post(body)
        if path == "/sns/messages":
            return self._topics.post(body)
        if path.startswith("/drand/"):
            return self._beacons.post(path, body)
        return self._telegram.post(path, body) if path.startswith("/telegram/") else None
