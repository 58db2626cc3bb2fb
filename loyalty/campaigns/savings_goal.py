"""What members save for together, as an owner's document says it: judging and reading it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from loyalty.campaigns import segment
from loyalty.core.instants import read_local
from loyalty.core.saving import MOST_MEMBERS
from loyalty.ledger.saving_groups import dearest, goal_of
from loyalty.program.by_language import faults as text_faults
from loyalty.program.by_language import worded
from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.campaigns.profile import Profile
    from loyalty.campaigns.segment import Tree
    from loyalty.core.saving import Goal
    from loyalty.program.rules import Program
    from loyalty.store.saving_book import KeptGoal


@dataclass(frozen=True, slots=True)
class Prize:
    """What a group is given, if it is one of these.

    Attributes
    ----------
    who, everyone
        Conditions, and whether all members fit them, or one of them does at least.
    smallest, largest
        Members of the group.
    to
        Whether each member gets it, or one for all of them: who has been in it longest.
    """

    texts: Mapping[str, str]
    who: Tree
    everyone: bool
    smallest: int
    largest: int
    to: Literal["each", "one"]
    pot: str = ""
    points: int = 0
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A goal with whom it is for, and what it gives."""

    goal: Goal
    document: Mapping[str, Any]
    audience: Tree
    prizes: tuple[Prize, ...]


