"""The OpenAPI 3.1 document of /v1, drawn from the operations that a function serves.

No function loads this: the document is written into the project (docs/openapi.json), and a test
holds it equal to what is served. Source: https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from functions.http import codes
from functions.http.authorize import COOKIE
from functions.http.codes import CODES
from functions.http.operations import REPLAYED
from functions.http.problems import CONTENT_TYPE, STATUS
from functions.http.shapes import PLACE_SAID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from functions.http.codes import Code
    from functions.http.operations import Name, Operation, Said
    from functions.http.problems import Wording

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"
_ABOUT = f"""\
What a till, staff and owners do with a loyalty program. Amounts are integers in minor units of the
program's currency, points are integers, instants are RFC 3339 with a zone.

A refusal is `{CONTENT_TYPE}` (RFC 9457): decide by `code`. A 429, 500, 502, 503 or 504
without a `code` comes from the gateway: send the same request again after a second, then after
twice as long each time; it counts once."""
_PROBLEM: Json = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; programs decide by it."},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Which field of the body (RFC 6901) or of the query.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
    },
}
_GATEWAY: Json = {
    "type": "object",
    "description": "The gateway's own answer, without a code.",
    "properties": {"message": {"type": ["string", "null"]}},
}
_LIMITS = {
    "RateLimit-Policy": {
        "description": (
            "The limits that this call counts against: a name, calls (q) in seconds (w). Of every "
            "answer, refusals too, once the key is known (draft-ietf-httpapi-ratelimit-headers-10)."
        ),
        "schema": {"type": "string"},
        "example": '"spending";q=300;w=60, "spending-hour";q=5000;w=3600',
    },
    "RateLimit": {
        "description": "What is left of each: calls (r), and seconds until it begins anew (t).",
        "schema": {"type": "string"},
        "example": '"spending";r=299;t=42, "spending-hour";r=4711;t=1842',
    },
}
_LATER = {"type": "integer", "description": "Seconds after which the same again makes sense."}


def document(operations: Iterable[Operation], wording: Wording) -> Json:
    """Return the OpenAPI document of these operations, which refuse in that wording."""
    listed = sorted(operations, key=lambda one: one.path)
    models: list[type[BaseModel]] = [
        model
        for one in listed
        for model in (one.body, one.query, *(said.model for said in one.answers.values()))
        if model is not None
    ]
    references, schemas = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)], ref_template=_REFERENCE
    )
    defined: Json = schemas.get("$defs", {})
    for model in {one.query for one in listed if one.query}:
        defined.pop(model.__name__)
    paths: dict[str, Json] = defaultdict(dict)
    for one in listed:
        paths[one.path][one.method.lower()] = _operation(one, wording, references)
    shared = _shared([verb for verbs in paths.values() for verb in verbs.values()])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Loyalty", "version": "1", "description": _ABOUT},
        "servers": [{"url": "{base}", "variables": {"base": {"default": "http://127.0.0.1:4100"}}}],
        "security": [{"key": []}, {"session": []}],
        "paths": dict(paths),
        "components": {
            "schemas": {
                "Problem": _PROBLEM,
                "GatewayAnswer": _GATEWAY,
                **dict(sorted(defined.items())),
            },
            "responses": shared,
            "headers": _LIMITS,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "bearerFormat": "lk_…"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": (
                        "Of a person who is signed in, in a browser. What changes something comes "
                        "from our own pages then, with the header X-Form-Token of `/v1/session`."
                    ),
                },
            },
        },
    }


def _shared(operations: list[Json]) -> Json:
    """Let answers that several operations have alike stand in one place; return these."""
    found: Json = {}
    written = [json.dumps(answer) for one in operations for answer in one["responses"].values()]
    names: dict[str, str] = {}
    for text, count in Counter(written).items():
        if count > 1:
            phrase = "".join(word.title() for word in json.loads(text)["description"].split()[:3])
            number = sum(1 for name in found if name.startswith(phrase))
            names[text] = phrase + (str(number + 1) if number else "")
            found[names[text]] = json.loads(text)
    for one in operations:
        one["responses"] = {
            status: {"$ref": f"#/components/responses/{names[text]}"} if text in names else answer
            for status, answer in one["responses"].items()
            for text in (json.dumps(answer),)
        }
    return found


def _operation(one: Operation, wording: Wording, references: Mapping[Any, Json]) -> Json:
    found: Json = {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": one.summary,
        "description": f"{one.description}\n\nKeys: {', '.join(scopes(one)) or 'none'}.",
        **({} if one.scopes else {"security": []}),
        "parameters": list(_parameters(one)),
        "responses": _responses(one, wording, references),
    }
    if one.body:
        found["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": references[one.body, "validation"],
                    "examples": _examples(one.examples),
                }
            },
        }
    return found


def scopes(one: Operation) -> tuple[str, ...]:
    """Return the kinds of key that may call; an owner may what staff may."""
    return (*one.scopes, *(("owner", "manager") if "staff" in one.scopes else ()))


_PEOPLE = ("/v1/members", "/v1/cards")
"""Below these, routes read who somebody is."""


def _names_a_place(one: Operation) -> bool:
    found = one.body.model_fields.get("location") if one.body else None
    return found is not None and found.description == PLACE_SAID


def refusals(one: Operation) -> tuple[Code, ...]:
    """Return every code by which an operation may refuse."""
    names = [
        *(codes.WITH_SCOPES if one.scopes else ()),
        *codes.ANYWHERE,
        *(codes.BY_A_BROWSER if one.method != "GET" else ()),
        *(codes.PROVED if one.proved else ()),
        *(codes.COUNTED if one.velocity else ()),
        *(codes.WITH_NAMES if one.names else ()),
        *(codes.OF_A_PLACE if _names_a_place(one) else ()),
        *(codes.OF_PEOPLE if one.path.startswith(_PEOPLE) else ()),
        *(codes.WITH_FIELDS if one.query else ()),
        *(codes.WITH_BODY if one.body else ()),
        *(codes.WITH_KEY if one.keyed else ()),
        *(codes.CHANGING if one.keyed else ()),
        *(codes.WITH_TAG if one.guarded else ()),
        *one.refusals,
    ]
    return tuple(CODES[name] for name in dict.fromkeys(names))


def _parameters(one: Operation) -> Iterable[Json]:
    for name, about in one.names.items():
        yield _name(name, about)
    if one.query:
        schema = one.query.model_json_schema()
        for name, about in schema["properties"].items():
            said = about.pop("description", "")
            about.pop("title", None)
            yield {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "description": said,
                "schema": about,
            }
    if one.keyed:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": (
                "New for every act, the same with every repeat of it: what has happened is "
                f"answered again with {REPLAYED}: true. Kept for good, per API key and route."
            ),
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            "example": "5f0c1b1e-6d0e-4a64-9c8e-0d9b8e3f1a2b",
        }
    if one.guarded:
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": "The ETag of what you have looked at: another change is not undone.",
            "schema": {"type": "string"},
            "example": '"38"',
        }


def _name(name: str, about: Name) -> Json:
    form = about.form.removeprefix("(?s)").replace(".", "[\\s\\S]") if about.whole else about.form
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": about.meaning,
        "schema": {"type": "string", "pattern": f"^(?:{form})$" if "|" in form else f"^{form}$"},
        "example": about.example,
    }


def _responses(one: Operation, wording: Wording, references: Mapping[Any, Json]) -> Json:
    found = {
        str(status): _answer(one, said, references[said.model, "validation"])
        for status, said in one.answers.items()
    }
    if one.method == "GET":
        found["304"] = {"description": "Nothing has changed since the ETag in If-None-Match."}
    by_status: dict[int, list[Code]] = defaultdict(list)
    for code in refusals(one):
        by_status[code.status or int(STATUS[code.kind])].append(code)
    for status in sorted({*by_status, 429}):
        found[str(status)] = _refused(status, by_status[status], wording)
    found["5XX"] = {"description": "The gateway has no answer of ours.", "content": _by_gateway()}
    return found


def _answer(one: Operation, said: Said, schema: Json) -> Json:
    headers: Json = {}
    if one.keyed:
        headers[REPLAYED] = {
            "description": "true where the same was answered to the same request before.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    if one.method == "GET" or one.guarded:
        headers["ETag"] = {"schema": {"type": "string"}}
    if one.velocity:
        headers |= _limits()
    return {
        "description": said.meaning,
        "content": {"application/json": {"schema": schema, "examples": _examples(said.examples)}},
        **({"headers": headers} if headers else {}),
    }


def _refused(status: int, found: list[Code], wording: Wording) -> Json:
    content: Json = {}
    if found:
        told = sorted({wording.code(one.refusal()) for one in found})
        content[CONTENT_TYPE] = {
            "schema": {
                "allOf": [
                    {"$ref": "#/components/schemas/Problem"},
                    {"properties": {"code": {"enum": told}}},
                ]
            },
            "examples": {
                one.name: {
                    "summary": one.advice,
                    "value": wording.document(one.refusal()),
                }
                for one in found
            },
        }
    if status in {429, 503}:
        content |= _by_gateway()
    headers = {"Retry-After": {"schema": _LATER}} if status in {429, 503} else {}
    if any(one.name == "too_fast" for one in found):
        headers |= _limits()
    return {
        "description": HTTPStatus(status).phrase,
        "content": content,
        **({"headers": headers} if headers else {}),
    }


def _limits() -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _LIMITS}


def _by_gateway() -> Json:
    return {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayAnswer"}}}


def _examples(found: Mapping[str, Mapping[str, Any]]) -> Json:
    return {name.replace(" ", "-"): {"value": dict(value)} for name, value in found.items()}
