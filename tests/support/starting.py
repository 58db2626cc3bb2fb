"""How a deployed function starts: a fresh interpreter, what is shipped and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from infra import build
from tests.support.deployed import late_imports

if TYPE_CHECKING:
    from pathlib import Path

MEASURE = "import boto3", 'boto3.client("dynamodb", region_name="eu-central-1")'
"""What every start is compared with: importing boto3 and making one client."""

_PROGRAM = """
import sys, time
sys.path.insert(0, sys.argv[1])
begun = time.process_time()
for statement in sys.argv[2:]:
    exec(statement)
spent = time.process_time() - begun
import json
from pathlib import Path
files = {name: getattr(module, "__cached__", None) for name, module in sys.modules.items()}
shipped = {name: file for name, file in files.items() if file and file.startswith(sys.argv[1])}
loaded = sum(Path(file).stat().st_size for file in shipped.values())
print(json.dumps({"spent": spent, "loaded": loaded, "modules": sorted(sys.modules)}))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One start, and what was loaded at its end.

    Attributes
    ----------
    seconds
        Of the processor.
    loaded
        Bytes of shipped bytecode: the same in every run, which no time is.
    """

    seconds: float
    loaded: int
    modules: frozenset[str]

    def has(self, library: str) -> bool:
        """Tell whether a library, or anything below it, was loaded."""
        return any(name == library or name.startswith(f"{library}.") for name in self.modules)


def unpacked(folder: Path) -> Path:
    """Build the artifact of this machine, if it is not built yet, and unpack it."""
    artifact = build.build(build.target("local"), lambda _: None)
    with zipfile.ZipFile(artifact) as archive:
        archive.extractall(folder)
    return folder


def drawing(folder: Path) -> Path:
    """Unpack what the function that draws carries beside that; see `unpacked`."""
    build.build(build.target("local"), lambda _: None)
    with zipfile.ZipFile(build.target("local").folder / "drawing.zip") as archive:
        archive.extractall(folder)
    return folder


class Starts:
    """Starts functions from one unpacked artifact, and compares them with boto3's start.

    ``drawing``: what functions of these modules carry beside it.
    """

    def __init__(
        self,
        task: Path,
        rounds: int = 1,
        drawing: Path | None = None,
        draws: frozenset[str] = frozenset({"functions.designs"}),
    ) -> None:
        self._task = task
        self._drawing, self._draws = drawing, draws
        self._rounds = rounds

    @cached_property
    def measure(self) -> Start:
        """Importing boto3 and making one client."""
        return self.of(*MEASURE)

    def alone(self, module: str) -> Start:
        """Import a handler's module."""
        return self.of(f"import {module}")

    def whole(self, module: str) -> Start:
        """Import a handler's module and all that its calls import late."""
        beside = self._drawing if module in self._draws else None
        path = [f"import sys; sys.path.append({str(beside)!r})"] if beside else []
        return self.of(*path, f"import {module}", *late_imports(module))

    def of(self, *statements: str) -> Start:
        """Run statements in fresh interpreters; the fastest counts, what disturbs only adds."""
        starts = [self._once(statements) for _ in range(self._rounds)]
        return min(starts, key=lambda start: start.seconds)

    def _once(self, statements: tuple[str, ...]) -> Start:
        # -S: nothing of the environment that runs the tests can be found.
        command = [sys.executable, "-I", "-S", "-c", _PROGRAM, str(self._task), *statements]
        answer = subprocess.run(
            command,
            env={"PATH": os.environ["PATH"], "POWERTOOLS_METRICS_NAMESPACE": "loyalty"},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise AssertionError(f"{statements}: {answer.stderr}")
        told = json.loads(answer.stdout)
        return Start(told["spent"], told["loaded"], frozenset(told["modules"]))
