"""Every command on machines where something is broken: a sentence with the mend, no traceback."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions

from infra.commands import aws
from infra.commands.__main__ import COMMANDS, main
from infra.failures import Failure, sentence
from loyalty.refusals import Refusal
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.infra.commands.leaves import ARGUMENTS, FILE, FOLDER, Leaf, leaves
from tests.support import clone as clones
from tests.support.extent import paired
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COFFEE = TEMPLATES / "programs" / "coffee.toml"
LEAVES = [one for one in leaves() if one.words != ("build",)]
ABOUT_A_PLACE = [one for one in LEAVES if one.places]
# The linters have findings to tell, and tests of their own.
LINTERS = [one for one in LEAVES if one.words[0] == "lint"]
TAKING_A_FILE = [one for one in LEAVES if one.takes(FILE) and one not in LINTERS]
TAKING_A_FOLDER = [one for one in LEAVES if one.takes(FOLDER)]


def spelled(one: Leaf | str) -> str:
    return one if isinstance(one, str) else " ".join(one.words)


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without AWS: no region, no credentials, nobody to ask for some."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)


class Told:
    """What a command said, and that it was fit for a person."""

    def __init__(self, leaf: Leaf, code: int, err: str, out: str) -> None:
        self.code, self.err, self.out = code, err, out
        assert "Traceback" not in err + out
        assert "a fault of ours" not in err, err
        if code == 1 and err:
            assert err.startswith(f"loyalty {leaf.words[0]}: "), err
            assert err.endswith(".\n"), err
            # A sentence; only the faults of a document are a list.
            assert err.count("\n") == 1 or "cannot be used:" in err, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[[Leaf, list[str]], Told]:
    def told(leaf: Leaf, line: list[str]) -> Told:
        capsys.readouterr()
        try:
            code = main(line)
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Told(leaf, code, captured.err, captured.out)

    return told


def good_file(leaf: Leaf, folder: Path) -> str:
    """Return a file that the command can use, as far as that is possible without the place."""
    if leaf.words[0] == "program":
        return str(COFFEE)
    file = folder / "secret.txt"
    file.write_text("whsec_c2VjcmV0cyBvZiB0ZXN0cyBhcmUgbG9uZyBlbm91Z2g=\n")
    return str(file)


def test_every_command_is_walked() -> None:
    assert {one.words for one in leaves()} == set(ARGUMENTS)
    assert {words[0] for words in ARGUMENTS} == set(COMMANDS)


REGION = {"AWS_DEFAULT_REGION": "eu-central-1"}
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
NOBODY_THERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
BROKEN = {
    "no region": (KEYS, "--region"),
    "no credentials": (REGION, "aws configure"),
    "no network": ({**REGION, **KEYS, **NOBODY_THERE}, "check the network"),
    "no proxy": ({**REGION, **KEYS, "HTTPS_PROXY": "http://127.0.0.1:1"}, "HTTPS_PROXY"),
    "no such profile": ({**REGION, "AWS_PROFILE": "nobody"}, "AWS_PROFILE"),
    "no region of that name": ({"AWS_DEFAULT_REGION": "eu central", **KEYS}, "eu-central-1"),
    "half a key": ({**REGION, "AWS_ACCESS_KEY_ID": "a"}, "aws configure"),
    "damaged configuration": ({**REGION, **KEYS, "AWS_CONFIG_FILE": "damaged"}, "mend it"),
}


@pytest.mark.parametrize(("leaf", "broken"), paired(ABOUT_A_PLACE, list(BROKEN), 3), ids=spelled)
def test_the_way_to_aws_is_broken(
    leaf: Leaf,
    broken: str,
    run: Callable[[Leaf, list[str]], Told],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "damaged").write_text("[profile\nx")
    variables, mend = BROKEN[broken]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    told = run(leaf, leaf.line(FILE=good_file(leaf, tmp_path), FOLDER=str(tmp_path / "keys")))
    assert told.code == 1
    if leaf.words not in {("google", "check"), ("google", "store")}:  # the file is looked at first
        assert mend in told.err, told.err


STACKS = {
    "none": None,
    "empty": "",
    "foreign": '{"scripts": {"test": "jest"}}',
    "a list": "[]",
    "deep": "[" * 200_000,
    "of a stack that was stopped": (
        '{"aws": {"access_key_id": "a", "secret_access_key": "b", "region": "eu-central-1", '
        '"endpoint_url": "http://127.0.0.1:1"}}'
    ),
    "with another kind of thing": '{"aws": [], "google": 3}',
}


@pytest.mark.parametrize(("leaf", "stack"), paired(ABOUT_A_PLACE, list(STACKS), 3), ids=spelled)
def test_no_local_stack_runs(
    leaf: Leaf, stack: str, run: Callable[[Leaf, list[str]], Told], tmp_path: Path
) -> None:
    folder = tmp_path / "stack"
    content = STACKS[stack]
    if content is not None:
        folder.mkdir()
        (folder / "stack.json").write_text(content)
    file = good_file(leaf, tmp_path)
    told = run(leaf, [*leaf.line(FILE=file, FOLDER=str(folder)), "--folder", str(folder)])
    assert told.code == 1
    if leaf.words != ("google", "store"):
        assert "make run" in told.err


@pytest.mark.parametrize("leaf", ABOUT_A_PLACE, ids=spelled)
def test_a_stage_that_is_none(
    leaf: Leaf, run: Callable[[Leaf, list[str]], Told], tmp_path: Path
) -> None:
    line = leaf.line(FILE=good_file(leaf, tmp_path), FOLDER=str(tmp_path))
    assert run(leaf, [*line, "--stage", "Prod/uction"]).code == 1
    told = run(leaf, [*line, "--stage", "test", "--folder", str(tmp_path)])
    assert told.code == 1


FILES: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "not UTF-8": "Кофе".encode("cp1251"),
    "deep JSON": b"[" * 200_000,
    "deep JSON objects": b'{"a":' * 200_000,
    "deep TOML": b"a = " + b"[" * 200_000,
    "a list": b"[]",
    "foreign": b"<!doctype html><title>404</title>\n",
    "a certificate that is none": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "huge": b" " * 6_000_000,
    "null bytes": b"schema = 1\0",
    "with a mark before it": b"\xef\xbb\xbfschema =",
}


@pytest.mark.parametrize("ending", [".toml", ".json"])
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("leaf", TAKING_A_FILE, ids=spelled)
def test_a_file_is_not_what_it_should_be(
    leaf: Leaf, kind: str, ending: str, run: Callable[[Leaf, list[str]], Told], tmp_path: Path
) -> None:
    file = tmp_path / f"file{ending}"
    content = FILES[kind]
    if content is not None:
        file.write_bytes(content)
    told = run(leaf, leaf.line(FILE=str(file), FOLDER=str(tmp_path)))
    assert told.code == 1
    assert told.out == ""


@pytest.mark.parametrize("ending", [".pkpass", ".json"])
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("leaf", LINTERS, ids=spelled)
def test_a_linter_is_given_anything(
    leaf: Leaf, kind: str, ending: str, run: Callable[[Leaf, list[str]], Told], tmp_path: Path
) -> None:
    file = tmp_path / f"file{ending}"
    content = FILES[kind]
    if content is not None:
        file.write_bytes(content)
    told = run(leaf, leaf.line(FILE=str(file)))
    assert told.code in {1, 2}
    assert told.out + told.err


@pytest.mark.parametrize("place", ["/", "/proc/self/mem", "/dev/full/x"])
@pytest.mark.parametrize("leaf", TAKING_A_FILE, ids=spelled)
def test_a_file_cannot_be_read(
    leaf: Leaf, place: str, run: Callable[[Leaf, list[str]], Told], tmp_path: Path
) -> None:
    told = run(leaf, leaf.line(FILE=place, FOLDER=str(tmp_path)))
    assert told.code == 1
    if not leaf.takes(FOLDER):
        assert place in told.err


@pytest.mark.parametrize("leaf", TAKING_A_FOLDER, ids=spelled)
def test_a_folder_cannot_be_used(
    leaf: Leaf, run: Callable[[Leaf, list[str]], Told], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/self/keys")):
        told = run(leaf, leaf.line(FILE=str(COFFEE), FOLDER=str(folder)))
        assert told.code == 1


@pytest.fixture
def plain_user() -> Iterator[None]:
    """Be nobody in particular, whoever runs the tests."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@pytest.mark.parametrize("leaf", TAKING_A_FILE, ids=spelled)
