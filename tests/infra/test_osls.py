"""What `npx osls package` does before it packages: it builds, and refuses what cannot work."""

from __future__ import annotations

import os
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from infra.build import ROOT, locked
from tests.support.clone import clone

if TYPE_CHECKING:
    from pathlib import Path

BUILDER = """#!/bin/sh
echo "$@" >> built
mkdir -p .build/default
cp functions.zip .build/default/functions.zip
cp functions.zip .build/default/designs.zip
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which building is quick, and written down."""
    folder = clone(tmp_path_factory.mktemp("osls") / "a shop")
    (folder / "bin" / "loyalty").write_text(BUILDER)
    with zipfile.ZipFile(folder / "functions.zip", "w") as archive:
        archive.writestr("functions/__init__.py", "")
    return folder


def package(project: Path, *parameters: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "node_modules" / ".bin" / "osls"), "package", "--stage", "production"]
    for parameter in parameters:
        command += ["--param", parameter]
    with locked(ROOT / ".build" / "deploy.lock"):
        return subprocess.run(
            command,
            cwd=project,
            env={"PATH": os.environ["PATH"], "HOME": str(project), "AWS_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )


def test_the_artifact_is_built_first(project: Path) -> None:
    answer = package(project)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert (project / "built").read_text().splitlines() == ["build --stage production"]
    assert (project / ".serverless" / "cloudformation-template-update-stack.json").exists()


def test_who_names_an_artifact_has_made_it(project: Path) -> None:
    (project / "built").unlink(missing_ok=True)
    archive = project / "functions.zip"
    answer = package(project, f"artifact={archive}", f"drawing-artifact={archive}")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not (project / "built").exists()


def test_what_cannot_be_built_is_not_packaged(project: Path) -> None:
    builder = project / "bin" / "loyalty"
    builder.write_text("#!/bin/sh\necho 'loyalty build: join.py, line 7: no.' >&2; exit 1\n")
    answer = package(project)
    builder.write_text(BUILDER)
    assert answer.returncode != 0
    assert "loyalty build: join.py, line 7: no." in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    "given",
    [(), ("sender-address=cards@example.com",), ("sender-identity=example.com",)],
    ids=["neither", "no identity", "no address"],
)
def test_mail_without_a_sender_is_refused(project: Path, given: tuple[str, ...]) -> None:
    answer = package(project, "message-channel=ses", *given)
    assert answer.returncode != 0
    assert "sender-identity=" in answer.stdout + answer.stderr


def test_mail_with_a_sender_is_packaged(project: Path) -> None:
    sender = ("sender-address=cards@example.com", "sender-identity=example.com")
    answer = package(project, "message-channel=ses", *sender)
    assert answer.returncode == 0, answer.stdout + answer.stderr
