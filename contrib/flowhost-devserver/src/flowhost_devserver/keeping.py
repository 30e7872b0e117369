"""What the server keeps besides the catalogue: JSON values by kind and key, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import flowhost

_SCHEMA = "CREATE TABLE IF NOT EXISTS kept (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key))"


class Keeping:
    """A small durable dictionary; safe to use from every thread.

    Args:
        file: the SQLite file, made when it is not there.

    Raises:
        Unavailable: it cannot be opened, or is something else.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise _unusable(file, error) from error
        try:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(_SCHEMA)
        except sqlite3.Error as error:
            self._connection.close()
            raise _unusable(file, error) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def get(self, kind: str, key: str) -> Any:
        """The value, None when there is none."""
        rows = self._run("SELECT value FROM kept WHERE kind = ? AND key = ?", kind, key)
        return json.loads(rows[0][0]) if rows else None

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep the value in place of an older one."""
        self._run(
            "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
            kind,
            key,
            json.dumps(value),
        )

    def delete(self, kind: str, key: str) -> bool:
        """Forget the value; return whether there was one."""
        return bool(self._run("DELETE FROM kept WHERE kind = ? AND key = ? RETURNING key", kind, key))

    def all(self, kind: str) -> dict[str, Any]:
        """Every value of this kind by its key, oldest first."""
        rows = self._run("SELECT key, value FROM kept WHERE kind = ? ORDER BY rowid", kind)
        return {key: json.loads(value) for key, value in rows}

    def next_number(self, name: str) -> int:
        """Count up: 1, 2, 3 ..., over restarts, too."""
        rows = self._run(
            "INSERT INTO kept VALUES ('number', ?, '1') "
            "ON CONFLICT (kind, key) DO UPDATE SET value = value + 1 RETURNING value",
            name,
        )
        return int(rows[0][0])

    def _run(self, statement: str, *values: str) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _unusable(file: Path, error: sqlite3.Error) -> flowhost.Unavailable:
    return flowhost.Unavailable(f"cannot keep the server's state in {file}: {error}; choose another folder")
