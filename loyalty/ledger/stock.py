"""How many of a reward there are: an owner puts some into stock, and sees what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from loyalty.core.supply import of_reward
from loyalty.ledger.books import Answer
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, commit, supplies
from loyalty.store.audit_log import Changed
from loyalty.store.commit import FactExists, Moved

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Reward

MOST = 1_000_000_000
"""Pieces of one reward in stock."""


@dataclass(frozen=True, slots=True)
class OnOffer:
    """A reward, and what is left of it; None where the program does not count its stock.

    ``taken``: how many were had, or are reserved, since it has been counted.
    """

    reward: Reward
    left: int | None
    taken: int | None


class Stock:
    """The use cases of a catalogue's stock."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def offers(self, program_id: str) -> list[OnOffer]:
        """Return all rewards of a program with what is left of them."""
        rewards = self._books.programs.current(program_id).rewards
        return [self._offer(program_id, one) for one in rewards]

    def out(self, program_id: str) -> tuple[Reward, ...]:
        """Return the rewards of which none is left; nothing is read where none is counted."""
        return tuple(one.reward for one in self.offers(program_id) if one.left == 0)

    def offer(self, program_id: str, reward_id: str) -> OnOffer:
        """Return one of them; raises Refusal ``not_found``."""
        reward = self._books.programs.current(program_id).reward(reward_id)
        if reward is None:
            raise Refusal("not_found", "not_found")
        return self._offer(program_id, reward)

    def put(
        self, act: Act, reward_id: str, now: datetime, *, left: int | None = None, more: int = 0
    ) -> Answer:
        """Let so many be left, or so many more (fewer, if negative), once per act.

        Returns ``{"left"}``, as it was right then.

        Raises
        ------
        Refusal
            ``not_found``, ``not_stocked``, ``below_nothing``, ``id_reused`` or busy; nothing
            happened.
        """
        program = self._books.programs.current(act.program)
        reward = program.reward(reward_id)
        if reward is None:
            raise Refusal("not_found", "not_found")
        if not reward.stocked:
            detail = f"The program does not count the stock of {reward.id}: set stocked first."
            raise Refusal("conflict", "not_stocked", detail)
        fact = act.fact("stock", reward_id, left, more)
        what = of_reward(reward_id)
        for _ in self._books.attempts():
            there = supplies.read_stock(self._books.tables, act.program, what)
            before = there.left if there else None
            after = (before or 0) + more if left is None else left
            if self._books.stored_answer(fact) is not None:
                return self._books.replay(fact)
            if not 0 <= after <= MOST:
                detail = f"That would leave {after}; {before or 0} are left now."
                raise Refusal("conflict", "below_nothing", detail, pointer="/more")
            line = Changed(
                program=act.program,
                at=now,
                by=f"key:{act.key}",
                what="stock.set",
                which=reward_id,
                before={} if before is None else {"left": before},
                after={"left": after},
                revision=crc32(act.id.encode()),
            )
            writes = supplies.setting(self._books.tables, act.program, what, before, after)
            if writes is None:
                continue
            try:
                commit.commit_fact(
                    self._books.tables,
                    fact,
                    {"left": after},
                    changes=(),
                    now=now,
                    guards=[*writes, audit_log.put(line)],
                )
            except FactExists as exists:
                return self._books.replay(fact, exists.stored)
            except Moved:
                continue
            return Answer({"left": after}, replayed=False)
        raise Busy

    def _offer(self, program_id: str, reward: Reward) -> OnOffer:
        if not reward.stocked:
            return OnOffer(reward, None, None)
        there = supplies.read_stock(self._books.tables, program_id, of_reward(reward.id))
        left, taken = (max(0, there.left), there.taken) if there else (0, 0)
        return OnOffer(reward, left, taken)
