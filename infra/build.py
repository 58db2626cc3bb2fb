"""Build the one artifact that every function runs from: `.build/<stage>/functions.zip`.

The same steps for AWS (python3.13 on arm64) and for this machine (the interpreter that runs this
module, since the emulator starts functions with its own): install the locked dependencies into a
folder, drop what functions never read, compile to bytecode, zip with fixed times and order. The
same sources always give the same bytes.

boto3 is shipped, cut down to the services we call (2 MB zipped instead of 17), rather than left to
the runtime: the functions then run the version of the lock file everywhere, and a dependency
missing from it is noticed here.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.design import faults
from infra.failures import Failure
from loyalty.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("functions", "loyalty", "passes", "templates")
ORIGINALS = "originals"  # of a design's pictures: photographs as they came from a camera
AWS_PYTHON = "3.13"  # keep with provider.runtime in serverless.yml
AWS_SERVICES = frozenset(
    {
        *("cloudwatch", "dynamodb", "pinpoint-sms-voice-v2", "s3", "ses", "sesv2", "sns", "sqs"),
        *("ssm", "sts"),
    }
)
NEVER_READ = (
    "*.pyi",
    "*.c",
    "*.h",
    "py.typed",
    "__pycache__",
    "tests",
    # what the installer writes down about this machine
    ".lock",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    "*.dist-info/uv_cache.json",
    # phone numbers are parsed and formatted, never located
    "phonenumbers/geodata",
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "boto3/examples",
)
DRAWING_NEVER_READ = ("zopfli*",)  # packing tightly is for shipped pictures, made beforehand
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Target:
    """What the artifact is for: a Python minor version on a platform (None: this machine)."""

    stage: str
    python: str
    platform: str | None

    @property
    def folder(self) -> Path:
        return ROOT / ".build" / self.stage


def target(stage: str) -> Target:
    if stage == "local":
        return Target("local", f"{sys.version_info.major}.{sys.version_info.minor}", None)
    return Target("default", AWS_PYTHON, "aarch64-manylinux_2_28")


def build(chosen: Target, say: Callable[[str], None] = print) -> Path:
    """Bring the artifact of `chosen` up to date and return its path.

    Raises
    ------
    Failure
        When a module is not Python, a design would be refused by a wallet, uv is missing or cannot
        install a dependency for the target, or the folder cannot be written.
    """
    try:
        return _build(chosen, say)
    except OSError as error:
        raise Failure(
            f"{error.filename or chosen.folder} cannot be used ({error.strerror}): change its "
            "owner or its mode, or make room; what lies in .build can be removed"
        ) from None


def _build(chosen: Target, say: Callable[[str], None]) -> Path:
    chosen.folder.mkdir(parents=True, exist_ok=True)
    artifact = chosen.folder / "functions.zip"
    stamp = chosen.folder / "functions.json"
    with locked(chosen.folder / "lock"):
        compiler = interpreter(chosen.python)
        dependencies = hashed(ROOT / "uv.lock", Path(__file__), text=f"{chosen} {compiler}")
        fingerprint = hashed(*source_files(), text=dependencies)
        if not (read_stamp(stamp) or "").startswith(fingerprint):
            # What is wrong here is said before anything is fetched.
            for path in source_files():
                check_syntax(path)
        drawing = _drawing_dependencies(chosen, compiler)
        fingerprint += read_stamp(chosen.folder / "drawing.json") or ""
        if artifact.exists() and read_stamp(stamp) == fingerprint:
            return artifact
        if wrong := faults():
            raise Failure(f"A design cannot be used: {' '.join(wrong)}")
        if compiler is None:
            say(
                f"No Python {chosen.python} here: the artifact ships without bytecode, "
                "so cold starts cost about 0.7 s more."
            )
        base = chosen.folder / "dependencies.zip"
        if not base.exists() or read_stamp(chosen.folder / "dependencies.json") != dependencies:
            install(chosen, compiler, base)
            write_stamp(chosen.folder / "dependencies.json", dependencies)
        pack_sources(chosen, compiler, base, artifact)
        pack_drawing(artifact, drawing, chosen.folder / "designs.zip")
        write_stamp(stamp, fingerprint)
    return artifact


def _drawing_dependencies(chosen: Target, compiler: str | None) -> Path:
    """Bring the archive of what draws up to date and return it.

    Only one function draws, and what draws is as large as half of all the others need.
    """
    requirements = ROOT / "infra" / "drawing.txt"
    archive, stamp = chosen.folder / "drawing.zip", chosen.folder / "drawing.json"
    fingerprint = hashed(requirements, Path(__file__), text=f"{chosen} {compiler}")
    if archive.exists() and read_stamp(stamp) == fingerprint:
        return archive
    folder = chosen.folder / "drawing"
    shutil.rmtree(folder, ignore_errors=True)
    install_into(folder, requirements, chosen)
    for pattern in (*NEVER_READ, *DRAWING_NEVER_READ):
        for path in list(folder.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    compile_folder(folder, compiler)
    with new_archive(archive) as output:
        add(output, folder, sorted(folder.rglob("*")))
    shutil.rmtree(folder)
    write_stamp(stamp, fingerprint)
    return archive


def pack_drawing(artifact: Path, drawing: Path, whole: Path) -> None:
    """Write the artifact of the function that draws: the others' one, and what draws."""
    fresh = whole.with_suffix(".new")
    shutil.copyfile(artifact, fresh)
    with zipfile.ZipFile(drawing) as more, zipfile.ZipFile(fresh, "a", zipfile.ZIP_DEFLATED) as out:
        for entry in more.infolist():
            out.writestr(entry, more.read(entry), zipfile.ZIP_DEFLATED)
    fresh.replace(whole)


