"""The ledger's use cases: record an order, claim a parked one, redeem a reward.

Each reads, decides, commits once, and starts again when the world has moved meanwhile. Repeats of
a fact get its first answer; nothing here counts twice or is half done.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from loyalty.account import Account
from loyalty.decide import Decision, RecordOrder, RedeemReward, decide
from loyalty.order import Order, OrderKey, Part, merge
from loyalty.store import commit, items
from loyalty.store.commit import FactExists, FactWrite, Moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from loyalty.programs import Programs
    from loyalty.store.tables import Tables
    from loyalty.tokens import Tokens

ATTEMPTS = 6
_FIRST_PAUSE = 0.025
_LONGEST_PAUSE = 0.4

CLAIMABLE = timedelta(seconds=commit.PARKED_SECONDS)


class Busy(Exception):  # noqa: N818
    """Too many others write to this account right now; nothing happened, try again."""


class DifferentRequest(Exception):  # noqa: N818
    """The id was used before for something else; the first request stands."""


class UnknownReward(LookupError):  # noqa: N818
    """The program has no such reward; ``known`` are those it has."""

    def __init__(self, reward: str, known: tuple[str, ...]) -> None:
        super().__init__(reward)
        self.reward = reward
        self.known = known


class OrderNotFound(LookupError):  # noqa: N818
    """No such order was reported, or it was parked for more than 30 days."""


class CardNotFound(LookupError):  # noqa: N818
    """The code is not one of this program's cards."""


