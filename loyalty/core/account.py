"""A member's standing, and the entries it is the sum of.

An account is nothing but its postings added up: ``fold`` rebuilds it from the ledger, and
deciding modules change it only by posting.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from loyalty.core.changing import changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Cause = Literal[
    "earn",
    "reverse",
    "redeem",
    "hold",
    "capture",
    "release",
    "return",
    "adjust",
    "gift",
    "welcome",
    "birthday",
    "referral",
    "coupon",
    "transfer",
    "merge",
    "import",
    "activate",
    "expire",
    "tier",
    "settle",
    "close",
    "promotion",
    "pause",
    "resume",
]
Measure = Literal[
    "lot",
    "pending",
    "held",
    "hold",
    "room",
    "debt",
    "remainder",
    "counter",
    "raw",
    "cap",
    "cut",
    "spend",
    "visits",
    "earned",
    "referrals",
    "level",
    "deadline",
    "reviewed",
    "closed",
    "paused",
    "used",
    "promotion",
    "applied",
    "brought",
]

NEVER = 253_402_300_800
"""The bucket of value that does not expire: the first second of the year 10000."""

FIRST_HASH = ""
"""What the first entry of an account is chained to."""

MONTHS_KEPT = 25
"""Monthly figures reach back that far; what counts for ever is kept as totals."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One change of one figure of an account.

    Attributes
    ----------
    cause
        Why: the command's own kind, or what settling did on the way.
    pot
        Id of the pot; empty for figures of the account itself.
    measure
        Of a pot: ``lot`` (spendable value in ``bucket``), ``pending`` (value in ``bucket`` that
        becomes spendable at second ``at``), ``held`` (value in ``bucket`` reserved by hold
        ``ref``), ``debt`` (owed after a refund of spent value), ``remainder`` (the exact part of
        a point carried on), ``cut`` (what orders are worth and caps have not credited). Of the
        account: ``hold`` (deadline of hold ``ref`` in seconds), ``room`` (taken under a limit:
        ``ref`` is ``<hold>#<limit>``, ``at`` the period), ``counter`` (named ``ref``, in period
        ``at``), ``raw`` (what orders of period ``at`` are worth under cap ``ref``), ``cap`` (how
        much of that is credited at most), ``spend`` (minor units), ``visits``, ``earned``
        (points), each in month ``at`` if given, ``referrals``, ``level`` (tier), ``deadline``
        (second at which the tier goes down), ``reviewed`` (month), ``closed``, ``paused``. Of no
        account but of what there is only so much of: ``used`` (``loyalty.core.supply``). Of a
        promotion that only this member has (``Personal``), given at second ``at``: ``promotion``
        (seconds that it runs; ``ref`` is ``<campaign>#<terms>``), ``applied`` (purchases that it
        has counted for) and ``brought`` (units given), both of the campaign ``ref``.
    amount
        What is added; negative takes away. A fraction only for ``remainder``, ``counter``, ``raw``,
        ``cut`` and ``brought``.
    bucket
        The second since 1970 (UTC) from which the value is expired.
    """

    cause: Cause
    pot: str
    measure: Measure
    amount: int | Fraction
    bucket: int = 0
    at: int = 0
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Pot:
    """One kind of value.

    ``lots`` are (bucket, amount) soonest-expiring first; ``pending`` (second of activation,
    bucket, amount) in the order in which they become spendable.
    """

    lots: tuple[tuple[int, int], ...] = ()
    pending: tuple[tuple[int, int, int], ...] = ()
    debt: int = 0
    remainder: Fraction = Fraction(0)
    cut: Fraction = Fraction(0)

    @property
    def available(self) -> int:
        """Return what can be spent now, provided that the account is settled."""
        return sum(amount for _, amount in self.lots)

    @property
    def waiting(self) -> int:
        """Return what is not spendable yet."""
        return sum(amount for _, _, amount in self.pending)


@dataclass(frozen=True, slots=True)
class Hold:
    """Value reserved until it is captured or released: (pot, bucket, amount), and a deadline.

    ``room`` is what it takes up under limits of redemptions: (limit, period).
    """

    lots: tuple[tuple[str, int, int], ...] = ()
    deadline: int = 0
    room: tuple[tuple[str, int], ...] = ()

    def amount(self, pot: str) -> int:
        """Return how much of a pot is reserved."""
        return sum(amount for name, _, amount in self.lots if name == pot)


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in one month: minor units spent, visits, points earned."""

    spend: int = 0
    visits: int = 0
    earned: int = 0


