"""What must hold of a program: its accounts, facts and orders against each other.

Everything is known at once here: for tests, for a check after a restore, for small programs. The
nightly job holds the same things against each other one by one (``reconcile``), because every
entry can be found from its fact and every fact from its entry.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.core.account import Account
from loyalty.core.referral import SIDES
from loyalty.invariants.account import Walk
from loyalty.invariants.order import belongs, broken_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from loyalty.core.account import Entry
    from loyalty.core.order import Order
    from loyalty.core.referral import Referral
    from loyalty.program.rules import Program

FACTS = (
    "redemption",
    "hold",
    "capture",
    "release",
    "undo",
    "adjust",
    "gift",
    "promotion",
    "transfer",
    "merge",
    "erase",
    "leave",
    "pause",
    "resume",
    "birthday",
    "coupon",
    "coupon-undo",
    "import",
    "import-undo",
    "cause",
    "draw",
)
"""Kinds of facts that name their entries; orders and referrals have heads, the rest is time."""

_MOVES = ("transfer", "merge")
_ONE_ACCOUNT = ("order#", "redemption#", "capture#", "referral#")


@dataclass(frozen=True, slots=True)
class Fact:
    """What a fact has posted: member and number of each entry. ``name`` is for people."""

    name: str
    entries: tuple[tuple[str, int], ...]


def broken_fact(fact: Fact, found: Mapping[tuple[str, int], Entry]) -> tuple[str, ...]:
    """Return what does not hold between a fact and its entries, those of them that were found."""
    entries = [found[place] for place in fact.entries if place in found]
    faults = []
    if len(entries) < len(fact.entries):
        faults.append(f"I4: {fact.name} has posted entries that are not there")
    if len({_without_revision(entry.fact) for entry in entries}) > 1:
        faults.append(f"I4: {fact.name} names entries of something else")
    moved: dict[str, Fraction] = defaultdict(Fraction)
    for entry in entries:
        for one in entry.postings if entry.kind in _MOVES else ():
            if one.cause == entry.kind and one.pot and one.measure != "cut":
                moved[one.pot] += -one.amount if one.measure == "debt" else one.amount
    faults += [
        f"I10: {fact.name} has made {amount} of pot {pot!r}"
        for pot, amount in sorted(moved.items())
        if amount
    ]
    return tuple(faults)


def _without_revision(fact: str) -> str:
    """Return what a fact is about: a sale that is moved has one entry with each member."""
    return fact.rpartition("#")[0] if fact.startswith("order#") else fact


def broken_head(order: Order, found: Iterable[Entry]) -> tuple[str, ...]:
    """Return what does not hold between a head and the entries that have its number."""
    if order.entry and not any(belongs(entry, order) for entry in found):
        return (f"I4: order {order.key.source} {order.key.id} has an entry that is not there",)
    return ()


def broken_referral(referral: Referral, side: str, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return where a side of a referral holds something else than its entries add up to (I11).

    ``entries``: all of the accounts that the side's member has ever been.
    """
    own = f"referral#{side}#{referral.friend}"
    told = 0
    for entry in entries:
        for one in entry.postings if entry.fact.rpartition("#")[0] == own else ():
            if one.cause in {"referral", "reverse"} and one.pot == referral.pot:
                told += -int(one.amount) if one.measure == "debt" else int(one.amount)
    given = referral.side(side).given
    if told != given:
        return (f"I11: {own} holds {given}, its entries add up to {told}",)
    return ()


def named(entry: Entry) -> bool:
    """Tell whether an entry is one that a fact has to name."""
    return entry.fact.partition("#")[0] in FACTS


def referral_named(entry: Entry) -> tuple[str, str] | None:
    """Return side and friend of the referral that an entry names, if any."""
    kind, *rest = entry.fact.split("#")
    return (rest[0], rest[1]) if kind == "referral" else None


def broken_program(
    program: str,
    books: Iterable[tuple[Account, Sequence[Entry]]],
    orders: Iterable[Order] = (),
    *,
    facts: Iterable[Fact] | None = None,
    referrals: Iterable[tuple[Referral, str]] = (),
    rules: Callable[[int], Program] | None = None,
) -> tuple[str, ...]:
    """Return what does not hold of all of a program (I4, I5, I10, I11, I13, I14).

    Parameters
    ----------
    orders
        All heads of orders; without them nothing is said about figures.
    facts
        All of them that have posted anything; without them nothing is said about these.
    referrals
        All heads of referrals, each with the id of the member who brought the friend.
    rules
        Returns a version of the program; without it nothing is said of what orders are worth.
    """
    whole = _Whole(program)
    for account, entries in books:
        whole.take(account, entries)
    known, heads = None if facts is None else list(facts), list(orders)
    return (
        *whole.faults,
        *whole.sums(),
        *(whole.facts(known) if known is not None else ()),
        *whole.figures(heads),
        *(fault for order in heads for fault in whole.order(order, rules)),
        *(fault for one, bringer in referrals for fault in whole.referral(one, bringer)),
    )


