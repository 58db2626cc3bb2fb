"""Running osls, which makes a CloudFormation stack of serverless.yml."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from infra.build import ROOT, locked
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def run_osls(
    words: Sequence[str], parameters: Mapping[str, str], environment: Mapping[str, str], log: Path
) -> None:
    """Run osls, of which two may not package in one checkout at a time.

    Raises
    ------
    Failure
        It is not installed, or gives up; its whole output is in `log`.
    """
    osls = ROOT / "node_modules" / ".bin" / "osls"
    if shutil.which("node") is None or not osls.exists():
        raise Failure("osls is not installed: run `make setup` (it needs Node 20.19 or newer)")
    command = [str(osls), *words]
    for name, value in parameters.items():
        command += ["--param", f"{name}={value}"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with locked(ROOT / ".build" / "deploy.lock"), log.open("wb") as output:
        answer = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            start_new_session=True,
        )
    if answer.returncode:
        _, _, reason = log.read_text(errors="replace").rpartition("Error:")
        words_of_it = " ".join(reason.split())
        raise Failure(f"Deploying failed ({words_of_it[:300]}); the whole story is in {log}.")
