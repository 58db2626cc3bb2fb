"""Child processes of the local shape: started, watched and ended by signal, never by name."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.build import ROOT
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

POLL = 0.02  # seconds between looks at a process that starts or ends
PATIENCE = 30.0  # seconds that a process may take to start, or to end before it is killed


@dataclass(frozen=True, slots=True)
class Child:
    """One running process and where its output goes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        """Return the last line it wrote, for a message to a person."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip()[:300] if lines else "it wrote nothing"


def start(name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Child:
    """Start a process in a session of its own, so that Ctrl-C reaches it only through us.

    It gets `environment` and of ours only PATH, HOME and LANG: what a developer's shell happens to
    hold must not decide how functions behave. Its output goes to ``logs/<name>.log``.
    """
    logs = folder / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    log = logs / f"{name.lower().replace(' ', '-')}.log"
    ours = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**ours, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def wait_until(
    child: Child, ready: Callable[[], bool] = lambda: True, *, said: bool = False
) -> None:
    """Wait until `ready()`, or with `said` until the process has printed its line ``ready …``.

    Raises
    ------
    Failure
        When the process ends first, or takes longer than half a minute.
    """
    deadline = time.monotonic() + PATIENCE
    while not (said_ready(child) if said else ready()):
        if child.process.poll() is not None:
            raise Failure(f"The {child.name} ended while starting: {child.last_words()}")
        if time.monotonic() > deadline:
            raise Failure(
                f"The {child.name} was not ready after {PATIENCE:.0f} s; its log is {child.log}."
            )
        time.sleep(POLL)


def said_ready(child: Child) -> bool:
    """Tell whether the process has printed its line ``ready …``."""
    text = child.log.read_text(errors="replace")
    return any(line.startswith("ready") for line in text.splitlines())


def stop(child: Child) -> bool:
    """End a process by signal and wait for it; False when it had to be killed."""
    if child.process.poll() is None:
        child.process.terminate()
    try:
        child.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
        return False
    return True


def remember(children: Sequence[Child], file: Path) -> None:
    """Write down who runs, for the next run in case this one is killed."""
    known = [
        {"name": child.name, "pid": child.process.pid, "started": started(child.process.pid)}
        for child in children
    ]
    file.write_text(json.dumps(known))


def stop_leftovers(file: Path) -> None:
    """End what an earlier run that was killed has left behind; nothing else ever."""
    try:
        known = json.loads(file.read_text())
    except (OSError, ValueError):
        return
    left = [entry for entry in known if is_alive(entry)]
    for entry in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(entry["pid"], signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while any(is_alive(entry) for entry in left):
        if time.monotonic() > deadline:
            names = ", ".join(f"{entry['name']} ({entry['pid']})" for entry in left)
            raise Failure(f"Processes of an earlier run do not end: {names}; end them by hand.")
        time.sleep(POLL)
    file.unlink()


def is_alive(entry: Mapping[str, object]) -> bool:
    """Tell whether a remembered process still runs; its number may belong to another by now."""
    pid = entry.get("pid")
    return isinstance(pid, int) and started(pid) is not None and started(pid) == entry["started"]


def started(pid: int) -> str | None:
    """Return when a process started, in the kernel's own count, or None when it does not run."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123 - not a file of ours
            fields = stat.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] == b"Z" else fields[19].decode()


def workers(emulator: int) -> dict[str, list[int]]:
    """Return the function processes of an emulator: function name, as deployed, to process ids."""
    found: dict[str, list[int]] = {}
    for pid in _children(emulator):
        line = _read(f"/proc/{pid}/cmdline")
        _, marker, rest = line.decode().partition("ministack-lambda-")
        if marker:
            found.setdefault(rest.split("/")[0].rpartition("-")[0], []).append(pid)
    return found


def _children(process: int) -> list[int]:
    """Return the children of a process, whichever of its threads started them."""
    tasks = os.listdir(f"/proc/{process}/task")  # noqa: PTH208 - not files of ours
    lists = [_read(f"/proc/{process}/task/{task}/children") for task in tasks]
    return [int(pid) for pids in lists for pid in pids.split()]


def _read(path: str) -> bytes:
    """Return what the kernel tells there; nothing when the process or thread is gone by now."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - not a file of ours
            return file.read()
    except OSError:
        return b""
