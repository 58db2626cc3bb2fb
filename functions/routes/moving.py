"""/v1/imports and /v1/exports: moving members in from a file, and everything out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.wiring import moving, queues, storage
from loyalty.refusals import Refusal
from loyalty.store import audit_log, import_book
from loyalty.store.audit_log import Changed

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Moving in and out", "others")

SECONDS = 900
"""How long a signed address is good."""
MOST_FILES = 500
"""Each address is signed, which takes a fifth of a millisecond or more."""
_ID = "4f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
_IMPORT = {"import": Name(r"[0-9a-f]{32}", "As it was told when it was made.", _ID)}
_EXPORT = {"export": Name(r"[0-9a-f]{32}", "As it was told when it was made.", _ID)}
_URL = f"https://bucket.s3.example.com/imports/coffee/{_ID}/file?X-Amz-Signature=…"
_NOTHING: dict[str, Any] = {
    "id": _ID,
    "state": "waiting",
    "notes": [],
    "columns": [],
    "mapping": None,
    "vendor": None,
    "look": [],
    "problems": [],
    "would": {},
    "wrong": [],
    "lines": 0,
    "position": 0,
    "counts": {},
    "report_url": None,
}
_PLANNED = {
    **_NOTHING,
    "state": "planned",
    "notes": ["Read as utf-8, columns parted by ','."],
    "would": {"enrol": 2, "wrong": 1},
    "wrong": [{"line": 4, "why": "Email: This is no e-mail address."}],
    "lines": 3,
    "report_url": _URL,
}


class PlanSent(Sent):
    """How the file is to be read; without a mapping one is proposed."""

    mapping: Annotated[
        dict[str, Any] | None, Field(description="See docs/moving-in.md; `columns` and answers.")
    ] = None
    vendor: Annotated[str | None, Field(max_length=40, description="Whose file it is.")] = None


class Upload(Told):
    """Where the file is put, by one PUT of its bytes."""

    id: str
    url: str
    seconds: Annotated[int, Field(description="How long the address is good.")]


class ProblemTold(Told):
    """Why the file or the mapping cannot be used."""

    pointer: str
    code: str
    detail: str


class WrongTold(Told):
    """A line that is wrong, and why."""

    line: int
    why: str


class ImportTold(Told):
    """How an import stands."""

    id: str
    state: Literal[
        "waiting",
        "planning",
        "proposed",
        "refused",
        "planned",
        "running",
        "done",
        "undoing",
        "undone",
    ]
    notes: Annotated[list[str], Field(description="How it was read, and how much it is.")]
    columns: list[str]
    mapping: Annotated[dict[str, Any] | None, Field(description="As it is proposed.")]
    vendor: str | None
    look: Annotated[list[str], Field(description="Fields that the owner should look at.")]
    problems: list[ProblemTold]
    would: Annotated[dict[str, int], Field(description="Lines by what would become of them.")]
    wrong: Annotated[list[WrongTold], Field(description="The first of them.")]
    lines: int
    position: Annotated[int, Field(description="How many lines are done.")]
    counts: Annotated[dict[str, int], Field(description="Lines by what became of them.")]
    report_url: Annotated[str | None, Field(description="Every line with what becomes of it.")]


class ExportTold(Told):
    """How an export stands; its files lie there for a few days."""

    id: str
    ended: bool
    counts: dict[str, int]
    sums: Annotated[dict[str, int], Field(description="What members have of each pot.")]
    files: Annotated[list[str], Field(description="Signed addresses, once it has ended.")]
    next: Annotated[
        str | None, Field(description="The cursor of the next page of files; null at the end.")
    ] = None


class FilesAsked(Asked):
    """Which page of the files of an export."""

    limit: Annotated[int, Field(ge=1, le=MOST_FILES, description="At most so many.")] = MOST_FILES
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


_EXPORTED = {
    "id": _ID,
    "ended": True,
    "counts": {"members": 2, "entries": 3, "facts": 0, "orders": 3},
    "sums": {"points": 420},
    "files": [_URL],
    "next": None,
}


@operations.add(
    "POST",
    "/v1/imports",
    summary="Begin an import of members",
    scopes=("owner",),
    answers={
        201: Said(
            Upload, "Put the file there.", {"a file": {"id": _ID, "url": _URL, "seconds": SECONDS}}
        )
    },
)
def begin_import(call: Call[None, None]) -> Answer:
    """Return an address to put a CSV file or an Excel workbook to, up to 20 MB."""
    name = moving.new_id()
    moving.write(_folder(call, name), {"state": "waiting"})
    url = moving.files().address(f"{_folder(call, name)}/file", SECONDS, to_put=True)
    return Answer(Upload(id=name, url=url, seconds=SECONDS), 201)


@operations.add(
    "POST",
    "/v1/imports/{import}/plan",
    summary="Plan an import",
    scopes=("owner",),
    names=_IMPORT,
    body=PlanSent,
    examples={
        "propose": {},
        "check": {"mapping": {"columns": {"phone": "Phone", "balance.points": "Points"}}},
    },
    answers={
        202: Said(ImportTold, "It is being planned.", {"soon": {**_NOTHING, "state": "planning"}})
    },
)
def plan_import(call: Call[PlanSent, None]) -> Answer:
    """Read the file; propose a mapping, or tell what would become of each line by this one.

    Nobody becomes a member by it. Ask for the import until its state is another.
    """
    _standing(call)
    sent = call.body.model_dump()
    moving.write(_folder(call), {"state": "planning"})
    _ask(call, "plan", sent)
    return Answer(_told(call, {"state": "planning"}), 202)


@operations.add(
    "GET",
    "/v1/imports/{import}",
    summary="Look how an import stands",
    scopes=("owner",),
    names=_IMPORT,
    answers={200: Said(ImportTold, "As it stands.", {"planned": _PLANNED})},
)
def get_import(call: Call[None, None]) -> Answer:
    """Return what is proposed, what would become of the lines, or how far it has come."""
    return Answer(_told(call, _standing(call)))


@operations.add(
    "POST",
    "/v1/imports/{import}/run",
    summary="Run an import",
    scopes=("owner",),
    names=_IMPORT,
    answers={202: Said(ImportTold, "It runs.", {"planned": _PLANNED})},
    refusals=("import_not_planned",),
)
def run_import(call: Call[None, None]) -> Answer:
    """Make members of the lines. Once more changes nothing: each line counts once."""
    return _go(call, "run")


@operations.add(
    "POST",
    "/v1/imports/{import}/undo",
    summary="Take an import back",
    scopes=("owner",),
    names=_IMPORT,
    answers={202: Said(ImportTold, "It is being undone.", {"planned": _PLANNED})},
    refusals=("import_not_planned",),
)
def undo_import(call: Call[None, None]) -> Answer:
    """Take back what is there of its value, and remove members who have done nothing."""
    return _go(call, "undo")


@operations.add(
    "POST",
    "/v1/exports",
    summary="Begin an export of everything",
    reserved=True,
    scopes=("owner",),
    answers={
        202: Said(
            ExportTold,
            "It is being written.",
            {"soon": {**_EXPORTED, "ended": False, "counts": {}, "sums": {}, "files": []}},
        )
    },
)
def begin_export(call: Call[None, None]) -> Answer:
    """Write everything there is as JSON Lines and as tables (docs/moving-out.md)."""
    name = moving.new_id()
    folder = moving.folder("exports", call.key.program, name)
    moving.write(folder, {"state": "writing"})
    _note(call, "export.begun", name)
    queues.moving_queue().ask(call.key.program, name, "export", call.actor, {})
    return Answer(ExportTold(id=name, ended=False, counts={}, sums={}, files=[]), 202)


@operations.add(
    "GET",
    "/v1/exports/{export}",
    summary="Look how an export stands",
    reserved=True,
    proved=True,
    scopes=("owner",),
    names=_EXPORT,
    query=FilesAsked,
    answers={200: Said(ExportTold, "As it stands.", {"ended": _EXPORTED})},
)
def get_export(call: Call[None, FilesAsked]) -> Answer:
    """Return whether it has ended, and then where its files are, page by page."""
    name = call.names["export"]
    folder = moving.folder("exports", call.key.program, name)
    if moving.read(folder, "standing.json") is None:
        raise Refusal("not_found", "not_found")
    found = moving.read(folder, "summary.json")
    if found is None:
        return Answer(ExportTold(id=name, ended=False, counts={}, sums={}, files=[]))
    most = call.query.limit
    names = moving.files().names(folder, call.query.cursor, most)
    told = ExportTold(
        id=name,
        ended=True,
        counts=found["counts"],
        sums=found["sums"],
        files=[
            moving.files().address(one, SECONDS)
            for one in names
            if not one.endswith("/standing.json")
        ],
        next=names[-1].rpartition("/")[2] if len(names) == most else None,
    )
    return Answer(told)


def _go(call: Call[None, None], do: str) -> Answer:
    found = _standing(call)
    if "import" not in found:
        detail = "Plan the import with a mapping first, and look at what would become of it."
        raise Refusal("conflict", "import_not_planned", detail)
    _note(call, f"import.{do}", found["import"])
    _ask(call, do, {"import": found["import"]})
    return Answer(_told(call, found), 202)


def _note(call: Call[Any, None], what: str, which: str) -> None:
    change = Changed(call.key.program, call.now, call.actor, what, which, {}, {})
    audit_log.note(storage.tables(), change)


def _ask(call: Call[Any, None], do: str, more: dict[str, Any]) -> None:
    queues.moving_queue().ask(call.key.program, call.names["import"], do, call.actor, more)


def _folder(call: Call[Any, None], name: str | None = None) -> str:
    return moving.folder("imports", call.key.program, name or call.names["import"])


def _standing(call: Call[Any, None]) -> dict[str, Any]:
    found = moving.read(_folder(call), "standing.json")
    if found is None:
        raise Refusal("not_found", "not_found")
    return found


def _told(call: Call[Any, None], found: dict[str, Any]) -> ImportTold:
    more = {name: found[name] for name in _NOTHING if name in found}
    if "import" in found:
        more["report_url"] = moving.files().address(f"{_folder(call)}/report.csv", SECONDS)
        head = import_book.read(storage.tables(), call.key.program, found["import"])
        if head is not None:
            state = "planned" if head.state == "ready" else head.state
            counts = dict(head.counts or {})
            more |= {
                "state": state,
                "lines": head.lines,
                "position": head.position,
                "counts": counts,
            }
    return ImportTold.model_validate({**_NOTHING, **more, "id": call.names["import"]})
