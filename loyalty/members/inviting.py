"""What members answer to invitations, who moves up, and what the shop sees of its guests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from loyalty import words
from loyalty.core import invitation
from loyalty.core.calendar import at
from loyalty.core.instants import microseconds
from loyalty.core.invitation import SCORES, Coming
from loyalty.core.news import INVITES, News, newest
from loyalty.program.by_language import said_in
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, campaign_marks, commit, invitation_book, membership
from loyalty.store.audit_log import Changed
from loyalty.store.commit import Moved

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.invitation import GuestBook, Invited, State
    from loyalty.core.news import Marks
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.tables import Write

GONE_AT_ONCE: Final = 5
"""Of those who wait, how many may turn out to be gone in one transaction."""


@dataclass(frozen=True, slots=True)
class Behind:
    """An invitation behind a link, who would answer it, and the guest book, if it is here."""

    one: Invited
    account: Account
    book: GuestBook | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Who has said yes: member, first name, and when (µs)."""

    member: str
    name: str
    changed: int


class Invitations:
    """The use cases of invitations."""

    def __init__(self, books: Books) -> None:
        self._books = books

    # For members

    def behind(self, token: str) -> Behind | None:
        """Return what a link invites to; None: it is none, or nobody is there any more."""
        named = self._books.tokens.read_question(token)
        if named is None:
            return None
        program, member, name = named
        one = invitation_book.read(self._books.tables, program, member, name)
        account = self._books.account(program, member) if one else None
        if one is None or account is None or account.closed or not one.texts:
            return None
        book = invitation_book.read_book(self._books.tables, program, one.campaign)
        return Behind(one, account, book)

    def answer(self, token: str, now: datetime, *, yes: bool) -> Invited | None:
        """Keep an answer; None as ``behind``.

        Raises
        ------
        Refusal
            ``invitation_closed``, ``invitation_full``, or busy.
        """
        for _ in self._books.attempts():
            found = self.behind(token)
            if found is None:
                return None
            if found.book is None:
                raise Refusal("conflict", "invitation_closed", "Its guest book is not here.")
            before = found.one
            after, book = invitation.answered(before, found.book, microseconds(now), yes=yes)
            if after is before:
                return after
            told = _Telling(self._books, before.program, now)
            told.say(found.account, after, free=False)
            more, book = self._up(before.program, before.campaign, book, now, told)
            writes = [
                invitation_book.put(after),
                *invitation_book.lines(before, after),
                *more,
                invitation_book.put_book(before.program, before.campaign, book),
                *told.writes(),
            ]
            if self._written(writes, now):
                return after
        raise Busy

    def mine(self, program: str, member: str) -> list[Invited]:
        """Return what a member, and whoever has become them, was invited to; the oldest first."""
        tables = self._books.tables
        people = [member, *membership.read_merged(tables, program, member)]
        found = [one for who in people for one in invitation_book.read_of(tables, program, who)]
        return sorted(found, key=lambda one: (one.asked, one.id))

    def link(self, one: Invited) -> str:
        """Return what follows ``/ask/`` in the address of an invitation."""
        return self._books.tokens.question(one.program, one.member, one.id)

    def release(self, program: str, member: str, now: datetime) -> None:
        """Give back every place that a member has or waits for: they are about to be forgotten.

        Raises
        ------
        Busy
            Not all were given back.
        """
        for one in invitation_book.read_shells_of(self._books.tables, program, member):
            if one.holds and microseconds(now) < one.terms.begins * 1_000_000:
                self._release(one, now)

    def _release(self, one: Invited, now: datetime) -> None:
        tables, program = self._books.tables, one.program
        for _ in self._books.attempts():
            before = invitation_book.read_shell(tables, program, one.member, one.id)
            book = invitation_book.read_book(tables, program, one.campaign)
            if before is None or book is None or not before.holds:
                return
            told = _Telling(self._books, program, now)
            book = invitation.left(before, book)
            more, book = self._up(program, one.campaign, book, now, told)
            writes = [
                *invitation_book.lines(before, None),
                invitation_book.forget(before),
                *more,
                invitation_book.put_book(program, one.campaign, book),
                *told.writes(),
            ]
            if self._written(writes, now):
                return
        raise Busy

    # For owners

    def book(self, program: str, campaign: str) -> GuestBook:
        """Return how many have answered what. Raises ``no_invitation``."""
        found = invitation_book.read_book(self._books.tables, program, campaign)
        if found is None:
            detail = "This campaign invites to nothing, or has not started."
            raise Refusal("not_found", "no_invitation", detail)
        return found

    def guests(
        self, program: str, campaign: str, state: State, cursor: str, limit: int
    ) -> tuple[list[Listed], str | None]:
        """Return a page of who comes, or waits, in the order in which they said so.

        Whoever has become another member is listed as that one. Raises ``no_invitation``,
        ``invalid_cursor``.
        """
        self.book(program, campaign)
        tables, name = self._books.tables, invitation.name_of(campaign)
        found, following = invitation_book.guests(tables, program, campaign, state, cursor, limit)
        listed = []
        for guest in found:
            one = invitation_book.read_shell(tables, program, guest.member, name)
            account = self._books.account(program, guest.member)
            if one is None or account is None:
                continue
            person = membership.read_remains(tables, program, account.member)
            first = person.first_name if person else None
            listed.append(Listed(account.member, first or "", one.changed))
        return listed, following

    def resize(
        self, program: str, campaign: str, places: int, actor: str, now: datetime
    ) -> GuestBook:
        """Change the number of places: who waits moves up, who comes keeps theirs.

        Raises ``no_invitation``, or busy: ask again.
        """
        for _ in self._books.attempts():
            before = self.book(program, campaign)
            if before.places == places:
                break
            after = invitation.resized(before, places)
            told = {"places": before.places}, {"places": places}
            line = Changed(program, now, actor, "invitation.places", campaign, *told, after.version)
            put = invitation_book.put_book(program, campaign, after)
            if self._written([put, audit_log.put(line)], now):
                break
        else:
            raise Busy
        while self._move_up(program, campaign, now):
            pass
        return self.book(program, campaign)

    def call_off(
        self,
        program: str,
        campaign: str,
        actor: str,
        now: datetime,
        more: Callable[[], bool] = lambda: True,
    ) -> GuestBook:
        """Call it off: nobody can answer any more, and whoever comes or waits is told so.

        Who has time is asked before each of them (``more``): where there is none left the book
        still has guests, and whoever asks again goes on. Again, it changes nothing.

        Raises ``no_invitation``, ``invitation_closed``: it has begun; or busy: ask again.
        """
        for _ in self._books.attempts():
            before = self.book(program, campaign)
            if before.off:
                break
            after = invitation.called_off(before, int(now.timestamp()))
            what, told = "invitation.called_off", {"coming": before.coming}
            line = Changed(program, now, actor, what, campaign, {}, told, after.version)
            put = invitation_book.put_book(program, campaign, after)
            if self._written([put, audit_log.put(line)], now):
                break
        else:
            raise Busy
        for state in ("coming", "waiting"):
            while more() and self._let_go(program, campaign, state, now):
                pass
        return self.book(program, campaign)

    def _let_go(self, program: str, campaign: str, state: State, now: datetime) -> bool:
        """Tell the first guest who stands so that it was called off; False: there is none."""
        tables, name = self._books.tables, invitation.name_of(campaign)
        for _ in self._books.attempts():
            book = self.book(program, campaign)
            found, _ = invitation_book.guests(tables, program, campaign, state, "", 1)
            if not found:
                return False
            [guest] = found
            before = invitation_book.read(tables, program, guest.member, name)
            if before is None or not before.holds:
                line = invitation_book.forget_line(program, campaign, guest, state)
                if self._written([line], now):
                    return True
                continue
            after, book = invitation.let_go(before, book, microseconds(now))
            told = _Telling(self._books, program, now)
            account = self._books.account(program, guest.member)
            if account is not None and not account.closed and before.texts:
                told.say(account, after, free=False, off=True)
            writes = [
                invitation_book.put(after),
                *invitation_book.lines(before, after),
                invitation_book.put_book(program, campaign, book),
                *told.writes(),
            ]
            if self._written(writes, now):
                return True
        raise Busy

    def _move_up(self, program: str, campaign: str, now: datetime) -> bool:
        """Let who waits first have a free place; return whether anybody has moved."""
        for _ in self._books.attempts():
            before = self.book(program, campaign)
            told = _Telling(self._books, program, now)
            book = replace(before, version=before.version + 1)
            more, book = self._up(program, campaign, book, now, told)
            put = invitation_book.put_book(program, campaign, book)
            if not more:
                return False
            if self._written([*more, put, *told.writes()], now):
                return True
        raise Busy

    def _up(
        self, program: str, campaign: str, book: GuestBook, now: datetime, told: _Telling
    ) -> tuple[list[Write], GuestBook]:
        """Let who waits first have a free place; return the writes of that, and the book with it.

        Whoever is gone is taken from the line; one at a time is told.
        """
        writes: list[Write] = []
        if not invitation.has_room(book):
            return writes, book
        tables, name = self._books.tables, invitation.name_of(campaign)
        first, _ = invitation_book.guests(tables, program, campaign, "waiting", "", GONE_AT_ONCE)
        for guest in first:
            before = invitation_book.read(tables, program, guest.member, name)
            account = self._books.account(program, guest.member)
            if before is None or account is None or account.closed or not before.texts:
                writes.append(invitation_book.forget_line(program, campaign, guest))
                book = replace(book, waiting=book.waiting - 1)
                continue
            if microseconds(now) >= before.terms.begins * 1_000_000:
                break
            after, book = invitation.moved_up(before, book, microseconds(now))
            writes += [invitation_book.put(after), *invitation_book.lines(before, after)]
            told.say(account, after, free=True)
            break
        return writes, book

    def _written(self, writes: list[Write], now: datetime) -> bool:
        try:
            commit.commit_guarded(self._books.tables, None, writes, now)
        except Moved:
            return False
        return True


