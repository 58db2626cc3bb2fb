"""Use cases of prize draws: naming one, entering, fixing the list, and what chance has decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty import words
from loyalty.core import draw as drawing
from loyalty.core.bought import bought, summed
from loyalty.core.decide.giving_away import GiveAway
from loyalty.core.draw import AHEAD, BELLS, MOST_ENTRIES, Fixed, Ticket
from loyalty.core.news import News, newest
from loyalty.ledger.books import fingerprint
from loyalty.program.by_language import faults as text_faults
from loyalty.program.by_language import fitted, worded
from loyalty.refusals import Busy, FieldRefusal, Refusal
from loyalty.store import (
    audit_log,
    campaign_book,
    campaign_marks,
    commit,
    draw_book,
    member_index,
    reading,
)
from loyalty.store.audit_log import Changed
from loyalty.store.commit import FactWrite, Moved
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.core.account import Entry
    from loyalty.core.draw import Beacon, Draw, State
    from loyalty.ledger.books import Answer, Books
    from loyalty.program.rules import Program
    from loyalty.store.commit import Change
    from loyalty.store.draw_book import Entered
    from loyalty.store.tables import Write

MOST: Final = 20
"""Draws of a program."""
SOURCE: Final = "CARD"
"""Where entries come from: the page of a card."""
ACTOR: Final = "drand"
"""Who has decided, where nobody has sent the round by hand."""
CLOCK: Final = "clock"
"""Who has fixed a list, where no owner has."""
DUE_AT_ONCE: Final = 10
TOLD_DAYS: Final = 30
"""How long a card says that it has won."""
COUNTED_AT_ONCE: Final = 300
LOOKED_AT_ONCE: Final = 5_000
"""Members whose purchases are counted, and looked for, before whoever fixes a list asks again."""
_DAY: Final = 86_400
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A draw, and how it stands: entries so far, the fixed list, the round that has decided."""

    draw: Draw
    state: State
    entries: int
    fixed: Fixed | None
    beacon: Beacon | None


@dataclass(frozen=True, slots=True)
class Winner:
    """Who has won a prize: a pseudonym, and the member, who may be gone by now."""

    name: str
    member: str
    prize: Mapping[str, str]


