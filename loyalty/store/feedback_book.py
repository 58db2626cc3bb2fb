"""Questions put to members and their answers: one item beside the member, forgotten with them.

What was asked, what the member said in words, and what the shop said to that are sealed
(``loyalty.store.sealing``); a score is a number under a random id. What somebody has to look at
stands in the index ``waiting``, by the second of the answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loyalty.core.feedback import Feedback
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.sealed_tables import unopened
from loyalty.store.tables import Absent, Cancelled, Equals, Place, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.feedback import State
    from loyalty.store.tables import Item, Tables, Write

_PLACE = re.compile(r"[0-9]{1,12}\|[0-9a-f]{32}\|[0-9a-f]{16}")
_SECOND = 1_000_000


def put(one: Feedback) -> Write:
    """Return the write of a question, if its version is the next one."""
    key = keys.asked_key(one.program, one.member, one.id)
    before = one.version - 1
    return Put(key, _item(one), Equals("v", before) if before else Absent())


def read(tables: Tables, program: str, member: str, name: str) -> Feedback | None:
    """Return what a member was asked."""
    item = tables.get(keys.asked_key(program, member, name))
    return to_feedback(item) if item else None


def read_shell(tables: Tables, program: str, member: str, name: str) -> Feedback | None:
    """Return the same without anything that is sealed, for those who may not open it."""
    return read(unopened(tables), program, member, name)


def read_of(tables: Tables, program: str, member: str) -> list[Feedback]:
    """Return all that a member was asked, the oldest first."""
    first = keys.asked_key(program, member, "")
    found = [to_feedback(item) for item in tables.query("state", first.pk, first.sk)]
    return sorted(found, key=lambda one: (one.asked, one.id))


def read_shells_of(tables: Tables, program: str, member: str) -> list[Feedback]:
    """Return the same without anything that is sealed."""
    return read_of(unopened(tables), program, member)


def read_many(
    tables: Tables, program: str, member: str, names: Iterable[str]
) -> dict[str, Feedback]:
    """Return those of these that a member was asked, by id."""
    places = [keys.asked_key(program, member, one) for one in dict.fromkeys(names)]
    found = tables.get_many(places) if places else {}
    return {one.id: one for one in map(to_feedback, found.values())}


def page(  # noqa: PLR0917
    tables: Tables, program: str, state: State, cursor: str, limit: int, now: int
) -> tuple[list[Feedback], str | None]:
    """Return answers that stand so, the oldest first, and where to go on; ``now`` in seconds.

    The index is eventually consistent: who has just moved on is left out.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    after = None
    if cursor:
        second, member, name = cursors.read(cursor, _PLACE).split("|")
        after = Place(int(second), keys.asked_key(program, member, name))
    places = tables.waiting(keys.feedback(program, state), now, limit + 1, after=after)
    shown = places[:limit]
    items = tables.get_many([one.key for one in shown]) if shown else {}
    found = [to_feedback(items[one.key]) for one in shown if one.key in items]
    following = None
    if len(places) > limit:
        last = shown[-1]
        following = cursors.written("|".join((str(last.second), *keys.asked_at(last.key))))
    return [one for one in found if one.state == state], following


def untold(tables: Tables, program: str, now: int, limit: int) -> list[tuple[str, str]]:
    """Return (member, id) of what somebody has to look at and others were not told of."""
    places = tables.waiting(keys.feedback(program, "open"), now, limit)
    items = unopened(tables).get_many([one.key for one in places]) if places else {}
    found = [to_feedback(one) for one in items.values()]
    return [(one.member, one.id) for one in found if one.is_low and one.told < one.changes]


def put_told(tables: Tables, one: Feedback) -> None:
    """Write that others were told of an answer; where it has changed meanwhile, nothing."""
    key = keys.asked_key(one.program, one.member, one.id)
    try:
        tables.write(Update(key, {"td": one.changes}, condition=Equals("v", one.version)))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind == "throttled":
            raise


def _item(one: Feedback) -> Item:
    waits = one.state != "waiting"
    return {
        "c": one.campaign,
        "o": one.occurrence,
        "k": one.asks,
        "tx": dict(one.texts),
        "op": [dict(option) for option in one.options],
        "lw": list(one.low),
        "cm": int(one.comment),
        "pl": one.place,
        "a": one.asked,
        "u": one.until,
        **({} if one.score is None else {"sc": one.score}),
        "wd": one.words,
        "an": one.answered,
        "ch": one.changed,
        "n": one.changes,
        "st": one.state,
        "rp": one.reply,
        "ra": one.replied,
        "rb": one.by,
        "gv": dict(one.given),
        "td": one.told,
        "v": one.version,
        **(
            {"wp": keys.feedback(one.program, one.state), "wt": one.answered // _SECOND}
            if waits
            else {}
        ),
    }


def to_feedback(item: Item) -> Feedback:
    """Return a question as it lies in the table; of what is sealed still, without that."""
    program, member = keys.owner(item["pk"])
    return Feedback(
        program=program,
        member=member,
        id=item["sk"].partition("#")[2],
        campaign=item["c"],
        occurrence=item["o"],
        asks=item["k"],
        texts=item.get("tx", {}),
        options=tuple(item.get("op", ())),
        low=tuple(item["lw"]),
        comment=bool(item["cm"]),
        place=item["pl"],
        asked=item["a"],
        until=item["u"],
        score=item.get("sc"),
        words=item.get("wd", ""),
        answered=item["an"],
        changed=item["ch"],
        changes=item["n"],
        state=item["st"],
        reply=item.get("rp", ""),
        replied=item["ra"],
        by=item["rb"],
        given=item["gv"],
        told=item["td"],
        version=item["v"],
    )
