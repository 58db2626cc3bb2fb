"""Install what the lock files say, and nothing when they have not changed.

Standard library only: it runs first. `.tools/uv` holds uv, `.venv` the project, `node_modules`
osls, `.tools/ministack` the emulator, `.tools/drawing` what makes pictures of designs. The Makefile
has already checked that this interpreter is new enough.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = TOOLS / "uv" / "bin" / "uv"
NODE_AT_LEAST = (20, 19)
# Who inspects TLS names its root once, in SSL_CERT_FILE; each installer has its own word for that.
CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile")
_UNTRUSTED = re.compile(r"certificate|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|SSL", re.IGNORECASE)
_UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|dns error|name resolution|tcp connect|"
    r"connection refused|timed out|No matching distribution",
    re.IGNORECASE,
)
# What installers say last and what tells nothing.
_EMPTY = re.compile(r"^(npm (error|ERR!))?\s*($|A complete log of this run|.*-debug-\d*\.log)")


class Stop(Exception):  # noqa: N818 - one sentence for a person
    """Setting up cannot go on; the message says why and what to do."""


def main() -> int:
    try:
        check_certificates()
        check_node()
        TOOLS.mkdir(exist_ok=True)
        with alone():
            ministack = TOOLS / "ministack" / "bin" / "python"
            step("uv", ["infra/uv.txt"], UV, install_uv)
            python = ROOT / ".venv" / "bin" / "python"
            step("Python packages", ["uv.lock", "pyproject.toml"], python, install_project)
            osls = ROOT / "node_modules" / ".bin" / "osls"
            step("osls", ["package-lock.json"], osls, install_node_packages)
            step("emulator", ["infra/local/ministack.txt"], ministack, install_emulator)
            drawing = TOOLS / "drawing" / "bin" / "python"
            step("drawing tools", ["infra/drawing.txt"], drawing, install_drawing_tools)
    except Stop as stop:
        print(f"Cannot set up: {stop}", file=sys.stderr)
        return 1
    except PermissionError as refused:
        print(
            f"Cannot set up: {refused.filename} cannot be written; change its owner or its mode.",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        print(
            f"Cannot set up: {error.filename or ROOT}: {error.strerror}; make room or remove what "
            "is in the way.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nSetting up was interrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time install into this folder; a second one waits for the first."""
    with (TOOLS / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  Waiting for another set-up of this folder …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_certificates() -> None:
    named = os.environ.get("SSL_CERT_FILE")
    if named and not Path(named).is_file():
        raise Stop(
            f"SSL_CERT_FILE names {named}, which is no file; name the root certificates in PEM, or "
            "unset it."
        )


def check_node() -> None:
    wanted = ".".join(map(str, NODE_AT_LEAST))
    advice = (
        f"Node {wanted} or newer is needed; install it from nodejs.org or your system's packages."
    )
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Stop(f"node and npm were not found. {advice}")
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    if found is None or (int(found[1]), int(found[2])) < NODE_AT_LEAST:
        raise Stop(f"node is version {answer.stdout.strip() or 'unknown'}. {advice}")


def step(name: str, sources: list[str], result: Path, install: Callable[[], None]) -> None:
    """Run `install` unless `result` was made from the same sources by the same Python."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        digest.update((ROOT / source).read_bytes())
    stamps = read_stamps()
    if stamps.get(name) == digest.hexdigest() and result.exists():
        return
    # What fails half-way must not pass for what was there before.
    if stamps.pop(name, None) is not None:
        write_stamps(stamps)
    started = time.monotonic()
    print(f"  Installing {name} …", end=" ", flush=True)
    install()
    print(f"{time.monotonic() - started:.0f} s", flush=True)
    write_stamps({**read_stamps(), name: digest.hexdigest()})


def read_stamps() -> dict[str, str]:
    try:
        found = json.loads((TOOLS / "installed.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_stamps(stamps: dict[str, str]) -> None:
    draft = TOOLS / "installed.json.new"
    draft.write_text(json.dumps(stamps, indent=1))
    draft.replace(TOOLS / "installed.json")


def install_uv() -> None:
    folder = TOOLS / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian leaves it out of python3 on purpose
        import venv  # noqa: F401, PLC0415
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Stop(
            "this Python cannot make virtual environments with pip; on Debian and Ubuntu install "
            f"the package python3-venv (or python{version}-venv)."
        ) from None
    run([sys.executable, "-m", "venv", str(folder)])
    pip = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
    ]
    run([*pip, "--require-hashes", "-r", str(ROOT / "infra" / "uv.txt")])


def install_project() -> None:
    run([str(UV), "sync", "-q", "--frozen", "--python", sys.executable])


def install_node_packages() -> None:
    run(["npm", "ci", "--loglevel=error", "--no-progress"])


def install_emulator() -> None:
    install_apart("ministack", "infra/local/ministack.txt")


def install_drawing_tools() -> None:
    install_apart("drawing", "infra/drawing.txt")


def install_apart(name: str, requirements: str) -> None:
    """Install into an environment of its own: it pins what the project does not."""
    folder = str(TOOLS / name)
    run([str(UV), "venv", "-q", "--clear", "--python", sys.executable, folder])
    install = [str(UV), "pip", "install", "-q", "--python", folder, "--require-hashes"]
    run([*install, "-r", str(ROOT / requirements)])


def run(command: list[str]) -> None:
    try:
        answer = subprocess.run(
            command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        print(flush=True)
        raise Stop(f"{command[0]} is missing; remove {TOOLS} and try again.") from None
    if answer.returncode:
        print(flush=True)
        said = answer.stderr if answer.stderr.strip() else answer.stdout
        raise Stop(f"`{Path(command[0]).name} {command[1]}` failed: {reason(said)}")


def environment() -> dict[str, str]:
    """Return what installers are started with."""
    found = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": ""}
    if bundle := found.get("SSL_CERT_FILE"):
        for name in CERTIFICATES:
            found.setdefault(name, bundle)
    return found


def reason(said: str) -> str:
    """Return why an installer failed, in its own words, and what to do where that is known."""
    lines = [line.strip() for line in said.splitlines() if not _EMPTY.match(line.strip())]
    # Causes stand first, advice and the place of the log after them.
    words = " ".join(lines[:4])[:400] or "it gave no reason"
    if _UNTRUSTED.search(said):
        return (
            f"{words} … Where TLS is inspected, name a file with that root certificate: "
            "SSL_CERT_FILE=/path/to/root.pem make setup"
        )
    if _UNREACHABLE.search(said):
        return f"{words} … Check the network, and the proxy in HTTPS_PROXY."
    return words


if __name__ == "__main__":
    raise SystemExit(main())
