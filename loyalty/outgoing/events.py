"""What others are told of an entry. Pure: entries in, events out, the same ones every time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from loyalty.core.calendar import at
from loyalty.core.instants import instant, microseconds
from loyalty.core.told import Told
from loyalty.outgoing.catalogue import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from loyalty.core.account import Entry, Posting
    from loyalty.core.feedback import Feedback
    from loyalty.core.invitation import Invited
    from loyalty.core.member import Member
    from loyalty.program.rules import Program

GIVEN = ("gift", "welcome", "birthday", "referral", "coupon")
MOVED = ("transfer", "merge")
_BALANCE = ("lot", "held")
PLAIN = {
    "redeem": ("points.redeemed", -1),
    "return": ("points.returned", 1),
    "expire": ("points.expired", -1),
    "adjust": ("points.adjusted", 1),
    "import": ("points.imported", 1),
}
SILENT = ("tier", "settle", "promotion", "pause", "resume")
"""Causes that move nothing of a pot."""
_SIGNED = {"points.adjusted", "points.imported", "points.transferred"}
"""Events that may be of less than nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """What others are told, under an id that is the same however often it is derived.

    Attributes
    ----------
    member
        Empty where it is about a program.
    at
        When it happened, in microseconds since 1970 (UTC).
    data
        As ``loyalty.outgoing.catalogue`` says for the kind.
    """

    id: str
    kind: str
    program: str
    member: str
    seq: int
    at: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What is not in the entry itself: the reward that was paid, the other member of a move."""

    reward: str | None = None
    other: str | None = None


NOTHING_KNOWN = Known()


def message(event: Event) -> str:
    """Return the text that is sent: the same letters every time."""
    content = {
        "id": event.id,
        "type": event.kind,
        "version": VERSION,
        "timestamp": _written(instant(event.at)),
        "data": event.data,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def joined(member: Member) -> Event:
    """Return what others are told of somebody who has joined."""
    data = {
        "location": member.home,
        "source": member.source or None,
        "referred": member.referrer is not None,
    }
    joined_at = microseconds(member.enrolled_at)
    return _event("member.enrolled", member.program, member.id, 0, joined_at, data)


def answered(one: Feedback) -> Event:
    """Return what others are told of an answer with a low score, or of its change."""
    data = {
        "feedback": f"{one.member}{one.id}",
        "campaign": one.campaign,
        "asks": one.asks,
        "score": one.score,
        "location": one.place or None,
    }
    return _event("feedback.low", one.program, one.member, one.changes, one.changed, data, one.id)


def invited(one: Invited) -> Event:
    """Return what others are told of an answer to an invitation, or of a place that is free now."""
    data = {"campaign": one.campaign, "answer": one.state, "location": one.terms.place or None}
    kind, number = "invitation.answered", one.changes
    return _event(kind, one.program, one.member, number, one.changed, data, one.id)


def program_changed(program: str, version: int, since: int) -> Event:
    """Return what others are told of a version of a program, in force since that instant (µs)."""
    return _event("program.changed", program, "", version, since, {})


def test_event(program: str, now: datetime) -> Event:
    """Return an event that means nothing."""
    return _event("event.test", program, "", 0, microseconds(now), {}, str(microseconds(now)))


def advance(told: Told, entry: Entry) -> Told:
    """Return where the member stands after an entry; only what events tell of."""
    balances = dict(told.balances)
    level = told.level
    for posting in entry.postings:
        if posting.measure in _BALANCE:
            balances[posting.pot] = balances.get(posting.pot, 0) + int(posting.amount)
        elif posting.measure == "level":
            level += int(posting.amount)
    kept = {pot: balance for pot, balance in sorted(balances.items()) if balance}
    return Told(entry.seq, kept, level)


def derive(program: Program, entry: Entry, told: Told, known: Known = NOTHING_KNOWN) -> list[Event]:
    """Return what others are told of an entry.

    Parameters
    ----------
    program
        The version that the entry was posted with.
    told
        Where the member stood before it.
    """
    return list(_Derivation(program, entry, told, known).events())


@dataclass(frozen=True, slots=True)
class _Sums:
    """What one cause has moved in one pot."""

    lot: int
    held: int
    pending: int
    debt: int

    @property
    def value(self) -> int:
        return self.lot + self.held + self.pending - self.debt


def _move(cause: str, sums: _Sums) -> tuple[str, int, dict[str, Any]]:
    """Return the kind of event that a cause makes of a pot, how much, and what more it says."""
    if cause in {"earn", "reverse"}:
        if sums.value >= 0:
            return "points.earned", sums.value, {"pending": max(sums.pending, 0)}
        return "points.reversed", -sums.value, {"owed": max(sums.debt, 0)}
    if cause in {*GIVEN, *MOVED}:
        kind = "points.given" if cause in GIVEN else "points.transferred"
        return kind, sums.value, {"reason": cause}
    if cause == "close":
        # What was owed ends as well, which gives nobody anything.
        return "points.forfeited", -(sums.lot + sums.held + sums.pending), {}
    if cause == "activate":
        return "points.activated", -sums.pending, {}
    kind, sign = PLAIN.get(cause, ("", 0))
    return kind, sign * sums.value, {}


class _Derivation:
    """One entry, taken apart by causes, and each cause by pots and holds."""

    def __init__(self, program: Program, entry: Entry, told: Told, known: Known) -> None:
        self._program = program
        self._entry = entry
        self._before = told
        self._after = advance(told, entry)
        self._known = known

    def events(self) -> Iterator[Event]:
        causes = dict.fromkeys(posting.cause for posting in self._entry.postings)
        for cause in causes:
            mine = [one for one in self._entry.postings if one.cause == cause]
            if cause in {"hold", "release", "capture"}:
                yield from self._holds(cause, mine)
            else:
                yield from self._pots(cause, mine)
        yield from self._reward_redeemed()
        yield from self._coupons()
        yield from self._rewards_reached()
        yield from self._tier()
        yield from self._friends()
        yield from self._membership()

    def _pots(self, cause: str, postings: list[Posting]) -> Iterator[Event]:
        for pot in dict.fromkeys(one.pot for one in postings if one.pot):
            mine = [one for one in postings if one.pot == pot]
            sums = _Sums(*(_sum(mine, measure) for measure in ("lot", "held", "pending", "debt")))
            kind, points, more = _move(cause, sums)
            if cause in MOVED:
                more["other"] = self._known.other
            if points > 0 or (points and kind in _SIGNED):
                yield self._move(kind, pot, points, **more)

    def _holds(self, cause: str, postings: list[Posting]) -> Iterator[Event]:
        for name in dict.fromkeys(one.ref for one in postings if one.measure == "held"):
            mine = [one for one in postings if one.ref == name]
            pot = next(one.pot for one in mine if one.measure == "held")
            points = abs(_sum(mine, "held"))
            if cause == "hold":
                expires_at = _written(at(_sum(mine, "hold")))
                yield self._move("hold.placed", pot, points, name, hold=name, expires_at=expires_at)
            elif cause == "capture":
                yield self._move("hold.captured", pot, points, name, hold=name)
                if points:
                    yield self._move("points.redeemed", pot, points, name)
            elif self._entry.kind != "capture":
                reason = "released" if self._entry.kind == "release" else "lapsed"
                yield self._move("hold.released", pot, points, name, hold=name, reason=reason)

    def _reward_redeemed(self) -> Iterator[Event]:
        cause, reward = self._entry.kind, self._known.reward
        if cause not in {"redeem", "capture"} or reward is None:
            return
        measure = "lot" if cause == "redeem" else "held"
        spent = [
            one for one in self._entry.postings if one.cause == cause and one.measure == measure
        ]
        if spent:
            price = -_sum(spent, measure)
            yield self._about(spent[0].pot, "reward.redeemed", reward, reward=reward, price=price)

    def _coupons(self) -> Iterator[Event]:
        for one in self._entry.postings:
            kind, _, coupon = one.ref.partition(":")
            if one.measure == "used" and kind == "coupon":
                said = "coupon.used" if one.amount > 0 else "coupon.returned"
                yield self._event(said, coupon, coupon=coupon)

    def _rewards_reached(self) -> Iterator[Event]:
        for reward in self._program.rewards:
            before = self._before.balances.get(reward.pot, 0) // reward.price
            after = self._after.balances.get(reward.pot, 0) // reward.price
            if after > before:
                more = {"reward": reward.id, "price": reward.price}
                yield self._about(reward.pot, "reward.reached", reward.id, **more)

    def _tier(self) -> Iterator[Event]:
        before, after = self._before.level, self._after.level
        if before != after:
            direction = "up" if after > before else "down"
            more = {"from": self._level(before), "to": self._level(after), "direction": direction}
            yield self._event("tier.changed", **more)
        deadlines = [one for one in self._entry.postings if one.measure == "deadline"]
        until = max((int(one.amount) for one in deadlines), default=0)
        if until > 0 and sum(int(one.amount) for one in deadlines) > 0:
            level = self._level(after)
            yield self._event("tier.will_fall", level=level, until=_written(at(until)))

    def _friends(self) -> Iterator[Event]:
        for cause, kind in (("referral", "referral.completed"), ("reverse", "referral.reversed")):
            mine = [one for one in self._entry.postings if one.cause == cause]
            friends = abs(_sum(mine, "referrals"))
            if friends:
                yield self._event(kind, friends=friends)

    def _membership(self) -> Iterator[Event]:
        paused = _sum(list(self._entry.postings), "paused")
        if paused:
            yield self._event("member.paused" if paused > 0 else "member.resumed")
        if not any(one.measure == "closed" and one.amount > 0 for one in self._entry.postings):
            return
        if self._entry.kind == "merge":
            yield self._event("member.merged", into=self._known.other)
        else:
            yield self._event("member.erased")

    def _level(self, number: int) -> str | None:
        tiers = self._program.tiers
        if tiers is None or not 0 < number <= len(tiers.levels):
            return None
        return tiers.levels[number - 1].id

    def _move(self, kind: str, pot: str, points: int, hold: str = "", /, **more: Any) -> Event:
        return self._about(pot, kind, hold, points=points, **more)

    def _about(self, pot: str, kind: str, apart: str, /, **more: Any) -> Event:
        """Return an event about a pot; ``apart`` tells two of one kind and pot apart."""
        rule = self._program.pot(pot)
        values = {
            "pot": pot,
            "pot_kind": rule.kind if rule else None,
            "balance": self._after.balances.get(pot, 0),
        }
        return self._event(kind, f"{pot}#{apart}", **values, **more)

    def _event(self, kind: str, apart: str = "", /, **more: Any) -> Event:
        entry = self._entry
        data = {"fact": _fact(entry.fact), "by": entry.actor, **more}
        return _event(kind, entry.program, entry.member, entry.seq, entry.at, data, apart)


def _event(  # noqa: PLR0917 - all of what names an event
    kind: str,
    program: str,
    member: str,
    seq: int,
    at_: int,
    data: Mapping[str, Any],
    apart: str = "",
) -> Event:
    named = json.dumps([program, member, seq, kind, apart])
    name = f"evt_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
    common = {"program": program, "member": member or None, "seq": seq}
    return Event(name, kind, program, member, seq, at_, {**common, **data})


def _fact(name: str) -> dict[str, str | None]:
    """Return kind, source and id of what an entry names as its cause."""
    kind, _, rest = name.partition("#")
    source: str | None = None
    if kind in {"hold", "capture", "release"}:
        source, _, rest = rest.partition(":")
    elif kind == "birthday":
        rest = rest.rpartition("#")[2]
    elif "#" in rest:
        source, _, rest = rest.partition("#")
    if kind in {"order", "referral"}:
        # The last part counts revisions of the order or referral.
        rest = rest.rpartition("#")[0]
    return {"kind": kind, "source": source, "id": rest or None}


def _sum(postings: list[Posting], measure: str) -> int:
    return sum(int(one.amount) for one in postings if one.measure == measure)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
