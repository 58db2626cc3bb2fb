"""Everything the local Wallet API remembers, kept in one SQLite file."""

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

_TABLES = """
CREATE TABLE IF NOT EXISTS resources (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS holders (id TEXT, user TEXT, device TEXT, PRIMARY KEY (id, user));
CREATE TABLE IF NOT EXISTS notifications
    (number INTEGER PRIMARY KEY, id TEXT, channel TEXT, at REAL, shown INTEGER, text TEXT);
CREATE INDEX IF NOT EXISTS notifications_by_id ON notifications (id, channel, at);
CREATE TABLE IF NOT EXISTS callbacks
    (number INTEGER PRIMARY KEY, url TEXT, message TEXT, mode TEXT, body TEXT, due REAL,
     attempts INTEGER DEFAULT 0, outcome TEXT DEFAULT '');
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT);
"""


class Store:
    """Resources by kind and id, who holds them, what notified. Every change is on disk at once.

    Without a folder it lives in memory: for tests that call the rules without a server.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is None:
            file = ":memory:"
        else:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder / "wallet.sqlite3"
            path.touch(mode=0o600)
            file = str(path)
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        # A killed process loses nothing; only a power cut may lose the last moments.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_TABLES)
        self._lock = threading.RLock()

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Let nobody else read or write: each request sees and leaves a whole state."""
        with self._lock:
            yield

    def get(self, kind: str, identifier: str) -> Json | None:
        """Return a resource as it was put, or None."""
        rows = self._rows("SELECT body FROM resources WHERE kind = ? AND id = ?", kind, identifier)
        return json.loads(rows[0]["body"]) if rows else None

    def put(self, kind: str, body: Json) -> None:
        """Keep a resource under its id."""
        self._rows(
            "INSERT INTO resources (kind, id, body) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            *(kind, body["id"], json.dumps(body)),
        )

    def all(self, kind: str) -> list[Json]:
        """Return every resource of a kind, by id."""
        rows = self._rows("SELECT body FROM resources WHERE kind = ? ORDER BY id", kind)
        return [json.loads(row["body"]) for row in rows]

    def hold(self, identifier: str, user: str, device: str = "") -> bool:
        """Note that somebody saved an object; tell whether that is new."""
        if user in {one["user"] for one in self.holders(identifier)}:
            return False
        self._rows(
            "INSERT INTO holders (id, user, device) VALUES (?, ?, ?)", identifier, user, device
        )
        return True

    def let_go(self, identifier: str, user: str) -> bool:
        """Note that somebody removed an object; tell whether they had it."""
        if user not in {one["user"] for one in self.holders(identifier)}:
            return False
        self._rows("DELETE FROM holders WHERE id = ? AND user = ?", identifier, user)
        return True

    def holders(self, identifier: str) -> list[Json]:
        """Return who has an object: ``user`` and ``device``."""
        found = self._rows(
            "SELECT user, device FROM holders WHERE id = ? ORDER BY rowid", identifier
        )
        return [dict(row) for row in found]

    def has_users(self, identifier: str) -> bool:
        """Tell whether somebody has an object."""
        return bool(self.holders(identifier))

    def notify(self, identifier: str, channel: str, at: float, text: str, *, shown: bool) -> None:
        """Note that phones were notified of something, or would have been."""
        self._rows(
            "INSERT INTO notifications (id, channel, at, shown, text) VALUES (?, ?, ?, ?, ?)",
            *(identifier, channel, at, int(shown), text),
        )

    def notified_since(self, identifier: str, channel: str, since: float) -> int:
        """Return how many were shown of a resource on a channel after an instant."""
        rows = self._rows(
            "SELECT COUNT(*) AS n FROM notifications "
            "WHERE id = ? AND channel = ? AND at > ? AND shown",
            *(identifier, channel, since),
        )
        return int(rows[0]["n"])

    def notifications(self) -> list[Json]:
        """Return every notification, oldest first."""
        return [
            dict(row) | {"shown": bool(row["shown"])}
            for row in self._rows("SELECT * FROM notifications")
        ]

    def add_callback(self, url: str, message: Json, mode: str, due: float | None) -> None:
        """Queue a callback; its body is made and kept when it is first sent."""
        self._rows(
            "INSERT INTO callbacks (url, message, mode, due) VALUES (?, ?, ?, ?)",
            *(url, json.dumps(message), mode, due),
        )

    def callbacks(self) -> list[Json]:
        """Return all callbacks, oldest first; those that wait have a ``due``."""
        rows = self._rows("SELECT * FROM callbacks ORDER BY number")
        return [dict(row) | {"message": json.loads(row["message"])} for row in rows]

    def due_callbacks(self) -> list[Json]:
        """Return the callbacks that are to be sent, the first one first."""
        rows = self._rows("SELECT * FROM callbacks WHERE due IS NOT NULL ORDER BY due, number")
        return [dict(row) | {"message": json.loads(row["message"])} for row in rows]

    def update_callback(self, number: int, **changes: Any) -> None:
        """Change a callback's ``body``, ``due``, ``attempts`` or ``outcome``."""
        for name in changes.keys() & {"body", "due", "attempts", "outcome"}:
            self._rows(
                f"UPDATE callbacks SET {name} = ? WHERE number = ?",  # noqa: S608  four names
                *(changes[name], number),
            )

    def setting(self, name: str) -> Any:
        """Return a setting, or None."""
        rows = self._rows("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else None

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        self._rows(
            "INSERT INTO settings (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            *(name, json.dumps(value)),
        )

    def close(self) -> None:
        """Write everything out and let go of the file."""
        with self._lock:
            self._database.close()

    def _rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