class _Judge:
    """Notes each fault of a document by its pointer."""

    def __init__(self, program: Program, sent: Mapping[str, Any]) -> None:
        self.program = program
        self.sent = sent
        self.faults: list[FieldRefusal] = []

    def fault(self, pointer: str, code: str, said: str) -> None:
        self.faults.append(FieldRefusal(pointer, code, said))

    def second(self, name: str) -> int:
        """Return a local time of the document as seconds."""
        local = read_local(self.sent[name])
        if local is None:
            self.fault(f"/{name}", "not_a_time", "Give a local day and time: 2026-12-01T10:00.")
            return 0
        return int(local.replace(tzinfo=ZoneInfo(self.program.zone)).timestamp())

    def times(self, now: datetime, *, fresh: bool) -> tuple[int, int]:
        begins, ends = self.second("begins"), self.second("ends")
        if ends <= begins:
            self.fault("/ends", "ends_before", "It ends after it has begun.")
        elif fresh and ends <= now.timestamp():
            self.fault("/ends", "in_the_past", "It ends at a time to come.")
        return begins, ends

    def size(self) -> None:
        if not 1 <= self.sent["least"] <= self.sent["most"] <= MOST_MEMBERS:
            said = f"From 1 to {MOST_MEMBERS} members; the least is not more than the most."
            self.fault("/most", "members", said)

    def texts(self, pointer: str, texts: Mapping[str, str]) -> None:
        self.faults += text_faults(texts, pointer, self.program.languages)

    def tree(self, pointer: str, document: Any) -> None:
        try:
            segment.read(document, self.program, pointer)
        except Refusal as refusal:
            self.faults += refusal.fields

    def prize(self, below: str, prize: Mapping[str, Any]) -> None:
        self.texts(f"{below}/text", prize["text"])
        self.tree(f"{below}/who", prize["who"])
        if len([name for name in ("points", "reward", "coupon") if prize.get(name)]) != 1:
            self.fault(below, "one_thing", "Give points, a reward or a coupon: one of them.")
        if prize.get("points") and self.program.pot(prize.get("pot") or "") is None:
            self.fault(f"{below}/pot", "unknown_pot", "The program has no such pot.")
        if prize.get("reward") and self.program.reward(prize["reward"]) is None:
            self.fault(f"{below}/reward", "unknown_reward", "The program has no such reward.")
        if prize.get("coupon") and not all("{coupon}" in one for one in prize["text"].values()):
            self.fault(f"{below}/text", "no_coupon", "The text says the code: {coupon}.")
        if prize["smallest"] > prize["largest"]:
            said = "The largest group is not smaller than the smallest."
            self.fault(f"{below}/largest", "members", said)

    def cost(self, prize: Mapping[str, Any]) -> int | None:
        """Return what a prize costs each time, minor units: as said, else what its points pay."""
        if prize.get("cost") is not None:
            return int(prize["cost"])
        reward = self.program.reward(prize["reward"]) if prize.get("reward") else None
        pot, points = prize.get("pot"), prize.get("points")
        if reward is not None:
            pot, points = reward.pot, reward.price
        money = self.program.points_as_money
        if money is None or not points or money.pot != pot:
            return None
        return int(-(-points * money.amount // money.points))

    def budget(self, document: Mapping[str, Any]) -> None:
        budget, each = document.get("budget"), dearest(document)
        if budget is None:
            return
        if any(not one["cost"] for one in document["prizes"]):
            self.fault("/budget", "no_cost", "Say what each of the prizes costs: cost.")
        elif budget < each:
            said = f"It pays not one group, which may be given {each}."
            self.fault("/budget", "too_small", said)

    def last(self) -> None:
        """Judge that no group can end with nothing."""
        last, number = self.sent["prizes"][-1], len(self.sent["prizes"]) - 1
        any_size = last["smallest"] <= self.sent["least"] and last["largest"] >= self.sent["most"]
        if last["who"] != {"all": []} or not any_size:
            said = "The last one is for everybody: else a group might be given nothing."
            self.fault(f"/prizes/{number}", "not_for_everybody", said)


def judged(
    sent: Mapping[str, Any], program: Program, now: datetime, *, fresh: bool
) -> dict[str, Any]:
    """Return a document as it is kept: judged, its local times as seconds.

    Raises
    ------
    Refusal
        ``invalid_savings_goal``, with a pointer for each fault.
    """
    sent = worded(sent, program.languages)
    judge = _Judge(program, sent)
    begins, ends = judge.times(now, fresh=fresh)
    judge.size()
    judge.texts("/name", sent["name"])
    judge.texts("/text", sent["text"])
    judge.tree("/audience", sent["audience"])
    for number, prize in enumerate(sent["prizes"]):
        judge.prize(f"/prizes/{number}", prize)
    judge.last()
    prizes = [{**one, "cost": judge.cost(one)} for one in sent["prizes"]]
    judge.budget({**sent, "prizes": prizes})
    if judge.faults:
        raise Refusal("invalid", "invalid_savings_goal", fields=judge.faults)
    return {**sent, "begins": begins, "ends": ends, "prizes": prizes}


def read(kept: KeptGoal, program: Program) -> Known | None:
    """Return a goal as it was judged; None where the program has lost what it names. Pure."""
    try:
        audience = segment.read(kept.document["audience"], program)
        prizes = tuple(_prize(one, program) for one in kept.document["prizes"])
    except Refusal:
        return None
    return Known(goal_of(kept), kept.document, audience, prizes)


def _prize(one: Mapping[str, Any], program: Program) -> Prize:
    pot, points = one.get("pot") or "", int(one.get("points") or 0)
    if one.get("reward"):
        reward = program.reward(one["reward"])
        if reward is None:
            raise Refusal("invalid", "invalid_savings_goal")
        pot, points = reward.pot, reward.price
    return Prize(
        texts=one["text"],
        who=segment.read(one["who"], program),
        everyone=one["fit"] == "all",
        smallest=one["smallest"],
        largest=one["largest"],
        to=one["to"],
        pot=pot,
        points=points,
        coupon=one.get("coupon") or "",
    )


def is_for(prize: Prize, members: list[str], profiles: Iterable[Profile]) -> bool:
    if not prize.smallest <= len(members) <= prize.largest:
        return False
    fitting = [segment.fits(prize.who, one) for one in profiles]
    return (all(fitting) if prize.everyone else any(fitting)) if fitting else False
