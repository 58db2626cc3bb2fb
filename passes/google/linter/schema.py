"""Google's own schema: the discovery document of ``walletobjects.v1`` as JSON Schema 2020-12.

The document comes with the package google-api-python-client, which is a development dependency:
17 MB that no function ships. Where it or jsonschema is missing, this check cannot be made, and
`available` says so.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import util
from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import SCHEMA_RULE, Finding, error

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

SCHEMAS: Final = {"class": "LoyaltyClass", "object": "LoyaltyObject"}
_FORMATS: Final[dict[str, Json]] = {
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
    from importlib import resources  # noqa: PLC0415 - functions judge designs without it

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
def validator(name: str) -> Any:
    """Return what judges by the schema of one resource."""
    # Imported here: the linter also runs where only run-time packages are installed.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(schema(name))


def check(body: Json, name: str) -> Iterator[Finding]:
    """Yield what the schema does not allow; a null means "absent" in Google's JSON."""
    for fault in validator(name).iter_errors(without_nulls(body)):
        where = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.absolute_path
        )
        mend = f"compare with {name} in Google's reference"
        yield error(SCHEMA_RULE, where.lstrip(".") or name, fault.message[:300], mend)


def without_nulls(node: Any) -> Any:
    """Return the JSON without members that are null."""
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    if isinstance(node, list):
        return [without_nulls(value) for value in node]
    return node
