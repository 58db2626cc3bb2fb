"""Designs of a shop's own leave with everything else, and come back byte for byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.moving_out.exporting import Exports, Progress
from loyalty.members.moving_out.restoring import Restoring
from loyalty.store import designs
from loyalty.store.designs import Designs, OwnDesign
from passes.designs import archive
from passes.designs.archive import Archives
from tests.support.deployed import ROOT
from tests.support.moving import KeptFiles
from tests.support.refusals import refused
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = ROOT / "templates" / "designs" / "barber"


class Deployment:
    """A shop in memory with a place for designs."""

    def __init__(self) -> None:
        self.world = World()
        self.files = KeptFiles()
        self.archives = Archives(self.files.get, self.files.put)

    def publish(self, design: str, folder: Path, note: bytes) -> OwnDesign:
        """Publish a shipped folder with something of its own in it."""
        pictures = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
        pictures["design.toml"] += b"\n# " + note + b"\n"
        data = archive.packed(pictures)
        look = archive.reference("coffee", data)
        assert self.archives.put(look, data)
        kept, tables = Designs(self.world.tables), self.world.tables
        before = designs.read_design(tables, "coffee", design)
        drawn = OwnDesign(
            program="coffee",
            id=design,
            name=design.title(),
            recipe="",
            draft=look,
            notes=("mended",),
            at=self.world.now,
            by="key:owner",
            published=before.published if before else "",
            version=before.version if before else 0,
            revision=before.revision + 1 if before else 1,
        )
        return kept.publish(kept.keep(drawn), self.world.now, "key:owner")

    def published(self, design: str) -> str:
        found = designs.read_design(self.world.tables, "coffee", design)
        assert found is not None
        return found.published

    def export(self) -> KeptFiles:
        files, progress = KeptFiles(), Progress("coffee", "out")
        exports = Exports(self.world.books, files, self.archives, self.files)
        while not progress.ended:
            progress = exports.step(progress, self.world.now)
        return files

    def restoring(self, files: KeptFiles) -> Restoring:
        books = self.world.books

        def read(name: str) -> bytes | None:
            return files.get(f"out/{name}")

        return Restoring(books, Reconciliation(books), read, self.archives, self.files)

    def restore(self, files: KeptFiles) -> list[str]:
        restoring = self.restoring(files)
        restoring.begin()
        for number in range(1, restoring.summary()["pages"] + 1):
            restoring.page(number, self.world.now)
        return list(restoring.check(self.world.now))


@pytest.fixture
def shop() -> Deployment:
    """A shop that wears the second version of a design, and has another as a draft."""
    made = Deployment()
    made.publish("winter", SHIPPED, b"one")
    made.publish("winter", SHIPPED, b"two")
    made.world.put_program(design="winter")
    made.world.enrol()
    return made


def test_designs_come_back_byte_for_byte_published_and_worn(shop: Deployment) -> None:
    files = shop.export()
    there = Deployment()
    assert there.restore(files) == []
    assert there.files.kept == shop.files.kept
    assert designs.read_designs(there.world.tables, "coffee") == designs.read_designs(
        shop.world.tables, "coffee"
    )
    tables = shop.world.tables
    assert designs.read_versions(
        there.world.tables, "coffee", "winter", 9, 9
    ) == designs.read_versions(tables, "coffee", "winter", 9, 9)
    worn = there.world.programs.current("coffee")
    assert (worn.design, worn.look) == ("winter", shop.published("winter"))
    assert archive.opened(worn.look, there.archives.get(worn.look) or b"")
    # It goes on being the owner's: the next version is the third.
    assert there.publish("winter", SHIPPED, b"three").version == 3
    assert there.restore(files) == ["design winter: is not published here as it was"]


@pytest.mark.parametrize("how", ["missing", "changed"])
def test_pictures_that_are_not_what_their_design_names_are_refused(
    shop: Deployment, how: str
) -> None:
    files = shop.export()
    name = next(one for one in files.kept if one.endswith(".zip"))
    if how == "missing":
        del files.kept[name]
    else:
        files.kept[name] += b"x"
    there = Deployment()
    with refused("export_damaged"):
        there.restoring(files).begin()
    assert designs.read_designs(there.world.tables, "coffee") == []


def test_what_is_kept_no_more_is_said_and_the_rest_leaves(shop: Deployment) -> None:
    first = designs.read_versions(shop.world.tables, "coffee", "winter", 2, 1)[0].look
    del shop.files.kept[archive.place_of(first)]
    files = shop.export()
    (line,) = files.kept["out/designs-000000.jsonl"].splitlines()
    assert json.loads(line)["gone"] == [first]
    there = Deployment()
    assert there.restore(files) == []
    assert there.files.kept == shop.files.kept
