"""After a restore: let the ledger win, forget again who was forgotten, and draw every card anew.

Tables from a backup are of the past, and two of them of two moments. Phones hold versions of cards
that lie in the tables' future: the same version would be given to something else, and a phone that
has it would not fetch. So every card's version moves on, further than it can have come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from loyalty.ledger.act import Act
from loyalty.ledger.nightly import shows
from loyalty.ledger.recounting import Recounting
from loyalty.members.erase import Erasure
from loyalty.refusals import Refusal
from loyalty.store import reading, rebuilding, walking
from loyalty.store.access_items import as_it_was
from loyalty.store.audit_log import COMMAND

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.ledger.reconcile import Reconciliation
    from loyalty.store.tables import Tables
    from loyalty.store.walking import Found

PAGE: Final = 100
FURTHER: Final = 100_000
"""Versions that a card moves on: more visible changes than the 35 days of a backup can hold."""
_UNREADABLE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)

Cursor = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mended:
    """What a page has come to; ``next``: where to go on, None at the end.

    ``faults`` name what does not hold, by program, member's and order's ids, and is left as it is.
    ``recounted``: what was counted beside the ledger and is what it says by now.
    ``access``: of programs, what of who may do what was changed; None: left as it is, see
    :func:`loyalty.store.access_items.as_it_was`.
    """

    next: Cursor | None
    looked: int
    rebuilt: int
    forgotten: int
    moved: int
    faults: tuple[str, ...]
    access: tuple[tuple[str, Mapping[str, int] | None], ...] = ()
    recounted: tuple[str, ...] = ()


class Mending:
    """Walks through the state table once, in pages; any number of times.

    Parameters
    ----------
    forgotten
        Programs and members who were erased, where a list of them was kept apart: a ledger that
        was restored, too, knows of nobody who left since.
    ledger_wins
        Accounts are made what their entries add up to, whatever is wrong with them; else only
        those are that are behind, and the others are named.
    later
        The tables that were let go of, as far as they can be read: who may do what is taken from
        there.
    """

    def __init__(
        self,
        books: Books,
        reconciliation: Reconciliation,
        forgotten: Collection[tuple[str, str]] = (),
        *,
        ledger_wins: bool = False,
        later: Tables | None = None,
    ) -> None:
        self._books, self._reconciliation = books, reconciliation
        self._forgotten, self._erasure = frozenset(forgotten), Erasure(books)
        self._ledger_wins, self._later = ledger_wins, later
        self._recounting = Recounting(books)

    def page(self, after: Cursor | None, now: datetime) -> Mended:
        """Mend so many items from a place on."""
        tables = self._books.tables
        found, further = walking.page(tables, 0, 1, after, PAGE)
        looked = rebuilt = forgotten = moved = 0
        faults: list[str] = []
        recounted: list[str] = []
        access: list[tuple[str, Mapping[str, int] | None]] = []
        for one in found:
            try:
                if one.kind == "program" and self._later is not None:
                    access.append((one.place, as_it_was(tables, self._later, one.place)))
                if one.kind == "program":
                    faults += _of(one, self._recounting.faults(one.place))
                    recounted += _of(one, self._recounting.program(one.place, now))
                if one.kind == "order":
                    faults += _of(one, self._reconciliation.order_faults(one.order))
                elif one.kind in {"account", "member"}:
                    rebuilt += self._rebuild(one)
                if one.kind != "account":
                    continue
                looked += 1
                forgotten += self.forget(*one.owner, now)
                moved += self._move_on(one, now)
                faults += _of(one, self._reconciliation.account_faults(*one.owner, now))
            except Refusal as refusal:
                faults.append(f"{one.place}: {refusal.code}")
            except _UNREADABLE as error:
                # Where, and not what: the error's own words may quote what lies there.
                faults.append(f"{one.place}: cannot be read ({type(error).__name__})")
        counts = (looked, rebuilt, forgotten, moved)
        return Mended(further, *counts, tuple(faults), tuple(access), tuple(recounted))

    def forget(self, program: str, member: str, now: datetime) -> bool:
        """Forget somebody whom an older state has brought back; tell whether it had.

        Raises
        ------
        Busy
            Somebody is writing there; ask again.
        """
        account = self._books.account(program, member)
        if (program, member) in self._forgotten and account is not None and not account.closed:
            act = Act(program, COMMAND, f"restored-{member}", "", automatic=True)
            return self._erasure.erase(act, member, now).body.get("outcome") == "left"
        return self._erasure.again(program, member, now)

    def _rebuild(self, one: Found) -> bool:
        tables, owner = self._books.tables, one.owner
        if self._ledger_wins or reading.read_account(tables, *owner) is None:
            return rebuilding.rebuild(tables, *owner)
        return rebuilding.catch_up(tables, *owner)

    def _move_on(self, one: Found, now: datetime) -> bool:
        account = reading.read_account(self._books.tables, *one.owner)
        if account is None:
            return False
        shown = shows(self._books.programs.current(account.program), account, now)
        return rebuilding.move_on(self._books.tables, account, FURTHER, shown, now)


def _of(one: Found, faults: list[str]) -> list[str]:
    return [f"{one.place}: {fault}" for fault in faults]
