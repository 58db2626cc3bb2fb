"""The secrets of receivers, as they are kept beside the other secrets: a small document each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Store(Protocol):
    """Where secrets are kept by name."""

    def read(self, name: str) -> str | None:
        """Return a secret; None where there is none of that name."""

    def write(self, name: str, text: str) -> None:
        """Keep a secret, whatever was there."""


def name(program: str, receiver: str) -> str:
    """Return the name that a receiver's secrets are kept under."""
    return f"receivers/{program}/{receiver}"


def from_text(text: str) -> list[str]:
    """Return the secrets in a document; none where it makes no sense."""
    try:
        found = json.loads(text)["secrets"]
    except (ValueError, KeyError, TypeError):
        return []
    whole = isinstance(found, list) and all(isinstance(one, str) and one for one in found)
    return found if whole else []


class KeptSecrets:
    """See ``loyalty.outgoing.receiving.Secrets``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, program: str, receiver: str) -> list[str]:
        """Return the secrets of a receiver, the newest last; none where there is none."""
        return from_text(self._store.read(name(program, receiver)) or "{}")

    def write(self, program: str, receiver: str, secrets: Sequence[str]) -> None:
        """Keep these secrets and no others."""
        self._store.write(name(program, receiver), json.dumps({"secrets": list(secrets)}))
