"""Setting up: causes are told, certificates passed on, nothing half-installed passes for whole."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent

NPM = """npm error code SELF_SIGNED_CERT_IN_CHAIN
npm error errno SELF_SIGNED_CERT_IN_CHAIN
npm error request to https://registry.example/osls failed, reason: self-signed certificate
npm error A complete log of this run can be found in: /home/me/.npm/_logs/x-debug-0.log
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setattr(bootstrap, "TOOLS", folder)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "lock").write_text("one")
    return folder


def installer(folder: Path, name: str, script: str) -> list[str]:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return [str(program), "ci"]


def test_the_cause_is_told_and_not_where_the_log_lies(tools: Path) -> None:
    command = installer(tools, "npm", f"cat >&2 <<'END'\n{NPM}END\nexit 1")
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.run(command)
    told = str(stop.value)
    assert "`npm ci` failed: npm error code SELF_SIGNED_CERT_IN_CHAIN" in told
    assert "debug-0.log" not in told
    assert "SSL_CERT_FILE=" in told


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        (
            "error: Failed to fetch\n  Caused by: invalid peer certificate: UnknownIssuer",
            "SSL_CERT",
        ),
        ("error sending request\n  Caused by: dns error: failed to lookup", "HTTPS_PROXY"),
        ("npm error code ENOTFOUND\nnpm error network request to https://x failed", "HTTPS_PROXY"),
        ("ERROR: Could not find a version\nERROR: No matching distribution found", "HTTPS_PROXY"),
        ("", "it gave no reason"),
    ],
)
def test_what_to_do_is_told_where_it_is_known(tools: Path, said: str, mend: str) -> None:
    (tools / "said").write_text(said)
    command = installer(tools, "uv", f"cat '{tools}/said'; exit 2")
    with pytest.raises(bootstrap.Stop, match=mend):
        bootstrap.run(command)


def test_npm_says_why_it_fails() -> None:
    """Silent it would not: its own words are what the sentence is made of."""
    source = (ROOT / "infra" / "bootstrap.py").read_text()
    assert "--silent" not in source
    assert "--loglevel=error" in source


def test_an_installer_that_is_gone_is_a_sentence(tools: Path) -> None:
    with pytest.raises(bootstrap.Stop, match="is missing"):
        bootstrap.run([str(tools / "nothing"), "ci"])


def test_a_failed_reinstall_is_tried_again(tools: Path, tmp_path: Path) -> None:
    """What was installed before is half gone then, and its stamp must be gone, too."""
    result, works = tmp_path / "result", [True]

    def install() -> None:
        if not works[0]:
            raise bootstrap.Stop("no network")
        result.touch()

    bootstrap.step("thing", ["lock"], result, install)
    (tmp_path / "lock").write_text("two")
    works[0] = False
    with pytest.raises(bootstrap.Stop):
        bootstrap.step("thing", ["lock"], result, install)
    # Back to the earlier lock file: its stamp would say that all is there.
    (tmp_path / "lock").write_text("one")
    with pytest.raises(bootstrap.Stop):
        bootstrap.step("thing", ["lock"], result, install)
    works[0] = True
    bootstrap.step("thing", ["lock"], result, install)
    assert list(bootstrap.read_stamps()) == ["thing"]


@pytest.mark.parametrize("stamps", ["", "[]", "{", "null", '{"thing": 3}'])
def test_damaged_stamps_mean_installing_anew(tools: Path, tmp_path: Path, stamps: str) -> None:
    (tools / "installed.json").write_text(stamps)
    done: list[int] = []
    bootstrap.step("thing", ["lock"], tmp_path, lambda: done.append(1))
    bootstrap.step("thing", ["lock"], tmp_path, lambda: done.append(2))
    assert done == [1]


def test_one_file_of_certificates_is_passed_to_every_installer(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "root.pem"
    bundle.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/of/its/own")
    for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "npm_config_cafile"):
        monkeypatch.delenv(name, raising=False)
    bootstrap.check_certificates()
    bootstrap.run(installer(tools, "npm", f"env > '{tmp_path}/told'"))
    lines = (tmp_path / "told").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line)
    assert told["PIP_CERT"] == told["npm_config_cafile"] == told["SSL_CERT_FILE"] == str(bundle)
    assert told["NODE_EXTRA_CA_CERTS"] == "/of/its/own"


def test_certificates_that_are_not_there_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/root.pem")
    assert bootstrap.main() == 1
    assert capsys.readouterr().err.startswith("Cannot set up: SSL_CERT_FILE names /nowhere")


def test_two_set_ups_take_turns(tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def second() -> None:
        with bootstrap.alone():
            order.append("second")

    with bootstrap.alone():
        other = threading.Thread(target=second)
        other.start()
        other.join(0.3)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]
    assert "Waiting for another set-up" in capsys.readouterr().out


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / ".tools").write_text(""),
        lambda folder: (folder / ".tools").mkdir() or (folder / ".tools" / "lock").mkdir(),
    ],
    ids=["a file in the way", "a folder in the way"],
)
def test_a_folder_that_cannot_be_used_is_a_sentence(
    tmp_path: Path,
    spoil: Callable[[Path], object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(tmp_path)
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    assert bootstrap.main() == 1
    told = capsys.readouterr().err
    assert told.startswith("Cannot set up: ")
    assert ".tools" in told
    assert told.count("\n") == 1


def test_a_python_that_went_away_is_installed_anew(tools: Path, tmp_path: Path) -> None:
    """The environment's interpreter is a link to what a system's upgrade may remove."""
    link, done = tmp_path / "python", []

    def install() -> None:
        link.unlink(missing_ok=True)
        link.symlink_to(sys.executable)
        done.append(1)

    bootstrap.step("thing", ["lock"], link, install)
    link.unlink()
    link.symlink_to(tmp_path / "gone")
    bootstrap.step("thing", ["lock"], link, install)
    assert done == [1, 1]
