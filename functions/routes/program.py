"""/v1/program and /v1/templates: what an owner has configured, its history, how to change it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.wiring import storage
from functions.wiring.judging import judged
from loyalty.languages import Language  # noqa: TC001 - the same
from loyalty.program import ready, sides
from loyalty.program.by_language import told_in
from loyalty.program.describe import about_tills, describe, warnings
from loyalty.program.describe.changes import changes
from loyalty.program.describe.sentences import sections
from loyalty.program.describe.speaker import Speaker
from loyalty.program.document import LARGEST, dump
from loyalty.refusals import Refusal
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.program.rules import Program
    from loyalty.store.program_versions import Stored

operations = Operations("Program", "others")

MOST_VERSIONS = 50
LARGEST_BODY = LARGEST + 50_000
"""Bytes: the largest document, with whitespace around what it says."""
_VERSION = {"version": Name(r"[1-9][0-9]{0,8}", "The version's number.", "3")}
_TRADE = {"trade": Name(r"[a-z][a-z0-9-]{0,39}", "What the shop is.", "coffee")}
DOCUMENT: dict[str, Any] = {
    "schema": 1, "id": "coffee", "name": {"en": "Daily Cup Club"}, "organization": "Daily Cup",
    "currency": "USD", "zone": "America/New_York", "region": "US", "languages": ["en"],
    "design": "coffee", "pots": [{"id": "points"}],
    "earning": [{"pot": "points", "points": 10, "amount": 100}],
    "consent": {
        "version": "2026-11",
        "program": {"en": "I want to join the program."},
        "marketing": {"en": "Daily Cup may also send me offers."},
    },
    "contact": [{"label": {"en": "Daily Cup"}, "text": "hello@dailycup.example"}],
}  # fmt: skip
_SAID = ["10 points for every $1."]
_SHOWN = {
    "version": 3,
    "since": "2026-05-04T12:00:00Z",
    "actor": "key:ownerkey1",
    "document": DOCUMENT,
}

Document = Annotated[
    dict[str, Any],
    Field(description="The document, as docs/program.md and docs/program.schema.json describe it."),
]
Sentences = Annotated[list[str], Field(description="In the language that was asked for.")]


class DocumentSent(Sent):
    """A whole document; what it does not name is as it is without."""

    document: Document


class RollbackSent(Sent):
    """To which version."""

    version: Annotated[int, Field(ge=1, le=999_999_999)]


class SpokenAsked(Asked):
    """In which language."""

    language: Annotated[
        Language | None, Field(description="Any of ours; else the program's first one.")
    ] = None


class DescriptionAsked(SpokenAsked):
    """For whom, and in which language."""

    audience: Annotated[
        Literal["customer", "staff"], Field(description="Staff are told what the till needs, too.")
    ] = "customer"


class DifferenceAsked(SpokenAsked):
    """Between which versions; without both, what the last change was."""

    before: Annotated[int | None, Field(ge=1, le=999_999_999)] = None
    after: Annotated[int | None, Field(ge=1, le=999_999_999)] = None


class VersionsAsked(SpokenAsked):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=MOST_VERSIONS, description="At most so many.")] = 20
    below: Annotated[
        int | None, Field(ge=2, le=1_000_000_000, description="Versions older than this one.")
    ] = None


class ProgramTold(Told):
    """A version of the program."""

    version: int
    since: Annotated[datetime, Field(description="In force from then on.")]
    actor: Annotated[str | None, Field(description="Who put it: `key:…`; null: a command.")]
    document: Document


class ChangeTold(Told):
    """One thing that is different."""

    path: Annotated[str, Field(description="Where in the document, with dots.")]
    sentence: str


class VersionTold(Told):
    """A version, and what is different from the one before it."""

    version: int
    since: datetime
    actor: str | None
    changes: list[ChangeTold]


class Versions(Told):
    """Versions, the newest first."""

    versions: list[VersionTold]
    next: Annotated[int | None, Field(description="The next page's `below`; null at the end.")]


class Difference(Told):
    """What is different in a later version."""

    before: int
    after: int
    changes: list[ChangeTold]


class SectionTold(Told):
    """What is said of one part of the rules."""

    section: Annotated[str, Field(description="`earning`, `rewards`, `levels` and so on.")]
    sentences: Sentences


class Described(Told):
    """The program in sentences."""

    language: str
    sentences: Sentences
    sections: Annotated[
        list[SectionTold], Field(description="The same, by the part of the rules that says it.")
    ]


class FaultTold(Told):
    """Why a document cannot be used."""

    pointer: Annotated[str, Field(description="Into the document (RFC 6901).")]
    code: str
    sentence: str


class Checked(Told):
    """What would come of a document. Of one that cannot be used only the faults are told."""

    usable: bool
    faults: list[FaultTold]
    warnings: Annotated[list[str], Field(description="Could be better; nothing is refused.")]
    notes: Annotated[list[str], Field(description="What it takes of tills.")]
    customer: Sentences
    staff: Sentences
    changes: Annotated[list[ChangeTold], Field(description="From what is in force now.")]


class TemplateTold(Told):
    """A program to start from."""

    trade: str
    name: dict[str, str]
    sentences: Sentences


class Templates(Told):
    """All programs to start from."""

    templates: list[TemplateTold]


class Started(Told):
    """A document to go on from; nothing is in force by it."""

    trade: str
    document: Document


_PUT = Said(ProgramTold, "In force now; a document that is in force already changes nothing.",
            {"changed": _SHOWN})  # fmt: skip
_CHANGE = {
    "path": "earning",
    "sentence": "Earning: new is “10 points for every $1.”",
}


@operations.add(
    "GET",
    "/v1/program",
    summary="Show the program",
    scopes=("owner",),
    answers={200: Said(ProgramTold, "What is in force.", {"in force": _SHOWN})},
)
def show_program(call: Call[None, None]) -> Answer:
    """Show the document in force. Its ETag is what a change of it has to name."""
    return told(storage.programs().latest(call.key.program))


@operations.add(
    "PUT",
    "/v1/program",
    summary="Change the program",
    scopes=("owner",),
    body=DocumentSent,
    guarded=True,
    largest_body=LARGEST_BODY,
    examples={"the whole": {"document": DOCUMENT}},
    answers={200: _PUT},
    refusals=("invalid_program", "test_side"),
)
def put_program(call: Call[DocumentSent, None]) -> Answer:
    """Put a document in force that a check finds usable; the version before it stays readable."""
    return put(call, call.body.document)


@operations.add(
    "POST",
    "/v1/program/check",
    summary="Check a document",
    scopes=("owner",),
    query=SpokenAsked,
    body=DocumentSent,
    largest_body=LARGEST_BODY,
    examples={"the whole": {"document": DOCUMENT}},
    answers={
        200: Said(
            Checked,
            "What was found. Nothing is in force by it.",
            {
                "usable": {
                    "usable": True, "faults": [], "warnings": [], "notes": [],
                    "customer": _SAID, "staff": _SAID, "changes": [_CHANGE],
                },
                "not usable": {
                    "usable": False,
                    "faults": [
                        {
                            "pointer": "/pots/0/expriy", "code": "unknown_key",
                            "sentence": "pots.0.expriy: unknown key; did you mean 'expiry'?",
                        }
                    ],
                    "warnings": [], "notes": [], "customer": [], "staff": [], "changes": [],
                },
            },
        )
    },
)  # fmt: skip
def check_program(call: Call[DocumentSent, SpokenAsked]) -> Answer:
    """Say everything that a put would find: faults, warnings, sentences, and what would change."""
    current = storage.programs().latest(call.key.program).program
    try:
        program = judged(call.body.document, current.id)
    except Refusal as refusal:
        if refusal.code != "invalid_program":
            raise
        faults = [
            FaultTold(pointer=one.pointer, code=one.code, sentence=one.detail)
            for one in refusal.fields
        ]
        return Answer(
            Checked(
                usable=False,
                faults=faults,
                warnings=[],
                notes=[],
                customer=[],
                staff=[],
                changes=[],
            )
        )
    language = _language(program, call.query.language)
    return Answer(
        Checked(
            usable=True,
            faults=[],
            warnings=list(warnings(program, language)),
            notes=list(about_tills(program, language)),
            customer=list(describe(program, language)),
            staff=list(describe(program, language, "staff")),
            changes=_changes(current, program, call.query.language),
        )
    )


@operations.add(
    "GET",
    "/v1/program/description",
    summary="Say the program in sentences",
    scopes=("owner",),
    query=DescriptionAsked,
    answers={
        200: Said(
            Described,
            "What is in force.",
            {
                "for customers": {
                    "language": "en",
                    "sentences": _SAID,
                    "sections": [{"section": "earning", "sentences": _SAID}],
                }
            },
        )
    },
)
def describe_program(call: Call[None, DescriptionAsked]) -> Answer:
    """Say the program as customers read it, or as staff need it at the till."""
    program = storage.programs().latest(call.key.program).program
    language = _language(program, call.query.language)
    said = describe(program, language, call.query.audience)
    parts = [
        SectionTold(section=name, sentences=list(sentences))
        for name, sentences in sections(Speaker(program, language))
        if sentences and (name != "staff" or call.query.audience == "staff")
    ]
    return Answer(Described(language=language, sentences=list(said), sections=parts))


@operations.add(
    "GET",
    "/v1/program/versions",
    summary="List versions",
    scopes=("owner",),
    query=VersionsAsked,
    answers={
        200: Said(
            Versions,
            "A page.",
            {
                "the last one": {
                    "versions": [
                        {
                            "version": 3, "since": "2026-05-04T12:00:00Z",
                            "actor": "key:ownerkey1", "changes": [_CHANGE],
                        }
                    ],
                    "next": 3,
                }
            },
        )
    },
)  # fmt: skip
def list_program_versions(call: Call[None, VersionsAsked]) -> Answer:
    """List versions, the newest first, each with what was changed by it in sentences."""
    asked, programs = call.query, storage.programs()
    latest = programs.latest(call.key.program).program
    below = min(asked.below or latest.version + 1, latest.version + 1)
    # One more than is shown: the oldest, too, is told by what it has changed.
    found = programs.history(call.key.program, below, asked.limit + 1)
    shown = found[: asked.limit]
    older = {one.program.version: one.program for one in found}
    versions = [
        VersionTold(
            version=one.program.version,
            since=one.since,
            actor=one.actor or None,
            changes=_changes(older.get(one.program.version - 1), one.program, asked.language),
        )
        for one in shown
    ]
    more = len(found) > len(shown)
    return Answer(Versions(versions=versions, next=shown[-1].program.version if more else None))


@operations.add(
    "GET",
    "/v1/program/versions/{version}",
    summary="Show a version",
    scopes=("owner",),
    names=_VERSION,
    answers={200: Said(ProgramTold, "As it was put.", {"the third": _SHOWN})},
    refusals=("version_not_found",),
)
def show_program_version(call: Call[None, None]) -> Answer:
    """Show the document of any version."""
    return Answer(_shown(_version(call, int(call.names["version"]))))


@operations.add(
    "GET",
    "/v1/program/difference",
    summary="Say what is different",
    scopes=("owner",),
    query=DifferenceAsked,
    answers={
        200: Said(
            Difference,
            "Between the two versions.",
            {"earning": {"before": 2, "after": 3, "changes": [_CHANGE]}},
        )
    },
    refusals=("version_not_found", "not_found", "no_such_address"),
)
def compare_program_versions(call: Call[None, DifferenceAsked]) -> Answer:
    """Say in sentences what is different between two versions; of the last two if none is named."""
    asked = call.query
    latest = storage.programs().latest(call.key.program)
    after = _version(call, asked.after) if asked.after else latest
    number = asked.before or max(after.program.version - 1, 1)
    before = _version(call, number)
    return Answer(
        Difference(
            before=before.program.version,
            after=after.program.version,
            changes=_changes(before.program, after.program, asked.language),
        )
    )


@operations.add(
    "POST",
    "/v1/program/rollback",
    summary="Go back to an earlier version",
    scopes=("owner",),
    body=RollbackSent,
    guarded=True,
    examples={"to the second": {"version": 2}},
    answers={200: _PUT},
    refusals=("invalid_program", "test_side", "version_not_found", "not_found", "no_such_address"),
)
def roll_back_program(call: Call[RollbackSent, None]) -> Answer:
    """Put an earlier version's document in force again, as a new version.

    What was sold meanwhile stays as it was computed; what a wallet would refuse today is refused.
    """
    earlier = _version(call, call.body.version)
    return put(call, json.loads(dump(earlier.program)))


@operations.add(
    "GET",
    "/v1/templates",
    summary="List programs to start from",
    scopes=("owner",),
    query=SpokenAsked,
    answers={
        200: Said(
            Templates,
            "By trade.",
            {
                "one": {
                    "templates": [
                        {
                            "trade": "coffee",
                            "name": {"en": "Coffee shop: ten cups for nine"},
                            "sentences": ["1 stamp for every item of “coffee”."],
                        }
                    ]
                }
            },
        )
    },
)
def list_templates(call: Call[None, SpokenAsked]) -> Answer:
    """List ready programs by trade, each in sentences, with amounts in the shop's own currency."""
    currency = storage.programs().latest(call.key.program).program.currency
    found = [
        TemplateTold(
            trade=one.trade,
            name=dict(one.name),
            sentences=list(describe(program, program.language(call.query.language))),
        )
        for one in ready.ready()
        for program in [told_in(replace(one.program, currency=currency), call.query.language)]
    ]
    return Answer(Templates(templates=found))


