"""Designs that move out and in: what owners have made, with the archives of their looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from loyalty.members.moving_out.records import built, plain
from loyalty.refusals import Refusal
from loyalty.store import designs
from loyalty.store.designs import DesignVersion, OwnDesign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from loyalty.store.tables import Tables


class Looks(Protocol):
    """Archives of designs, each in the form of a folder, by their references."""

    def get(self, look: str) -> bytes | None:
        """Return the archive of a reference; None where there is none."""
        ...

    def put(self, look: str, data: bytes) -> bool:
        """Keep an archive; False where the reference is of another one, which is not kept."""
        ...


def lines(tables: Tables, program: str) -> list[dict[str, Any]]:
    """Return a line for each design, with all versions that were published of it."""
    return [
        {
            **plain(one),
            "versions": [plain(version) for version in _versions(tables, one)],
        }
        for one in designs.read_designs(tables, program)
    ]


def named(found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of files of an export by the looks that its designs have ever had."""
    looks = {
        look
        for one in found
        for look in (one["draft"], *(version["look"] for version in one["versions"]))
    }
    looks -= {look for one in found for look in one.get("gone", ())} | {""}
    return {look: f"design-{look.rpartition('~')[2]}.zip" for look in sorted(looks)}


def without(found: Iterable[Mapping[str, Any]], gone: set[str]) -> list[dict[str, Any]]:
    """Return the lines, saying of each design which of its looks are kept no more."""
    return [
        {**one, "gone": sorted({one["draft"], *(v["look"] for v in one["versions"])} & gone)}
        for one in found
    ]


def put(
    tables: Tables,
    kept: Looks,
    found: Iterable[Mapping[str, Any]],
    read: Callable[[str], bytes | None],
) -> dict[str, str]:
    """Bring designs in; return the published look of each.

    Raises
    ------
    Refusal
        ``export_damaged``: an archive is not what its design names, or is missing.
    """
    found = list(found)
    for look, name in named(found).items():
        data = read(name)
        if data is None or not kept.put(look, data):
            detail = f"{name} of the export is missing, or is another than its design names."
            raise Refusal("invalid", "export_damaged", detail)
    published = {}
    for line in found:
        versions = [built(DesignVersion, one) for one in line["versions"]]
        own = {name: value for name, value in line.items() if name not in {"versions", "gone"}}
        design = built(OwnDesign, own)
        designs.bring(tables, design, versions)
        published[design.id] = design.published
    return published


def faults(
    tables: Tables,
    kept: Looks,
    found: Iterable[Mapping[str, Any]],
    read: Callable[[str], bytes | None],
) -> Iterator[str]:
    """Yield what of an export's designs is not here as it was carried out."""
    found = list(found)
    for look, name in named(found).items():
        if kept.get(look) != read(name):
            yield f"{name}: the design's pictures here are not those that were carried out"
    for line in found:
        here = designs.read_design(tables, line["program"], line["id"])
        if here is None or here.published != line["published"]:
            yield f"design {line['id']}: is not published here as it was"


def _versions(tables: Tables, design: OwnDesign) -> list[DesignVersion]:
    return designs.read_versions(
        tables, design.program, design.id, design.version + 1, design.version
    )
