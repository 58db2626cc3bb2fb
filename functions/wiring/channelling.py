"""What owners do with channels to members."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.aws.parameters import SsmParameters
from functions.aws.time_left import DEADLINE
from functions.wiring import access, environment, ledger, queues
from loyalty.campaigns.channel_setup import Channels
from loyalty.campaigns.trying import Asking
from loyalty.program import sides
from loyalty.store.dynamodb import client as aws_client
from loyalty.store.dynamodb import limit

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class _Bots:
    """See ``loyalty.campaigns.channel_setup.Bots``."""

    def begin(self, program: str, secret: str) -> str:
        # Few set a bot up, and what speaks to it is slow to load.
        from loyalty.campaigns.channels.posted import TelegramBot  # noqa: PLC0415
        from loyalty.outgoing.posting import Poster  # noqa: PLC0415

        settings = environment.configuration()
        if sides.is_test(program):
            return "test_bot"
        bot = TelegramBot(Poster(local=settings.development), settings.telegram_url, secret)
        hook = f"{settings.base_url}/messages/telegram/{program}"
        return bot.begin(hook, access.tokens().hook_secret(program))


@cache
def channels() -> Channels:
    """Return who sets channels up."""
    settings = environment.configuration()
    return Channels(
        ledger.books(),
        SsmParameters(_ssm(), settings.secrets_path),
        _Bots(),
        mails=settings.message_channel != "none",
        local=settings.development,
    )


@cache
def asking() -> Asking:
    """Return who takes an owner's wish to try a channel."""
    return Asking(ledger.books(), queues.offers_queue())


def _ssm() -> SSMClient:
    endpoint = environment.configuration().aws_endpoint_url or None
    client: SSMClient = aws_client("ssm", endpoint)
    limit(client, DEADLINE)
    return client
