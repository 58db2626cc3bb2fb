from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra import bootstrap, demo
from infra import run as infra_run
from infra.failures import Failure
from infra.local import deployment, phone, processes, shape
from infra.local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
READY = "print('ready', flush=True); import signal; signal.pause()"


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.run", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def is_one_sentence(text: str) -> bool:
    return text.startswith("Cannot ") and text.count("\n") == 1 and "Traceback" not in text


@pytest.fixture
def block() -> Iterator[int]:
    """The first of six ports in a row of which the third is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1] - 2


def test_a_busy_port_is_named_and_how_to_choose_others(tmp_path: Path, block: int) -> None:
    answer = run("--folder", str(tmp_path / "state"), "--port", str(block))
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)
    assert str(block + 2) in answer.stderr or "taken" in answer.stderr
    assert "PORT=" in answer.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("--folder", str(tmp_path / "file" / "state"))
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)
    assert "FOLDER=" in answer.stderr
    assert str(tmp_path / "file") in answer.stderr


def test_a_second_stack_in_one_folder_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        answer = run("--folder", str(tmp_path))
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)
    assert "4711" in answer.stderr


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    answer = run("--folder", str(tmp_path), "--port", "70000")
    assert answer.returncode == 1
    assert is_one_sentence(answer.stderr)


def test_free_ports_are_found_in_a_row() -> None:
    ports = shape.Ports.free()
    ports.check()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports.outbox))
        taken.listen()
        with pytest.raises(Failure, match=str(ports.outbox)):
            ports.check()


def test_the_first_words_come_before_slow_imports() -> None:
    code = "import sys, infra.run; print({'boto3', 'cryptography', 'pydantic'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert answer.stdout.strip() == b"set()"


def test_an_old_python_is_told_so_by_make() -> None:
    command = ["make", "-s", "setup", "PYTHON=false"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert answer.stderr.startswith("Cannot set up: Python 3.11 or newer is needed")


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.3", ""])
def test_an_old_node_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(bootstrap.Stop, match=r"Node 20\.19 or newer"):
        bootstrap.check_node()


def test_a_missing_node_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.main() == 1
    assert is_one_sentence(capsys.readouterr().err)
    with pytest.raises(Failure, match="make setup"):
        deployment.deploy(deployment.Cloud(1), tmp_path / "zip", {}, tmp_path / "log")


def test_a_python_without_ensurepip_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(bootstrap.Stop, match="python3-venv"):
        bootstrap.install_uv()


def test_nothing_is_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    lock, result, done = tmp_path / "lock", tmp_path / "result", []
    lock.write_text("one")

    def install() -> None:
        result.touch()
        done.append(lock.read_text())

    for text in ("one", "one", "two"):
        lock.write_text(text)
        bootstrap.step("thing", ["lock"], result, install)
    result.unlink()
    bootstrap.step("thing", ["lock"], result, install)
    assert done == ["one", "two", "two"]


def python(code: str, folder: Path, name: str = "thing") -> processes.Child:
    return processes.start(name, [sys.executable, "-c", code], {}, folder)


def test_a_process_that_dies_while_starting_tells_its_last_words(tmp_path: Path) -> None:
    child = python(
        "print('a first line', flush=True); raise SystemExit('the disk is full')", tmp_path
    )
    with pytest.raises(Failure, match="the disk is full"):
        processes.wait_until(child, said=True)


def test_processes_get_nothing_from_the_developers_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    child = python(f"import os; print(sorted(os.environ)); {READY}", tmp_path)
    processes.wait_until(child, said=True)
    processes.stop(child)
    assert "AWS_PROFILE" not in child.log.read_text()


def test_stopping_waits_until_the_process_has_put_its_things_away(tmp_path: Path) -> None:
    code = f"""
import pathlib, signal, sys, time
def put_away(*_):
    time.sleep(0.2)
    pathlib.Path({str(tmp_path / "kept")!r}).touch()
    sys.exit()
signal.signal(signal.SIGTERM, put_away)
{READY}"""
    child = python(code, tmp_path)
    processes.wait_until(child, said=True)
    assert processes.stop(child)
    assert (tmp_path / "kept").exists()


def test_leftovers_of_a_killed_run_are_ended_and_nobody_else(tmp_path: Path) -> None:
    left, other = python(READY, tmp_path, "left"), python(READY, tmp_path, "other")
    for child in (left, other):
        processes.wait_until(child, said=True)
    file = tmp_path / "processes.json"
    processes.remember([left, other], file)
    known = json.loads(file.read_text())
    known[1]["started"] = "1"  # the number now belongs to a process that started at another time
    file.write_text(json.dumps(known))
    processes.stop_leftovers(file)
    assert left.process.wait(10) == -signal.SIGTERM
    assert other.process.poll() is None
    assert not file.exists()
    processes.stop(other)


def test_a_process_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None, lambda _: None)
    service = shape.Service("thing", [sys.executable, "-c", READY], {})
    child = stack._launch(service)
    processes.wait_until(child, said=True)
    assert stack.dead() is None
    child.process.kill()
    child.process.wait()
    assert stack.dead() is child
    stack.stop()


def test_a_missing_openssl_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failure, match="OpenSSL is not installed"):
        phone._verify(b"", b"", tmp_path / "root.pem")


def test_what_nobody_has_foreseen_is_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Stack) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(Stack, "start", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert infra_run.main(["--folder", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert is_one_sentence(told)
    assert "a fault of ours (KeyError at tests/infra/test_run.py" in told


@pytest.mark.parametrize("content", ["", "[]", '{"scripts": {}}', "[" * 200_000, None])
def test_a_demo_without_a_stack_says_so(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "stack.json").write_text(content)
    assert demo.main(["--folder", str(tmp_path)]) == 1
    assert is_one_sentence(capsys.readouterr().err)


def test_checks_and_commits_look_past_a_running_system(tmp_path: Path) -> None:
    """``make run FOLDER=.second`` and ``make check`` beside it: ruff heeds these files, too."""
    stack = Stack(tmp_path / "second", None, lambda _: None)
    stack._claim_folder()
    stack.stop()
    assert (tmp_path / "second" / ".gitignore").read_text() == "*\n"
    (tmp_path / "second" / ".gitignore").write_text("own")
    stack._claim_folder()
    stack.stop()
    assert (tmp_path / "second" / ".gitignore").read_text() == "own"


def test_what_is_written_down_is_for_its_owner_only(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "state", None, lambda _: None)
    stack._claim_folder()
    stack._write({"owner_key": "secret"})
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "state" / "stack.json").stat().st_mode) == 0o600
    stack.stop()
