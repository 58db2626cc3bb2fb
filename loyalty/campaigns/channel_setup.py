"""Channels of an owner: setting one up, looking at it, taking it away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from loyalty.campaigns.channels import gateway
from loyalty.campaigns.channels.choosing import NOT_BY
from loyalty.money import FINE
from loyalty.outgoing import guard
from loyalty.refusals import Refusal
from loyalty.store import audit_log, channel_book
from loyalty.store.audit_log import Changed
from loyalty.store.channel_book import KeptChannel
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.ledger.books import Books

NAMES: Final = ("email", "sms", "telegram")
_ROUNDED: Final = 1e-6
"""What a price may be off for being written in binary."""

Lack = Literal["no_mail", "not_allowed"]
"""Why a channel cannot be set up: the deployment sends no e-mail; the country forbids it."""


class Secrets(Protocol):
    """Where secrets are kept by name."""

    def write(self, name: str, text: str) -> None:
        """Keep a secret, whatever was there."""


class Bots(Protocol):
    """Speaks to Telegram for an owner who sets a bot up."""

    def begin(self, program: str, secret: str) -> str:
        """Let the bot's updates come to us; return its name, empty where it is refused."""
        ...


def secret_name(program: str, channel: str) -> str:
    """Return the name that a channel's secret is kept under."""
    return f"channels/{program}/{channel}"


class Channels:
    """Sets channels up.

    Parameters
    ----------
    mails
        This deployment sends e-mail.
    local
        It is the stage on one machine, where a gateway on loopback may be named.
    """

    def __init__(
        self, books: Books, secrets: Secrets, bots: Bots, *, mails: bool, local: bool = False
    ) -> None:
        self._books = books
        self._secrets = secrets
        self._bots = bots
        self._mails = mails
        self._local = local

    def all(self, program: str) -> list[KeptChannel]:
        """Return all channels that are set up."""
        return list(channel_book.read_all(self._books.tables, program).values())

    def one(self, program: str, channel: str) -> KeptChannel:
        """Return a channel. Raises ``channel_not_found``."""
        found = channel_book.read(self._books.tables, program, channel)
        if found is None:
            raise Refusal("not_found", "channel_not_found", "It is not set up.")
        return found

    def lacks(self, program: str) -> dict[str, Lack]:
        """Return the channels that cannot be set up, and why."""
        region = self._books.programs.current(program).region
        found: dict[str, Lack] = {
            one: "not_allowed" for one in NAMES if region in NOT_BY.get(one, ())
        }
        return found if self._mails else {"email": "no_mail", **found}

    def put(  # noqa: PLR0917
        self,
        program: str,
        channel: str,
        document: Mapping[str, Any],
        secret: str | None,
        seen: int,
        actor: str,
        now: datetime,
    ) -> KeptChannel:
        """Set a channel up, or anew; what rested or was down goes on.

        ``secret`` is the bot's or gateway's; None leaves the one that is there.

        Raises
        ------
        Refusal
            ``invalid_channel``, ``channel_refused``: Telegram does not know that bot;
            ``precondition_failed``.
        """
        before = channel_book.read(self._books.tables, program, channel)
        if (before.version if before else 0) != seen:
            raise changed_meanwhile()
        self._check(program, channel, document, secret or (before and "kept") or "")
        told = dict(document)
        if channel == "telegram":
            told["bot"] = str(before.document.get("bot", "")) if before else ""
            if secret:
                told["bot"] = self._bots.begin(program, secret)
                if not told["bot"]:
                    detail = "Telegram does not take that token."
                    raise Refusal("invalid", "channel_refused", detail, pointer="/secret")
        if before and before.document == told and not (secret or before.held):
            return before
        if secret:
            self._secrets.write(secret_name(program, channel), secret)
        after = KeptChannel(channel, told, seen + 1)
        self._write(program, channel_book.put(program, after), before, after, actor, now)
        return after

    def remove(self, program: str, channel: str, seen: int, actor: str, now: datetime) -> None:
        """Take a channel away; what waits for it ends three days later.

        Raises
        ------
        Refusal
            ``channel_not_found``, ``precondition_failed``.
        """
        before = self.one(program, channel)
        if before.version != seen:
            raise changed_meanwhile()
        gone = replace(before, document={}, version=seen + 1)
        self._write(program, channel_book.remove(program, before), before, gone, actor, now)

    def _check(self, program: str, channel: str, sent: Mapping[str, Any], secret: str) -> None:
        lack = self.lacks(program).get(channel)
        if lack == "not_allowed":
            region = self._books.programs.current(program).region
            raise _invalid("", f"Nobody may advertise there in {region}.")
        if lack == "no_mail":
            raise _invalid("", "This deployment sends no e-mail: set MESSAGE_CHANNEL.")
        _check_price(float(sent.get("price") or 0))
        if channel == "telegram" and not secret:
            raise _invalid("/secret", "Give the token that BotFather has told you.")
        if channel != "sms":
            return
        described = sent.get("gateway")
        if not described:
            if not sent.get("sender"):
                raise _invalid("/sender", "Give the origination identity of AWS.")
            return
        try:
            guard.target(described["url"], local=self._local)
        except Refusal as refusal:
            raise _invalid("/gateway/url", refusal.detail) from None
        values = " ".join(described["fields"].values())
        for name in ("to", "text"):
            if f"{{{name}}}" not in values:
                raise _invalid("/gateway/fields", f"A field has to hold {{{name}}}.")

    def _write(  # noqa: PLR0917
        self,
        program: str,
        write: Any,
        before: KeptChannel | None,
        after: KeptChannel,
        actor: str,
        now: datetime,
    ) -> None:
        told = (dict(before.document) if before else {}, dict(after.document))
        line = Changed(program, now, actor, "channel.put", after.id, *told, after.version)
        if not written(self._books.tables, write, audit_log.put(line)):
            raise changed_meanwhile()


def _check_price(price: float) -> None:
    parts = price * FINE
    if abs(parts - round(parts)) > _ROUNDED:
        detail = f"A price is exact to the {FINE:,}th of a minor unit: write no more digits."
        raise _invalid("/price", detail)


def described(document: Mapping[str, Any]) -> gateway.Gateway | None:
    """Return the gateway that a channel's document describes; None for AWS."""
    found = document.get("gateway")
    if not found:
        return None
    return gateway.Gateway(
        url=found["url"],
        form=bool(found["form"]),
        fields=found["fields"],
        id=found["id"],
        code=found["code"],
        codes=found["codes"],
    )


def _invalid(pointer: str, detail: str) -> Refusal:
    return Refusal("invalid", "invalid_channel", detail, pointer=pointer or None)
