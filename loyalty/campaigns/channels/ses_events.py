"""What Amazon SES tells of e-mails after it took them, by Amazon SNS. Pure.

Sources: SES developer guide, "Contents of Amazon SNS notifications" (``notificationType``, and
``eventType`` where events are published); SNS developer guide, "Verifying the signatures of Amazon
SNS messages" (what is signed, and in which order).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION: Final = (
    "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
)  # fmt: skip
_HOST = re.compile(r"https://sns\.[a-z0-9-]{1,30}\.amazonaws\.com(\.cn)?/[!-~]*")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an e-mail: its id with SES, how, and at which addresses."""

    id: str
    how: Literal["dead", "soft", "complained"]
    addresses: tuple[str, ...] = ()


def signed(envelope: Mapping[str, Any]) -> bytes:
    """Return the bytes of an envelope that are signed; empty for a kind that is none."""
    fields = {
        "Notification": _NOTIFICATION,
        "SubscriptionConfirmation": _CONFIRMATION,
        "UnsubscribeConfirmation": _CONFIRMATION,
    }.get(str(envelope.get("Type")), ())
    lines = [
        text
        for name in fields
        if (value := envelope.get(name)) is not None
        for text in (name, str(value))
    ]
    return "".join(f"{one}\n" for one in lines).encode()


def of_amazon(url: str, local: str = "") -> bool:
    """Tell whether an address is one of Amazon SNS; ``local``: of the stage on one machine."""
    return bool(_HOST.fullmatch(url)) or bool(local and url.startswith(f"{local}/"))


def told(text: str) -> list[Told]:
    """Return what a notification tells that ends something; nothing for all other kinds.

    A bounce that is not permanent may pass; that somebody's mailbox says "spam" is their no.
    """
    try:
        content = json.loads(text)
        kind = content.get("notificationType") or content.get("eventType")
        name = str(content["mail"]["messageId"])
        if kind == "Complaint":
            return [Told(name, "complained")]
        if kind == "Bounce":
            bounce = content["bounce"]
            permanent = bounce["bounceType"] == "Permanent"
            at = tuple(str(one["emailAddress"]).lower() for one in bounce["bouncedRecipients"])
            return [Told(name, "dead" if permanent else "soft", at)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return []
