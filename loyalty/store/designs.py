"""Read and write designs that owners have made: the draft, what is published, every version.

What a design looks like lies in an archive outside of the tables, named by its content (its
**look**); here stands which of them is the draft, and which was published as which version. What a
program's cards wear stands on the program, so that nobody who draws a card reads anything here:
publishing writes it there in the same transaction, as a change of the program that all cards show.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.core.instants import instant, microseconds
from loyalty.refusals import Refusal
from loyalty.store import audit_log, keys, program_marks
from loyalty.store.audit_log import Changed
from loyalty.store.tables import Absent, AllOf, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.store.tables import Item, Tables, Write

MOST_DESIGNS = 50
"""Of a program: what one needs for every season and occasion."""


@dataclass(frozen=True, slots=True)
class OwnDesign:
    """A design that an owner has made.

    Attributes
    ----------
    name
        How the owner calls it.
    revision
        Rises with every change.
    recipe
        What the draft was drawn from, as JSON; empty for a folder that somebody has packed.
    draft
        The look of the draft: the reference of its archive.
    notes
        What had to be mended when the draft was drawn, a sentence each.
    published
        The look of what is published; empty where nothing is.
    version
        The number of what is published last; 0 where nothing is.
    at, by
        When it was changed last (aware UTC), and by whom.
    """

    program: str
    id: str
    name: str
    recipe: str
    draft: str
    notes: tuple[str, ...]
    at: datetime
    by: str
    published: str = ""
    version: int = 0
    revision: int = 1


@dataclass(frozen=True, slots=True)
class DesignVersion:
    """What was published of a design.

    ``back_to``: the earlier version that was published again; 0 for a draft.
    """

    number: int
    look: str
    recipe: str
    at: datetime
    by: str
    back_to: int = 0


def read_design(tables: Tables, program: str, design: str) -> OwnDesign | None:
    """Read a design."""
    item = tables.get(keys.design_key(program, design))
    return None if item is None else _to_design(program, item)


def read_designs(tables: Tables, program: str) -> list[OwnDesign]:
    """Read all designs of a program, by id."""
    first = keys.design_key(program, "")
    return [_to_design(program, item) for item in tables.query("state", first.pk, first.sk)]


def read_versions(
    tables: Tables, program: str, design: str, below: int, limit: int
) -> list[DesignVersion]:
    """Read published versions below that number, the newest first."""
    numbers = range(max(below - limit, 1), below)
    places = {keys.design_version_key(program, design, number): number for number in numbers}
    found = tables.get_many(places)
    versions = [_to_version(places[key], item) for key, item in found.items()]
    return sorted(versions, key=lambda one: -one.number)


def worn_by(tables: Tables, program: str, design: str) -> tuple[str, tuple[Write, ...]]:
    """Return the look of a design for who puts a program that names it, and a write of theirs.

    Nothing of both where the program has no such design: then it is a shipped one. The write fails
    where the design is published anew, or removed, at the same time.
    """
    found = read_design(tables, program, design)
    if found is None or not found.published:
        return "", ()
    key = keys.design_key(program, design)
    worn = Update(key, adds={"w": 1}, condition=Equals("p", found.published))
    return found.published, (worn,)


def bring(tables: Tables, design: OwnDesign, versions: Sequence[DesignVersion]) -> None:
    """Write a design of another deployment as it was; again is the same.

    One that lives here already stays as it is.
    """
    for one in versions:
        key = keys.design_version_key(design.program, design.id, one.number)
        tables.write(Put(key, _version_item(one)))
    key = keys.design_key(design.program, design.id)
    if tables.get(key) is None:
        tables.write(Put(key, {**_values(design), "w": 0}, Absent()))


class Designs:
    """Changes designs, one transaction each with its line of what was changed."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, program: str, design: str) -> OwnDesign:
        """Return a design; raises ``design_not_found``."""
        found = read_design(self._tables, program, design)
        if found is None:
            raise Refusal("not_found", "design_not_found")
        return found

    def keep(self, design: OwnDesign) -> OwnDesign:
        """Write a draft: a new design, or the next revision of one that was read.

        Raises
        ------
        Refusal
            ``precondition_failed``: somebody else has changed it, or has made one of that id;
            ``too_many_designs``.
        """
        new = design.revision == 1
        if new and len(read_designs(self._tables, design.program)) >= MOST_DESIGNS:
            detail = f"A program has {MOST_DESIGNS} designs at most: delete one first."
            raise Refusal("too_many", "too_many_designs", detail)
        self._write(
            _head(design),
            _line(design, "design.drawn", {}, {"look": design.draft}),
        )
        return design

    def publish(self, seen: OwnDesign, now: datetime, by: str) -> OwnDesign:
        """Publish the draft; a draft that is published already changes nothing.

        Where the program wears this design, all its cards are drawn anew, paced.

        Raises
        ------
        Refusal
            ``precondition_failed``.
        """
        if seen.draft == seen.published:
            return seen
        return self._publish(seen, seen.draft, seen.recipe, now, by)

    def roll_back(self, seen: OwnDesign, number: int, now: datetime, by: str) -> OwnDesign:
        """Publish an earlier version again, as a new version; it becomes the draft, too.

        Raises
        ------
        Refusal
            ``design_version_not_found``, ``precondition_failed``.
        """
        found = read_versions(self._tables, seen.program, seen.id, number + 1, 1)
        if not found or found[0].number != number:
            raise Refusal("not_found", "design_version_not_found")
        if found[0].look == seen.published and seen.draft == seen.published:
            return seen
        drafted = replace(seen, draft=found[0].look, recipe=found[0].recipe, notes=())
        return self._publish(drafted, found[0].look, found[0].recipe, now, by, number)

    def copy(self, design: OwnDesign, new: str, name: str, now: datetime, by: str) -> OwnDesign:
        """Make another design of a draft; nothing of it is published.

        Raises
        ------
        Refusal
            ``design_exists``, ``too_many_designs``.
        """
        if read_design(self._tables, design.program, new) is not None:
            raise _taken()
        made = replace(
            design, id=new, name=name, published="", version=0, revision=1, at=now, by=by
        )
        return self.keep(made)

    def remove(self, seen: OwnDesign, now: datetime, by: str) -> None:
        """Remove a design and its history. What it looked like stays for cards that still wear it.

        Raises
        ------
        Refusal
            ``design_in_use``: the program in force names it; ``precondition_failed``.
        """
        # Before the program: whoever puts one that names it now counts that here, and is noticed.
        head = self._tables.get(keys.design_key(seen.program, seen.id))
        if head is None or head["r"] != seen.revision:
            raise _changed()
        item = self._tables.get(keys.program_key(seen.program))
        if item is not None and item.get("look") and _names(item, seen.id):
            detail = "The program wears this design: put a program with another design first."
            raise Refusal("conflict", "design_in_use", detail)
        condition = AllOf((Equals("r", seen.revision), Equals("w", head["w"])))
        self._write(
            Delete(keys.design_key(seen.program, seen.id), condition),
            _line(replace(seen, at=now, by=by), "design.removed", {"look": seen.published}, {}),
        )
        for version in range(1, seen.version + 1):
            self._tables.write(Delete(keys.design_version_key(seen.program, seen.id, version)))

    def _publish(  # noqa: PLR0917
        self,
        seen: OwnDesign,
        look: str,
        recipe: str,
        now: datetime,
        by: str,
        back_to: int = 0,
    ) -> OwnDesign:
        number = seen.version + 1
        published = replace(
            seen,
            published=look,
            version=number,
            revision=seen.revision + 1,
            at=now,
            by=by,
        )
        version = DesignVersion(number, look, recipe, now, by, back_to)
        self._write(
            _head(published),
            # Whatever a design of that id that was removed has left there.
            Put(
                keys.design_version_key(seen.program, seen.id, number),
                _version_item(version),
            ),
            _line(published, "design.published", {"look": seen.published}, {"look": look}),
            *self._shown(published, now),
        )
        return published

    def _shown(self, published: OwnDesign, now: datetime) -> list[Write]:
        """Return the write by which the program's cards wear what is published, if they are to."""
        key = keys.program_key(published.program)
        item = self._tables.get(key)
        if item is None or not _names(item, published.id):
            return []
        marked = program_marks.changed_attributes(int(now.timestamp()))
        return [
            Update(
                key,
                {"look": published.published, **marked},
                remove=("lk",),
                adds={"card_version": 1},
                condition=Equals("version", item["version"]),
            )
        ]

    def _write(self, *writes: Write) -> None:
        try:
            self._tables.write(*writes)
        except Cancelled as cancelled:
            if all(one.kind in {"none", "throttled"} for one in cancelled.reasons):
                raise
            raise _changed() from None