class OrderTaken(Exception):  # noqa: N818
    """The order belongs to another member already."""


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One message about one part of an order, from whichever door.

    ``hints`` say who bought: ``code:<reference>`` or ``contact:<pseudonym>``.
    """

    key: OrderKey
    currency: str
    occurred_at: datetime
    part: Part
    hints: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What became of a report.

    ``result``: ``recorded``, ``parked`` (nobody matched), ``unchanged`` (repeat, or too late).
    ``points`` is the change that this report made. ``conflict``: one version came with two
    contents.
    """

    result: str
    member: str | None
    points: int = 0
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told; ``replayed`` when it had been told before."""

    body: dict[str, Any]
    replayed: bool


class Ledger:
    """Use cases over the two tables.

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

    def record_order(self, report: OrderReport, now: datetime) -> OrderOutcome:
        """Fold one report into its order and post the difference to whoever bought.

        Raises
        ------
        Busy
            Nothing happened; report again.
        """
        # An order is first assumed to be new: reading what is mostly not there would cost more
        # than being told by the transaction.
        stored: Order | None = None
        for _ in self._attempts():
            new = Order(report.key, report.currency, now, report.occurred_at)
            merged = merge(stored or new, report.part, report.hints)
            if stored and not merged.changed:
                return OrderOutcome("unchanged", stored.member, conflict=merged.conflict)
            order = merged.order
            if order.member is None:
                order = replace(order, member=self._match(order.key.program, order.hints))
            try:
                outcome = self._commit_order(order, report.actor, now)
            except FactExists as exists:
                stored = items.to_order(exists.item) if exists.item else self._order(report.key)
            except Moved:
                stored = self._order(report.key)
            else:
                return replace(outcome, conflict=merged.conflict)
        raise Busy

    def claim_order(self, key: OrderKey, card_code: str, actor: str, now: datetime) -> OrderOutcome:
        """Give a parked order to the member whose card was scanned.

        Claiming it again with the same card changes nothing.

        Raises
        ------
        OrderNotFound, CardNotFound, OrderTaken, Busy
        """
        member = self._by_code(key.program, card_code)
        if member is None:
            raise CardNotFound
        for _ in self._attempts():
            order = self._order(key)
            if order is None:
                raise OrderNotFound
            if order.member == member:
                return OrderOutcome("unchanged", member)
            if order.member is not None:
                raise OrderTaken
            if now - order.first_seen >= CLAIMABLE:
                raise OrderNotFound
            try:
                return self._commit_order(replace(order, member=member), actor, now)
            except (FactExists, Moved):
                continue
        raise Busy

    def redeem(
        self,
        program_id: str,
        *,
        source: str,
        redemption: str,
        card_code: str,
        reward: str,
        now: datetime,
    ) -> Answer:
        """Spend points on a reward, once per ``redemption`` id of that source.

        The answer is ``{"outcome": "redeemed" | "declined", "balance", "price"}``, a declined one
        with a ``reason``; it is final for the id.

        Raises
        ------
        UnknownReward, DifferentRequest, Busy
            Nothing happened.
        """
        program = self._programs.current(program_id)
        wanted = program.reward(reward)
        if wanted is None:
            raise UnknownReward(reward, tuple(known.id for known in program.rewards))
        key = items.fact_key(program_id, "redemption", source, redemption)
        fact = FactWrite(key, _fingerprint("redemption", card_code, reward))
        command = RedeemReward(f"redemption#{source}#{redemption}", reward, f"endpoint:{source}")
        member = self._by_code(program_id, card_code)
        for _ in self._attempts():
            account = self._account(program_id, member) if member else None
            if account:
                decision = decide(program, account, command, now)
            else:
                decision = _no_card(program_id, wanted.price)
            try:
                commit.commit_fact(self._tables, fact, decision, account, now)
            except FactExists as exists:
                return self._replay(fact, exists.item)
            except Moved:
                continue
            return Answer(dict(decision.answer), replayed=False)
        raise Busy

    def parked_orders(self, program: str, limit: int, now: datetime) -> list[Order]:
        """Return orders that wait for their member, oldest first; at most ``limit``."""
        seconds = int(now.timestamp())
        keys = self._tables.waiting(items.parked(program), seconds, limit)
        found = self._tables.get_many(keys)
        orders = [items.to_order(found[key]) for key in keys if key in found]
        return [
            order for order in orders if order.member is None and now - order.first_seen < CLAIMABLE
        ]

    def _commit_order(self, order: Order, actor: str, now: datetime) -> OrderOutcome:
        """Commit the order as it stands, or park it while it has no member."""
        program_id = order.key.program
        account = self._account(program_id, order.member) if order.member else None
        if account is None:
            parked = replace(order, member=None, revision=order.revision + 1)
            commit.commit_parked(self._tables, parked)
            return OrderOutcome("parked", None)
        current = self._programs.current(program_id)
        frozen = order.context
        rules = self._programs.version(program_id, frozen.program_version) if frozen else current
        decision = decide(current, account, RecordOrder(order, rules, actor), now)
        commit.commit_order(self._tables, decision, account, now)
        return OrderOutcome("recorded", account.member, decision.answer["points"])

    def _replay(self, fact: FactWrite, item: dict[str, Any] | None) -> Answer:
        stored = item or self._tables.get(fact.key)
        if stored is None:
            raise Busy
        fingerprint, answer = items.to_fact(stored)
        if fingerprint != fact.fingerprint:
            raise DifferentRequest
        return Answer(answer, replayed=True)

    def _match(self, program: str, hints: tuple[str, ...]) -> str | None:
        """Return the member that the hints name; a card says more than a contact."""
        for hint in sorted(hints):
            kind, _, name = hint.partition(":")
            if kind == "code":
                member = self._by_reference(program, name)
            else:
                item = self._tables.get(items.contact_key(program, name))
                # A contact that nobody has proved to own must not collect for anyone.
                member = item["member"] if item and item["verified"] else None
            if member:
                return member
        return None

    def _by_code(self, program: str, card_code: str) -> str | None:
        reference = self._tokens.read_card_code(card_code)
        return self._by_reference(program, reference) if reference else None

    def _by_reference(self, program: str, reference: str) -> str | None:
        item = self._tables.get(items.directory_key("code", reference))
        return str(item["member"]) if item and item["program"] == program else None

    def _order(self, key: OrderKey) -> Order | None:
        return commit.read_order(self._tables, key)

    def _account(self, program: str, member: str) -> Account | None:
        return commit.read_account(self._tables, program, member)

    def _attempts(self) -> Iterator[int]:
        """Count attempts; from the second on, wait a random time that grows (full jitter)."""
        for attempt in range(ATTEMPTS):
            if attempt:
                longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
                self._sleep(self._random() * longest)
            yield attempt


def _no_card(program: str, price: int) -> Decision:
    answer = {"outcome": "declined", "reason": "card_not_found", "balance": None, "price": price}
    return Decision(Account(program, ""), None, answer)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
