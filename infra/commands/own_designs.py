"""Designs where they run: publish a folder, list, look back, go back, fetch, delete.

loyalty design publish templates/designs/mine --program coffee --stage production
loyalty design list --program coffee
loyalty design history mine --program coffee
loyalty design rollback mine --program coffee --to 2
loyalty design fetch mine --program coffee --to mine
loyalty design delete mine --program coffee

The same designs as those of /v1/designs, and the same rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.commands import place
from infra.commands.answer import say
from infra.failures import Failure
from infra.program_cards import card_faults
from loyalty.refusals import Refusal
from loyalty.store.audit_log import COMMAND
from loyalty.store.designs import Designs, OwnDesign, read_design, read_designs, read_versions
from passes.designs import archive, check
from passes.designs.design import DOCUMENT, DesignError, names

if TYPE_CHECKING:
    import argparse

    from infra.commands.place import Place
    from loyalty.program.rules import Program
    from passes.designs.design import Design

_SHOWN = 50


def configure(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands and their options."""
    publish = commands.add_parser("publish", help="publish a folder as a design of a program")
    publish.set_defaults(run=_publish)
    # Not `folder`: that is where a local stack lies.
    publish.add_argument(
        "place", type=Path, metavar="FOLDER", help="the design's folder; its name is the id"
    )
    publish.add_argument("--name", help="what it is called; its id if not said")
    listed = commands.add_parser("list", help="list the designs of a program")
    listed.set_defaults(run=_list)
    history = commands.add_parser("history", help="list the published versions of a design")
    history.set_defaults(run=_history)
    rollback = commands.add_parser("rollback", help="publish an earlier version again")
    rollback.set_defaults(run=_roll_back)
    rollback.add_argument("--to", type=int, required=True, metavar="VERSION")
    fetch = commands.add_parser("fetch", help="write what is published as a folder")
    fetch.set_defaults(run=_fetch)
    fetch.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    delete = commands.add_parser("delete", help="delete a design that no card wears")
    delete.set_defaults(run=_delete)
    for command in (history, rollback, fetch, delete):
        command.add_argument("design", help="the design's id")
    for command in (publish, listed, history, rollback, fetch, delete):
        command.add_argument("--program", required=True, help="whose design it is")
        place.add_options(command)


def _publish(given: argparse.Namespace) -> int:
    folder: Path = given.place.resolve()
    files = _files(folder)
    where = place.open_place(given)
    program = place.program_of(where, given.program)
    if folder.name in names():
        raise Failure(f"a design {folder.name!r} is shipped: rename the folder, then publish it")
    data = archive.packed(files)
    look = archive.reference(program.id, data)
    try:
        design = check.judged(archive.opened(look, data), str(folder / DOCUMENT))
    except DesignError as error:
        raise Failure(f"{folder} cannot be used: {error}") from None
    if refused := card_faults(replace(program, look=look), design):
        raise Failure("\n".join((f"{folder} cannot be used:", *refused)))
    notes = check.advice(design)
    _store(where).put_object(Bucket=_bucket(where), Key=archive.place_of(look), Body=data)
    now = datetime.now(UTC)
    before = read_design(where.tables(), program.id, folder.name)
    drawn = OwnDesign(
        program=program.id,
        id=folder.name,
        name=given.name or (before.name if before else folder.name),
        recipe="",
        draft=look,
        notes=notes,
        at=now,
        by=COMMAND,
        published=before.published if before else "",
        version=before.version if before else 0,
        revision=before.revision + 1 if before else 1,
    )
    designs = Designs(where.tables())
    if before and (before.published, before.draft, before.name) == (look, look, drawn.name):
        say(f"{folder.name} looks like that already, as version {before.version}.")
        return 0
    try:
        published = designs.publish(designs.keep(drawn), now, COMMAND)
    except Refusal as refusal:
        raise _failure(refusal) from None
    for sentence in notes:
        say(f"advice: {sentence}", advice=sentence)
    said = f"{folder.name} is published for {program.id} as version {published.version}."
    say(said, design=folder.name, version=published.version)
    if program.design == folder.name:
        say(
            "Its cards follow by themselves: new ones within a minute, installed ones at 40 "
            "iPhones and 8 Google cards a second."
        )
    else:
        say(f'No card wears it yet: name it in the program, design = "{folder.name}".')
    return 0


