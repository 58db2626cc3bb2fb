"""/v1/channels: by which ways besides the card members are told, and how each is set up."""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.wiring import access, channelling, environment
from loyalty.campaigns.channel_setup import Lack  # noqa: TC001 - pydantic reads it
from loyalty.campaigns.channels.receipts import How  # noqa: TC001 - pydantic reads it
from loyalty.core.instants import instant
from loyalty.messages import Ended  # noqa: TC001 - pydantic reads it
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.store.channel_book import KeptChannel, Trial

operations = Operations("Channels", "others")

_NAMES = {"channel": Name(r"email|sms|telegram", "`email`, `sms` or `telegram`.", "sms")}
_GATEWAY: dict[str, Any] = {
    "url": "https://gateway.example.com/sys/send.php",
    "form": True,
    "fields": {"apikey": "{secret}", "phones": "{to}", "mes": "{text}", "charset": "utf-8",
               "fmt": "3"},
    "id": "/id",
    "code": "/error_code",
    "codes": {"3": "down", "6": "refused", "7": "dead", "9": "refused"},
    "receipts": {"id": "/id", "code": "/status", "codes": {"1": "delivered", "20": "undelivered",
                                                           "24": "dead"}},
}  # fmt: skip
_SENT: dict[str, Any] = {"price": 5, "gateway": _GATEWAY, "secret": "s3cret"}
_SHOWN: dict[str, Any] = {
    "channel": "sms", "version": 1, "price": 5, "sender": None, "most": None, "topic": None,
    "configuration_set": None, "gateway": _GATEWAY,
    "receipts_to": "https://cards.example.com/messages/gateway/coffee/3q2w…",
    "bot": None, "rests": False, "down": None,
    "trial": {"asked_at": "2026-11-30T09:00:00Z", "outcome": "accepted", "reason": None},
}  # fmt: skip

Text = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(max_length=200)]


class ReceiptShape(Sent):
    """How a gateway's receipts are read: an object, a list of them, or a form."""

    id: Annotated[Line, Field(description="Where the message's id stands: a JSON pointer.")]
    code: Annotated[Line, Field(description="Where the code stands.")]
    codes: Annotated[
        dict[Line, How],
        Field(min_length=1, max_length=100, description="What a code means; one that is not named "
              "ends nothing. `dead` ends the channel: nobody is there."),
    ]  # fmt: skip


class GatewayShape(Sent):
    """A gateway for text messages that speaks HTTP."""

    url: Annotated[str, Field(max_length=500, description="https, port 443, a public name.")]
    form: Annotated[bool, Field(description="A form is posted, else a JSON object.")] = True
    fields: Annotated[
        dict[Line, Line],
        Field(min_length=1, max_length=20, description="What is posted; {to}, {text}, {secret} and "
              "{sender} are filled in."),
    ]  # fmt: skip
    id: Annotated[
        Line, Field(description="Where the id stands in its answer: a JSON pointer (RFC 6901).")
    ] = "/id"
    code: Annotated[Line, Field(description="Where a code stands; empty: there is none.")] = ""
    codes: Annotated[
        dict[Line, Ended],
        Field(max_length=100, description="What a code means; one that is not named means that "
              "nobody knows, and such a message is never sent again."),
    ] = Field(default_factory=dict)  # fmt: skip
    receipts: Annotated[
        ReceiptShape | None,
        Field(description="What it posts to the channel's `receipts_to` about what became of it."),
    ] = None


