"""What all use cases of the ledger share: read, decide, commit once, start again when it moved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core.decide import decide
from loyalty.store import commit, items
from loyalty.store.commit import Change, FactExists, FactWrite, Moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from loyalty.access.tokens import Tokens
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.core.order import OrderKey
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables, Write

ATTEMPTS = 6
_FIRST_PAUSE = 0.025
_LONGEST_PAUSE = 0.4
_MOST_SUCCESSORS = 8


class Busy(Exception):  # noqa: N818
    """Too many others write to this account right now; nothing happened, try again."""


class DifferentRequest(Exception):  # noqa: N818
    """The id was used before for something else; the first request stands."""


class CardNotFound(LookupError):  # noqa: N818
    """The code is not one of this program's cards."""


class MemberNotFound(LookupError):  # noqa: N818
    """There is no such member in this program."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told; ``replayed`` when it had been told before."""

    body: dict[str, Any]
    replayed: bool


class Books:
    """Access to accounts and facts.

    Parameters
    ----------
    random
        Returns a float in [0, 1); spreads retries.
    sleep
        Waits that many seconds.
    """

    def __init__(
        self,
        tables: Tables,
        programs: Programs,
        tokens: Tokens,
        *,
        random: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._tables = tables
        self._programs = programs
        self._tokens = tokens
        self._random = random
        self._sleep = sleep

    def _once(
        self,
        fact: FactWrite,
        program_id: str,
        member: str | None,
        command: Callable[[Account], Command],
        now: datetime,
        *,
        guards: Callable[[], Iterable[Write]] = tuple,
        nobody: Callable[[], Decision] | None = None,
    ) -> Answer:
        """Let a command happen once per fact; repeats get the first answer.

        Parameters
        ----------
        command
            Made anew from the account of each attempt.
        guards
            Further conditional writes, made anew for each attempt; they may raise a refusal.
        nobody
            What is decided where there is no such member; without it that is an error.

        Raises
        ------
        DifferentRequest, MemberNotFound, Busy
            Nothing happened.
        """
        program = self._programs.current(program_id)
        for _ in self._attempts():
            account = self._account(program_id, member) if member else None
            if account is not None:
                decision = decide(program, account, command(account), now)
                changes = [Change(account, decision)]
            elif nobody is not None:
                decision, changes = nobody(), []
            else:
                raise MemberNotFound(member)
            happens = decision.entry is not None
            try:
                commit.commit_fact(
                    self._tables,
                    fact,
                    decision.answer,
                    changes=changes,
                    now=now,
                    guards=guards() if happens else (),
                )
            except FactExists as exists:
                return self._replay(fact, exists.item)
            except Moved:
                continue
            return Answer(dict(decision.answer), replayed=False)
        raise Busy

    def _replay(self, fact: FactWrite, item: dict[str, Any] | None) -> Answer:
        stored = item or self._tables.get(fact.key)
        if stored is None:
            raise Busy
        fingerprint, answer = items.to_fact(stored)
        if fingerprint != fact.fingerprint:
            raise DifferentRequest
        return Answer(answer, replayed=True)

    def _stored_answer(self, fact: FactWrite) -> dict[str, Any] | None:
        item = self._tables.get(fact.key)
        return items.to_fact(item)[1] if item else None

    def _account(self, program: str, member: str) -> Account | None:
        """Read an account; one that was merged leads to its successor."""
        account = commit.read_account(self._tables, program, member)
        for _ in range(_MOST_SUCCESSORS):
            if account is None or not account.successor:
                return account
            account = commit.read_account(self._tables, program, account.successor)
        return account

    def _same_member(self, program: str, one: str, other: str) -> bool:
        """Tell whether two ids are one member by now."""
        if one == other:
            return True
        found = self._account(program, one), self._account(program, other)
        return found[0] is not None and found[1] is not None and found[0].member == found[1].member

    def _by_code(self, program: str, card_code: str) -> str | None:
        reference = self._tokens.read_card_code(card_code)
        return self._by_reference(program, reference) if reference else None

    def _by_reference(self, program: str, reference: str) -> str | None:
        item = self._tables.get(items.directory_key("code", reference))
        return str(item["member"]) if item and item["program"] == program else None

    def _order_paid(self, key: OrderKey, actor: str, now: datetime) -> None:
        """Hear that value was spent on an order: whoever spent it is whose order it is."""

    def _attempts(self) -> Iterator[int]:
        """Count attempts; from the second on, wait a random time that grows (full jitter)."""
        for attempt in range(ATTEMPTS):
            if attempt:
                longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
                self._sleep(self._random() * longest)
            yield attempt


def fingerprint(*parts: object) -> str:
    """Return the hash of what was asked."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
