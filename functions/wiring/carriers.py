"""Who carries offers: SES, AWS for text messages, a gateway, Telegram; nobody for a test side."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from functions.aws.offers import MailCarrier, TextCarrier
from functions.aws.time_left import DEADLINE
from functions.wiring import environment, ledger
from functions.wiring.campaign_running import stop_address
from loyalty.campaigns.channel_setup import described, secret_name
from loyalty.campaigns.channels.posted import SmsGateway, TelegramBot
from loyalty.campaigns.hearing import Hearing
from loyalty.campaigns.sending import Sending
from loyalty.campaigns.trying import Trying
from loyalty.messages import Handed
from loyalty.outgoing.posting import Poster
from loyalty.program import sides
from loyalty.store.dynamodb import client as aws_client
from loyalty.store.dynamodb import limit

if TYPE_CHECKING:
    from loyalty.messages import Offer, OfferChannel
    from loyalty.store.channel_book import KeptChannel


class _Nobody:
    """Of a program's test side: nobody is written to, and everything is as if."""

    def offer(self, offer: Offer) -> Handed:  # noqa: ARG002 - the port's shape
        """Take it."""
        return Handed("accepted")


class _Carriers:
    """See ``loyalty.campaigns.sending.Carriers``."""

    def of(self, program: str, channel: KeptChannel) -> OfferChannel:
        if sides.is_test(program):
            return _Nobody()
        sender = str(channel.document.get("sender") or "")
        named = str(channel.document.get("configuration_set") or "")
        if channel.id == "email":
            settings = environment.configuration()
            return MailCarrier(_client("sesv2"), settings.sender_address, named)
        gateway = described(channel.document) if channel.id == "sms" else None
        if channel.id == "sms" and gateway is None:
            most = str(channel.document.get("most") or "")
            return TextCarrier(_client("pinpoint-sms-voice-v2"), sender, most, named)
        secret = environment.secret(secret_name(program, channel.id))
        if gateway is not None:
            return SmsGateway(_poster(), gateway, secret, sender)
        return TelegramBot(_poster(), environment.configuration().telegram_url, secret)


@cache
def sending() -> Sending:
    """Return what hands offers over."""
    return Sending(ledger.books(), _Carriers(), stop_address)


@cache
def trying() -> Trying:
    """Return what hands over messages that try a channel."""
    return Trying(ledger.books(), _Carriers(), stop_address)


@cache
def hearing() -> Hearing:
    """Return what takes what carriers and members say."""
    return Hearing(ledger.books())


def _poster() -> Poster:
    return Poster(local=environment.configuration().development)


@cache
def _client(service: str) -> Any:
    # Nothing is sent twice because an answer was slow.
    client = aws_client(service, once=True)
    limit(client, DEADLINE)
    return client
