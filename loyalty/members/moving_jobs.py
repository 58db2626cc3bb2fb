"""Moving in and out, and trying programs, as jobs: owners ask over HTTP, a worker does pages.

A job's standing is a small file beside the files it is about, in a bucket that forgets them: the
names and contacts in it are nobody's for longer than that.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.ledger.offers import codes
from loyalty.members.moving_in import mapping as mappings
from loyalty.members.moving_out.exporting import Exports, Progress
from loyalty.refusals import Refusal
from loyalty.sheets import safe_csv, sheet
from loyalty.store import coupon_book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.figures.refreshing import Refreshing
    from loyalty.ledger.books import Books
    from loyalty.members.moving_in.running import Imports
    from loyalty.sheets.kept_files import Files
    from loyalty.simulation.running import Simulations

CODES_IN_A_FILE: Final = 100_000
"""A file of them is two megabytes."""

MOST_TOLD: Final = 100
"""Lines that are told one by one; all of them stand in the report."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done, as a queue carries it.

    ``do`` is ``plan``, ``run``, ``undo``, ``export``, ``codes``, ``simulate`` or ``figures``, and
    ``visits`` or ``tell`` of files of visits (``loyalty.tills.bridges.visit_imports``); ``more`` is
    what only one of them needs.
    """

    program: str
    id: str
    do: str
    by: str
    more: Mapping[str, Any]

    @property
    def folder(self) -> str:
        """Return where its files lie."""
        kinds = {"export": "exports", "codes": "codes", "simulate": "simulations"}
        kind = kinds.get(self.do, "imports")
        return f"{kind}/{self.program}/{self.id}"


class Jobs:
    """Works jobs off."""

    def __init__(  # noqa: PLR0917
        self,
        books: Books,
        files: Files,
        imports: Imports,
        exports: Exports,
        simulations: Callable[[], Simulations],
        figures: Callable[[], Refreshing],
    ) -> None:
        self._books = books
        self._files = files
        self._imports = imports
        self._exports = exports
        self._simulations = simulations
        self._figures = figures

    def work(self, job: Job, now: Callable[[], datetime], more: Callable[[], bool]) -> Job | None:
        """Go on with a job by a page; return what is left of it, None at the end.

        Parameters
        ----------
        more
            Tells whether there is time for another page. Only a job asks that would have to read
            again what it has read, and does several pages.
        """
        if job.do == "plan":
            self._plan(job, now())
            return None
        if job.do == "export":
            return self._export(job, now())
        if job.do == "codes":
            return self._codes(job)
        if job.do == "simulate":
            left = self._simulations().work(job.program, job.folder, job.more, now(), more)
            return None if left is None else replace(job, more=left)
        if job.do == "figures":
            left = self._figures().run(job.program, job.more, now(), more)
            return None if left is None else replace(job, more=left)
        return self._import(job, now())

    def _codes(self, job: Job) -> Job | None:
        """Write a file with a coupon's codes; one that is written again is the same."""
        coupon = coupon_book.read(self._books.tables, job.program, str(job.more["coupon"]))
        if coupon is None:
            return None
        done = int(job.more.get("done", 0))
        if done < coupon.codes:
            found = codes(self._books, job.program, coupon, done + 1, CODES_IN_A_FILE)
            rows = [(done + at, text) for at, text in enumerate(found, start=1)]
            name = f"{job.folder}/codes-{done + 1:07d}.csv"
            self._files.put(name, safe_csv.text([("serial", "code"), *rows]).encode())
            return replace(job, more={**job.more, "done": done + len(found)})
        self._tell(job, {"state": "ended", "coupon": coupon.id, "codes": done})
        return None

    def _plan(self, job: Job, now: datetime) -> None:
        try:
            told = self._planned(job, self._file(job), now)
        except Refusal as refusal:
            if refusal.kind == "busy":
                raise
            self._refused(job, refusal)
            return
        self._tell(job, told)

    def _file(self, job: Job) -> bytes:
        data = self._files.get(f"{job.folder}/file")
        if data is None:
            raise Refusal("not_found", "file_missing", "No file was put there yet.")
        return data

    def _planned(self, job: Job, data: bytes, now: datetime) -> dict[str, Any]:
        if job.more.get("mapping") is None:
            found, proposal = self._imports.propose(job.program, data, now, job.more.get("vendor"))
            return {
                "state": "proposed",
                "notes": list(found.notes),
                "columns": list(found.header),
                "mapping": json.loads(mappings.dump(proposal.mapping)),
                "vendor": proposal.vendor,
                "look": list(proposal.look),
            }
        mapping = mappings.read(job.more["mapping"])
        head, plan = self._imports.begin(job.program, data, mapping, job.by, now)
        judged = {one.number: one for one in self._imports.check(job.program, mapping, plan.lines)}
        found = sheet.read(data, encoding=mapping.encoding, sheet=mapping.sheet)
        rows = [
            (
                *(sheet.cell(row, index) for index in range(found.width)),
                judged[row.number].doing,
                judged[row.number].sentence,
            )
            for row in found.rows
        ]
        text = safe_csv.text([(*found.header, "what happens", "why"), *rows])
        self._files.put(f"{job.folder}/report.csv", ("\ufeff" + text).encode())
        wrong = [one for one in judged.values() if one.doing == "wrong"]
        return {
            "state": "planned",
            "import": head.id,
            "notes": list(plan.notes),
            "would": dict(Counter(one.doing for one in judged.values())),
            "wrong": [{"line": one.number, "why": one.sentence} for one in wrong[:MOST_TOLD]],
        }

    def _refused(self, job: Job, refusal: Refusal) -> None:
        problems = [
            {"pointer": one.pointer, "code": one.code, "detail": one.detail}
            for one in refusal.fields
        ] or [{"pointer": "", "code": refusal.code, "detail": refusal.detail}]
        self._tell(job, {"state": "refused", "problems": problems})

    def _import(self, job: Job, now: datetime) -> Job | None:
        head = self._imports.head(job.program, str(job.more["import"]))
        begin = self._imports.start if job.do == "run" else self._imports.start_undo
        head = begin(head)
        if head.state in {"running", "undoing"}:
            head = self._imports.step(head, now)
        return job if head.state in {"running", "undoing"} else None

    def _export(self, job: Job, now: datetime) -> Job | None:
        found = dict(job.more.get("progress") or asdict(Progress(job.program, job.folder)))
        after = found.pop("after")
        progress = replace(Progress(**found), after=tuple(after) if after else None)
        progress = self._exports.step(progress, now)
        return None if progress.ended else replace(job, more={"progress": asdict(progress)})

    def _tell(self, job: Job, told: Mapping[str, Any]) -> None:
        data = json.dumps(told, ensure_ascii=False).encode()
        self._files.put(f"{job.folder}/standing.json", data)
