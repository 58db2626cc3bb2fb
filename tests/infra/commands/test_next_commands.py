"""A command that names the next one names it for the same deployment."""

from __future__ import annotations

import ast
from argparse import ArgumentParser
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.commands import place
from infra.commands.__main__ import main
from tests.support.memory import MemoryTables

COMMANDS = Path(place.__file__).parent


def test_the_options_that_named_a_deployment_name_it_again() -> None:
    parser = ArgumentParser()
    place.add_options(parser)
    for typed, behind in (
        ([], ""),
        (["--stage", "test"], " --stage test"),
        (["--stage", "test", "--region", "eu-west-1"], " --stage test --region eu-west-1"),
        (["--folder", "/tmp/my stack"], " --folder '/tmp/my stack'"),
    ):
        named = place.options(parser.parse_args(typed))
        assert named == behind
        where = place.Place("test", boto3.session.Session(), {}, Path(), named)
        assert where.command("doctor") == f"`loyalty doctor{behind}`"


def test_a_sentence_about_a_stage_keeps_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr(place.Place, "tables", lambda _: MemoryTables())
    with mock_aws():
        assert main(["till", "rotate", "bar", "--stage", "test"]) == 1
    said = capsys.readouterr().err
    assert "`loyalty till add bar --program PROGRAM --stage test`" in said


@pytest.mark.parametrize("file", sorted(COMMANDS.glob("*.py")), ids=lambda file: file.stem)
def test_no_command_about_a_deployment_names_another_by_hand(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if "add_options" not in {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }:
        return
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    documented = [ast.get_docstring(tree, clean=False)]
    by_hand = [text for text in texts if "`loyalty " in text and text not in documented]
    assert not by_hand, "Place.command keeps the stage"
