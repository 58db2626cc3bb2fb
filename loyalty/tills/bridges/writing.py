"""Writes into fields of a tool's client what their card shows: balance, level, short code.

The present state is read when it is written, so the last one wins, however many changes there were
and in whatever order they are told of. What was written last is remembered, as a digest, so that
nothing is written twice; and what we have written comes back as "the client has changed", which
changes nothing that a card shows, and so writes nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.store import customer_links, membership

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.tills.incoming import Sender

Written = Literal["written", "unchanged", "nobody", "gone"]
"""What became of it: `nobody` is who the tool has no client for, `gone` who it had."""


class Writing:
    """Tells a tool what cards show.

    Parameters
    ----------
    write
        Writes these texts into fields of a client, by the tool's id; False where it is gone.
    """

    def __init__(
        self, books: Books, sender: Sender, write: Callable[[str, Mapping[str, str]], bool]
    ) -> None:
        self._books = books
        self._sender = sender
        self._write = write

    def tell(self, member: str, now: datetime) -> Written:
        """Write what a member's card shows now, where anything of it is new.

        Raises
        ------
        VendorFailed
            It was not taken.
        """
        endpoint, program = self._sender.endpoint, self._sender.program
        account = self._books.account(program.id, member)
        if account is None or account.closed:
            return "nobody"
        tables = self._books.tables
        known = customer_links.read_of(tables, program.id, account.member)
        mine = [one for one in known if one[0] == endpoint.source]
        if not mine:
            return "nobody"
        shown = self._shown(program, account, now)
        values = {field: shown[what] for what, field in endpoint.fields.written.items()}
        mark = _mark(values)
        results: set[Written] = set()
        for customer in mine:
            link = customer_links.read_link(tables, program.id, *customer)
            if link is None or link.written == mark:
                results.add("unchanged")
            elif not self._write(customer[1], values):
                results.add("gone")
            else:
                customer_links.note(tables, program.id, customer, link, w=mark)
                results.add("written")
        return next(one for one in ("written", "gone", "unchanged") if one in results)

    def _shown(self, program: Program, account: Account, now: datetime) -> dict[str, str]:
        draft = Draft(program, account, now)
        settle(draft)
        pot = program.pots[0].id if program.pots else ""
        level = program.level(draft.account.level)
        person = membership.read_shell(self._books.tables, program.id, account.member)
        return {
            "balance": str(draft.account.balance(pot)) if pot else "",
            "level": level.name[program.languages[0]] if level else "",
            "code": person.short_code if person else "",
        }


def _mark(values: Mapping[str, str]) -> str:
    text = "\n".join(f"{field}={value}" for field, value in sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
