"""Every command of the pages is understood as it is written, and runs where that is possible."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from infra.commands import answer
from infra.commands.__main__ import COMMANDS, MODULES
from tests.infra.commands.leaves import leaves
from tests.infra.commands.pages import PAGES, Block, block, blocks, commands
from tests.support.clone import ROOT, clone

if TYPE_CHECKING:
    from pathlib import Path

PATHS = {leaf.words for leaf in leaves()}
# What a reader fills in, or what stands in a sentence for any of its kind.
OPTIONAL = re.compile(r"\[.*\]|…|\.\.\.")


@pytest.mark.parametrize(
    ("page", "words"), commands(), ids=lambda one: " ".join(one) if isinstance(one, tuple) else one
)
def test_a_command_of_a_page_is_understood(page: str, words: tuple[str, ...]) -> None:
    if words[0].startswith("-") or words[-1] == "--help":
        return
    assert words[0] in COMMANDS, page
    if words in PATHS or any(OPTIONAL.match(word) for word in words):
        # Only its name is mentioned, or it is a pattern and no command.
        assert any(path == words[: len(path)] for path in PATHS), page
        return
    if any(path[: len(words)] == words for path in PATHS):  # `loyalty till`, as a whole
        return
    parser = argparse.ArgumentParser()
    import_module(f"infra.commands.{MODULES.get(words[0], words[0])}").configure(parser)
    answer.add_option(parser)
    try:
        parser.parse_args(words[1:])
    except SystemExit:
        pytest.fail(f"{page}: loyalty {' '.join(words)} is not understood")


def test_the_pages_have_commands() -> None:
    found = {words[:2] for _, words in commands()}
    assert {("program", "put"), ("till", "add"), ("key", "add"), ("secret", "master-key")} <= found
    assert len(commands()) > 30


@pytest.mark.parametrize("command", ["program chek x", "till add", "key make", "doctor now"])
def test_a_command_that_is_none_is_noticed(command: str) -> None:
    words = command.split()
    parser = argparse.ArgumentParser()
    import_module(f"infra.commands.{MODULES.get(words[0], words[0])}").configure(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(words[1:])


@pytest.mark.parametrize("one", [one for one in blocks() if one.language == "sh"], ids=str)
def test_a_block_is_a_shell_script(one: Block) -> None:
    answer = subprocess.run(
        ["bash", "-n"], input=one.text, capture_output=True, text=True, check=False
    )
    assert answer.stderr == ""


@pytest.mark.parametrize("one", [one for one in blocks() if one.language == "python"], ids=str)
def test_a_block_is_python(one: Block) -> None:
    compile(one.text, str(one), "exec")


def test_nothing_is_started_outside_of_the_environment() -> None:
    """`python -m …` finds our modules by luck only: in the right folder, with the right Python."""
    for page in PAGES:
        if page.parent.name == "decisions":  # They also tell how it was before.
            continue
        text = page.read_text(encoding="utf-8")
        bare = re.findall(r"(?<![\w/])python3? -m (?:infra|passes|benchmarks|tests)", text)
        assert bare == [], page


def test_uv_is_the_one_that_set_up_installs() -> None:
    """Nobody needs uv on the path: it lies in this folder."""
    for page in PAGES:
        bare = re.findall(r"(?<![\w/])uv (?:sync|lock|run|pip)\b", page.read_text(encoding="utf-8"))
        assert bare == [], page


def test_a_secret_from_a_console_is_named_wherever_it_is_replaced() -> None:
    """Without its file `till rotate` refuses what a vendor's console makes."""
    tills = [words for _, words in commands() if words[0] == "till" and len(words) > 2]
    given = {words[2] for words in tills if words[1] == "add" and "--secret-file" in words}
    rotated = [words for words in tills if words[1] == "rotate" and words[2] in given]
    assert {words[2] for words in rotated} == {"coffee-shopify", "coffee-square", "coffee-stripe"}
    assert [words for words in rotated if "--secret-file" not in words] == []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone(tmp_path_factory.mktemp("pages") / "a shop's folder")


def run(script: str, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_of_programs_runs(project: Path) -> None:
    shutil.copy(project / "templates" / "programs" / "cashback.toml", project / "program.toml")
    script = block("docs/program.md", "The program document").text
    lines = [line for line in script.splitlines() if "--stage" not in line]
    assert len(lines) == 6
    answer = run("\n".join(lines), project)
    assert (answer.returncode, answer.stderr) == (0, "")
    made = (project / "program.schema.json").read_text()
    assert made == (ROOT / "docs" / "program.schema.json").read_text()


def test_the_page_of_the_owners_command_runs(project: Path) -> None:
    answer = run(block("docs/operating.md", "The owner's command").text, project)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "make the address that a till reports to" in answer.stdout


def test_a_certificate_is_asked_for_as_the_page_says(project: Path) -> None:
    (words,) = {words for _, words in commands() if "--email" in words}
    line = " ".join(("bin/loyalty", *words))
    answer = run(line, project)
    assert answer.returncode == 0, answer.stderr
    assert (project / "keys" / "pass-request.pem").exists()
    again = run(line, project)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def test_designs_are_checked_as_the_page_says(project: Path) -> None:
    assert run("bin/loyalty design check", project).stdout.endswith("can be used.\n")
