"""Google's discovery document as JSON Schema 2020-12."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources, util
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema import ValidationError

Json = dict[str, Any]

_FORMATS: dict[str, Json] = {
    "int64": {"type": ["string", "integer"], "pattern": r"^-?\d+$"},
    "uint64": {"type": ["string", "integer"], "pattern": r"^\d+$"},
    "int32": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "uint32": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    "double": {"type": "number"},
    "byte": {"type": "string"},
}


def available() -> bool:
    """Tell whether the development dependencies with the discovery document are installed."""
    return all(util.find_spec(name) is not None for name in ("googleapiclient", "jsonschema"))


@cache
def discovery() -> Json:
    """Return the document as Google's own client package ships it."""
    path = "discovery_cache/documents/walletobjects.v1.json"
    document: Json = json.loads((resources.files("googleapiclient") / path).read_text("utf-8"))
    return document


def convert(node: Any) -> Any:
    """Turn one discovery schema into JSON Schema: closed objects, enums verbatim."""
    if "$ref" in node:
        return {"$ref": f"#/$defs/{node['$ref']}"}
    if node.get("format") in _FORMATS:
        return dict(_FORMATS[node["format"]])
    converted: Json = {"type": node["type"]} if node.get("type") != "any" else {}
    if "enum" in node:
        converted["enum"] = node["enum"]
    if "items" in node:
        converted["items"] = convert(node["items"])
    if node.get("type") == "object":
        members = node.get("properties", {})
        converted["properties"] = {name: convert(member) for name, member in members.items()}
        extra = node.get("additionalProperties")
        converted["additionalProperties"] = convert(extra) if extra else False
    return converted


@cache
def schema(name: str) -> Json:
    """Return the JSON Schema of one resource, such as ``LoyaltyObject``."""
    definitions = {key: convert(value) for key, value in discovery()["schemas"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/$defs/{name}",
        "$defs": definitions,
    }


@cache
def _validator(name: str) -> Any:
    # Imported here so that the emulator also starts where only run-time packages are installed.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(schema(name))


def violations(body: Json, name: str) -> list[str]:
    """Return what Google would answer about each member that the schema does not allow.

    A null means "absent" in Google's JSON, so nulls are not looked at.
    """
    return [
        text
        for error in _validator(name).iter_errors(without_nulls(body))
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


def without_nulls(node: Any) -> Any:
    """Return the JSON without members that are null."""
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    if isinstance(node, list):
        return [without_nulls(value) for value in node]
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