class ChannelSent(Sent):
    """How a channel is set up."""

    price: Annotated[
        float, Field(ge=0, le=10_000, description="Minor units for a message, or a part of a text "
                     "message, to the ten-thousandth: it counts in budgets.")
    ] = 0  # fmt: skip
    sender: Annotated[
        Text | None, Field(description="`sms`: the origination identity of AWS, or {sender}.")
    ] = None
    most: Annotated[
        str | None,
        Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,6})?$", description="`sms` of AWS: MaxPrice, US $."),
    ] = None
    topic: Annotated[
        Text | None,
        Field(description="`email`: the SNS topic that bounces are told to; `sms` of AWS: the one "
              "that events are told to."),
    ] = None  # fmt: skip
    configuration_set: Annotated[
        Text | None, Field(description="`email`: of SES; `sms`: of End User Messaging.")
    ] = None
    gateway: GatewayShape | None = None
    secret: Annotated[
        Text | None, Field(description="Of the bot or the gateway; it cannot be read again.")
    ] = None


class ReceiptTold(Told):
    """How receipts are read."""

    id: str
    code: str
    codes: dict[str, str]


class GatewayTold(Told):
    """A gateway."""

    url: str
    form: bool
    fields: dict[str, str]
    id: str
    code: str
    codes: dict[str, str]
    receipts: ReceiptTold | None


class TrialTold(Told):
    """The last message that tried a channel as it is set up."""

    asked_at: datetime
    outcome: Annotated[
        Ended | None,
        Field(description="null: not handed over yet; `accepted` is what a carrier says, and not "
              "that it has come."),
    ]  # fmt: skip
    reason: Annotated[str | None, Field(description="The carrier's code.")]


class TrialSent(Sent):
    """Whom to write to."""

    member_id: Annotated[
        str,
        Field(pattern=r"^[0-9a-f]{32}$", description="Who has agreed to it: a card of your own."),
    ]


class TrialAsked(Told):
    """It waits for its carrier."""

    channel: str


class ChannelTold(Told):
    """A channel, without its secret."""

    channel: str
    version: int
    price: float
    sender: str | None
    most: str | None
    topic: str | None
    configuration_set: str | None
    gateway: GatewayTold | None
    receipts_to: Annotated[
        str | None,
        Field(description="Where a gateway posts its receipts, or the topic of AWS its events: a "
              "secret address where it is a gateway's."),
    ]  # fmt: skip
    bot: Annotated[str | None, Field(description="The name of the bot, as Telegram says it.")]
    rests: Annotated[bool, Field(description="Its carrier has asked for a rest.")]
    down: Annotated[
        str | None, Field(description="Its carrier's code of why it takes nothing any more.")
    ]
    trial: TrialTold | None


class ChannelList(Told):
    """All that are set up."""

    channels: list[ChannelTold]
    lacks: Annotated[
        dict[str, Lack],
        Field(description="Channels that cannot be set up: this deployment sends no e-mail; the "
              "program's country forbids it."),
    ]  # fmt: skip


class ChannelGone(Told):
    """What is not set up any more."""

    channel: str


@operations.add(
    "GET",
    "/v1/channels",
    summary="List channels",
    scopes=("owner",),
    answers={
        200: Said(
            ChannelList,
            "All there are.",
            {"one": {"channels": [_SHOWN], "lacks": {"email": "no_mail"}}},
        )
    },
)
def list_channels(call: Call[None, None]) -> Answer:
    """List the ways by which members are told besides the card. Secrets cannot be read."""
    found = channelling.channels()
    told = [_told(one, call) for one in found.all(call.key.program)]
    return Answer(ChannelList(channels=told, lacks=found.lacks(call.key.program)))


@operations.add(
    "GET",
    "/v1/channels/{channel}",
    summary="Show a channel",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(ChannelTold, "As it is.", {"one": _SHOWN})},
    refusals=("channel_not_found",),
)
def show_channel(call: Call[None, None]) -> Answer:
    """Show a channel. Its ETag is what a change of it has to name."""
    found = channelling.channels().one(call.key.program, call.names["channel"])
    return Answer(_told(found, call), tag=f'"{found.version}"')