class _Telling:
    """What cards say of answers, a member's in one write however many there are of them."""

    def __init__(self, books: Books, program: str, now: datetime) -> None:
        self._books = books
        self._rules = books.programs.current(program)
        self._now = now
        self._found: dict[str, tuple[Account, Marks, Marks]] = {}

    def say(self, account: Account, one: Invited, *, free: bool, off: bool = False) -> None:
        """Have a card say how an invitation stands.

        ``free``: a place has become so; ``off``: it does not take place.
        """
        tables, program = self._books.tables, one.program
        if account.member not in self._found:
            marks = campaign_marks.read(tables, program, account.member)
            self._found[account.member] = account, marks, marks
        _, before, after = self._found[account.member]
        after = shown(after, one, self._rules, self._now, free=free, off=off)
        self._found[account.member] = account, before, after

    def writes(self) -> list[Write]:
        """Return the writes of all that."""
        found: list[Write] = []
        for account, before, after in self._found.values():
            program, member = account.program, account.member
            found.append(campaign_marks.change(program, member, before, after))
            found.append(commit.told(account, self._now))
        return found


def shown(
    marks: Marks,
    one: Invited,
    program: Program,
    now: datetime,
    *,
    free: bool,
    off: bool = False,
) -> Marks:
    """Return what a card says once an invitation stands so. Pure.

    A place that is taken stands on it until it is over. ``free``: it was waited for; ``off``: it
    does not take place.
    """
    second, terms = int(now.timestamp()), one.terms
    name = f"{INVITES}{one.id}"
    news = [piece for piece in marks.news if piece.id != name and piece.until > second]
    coming = [other for other in marks.coming if other.id != one.id and other.ends > second]
    if one.state == "coming":
        coming.append(Coming(one.id, terms.begins, terms.ends, terms.place, terms.titles))
    said = "invited.free" if free else "invited.waiting" if one.state == "waiting" else ""
    if off:
        said = "invited.off"
    if said:
        news.append(
            News(
                id=name,
                kind="message",
                at=second,
                until=terms.begins,
                texts={
                    language: words.phrase(
                        language,
                        said,
                        what=said_in(terms.titles, language),
                        when=words.appointment(language, at(terms.begins), zone_of(one, program)),
                    )
                    for language in program.languages
                },
                titles={},
            )
        )
    scores = dict(marks.scores)
    if one.state in SCORES:
        scores[one.campaign] = SCORES[one.state], microseconds(now)
    return replace(marks, news=newest(news), coming=tuple(coming), scores=scores)


def zone_of(one: Invited, program: Program) -> str:
    """Return the zone of where somebody is invited to. Pure."""
    place = program.location(one.terms.place)
    return place.zone if place and place.zone else program.zone
