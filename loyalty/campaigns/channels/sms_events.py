"""What AWS tells of text messages after it took them, by Amazon SNS. Pure.

Source: End User Messaging user guide, "Messaging events" (``eventType``, ``isFinal``,
``messageId``, ``destinationPhoneNumber``; up to 72 hours late), "Event types for SMS, MMS, and
voice".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from loyalty.campaigns.channels.receipts import Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.campaigns.channels.receipts import How

_HOW: Final[Mapping[str, How]] = {
    "TEXT_DELIVERED": "delivered",
    "TEXT_INVALID": "dead",
    "TEXT_BLOCKED": "dead",
    "TEXT_PROTECT_BLOCKED": "undelivered",
    "TEXT_CARRIER_BLOCKED": "undelivered",
    "TEXT_CARRIER_UNREACHABLE": "undelivered",
    "TEXT_UNREACHABLE": "undelivered",
    "TEXT_INVALID_MESSAGE": "undelivered",
    "TEXT_SPAM": "undelivered",
    "TEXT_TTL_EXPIRED": "undelivered",
}
"""By event type: the phone does not exist, or takes no text messages: then nobody writes to it any
more. What is left out ends nothing: queued, sent, pending, unknown, and ``SUCCESSFUL``, which says
that a carrier has taken it and not that it has come."""


def told(text: str) -> list[Receipt]:
    """Return what an event tells that ends a message; nothing for all other kinds."""
    try:
        content = json.loads(text)
        how = _HOW.get(str(content["eventType"]))
        name, to = str(content["messageId"]), str(content.get("destinationPhoneNumber") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    final = isinstance(content, dict) and content.get("isFinal") is True
    return [Receipt(name, how, to)] if how is not None and final else []
