"""A copy of the project as git has it, in a folder of its own, with what is installed beside it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = (".venv", ".tools", "node_modules")


def clone(folder: Path) -> Path:
    """Copy the working tree, as it would be committed, into `folder`, and return that."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if name in INSTALLED or not (ROOT / name).is_file():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for name in INSTALLED:
        (folder / name).symlink_to(ROOT / name)
    return folder
