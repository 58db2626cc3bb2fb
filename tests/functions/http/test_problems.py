"""Refusals over HTTP: status, code, fields and headers of every kind, and one place that writes."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.http import problems
from loyalty.refusals import Busy, FieldRefusal, InvalidContact, Kind, Refusal
from tests.support.events import Context, content, http

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS = Path(__file__).parents[3] / "functions"
EXPECTED: dict[Kind, tuple[int, dict[str, str]]] = {
    "unreadable": (400, {}),
    "invalid": (422, {}),
    "reused": (422, {}),
    "unsigned": (401, {}),
    "unauthenticated": (401, {"WWW-Authenticate": "Bearer"}),
    "forbidden": (403, {}),
    "not_found": (404, {}),
    "gone": (410, {}),
    "conflict": (409, {}),
    "too_many": (429, {}),
    "busy": (503, {}),
    "unavailable": (503, {"Retry-After": "5"}),
    "broken": (500, {}),
}
ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Type": "application/problem+json",
    "X-Content-Type-Options": "nosniff",
}


def document(refusal: Refusal, **wording: Any) -> dict[str, Any]:
    answer = problems.problem(refusal, problems.Wording(**wording))
    assert answer.content_type == "application/problem+json"
    found: dict[str, Any] = json.loads(str(answer.body))
    assert found["status"] == answer.status_code
    assert found["type"] == f"urn:problem:{found['code']}"
    return found


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_has_its_status_and_headers(kind: Kind) -> None:
    answer = problems.problem(Refusal(kind, "code", "A sentence."))
    status, headers = EXPECTED[kind]
    assert (answer.status_code, answer.headers) == (status, ALWAYS | headers)
    said = json.loads(str(answer.body))
    title = said.pop("title")
    assert title
    assert said == {
        "type": "urn:problem:code",
        "status": status,
        "code": "code",
        "detail": "A sentence.",
    }


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_may_say_when_to_come_again(kind: Kind) -> None:
    answer = problems.problem(Refusal(kind, "code", retry_after=60))
    assert answer.headers["Retry-After"] == "60"
    assert problems.problem(Busy()).headers["Retry-After"] == "1"


def test_fields_carry_the_sentences() -> None:
    fields = (
        FieldRefusal("/a", "missing", "It is missing."),
        FieldRefusal("", "odd", "It is odd."),
    )
    said = document(Refusal("invalid", "invalid_message", "In all.", fields=fields))
    assert said["errors"] == [
        {"pointer": "/a", "code": "missing", "detail": "It is missing."},
        {"pointer": "", "code": "odd", "detail": "It is odd."},
    ]
    assert "detail" not in said


def test_more_members_stand_in_the_document() -> None:
    said = document(Refusal("conflict", "several", more={"cards": [{"id": "a"}]}))
    assert (said["code"], said["cards"]) == ("several", [{"id": "a"}])


def test_what_says_nothing_has_no_detail() -> None:
    assert "detail" not in document(Refusal("not_found", "unknown_link"))


def test_a_function_has_words_of_its_own() -> None:
    taken = Refusal("conflict", "order_taken", "It counts for another.")
    assert document(taken, titles={"order_taken": "Taken"})["title"] == "Taken"
    assert document(taken, titles={"conflict": "No"})["title"] == "No"
    assert document(taken, titles={"conflict": "No", "order_taken": "Taken"})["title"] == "Taken"
    assert document(taken, details={"conflict": "Somebody has it."})["detail"] == "Somebody has it."
    assert "detail" not in document(taken, details={"order_taken": ""})
    assert document(taken, statuses={"order_taken": 422})["status"] == 422


def test_one_code_for_all_of_a_kind_keeps_the_fields() -> None:
    said = document(InvalidContact("invalid_phone"), codes={"invalid": "invalid_request"})
    assert (said["status"], said["code"]) == (422, "invalid_request")
    assert said["errors"] == [
        {"pointer": "/phone", "code": "invalid_phone", "detail": "This cannot be read."}
    ]


def test_a_field_is_said_in_the_functions_words_too() -> None:
    reused = Refusal("reused", "id_reused", "Used before.", pointer="/id")
    said = document(reused, details={"id_reused": "Use a new id."})
    assert said["errors"][0]["detail"] == "Use a new id."


def test_what_another_program_has_is_answered_like_what_there_never_was() -> None:
    hidden: dict[str, Any] = {"codes": {"not_found": "not_found"}, "details": {"not_found": ""}}
    foreign = document(Refusal("not_found", "order_not_found", "No such order."), **hidden)
    assert foreign == document(problems.nowhere(), **hidden)


@pytest.fixture
def installed() -> Callable[..., dict[str, Any]]:
    def send(route: Callable[[], Any], path: str = "/", **options: Any) -> dict[str, Any]:
        app = APIGatewayHttpResolver()
        problems.install(app, problems.problem, **options)
        app.get("/")(route)
        answer: dict[str, Any] = app.resolve(http("GET", path), Context())  # type: ignore[arg-type]
        return answer

    return send


def test_what_leaves_a_route_is_answered(installed: Callable[..., dict[str, Any]]) -> None:
    def refuse() -> None:
        raise Busy

    def fail() -> None:
        raise ZeroDivisionError("private")

    for route, status, code in ((refuse, 503, "busy"), (fail, 503, "unavailable")):
        answer = installed(route)
        assert (answer["statusCode"], content(answer)["code"]) == (status, code)
        assert "private" not in answer["body"]
    answer = installed(refuse, "/elsewhere")
    assert (answer["statusCode"], content(answer)["code"]) == (404, "not_found")
    answer = installed(fail, failed=problems.broken)
    assert (answer["statusCode"], content(answer)["code"]) == (500, "internal_error")
    assert "Retry-After" not in answer["headers"]


def calls(source: str, names: set[str]) -> list[str]:
    return [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names
    ]


def test_answers_are_written_in_one_room() -> None:
    """Shapes are made in functions/http; everybody else refuses, or asks for a shape."""
    elsewhere = [
        (str(path.relative_to(FUNCTIONS)), call)
        for path in sorted(FUNCTIONS.rglob("*.py"))
        if path.parent != FUNCTIONS / "http"
        for call in calls(path.read_text(encoding="utf-8"), {"Response"})
    ]
    assert elsewhere == []
    # Negative control: the look does see calls.
    assert calls((FUNCTIONS / "http/answers.py").read_text(encoding="utf-8"), {"Response"})


def test_problem_documents_are_written_in_one_place() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in FUNCTIONS.rglob("*.py")}
    for words in ("application/problem+json", "urn:problem:"):
        assert [path.name for path, text in texts.items() if words in text] == ["documents.py"]


def test_words_of_errors_are_logged_nowhere() -> None:
    """What goes out is our own sentence about a certificate or a design."""
    careless = [
        (str(path.relative_to(FUNCTIONS)), line.strip())
        for path in sorted(FUNCTIONS.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if any(words in line for words in ("str(error)", "{error}", "logger.exception", "exc_info"))
    ]
    assert careless == [
        ("apple.py", 'logger.error("pass not issued", extra={"why": str(error)})'),
        ("push_apple.py", 'logger.error("pushes wait", extra={"why": str(error)})'),
        (
            "wiring/designs.py",
            'logger.error("design cannot be used", extra={"design": name, "why": str(error)})',
        ),
        (
            "wiring/judging.py",
            'raise unusable(FieldRefusal("/design", "design_unusable", str(error))) from None',
        ),
        # The sentences of designs were written for whoever sends one.
        (
            "wiring/studio.py",
            'raise Refusal("invalid", "design_unusable", str(error), pointer="/folder") from None',
        ),
        (
            "wiring/studio.py",
            'raise Refusal("invalid", "design_unusable", str(error), pointer="") from None',
        ),
    ]
