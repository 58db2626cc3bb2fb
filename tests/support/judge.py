"""The judge of what a crowd of tills was told.

Folds each account entry by entry, decides every command again on the state that its entry was
written on, and compares: with the entry, with what the till was told, with how often, and with
the order in which things were told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Account, append
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Leave, Receive
from loyalty.core.decide.order import RecordOrder
from loyalty.core.order import Order, OrderKey, merge
from loyalty.invariants.account import broken
from loyalty.invariants.program import broken_program
from loyalty.store import reading
from tests.support.world import START

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.core.account import Entry
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from tests.support.crowd import Crowd, Told

_PRIVATE = {"lots", "pot", "member", "order", "at", "program", "by", "reward"}


class Judge:
    """Compares what was told with what is there; ``faults`` says what does not fit."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd, self._log = crowd, crowd.log
        self._program = crowd.world.programs.current("coffee")
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._orders: dict[str, Order] = {}
        self._answers: dict[str, Any] = {}
        self.faults: list[str] = []

    def judge(self) -> list[str]:
        books = []
        for member in self._crowd.members:
            entries = self._crowd.world.entries(member)
            self._entries[member.member_id] = entries
            account = self._crowd.world.account(member)
            self.faults += broken(account, entries)
            books.append((account, entries))
        heads = [self._head(name) for name in self._log.reports]
        self.faults += broken_program(
            "coffee",
            books,
            [head for head in heads if head is not None],
            rules=partial(self._crowd.world.programs.version, "coffee"),
        )
        self._decide_again()
        self._each_told_once()
        self._order_of_telling()
        self._heads()
        return self.faults

    def _decide_again(self) -> None:
        """Follow all accounts together: a transfer's receiver needs what its giver left."""
        waiting = {member: list(entries) for member, entries in self._entries.items()}
        standing = {member: Account("coffee", member) for member in waiting}
        moved: dict[str, Decision] = {}
        progress = True
        while progress and any(waiting.values()):
            progress = False
            for member, entries in waiting.items():
                while entries and self._ready(entries[0], member, moved):
                    entry = entries.pop(0)
                    self._check(entry, standing[member], moved)
                    standing[member] = append(standing[member], entry)
                    progress = True
        for member, entries in waiting.items():
            self.faults += [f"nobody asked for {entry.fact} of {member}" for entry in entries]

    def _ready(self, entry: Entry, member: str, moved: dict[str, Decision]) -> bool:
        """Tell whether all that this entry follows from has been looked at."""
        if entry.kind != "transfer" or entry.fact in moved:
            return True
        given = [one for one in self._log.told if one.name == entry.fact]
        return not given or given[0].member == member

    def _check(self, entry: Entry, account: Account, moved: dict[str, Decision]) -> None:
        now = _at(entry)
        for command, order in self._candidates(entry, account, moved):
            decision = decide(self._program, account, command, now)
            if decision.entry is None or decision.entry.postings != entry.postings:
                continue
            if order is not None and decision.order is not None:
                self._orders[order.key.id] = decision.order
            if entry.kind == "transfer" and entry.fact not in moved:
                moved[entry.fact] = decision
            else:
                self._answers[entry.fact] = decision.answer
            return
        self.faults.append(f"entry {entry.seq} ({entry.fact}) is not what deciding it again gives")

    def _candidates(
        self, entry: Entry, account: Account, moved: dict[str, Decision]
    ) -> Iterable[tuple[Command, Order | None]]:
        if entry.fact.startswith("order#"):
            _, _, name, _ = entry.fact.split("#")
            for order in self._possible(name, account.member, entry):
                yield RecordOrder(order, self._program, entry.actor), order
            return
        command = self._log.asked.get(entry.fact)
        if command is None:
            return
        if isinstance(command, Leave) and entry.fact in moved:
            lots = moved[entry.fact].answer["lots"]
            arriving = tuple((str(pot), int(at), int(gone), int(n)) for pot, at, gone, n in lots)
            command = Receive("transfer", entry.fact, "key:desk", arriving)
        yield command, None

    def _possible(self, name: str, member: str, entry: Entry) -> Iterable[Order]:
        """Return what the head may have been: any of the reports that were made, folded in."""
        first = _at(entry)
        key = OrderKey("coffee", "till", name)
        known = self._orders.get(name) or Order(key, "USD", first, first, member=member)
        parts = list(dict.fromkeys(self._log.reports.get(name, ())))
        for choice in (*((part,) for part in parts), tuple(parts)):
            yield replace(merge(known, *choice).order, member=member)

    def _each_told_once(self) -> None:
        happened = Counter(entry.fact for entries in self._entries.values() for entry in entries)
        told: dict[str, list[Told]] = defaultdict(list)
        for one in self._log.told:
            told[one.name].append(one)
        for name, answers in told.items():
            if name.startswith("order#"):
                continue
            bodies = [one.body for one in answers]
            if any(body != bodies[0] for body in bodies):
                self.faults.append(f"{name} was told two things: {bodies}")
            effect = bodies[0]["outcome"] != "declined"
            wanted = (2 if name.startswith("transfer#") else 1) if effect else 0
            if happened[name] != wanted:
                self.faults.append(f"{name}: told {bodies[0]}, and {happened[name]} entries")
            if effect and name in self._answers and not name.startswith("transfer#"):
                model = {k: v for k, v in self._answers[name].items() if k not in _PRIVATE}
                stored = {k: v for k, v in bodies[0].items() if k not in _PRIVATE}
                if model != stored:
                    self.faults.append(f"{name}: told {stored}, the model says {model}")
        for name, count in happened.items():
            known = name in told or name in self._log.given_up or name.startswith("order#")
            if not known or (not name.startswith("transfer#") and count != 1):
                self.faults.append(f"{name} has {count} entries, and was told {len(told[name])}")

    def _order_of_telling(self) -> None:
        """What was told before something else was asked stands before it in the ledger."""
        for member, entries in self._entries.items():
            place = {entry.fact: entry.seq for entry in entries}
            known = [
                (one, place[one.name])
                for one in self._log.told
                if one.name in place and not one.replayed and not one.name.startswith("order#")
            ]
            known.sort(key=lambda pair: pair[1])
            latest = 0.0
            for one, seq in known:
                # Nothing that stands earlier may have been asked for after this was told.
                if latest > one.told:
                    self.faults.append(f"{one.name} ({seq} of {member}) was told out of order")
                latest = max(latest, one.asked)

    def _head(self, name: str) -> Order | None:
        return reading.read_order(self._crowd.world.tables, OrderKey("coffee", "till", name))

    def _heads(self) -> None:
        """Every order stands as its acknowledged reports say, and its entries add up to it."""
        posted: Counter[str] = Counter()
        for entries in self._entries.values():
            for entry in entries:
                if entry.fact.startswith("order#"):
                    name = entry.fact.split("#")[2]
                    posted[name] += sum(
                        int(one.amount) for one in entry.postings if one.measure == "spend"
                    )
        for name, parts in self._log.reports.items():
            head = self._head(name)
            told = [
                part
                for part in parts
                if f"order#till#{name}#{part.version}" not in self._log.given_up
            ]
            if head is None:
                self.faults += [f"order {name} was told and is not there"] if told else []
                continue
            empty = replace(head, parts=())
            possible = {merge(empty, *told).order.total, merge(empty, *parts).order.total}
            if head.posted.spend not in possible or posted[name] != head.posted.spend:
                self.faults.append(
                    f"order {name}: {head.posted.spend} posted, {posted[name]} in entries, "
                    f"{possible} reported"
                )


def _at(entry: Entry) -> datetime:
    return START + timedelta(microseconds=entry.at - int(START.timestamp()) * 1_000_000)