class Draws:
    """What members enter, and a public source of chance decides.

    Parameters
    ----------
    signed
        Tells whether the source has signed a round; whoever decides nothing needs none.
    ahead
        Seconds from fixing a list to the round that decides.
    bells
        Seconds after the end until a list is fixed whose entries come of purchases.
    """

    def __init__(
        self,
        books: Books,
        signed: Callable[[Beacon], bool] = lambda _: False,
        ahead: int = AHEAD,
        bells: int = BELLS,
    ) -> None:
        self._books = books
        self._signed = signed
        self._ahead = ahead
        self._bells = bells

    def all(self, program: str) -> list[Standing]:
        """Return all draws, and how they stand."""
        found = draw_book.read_all(self._books.tables, program)
        return [self._standing(program, self._fitted(program, one)) for one in found]

    def one(self, program: str, name: str) -> Standing:
        """Return a draw, and how it stands. Raises ``draw_not_found``."""
        found = draw_book.read(self._books.tables, program, name)
        if found is None:
            raise Refusal("not_found", "draw_not_found", "There is no such draw.")
        return self._standing(program, self._fitted(program, found))

    def mine(self, program: str, member: str) -> list[tuple[Standing, int]]:
        """Return draws that are open, or that a member has entered, with the member's entries."""
        named = {one.id: one for one in draw_book.read_all(self._books.tables, program)}
        found = draw_book.standings(self._books.tables, program, named, member)
        return [
            (_standing(self._fitted(program, named[name]), entered), entries)
            for name, (entered, entries) in found.items()
            if entered.state == "open" or entries
        ]

    def put(self, program: str, sent: Draw, seen: int, actor: str, now: datetime) -> Standing:
        """Make a draw, or change one that nobody has entered; the same again changes nothing.

        Raises
        ------
        Refusal
            ``invalid_draw``, ``too_many_draws``, ``draw_entered``, ``precondition_failed``.
        """
        tables = self._books.tables
        before = draw_book.read(tables, program, sent.id)
        if (before.version if before else 0) != seen:
            raise changed_meanwhile()
        rules = self._books.programs.current(program)
        said = {one: worded(getattr(sent, one), rules.languages) for one in _BY_LANGUAGE}
        after = replace(sent, **said, version=seen + 1)
        kept = self._fitted(program, before) if before else None
        if kept and replace(kept, version=seen + 1) == after:
            return self._standing(program, kept)
        _judge(sent, rules, now)
        known = self._standing(program, before) if before is not None else None
        if known and (known.entries or known.state != "open"):
            detail = "Somebody has entered by what was said: make another draw."
            raise Refusal("conflict", "draw_entered", detail)
        if before is None and len(draw_book.read_all(tables, program)) >= MOST:
            raise Refusal("conflict", "too_many_draws", f"A program has at most {MOST} draws.")
        told = _told(before), _told(after)
        line = Changed(program, now, actor, "draw.put", sent.id, *told, after.version)
        at = self._fixed_at(after)
        begins = [
            draw_book.fix_at(program, sent.id, at)
            if before
            else draw_book.begin(program, sent.id, at)
        ]
        if after.purchases is not None:
            begins.append(campaign_book.listen(program))
        writes = [draw_book.put(program, after), *begins, audit_log.put(line)]
        if not self._written(writes, now):
            raise changed_meanwhile()
        return self._standing(program, after)

    def enter(  # noqa: PLR0917
        self, program: str, member: str, name: str, entries: int, act: str, now: datetime
    ) -> Answer:
        """Let a member buy entries, once per act; entry and points are one transaction.

        Raises
        ------
        Refusal
            ``draw_not_found``, ``draw_closed``, ``too_many_entries``, ``id_reused`` or busy:
            nothing was spent.
        """
        fact = FactWrite(program, "draw", SOURCE, act, fingerprint("draw", name, str(entries)))
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        found = self.one(program, name)
        if found.draw.purchases is not None:
            raise Refusal("conflict", "draw_closed", "Its entries come of purchases.")
        account = self._books.account(program, member)
        owner = account.member if account else member
        command = GiveAway(
            f"draw#{SOURCE}#{act}",
            found.draw.pot,
            found.draw.price * entries,
            f"member:{member}",
            f"draw:{name}",
        )

        def entered(_: Change) -> list[Write]:
            # Read anew for each attempt: somebody may have closed it, or entered, meanwhile.
            self._judge_open(program, found.draw, now)
            seen = draw_book.read_entries(self._books.tables, program, name, owner)
            if not 0 < entries <= found.draw.most - seen:
                detail = f"A member has {found.draw.most} entries at most."
                raise Refusal("invalid", "too_many_entries", detail)
            return draw_book.enter(program, name, owner, seen, entries)

        self._judge_open(program, found.draw, now)
        if entries < 1:
            raise Refusal("invalid", "too_many_entries", "One entry at least.")
        return self._books.once(fact, program, owner, lambda _: command, now, guards=entered)

    def leave(self, program: str, member: str, now: datetime) -> None:
        """Take a member out of all draws that are open: they are about to be forgotten.

        A list that is fixed stays: there they are a pseudonym that leads to nobody.

        Raises
        ------
        Busy
            They are still in one.
        """
        for one in draw_book.read_all(self._books.tables, program):
            for _ in self._books.attempts():
                state = draw_book.standing(self._books.tables, program, one.id).state
                seen = draw_book.read_ticket(self._books.tables, program, one.id, member)
                if seen is None or state != "open":
                    break
                if self._written(draw_book.leave(program, one.id, member, seen.entries), now):
                    break
            else:
                raise Busy

    def heard(self, program: str, member: str, now: datetime) -> int:
        """Count a member's last purchases, and refunds, in draws that live of them.

        Returns in how many their entries are others by now.

        Raises
        ------
        Busy
            Somebody else writes there all the time; ask again.
        """
        mine = [one for one in draw_book.read_all(self._books.tables, program) if one.purchases]
        return sum(self._count(program, one, member, now) for one in mine)

    def _count(self, program: str, one: Draw, member: str, now: datetime) -> bool:
        tables = self._books.tables
        for _ in self._books.attempts():
            account = reading.read_account(tables, program, member)
            # Whoever has become another keeps what they had bought, for as long as the other stays.
            last = self._books.account(program, member)
            found = draw_book.standing(tables, program, one.id)
            if account is None or last is None or last.closed or found.state != "open":
                return False
            seen = draw_book.read_ticket(tables, program, one.id, member)
            entries = self._entries(program, member, seen.upto if seen else 0)
            ticket = ticket_of(one, seen or Ticket(0), entries)
            more = ticket.entries - (seen.entries if seen else 0)
            nothing = seen is None and not ticket.amount
            if nothing or ticket == seen or (more > 0 and found.entries >= MOST_ENTRIES):
                return False
            writes = draw_book.count(program, one.id, member, seen, ticket)
            # Nobody who is just leaving is entered, and no entry of theirs is counted behind this.
            same = [commit.unmoved(account)]
            same += [commit.unmoved(last)] if last.member != member else []
            if self._written([*writes, *same], now):
                return more != 0
        raise Busy

    def _count_all(self, program: str, one: Draw, now: datetime) -> None:
        """Count what bells have not told of, of everybody: nothing that comes later counts.

        Raises ``Busy`` after so many; the next call goes on there.
        """
        if one.purchases is None:
            return
        tables, counted, looked = self._books.tables, 0, 0
        cursor: str | None = draw_book.counted_to(tables, program, one.id)
        while cursor is not None:
            if counted >= COUNTED_AT_ONCE or looked >= LOOKED_AT_ONCE:
                draw_book.go_on(tables, program, one.id, cursor)
                raise Busy
            page = member_index.page(tables, program, cursor, _PAGE)
            members, begins = [each.id for each in page.members], one.purchases.begins
            behind = draw_book.behind(tables, program, one.id, members, begins)
            for member in behind:
                self._count(program, one, member, now)
            counted, looked, cursor = counted + len(behind), looked + len(members), page.next

    def _entries(self, program: str, member: str, upto: int) -> list[Entry]:
        found: list[Entry] = []
        while True:
            page = reading.read_entries_after(self._books.tables, program, member, upto, _PAGE)
            found += page
            if len(page) < _PAGE:
                return found
            upto = page[-1].seq

    def close(self, program: str, name: str, actor: str, now: datetime) -> Standing:
        """Fix the list and name the round that decides; where that is done, it stays as it is.

        Purchases are counted off the ledger before, whatever bells have told of them. Of a large
        program that takes several calls.

        Raises
        ------
        Refusal
            ``draw_not_found``; ``draw_not_over``: one can enter still; or busy: ask again.
        """
        for _ in self._books.attempts():
            found = self.one(program, name)
            if found.fixed is not None:
                return found
            if now.timestamp() < self._fixed_at(found.draw):
                detail = "One can enter still."
                raise Refusal("conflict", "draw_not_over", detail)
            if found.state == "open":
                self._count_all(program, found.draw, now)
                if not self._written([draw_book.shut(program, name)], now):
                    continue
            text = drawing.listed(self._pseudonyms(program, name))
            entries = drawing.parse(text)
            second = int(now.timestamp())
            number = drawing.round_after(second + self._ahead)
            total = sum(entries.values())
            fixed = Fixed(drawing.hashed(text), total, len(entries), number, second)
            told = {"hash": fixed.hash, "round": fixed.round}
            line = Changed(program, now, actor, "draw.closed", name, {}, told)
            if self._written([draw_book.fix(program, name, fixed), audit_log.put(line)], now):
                return self.one(program, name)
        raise Busy

    def _fixed_at(self, one: Draw) -> int:
        """Return the second from which on a list can be fixed."""
        return one.closes + (self._bells if one.purchases else 0)

    def decide(
        self, program: str, name: str, beacon: Beacon, actor: str, now: datetime
    ) -> list[Winner]:
        """Let the round that was named decide, and tell who has won; again is the same.

        Raises
        ------
        Refusal
            ``draw_not_found``, ``draw_not_closed``; ``another_round``: it is not the one that was
            named, or has not happened yet; ``not_a_beacon``; or busy.
        """
        for _ in self._books.attempts():
            found = self.one(program, name)
            if found.fixed is None:
                raise Refusal("conflict", "draw_not_closed", "Close it first.")
            if found.beacon is not None:
                break
            happened = now.timestamp() >= drawing.second_of(found.fixed.round)
            if beacon.round != found.fixed.round or not happened:
                detail = f"Round {found.fixed.round} decides, once it has happened."
                raise Refusal("conflict", "another_round", detail)
            if not beacon.sound or not self._signed(beacon):
                raise Refusal("invalid", "not_a_beacon", "drand has not signed that.")
            told = {"round": beacon.round, "randomness": beacon.randomness}
            line = Changed(program, now, actor, "draw.drawn", name, {}, told)
            writes = [draw_book.decide(program, name, beacon), audit_log.put(line)]
            if self._written(writes, now):
                break
        else:
            raise Busy
        won = self.winners(program, name)
        for one in won:
            self._tell(program, name, one, now)
        draw_book.done(self._books.tables, program, name)
        return won

    def tick(self, ask: Callable[[int], Beacon | None], now: datetime) -> dict[str, int]:
        """Fix lists, let drand decide, and tell winners who were not told; return what came of it.

        ``ask`` returns a round that drand has signed; None where it says nothing that counts, and
        is asked again a minute later, for as long as it takes.
        """
        tables, second = self._books.tables, int(now.timestamp())
        ended: dict[str, int] = {}
        failed: Exception | None = None
        for program, name in draw_book.due(tables, second, DUE_AT_ONCE):
            try:
                how = self._decided(program, name, ask, now)
            except Exception as error:  # noqa: BLE001 - raised below, when all had their turn
                failed = failed or error
                how = "failed"
            ended[how] = ended.get(how, 0) + 1
            if how not in {"drawn", "fixed"}:
                draw_book.look_again(tables, program, name, second + drawing.AGAIN)
        if failed is not None:
            raise failed
        return ended

    def _decided(
        self, program: str, name: str, ask: Callable[[int], Beacon | None], now: datetime
    ) -> str:
        found = self.one(program, name)
        if found.fixed is None:
            return self._fixed_by_itself(program, name, now)
        beacon = found.beacon or ask(found.fixed.round)
        if beacon is None:
            return "silent"
        self.decide(program, name, beacon, ACTOR, now)
        return "drawn"

    def _fixed_by_itself(self, program: str, name: str, now: datetime) -> str:
        """Fix a list whose time has come; a large one goes on a minute later."""
        try:
            self.close(program, name, CLOCK, now)
        except Busy:
            return "counting"
        except Refusal as refusal:
            if refusal.code != "draw_not_over":
                raise
            return "open"
        return "fixed"

    def winners(self, program: str, name: str) -> list[Winner]:
        """Return who has won, the first prize first; nobody before it was drawn."""
        found = self.one(program, name)
        if found.beacon is None:
            return []
        members = {
            drawing.pseudonym(program, name, one): one
            for one in draw_book.entrants(self._books.tables, program, name)
        }
        prizes = found.draw.prizes
        entries = self._pseudonyms(program, name)
        won = drawing.winners(entries, found.beacon.randomness, len(prizes))
        return [Winner(one, members[one], prizes[place]) for place, one in enumerate(won)]

    def list(self, program: str, name: str) -> str:
        """Return the list of entrants as anybody may see it; empty before it was fixed."""
        if self.one(program, name).fixed is None:
            return ""
        return drawing.listed(self._pseudonyms(program, name))

    def _pseudonyms(self, program: str, name: str) -> dict[str, int]:
        found = draw_book.entrants(self._books.tables, program, name)
        return {drawing.pseudonym(program, name, one): number for one, number in found.items()}

    def _fitted(self, program: str, one: Draw) -> Draw:
        """Return a draw as it is told by now: in the languages that its program speaks."""
        languages = self._books.programs.current(program).languages
        told = {name: worded(getattr(one, name), languages, fitted) for name in _BY_LANGUAGE}
        return replace(one, **told)

    def _standing(self, program: str, one: Draw) -> Standing:
        return _standing(one, draw_book.standing(self._books.tables, program, one.id))

    def _judge_open(self, program: str, one: Draw, now: datetime) -> None:
        found = draw_book.standing(self._books.tables, program, one.id)
        if found.state != "open" or now.timestamp() >= one.closes:
            raise Refusal("conflict", "draw_closed", "Nobody can enter any more.")
        if found.entries >= MOST_ENTRIES:
            raise Refusal("conflict", "draw_closed", "It has as many entries as it can have.")

    def _tell(self, program: str, name: str, won: Winner, now: datetime) -> None:
        """Have the card of a winner say so, once."""
        rules, second = self._books.programs.current(program), int(now.timestamp())
        said = News(
            id=f"draw#{name}",
            kind="message",
            at=second,
            until=second + TOLD_DAYS * _DAY,
            texts={
                one: words.phrase(one, "draw.won", prize=won.prize[one]) for one in rules.languages
            },
            titles={},
        )
        for _ in self._books.attempts():
            account = self._books.account(program, won.member)
            if account is None or account.closed:
                return
            marks = campaign_marks.read(self._books.tables, program, account.member)
            if any(one.id == said.id for one in marks.news):
                return
            after = replace(marks, news=newest((*marks.news, said)))
            writes = [
                campaign_marks.change(program, account.member, marks, after),
                commit.told(account, now),
            ]
            if self._written(writes, now):
                return
        raise Busy

    def _written(self, writes: Sequence[Write], now: datetime) -> bool:
        try:
            commit.commit_guarded(self._books.tables, None, writes, now)
        except Moved:
            return False
        return True


