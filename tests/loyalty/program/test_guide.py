"""The owner's guide: every example in it is a program that can be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loyalty.program import rules as program
from loyalty.program.describe import describe
from loyalty.program.document import json_schema, read_toml
from loyalty.refusals import Refusal

GUIDE = Path(__file__).parents[3] / "docs" / "program.md"
HEAD, *EXAMPLES = re.findall(
    r"^```toml\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def whole(example: str) -> str:
    """Return a document: keys of the top level have to stand before the tables of the head."""
    keys, table, rest = example.partition("\n[")
    top, consent, more = HEAD.partition("[consent]")
    return f"{top}{keys}{consent}{more}{table}{rest}" if _is_top(keys) else f"{HEAD}\n{example}"


def _is_top(keys: str) -> bool:
    return bool(re.search(r"^\w+ = ", keys, re.MULTILINE))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_program(example: str) -> None:
    found = read_toml(whole(example))
    for language in found.languages:
        describe(found, language, "staff")


def test_the_head_alone_is_a_program() -> None:
    assert read_toml(HEAD).id == "corner"


def test_every_key_is_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name, known in json_schema()["$defs"].items():
        assert hasattr(program, name)
        for key in known["properties"]:
            assert re.search(rf"\b{key}\b", text), f"{name}.{key}"
    for key in json_schema()["properties"]:
        assert re.search(rf"\b{key}\b", text), key


def test_a_wrong_example_would_be_noticed() -> None:
    """Negative control."""
    with pytest.raises(Refusal, match="did you mean 'pots'"):
        read_toml(whole(EXAMPLES[1].replace("[[pots]]", "[[pot]]")))
