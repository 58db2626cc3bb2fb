"""Forgetting a person: at once, completely, and again wherever it was interrupted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.core.decide.grants import Leave
from loyalty.ledger import deeds
from loyalty.ledger.books import Answer
from loyalty.ledger.drawing_prizes import Draws
from loyalty.ledger.saving_groups import SavingGroups
from loyalty.members import past
from loyalty.members.enrolment import outside_names
from loyalty.members.inviting import Invitations
from loyalty.refusals import Busy
from loyalty.store import audit_log, contact_book, erasing, member_records, membership
from loyalty.store.audit_log import Changed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Books
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

WALLETS = timedelta(days=1)
"""How long wallets are told that a card is void before their addresses are forgotten, too."""


_GONE = {"erase": "member.erased", "leave": "member.left"}
"""What is written down of those who are forgotten, by the act."""

_PAGE = 25
"""Tombstones that are looked up at once."""


@dataclass(frozen=True, slots=True)
class EndsLater:
    """Files that no erase searches: they end by themselves so long after they were written."""

    what: str
    where: str
    after: timedelta


ENDS_LATER = (
    EndsLater("messages of tills that were worked on", "worked/", timedelta(days=14)),
    EndsLater("messages of tills too large for a queue", "<endpoint>/", timedelta(days=30)),
    EndsLater("files that were moved in", "imports/", timedelta(days=7)),
    EndsLater("files that were moved out", "exports/", timedelta(days=7)),
    EndsLater("sales that a program was tried on", "simulations/", timedelta(days=7)),
)
"""As the buckets' lifecycles say (``infra/cloudformation/queues.yml``, ``moving.yml``)."""


