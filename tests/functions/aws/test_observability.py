"""What is counted in a family that somebody is told of, and that nothing is counted past it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.aws import observability
from functions.aws.observability import FAMILIES, count, count_apart, metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = Path(observability.__file__).parents[1]


@pytest.fixture(autouse=True)
def own_metrics(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "loyalty")
    metrics.clear_metrics()
    yield
    metrics.clear_metrics()


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_count_weighs_in_its_family(capsys: pytest.CaptureFixture[str]) -> None:
    count("AppleLogAlarming", 3)
    count("AppleWrongToken")
    count("OrderEarned")
    metrics.flush_metrics()
    (line,) = told(capsys)
    assert line["AppleLogAlarming"] == [3.0]
    assert line["CallersTurnedAway"] == [30.0, 1.0]
    assert line["OrderEarned"] == [1.0]
    assert "OwnerMustAct" not in line


def test_what_threads_count_goes_out_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    count_apart("DesignMissing")
    assert metrics.metric_set == {}
    names = [name for line in told(capsys) for name in line if name in {*FAMILIES, "OwnerMustAct"}]
    assert names == ["DesignMissing", "OwnerMustAct"]


def counted_past() -> list[str]:
    """Return metrics of families that are added to the common set by their own name only."""
    found = []
    for file in FUNCTIONS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr == "add_metric" and isinstance(node.args[0], ast.Constant):
                found.append(str(node.args[0].value))
    return found


def test_nothing_is_counted_past_its_family() -> None:
    names = counted_past()
    assert "CardsSwept" in names
    assert set(names) & set(FAMILIES) == set()


def test_every_name_of_a_family_is_counted_somewhere() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in FUNCTIONS.rglob("*.py"))
    made = {f"ApplePush{verdict}" for verdict in ("Configuration", "Defect")}  # from a verdict
    assert {name for name in FAMILIES if source.count(f'"{name}"') < 2} <= made