_NOTHING = Month()


@dataclass(frozen=True, slots=True)
class Personal:
    """A promotion that one member has (``loyalty.core.personal``).

    Attributes
    ----------
    campaign
        Which one has given it.
    at, until
        Seconds since 1970: sales count that were made from the first on and before the second.
    terms
        What it gives: the same letters for ever.
    used
        Purchases that it has counted for.
    brought
        Exact units that it has given, before caps of periods.
    """

    campaign: str
    at: int
    until: int
    terms: str
    used: int = 0
    brought: Fraction = Fraction(0)

    @property
    def key(self) -> tuple[int, str]:
        """Return what tells it from others of the account."""
        return self.at, self.campaign

    def runs(self, second: float) -> bool:
        """Tell whether a sale of that second counts."""
        return self.at <= second < self.until


@dataclass(frozen=True, slots=True)
class Account:
    """Where a member stands.

    Attributes
    ----------
    seq
        Number of entries. ``head`` is the hash of the last one.
    revision
        Rises with every write. ``card_version`` rises only when something visible changed.
    spend, visits, earned, referrals
        Ever: minor units and number of the orders that count now, points earned, friends brought.
    counters
        By name: (number of the period, count in it). Only the newest period is kept.
    caps
        By name and period: what orders are worth, and how much of that is credited at most.
    level, deadline, reviewed
        Tier; second at which it goes down (0: it does not); month of the last review.
    closed
        1 once the membership has ended. ``successor`` is the member it was merged into, if any.
    paused
        1 while staff let the card neither earn nor spend.
    personal
        Promotions that this member has, those first that were given first.
    shown
        Fingerprint of the figures that the card showed at the last ``card_version``.
    """

    program: str
    member: str
    seq: int = 0
    revision: int = 0
    card_version: int = 1
    head: str = FIRST_HASH
    pots: Mapping[str, Pot] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    counters: Mapping[str, tuple[int, Fraction]] = field(default_factory=dict)
    months: Mapping[int, Month] = field(default_factory=dict)
    caps: Mapping[str, Mapping[int, tuple[Fraction, int]]] = field(default_factory=dict)
    spend: int = 0
    visits: int = 0
    earned: int = 0
    referrals: int = 0
    level: int = 0
    deadline: int = 0
    reviewed: int = 0
    closed: int = 0
    paused: int = 0
    personal: tuple[Personal, ...] = ()
    successor: str = ""
    shown: str = ""

    def pot(self, pot_id: str) -> Pot:
        """Return the pot of that id; an account that never held any has an empty one."""
        return self.pots.get(pot_id, _EMPTY)

    def held(self, pot_id: str) -> int:
        """Return how much of a pot holds reserve."""
        return sum(hold.amount(pot_id) for hold in self.holds.values())

    def balance(self, pot_id: str) -> int:
        """Return what is the member's and active: available and held."""
        return self.pot(pot_id).available + self.held(pot_id)

    def count(self, counter: str, period: int) -> Fraction:
        """Return a counter's count in a period; nothing in any but the newest."""
        newest, count = self.counters.get(counter, (period, Fraction(0)))
        return count if newest == period else Fraction(0)

    def capped(self, cap: str, period: int) -> tuple[Fraction, int]:
        """Return what a period's orders are worth under a cap, and what is credited at most."""
        return self.caps.get(cap, {}).get(period, (Fraction(0), 0))

    def latest(self, counter: str) -> int | None:
        """Return the newest period of a counter, None before it first counted."""
        found = self.counters.get(counter)
        return found[0] if found else None


