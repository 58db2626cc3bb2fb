"""Pictures that news shows, out and in: a line for each, and its file beside the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.members.moving_out.differences import differences
from loyalty.members.moving_out.records import built, plain
from loyalty.refusals import Refusal
from loyalty.store import news_pictures
from loyalty.store.news_pictures import NewsPicture, file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.members.moving_out.differences import Lines
    from loyalty.sheets.kept_files import Files
    from loyalty.store.tables import Tables


def carried(tables: Tables, kept: Files, program: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield pictures with their files, one after the other; one whose file is gone is left out."""
    for one in news_pictures.read_all(tables, program):
        data = kept.get(file_of(program, one.id))
        if data is not None:
            yield plain(one), data


def name_of(line: dict[str, Any]) -> str:
    """Return what the file of a picture is called in an export."""
    return f"picture-{line['id']}.jpg"


def put(
    tables: Tables, kept: Files, program: str, found: Lines, read: Callable[[str], bytes | None]
) -> None:
    """Bring pictures in.

    Raises
    ------
    Refusal
        ``export_damaged``: a file is missing, or is another one.
    """
    for line in found:
        one, data = built(NewsPicture, line), read(name_of(line))
        if data is None or news_pictures.name_of(data) != one.id:
            detail = f"{name_of(line)} of the export is missing, or is another picture."
            raise Refusal("invalid", "export_damaged", detail)
        kept.put(file_of(program, one.id), data)
        news_pictures.put(tables, program, one)


def faults(tables: Tables, kept: Files, program: str, found: Lines) -> Iterator[str]:
    """Yield what of an export's pictures is not here as it was carried out."""
    here = [plain(one) for one in news_pictures.read_all(tables, program)]
    yield from differences("pictures", found, here)
    for line in found:
        data = kept.get(file_of(program, line["id"]))
        if data is None or news_pictures.name_of(data) != line["id"]:
            yield f"pictures: the file of {line['id']} is not here as it was carried out"
