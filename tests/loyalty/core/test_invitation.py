"""An invitation, decided alone: places, the line of those who wait, what is too late."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import invitation
from loyalty.core.invitation import MOST_CHANGES, Coming, GuestBook, Invited, Terms
from loyalty.core.news import INVITES, MOST_NEWS, News, newest
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOSES, BEGINS, ENDS = 1_000, 2_000, 3_000
US = 1_000_000


def invited(member: str = "ann", *, waits: bool = True) -> Invited:
    terms = Terms({"en": "Tasting"}, 2, BEGINS, ENDS, CLOSES, waits=waits)
    name = invitation.name_of("tasting")
    return Invited("coffee", member, name, "tasting", terms, {"en": "Come!"}, asked=1)


def refused(one: Invited, book: GuestBook, now: int, *, yes: bool) -> str:
    with pytest.raises(Refusal) as found:
        invitation.answered(one, book, now * US, yes=yes)
    return found.value.code


def test_a_yes_is_good_until_answers_close_and_a_place_is_given_back_until_it_begins() -> None:
    book = GuestBook(2, version=1)
    assert refused(invited(), book, CLOSES, yes=True) == "invitation_closed"
    assert refused(invited(), book, CLOSES, yes=False) == "invitation_closed"
    comes, one = invitation.answered(invited(), book, (CLOSES - 1) * US, yes=True)
    assert (comes.state, one.coming, one.version) == ("coming", 1, 2)
    gone, none = invitation.answered(comes, one, (BEGINS - 1) * US, yes=False)
    assert (gone.state, gone.number, none.coming, none.refused) == ("no", 0, 0, 1)
    assert refused(comes, one, BEGINS, yes=False) == "invitation_closed"
    assert refused(gone, none, CLOSES, yes=True) == "invitation_closed"


def test_the_same_answer_again_changes_nothing() -> None:
    comes, book = invitation.answered(invited(), GuestBook(2, version=1), US, yes=True)
    assert invitation.answered(comes, book, 2 * US, yes=True) == (comes, book)
    gone, book = invitation.answered(comes, book, 2 * US, yes=False)
    assert invitation.answered(gone, book, 3 * US, yes=False) == (gone, book)


def test_a_free_place_is_for_who_waits_and_not_for_who_comes_by() -> None:
    book = GuestBook(1, coming=1, waiting=1, number=2, version=3)
    freed = replace(book, coming=0)
    assert invitation.full(freed)
    late, after = invitation.answered(invited("late"), freed, US, yes=True)
    assert (late.state, late.number, after.waiting) == ("waiting", 3, 2)
    assert refused(invited(waits=False), freed, 1, yes=True) == "invitation_full"


def test_who_answers_without_end_is_stopped_but_can_always_give_a_place_back() -> None:
    tired = replace(invited(), changes=MOST_CHANGES)
    assert refused(tired, GuestBook(2, version=1), 1, yes=True) == "invitation_closed"
    holder = replace(tired, state="coming", number=1)
    gone, _ = invitation.answered(holder, GuestBook(2, coming=1, version=2), US, yes=False)
    assert gone.state == "no"


@given(
    places=st.integers(1, 3),
    line_kept=st.booleans(),
    answers=st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=40),
)
def test_the_book_counts_what_members_have_said(
    places: int, *, line_kept: bool, answers: Sequence[tuple[str, bool]]
) -> None:
    book = GuestBook(places, version=1)
    people = {one: invited(one, waits=line_kept) for one in "abcdef"}
    line: list[str] = []  # the naive model: in the order of their yes
    for at, (who, yes) in enumerate(answers):
        if yes and who not in line and len(line) >= places and not line_kept:
            assert refused(people[who], book, at, yes=True) == "invitation_full"
            continue
        people[who], book = invitation.answered(people[who], book, at * US, yes=yes)
        if yes and who not in line:
            line.append(who)
        if not yes and who in line:
            line.remove(who)
        waiting = sorted(
            (one for one in people.values() if one.state == "waiting"), key=lambda one: one.number
        )
        if invitation.has_room(book):
            first = waiting[0].member
            people[first], book = invitation.moved_up(people[first], book, at * US)
        states = Counter(one.state for one in people.values())
        assert (book.coming, book.waiting) == (states["coming"], states["waiting"])
        assert book.refused == states["no"]
        assert book.coming <= places
        coming = {one.member for one in people.values() if one.state == "coming"}
        assert coming == set(line[:places])


def test_fewer_places_take_nobodys_away_and_more_let_who_waits_move_up() -> None:
    book = GuestBook(2, coming=2, waiting=1, number=3, version=4)
    fewer = invitation.resized(book, 1)
    assert (fewer.coming, invitation.has_room(fewer)) == (2, False)
    assert invitation.has_room(invitation.resized(book, 3))


def test_the_next_of_what_somebody_comes_to_is_the_one_that_is_not_over() -> None:
    first = Coming("a", 10, 20, "", {"en": "A"})
    second = Coming("b", 15, 30, "", {"en": "B"})
    assert invitation.ahead((second, first), 19) == first
    assert invitation.ahead((second, first), 20) == second
    assert invitation.ahead((), 0) is None


def test_news_make_no_invitation_leave_the_card() -> None:
    def piece(name: str, at: int) -> News:
        return News(name, "message", at * 7200, 10**6, {"en": name}, {})

    asks = piece(f"{INVITES}1", 0)
    others = [piece(f"n{number}", number) for number in range(1, 12)]
    kept = newest((asks, *others))
    assert kept == (asks, *others[1 - MOST_NEWS :])
    many = tuple(piece(f"{INVITES}{number}", number) for number in range(MOST_NEWS + 1))
    assert newest((*many, *others)) == (*many, others[-1])