@operations.add(
    "GET",
    "/v1/templates/{trade}",
    summary="Start from a ready program",
    scopes=("owner",),
    names=_TRADE,
    answers={
        200: Said(
            Started, "To check and put.", {"coffee": {"trade": "coffee", "document": DOCUMENT}}
        )
    },
)
def start_from_template(call: Call[None, None]) -> Answer:
    """Return a document with a ready program's rules and what is your shop's own already.

    Name, currency, zone, consent texts, ways to reach you and locations stay yours. Look at the
    amounts where your currency is another one.
    """
    found = ready.find(call.names["trade"])
    shop = storage.programs().latest(call.key.program).program
    return Answer(Started(trade=found.trade, document=ready.started(found.program, shop)))


def told(stored: Stored) -> Answer:
    """Answer with a version in force, and the tag that a change of it has to name."""
    return Answer(_shown(stored), tag=tag_of(stored.program.version))


def tag_of(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def seen_version(call: Call[Any, Any]) -> int:
    """Return the version that whoever changes the program has looked at.

    Raises
    ------
    Refusal
        ``precondition_failed``: the tag is none of a version.
    """
    match = re.fullmatch(r'"([1-9][0-9]{0,8})"', call.seen)
    if match is None:
        raise changed_meanwhile()
    return int(match[1])


def put(call: Call[Any, None], document: dict[str, Any], below: str = "/document") -> Answer:
    """Put a document in force in the place of the version that was seen.

    Raises
    ------
    Refusal
        ``test_side``: its keys change nothing of what both sides share. ``precondition_failed``;
        ``invalid_program``, with pointers below `below`.
    """
    if sides.is_test(call.key.program):
        detail = f"Change {sides.real(call.key.program)}: its test side follows."
        raise Refusal("conflict", "test_side", detail)
    programs, seen = storage.programs(), seen_version(call)
    # Who is late learns that first, and not what is wrong with what they have made of old things.
    if programs.latest(call.key.program).program.version != seen:
        raise changed_meanwhile()
    try:
        program = judged(document, call.key.program)
    except Refusal as refusal:
        raise refusal.below(below) from None
    programs.put(program, seen, call.actor)
    return told(programs.latest(call.key.program))


def _version(call: Call[Any, Any], number: int) -> Stored:
    found = storage.programs().history(call.key.program, number + 1, 1)
    if not found:
        raise Refusal("not_found", "version_not_found")
    return found[0]


def _shown(stored: Stored) -> ProgramTold:
    return ProgramTold(
        version=stored.program.version,
        since=stored.since,
        actor=stored.actor or None,
        document=json.loads(dump(stored.program)),
    )


def _changes(before: Program | None, after: Program, wanted: str | None) -> list[ChangeTold]:
    if before is None:
        return []
    language = wanted or after.languages[0]
    return [
        ChangeTold(path=one.path, sentence=one.sentence) for one in changes(before, after, language)
    ]


def _language(program: Program, wanted: str | None) -> Language:
    return wanted or program.languages[0]