def install(chosen: Target, compiler: str | None, archive: Path) -> None:
    """Install the locked dependencies for the target, prune, compile and zip them."""
    folder = chosen.folder / "dependencies"
    shutil.rmtree(folder, ignore_errors=True)
    requirements = chosen.folder / "requirements.txt"
    uv("export", "--frozen", "--no-dev", "--no-emit-project", "-q", "-o", str(requirements))
    install_into(folder, requirements, chosen)
    prune(folder)
    compile_folder(folder, compiler)
    with new_archive(archive) as output:
        add(output, folder, sorted(folder.rglob("*")))
    shutil.rmtree(folder)


def install_into(folder: Path, requirements: Path, chosen: Target) -> None:
    """Install what is required, hashes and all, as the target needs it."""
    platform_options = (
        ["--python-platform", chosen.platform, "--python-version", chosen.python]
        if chosen.platform
        else []
    )
    uv(
        *("pip", "install", "-q", "--python", sys.executable, "--target", str(folder)),
        *("--require-hashes", "--only-binary", ":all:", "-r", str(requirements)),
        *platform_options,
    )


def prune(folder: Path) -> None:
    for name in ("bin", "share"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for pattern in NEVER_READ:
        for path in list(folder.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in (folder / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in AWS_SERVICES:
            shutil.rmtree(path)
    # Number and date formats of the languages we speak.
    for path in (folder / "babel" / "locale-data").glob("*.dat"):
        if path.stem != "root" and path.stem.split("_")[0] not in LANGUAGES:
            path.unlink()


def pack_sources(chosen: Target, compiler: str | None, base: Path, artifact: Path) -> None:
    """Put our own folders into a copy of the dependencies' archive."""
    folder = chosen.folder / "sources"
    shutil.rmtree(folder, ignore_errors=True)
    for path in source_files():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    compile_folder(folder, compiler)
    fresh = artifact.with_suffix(".new")
    shutil.copyfile(base, fresh)
    with zipfile.ZipFile(fresh, "a", zipfile.ZIP_DEFLATED) as output:
        add(output, folder, sorted(folder.rglob("*")))
    fresh.replace(artifact)
    shutil.rmtree(folder)


def source_files() -> list[Path]:
    """Every file of our own that functions may need, in a fixed order."""
    found = [path for name in SOURCES for path in (ROOT / name).rglob("*") if path.is_file()]
    return sorted(path for path in found if not {"__pycache__", ORIGINALS} & set(path.parts))


def check_syntax(path: Path) -> None:
    """Make sure that a module is Python before it is shipped; raises Failure."""
    if path.suffix != ".py":
        return
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f"{path.relative_to(ROOT)}, line {error.lineno}"
        raise Failure(f"{where}: {error.msg}; mend it and try again") from None
    except ValueError as error:  # a null byte
        raise Failure(f"{path.relative_to(ROOT)}: {error}; mend it and try again") from None


def compile_folder(folder: Path, compiler: str | None) -> None:
    """Write bytecode that is never checked: /var/task is read-only and times mean nothing."""
    if compiler is None:
        return
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command = [compiler, "-m", "compileall", *options, "-s", str(folder), "-p", "/var/task"]
    answer = subprocess.run(
        [*command, str(folder)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        words = " ".join((answer.stdout + answer.stderr).split())
        raise Failure(f"bytecode could not be made with {compiler}: {words[-300:]}")


@contextmanager
def new_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    fresh = path.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as output:
        yield output
    fresh.replace(path)


def add(output: zipfile.ZipFile, folder: Path, paths: list[Path]) -> None:
    for path in paths:
        if path.is_dir():
            continue
        entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
        output.writestr(entry, path.read_bytes())


def interpreter(version: str) -> str | None:
    """Return a working interpreter of exactly this minor version, or None."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return sys.executable
    candidate = shutil.which(f"python{version}")
    if candidate is None:
        return None
    answer = subprocess.run([candidate, "-V"], capture_output=True, text=True, check=False)
    return candidate if answer.stdout.startswith(f"Python {version}.") else None


def uv(*arguments: str) -> None:
    own = ROOT / ".tools" / "uv" / "bin" / "uv"
    program = str(own) if own.exists() else shutil.which("uv")
    if program is None:
        raise Failure("uv is not installed: run `make setup` in the project's folder.")
    answer = subprocess.run(
        [program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        reason = (answer.stderr.strip() or "no reason given").splitlines()
        raise Failure(
            f"uv could not install the functions' dependencies: {' '.join(reason)[:500]}; check "
            "the network, the proxy, and SSL_CERT_FILE where TLS is inspected"
        )


def hashed(*files: Path, text: str = "") -> str:
    digest = hashlib.sha256(f"{text} {platform.machine()}".encode())
    for path in files:
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time build or deploy; end-to-end tests run beside `make run`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def read_stamp(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text())["fingerprint"])
    except (OSError, ValueError, KeyError):
        return None


def write_stamp(path: Path, fingerprint: str) -> None:
    path.write_text(json.dumps({"fingerprint": fingerprint}))
