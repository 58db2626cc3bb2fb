"""Visits out of a file that an owner has put up: looked at first, then told of.

What was looked at is kept as the messages that it came to, so that just that is told of, whenever
and however often it is asked for: each message counts once, as the same webhook twice does.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from loyalty.access.keys import Credentials
from loyalty.core.instants import microseconds
from loyalty.refusals import Refusal
from loyalty.sheets import sheet as sheets
from loyalty.tills.bridges import visit_files
from loyalty.tills.looking import VISITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.members.moving_jobs import Job
    from loyalty.sheets.kept_files import Files
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables
    from loyalty.tills.bridges.visit_files import Rows

LOOK, TELL = "visits", "tell"
"""What a job does (``Job.do``)."""
SHOWN: Final = 3
MOST_TOLD: Final = 100
"""Rows that are named one by one, of those that could not be read."""
PAGE: Final = 500
"""Visits that are told of before it is noted how far it has come."""


class Inbox(Protocol):
    """Where tills' messages are kept until they are worked on."""

    def put_all(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Keep several; whoever is told that not all of them were taken tells all of them again."""


class VisitImports:
    """Works off what owners do with files of visits."""

    def __init__(self, tables: Tables, programs: Programs, files: Files, inbox: Inbox) -> None:
        self._tables = tables
        self._programs = programs
        self._files = files
        self._inbox = inbox

    def work(self, job: Job, now: datetime) -> Job | None:
        """Go on with a job by a page; return what is left of it, None at the end."""
        if job.do == TELL:
            return self._tell(job)
        try:
            self._look(job, now)
        except Refusal as refusal:
            if refusal.kind == "busy":
                raise
            self._refused(job, refusal.code, refusal.detail)
        return None

    def _look(self, job: Job, now: datetime) -> None:
        endpoint = Credentials(self._tables).endpoint(str(job.more["endpoint"]))
        if endpoint is None or (endpoint.program, endpoint.scheme) != (job.program, VISITS):
            raise Refusal("not_found", "endpoint_gone", "That address is not there any more.")
        data = self._files.get(f"{job.folder}/file")
        if data is None:
            raise Refusal("not_found", "file_missing", "No file was put there yet.")
        program = self._programs.current(job.program)
        there = visit_files.place_of(program, endpoint.location, now)
        found = visit_files.read(sheets.read(data), there, microseconds(now))
        told = _told(found, endpoint)
        if not found.messages:
            why = "No row of the file is a visit: look at what its columns were taken for."
            self._refused(job, "no_visits", why, **told)
            return
        self._put(job, "messages.json", found.messages)
        self._put(job, "visits.json", {"state": "looked", **told})

    def _tell(self, job: Job) -> Job | None:
        found, messages = (self._get(job, name) for name in ("visits.json", "messages.json"))
        if not found or not messages:
            return None
        if Credentials(self._tables).endpoint(found["endpoint"]) is None:
            self._refused(job, "endpoint_gone", "That address is not there any more.")
            return None
        done = int(job.more.get("done", 0))
        page = messages[done : done + PAGE]
        bodies = (json.dumps(one, ensure_ascii=False) for one in page)
        self._inbox.put_all({"endpoint": found["endpoint"], "body": body} for body in bodies)
        done += len(page)
        ended = done >= len(messages)
        state = "told" if ended else "telling"
        self._put(job, "visits.json", {**found, "state": state, "told": done})
        return None if ended else replace(job, more={**job.more, "done": done})

    def _refused(self, job: Job, code: str, detail: str, **told: Any) -> None:
        refused = {"state": "refused", "problem": {"code": code, "detail": detail}}
        self._put(job, "visits.json", {**told, **refused})

    def _get(self, job: Job, name: str) -> Any:
        data = self._files.get(f"{job.folder}/{name}")
        return json.loads(data) if data else None

    def _put(self, job: Job, name: str, told: Any) -> None:
        data = json.dumps(told, ensure_ascii=False).encode()
        self._files.put(f"{job.folder}/{name}", data)


def _told(found: Rows, endpoint: Endpoint) -> dict[str, Any]:
    visits = [one["data"]["visit"] for one in found.messages[:SHOWN]]
    return {
        "endpoint": endpoint.id,
        "columns": dict(found.columns),
        "shown": [{name: one.get(name) for name in ("at", "status", "total")} for one in visits],
        "visits": len(found.messages),
        "left_out": len(found.faults),
        "wrong": [
            {"line": one.line, "code": one.code, "why": one.sentence}
            for one in found.faults[:MOST_TOLD]
        ],
    }
