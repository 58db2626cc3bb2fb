"""What is watched of each till's address: when it is looked at next, and what was found.

The item stands in the index ``waiting`` by the second of the next look, so that the sweeper finds
those that are due, and in a partition of its own, so that an owner can list a program's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.store import keys
from loyalty.store.one_by_one import read_each
from loyalty.store.tables import Cancelled, Delete, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.store.tables import Item, Tables


State = Literal["usual", "quiet", "too_few", "unheard"]


@dataclass(frozen=True, slots=True)
class Trial:
    """The last message that was sent as a trial.

    Attributes
    ----------
    name
        Random: by it the message is known again when it comes back.
    asked, came
        Seconds since 1970; ``came`` is 0 until the worker has read it.
    status
        HTTP status that the door answered with; 0 where there was no answer, or none yet.
    result
        What became of it: empty until something did.
    """

    name: str
    asked: int
    status: int = 0
    result: str = ""
    came: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one endpoint.

    Attributes
    ----------
    due
        Second of the next look.
    looked
        Second of the last one; 0 before the first.
    polled
        Second up to which its vendor was asked for what changed; 0 where never.
    state
        What the last look found (``loyalty.tills.quiet``); None before the first one.
    alarmed
        Second of the last message before the silence that somebody was told of; 0 for none.
    """

    program: str
    endpoint: str
    due: int = 0
    looked: int = 0
    polled: int = 0
    state: State | None = None
    alarmed: int = 0
    trial: Trial | None = None


def read(tables: Tables, program: str, endpoint: str) -> Watch | None:
    """Return what is watched of an endpoint."""
    item = tables.get(keys.till_watch_key(program, endpoint))
    return _watch(item) if item else None


def of_program(tables: Tables, program: str) -> list[Watch]:
    """Return what is watched of all endpoints of a program, by their names."""
    place = keys.till_watch_key(program, "")
    return [_watch(item) for item in tables.query("state", place.pk, place.sk)]


def due(tables: Tables, now: int, limit: int) -> Iterator[Watch]:
    """Yield those that are to be looked at by now; what cannot be read is told at the end."""
    places = [place.key for place in tables.waiting(keys.TILLS, now, limit)]
    items = tables.get_many(places).values()
    yield from read_each((one for one in items if one.get("wt", now + 1) <= now), _watch)


def looked(tables: Tables, before: Watch, after: Watch) -> bool:
    """Keep what a look has found; False where somebody else has looked meanwhile."""
    values = {
        "wt": after.due,
        "l": after.looked,
        "po": after.polled,
        "q": after.state,
        "qa": after.alarmed,
    }
    key = keys.till_watch_key(before.program, before.endpoint)
    return _write(tables, Update(key, values, condition=Equals("wt", before.due)))


def begin(tables: Tables, program: str, endpoint: str) -> None:
    """Watch an endpoint from the next minute on, unless it is watched already."""
    defaults = {"wp": keys.TILLS, "wt": 0}
    tables.write(Update(keys.till_watch_key(program, endpoint), defaults=defaults))


def ask_again(tables: Tables, program: str, endpoint: str, mark: int) -> None:
    """Let the next poll begin at an earlier mark: the vendor did not tell what came after it."""
    while (watch := read(tables, program, endpoint)) and watch.polled > mark:
        # A look that is under way has read the later mark: by another second it notices.
        values = {"po": mark, "wt": watch.due - 1}
        key = keys.till_watch_key(program, endpoint)
        if _write(tables, Update(key, values, condition=Equals("wt", watch.due))):
            return


def end(tables: Tables, watch: Watch) -> None:
    """Watch an endpoint no longer: it is gone."""
    tables.write(Delete(keys.till_watch_key(watch.program, watch.endpoint)))


def put_trial(tables: Tables, program: str, endpoint: str, trial: Trial) -> None:
    """Keep a new trial, whatever became of the one before; the endpoint is watched, too."""
    values = {"tn": trial.name, "ta": trial.asked}
    gone, defaults = ("td", "tr", "tc"), {"wp": keys.TILLS, "wt": 0}
    tables.write(Update(keys.till_watch_key(program, endpoint), values, defaults, gone))


def put_answer(tables: Tables, program: str, endpoint: str, trial: Trial) -> None:
    """Keep what the door has answered to a trial, unless there is a newer one."""
    values = {"td": trial.status, **({"tr": trial.result} if trial.result else {})}
    key = keys.till_watch_key(program, endpoint)
    _write(tables, Update(key, values, condition=Equals("tn", trial.name)))


def put_arrival(tables: Tables, program: str, endpoint: str, trial: Trial) -> None:
    """Keep that a trial has come to the worker, unless there is a newer one."""
    values = {"tc": trial.came, "tr": trial.result}
    key = keys.till_watch_key(program, endpoint)
    _write(tables, Update(key, values, condition=Equals("tn", trial.name)))


def _watch(item: Item) -> Watch:
    program, endpoint = keys.till_watched(item["pk"], item["sk"])
    trial = None
    if "tn" in item:
        trial = Trial(
            item["tn"], item["ta"], item.get("td", 0), item.get("tr", ""), item.get("tc", 0)
        )
    return Watch(
        program,
        endpoint,
        due=item["wt"],
        looked=item.get("l", 0),
        polled=item.get("po", 0),
        state=item.get("q"),
        alarmed=item.get("qa", 0),
        trial=trial,
    )


def _write(tables: Tables, write: Update) -> bool:
    try:
        tables.write(write)
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False
    return True
