from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import build
from infra.failures import Failure
from tests.support import starting

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def artifact() -> Path:
    return build.build(build.target("local"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return starting.unpacked(tmp_path_factory.mktemp("task"))


def test_every_function_runs_on_what_is_shipped_alone(unpacked: Path) -> None:
    modules = [f"functions.{path.stem}" for path in sorted((ROOT / "functions").glob("*.py"))]
    code = f"""
import sys
sys.path = [{str(unpacked)!r}] + [p for p in sys.path if "site-packages" not in p]
import importlib, os
for name in {modules!r}:
    importlib.import_module(name)
import boto3
assert boto3.__file__.startswith({str(unpacked)!r})
for service in {sorted(build.AWS_SERVICES)!r}:
    boto3.client(service, region_name="eu-central-1")
from babel.numbers import format_currency
print(format_currency(1234, "RUB", locale="ru"), format_currency(1234, "USD", locale="en"))
"""
    environment = {"PATH": os.environ["PATH"], "POWERTOOLS_METRICS_NAMESPACE": "test"}
    answer = subprocess.run(
        [sys.executable, "-I", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "₽" in answer.stdout


def test_bytecode_is_shipped_for_every_module(unpacked: Path) -> None:
    tag = sys.implementation.cache_tag
    sources = [path for path in unpacked.rglob("*.py") if "__pycache__" not in path.parts]
    missing = [
        path
        for path in sources
        if not (path.parent / f"__pycache__/{path.stem}.{tag}.pyc").exists()
    ]
    assert missing == []


def test_what_functions_never_read_is_left_out(unpacked: Path) -> None:
    services = {path.name for path in (unpacked / "botocore" / "data").iterdir() if path.is_dir()}
    assert services == build.AWS_SERVICES
    assert not list(unpacked.rglob("*.pyi"))
    assert not (unpacked / "phonenumbers" / "geodata").exists()
    assert not (unpacked / "infra").exists()
    assert not (unpacked / "tests").exists()


def test_nothing_of_this_machine_is_shipped(unpacked: Path) -> None:
    told = [
        path.relative_to(unpacked)
        for path in unpacked.rglob("*")
        if path.is_file() and str(ROOT).encode() in path.read_bytes()
    ]
    assert told == []


def test_a_design_that_a_wallet_would_refuse_is_not_built(
    artifact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = artifact.stat().st_mtime_ns
    monkeypatch.setattr(build, "read_stamp", lambda _path: None)
    monkeypatch.setattr(build, "faults", lambda: ["designs/coffee/design.toml: google: ..."])
    with pytest.raises(Failure, match="A design cannot be used: designs/coffee"):
        build.build(build.target("local"))
    assert artifact.stat().st_mtime_ns == before


def test_a_second_build_of_the_same_sources_does_nothing(artifact: Path) -> None:
    before = artifact.stat().st_mtime_ns
    assert build.build(build.target("local")) == artifact
    assert artifact.stat().st_mtime_ns == before


def test_the_same_files_make_the_same_archive(tmp_path: Path) -> None:
    archives = []
    for number, age in enumerate((1, 2_000_000_000)):
        folder = tmp_path / str(number)
        (folder / "package").mkdir(parents=True)
        for name in ("b.py", "a.so", "package/c.py"):
            (folder / name).write_text(name)
            os.utime(folder / name, (age, age))
        with build.new_archive(tmp_path / f"{number}.zip") as output:
            build.add(output, folder, sorted(folder.rglob("*")))
        archives.append((tmp_path / f"{number}.zip").read_bytes())
    assert archives[0] == archives[1]


def test_the_same_sources_make_the_same_artifact(artifact: Path, tmp_path: Path) -> None:
    chosen = build.target("local")
    made = []
    for name in ("one.zip", "two.zip"):
        build.pack_sources(
            chosen, sys.executable, chosen.folder / "dependencies.zip", tmp_path / name
        )
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_aws_gets_the_runtime_of_serverless_yml() -> None:
    runtime = f"runtime: python{build.target('production').python}"
    assert runtime in (ROOT / "serverless.yml").read_text()
