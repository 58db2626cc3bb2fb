"""The list of permissions that a run leaves: what it covers, and that refusals are seen."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from infra.local import emulator
from tests.stack import permissions
from tests.stack.permissions import Grant

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TABLE = "arn:aws:dynamodb:eu-central-1:0:table/state"


def test_each_use_and_each_refusal_of_a_role_is_noted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "emulator"))

    def evaluate(context: Any, *_: Any) -> str:
        return str(context.action)

    def enforce(key: str, action: str, _: str, **named: Any) -> str | None:
        if key == "owner":
            return None
        arn = f"arn:aws:sts::0:assumed-role/loyalty-local-{key}-1A2B/session"
        context = SimpleNamespace(principal_arn=arn, action=action)
        evaluator.evaluate(context)
        evaluator.evaluate(context)  # a queue's own policy is asked as well, and says nothing
        return None if action == "dynamodb:PutItem" else f"denied {named['resource_arn']}"

    evaluator = SimpleNamespace(evaluate=evaluate, enforce=enforce)
    standing: dict[tuple[str, str], object] = {("0", "loyalty-local-JoinRole-1A2B"): {}}
    roles = SimpleNamespace(get_scoped=lambda account, _, name: standing.get((account, name)))
    emulator.note_permissions(evaluator, SimpleNamespace(_roles=roles))
    for _ in range(2):
        joining = ("JoinRole", "dynamodb:PutItem", "dynamodb")
        assert evaluator.enforce(*joining, resource_arn=TABLE) is None
        assert evaluator.enforce("JoinRole", "dynamodb:Query", "dynamodb", resource_arn=TABLE)
        # Its stack was destroyed while the function ran.
        assert evaluator.enforce("GoneRole", "dynamodb:Query", "dynamodb", resource_arn=TABLE)
        assert evaluator.enforce("owner", "dynamodb:Scan", "dynamodb", resource_arn=TABLE) is None
    lines = (tmp_path / "emulator" / "permissions.jsonl").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 2
    assert permissions.written_down(tmp_path, allowed=True) == {
        Grant("JoinRole", "dynamodb:PutItem", TABLE)
    }
    assert permissions.written_down(tmp_path, allowed=False) == {
        Grant("JoinRole", "dynamodb:Query", TABLE)
    }


def test_what_is_granted_and_never_used_is_listed_unless_it_is_argued() -> None:
    granted = (
        Grant("JoinRole", "dynamodb:PutItem", TABLE),
        Grant("JoinRole", "dynamodb:Query", TABLE),
        Grant("JoinRole", "logs:PutLogEvents", "arn:aws:logs:x"),
        Grant("AppleRole", "ssm:GetParameter", "arn:aws:ssm:x:parameter/loyalty/local/apple/*"),
    )
    used = (
        Grant("JoinRole", "dynamodb:PutItem", TABLE),
        Grant("AppleRole", "ssm:GetParameter", "arn:aws:ssm:x:parameter/loyalty/local/apple/key"),
        Grant("OrdersRole", "dynamodb:Query", TABLE),
    )
    assert permissions.unused(granted, used) == [Grant("JoinRole", "dynamodb:Query", TABLE)]
    assert all(why for _, _, _, why in permissions.ARGUED)
