"""The layout of what a local folder keeps, stamped, so that old data is never misread.

Raise `LAYOUT` with every change of keys or attributes that old data cannot be read with (a test
compares what is stored with what was stored when it was last raised), and either add a migration
or leave it: then older folders are refused with a sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LAYOUT = 7
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


def readdress(folder: Path, before: int, now: int, many: int) -> None:
    """Let what the emulator has kept name this start's ports, where they are others.

    It keeps whole addresses: of queues, and of the functions' settings. Without this a queue that
    lies under its old address would be sent to under the new one, and nobody would hear of it.

    Parameters
    ----------
    before, now
        The first of the ports of the last start, and of this one; ``many`` are in a row.
    """
    if before == now:
        return
    ports = {f"127.0.0.1:{before + n}": f"127.0.0.1:{now + n}" for n in range(many)}
    named = re.compile("|".join(rf"{re.escape(old)}(?!\d)" for old in ports))
    for file in sorted((folder / "emulator").rglob("*.json")):
        text = file.read_text(encoding="utf-8")
        moved = named.sub(lambda found: ports[found[0]], text)
        if moved != text:
            draft = file.with_suffix(".moved")
            draft.write_text(moved, encoding="utf-8")
            draft.replace(file)


def _read(stamp: Path) -> int:
    try:
        return int(stamp.read_text())
    except (FileNotFoundError, ValueError):
        return 0  # from before there were stamps
