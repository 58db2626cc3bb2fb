"""Somebody who builds a till from the OpenAPI document, and knows nothing else of the system.

Operations are called by their names in the document; where they are, what goes where, and what may
be answered is read there. An answer that the document does not tell of fails.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from infra.local.web import ask
from tests.support.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.web import Reply


class Integrator:
    """A till at a base URL, with a key."""

    def __init__(self, document: Mapping[str, Any], base: str, key: str) -> None:
        self._document, self._base, self._key = document, base, key
        self._contract = Contract(document)

    def call(self, operation: str, body: Any = None, **more: Any) -> Any:
        """Call an operation and return the content of its answer, which has to be a good one."""
        reply = self.reply(operation, body, **more)
        assert 200 <= reply.status < 300, (operation, reply.status, reply.body)
        return reply.json()

    def reply(
        self, operation: str, body: Any = None, act: str | None = None, **given: Any
    ) -> Reply:
        """Call an operation; ``act`` is its Idempotency-Key, where it wants one."""
        method, path, about = self._find(operation)
        headers, query = {"Authorization": f"Bearer {self._key}"}, {}
        address = path
        for one in about["parameters"]:
            name = one["name"]
            if one["in"] == "path":
                address = address.replace(f"{{{name}}}", quote(given.pop(name), safe=""))
            elif one["in"] == "query" and name in given:
                query[name] = given.pop(name)
            elif one["in"] == "header" and one["required"]:
                headers[name] = act or uuid.uuid4().hex
        assert not given, f"{operation} knows no {sorted(given)}"
        sent = None
        if "requestBody" in about:
            self._contract.check_body(method, path, body)
            sent = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        url = f"{self._base}{address}" + (f"?{urlencode(query)}" if query else "")
        reply = ask(method.upper(), url, sent, headers)
        kind = reply.headers.get("content-type")
        content = json.loads(reply.body) if reply.body else None
        self._contract.check(method, path, reply.status, kind, content)
        return reply

    def _find(self, operation: str) -> tuple[str, str, Any]:
        for path, verbs in self._document["paths"].items():
            for method, about in verbs.items():
                if about["operationId"] == operation:
                    return method, path, about
        raise AssertionError(f"the document has no operation {operation}")
