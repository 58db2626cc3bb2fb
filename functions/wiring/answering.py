"""What a program asks its members on the page of their card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import environment, ledger, storage
from loyalty.ledger.act import Act
from loyalty.members.records import Changes, Records
from loyalty.store import member_records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.program.rules import Attribute

_PAGE = "card-page"
"""Who writes it down, where a key would stand; no key can be called so."""


def asked(program: str, member: str) -> tuple[tuple[Attribute, str], ...]:
    """Return what a member is asked, and what they have answered so far; empty for nothing."""
    wanted = [one for one in storage.programs().current(program).attributes if one.ask == "card"]
    if not wanted:
        return ()
    kept = member_records.read_record(storage.tables(), program, member).attributes
    return tuple((one, kept.get(one.id, "")) for one in wanted)


def answer(program: str, member: str, answers: Mapping[str, str], now: datetime) -> set[str]:
    """Keep what a member answers; return what cannot be an answer, by id: then nothing was kept.

    What is asked and not answered is taken away.
    """
    wanted = {one.id: one for one, _ in asked(program, member)}
    known = {name: value for name, value in answers.items() if name in wanted}
    wrong = {name for name, value in known.items() if wanted[name].fault(value) is not None}
    if wanted and not wrong:
        act = Act(program, _PAGE, environment.new_key(), "", automatic=True)
        values = {name: known.get(name) for name in wanted}
        Records(ledger.books()).change(act, member, Changes(attributes=values), now)
    return wrong
