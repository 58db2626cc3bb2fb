"""Every kind of event there is, and what stands in it: what docs/outgoing.md and tests go by.

No event holds personal data: ids, amounts, instants. Fields are only ever added; what a field means
never changes under one ``VERSION``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""Of the messages' shape; it rises when something that receivers rely on has to change."""

Type = Literal["integer", "text", "text or null", "instant", "object", "true or false"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event's ``data``."""

    type: Type
    meaning: str


_POT = Field("text", "id of the pot")
_POT_KIND = Field("text or null", "`points`, `stamps` or `visits`; null where the pot is gone")
_BALANCE = Field("integer", "what of that pot is the member's after this entry, held value too")
_HOLD = Field("text", "name of the hold: the till's source, a colon, its id")
_REWARD = Field("text", "id of the reward")
_COUPON = Field("text", "id of the coupon")

COMMON: Mapping[str, Field] = {
    "program": Field("text", "id of the program"),
    "member": Field("text or null", "id of the member; null where the event is about a program"),
    "seq": Field(
        "integer",
        "number of the entry in the member's ledger, 0 for joining; of the version where the event "
        "is about a program, of the change where it is about an answer. Events may arrive in any "
        "order: this is theirs",
    ),
}
"""What stands in the data of every event, `event.test` too."""

CAUSE: Mapping[str, Field] = {
    "fact": Field(
        "object",
        "what caused the entry: `kind` (order, redemption, hold, capture, release, undo, adjust, "
        "gift, coupon, coupon-undo, cause, draw, transfer, merge, erase, birthday, welcome, "
        "referral, settle …), `source` (the till's name or the key's id, or null) and `id` (or "
        "null)",
    ),
    "by": Field("text", "who did it: `endpoint:…`, `key:…`, `program`, `nightly`"),
}
"""What stands in the data of every event that comes from an entry."""

_MOVE: Mapping[str, Field] = {"pot": _POT, "pot_kind": _POT_KIND, "balance": _BALANCE}


def _moved(points: str) -> Mapping[str, Field]:
    return {**_MOVE, "points": Field("integer", points)}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: when it is sent, and the fields of its own."""

    meaning: str
    fields: Mapping[str, Field]
    entry: bool = True
    """Whether it comes from an entry, and so says what caused that."""


KINDS: Mapping[str, Kind] = {
    "member.enrolled": Kind(
        "Somebody has joined.",
        {
            "location": Field("text or null", "id of the location where they joined, if known"),
            "source": Field("text or null", "what the shop has called the link they came by"),
            "referred": Field("true or false", "whether another member has brought them"),
        },
        entry=False,
    ),
    "member.merged": Kind(
        "Two members turned out to be one; this one goes on as another.",
        {"into": Field("text or null", "id of the member that this one has become")},
    ),
    "member.erased": Kind("A membership has ended, and who it was is forgotten.", {}),
    "member.paused": Kind("The card is at rest: it neither earns nor spends.", {}),
    "member.resumed": Kind("The card earns and spends again.", {}),
    "points.earned": Kind(
        "An order has earned value, or more than before.",
        {
            **_moved("how much, more than 0"),
            "pending": Field("integer", "how much of it is not spendable yet"),
        },
    ),
    "points.reversed": Kind(
        "An order is worth less than before (refund, cancellation, correction), or a referral's "
        "reward was taken back.",
        {
            **_moved("how much was taken back, more than 0"),
            "owed": Field("integer", "how much of it was spent already and is now owed"),
        },
    ),
    "points.redeemed": Kind("Value was spent.", _moved("how much, more than 0")),
    "points.returned": Kind(
        "Spent value came back: a redemption was undone, or what it paid for was refunded.",
        _moved("how much, more than 0"),
    ),
    "points.given": Kind(
        "Value was given without a sale.",
        {
            **_moved("how much, more than 0"),
            "reason": Field("text", "`gift`, `welcome`, `birthday`, `referral` or `coupon`"),
        },
    ),
    "points.adjusted": Kind(
        "Staff has set a mistake right.", _moved("by how much; negative takes away")
    ),
    "points.imported": Kind(
        "Value was brought along from another system, or that was undone.",
        _moved("by how much; negative takes away"),
    ),
    "points.transferred": Kind(
        "Value has gone to, or come from, another member.",
        {
            **_moved("how much; negative has gone"),
            "reason": Field("text", "`transfer` or `merge`"),
            "other": Field("text or null", "id of the other member"),
        },
    ),
    "points.activated": Kind(
        "Value that was pending is spendable from now on.", _moved("how much, more than 0")
    ),
    "points.expired": Kind("Value has expired.", _moved("how much, more than 0")),
    "points.forfeited": Kind(
        "Value has gone because the membership ended.", _moved("how much, more than 0")
    ),
    "reward.reached": Kind(
        "The balance has reached the price of a reward, or reached it once more: a stamp card is "
        "full.",
        {**_MOVE, "reward": _REWARD, "price": Field("integer", "of the reward")},
    ),
    "reward.redeemed": Kind(
        "A reward was handed out.",
        {**_MOVE, "reward": _REWARD, "price": Field("integer", "what was spent on it")},
    ),
    "coupon.used": Kind("A code of a coupon was used.", {"coupon": _COUPON}),
    "coupon.returned": Kind("The use of a code was undone; it is good again.", {"coupon": _COUPON}),
    "hold.placed": Kind(
        "Value was reserved at a till.",
        {
            **_moved("how much"),
            "hold": _HOLD,
            "expires_at": Field("instant", "when it lapses by itself"),
        },
    ),
    "hold.captured": Kind(
        "Reserved value was spent, all or a part of it.",
        {**_moved("how much was spent"), "hold": _HOLD},
    ),
    "hold.released": Kind(
        "Reserved value is free again.",
        {
            **_moved("how much"),
            "hold": _HOLD,
            "reason": Field("text", "`released` by the till, or `lapsed` by itself"),
        },
    ),
    "tier.changed": Kind(
        "A member has another level.",
        {
            "from": Field("text or null", "id of the level before; null for none"),
            "to": Field("text or null", "id of the level now; null for none"),
            "direction": Field("text", "`up` or `down`"),
        },
    ),
    "tier.will_fall": Kind(
        "A member keeps the level for a time of grace only.",
        {
            "level": Field("text or null", "id of the level"),
            "until": Field("instant", "when it falls, unless enough is reached again"),
        },
    ),
    "referral.completed": Kind(
        "A friend whom this member has brought has bought something.",
        {"friends": Field("integer", "how many, more than 0")},
    ),
    "referral.reversed": Kind(
        "A friend whom this member has brought has paid back all that was bought.",
        {"friends": Field("integer", "how many, more than 0")},
    ),
    "feedback.low": Kind(
        "A member has answered a question with a low score, or with another low one than before.",
        {
            "feedback": Field("text", "id of the answer, for `/v1/feedback/…`"),
            "campaign": Field("text", "id of the campaign that has asked"),
            "asks": Field("text", "`nps`, `stars` or `poll`"),
            "score": Field("integer", "0 to 10, 1 to 5, or the number of an option from 0"),
            "location": Field("text or null", "id of the location that it is about, if known"),
        },
        entry=False,
    ),
    "invitation.answered": Kind(
        "A member has answered an invitation, has answered otherwise, or has moved up from the "
        "waiting list.",
        {
            "campaign": Field("text", "id of the campaign that has invited"),
            "answer": Field("text", "`coming`, `waiting` (for a place), or `no`"),
            "location": Field("text or null", "id of the location of it, if that was said"),
        },
        entry=False,
    ),
    "program.changed": Kind(
        "The owner has put another version of the program in force.", {}, entry=False
    ),
    "event.test": Kind("The owner has asked for a test. It means nothing.", {}, entry=False),
}


def fields_of(kind: str) -> dict[str, Field]:
    """Return all fields of the data of a kind of event."""
    found = KINDS[kind]
    return {**COMMON, **(CAUSE if found.entry else {}), **found.fields}
