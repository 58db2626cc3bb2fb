"""/v1/rewards: what can be had for points, and how much of it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.member_shapes import Points  # noqa: TC001 - pydantic reads it
from functions.wiring import staffing
from loyalty.languages import Language  # noqa: TC001 - pydantic reads it
from loyalty.ledger.act import Act
from loyalty.ledger.stock import MOST

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.ledger.stock import OnOffer

operations = Operations("Rewards and coupons", "others")

_REWARD = {"reward": Name(r"[a-z][a-z0-9-]{0,39}", "A reward's id in the program.", "mug")}
_EITHER: dict[str, Any] = {
    "oneOf": [
        {"required": ["left"], "properties": {"more": False}},
        {"required": ["more"], "properties": {"left": False}},
    ]
}
_MUG: dict[str, Any] = {
    "id": "mug",
    "name": {"en": "A mug"},
    "pot": "points",
    "price": 300,
    "first_day": None,
    "last_day": None,
    "per_member": 1,
    "stocked": True,
    "left": 48,
    "taken": 2,
}


class StockSent(Sent):
    """How many there are now, or how many come on top; fewer, if that is negative."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    left: Annotated[int, Field(ge=0, le=MOST)] = 0
    more: Annotated[int, Field(ge=-MOST, le=MOST)] = 0

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if len({"left", "more"} & self.model_fields_set) != 1:
            raise PydanticCustomError("left_or_more", "Send left, or more.")
        return self


class OfferTold(Told):
    """A reward of the program, and what is left of it."""

    id: str
    name: dict[Language, str]
    pot: str
    price: Points
    first_day: str | None
    last_day: str | None
    per_member: Annotated[int | None, Field(description="So often one member may have it.")]
    stocked: bool
    left: Annotated[int | None, Field(description="Null: its stock is not counted.")]
    taken: Annotated[int | None, Field(description="How many were had, or are held.")]


class OfferList(Told):
    """The catalogue."""

    rewards: list[OfferTold]


class StockTold(Told):
    """What is left, right after it was set."""

    id: str
    left: int


@operations.add(
    "GET",
    "/v1/rewards",
    summary="List rewards with their stock",
    scopes=("till", "staff"),
    answers={200: Said(OfferList, "The whole catalogue.", {"one": {"rewards": [_MUG]}})},
)
def list_rewards(call: Call[None, None]) -> Answer:
    """List the program's rewards, and what is left of each whose stock is counted."""
    found = staffing.stock().offers(call.key.program)
    return Answer(OfferList(rewards=[_told(one) for one in found]))


@operations.add(
    "GET",
    "/v1/rewards/{reward}",
    summary="Look at a reward",
    scopes=("till", "staff"),
    names=_REWARD,
    answers={200: Said(OfferTold, "As it is.", {"mug": _MUG})},
)
def get_reward(call: Call[None, None]) -> Answer:
    """Return one reward with what is left of it."""
    return Answer(_told(staffing.stock().offer(call.key.program, call.names["reward"])))


@operations.add(
    "POST",
    "/v1/rewards/{reward}/stock",
    summary="Set or raise what is left of a reward",
    scopes=("owner",),
    names=_REWARD,
    body=StockSent,
    keyed=True,
    examples={"counted anew": {"left": 50}, "delivered": {"more": 20}, "broken": {"more": -1}},
    answers={200: Said(StockTold, "So many are left.", {"mug": {"id": "mug", "left": 50}})},
    refusals=("not_stocked", "below_nothing", "busy"),
)
def set_stock(call: Call[StockSent, None]) -> Answer:
    """Say how many of a stocked reward are left now, or how many came on top.

    It is exact: what is had meanwhile counts before or after, never twice.
    """
    sent, reward = call.body, call.names["reward"]
    act = Act(call.key.program, call.key.id, call.act, "", location=call.key.location)
    left = sent.left if "left" in sent.model_fields_set else None
    answer = staffing.stock().put(act, reward, call.now, left=left, more=sent.more)
    told = StockTold(id=reward, left=answer.body["left"])
    return Answer(told, replayed=answer.replayed)


def _told(offer: OnOffer) -> OfferTold:
    one = offer.reward
    return OfferTold(
        id=one.id,
        name=dict(one.name),
        pot=one.pot,
        price=one.price,
        first_day=one.first_day,
        last_day=one.last_day,
        per_member=one.per_member,
        stocked=one.stocked,
        left=offer.left,
        taken=offer.taken,
    )
