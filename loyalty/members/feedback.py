"""What members answer to what they were asked, and what the shop does about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from loyalty.core import feedback
from loyalty.core.instants import microseconds
from loyalty.core.news import News, newest
from loyalty.refusals import Busy, Refusal
from loyalty.store import (
    answer_lines,
    campaign_marks,
    commit,
    deed_log,
    feedback_book,
    membership,
)
from loyalty.store.commit import Moved
from loyalty.store.deed_log import Deed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.feedback import Feedback, State
    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Answer, Books
    from loyalty.ledger.staff import Staff
    from loyalty.store.tables import Write

PAGE = "card-page"
"""Who has answered, where an act has a key; no key can be called so."""
REPLY_DAYS: Final = 14
"""How long a card says what the shop has answered."""
LONGEST_REPLY: Final = 500
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """A question behind a link, and who would answer it."""

    one: Feedback
    account: Account


class Feedbacks:
    """The use cases of answers."""

    def __init__(self, books: Books, staff: Staff) -> None:
        self._books = books
        self._staff = staff

    # For members

    def behind(self, token: str) -> Asked | None:
        """Return what a link asks; None: it is none, or nobody is there any more."""
        named = self._books.tokens.read_question(token)
        if named is None:
            return None
        program, member, name = named
        one = feedback_book.read(self._books.tables, program, member, name)
        account = self._books.account(program, member) if one else None
        if one is None or account is None or account.closed or not one.texts:
            return None
        return Asked(one, account)

    def answer(self, token: str, score: int | None, words: str, now: datetime) -> Feedback | None:
        """Keep an answer; None as ``behind``.

        Raises
        ------
        Refusal
            ``question_over``, ``answer_final``, ``answer_missing``, or busy.
        """
        for _ in self._books.attempts():
            asked = self.behind(token)
            if asked is None:
                return None
            after = feedback.answered(asked.one, score, words, microseconds(now))
            if after is asked.one:
                return after
            if self._written(self._answered(after, now), now):
                return after
        raise Busy

    def _answered(self, one: Feedback, now: datetime) -> list[Write]:
        tables, member = self._books.tables, one.member
        marks = campaign_marks.read(tables, one.program, member)
        scores = dict(marks.scores)
        if one.score is not None:
            scores[one.campaign] = one.score, microseconds(now)
        # Whoever has answered is not asked any more, but on this page.
        asks = self.link(one)
        news = tuple(piece for piece in marks.news if not piece.link.endswith(f"/{asks}"))
        told = replace(marks, scores=scores, news=news)
        values = {"campaign": one.campaign, "asks": one.asks, "score": one.score}
        deed = Deed(one.program, member, PAGE, "answer", one.id, now, {}, values)
        return [
            feedback_book.put(one),
            campaign_marks.change(one.program, member, marks, told),
            answer_lines.put(one),
            deed_log.put_by_member(deed),
        ]

    def of(self, program: str, member: str) -> list[Feedback]:
        """Return all that a member, and whoever has become them, was asked; the oldest first."""
        tables = self._books.tables
        people = [member, *membership.read_merged(tables, program, member)]
        found = [one for who in people for one in feedback_book.read_of(tables, program, who)]
        return sorted(found, key=lambda one: (one.asked, one.id))

    def mine(self, program: str, member: str) -> list[Feedback]:
        """Return what a member alone was asked: for the page of their card."""
        return feedback_book.read_of(self._books.tables, program, member)

    def link(self, one: Feedback) -> str:
        """Return what follows ``/ask/`` in the address of a question."""
        return self._books.tokens.question(one.program, one.member, one.id)

    # For owners

    def listed(
        self, program: str, state: State, cursor: str, limit: int, now: datetime
    ) -> tuple[list[Feedback], str | None]:
        """Return a page of answers that stand so, the oldest first. Raises ``invalid_cursor``."""
        second = int(now.timestamp()) + 1
        return feedback_book.page(self._books.tables, program, state, cursor, limit, second)

    def one(self, program: str, member: str, name: str) -> Feedback:
        """Return an answer. Raises ``feedback_not_found``."""
        found = feedback_book.read(self._books.tables, program, member, name)
        if found is None or not found.changes:
            raise Refusal("not_found", "feedback_not_found", "There is no such answer.")
        return found

    def reply(  # noqa: PLR0917
        self, program: str, member: str, name: str, text: str, key: str, now: datetime
    ) -> Feedback:
        """Say something to an answer: the card says it, and its page; the same again is the same.

        Raises
        ------
        Refusal
            ``feedback_not_found``, or busy.
        """

        def after(before: Feedback) -> Feedback:
            return feedback.replied(before, text, f"key:{key}", microseconds(now))

        def more(one: Feedback) -> list[Write]:
            return [*self._told(one, text, now), *_line("reply", one, key, now)]

        return self._changed(program, member, name, after, more, now)

    def resolve(self, program: str, member: str, name: str, key: str, now: datetime) -> Feedback:
        """Say that nobody has to do anything any more; raises as ``reply``."""
        lines = _line
        return self._changed(
            program,
            member,
            name,
            feedback.resolved,
            lambda one: lines("resolve", one, key, now),
            now,
        )

    def compensate(  # noqa: PLR0917
        self, act: Act, member: str, name: str, pot: str, points: int, now: datetime
    ) -> Answer:
        """Give something to make it right: a gift as any other, noted with the answer.

        Raises
        ------
        Refusal
            ``feedback_not_found``; else as ``Staff.give``.
        """
        one = self.one(act.program, member, name)
        answer = self._staff.give(act, one.member, pot, points, now)
        if answer.body["outcome"] == "given":
            # Cut short before this, the same request notes it: the gift itself is there once.
            named = f"{act.key}#{act.id}"
            self._changed(
                act.program,
                member,
                name,
                lambda before: feedback.compensated(before, named, points),
                lambda _: [],
                now,
            )
        return answer

    def _changed(  # noqa: PLR0917
        self,
        program: str,
        member: str,
        name: str,
        change: Callable[[Feedback], Feedback],
        more: Callable[[Feedback], list[Write]],
        now: datetime,
    ) -> Feedback:
        for _ in self._books.attempts():
            before = self.one(program, member, name)
            after = change(before)
            if after is before:
                return after
            if self._written([feedback_book.put(after), *more(after)], now):
                return after
        raise Busy

    def _told(self, one: Feedback, text: str, now: datetime) -> list[Write]:
        """Return the writes by which the card says what the shop has answered."""
        account = self._books.account(one.program, one.member)
        if account is None or account.closed:
            return []
        rules = self._books.programs.current(one.program)
        second = int(now.timestamp())
        marks = campaign_marks.read(self._books.tables, one.program, account.member)
        said = News(
            id=f"reply#{one.id}",
            kind="message",
            at=second,
            until=second + REPLY_DAYS * _DAY,
            texts=dict.fromkeys(rules.languages, text),
            titles={},
        )
        kept = [piece for piece in marks.news if piece.id != said.id and piece.until > second]
        after = replace(marks, news=newest((*kept, said)))
        return [
            campaign_marks.change(one.program, account.member, marks, after),
            commit.told(account, now),
        ]

    def _written(self, writes: list[Write], now: datetime) -> bool:
        try:
            commit.commit_guarded(self._books.tables, None, writes, now)
        except Moved:
            return False
        return True


def _line(kind: str, one: Feedback, key: str, now: datetime) -> list[Write]:
    deed = Deed(one.program, one.member, key, kind, one.id, now, {}, {"feedback": one.id})
    return [deed_log.put_by_member(deed), deed_log.put_by_key(deed)]
