"""What Google's discovery document says about a request's body, in Google's words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from passes.google.linter.schema import available, discovery, validator, without_nulls

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema import ValidationError

__all__ = ["available", "discovery", "lower_camel", "normal", "violations", "without_nulls"]

Json = dict[str, Any]


def violations(body: Json, name: str) -> list[str]:
    """Return what Google would answer about each member that the schema does not allow.

    A null means "absent" in Google's JSON, so nulls are not looked at.
    """
    return [
        text
        for error in validator(name).iter_errors(without_nulls(body))
        for text in _as_google_says(error)
    ]


@cache
def _alias(name: str) -> str:
    """Return the old spelling of an enum value: ``UNDER_REVIEW`` was ``underReview``."""
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def normal(body: Json, name: str) -> Json:
    """Return a body with the present spelling of its enum values."""
    spelled: Json = _respelled(
        body, {"$ref": name}, lambda values: {_alias(one): one for one in values if one.isupper()}
    )
    return spelled


def lower_camel(body: Json, name: str) -> Json:
    """Return a body with the old spelling of its enum values, where the document knows one."""
    spelled: Json = _respelled(
        body,
        {"$ref": name},
        lambda values: {one: _alias(one) for one in values if _alias(one) in values},
    )
    return spelled


def _respelled(node: Any, described: Json, spell: Callable[[list[str]], dict[str, str]]) -> Any:
    if not available():
        return node
    if "$ref" in described:
        described = discovery()["schemas"][described["$ref"]]
    if isinstance(node, dict):
        members = described.get("properties", {})
        return {key: _respelled(value, members.get(key, {}), spell) for key, value in node.items()}
    if isinstance(node, list):
        return [_respelled(value, described.get("items", {}), spell) for value in node]
    if isinstance(node, str) and "enum" in described:
        return spell(described["enum"]).get(node, node)
    return node


def _as_google_says(error: ValidationError) -> list[str]:
    where = "resource"
    for step in error.absolute_path:
        where += f"[{step}]" if isinstance(step, int) else f".{step}"
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = error.schema.get("properties", {})
        return [
            f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': "
            "Cannot find field."
            for name in cast("Json", error.instance)
            if name not in known
        ]
    return [f"Invalid value at '{where}': {error.message}"]
