"""A till's message, read strictly: the same at the door and, later, from the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.http.nested_form import nested
from functions.http.strict_json import read_value
from loyalty.tills import registry
from loyalty.tills.incoming import LARGEST_MESSAGE
from loyalty.tills.reading import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint


def read(endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> Message:
    """Read a message as its endpoint's language is written.

    Raises
    ------
    Refusal
        It is no acceptable JSON, or form where the language is written in forms.
    """
    connector = registry.CONNECTORS[endpoint.scheme]
    if connector.form and not body.lstrip().startswith((b"{", b"[")):
        return Message(nested(body, LARGEST_MESSAGE), kept_headers(endpoint, headers))
    document = read_value(
        body, largest=LARGEST_MESSAGE, exact=connector.exact_numbers, lists=connector.lists
    )
    return Message(document, kept_headers(endpoint, headers))


def kept_headers(endpoint: Endpoint, headers: Mapping[str, str]) -> dict[str, str]:
    """Return those headers that belong to what the message says."""
    given, wanted = lower(headers), registry.CONNECTORS[endpoint.scheme].headers
    return {name: given[name] for name in wanted if name in given}


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with lower-case names, which is how they are looked up."""
    return {name.lower(): value for name, value in headers.items()}
