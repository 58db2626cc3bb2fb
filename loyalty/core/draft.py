"""An account while something is being decided: postings made so far, and the account after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core import account as accounts
from loyalty.core import inactivity
from loyalty.core.account import NEVER, Posting
from loyalty.core.calendar import at, day, day_start, month, month_start, next_date
from loyalty.core.changing import changed
from loyalty.core.instants import microseconds
from loyalty.core.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from fractions import Fraction

    from loyalty.core.account import Account, Cause, Entry, Measure
    from loyalty.core.order import Order
    from loyalty.core.trace import Step
    from loyalty.program.rules import PotRule, Program


@dataclass(frozen=True, slots=True)
class Decision:
    """What to commit.

    ``entry`` is None when nothing is posted. ``answer`` is what the caller is told, and what a
    repeat of the same fact is told again. ``trace`` says why. ``order`` is the new head, where
    the command was about an order.
    """

    account: Account
    entry: Entry | None
    answer: Mapping[str, Any]
    trace: tuple[Step, ...] = ()
    order: Order | None = None


class Draft:
    """The account as it looks after the postings made so far.

    What is not ``sealed`` is never stored: its entry is chained to none, and nobody asks what a
    card would show.
    """

    def __init__(
        self, program: Program, account: Account, now: datetime, *, sealed: bool = True
    ) -> None:
        self.sealed = sealed
        self.program = program
        self.before = account
        self.account = account
        self.now = now
        self.postings: list[Posting] = []

    def post(  # noqa: PLR0917 - a posting has that many parts
        self,
        cause: Cause,
        pot: str,
        measure: Measure,
        amount: int | Fraction,
        bucket: int = 0,
        at: int = 0,
        ref: str = "",
    ) -> None:
        """Add a posting, unless it adds nothing."""
        if amount:
            posting = Posting(cause, pot, measure, amount, bucket, at, ref)
            self.postings.append(posting)
            self.account = accounts.post(self.account, posting)

    def grant(self, cause: Cause, pot_id: str, points: int, granted_at: datetime) -> None:
        """Give value: what is owed is paid first, the rest is spendable now or on its day."""
        active, bucket = self.home(pot_id, granted_at)
        if active > self.now.timestamp():
            self.post(cause, pot_id, "pending", points, bucket, at=active)
        else:
            self.credit(cause, pot_id, points, bucket)

    def credit(self, cause: Cause, pot_id: str, points: int, bucket: int) -> None:
        """Make value spendable; what is owed is paid first."""
        paid = min(points, self.account.pot(pot_id).debt)
        self.post(cause, pot_id, "debt", -paid)
        self.post(cause, pot_id, "lot", points - paid, bucket)

    def spend(self, cause: Cause, pot_id: str, points: int) -> tuple[tuple[int, int], ...]:
        """Take spendable value, soonest-expiring first; return the lots it came from."""
        taken = []
        for bucket, amount in self.account.pot(pot_id).lots:
            part = min(amount, points)
            if part:
                self.post(cause, pot_id, "lot", -part, bucket)
                taken.append((bucket, part))
            points -= part
        if points:
            raise ValueError("more is taken than is available")
        return tuple(taken)

    def home(self, pot_id: str, granted_at: datetime) -> tuple[int, int]:
        """Return when value granted at that instant becomes spendable, and its bucket."""
        zone = self.program.zone
        rule = self.program.pot(pot_id)
        if rule is None:
            return 0, NEVER
        active = 0
        if rule.pending_days:
            active = day_start(day(granted_at, zone) + rule.pending_days, zone)
        starts = at(active) if active else granted_at
        return active, _bucket(rule, starts, zone)

    def close(
        self,
        *,
        kind: Cause,
        fact: str,
        actor: str,
        answer: Mapping[str, Any],
        trace: Iterable[Step] = (),
        order: Order | None = None,
    ) -> Decision:
        """Turn the postings into one entry and say whether the card changed."""
        inactivity.begin(self, int(self.now.timestamp()), kind)
        if not self.postings:
            return Decision(self.before, None, answer, tuple(trace), order)
        entry = accounts.chain(
            self.before,
            kind=kind,
            at=microseconds(self.now),
            fact=fact,
            actor=actor,
            program_version=self.program.version,
            postings=tuple(self.postings),
            sealed=self.sealed,
        )
        shown = self.before.shown
        if self.sealed:
            shown = visible(self.program, self.account, self.now).fingerprint
        other = shown != self.before.shown
        after = changed(
            self.account,
            seq=entry.seq,
            head=entry.hash,
            revision=self.before.revision + 1,
            card_version=self.before.card_version + (1 if other else 0),
            shown=shown,
        )
        return Decision(after, entry, answer, tuple(trace), order)


def _bucket(rule: PotRule, starts: datetime, zone: str) -> int:
    """Return from which second on value that starts then is expired."""
    expiry = rule.expiry
    if expiry is None or expiry.inactivity_months:
        return NEVER
    if expiry.months:
        return month_start(month(starts, zone) + expiry.months + 1, zone)
    return next_date(starts, expiry.dates, zone)
