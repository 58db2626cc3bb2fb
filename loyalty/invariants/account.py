"""What must hold of every account by itself; run in tests, after faults, and on live data.

Numbers are those of the project's list of invariants:

====  ==============================================================================
I1    the account is the fold of its entries, numbered without a gap, chained by hash
I2    lots are positive; nothing is spendable while something is owed; value of a
      bucket never goes below nothing on the way
I3    spending, holding and giving away never make a debt
I4    one fact, one entry
I5    what is reversed was earned, what is returned was spent
I6    no later lot is spent while an earlier one is left
I7    expired value is not spent, does not linger, and expires once
I8    a hold ends once, and no more is captured than it held
I9    the tier is what the figures say, or waits for a deadline
I10   value comes only from earning and giving, ends only by spending, expiry, reversal
      and goodbye; what leaves one account arrives at another
I11   any arrival of the same facts ends in the same account and the same head of an order
I12   the card shows the account as it stands, and each change of it is handed over
I13   account and entries belong to one program and one member
I14   nothing is gained by splitting an order; parts of a refund add up to the whole
I15   figures are whole, bounded and not negative; a remainder is part of a point
====  ==============================================================================

Beside this room: ``invariants_order`` (I5 and I11 of an order, I14), ``invariants_card`` (I12), and
``invariants_program``, which holds accounts, facts and orders against each other (I4, I5, I10,
I13) and knows all of them at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.core import tiers
from loyalty.core.account import FIRST_HASH, Account, Pot, fingerprint, fold, post
from loyalty.core.calendar import at, month
from loyalty.money import LARGEST_AMOUNT, LARGEST_SUM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.core.account import Cause, Entry, Posting
    from loyalty.program.rules import Program

_MOST = LARGEST_SUM * 2
"""What friends have brought, and value that came back, may go a little beyond the largest sum."""

_MICROSECONDS = 1_000_000
_SPENDING: frozenset[Cause] = frozenset({"redeem", "hold", "adjust", "transfer"})
_NO_DEBT: frozenset[Cause] = _SPENDING | {
    "capture",
    "release",
    "gift",
    "welcome",
    "birthday",
    "coupon",
}
_GIVES: frozenset[Cause] = frozenset(
    {"earn", "return", "gift", "welcome", "birthday", "referral", "coupon"}
)
_TAKES: frozenset[Cause] = frozenset({"reverse", "redeem", "capture", "expire"})
_KEEPS: frozenset[Cause] = frozenset({"hold", "release", "activate", "tier", "settle"})
_SETTLED = "settle"
"""What nights called every settling of an account, before each was named by its entry."""
_REVIEWED: frozenset[Cause] = frozenset({"earn", "reverse", "referral", "merge", "import"})


def apart(one: Account, other: Account) -> tuple[str, ...]:
    """Return in what two accounts differ that the same facts have led to, in whatever order (I11).

    What merely counts writes may differ, and so may counters, which keep the newest period only.
    """
    names = ("pots", "holds", "spend", "visits", "earned", "referrals", "months", "closed")
    return tuple(
        f"I11: {name} are {getattr(one, name)} or {getattr(other, name)}, by the order of arrival"
        for name in names
        if getattr(one, name) != getattr(other, name)
    )


def broken(
    account: Account, entries: Sequence[Entry], program: Program | None = None
) -> tuple[str, ...]:
    """Return a sentence per invariant that does not hold; nothing when all do.

    Parameters
    ----------
    entries
        All of the account, in the order of their numbers.
    program
        The current version; without it I9 is not looked at.
    """
    walk = Walk(Account(account.program, account.member))
    for entry in entries:
        walk.take(entry)
    return (
        *_ledger(account, entries),
        *_standing(account),
        *walk.faults,
        *_causes(walk.moved),
        *(_tier(account, entries, program) if program else ()),
    )


@dataclass
class Walk:
    """Follows an account posting by posting.

    ``moved`` adds up whole value per cause and pot, ``exact`` includes the remainder.
    """

    account: Account
    faults: list[str] = field(default_factory=list)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    exact: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    facts: set[str] = field(default_factory=set)
    held: Counter[str] = field(default_factory=Counter)
    ended: set[str] = field(default_factory=set)

    def take(self, entry: Entry) -> None:
        if (entry.program, entry.member) != (self.account.program, self.account.member):
            self.faults.append(f"I13: entry {entry.seq} is of another account")
        if entry.fact in self.facts and entry.fact != _SETTLED:
            self.faults.append(f"I4: {entry.fact} has two entries")
        self.facts.add(entry.fact)
        for posting in entry.postings:
            self._spent(entry, posting)
            self._hold(posting)
            self._count(posting)
            self.account = post(self.account, posting)
            self._positive(entry, posting)
        # What caps have cut off is no value; it stays, for a refund may still come.
        kept = [replace(pot, cut=Fraction(0)) for pot in self.account.pots.values()]
        if entry.kind == "close" and (self.account.holds or any(pot != Pot() for pot in kept)):
            self.faults.append(f"I10: entry {entry.seq} says goodbye and leaves value behind")
        second = entry.at // _MICROSECONDS
        for name, pot in self.account.pots.items():
            if any(bucket <= second for bucket, _ in pot.lots):
                self.faults.append(f"I7: entry {entry.seq} leaves expired value in pot {name!r}")

    def _spent(self, entry: Entry, posting: Posting) -> None:
        if posting.measure == "debt" and posting.amount > 0 and entry.kind in _NO_DEBT:
            self.faults.append(f"I3: entry {entry.seq} ({entry.kind}) makes a debt")
        spends = posting.cause in _SPENDING and posting.cause == entry.kind
        if not spends or posting.measure != "lot" or posting.amount >= 0:
            return
        if posting.bucket <= entry.at // _MICROSECONDS:
            self.faults.append(f"I7: entry {entry.seq} spends expired value")
        if any(bucket < posting.bucket for bucket, _ in self.account.pot(posting.pot).lots):
            self.faults.append(f"I6: entry {entry.seq} spends a later lot before an earlier one")

    def _hold(self, posting: Posting) -> None:
        name = posting.ref
        if posting.measure == "held":
            self.held[name] += int(posting.amount)
            if self.held[name] < 0 or name in self.ended:
                self.faults.append(f"I8: more comes out of hold {name} than it held")
        elif posting.measure == "hold":
            if posting.amount > 0 and (name in self.ended or name in self.account.holds):
                if self.account.holds.get(name) is None or self.account.holds[name].deadline:
                    self.faults.append(f"I8: hold {name} begins twice")
            elif posting.amount < 0:
                self.ended.add(name)
                if self.held[name]:
                    self.faults.append(f"I8: hold {name} ends with {self.held[name]} in it")

    def _count(self, posting: Posting) -> None:
        key = (posting.cause, posting.pot)
        if posting.measure in {"lot", "pending", "held"}:
            self.moved[key] += int(posting.amount)
            self.exact[key] += posting.amount
        elif posting.measure == "debt":
            self.moved[key] -= int(posting.amount)
            self.exact[key] -= posting.amount
        elif posting.measure == "remainder":
            self.exact[key] += posting.amount

    def _positive(self, entry: Entry, posting: Posting) -> None:
        if not isinstance(posting.amount, int | Fraction) or isinstance(posting.amount, bool):
            self.faults.append(f"I15: entry {entry.seq} posts {posting.amount!r}")
        elif posting.cause == "earn" and not -LARGEST_AMOUNT <= posting.amount <= LARGEST_AMOUNT:
            self.faults.append(f"I15: entry {entry.seq} posts more than one order can earn")
        pot = self.account.pot(posting.pot)
        low = min((amount for *_, amount in (*pot.lots, *pot.pending)), default=0)
        if low < 0 or pot.debt < 0:
            self.faults.append(
                f"I2: entry {entry.seq} takes more from {posting.pot!r} than is there"
            )


def _ledger(account: Account, entries: Sequence[Entry]) -> list[str]:
    faults = []
    numbers = [entry.seq for entry in entries]
    if numbers != list(range(1, len(entries) + 1)):
        faults.append(f"I1: the entries are numbered {numbers}")
    previous = FIRST_HASH
    for entry in entries:
        if entry.previous != previous or entry.hash != fingerprint(entry):
            faults.append(f"I1: entry {entry.seq} is not chained to the one before")
        previous = entry.hash
    folded = fold(account.program, account.member, entries)
    same = replace(
        folded,
        revision=account.revision,
        card_version=account.card_version,
        successor=account.successor,
        shown=account.shown,
    )
    if same != account:
        faults.append("I1: the account is not the fold of its entries")
    return faults


def _standing(account: Account) -> list[str]:
    faults = []
    for name, pot in account.pots.items():
        amounts = [amount for *_, amount in (*pot.lots, *pot.pending)]
        if any(amount <= 0 for amount in amounts) or pot.debt < 0:
            faults.append(f"I2: pot {name!r} holds a negative or empty lot, or a negative debt")
        if pot.available and pot.debt:
            faults.append(f"I2: pot {name!r} holds value while something is owed")
        if not 0 <= pot.remainder < 1:
            faults.append(f"I15: the remainder of pot {name!r} is not a part of a point")
        if max(pot.available + pot.waiting + account.held(name), pot.debt) > _MOST:
            faults.append(f"I15: pot {name!r} is out of bounds")
    faults += _cut_off(account)
    for name, hold in account.holds.items():
        if not hold.lots or not hold.deadline or any(amount <= 0 for *_, amount in hold.lots):
            faults.append(f"I8: hold {name} holds nothing, or has no deadline")
    figures = (account.spend, account.visits, account.referrals)
    if (
        account.earned > _MOST
        or any(not 0 <= figure <= _MOST for figure in figures)
        or account.level < 0
    ):
        faults.append("I15: a figure of the account is out of bounds")
    flags = {account.closed, account.paused}
    if not flags <= {0, 1} or (account.successor and not account.closed):
        faults.append("I15: the account is neither open nor closed")
    return faults


def _cut_off(account: Account) -> list[str]:
    """Say where more was credited, or less, than caps leave of what orders are worth."""
    cut: dict[str, Fraction] = defaultdict(Fraction)
    for cap, periods in account.caps.items():
        for summed, limit in periods.values():
            cut[cap.rpartition(":")[0]] += summed - min(summed, Fraction(limit))
    return [
        f"I5: caps have cut off {cut[name]} of pot {name!r}, and {account.pot(name).cut} is posted"
        for name in sorted({*cut, *account.pots})
        if cut[name] != account.pot(name).cut
    ]


def _causes(moved: Counter[tuple[str, str]]) -> list[str]:
    faults = []
    for (cause, pot), amount in sorted(moved.items()):
        wrong = (
            (cause in _GIVES and amount < 0)
            or (cause in _TAKES and amount > 0)
            or (cause in _KEEPS and amount != 0)
        )
        if wrong:
            faults.append(f"I10: {cause} has moved {amount} of pot {pot!r}")
    return faults


def _tier(account: Account, entries: Sequence[Entry], program: Program) -> list[str]:
    rules = program.tiers
    reviews = [entry.seq for entry in entries if entry.kind in _REVIEWED]
    if rules is None or not reviews:
        return []
    if any(entry.program_version != program.version for entry in entries[reviews[-1] - 1 :]):
        # The present rules speak at the next review.
        return []
    number = month(at(entries[-1].at // _MICROSECONDS), program.zone)
    fits = tiers.qualifying(rules, account, number)
    if account.level >= len(rules.levels):
        return [f"I9: there is no tier {account.level}"]
    if account.level < fits and not tiers.stepped_down(account):
        return [f"I9: tier {account.level} is below {fits}, which the figures give"]
    if account.level > fits and rules.down != "never" and not account.deadline:
        return [f"I9: tier {account.level} is above {fits}, and no deadline is set"]
    return []
