"""Classes and objects of the local Wallet API, kept in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = dict[str, Any]


class Store:
    """Resources by kind and id. Every change is on disk before it is answered."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "wallet.sqlite3"
        file.touch(mode=0o600)
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        # A killed process loses nothing; only a power cut may lose the last moments.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS resources "
            "(kind TEXT, id TEXT, body TEXT, users INTEGER DEFAULT 0, PRIMARY KEY (kind, id))"
        )
        self._lock = threading.RLock()

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Let nobody else read or write: each request sees and leaves a whole state."""
        with self._lock:
            yield

    def get(self, kind: str, identifier: str) -> Json | None:
        """Return a resource as it was put, or None."""
        row = self._database.execute(
            "SELECT body FROM resources WHERE kind = ? AND id = ?", (kind, identifier)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, body: Json) -> None:
        """Keep a resource under its id."""
        self._database.execute(
            "INSERT INTO resources (kind, id, body) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, body["id"], json.dumps(body)),
        )

    def all(self, kind: str) -> list[Json]:
        """Return every resource of a kind, by id."""
        rows = self._database.execute(
            "SELECT body FROM resources WHERE kind = ? ORDER BY id", (kind,)
        )
        return [json.loads(row[0]) for row in rows]

    def add_user(self, identifier: str) -> None:
        """Note that somebody saved an object."""
        self._database.execute(
            "UPDATE resources SET users = 1 WHERE kind = 'loyaltyObject' AND id = ?", (identifier,)
        )

    def has_users(self, identifier: str) -> bool:
        """Tell whether somebody saved an object."""
        row = self._database.execute(
            "SELECT users FROM resources WHERE kind = 'loyaltyObject' AND id = ?", (identifier,)
        ).fetchone()
        return bool(row and row[0])

    def close(self) -> None:
        """Write everything out and let go of the file."""
        with self._lock:
            self._database.close()
