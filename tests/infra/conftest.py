"""The compiled templates of both stages, as osls makes them: no credentials, no network."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.build import locked
from tests.support.apple_certificates import authority
from tests.support.google_fixtures import account_file, google, start_google, world

__all__ = ["account_file", "authority", "google", "start_google", "world"]

ROOT = Path(__file__).resolve().parent.parent.parent


def compiled(folder: Path, stage: str) -> Path:
    artifact = folder / "functions.zip"
    with zipfile.ZipFile(artifact, "w") as archive:
        archive.writestr("functions/__init__.py", "")
    osls = ROOT / "node_modules" / ".bin" / "osls"
    command = [str(osls), "package", "--stage", stage, "--package", str(folder)]
    # osls keeps its state in one folder of the checkout: it takes turns with stacks that deploy.
    with locked(ROOT / ".build" / "deploy.lock"):
        answer = subprocess.run(
            # What is in an archive makes no difference to the template.
            [
                *command,
                *(f"--param={name}={artifact}" for name in ("artifact", "drawing-artifact")),
            ],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "AWS_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return folder / "cloudformation-template-update-stack.json"


@pytest.fixture(scope="session")
def production_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("production"), "production")


@pytest.fixture(scope="session")
def local_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("local"), "local")


@pytest.fixture(scope="session")
def production(production_file: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(production_file.read_text())
    return template


@pytest.fixture(scope="session")
def local(local_file: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(local_file.read_text())
    return template
