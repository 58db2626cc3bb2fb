"""Install the peers that the benches compare with, from PyPI and npm, into ``.tools/peers``.

They belong to the bench and to nothing else: no module of the product imports them, and they have
interpreters and folders of their own. What cannot be installed is skipped, loudly.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".tools" / "peers"
UV = ROOT / ".tools" / "uv" / "bin" / "uv"

# Each in an environment of its own would be cleaner, and four times as slow to install; they agree.
PYTHON_PEERS = (
    "aioapns==4.0",
    "django-walletpass==5.0.1",
    "edutap.wallet_apple==1.0.0a5",
    "httpx[http2]==0.28.1",
    "py-pkpass==1.0.2",
)
NODE_PEERS = ("node@24", "@walletpass/pass-js@7", "passkit-generator@3.6.1")
# M2Crypto comes as source only: PyPI's swig, a compiler and OpenSSL's headers build it.
PASSBOOK = ("passbook==1.0.2", "M2Crypto==0.51.0")
_PASSBOOK_BUILDS_WITH = ("setuptools", "swig", "wheel")


class Missing(Exception):  # noqa: N818 - a peer is missing; nothing is broken
    """A peer cannot be installed here; the message says why."""


def python() -> Path:
    """Return the interpreter that has the Python peers, installing them when it is not there.

    Raises
    ------
    Missing
        They cannot be installed here.
    """
    interpreter = FOLDER / "python" / "bin" / "python"
    stamp = FOLDER / "python.json"
    if not _is_stamped(stamp, PYTHON_PEERS) or not interpreter.exists():
        uv = str(UV) if UV.exists() else shutil.which("uv")
        if uv is None:
            raise Missing("uv is not installed; `make setup` does that")
        FOLDER.mkdir(parents=True, exist_ok=True)
        _run(uv, "venv", "-q", "--clear", "--python", sys.executable, str(FOLDER / "python"))
        # py-pkpass names a build tool that nothing in it uses; django-walletpass an older aioapns.
        override = FOLDER / "override.txt"
        override.write_text("swig; sys_platform == 'never'\naioapns==4.0\n", encoding="utf-8")
        _run(
            *(uv, "pip", "install", "-q", "--python", str(interpreter), "--prerelease=allow"),
            *("--override", str(override), *PYTHON_PEERS),
        )
        stamp.write_text(json.dumps(PYTHON_PEERS), encoding="utf-8")
    return interpreter


def node() -> tuple[Path, Path]:
    """Return Node 24 and the folder with the npm peers, installing them when they are not there.

    Node 24 comes as an npm package: with an older Node npm silently installs pass-js 6.9.8, which
    signs in JavaScript and is forty times slower.

    Raises
    ------
    Missing
        They cannot be installed here.
    """
    folder = FOLDER / "node"
    stamp = FOLDER / "node.json"
    binary = folder / "node_modules" / "node" / "bin" / "node"
    if not _is_stamped(stamp, NODE_PEERS) or not binary.exists():
        if shutil.which("npm") is None:
            raise Missing("npm is not installed")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private":true,"type":"module"}', encoding="utf-8")
        _run("npm", "install", "--no-audit", "--no-fund", NODE_PEERS[0], cwd=folder)
        _run("npm", "install", "--no-audit", "--no-fund", *NODE_PEERS[1:], cwd=folder)
        stamp.write_text(json.dumps(NODE_PEERS), encoding="utf-8")
    return binary, folder


def passbook() -> Path:
    """Return an interpreter with `passbook`, the package that the customer named, from PyPI.

    It is of 2016 and for Python 2; the worker makes it run on Python 3, as its repository's last
    commits do.

    Raises
    ------
    Missing
        It needs a compiler and OpenSSL's headers.
    """
    folder = FOLDER / "passbook"
    interpreter = folder / "bin" / "python"
    stamp = FOLDER / "passbook.json"
    if not _is_stamped(stamp, PASSBOOK) or not interpreter.exists():
        uv = str(UV) if UV.exists() else shutil.which("uv")
        if uv is None:
            raise Missing("uv is not installed; `make setup` does that")
        FOLDER.mkdir(parents=True, exist_ok=True)
        _run(uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder))
        install = (uv, "pip", "install", "-q", "--python", str(interpreter))
        # Outside of the project, whose settings leave swig out of all that is installed here.
        _run(*install, *_PASSBOOK_BUILDS_WITH, cwd=Path(tempfile.gettempdir()))
        with_swig = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ.get('PATH', '')}"}
        _run(*install, "--no-build-isolation", "--no-deps", *PASSBOOK, environment=with_swig)
        stamp.write_text(json.dumps(PASSBOOK), encoding="utf-8")
    return interpreter


def _is_stamped(stamp: Path, wanted: tuple[str, ...]) -> bool:
    try:
        return tuple(json.loads(stamp.read_text(encoding="utf-8"))) == wanted
    except (OSError, ValueError):
        return False


def _run(
    *command: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> None:
    done = subprocess.run(  # noqa: S603 - fixed programs with fixed arguments
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise Missing(f"{command[0]} failed: {' / '.join(last)}")