def test_a_file_of_somebody_else(
    leaf: Leaf, run: Callable[[Leaf, list[str]], Told], tmp_path: Path, plain_user: None
) -> None:
    file = tmp_path / "file.json"
    with contextlib.suppress(PermissionError):  # then the folder is somebody else's, too
        file.touch(mode=0)
    told = run(leaf, leaf.line(FILE=str(file), FOLDER=str(tmp_path)))
    assert told.code == 1
    if not leaf.takes(FOLDER):
        assert "Permission denied" in told.err


@pytest.mark.parametrize("leaf", LEAVES, ids=spelled)
def test_a_command_that_is_not_understood(
    leaf: Leaf, run: Callable[[Leaf, list[str]], Told]
) -> None:
    told = run(leaf, [*leaf.line(), "--nonsense"])
    assert told.code == 2
    assert run(leaf, [*leaf.words, "--help"]).code == 0


def test_words_that_are_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in COMMANDS)
    assert main(["progam", "check"]) == 2
    assert "did you mean 'program'" in capsys.readouterr().err
    assert main(["xyz"]) == 2
    assert f"there are {', '.join(COMMANDS)}" in capsys.readouterr().err


def test_a_program_may_begin_with_a_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "coffee.toml"
    file.write_bytes(b"\xef\xbb\xbf" + COFFEE.read_bytes())
    assert main(["program", "check", str(file)]) == 0
    assert capsys.readouterr().out.endswith("can be used.\n")


