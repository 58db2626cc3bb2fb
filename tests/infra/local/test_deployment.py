"""Ready means that every function has answered; what does not is named."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from infra.failures import Failure
from infra.local import deployment

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = dict[str, Any] | None


class Functions:
    """A client of Lambda with functions that answer as they are told; None is silence."""

    def __init__(self, answers: Mapping[str, list[Answer]]) -> None:
        self.answers = {name: list(these) for name, these in answers.items()}
        self.asked: list[str] = []

    def client(self, _: str) -> Functions:
        return self

    def get_paginator(self, _: str) -> Functions:
        return self

    def paginate(self) -> list[dict[str, Any]]:
        names = [f"{deployment.FUNCTIONS}{name}" for name in self.answers]
        return [{"Functions": [{"FunctionName": name} for name in (*names, "somebody-elses")]}]

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        assert json.loads(Payload)["Records"] == []
        name = FunctionName.removeprefix(deployment.FUNCTIONS)
        self.asked.append(name)
        answer = self.answers[name].pop(0)
        if answer is None:
            time.sleep(1)
            return {"Payload": io.BytesIO(b"{}")}
        return {**answer, "Payload": io.BytesIO(answer.get("Payload", b"{}"))}


GOOD: Answer = {}
SLOW: Answer = {
    "FunctionError": "Unhandled",
    "Payload": b'{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 10 s"}',
}
BROKEN: Answer = {
    "FunctionError": "Unhandled",
    "Payload": b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "No module\\nnamed x"}',
}


def wake(**answers: list[Answer]) -> Functions:
    functions = Functions(answers)
    deployment.wake(functions)  # type: ignore[arg-type]
    return functions


def test_every_function_is_called_once() -> None:
    functions = wake(join=[GOOD], orders=[GOOD], nightly=[GOOD])
    assert sorted(functions.asked) == ["join", "nightly", "orders"]


def test_a_function_that_fails_is_named_with_its_words() -> None:
    with pytest.raises(Failure) as failure:
        wake(join=[GOOD], orders=[BROKEN])
    assert failure.value.sentence == (
        "The function orders does not work: Runtime.ImportModuleError: No module named x; "
        "mend it and try again."
    )


def test_what_is_no_json_is_told_too() -> None:
    answer: Answer = {"FunctionError": "Unhandled", "Payload": b"killed"}
    with pytest.raises(Failure, match="orders does not work: killed"):
        wake(orders=[answer])


def test_a_first_start_on_a_busy_machine_may_be_slow() -> None:
    assert wake(orders=[SLOW, SLOW, GOOD]).asked == ["orders"] * 3
    with pytest.raises(Failure, match=r"orders does not work: .* timed out"):
        wake(orders=[SLOW] * 3)


def test_a_function_that_is_silent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "LONGEST_WAKING", 0.2)
    with pytest.raises(Failure, match=r"not answered in 0\.2 s: orders"):
        wake(join=[GOOD], orders=[None])
