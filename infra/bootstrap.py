"""Install what the lock files say, and nothing when they have not changed.

Standard library only: it runs first. `.tools/uv` holds uv, `.venv` the project, `node_modules`
osls, `.tools/ministack` the emulator. The Makefile has already checked that this interpreter is
new enough.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = TOOLS / "uv" / "bin" / "uv"
NODE_AT_LEAST = (20, 19)


class Stop(Exception):  # noqa: N818 - one sentence for a person
    """Setting up cannot go on; the message says why and what to do."""


def main() -> int:
    try:
        check_node()
        TOOLS.mkdir(exist_ok=True)
        step("uv", ["infra/uv.txt"], TOOLS / "uv", install_uv)
        step("Python packages", ["uv.lock", "pyproject.toml"], ROOT / ".venv", install_project)
        step("osls", ["package-lock.json"], ROOT / "node_modules", install_node_packages)
        step("emulator", ["infra/local/ministack.txt"], TOOLS / "ministack", install_emulator)
    except Stop as stop:
        print(f"Cannot set up: {stop}", file=sys.stderr)
        return 1
    except PermissionError as refused:
        print(
            f"Cannot set up: {refused.filename} cannot be written; change its owner or its mode.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nSetting up was interrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


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


def step(name: str, sources: list[str], result: Path, install: object) -> None:
    """Run `install` unless `result` was made from the same sources by the same Python."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        digest.update((ROOT / source).read_bytes())
    stamps_file = TOOLS / "installed.json"
    stamps = json.loads(stamps_file.read_text()) if stamps_file.exists() else {}
    if stamps.get(name) == digest.hexdigest() and result.exists():
        return
    started = time.monotonic()
    print(f"  Installing {name} …", end=" ", flush=True)
    install()  # type: ignore[operator]
    print(f"{time.monotonic() - started:.0f} s", flush=True)
    stamps[name] = digest.hexdigest()
    stamps_file.write_text(json.dumps(stamps, indent=1))


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
    run(["npm", "ci", "--silent"])


def install_emulator() -> None:
    folder = str(TOOLS / "ministack")
    run([str(UV), "venv", "-q", "--clear", "--python", sys.executable, folder])
    requirements = str(ROOT / "infra" / "local" / "ministack.txt")
    run(
        [
            str(UV),
            "pip",
            "install",
            "-q",
            "--python",
            folder,
            "--require-hashes",
            "-r",
            requirements,
        ]
    )


def run(command: list[str]) -> None:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": ""}
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        print(flush=True)
        lines = [line for line in (answer.stderr or answer.stdout).splitlines() if line.strip()]
        reason = " ".join(lines[-3:])[:400] or "it gave no reason"
        raise Stop(f"`{Path(command[0]).name} {command[1]}` failed: {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