def _names(program: Item, design: str) -> bool:
    """Tell whether a program's document names a design."""
    return bool(json.loads(program["document"])["design"] == design)


def _changed() -> Refusal:
    detail = "It was changed meanwhile: look at what is there now, and change that."
    return Refusal("conflict", "precondition_failed", detail)


def _taken() -> Refusal:
    detail = "There is a design of that id: choose another one."
    return Refusal("conflict", "design_exists", detail, pointer="/id")


def _line(design: OwnDesign, what: str, before: dict[str, str], after: dict[str, str]) -> Write:
    return audit_log.put(
        Changed(
            design.program,
            design.at,
            design.by or audit_log.COMMAND,
            what,
            design.id,
            before,
            after,
            design.revision,
        )
    )


def _head(design: OwnDesign) -> Write:
    """Return the write of a design in its revision; of the one before it nothing else is kept."""
    key, values = keys.design_key(design.program, design.id), _values(design)
    if design.revision == 1:
        return Put(key, {**values, "w": 0}, Absent())
    return Update(key, values, condition=Equals("r", design.revision - 1))


def _values(design: OwnDesign) -> Item:
    return {
        "n": design.name,
        "s": design.recipe,
        "d": design.draft,
        "no": list(design.notes),
        "p": design.published,
        "v": design.version,
        "at": microseconds(design.at),
        "by": design.by,
        "r": design.revision,
    }


def _to_design(program: str, item: Item) -> OwnDesign:
    return OwnDesign(
        program=program,
        id=keys.listed_name(item["sk"]),
        name=item["n"],
        recipe=item["s"],
        draft=item["d"],
        notes=tuple(item["no"]),
        at=instant(item["at"]),
        by=item["by"],
        published=item["p"],
        version=item["v"],
        revision=item["r"],
    )


def _version_item(version: DesignVersion) -> Item:
    return {
        "l": version.look,
        "s": version.recipe,
        "at": microseconds(version.at),
        "by": version.by,
        "b": version.back_to,
    }


def _to_version(number: int, item: Item) -> DesignVersion:
    return DesignVersion(number, item["l"], item["s"], instant(item["at"]), item["by"], item["b"])