def ticket_of(one: Draw, seen: Ticket, entries: Sequence[Entry]) -> Ticket:
    """Return what a member has once these entries are counted, too. Pure."""
    purchases = one.purchases
    if purchases is None or not entries:
        return seen
    counts, begins = purchases.counts, purchases.begins
    changes = (bought(counts, begins, one.closes, entry) for entry in entries)
    amount = summed(seen.amount, changes)
    return Ticket(one.entries(amount), entries[-1].seq, amount)


def _standing(one: Draw, entered: Entered) -> Standing:
    return Standing(one, entered.state, entered.entries, entered.fixed, entered.beacon)


_BY_LANGUAGE = ("names", "texts", "prizes")


def _judge(sent: Draw, program: Program, now: datetime) -> None:
    faults = []
    faults += _of_entries(sent, program)
    if sent.closes <= now.timestamp():
        faults.append(FieldRefusal("/closes", "in_the_past", "It closes at a time to come."))
    named = [("/name", sent.names), ("/text", sent.texts)]
    named += [(f"/prizes/{number}", one) for number, one in enumerate(sent.prizes)]
    for pointer, texts in named:
        faults += text_faults(texts, pointer, program.languages)
    if faults:
        raise Refusal("invalid", "invalid_draw", fields=faults)


def _of_entries(sent: Draw, program: Program) -> list[FieldRefusal]:
    """Return what is wrong with where entries come from."""
    if (sent.purchases is None) != (sent.price > 0):
        said = "Entries are for points (`pot`, `price`) or come of `purchases`: one of the two."
        return [FieldRefusal("/purchases", "one_way", said)]
    if sent.purchases is None and program.pot(sent.pot) is None:
        return [FieldRefusal("/pot", "unknown_pot", "The program has no such pot.")]
    if sent.purchases is not None and sent.purchases.begins >= sent.closes:
        said = "It closes after the first purchase that counts."
        return [FieldRefusal("/purchases/begins", "ends_before", said)]
    return []


def _told(one: Draw | None) -> dict[str, Any]:
    if one is None:
        return {}
    names = ("price", "most", "closes", "pot")
    return {"name": dict(one.names), **{name: getattr(one, name) for name in names}}