class Erasure:
    """Forgets people, each act once per idempotency key; any further act finishes what is left."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def erase(self, act: Act, member: str, now: datetime) -> Answer:
        """Forget a person: their data goes, the card becomes void, the ledger's sums stay.

        The name, the contacts, the link and the data key, without which no backup can be read, go
        with the account's last entry, in one transaction; everything else follows in pages, listed
        by key. A repeat, with this act or another, goes on wherever that was interrupted. Phones
        and Google have to hear first that the card is void: what leads to them goes a day later
        (:meth:`finish`).

        Raises
        ------
        Refusal
            ``member_not_found``, or the act's id was used for something else: nothing happened.
        Busy
            Not everything is forgotten yet; ask again.
        """
        leaving = Leave("close", f"erase#{act.key}#{act.id}", f"key:{act.key}")
        return self._forget(act, "erase", leaving, member, now)

    def leave(self, act: Act, member: str, now: datetime, *, forfeit: bool = False) -> Answer:
        """Let a member leave the program; of the person nothing is kept, as with ``erase``.

        Where the program lets members spend what they have first (``leaving = "spend_first"``),
        whoever still has something is declined with ``value_left``, unless they ``forfeit`` it.
        The decline is no act: the same may be asked again.

        Raises
        ------
        Refusal
            As ``erase``, or ``limit_reached``.
        """
        rule = self._books.programs.current(act.program).leaving
        empty = rule == "spend_first" and not forfeit
        name = f"leave#{act.key}#{act.id}"
        leaving = Leave("close", name, f"key:{act.key}", empty=empty)
        return self._forget(act, "leave", leaving, member, now)

    def _forget(self, act: Act, kind: str, leaving: Leave, member: str, now: datetime) -> Answer:
        answer = self._close(act, kind, leaving, member, now)
        if answer.body["outcome"] == "declined":
            return answer
        self._forget_all(act.program, member, now)
        if self.left(act.program, member, now):
            raise Busy
        return answer

    def finish(self, now: datetime, more: Callable[[], bool] = lambda: True) -> int:
        """Forget the wallets of those who left a day ago, and whatever an interruption has left.

        Returns how many there were; any number of times, and at any time. It goes on while there
        is ``more`` time. What fails for one is raised once all others have had their turn.
        """
        count, failed = 0, None
        page = erasing.due(self._books.tables, now, _PAGE)
        while page:
            for _, (program, member) in page:
                try:
                    self._forget_all(program, member, now)
                except Exception as error:  # noqa: BLE001 - raised below
                    failed = failed or error
                else:
                    count += 1
            last, _ = page[-1]
            page = erasing.due(self._books.tables, now, _PAGE, last) if more() else []
        if failed is not None:
            raise failed
        return count

    def again(self, program: str, member: str, now: datetime) -> bool:
        """Forget once more whom the ledger knows to have left: an older state brought them back.

        Returns whether there was anything to forget. Any number of times.

        Raises
        ------
        Busy
            Somebody else is writing there; ask again.
        """
        account = self._books.account(program, member)
        if account is None or not account.closed:
            return False
        people = self._people(program, member)
        known = [membership.read_remains(self._books.tables, program, one) for one in people]
        back = [one.id for one in known if one is not None and not one.is_forgotten]
        if not back and not self.left(program, member, now):
            return False
        for one in back:
            if not member_records.written(self._books.tables, *self._leave(program, one, now)):
                raise Busy
        self._forget_all(program, member, now)
        return True

    def left(self, program: str, member: str, now: datetime) -> list[str]:
        """Return what still tells something of a person and should not; empty when all is done."""
        tables = self._books.tables
        people = self._people(program, member)
        wallets = not erasing.wallets_wait(tables, program, people[0], now)
        found: list[str] = []
        for one in people:
            found += erasing.left(tables, program, one, wallets=wallets)
            person = membership.read_shell(tables, program, one)
            if person is not None:
                names = outside_names(self._books, person)
                found += erasing.left_names(tables, names, person.serial, wallets=wallets)
        return found

    def _close(self, act: Act, kind: str, leaving: Leave, member: str, now: datetime) -> Answer:
        def forget(change: Change) -> list[Write]:
            account = self._books.account(act.program, member)
            # One who was merged is forgotten together with whom they have become.
            members = sorted({member, account.member} if account else {member})
            writes = [write for one in members for write in self._leave(act.program, one, now)]
            return [*writes, *self._line(act, kind, change, now)]

        fact = act.fact(kind, member)
        answer = self._books.once(
            fact,
            act.program,
            member,
            lambda _: leaving,
            now,
            guards=forget,
            passing=("value_left",),
        )
        if answer.body.get("reason") == "membership_ended":
            # They have left already, and asking again is no fault.
            return Answer({"outcome": "left", "lots": []}, answer.replayed)
        return answer

    def _line(self, act: Act, kind: str, change: Change, now: datetime) -> list[Write]:
        """Return what the act leaves behind with its key; with the member nothing is left."""
        program = self._books.programs.current(act.program)
        account = change.before.member
        before = deeds.standing(program, change.before, now)
        limits = deeds.within_limits(self._books, program, act, now) if kind == "leave" else []
        # Who is gone, and by whom, in ids: whoever has to prove it finds it there.
        line = Changed(act.program, now, f"key:{act.key}", _GONE[kind], account, {}, {})
        deed = deeds.recorded_by_key(act, kind, account, before, {}, now)
        return [*limits, *deed, audit_log.put(line)]

    def _people(self, program: str, member: str) -> list[str]:
        """Return all members that this person was, the last one first."""
        account = self._books.account(program, member)
        last = account.member if account else member
        return list(dict.fromkeys([last, *past.merged_into(self._books, program, last), member]))

    def _leave(self, program: str, member_id: str, now: datetime) -> list[Write]:
        tables = self._books.tables
        # Of whoever is unreadable, what remains is forgotten all the same.
        member = membership.read_remains(tables, program, member_id)
        if member is None:
            return []
        writes = [
            erasing.leave(member, now + WALLETS),
            erasing.forget_data_key(program, member_id),
            membership.forget_link(outside_names(self._books, member).link),
        ]
        if member.asked:
            writes.append(membership.forget_application(member.asked))
        if member.contact:
            # Members from before contacts stood on their side, too.
            pseudonym = self._books.tokens.contact_key(program, member.contact)
            writes += contact_book.forget(tables, program, pseudonym, member_id)
        return writes

    def _forget_all(self, program: str, member: str, now: datetime) -> None:
        tables = self._books.tables
        people = self._people(program, member)
        # All their cards wait as long as the one that became void last.
        wait = erasing.wallets_wait(tables, program, people[0], now)
        places, draws = Invitations(self._books), Draws(self._books)
        groups = SavingGroups(self._books)
        for one in people:
            # Somebody else may have their place of what they were invited to.
            places.release(program, one, now)
            draws.leave(program, one, now)
            groups.release(program, one, now)
            erasing.forget(tables, program, one)
            person = membership.read_shell(tables, program, one)
            if person is None:
                continue
            names = outside_names(self._books, person)
            erasing.forget_link(tables, names)
            if not wait:
                erasing.forget_wallets(tables, person, names)