def _list(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    program = place.program_of(where, given.program)
    for one in read_designs(where.tables(), program.id):
        published = f"version {one.version}" if one.version else "a draft"
        worn = ", worn" if one.id == program.design else ""
        say(f"{one.id}  {one.name}: {published}{worn}", id=one.id, name=one.name)
    say(f"shipped: {', '.join(names())}", shipped=list(names()))
    return 0


def _history(given: argparse.Namespace) -> int:
    where, found = _found(given)
    versions = read_versions(where.tables(), found.program, found.id, found.version + 1, _SHOWN)
    for one in versions:
        back = f", as version {one.back_to} was" if one.back_to else ""
        line = f"{one.number}  {one.at:%Y-%m-%d %H:%M} UTC  {one.by}{back}"
        say(line, version=one.number, at=one.at, by=one.by)
    return 0


def _roll_back(given: argparse.Namespace) -> int:
    where, found = _found(given)
    designs, now = Designs(where.tables()), datetime.now(UTC)
    program = place.program_of(where, given.program)
    earlier = read_versions(where.tables(), found.program, found.id, given.to + 1, 1)
    if not earlier or earlier[0].number != given.to:
        raise Failure(f"design {found.id} has no version {given.to}")
    look = earlier[0].look
    design = archive.opened(look, _archive(where, look))
    if refused := card_faults(replace(program, look=look), design):
        raise Failure("\n".join((f"version {given.to} cannot be used today:", *refused)))
    try:
        published = designs.roll_back(found, given.to, now, COMMAND)
    except Refusal as refusal:
        raise _failure(refusal) from None
    said = f"{found.id} is as version {given.to} was, published as version {published.version}."
    say(said, design=found.id, version=published.version)
    return 0


def _fetch(given: argparse.Namespace) -> int:
    folder: Path = given.to.resolve()
    if folder.exists():
        raise Failure(f"{folder} is there already: choose another name, or remove it first")
    where, found = _found(given)
    files = archive.unpacked(_archive(where, found.published or found.draft))
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    say(f"{folder} holds {found.id}, as a folder that `design publish` takes.")
    return 0


def _delete(given: argparse.Namespace) -> int:
    where, found = _found(given)
    try:
        Designs(where.tables()).remove(found, datetime.now(UTC), COMMAND)
    except Refusal as refusal:
        raise _failure(refusal) from None
    say(f"{found.id} is deleted.")
    return 0


def _files(folder: Path) -> dict[str, bytes]:
    if not (folder / DOCUMENT).is_file():
        raise Failure(f"{folder} is no design: it has no {DOCUMENT}; `design new` draws one")
    found = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    try:
        # As an archive of somebody's is taken: the document and pictures, nothing else.
        return archive.unpacked(archive.packed(found))
    except DesignError as error:
        raise Failure(f"{folder} cannot be used: {error}") from None


def stored(where: Place, program: Program) -> tuple[str, Design] | None:
    """Return the look and the design that a program names, where it is one of its own."""
    found = read_design(where.tables(), program.id, program.design)
    if found is None or not found.published:
        return None
    return found.published, archive.opened(found.published, _archive(where, found.published))


def _found(given: argparse.Namespace) -> tuple[Place, OwnDesign]:
    where = place.open_place(given)
    found = read_design(where.tables(), given.program, given.design)
    if found is None:
        known = where.command(f"design list --program {given.program}")
        raise Failure(f"program {given.program} has no design {given.design!r}: {known} lists them")
    return where, found


def _archive(where: Place, look: str) -> bytes:
    content = archives(where).get(look)
    if content is None:
        raise Failure(f"the pictures of {look} are gone: publish its folder again")
    return content


class Stored:
    """What a deployment keeps of designs, and pictures that news shows."""

    def __init__(self, where: Place) -> None:
        self._where = where

    def get(self, name: str) -> bytes | None:
        """Return a file, None where there is none."""
        where = self._where
        try:
            answer = _store(where).get_object(Bucket=_bucket(where), Key=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404", "NotFound"}:
                return None
            raise
        content: bytes = answer["Body"].read()
        return content

    def put(self, name: str, data: bytes) -> None:
        """Write a file."""
        where = self._where
        _store(where).put_object(Bucket=_bucket(where), Key=name, Body=data)


def archives(where: Place) -> archive.Archives:
    """Return the archives of designs that a deployment keeps."""
    stored = Stored(where)
    return archive.Archives(stored.get, stored.put)


def _store(where: Place) -> Any:
    return where.client("s3")


def _bucket(where: Place) -> str:
    found = where.settings().get("DESIGN_BUCKET", "")
    if not found:
        raise Failure(
            f"the deployment on {where.stage} has no place for designs: deploy this version first"
        )
    return found


def _failure(refusal: Refusal) -> Failure:
    return Failure(refusal.detail or refusal.code)
