"""What use cases of the ledger are given: read, decide, commit once, start again when it moved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.access import short_code
from loyalty.core.decide import decide
from loyalty.ledger import misses
from loyalty.refusals import Busy, Refusal
from loyalty.store import commit, directory, reading
from loyalty.store.commit import Change, FactExists, FactWrite, Moved
from loyalty.store.deadline import Deadline
from loyalty.store.retrying import attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from loyalty.access.tokens import Tokens
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.store.program_versions import Programs
    from loyalty.store.reading import StoredFact
    from loyalty.store.tables import Tables, Write

_MOST_SUCCESSORS = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told; ``replayed`` when it had been told before."""

    body: dict[str, Any]
    replayed: bool


class Books:
    """Access to accounts and facts, and the one way in which a command happens once.

    Parameters
    ----------
    tables, programs, tokens
        Public, so that use cases share them with it.
    random
        Returns a float in [0, 1); spreads retries.
    sleep
        Waits that many seconds.
    deadline
        When all attempts together have to be over.
    """

    def __init__(
        self,
        tables: Tables,
        programs: Programs,
        tokens: Tokens,
        *,
        random: Callable[[], float],
        sleep: Callable[[float], None],
        deadline: Deadline | None = None,
    ) -> None:
        self.tables = tables
        self.programs = programs
        self.tokens = tokens
        self._random = random
        self._sleep = sleep
        self._deadline = deadline or Deadline()

    def once(
        self,
        fact: FactWrite,
        program_id: str,
        member: str | None,
        command: Callable[[Account], Command],
        now: datetime,
        *,
        guards: Callable[[Change], Iterable[Write]] = lambda _: (),
        nobody: Callable[[], Decision] | None = None,
        passing: tuple[str, ...] = (),
    ) -> Answer:
        """Let a command happen once per fact; repeats get the first answer.

        Parameters
        ----------
        command
            Made anew from the account of each attempt.
        guards
            Further conditional writes, made anew for each attempt of the account as it was and the
            decision on it; they may raise a refusal.
        passing
            A decline for such a reason is told and not kept: what is missing may still come.
        nobody
            What is decided where there is no such member; without it that is an error.

        Raises
        ------
        Refusal
            ``id_reused``, ``member_not_found`` or busy; nothing happened.
        """
        program = self.programs.current(program_id)
        for _ in self.attempts():
            account = self.account(program_id, member) if member else None
            if account is not None:
                decision = decide(program, account, command(account), now)
                changes = [Change(account, decision)]
            elif nobody is not None:
                decision, changes = nobody(), []
            else:
                raise member_not_found(member)
            happens = decision.entry is not None
            if decision.answer.get("reason") in passing:
                if self.stored_answer(fact) is not None:
                    return self.replay(fact)
                return Answer(dict(decision.answer), replayed=False)
            try:
                commit.commit_fact(
                    self.tables,
                    fact,
                    decision.answer,
                    changes=changes,
                    now=now,
                    guards=guards(changes[0]) if changes and happens else (),
                )
            except FactExists as exists:
                return self.replay(fact, exists.stored)
            except Moved:
                continue
            return Answer(dict(decision.answer), replayed=False)
        raise Busy

    def replay(self, fact: FactWrite, known: StoredFact | None = None) -> Answer:
        """Answer a fact that happened before as it was answered then; raises as ``once``."""
        stored = known or reading.read_fact(self.tables, fact)
        if stored is None:
            raise Busy
        if stored.fingerprint != fact.fingerprint:
            detail = "The id was used before for something else; the first request stands."
            raise Refusal("reused", "id_reused", detail, pointer="/id")
        return Answer(stored.answer, replayed=True)

    def stored_answer(self, fact: FactWrite) -> dict[str, Any] | None:
        """Return what a fact was answered, None where it has not happened."""
        stored = reading.read_fact(self.tables, fact)
        return stored.answer if stored else None

    def account(self, program: str, member: str) -> Account | None:
        """Read an account; one that was merged leads to its successor."""
        account = reading.read_account(self.tables, program, member)
        for _ in range(_MOST_SUCCESSORS):
            if account is None or not account.successor:
                return account
            account = reading.read_account(self.tables, program, account.successor)
        return account

    def same_member(self, program: str, one: str, other: str) -> bool:
        """Tell whether two ids are one member by now."""
        if one == other:
            return True
        found = self.account(program, one), self.account(program, other)
        return found[0] is not None and found[1] is not None and found[0].member == found[1].member

    def by_code(
        self, program: str, card_code: str, seeker: str | None, now: datetime
    ) -> str | None:
        """Return the member whose card has the code, scanned or typed (the short one).

        Parameters
        ----------
        seeker
            Who asks: short codes can be guessed at, so what misses is counted. None only where
            nothing tells whether somebody was found.

        Raises
        ------
        Refusal
            ``too_many_misses``, or busy.
        """
        reference = self.tokens.read_card_code(card_code)
        if reference:
            return self.by_reference(program, reference)
        letters = short_code.read(card_code)
        return self.by_short_code(program, letters, seeker, now) if letters else None

    def by_short_code(
        self, program: str, letters: str, seeker: str | None, now: datetime
    ) -> str | None:
        """Return the member whose card has the short code; raises as ``by_code``."""
        if seeker is not None:
            misses.count(self, program, seeker, now)
        owner = directory.find(self.tables, "short", directory.short_name(program, letters))
        if owner is None:
            return None
        if seeker is not None:
            misses.take_back(self, program, seeker, now)
        return owner[1]

    def card_name(self, card_code: str) -> str:
        """Return what names a card in a request, however its code was scanned or typed."""
        reference = self.tokens.read_card_code(card_code)
        return reference or short_code.read(card_code) or card_code

    def by_reference(self, program: str, reference: str) -> str | None:
        """Return the member whose card has the reference."""
        owner = directory.find(self.tables, "code", reference)
        return owner[1] if owner and owner[0] == program else None

    def attempts(self) -> Iterator[int]:
        """Count attempts; from the second on, wait a random time that grows (full jitter).

        Raises
        ------
        OutOfTime
            There is no time to wait; as after any refusal here, asking again tells what happened.
        """
        return attempts(self._random, self._sleep, self._deadline)


def member_not_found(member: str | None) -> Refusal:
    """Return the refusal of a member id that is none in its program."""
    return Refusal("not_found", "member_not_found", f"There is no member {member}.")


def fingerprint(*parts: object) -> str:
    """Return the hash of what was asked."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
