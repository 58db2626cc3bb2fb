"""What a deployment leaves behind, and what a later one makes of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infra.deploying import formation, wanted
from infra.deploying.removing import Removal
from infra.deploying.running import Deployment, Given
from infra.deploying.wanted import LET_GO, OWN_NAME, SERVED, Wanted
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN = f"https://abc123{OWN_NAME}eu-central-1.amazonaws.com"


class Hand:
    """Answers for AWS: a stack's resources, and nothing else."""

    def __init__(self, resources: Mapping[str, tuple[str, str]] | None = None) -> None:
        self.place = SimpleNamespace(stage="test")
        self._resources = resources or {}

    def client(self, _service: str) -> Any:
        found = [
            {"LogicalResourceId": logical, "ResourceType": kind, "PhysicalResourceId": name}
            for logical, (kind, name) in self._resources.items()
        ]
        pages = SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": found}])
        return SimpleNamespace(get_paginator=lambda _: pages)


def left(monkeypatch: pytest.MonkeyPatch, kept: dict[str, str], *logical: str) -> None:
    monkeypatch.setattr(wanted, "kept", lambda *_: kept)
    there = {one: ("AWS::DynamoDB::Table", one) for one in logical}
    monkeypatch.setattr(formation, "left_behind", lambda *_: there)


def deployment(told: Wanted) -> Any:
    return Deployment(Hand(), told, Given({}, None, None, False, None))  # type: ignore[arg-type]


def test_cards_that_ask_an_address_which_is_gone_are_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left(monkeypatch, {SERVED: OWN}, "StateTable")
    with pytest.raises(Failure, match="which AWS had given to the stack that is gone"):
        deployment(Wanted())._check_left()
    with pytest.raises(Failure, match=OWN):
        deployment(Wanted(domain="cards.example.com"))._check_left()


@pytest.mark.parametrize(
    ("kept", "tables", "told"),
    [
        ({SERVED: OWN}, (), Wanted()),  # nobody has a card
        ({SERVED: "https://cards.example.com"}, ("StateTable",), Wanted()),  # one's own name
        ({}, ("StateTable",), Wanted()),  # of before this was kept
        ({SERVED: OWN}, ("StateTable",), Wanted(base_url=OWN)),
    ],
)
def test_nobody_is_held_up_without_need(
    monkeypatch: pytest.MonkeyPatch, kept: dict[str, str], tables: tuple[str, ...], told: Wanted
) -> None:
    left(monkeypatch, kept, *tables)
    deployment(told)._check_left()


def test_buckets_that_go_are_emptied_and_replaced_tables_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = Hand(
        {
            "StateTable": ("AWS::DynamoDB::Table", "loyalty-test-state-2"),
            "DesignFiles": ("AWS::S3::Bucket", "designs"),
            "InboxBodies": ("AWS::S3::Bucket", "bodies"),
            "MovingFiles": ("AWS::S3::Bucket", "moved"),
            "ServerlessDeploymentBucket": ("AWS::S3::Bucket", "deployments"),
        }
    )
    left(monkeypatch, {LET_GO: "loyalty-test-state"})
    monkeypatch.setattr(formation, "state", lambda _: "UPDATE_COMPLETE")
    monkeypatch.setattr(formation, "standing", lambda _, names: names)
    removal: Any = Removal(hand, everything=True)  # type: ignore[arg-type]
    assert removal._buckets() == ["bodies", "moved"]
    names = {name for _, name in removal._kept().values()}
    assert names == {"loyalty-test-state-2", "designs", "loyalty-test-state"}