class _Whole:
    """A program's accounts and entries, by whatever they are looked up by."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.faults: list[str] = []
        self.accounts: dict[str, Account] = {}
        self.entries: dict[tuple[str, int], Entry] = {}
        self.by_order: dict[str, list[Entry]] = defaultdict(list)
        self.once: Counter[str] = Counter()
        self.moved: Counter[tuple[str, str]] = Counter()
        self.exact: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        self.imported: Counter[tuple[str, str]] = Counter()

    def take(self, account: Account, entries: Sequence[Entry]) -> None:
        if account.program != self.program:
            self.faults.append(f"I13: the account of {account.member} is of another program")
        self.accounts[account.member] = account
        walk = Walk(Account(account.program, account.member))
        for entry in entries:
            walk.take(entry)
            self.entries[entry.member, entry.seq] = entry
            self.by_order[entry.fact.rpartition("#")[0]].append(entry)
            self.once[entry.fact] += entry.fact.startswith(_ONE_ACCOUNT)
            for one in entry.postings:
                if one.cause == "import" and one.measure in {"spend", "visits"}:
                    self.imported[entry.member, one.measure] += int(one.amount)
        for key, amount in walk.moved.items():
            self.moved[key] += amount
        for key, exactly in walk.exact.items():
            self.exact[key] += exactly

    def sums(self) -> Iterable[str]:
        for (cause, pot), amount in sorted(self.exact.items()):
            if cause in _MOVES and amount:
                yield f"I10: {cause} has made {amount} of pot {pot!r}"
        for fact, times in self.once.items():
            if times > 1:
                yield f"I4: {fact} counts in two accounts"
        for account in self.accounts.values():
            if account.successor and account.successor not in self.accounts:
                yield f"I13: {account.member} was merged into nobody of this program"
        closed = sum(account.closed for account in self.accounts.values())
        yield from _undone(self.moved, closed)

    def facts(self, facts: list[Fact]) -> Iterable[str]:
        for fact in facts:
            yield from broken_fact(fact, self.entries)
        places = {place for fact in facts for place in fact.entries}
        for place, entry in self.entries.items():
            if named(entry) and place not in places:
                yield f"I4: entry {entry.seq} of {entry.member} is of no fact: {entry.fact}"

    def figures(self, orders: list[Order]) -> Iterable[str]:
        spend: Counter[str] = Counter()
        visits: Counter[str] = Counter()
        for order in orders:
            for last in self._chain(order.member)[-1:]:
                spend[last] += order.posted.spend
                visits[last] += order.posted.visits
        # What was brought along from another system, by whoever they have become.
        for (member, measure), amount in self.imported.items():
            (spend if measure == "spend" else visits)[self._chain(member)[-1]] += amount
        for member, account in self.accounts.items() if orders else ():
            figures = account.spend, account.visits
            if not account.successor and figures != (spend[member], visits[member]):
                yield f"I4: the figures of {member} are not those of the orders"

    def order(self, order: Order, rules: Callable[[int], Program] | None) -> Iterable[str]:
        frozen = order.context
        own = rules(frozen.program_version) if rules and frozen else None
        entries = self.by_order[f"order#{order.key.source}#{order.key.id}"]
        yield from broken_order(order, own, entries)
        if rules:
            places = [(member, order.entry) for member in self._chain(order.member)]
            yield from broken_head(order, (self.entries[p] for p in places if p in self.entries))

    def referral(self, referral: Referral, bringer: str) -> Iterable[str]:
        for side, member in zip(SIDES, (referral.friend, bringer), strict=True):
            chain = self._chain(member)
            entries = [entry for place, entry in self.entries.items() if place[0] in chain]
            yield from broken_referral(referral, side, entries)

    def _chain(self, member: str | None) -> list[str]:
        """Return a member and whom they have become, one after the other."""
        found: list[str] = []
        while member and member in self.accounts and member not in found:
            found.append(member)
            member = self.accounts[member].successor
        return found


def outstanding(books: Iterable[tuple[Account, Sequence[Entry]]]) -> dict[str, dict[str, Fraction]]:
    """Return per pot what every cause has made (or taken), and ``outstanding``, their sum."""
    found: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for account, entries in books:
        walk = Walk(Account(account.program, account.member))
        for entry in entries:
            walk.take(entry)
        for (cause, pot), amount in walk.exact.items():
            found[pot][cause] += amount
            found[pot]["outstanding"] += amount
    return {pot: dict(causes) for pot, causes in found.items()}


def _undone(moved: Counter[tuple[str, str]], closed: int) -> list[str]:
    faults = []
    for pot in sorted({pot for _, pot in moved}):
        # Whoever leaves loses a part of a point, which a later refund has to round.
        given = moved["earn", pot] + moved["referral", pot] + moved["coupon", pot]
        if -moved["reverse", pot] > given + closed:
            faults.append(f"I5: more of pot {pot!r} was reversed than earned")
        if moved["import", pot] < 0:
            faults.append(f"I10: more of pot {pot!r} was taken back than was brought along")
        if moved["return", pot] > -moved["redeem", pot] - moved["capture", pot]:
            faults.append(f"I5: more of pot {pot!r} was returned than spent")
    return faults
