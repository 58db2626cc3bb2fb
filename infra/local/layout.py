"""The layout of what a local folder keeps, stamped, so that old data is never misread.

Raise `LAYOUT` with every change of keys or attributes that old data cannot be read with (a test
compares what is stored with what was stored when it was last raised), and either add a migration
or leave it: then older folders are refused with a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LAYOUT = 6
STAMP = "layout"

# From each older layout to the next one; given the folder, before anything in it is started.
MIGRATIONS: Mapping[int, Callable[[Path], None]] = {}


def bring_up(
    folder: Path,
    layout: int = LAYOUT,
    migrations: Mapping[int, Callable[[Path], None]] = MIGRATIONS,
) -> None:
    """Migrate what lies in a folder to the present layout, and stamp it.

    Raises
    ------
    Failure
        It was made by a newer version, or by one too old to migrate.
    """
    stamp = folder / STAMP
    found = _read(stamp) if (folder / "emulator").exists() else layout
    while found < layout and found in migrations:
        migrations[found](folder)
        found += 1
        stamp.write_text(str(found))
    if found != layout:
        age = "a newer" if found > layout else "an older"
        raise Failure(
            f"The data in {folder} was kept by {age} version of this system (layout {found}, not "
            f"{layout}); go on with that version, choose another FOLDER=…, or begin anew: "
            f"rm -r {folder}"
        )
    stamp.write_text(str(layout))


def _read(stamp: Path) -> int:
    try:
        return int(stamp.read_text())
    except (FileNotFoundError, ValueError):
        return 0  # from before there were stamps
