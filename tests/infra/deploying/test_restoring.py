"""A template that is led to other tables: each way to mention one becomes the other's name."""

from __future__ import annotations

import pytest

from infra.deploying.restoring import chosen, replaced

VALUES = {"StateTable": {"": "other", "Arn": "arn:other", "StreamArn": "arn:other/stream/1"}}


@pytest.mark.parametrize(
    ("told", "led"),
    [
        ({"Ref": "StateTable"}, "other"),
        ({"Ref": "LedgerTable"}, {"Ref": "LedgerTable"}),
        ({"Fn::GetAtt": ["StateTable", "Arn"]}, "arn:other"),
        ({"Fn::GetAtt": "StateTable.StreamArn"}, "arn:other/stream/1"),
        ({"Fn::GetAtt": ["KeysTable", "Arn"]}, {"Fn::GetAtt": ["KeysTable", "Arn"]}),
        ({"Fn::Sub": "${StateTable.Arn}/index/members"}, {"Fn::Sub": "arn:other/index/members"}),
        ({"Fn::Sub": "${StateTable}-${AWS::Region}"}, {"Fn::Sub": "other-${AWS::Region}"}),
        (
            {"Fn::Sub": ["${Own}/${StateTable}", {"Own": {"Ref": "StateTable"}}]},
            {"Fn::Sub": ["${Own}/other", {"Own": "other"}]},
        ),
        (
            {"Fn::Sub": ["${StateTable}", {"StateTable": "its own"}]},
            {"Fn::Sub": ["${StateTable}", {"StateTable": "its own"}]},
        ),
        ({"DependsOn": ["StateTable", "Bucket"]}, {"DependsOn": ["Bucket"]}),
        ({"DependsOn": "StateTable", "Type": "x"}, {"DependsOn": [], "Type": "x"}),
        ({"a": [{"b": {"Ref": "StateTable"}}, 1, None]}, {"a": [{"b": "other"}, 1, None]}),
        ("StateTable", "StateTable"),
    ],
)
def test_mentions_become_names(told: object, led: object) -> None:
    assert replaced(told, VALUES) == led


def test_only_tables_that_were_named_move() -> None:
    assert chosen({"state": "a", "ledger": None, "keys": ""}) == {"state": "a"}
