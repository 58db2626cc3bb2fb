"""The words under which a member stands in the index, as keyed hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.members import search_words
from loyalty.store import member_records

if TYPE_CHECKING:
    from loyalty.access.tokens import Tokens
    from loyalty.core.member import Member
    from loyalty.store.member_records import Record
    from loyalty.store.tables import Write


def found_as_person(tokens: Tokens, person: Member) -> list[Write]:
    """Return the writes by which a new member is found by who they are and where they joined."""
    return _moved(tokens, person, set(), _of_person(person))


def found_no_more_as_person(tokens: Tokens, person: Member) -> list[Write]:
    """Return the writes by which nobody finds somebody by that any more."""
    return _moved(tokens, person, _of_person(person), set())


def found_at_home(tokens: Tokens, before: Member, after: Member) -> list[Write]:
    """Return the writes by which a member is found where they belong now."""
    return _moved(tokens, after, _of_person(before), _of_person(after))


def found_by_record(tokens: Tokens, person: Member, before: Record, after: Record) -> list[Write]:
    """Return the writes by which a member is found by what is written down of them now."""
    was = search_words.of_record(before.tags, before.attributes)
    now = search_words.of_record(after.tags, after.attributes)
    return _moved(tokens, person, was, now)


def _of_person(person: Member) -> set[search_words.Word]:
    origin = search_words.of_origin(person.source, person.home)
    return search_words.of_name(person.first_name) | origin


def _moved(
    tokens: Tokens, person: Member, was: set[search_words.Word], now: set[search_words.Word]
) -> list[Write]:
    gone, come = (_keys(tokens, person.program, some) for some in (was - now, now - was))
    return [
        *member_records.found_no_more(person.program, person.id, gone),
        *member_records.found_by(person.program, person.id, person.enrolled_at, come),
    ]


def _keys(tokens: Tokens, program: str, found: set[search_words.Word]) -> list[str]:
    return [tokens.search_key(program, kind, value) for kind, value in sorted(found)]
