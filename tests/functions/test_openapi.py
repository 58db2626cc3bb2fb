"""docs/openapi.json is what is served, and its examples are what it says they are.

After a change of the API, read the diff of:
``OPENAPI=write .venv/bin/python -m pytest tests/functions/test_openapi.py``
"""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from functions import api, campaigns, designs, owner, program, sign_in
from functions.http import codes, openapi
from functions.http.wording import WORDING
from tests.support.contract import Contract
from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.http.codes import Code
    from functions.http.operations import Operation

OPERATIONS = (
    *api.OPERATIONS,
    *campaigns.OPERATIONS,
    *designs.OPERATIONS,
    *owner.OPERATIONS,
    *program.OPERATIONS,
    *sign_in.OPERATIONS,
)
FILE = ROOT / "docs" / "openapi.json"
PAGE = ROOT / "docs" / "api.md"


@cache
def drawn() -> dict[str, Any]:
    return openapi.document(OPERATIONS, WORDING)


@cache
def contract() -> Contract:
    return Contract(drawn())


def test_the_document_is_what_is_served() -> None:
    text = json.dumps(drawn(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("OPENAPI") == "write":
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text, "OPENAPI=write writes it anew; read the diff"


def codes_table() -> str:
    lines = ["| status | `code` | field | what to do |", "|---|---|---|---|"]
    for code in sorted(codes.CODES.values(), key=lambda one: (status(one), one.name)):
        field = f"`{code.pointer}`" if code.pointer is not None else ""
        lines.append(f"| {status(code)} | `{code.name}` | {field} | {code.advice} |")
    return "\n".join(lines)


def status(code: Code) -> int:
    return WORDING.status(code.refusal())


def test_the_page_lists_every_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("them -->\n", 1)
    after = rest.partition("<!-- /codes -->")[2]
    right = f"{before}them -->\n{codes_table()}\n<!-- /codes -->{after}"
    if os.environ.get("OPENAPI") == "write":
        PAGE.write_text(right, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == right


def bodies() -> Iterator[tuple[Operation, str, Any]]:
    for one in OPERATIONS:
        for name, example in one.examples.items():
            yield one, name, example


@pytest.mark.parametrize(
    ("operation", "name", "example"), [*bodies()], ids=lambda value: getattr(value, "id", None)
)
def test_every_example_of_a_body_can_be_sent(operation: Operation, name: str, example: Any) -> None:
    assert operation.body is not None
    operation.body.model_validate_json(json.dumps(example))
    contract().check_body(operation.method, operation.path, example)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_example_of_an_answer_is_one(operation: Operation) -> None:
    assert operation.description
    told = contract()
    for status, said in operation.answers.items():
        assert said.examples
        for example in said.examples.values():
            said.model.model_validate_json(json.dumps(example))
            told.check(operation.method, operation.path, status, "application/json", example)
    for code in openapi.refusals(operation):
        shown = WORDING.document(code.refusal())
        told.check(
            operation.method, operation.path, shown["status"], "application/problem+json", shown
        )


def test_every_code_is_of_some_route() -> None:
    used = {code.name for one in OPERATIONS for code in openapi.refusals(one)}
    assert used == set(codes.CODES)


def test_names_of_operations_are_unique() -> None:
    names = [one.id for one in OPERATIONS]
    assert len(set(names)) == len(names)


def test_what_is_not_in_the_document_is_noticed() -> None:
    """Negative control: an answer with another status, a field too many, a code too many."""
    told = contract()
    said: dict[str, Any] = {"result": "recorded", "points": 125}
    path = "/v1/orders/{source}/{order}/claim"
    told.check("POST", path, 200, "application/json", said)
    for status, answer in ((201, said), (200, {**said, "balance": 5}), (200, {"points": 125})):
        with pytest.raises(AssertionError):
            told.check("POST", path, status, "application/json", answer)
    problem = deepcopy(WORDING.document(codes.CODES["order_taken"].refusal()))
    told.check("POST", path, 409, "application/problem+json", problem)
    problem["code"] = "order_gone"
    with pytest.raises(AssertionError):
        told.check("POST", path, 409, "application/problem+json", problem)


def test_a_choice_of_names_is_of_whole_ones() -> None:
    """A pattern of alternatives binds its anchors to the first and the last of them only."""
    patterns = {
        one["schema"]["pattern"]
        for path in json.loads(FILE.read_text())["paths"].values()
        for operation in path.values()
        for one in operation.get("parameters", ())
        if "pattern" in one.get("schema", {})
    }
    choices = [one for one in patterns if re.fullmatch(r"[\^$()?:a-z_|-]*\|[\^$()?:a-z_|-]*", one)]
    assert len(choices) > 2
    for one in choices:
        names = re.fullmatch(r"\^\(\?:(.*)\)\$", one)
        assert names, one
        for name in names[1].split("|"):
            assert re.search(one, name)
            assert not re.search(one, f"un{name}")
            assert not re.search(one, f"{name}s")