@operations.add(
    "PUT",
    "/v1/channels/{channel}",
    summary="Set a channel up",
    scopes=("owner",),
    names=_NAMES,
    body=ChannelSent,
    guarded=True,
    examples={"gateway": _SENT},
    answers={200: Said(ChannelTold, "It is set up.", {"one": _SHOWN})},
    refusals=("invalid_channel", "channel_refused"),
)
def put_channel(call: Call[ChannelSent, None]) -> Answer:
    """Set a channel up, or anew. If-Match is its ETag, or `"0"` for one that is not there yet.

    A bot is told at once where its updates go. Whoever sets a channel up anew lets it go on that
    was down; campaigns that it stopped are resumed one by one.
    """
    document = call.body.model_dump(mode="json", exclude={"secret"})
    found = channelling.channels().put(
        call.key.program,
        call.names["channel"],
        document,
        call.body.secret,
        _seen(call),
        call.actor,
        call.now,
    )
    return Answer(_told(found, call), tag=f'"{found.version}"')


@operations.add(
    "DELETE",
    "/v1/channels/{channel}",
    summary="Take a channel away",
    scopes=("owner",),
    names=_NAMES,
    guarded=True,
    answers={200: Said(ChannelGone, "It is gone.", {"one": {"channel": "sms"}})},
    refusals=("channel_not_found",),
)
def delete_channel(call: Call[None, None]) -> Answer:
    """Take a channel away. What waits for it is not sent; its secret stays until the next one."""
    name = call.names["channel"]
    channelling.channels().remove(call.key.program, name, _seen(call), call.actor, call.now)
    return Answer(ChannelGone(channel=name))


@operations.add(
    "POST",
    "/v1/channels/{channel}/test",
    summary="Try a channel",
    scopes=("owner",),
    names=_NAMES,
    body=TrialSent,
    examples={"my card": {"member_id": "0123456789abcdef0123456789abcdef"}},
    answers={202: Said(TrialAsked, "It is on its way.", {"one": {"channel": "sms"}})},
    refusals=("channel_not_found", "member_not_found", "channel_not_reached"),
)
def try_channel(call: Call[TrialSent, None]) -> Answer:
    """Write one message to a member who has agreed to the channel: a card of your own.

    How its carrier took it stands in the channel within seconds, as `trial`.
    """
    name = call.names["channel"]
    channelling.asking().ask(call.key.program, name, call.body.member_id, call.now)
    return Answer(TrialAsked(channel=name), 202)


def _seen(call: Call[Any, Any]) -> int:
    match = re.fullmatch(r'"(0|[1-9][0-9]{0,8})"', call.seen)
    if match is None:
        raise changed_meanwhile()
    return int(match[1])


def _told(one: KeptChannel, call: Call[Any, Any]) -> ChannelTold:
    document = one.document
    found = document.get("gateway")
    return ChannelTold(
        channel=one.id,
        version=one.version,
        price=one.document.get("price") or 0,
        sender=document.get("sender"),
        most=document.get("most"),
        topic=document.get("topic"),
        configuration_set=document.get("configuration_set"),
        gateway=_gateway(found) if found else None,
        receipts_to=_receipts_to(one, call.key.program),
        bot=document.get("bot"),
        rests=one.held > call.now.timestamp(),
        down=one.down or None,
        trial=_trial(one.trial) if one.trial else None,
    )


def _gateway(found: dict[str, Any]) -> GatewayTold:
    receipts = found.get("receipts")
    told = ReceiptTold(**receipts) if receipts else None
    return GatewayTold(**{**found, "receipts": told})


def _receipts_to(one: KeptChannel, program: str) -> str | None:
    if one.id != "sms":
        return None
    base = environment.configuration().base_url
    if not one.document.get("gateway"):
        return f"{base}/messages/sms/{program}"
    return f"{base}/messages/gateway/{program}/{access.tokens().receipt_secret(program)}"


def _trial(one: Trial) -> TrialTold:
    outcome = cast("Ended", one.how) if one.how else None
    return TrialTold(
        asked_at=instant(one.asked * 1_000_000), outcome=outcome, reason=one.reason or None
    )