CODES = [
    *("AccessDeniedException", "ExpiredTokenException", "UnrecognizedClientException"),
    *("InvalidSignatureException", "ThrottlingException", "ResourceNotFoundException", "Odd"),
]


@pytest.mark.parametrize("code", CODES)
def test_what_aws_refuses_is_told(code: str) -> None:
    answer: Any = {"Error": {"Code": code, "Message": "words\nof AWS"}}
    told = aws.sentence(exceptions.ClientError(answer, "GetItem"))
    assert told.endswith(".")
    assert "\n" not in told
    assert len(told) > 40


def test_a_certificate_that_is_not_trusted_is_told() -> None:
    told = sentence(exceptions.SSLError(endpoint_url="https://x", error=OSError("self-signed")))
    assert "AWS_CA_BUNDLE" in told


def test_even_a_fault_of_ours_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> int:
        raise KeyError("surprise")

    from infra.commands.__main__ import told  # noqa: PLC0415

    assert told("doctor", fail) == 1
    line = capsys.readouterr().err
    assert "a fault of ours (KeyError at tests/infra/commands/" in line
    assert "LOYALTY_TRACEBACK=1" in line


def test_what_the_store_answers_is_a_sentence() -> None:
    assert "somebody else" in sentence(Cancelled(()))
    assert "try again" in sentence(OutcomeUnknown())
    assert sentence(Refusal("not_found", "unknown_program", "It is not there")) == (
        "It is not there."
    )


def test_a_failure_is_a_sentence() -> None:
    assert Failure("it is so").sentence == "it is so."
    assert sentence(Failure("it is so.")) == "it is so."
    assert "/x" in sentence(FileNotFoundError(2, "No such file or directory", "/x"))


# The command itself, as it is started from a shell.


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return clones.clone(tmp_path / "a shop's folder")


def shell(command: list[str], **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=settings.pop("cwd", None),
        env={"PATH": "/usr/bin:/bin", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_started_from_anywhere(clone: Path, tmp_path: Path) -> None:
    command = clone / "bin" / "loyalty"
    assert stat.S_IMODE(command.stat().st_mode) & 0o111
    traps = tmp_path / "traps"
    traps.mkdir()
    for name in ("json", "argparse", "infra", "loyalty", "google"):
        (traps / f"{name}.py").write_text("raise SystemExit('trapped')")
    (tmp_path / "link").symlink_to(command)
    (tmp_path / "relative").symlink_to(Path("a shop's folder") / "bin" / "loyalty")
    file = str(clone / "templates" / "programs" / "coffee.toml")
    (tmp_path / "folder").symlink_to(clone / "bin")
    ways = ("link", "relative", "folder/loyalty")
    for start in (command, *(tmp_path / way for way in ways)):
        told = shell(
            [str(start), "program", "check", file],
            cwd=str(traps),
            PYTHONPATH=str(traps),
            PYTHONHOME="/nowhere",
        )
        assert (told.returncode, told.stderr) == (0, ""), told
        assert told.stdout.endswith("can be used.\n")


def test_before_set_up_it_says_what_to_do(clone: Path) -> None:
    (clone / ".venv").unlink()
    told = shell([str(clone / "bin" / "loyalty"), "doctor"])
    assert told.returncode == 1
    assert "make setup" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_syntax_error_in_a_function_is_named_with_its_line(clone: Path) -> None:
    with (clone / "functions" / "join.py").open("a") as module:
        module.write("\ndef broken(:\n")
    lines = len((clone / "functions" / "join.py").read_text().splitlines())
    told = shell([str(clone / "bin" / "loyalty"), "build", "--stage", "local"])
    assert told.returncode == 1
    assert told.stderr.startswith(f"loyalty build: functions/join.py, line {lines}: ")
    assert told.stderr.count("\n") == 1


def test_a_folder_to_build_in_that_cannot_be_written(clone: Path) -> None:
    (clone / ".build").write_text("")
    told = shell([str(clone / "bin" / "loyalty"), "build", "--stage", "local"])
    assert told.returncode == 1
    assert ".build" in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stderr.count("\n") == 1


def test_who_has_read_enough_is_no_fault(clone: Path) -> None:
    command = f"'{clone}'/bin/loyalty program schema | head -1".replace("shop's", "shop'\\''s")
    told = shell(["sh", "-c", command])
    assert told.stdout == "{\n"
    assert told.stderr == ""


def test_a_terminal_without_cyrillic_gets_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(screen, encoding="ascii"))
    assert main(["program", "describe", str(COFFEE), "--language", "ru"]) == 0
    assert b"100 ??????" in screen.getvalue()