_EMPTY = Pot()


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable numbered line of an account's ledger. Holds no personal data.

    ``at`` is an instant in microseconds since 1970 (UTC), ``fact`` names what caused it,
    ``actor`` who (a webhook endpoint, a key), ``hash`` chains it to the entry before.
    """

    program: str
    member: str
    seq: int
    kind: Cause
    at: int
    fact: str
    actor: str
    program_version: int
    postings: tuple[Posting, ...]
    previous: str
    hash: str


def chain(
    account: Account,
    *,
    kind: Cause,
    at: int,
    fact: str,
    actor: str,
    program_version: int,
    postings: tuple[Posting, ...],
    sealed: bool = True,
) -> Entry:
    """Return the next entry of the account, chained to its last one where it is ``sealed``."""
    unsigned = Entry(
        program=account.program,
        member=account.member,
        seq=account.seq + 1,
        kind=kind,
        at=at,
        fact=fact,
        actor=actor,
        program_version=program_version,
        postings=postings,
        previous=account.head,
        hash="",
    )
    return changed(unsigned, hash=fingerprint(unsigned)) if sealed else unsigned


def fingerprint(entry: Entry) -> str:
    """Return the SHA-256 of the entry's content and of the hash of the entry before it."""
    content = [
        entry.program,
        entry.member,
        entry.seq,
        entry.kind,
        entry.at,
        entry.fact,
        entry.actor,
        entry.program_version,
        [
            [one.cause, one.pot, one.measure, str(one.amount), one.bucket, one.at, one.ref]
            for one in entry.postings
        ],
        entry.previous,
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def post(account: Account, posting: Posting) -> Account:
    """Return the account with one posting added."""
    measure, amount = posting.measure, posting.amount
    if measure == "used":
        return account
    if measure in {"lot", "pending", "debt", "remainder", "cut"}:
        pot = _post_to_pot(account.pot(posting.pot), posting)
        pots = {**account.pots, posting.pot: pot}
        if pot == _EMPTY:
            del pots[posting.pot]
        return changed(account, pots=pots)
    if measure in {"held", "hold", "room"}:
        return _post_to_hold(account, posting)
    if measure == "counter":
        return changed(account, counters=_counted(account.counters, posting))
    if measure in {"raw", "cap"}:
        return changed(account, caps=_capped(account, posting))
    if measure in {"spend", "visits", "earned"} and posting.at:
        account = changed(account, months=_dated(account.months, posting))
    if measure in {"promotion", "applied", "brought"}:
        more: dict[str, Any] = {"personal": _given(account.personal, posting)}
    else:
        more = {measure: getattr(account, measure) + int(amount)}
    return changed(account, **more)


def append(account: Account, entry: Entry) -> Account:
    """Return the account after the entry: its postings added, its number and hash taken over."""
    for posting in entry.postings:
        account = post(account, posting)
    return changed(account, seq=entry.seq, head=entry.hash)


def fold(program: str, member: str, entries: Iterable[Entry]) -> Account:
    """Rebuild an account from its entries; ``revision`` and ``card_version`` are not in them."""
    account = Account(program, member)
    for entry in entries:
        account = append(account, entry)
    return account


def _post_to_pot(pot: Pot, posting: Posting) -> Pot:
    amount = posting.amount
    if posting.measure == "debt":
        return changed(pot, debt=pot.debt + int(amount))
    if posting.measure == "remainder":
        return changed(pot, remainder=pot.remainder + amount)
    if posting.measure == "cut":
        return changed(pot, cut=pot.cut + amount)
    if posting.measure == "lot":
        lots = dict(pot.lots)
        lots[posting.bucket] = lots.get(posting.bucket, 0) + int(amount)
        return changed(pot, lots=tuple(sorted((key, n) for key, n in lots.items() if n)))
    pending = {(at, bucket): n for at, bucket, n in pot.pending}
    key = (posting.at, posting.bucket)
    pending[key] = pending.get(key, 0) + int(amount)
    kept = sorted((at, bucket, n) for (at, bucket), n in pending.items() if n)
    return changed(pot, pending=tuple(kept))


def _post_to_hold(account: Account, posting: Posting) -> Account:
    name, limit = posting.ref, ""
    if posting.measure == "room":
        name, _, limit = posting.ref.rpartition("#")
    hold = account.holds.get(name, Hold())
    if posting.measure == "hold":
        hold = changed(hold, deadline=hold.deadline + int(posting.amount))
    elif posting.measure == "room":
        others = tuple(one for one in hold.room if one != (limit, posting.at))
        hold = changed(hold, room=(*others, (limit, posting.at)) if posting.amount > 0 else others)
    else:
        lots = {(pot, bucket): n for pot, bucket, n in hold.lots}
        place = (posting.pot, posting.bucket)
        lots[place] = lots.get(place, 0) + int(posting.amount)
        kept = sorted((pot, bucket, n) for (pot, bucket), n in lots.items() if n)
        hold = changed(hold, lots=tuple(kept))
    holds = {**account.holds, name: hold}
    return changed(account, holds={key: one for key, one in holds.items() if one != Hold()})


def _counted(
    counters: Mapping[str, tuple[int, Fraction]], posting: Posting
) -> dict[str, tuple[int, Fraction]]:
    """Count in the newest period only: an older one no longer matters to anybody."""
    newest, count = counters.get(posting.ref, (posting.at, Fraction(0)))
    if posting.at < newest:
        return dict(counters)
    begun = count if posting.at == newest else Fraction(0)
    return {**counters, posting.ref: (posting.at, begun + posting.amount)}


def _capped(account: Account, posting: Posting) -> dict[str, Mapping[int, tuple[Fraction, int]]]:
    summed, limit = account.capped(posting.ref, posting.at)
    if posting.measure == "raw":
        summed += posting.amount
    else:
        limit += int(posting.amount)
    periods = {**account.caps.get(posting.ref, {}), posting.at: (summed, limit)}
    kept = {number: one for number, one in sorted(periods.items()) if any(one)}
    return {name: one for name, one in {**account.caps, posting.ref: kept}.items() if one}


def _given(personal: tuple[Personal, ...], posting: Posting) -> tuple[Personal, ...]:
    """Give or end a promotion, or count for one; of one that is forgotten nothing is counted."""
    found = {one.key: one for one in personal}
    campaign, _, terms = posting.ref.partition("#")
    key = posting.at, campaign
    if posting.measure == "promotion":
        begun = found.get(key) or Personal(campaign, posting.at, posting.at, terms)
        found[key] = changed(begun, until=begun.until + int(posting.amount))
    elif key in found and posting.measure == "applied":
        found[key] = changed(found[key], used=found[key].used + int(posting.amount))
    elif key in found:
        found[key] = changed(found[key], brought=found[key].brought + posting.amount)
    kept = (one for one in found.values() if one.until > one.at)
    return tuple(sorted(kept, key=lambda one: one.key))


def _dated(months: Mapping[int, Month], posting: Posting) -> dict[int, Month]:
    """Add to a month's figures; months too old to matter are dropped, the same in every fold."""
    newest = max((*months, posting.at))
    if posting.at <= newest - MONTHS_KEPT:
        return dict(months)
    month = months.get(posting.at, Month())
    figure = getattr(month, posting.measure) + int(posting.amount)
    after = changed(month, **{posting.measure: figure})
    dated = {**months, posting.at: after}
    if posting.at in months and after != _NOTHING:
        return dated  # none is new, so none has become too old
    return {
        number: one
        for number, one in sorted(dated.items())
        if number > newest - MONTHS_KEPT and one != _NOTHING
    }
