"""The audit says no "well" that nobody has given: who could not be asked is told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra import audit

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"]}
CLEAN = {
    "pip-audit": {"dependencies": [{"name": "h2", "version": "4.3", "vulns": []}]},
    "npm": {"vulnerabilities": {}},
    "detect-secrets": {"results": {}},
    "cyclonedx1.5": {"components": [{}, {}]},
    "requirements-txt": "h2==4.3",
}


def run(**answers: Any) -> int:
    """Audit, each tool answering so; a text is no document."""
    told = CLEAN | {name.replace("_", "-"): answer for name, answer in answers.items()}

    def answer(*command: object) -> tuple[int, str]:
        words = [str(word) for word in command]
        name = next(name for name in told if name in words)
        said = told[name]
        return 0, said if isinstance(said, str) else json.dumps(said)

    return audit.main(answer)


@pytest.fixture(autouse=True)
def apart(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    monkeypatch.setattr(audit, "_BILL", tmp_path / "bill.json")
    monkeypatch.setattr(audit, "_REQUIREMENTS", tmp_path / "shipped.txt")


def test_where_all_was_asked_and_nothing_found_all_is_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run() == audit.WELL
    said = capsys.readouterr().out
    assert said.count("ok  ") == 4
    assert "2 parts: bill.json" in said


def test_a_hole_is_told_with_the_version_that_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    holed = {"dependencies": [{"name": "h2", "version": "4.3", "vulns": [HOLE]}]}
    assert run(pip_audit=holed) == audit.FOUND
    assert "h2 4.3: PYSEC-2026-1, mended in 2.0" in capsys.readouterr().out
    # What only builds and tests is told, and lets a release pass.
    assert run(npm={"vulnerabilities": {"x": {"severity": "high", "range": "<2"}}}) == audit.WELL
    assert "x: high (<2)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answers",
    [
        {"pip_audit": {"dependencies": [{"name": "h2", "skip_reason": "not found"}]}},
        {"pip_audit": ""},
        {"npm": {"message": "405 Method Not Allowed"}},
        {"npm": "not found"},
        {"detect_secrets": ""},
        # What is shipped could not be told: then nothing was asked of it.
        {"pip_audit": {"dependencies": []}},
        {"cyclonedx1.5": ""},
        {"cyclonedx1.5": {"components": []}},
    ],
)
def test_who_could_not_be_asked_is_no_well(
    answers: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(**answers) == audit.UNASKED
    assert "NOT ASKED" in capsys.readouterr().out


def test_what_was_found_outweighs_who_was_not_asked() -> None:
    key = {"results": {"functions/x.py": [{"line_number": 3, "type": "Private Key"}]}}
    assert run(npm="", detect_secrets=key) == audit.FOUND


def test_keys_made_up_for_tests_are_known_by_their_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = [{"line_number": 3, "type": "Private Key"}]
    assert run(detect_secrets={"results": dict.fromkeys(audit.MADE_UP, line)}) == audit.WELL
    assert run(detect_secrets={"results": {"tests/other.py": line}}) == audit.FOUND
    assert "tests/other.py:3: Private Key" in capsys.readouterr().out
