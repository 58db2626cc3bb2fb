"""Take up what happened to members and orders: a line for each, and how each member comes.

Whoever rings may ring too often, too late or for nothing: what is counted follows from what stands
in the tables now. A sale of a member costs two writes of one unit, its line and how far the member
is counted; one of nobody costs its line. Orders that leave nothing in the ledger are rung for by
their heads; of all others the ledger tells.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.core.calendar import day
from loyalty.core.instants import instant
from loyalty.core.opening import is_open
from loyalty.core.order import order_named
from loyalty.figures.expected import rhythm_of
from loyalty.figures.records import record
from loyalty.forecast import rhythm as rhythms
from loyalty.forecast.rhythm import Rhythm
from loyalty.store import counted, figure_lines, membership, order_sources, reading
from loyalty.store.counted import Counted
from loyalty.store.figure_lines import Moves, SaleLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.order import Order, OrderKey
    from loyalty.figures.places import Places
    from loyalty.program.rules import Program
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables

PAGE = 50
"""Entries that are taken up at once, and written down as counted."""

_MOST_REMEMBERED = 10_000

_SIGNS = {"lot": 1, "pending": 1, "held": 1, "debt": -1}


@dataclass(frozen=True, slots=True)
class _News:
    """An order as it is now, and the line that there was of it."""

    now: SaleLine
    before: SaleLine | None

    def day_of(self, member: str) -> int | None:
        """Return the day of a visit of this member that the order is."""
        return self.now.day if self.now.sold and self.now.member == member else None

    def unsteady(self, member: str) -> bool:
        """Tell whether a visit has gone, has moved to another day, or is of somebody else.

        Somebody else may be whom this member was before.
        """
        if self.now.sold and self.now.member not in {member, None}:
            return True
        was = self.before
        if was is None or not was.sold or was.member is None:
            return False
        return was.member != member or self.day_of(member) != was.day

    def new_day(self, member: str) -> int | None:
        """Return the day of a visit that no line has told of yet."""
        was, found = self.before, self.day_of(member)
        told = was is not None and was.sold and was.member == member and was.day == found
        return None if told else found


class Feeding:
    """Takes up entries and orders."""

    def __init__(self, tables: Tables, programs: Programs, places: Places) -> None:
        self._tables = tables
        self._programs = programs
        self._places = places
        self._sources: set[tuple[str, str]] = set()

    def member(self, program: str, member: str, now: datetime) -> int:
        """Take up a member's entries that were not yet; return how many that was."""
        account = reading.read_account(self._tables, program, member)
        if account is None:
            return 0
        rules = self._programs.current(program)
        seen = counted.read(self._tables, program, member)
        count = 0
        while True:
            seq = seen.seq if seen else 0
            entries = reading.read_entries_after(self._tables, program, member, seq, PAGE)
            if not entries:
                return count
            after = self._take(rules, account, entries, seen, now)
            if after is None:
                return count  # somebody else counts this member now, and all of it
            seen, count = after, count + len(entries)
            if len(entries) < PAGE:
                return count

    def order(self, key: OrderKey, now: datetime) -> bool:
        """Take up an order as its head says it; tell whether anything was new.

        What an entry tells of is left to the bell that its entry rings.
        """
        order = reading.read_order(self._tables, key)
        if order is None:
            return False
        seen = None
        if order.member:
            seen = counted.read(self._tables, key.program, order.member)
            if order.entry > (seen.seq if seen else 0):
                return False
        return self._order(order, seen, now)

    def again(self, key: OrderKey, now: datetime) -> bool:
        """Write an order's line anew, where it stood and when being known better now."""
        order = reading.read_order(self._tables, key)
        if order is None:
            return False
        self._remember(key)
        line = self._line(self._programs.current(key.program), order, now)
        return figure_lines.put(self._tables, line, anew=True)

    def _order(self, order: Order, seen: Counted | None, now: datetime) -> bool:
        rules = self._programs.current(order.key.program)
        (news,) = self._news(rules, [order], now)
        if news.before is not None and news.before.revision >= order.revision:
            return False
        member = order.member
        if member:
            account = reading.read_account(self._tables, order.key.program, member)
            if account is not None and not account.closed:
                standing = seen or Counted()
                rhythm, _ = self._rhythm(account, standing, [news], now)
                after = Counted(standing.seq, rhythm)
                if after != standing:
                    counted.put(self._tables, order.key.program, member, seen, after)
        return figure_lines.put(self._tables, news.now, missing_before=news.before is None)

    def _take(
        self,
        rules: Program,
        account: Account,
        entries: Sequence[Entry],
        seen: Counted | None,
        now: datetime,
    ) -> Counted | None:
        """Take up these entries; return how far the member is counted then, None where moved.

        A visit that is gone, or came late, is worked out from all orders, and written down before
        any line says that it was seen: so it is not lost by an interruption.
        """
        named: dict[OrderKey, list[Entry]] = {}
        for entry in entries:
            key = order_named(entry)
            if key is not None:
                named.setdefault(key, []).append(entry)
            elif moved := _moves(entry, rules.zone):
                at = instant(entry.at)
                figure_lines.put_moves(self._tables, account.program, at, moved)
        orders = [reading.read_order(self._tables, key) for key in named]
        news = self._news(rules, [one for one in orders if one is not None], now)
        standing = seen or Counted()
        anew = False
        if account.closed:
            rhythm = None
        elif any(entry.kind == "merge" for entry in entries):
            rhythm = self._all_days(account, now)
        else:
            rhythm, anew = self._rhythm(account, standing, news, now)
        if anew and rhythm != standing.rhythm:
            mended = Counted(standing.seq, rhythm)
            if not counted.put(self._tables, account.program, account.member, seen, mended):
                return None
            seen = mended
        for one in news:
            moves = [_moves(entry, rules.zone) for entry in named[one.now.order]]
            told = replace(one.now, moves=tuple(each for each in moves if each))
            figure_lines.put(self._tables, told, missing_before=one.before is None)
        after = Counted(entries[-1].seq, rhythm)
        put = counted.put(self._tables, account.program, account.member, seen, after)
        return after if put else None

    def _news(self, rules: Program, orders: Sequence[Order], now: datetime) -> list[_News]:
        for one in orders:
            self._remember(one.key)
        wanted = [(one.key, one.first_seen) for one in orders]
        lines = figure_lines.read_many(self._tables, wanted)
        return [_News(self._line(rules, one, now), lines.get(one.key)) for one in orders]

    def _remember(self, key: OrderKey) -> None:
        """Write down, once in this process, from which till an order came."""
        if (key.program, key.source) in self._sources:
            return
        order_sources.remember(self._tables, key.program, key.source)
        if len(self._sources) >= _MOST_REMEMBERED:
            self._sources.clear()
        self._sources.add((key.program, key.source))

    def _line(self, rules: Program, order: Order, now: datetime) -> SaleLine:
        # What was said of the order itself, else where its till stands.
        place = order.location or self._places.of(order.key.program).get(order.key.source, "")
        location = rules.location(place)
        zone = (location.zone if location else None) or rules.zone
        at = order.instant(now)
        told = record(order, place, zone, now)
        return SaleLine(
            order=order.key,
            first=order.first_seen,
            revision=order.revision,
            member=told.member,
            day=told.day,
            place=place,
            net=told.net,
            sold=told.sold,
            closed=location is not None and is_open(rules, location, at) is False,
        )

    def _rhythm(
        self, account: Account, standing: Counted, news: Sequence[_News], now: datetime
    ) -> tuple[counted.Rhythm | None, bool]:
        """Return how a member comes, with these orders, and whether all had to be read for it."""
        member, known = account.member, standing.rhythm
        new = [found for one in news if (found := one.new_day(member)) is not None]
        late = known is not None and any(found < known[0] for found in new)
        if late or any(one.unsteady(member) for one in news):
            return self._all_days(account, now), True
        rhythm = rhythm_of(known) if known else None
        # Also of days that lines tell of: an interruption may have been between line and rhythm.
        for found in sorted(found for one in news if (found := one.day_of(member)) is not None):
            if rhythm is None:
                rhythm = Rhythm(found)
            elif found > rhythm.last:
                rhythm = rhythm.followed_by(found)
        return (packed(rhythm) if rhythm else None), False

    def _all_days(self, account: Account, now: datetime) -> counted.Rhythm | None:
        """Return how a member comes by all orders, those of whom they were before included."""
        if account.closed:
            return None
        program = account.program
        people = {account.member, *self._were(program, account.member)}
        named = dict.fromkeys(
            key
            for one in people
            for entry in reading.read_entries(self._tables, program, one)
            if (key := order_named(entry)) is not None
        )
        rules = self._programs.current(program)
        days = set()
        for key in named:
            order = reading.read_order(self._tables, key)
            if order is not None and order.member in people:
                line = self._line(rules, order, now)
                days |= {line.day} if line.sold else set()
        return packed(rhythms.of(days)) if days else None

    def _were(self, program: str, member: str) -> list[str]:
        """Return all who have become this member, one after the other."""
        found: list[str] = []
        waiting = [member]
        while waiting:
            more = membership.read_merged(self._tables, program, waiting.pop())
            new = [one for one in more if one not in found]
            found += new
            waiting += new
        return found


def packed(rhythm: Rhythm) -> counted.Rhythm:
    """Return a rhythm as it is kept."""
    short, long = rhythm.short, rhythm.long
    return (
        rhythm.last,
        rhythm.repeats,
        (short.gaps, short.days, short.logs),
        (long.gaps, long.days, long.logs),
    )


def _moves(entry: Entry, zone: str) -> Moves | None:
    """Return what an entry did with points; None where that is nothing."""
    sums: Counter[tuple[str, str, int]] = Counter()
    for one in entry.postings:
        sign = _SIGNS.get(one.measure)
        if sign is not None:
            bucket = 0 if one.measure == "debt" else one.bucket
            sums[one.cause, one.pot, bucket] += sign * int(one.amount)
    amounts = tuple((*what, number) for what, number in sorted(sums.items()) if number)
    if not amounts:
        return None
    return Moves(entry.member, entry.seq, day(instant(entry.at), zone), entry.actor, amounts)
