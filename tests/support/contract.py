"""What an OpenAPI document promises, held against what was sent and answered."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Mapping


class Contract:
    """A document, and checks against it; knows nothing of what made it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    @cached_property
    def _shapes(self) -> list[tuple[re.Pattern[str], str]]:
        found = []
        for path, verbs in self._document["paths"].items():
            shape = re.escape(path)
            for one in (about for verb in verbs.values() for about in verb["parameters"]):
                if one["in"] == "path":
                    within = ".+" if "\\s" in one["schema"]["pattern"] else "[^/]+"
                    shape = shape.replace(re.escape(f"{{{one['name']}}}"), within)
            found.append((re.compile(shape, re.DOTALL), path))
        return found

    def path_of(self, method: str, address: str) -> str | None:
        """Return which path of the document an address is."""
        return next(
            (
                path
                for shape, path in self._shapes
                if method.lower() in self._document["paths"][path] and shape.fullmatch(address)
            ),
            None,
        )

    def check_body(self, method: str, path: str, body: Any) -> None:
        """Fail where the document does not allow a request's body."""
        content = self._operation(method, path)["requestBody"]["content"]
        self._valid(content["application/json"]["schema"], body)

    def check(
        self, method: str, path: str, status: int, content_type: str | None, body: Any
    ) -> None:
        """Fail where the document does not tell of such an answer."""
        responses = self._operation(method, path)["responses"]
        assert str(status) in responses, f"{method} {path}: {status} is not in the document"
        answer = responses[str(status)]
        if "$ref" in answer:
            answer = self._document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        content = answer.get("content")
        if content is None:
            assert body in {"", None}
            return
        assert content_type in content, f"{method} {path} {status}: {content_type}"
        self._valid(content[content_type]["schema"], body)

    def _operation(self, method: str, path: str) -> Any:
        return self._document["paths"][path][method.lower()]

    def _valid(self, schema: Any, value: Any) -> None:
        whole = {**schema, "components": self._document["components"]}
        faults = [fault.message for fault in Draft202012Validator(whole).iter_errors(value)]
        assert faults == [], faults
