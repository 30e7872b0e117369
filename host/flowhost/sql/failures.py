"""What went wrong with a database, in one sentence: which database, what happened, what to do.

SQLAlchemy's own texts stay out of messages: they carry statements and links nobody wants at night.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from flowhost.errors import StateUnavailable

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

_SQLITE = {
    "SQLITE_FULL": ("its disk is full", "free some space"),
    "SQLITE_BUSY": ("another program keeps it locked", "find that program with 'fuser FILE' and stop it"),
    "SQLITE_LOCKED": ("another program keeps it locked", "find that program with 'fuser FILE' and stop it"),
    "SQLITE_READONLY": (
        "it may not be written",
        "check owner and mode of the file and its folder, and the mount",
    ),
    "SQLITE_CANTOPEN": (
        "the file cannot be opened",
        "check that its folder exists and this user may write there",
    ),
    "SQLITE_PERM": ("the file cannot be opened", "check owner and mode of the file and its folder"),
    "SQLITE_NOTADB": (
        "the file is no SQLite database or damaged",
        "restore it from a backup, or move it away to begin with an empty one",
    ),
    "SQLITE_CORRUPT": (
        "the file is damaged",
        "restore it from a backup, or move it away to begin with an empty one",
    ),
    "SQLITE_IOERR": (
        "the disk reports an error",
        "check its free space and its health; it must be a local disk",
    ),
    "SQLITE_PROTOCOL": ("its locks do not work", "keep it on a local disk, not on a network file system"),
}
"""Beginning of SQLite's name of an error (https://sqlite.org/rescode.html) → what happened, what to do."""

_POSTGRESQL = {
    "28": ("the server refused the user or password", "correct them in the url"),
    "3D000": ("the server has no such database", "make it with 'createdb NAME', or correct the url"),
    "53100": ("the server's disk is full", "free some space there"),
    "53300": ("the server has no connection left", "raise its max_connections"),
    "57": ("the server is stopping or starting", "start it, or wait"),
    "25006": ("the server is read-only (a standby?)", "let the url name the primary"),
    "42501": ("the user lacks a privilege", "let the user own the database, or grant CREATE on its schema"),
    "42P01": ("a table is missing", "restart the daemon, so that it makes its tables"),
    "55P03": ("somebody keeps a table locked", "look into pg_locks and end that session"),
    "40": ("it met other transactions on the same rows", "try again"),
}
"""Beginning of an SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) → the same."""

_CONNECTING = {
    "password authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    "role": "28",
    "does not exist": "3D000",
    "too many clients": "53300",
    "the database system is": "57",
}
"""While connecting there is no SQLSTATE, only the server's text: a part of it → the SQLSTATE it means."""


def explained(error: SQLAlchemyError | Exception, location: str) -> StateUnavailable:
    """The error to raise instead of a driver's or SQLAlchemy's."""
    cause = getattr(error, "orig", None) or error
    what, advice = _sqlite(cause) if isinstance(cause, sqlite3.Error) else _postgresql(cause)
    return StateUnavailable(f"cannot use the database {location}: {what}; {advice}")


def unreachable(error: OSError, location: str) -> StateUnavailable:
    """The error to raise when the folder of a database file or the file beside it cannot be used."""
    reason = error.strerror or str(error)
    advice = "check that its folder exists and this user may write there"
    return StateUnavailable(f"cannot use the database {location}: {error.filename}: {reason}; {advice}")


def _sqlite(cause: sqlite3.Error) -> tuple[str, str]:
    name: str = getattr(cause, "sqlite_errorname", "")  # absent when Python's own code raised it
    for beginning, sentence in _SQLITE.items():
        if name.startswith(beginning):
            return sentence
    return _first_line(cause), "restart the daemon; if that does not help, restore a backup"


def _postgresql(cause: BaseException) -> tuple[str, str]:
    state: str | None = getattr(cause, "sqlstate", None)
    text = _first_line(cause)
    if state is None:
        state = next((code for part, code in _CONNECTING.items() if part in text), None)
    for beginning, (what, advice) in _POSTGRESQL.items():
        if state and state.startswith(beginning):
            return f"{what} ({text})", advice
    return text, "check that the server runs and the url is right"


def _first_line(cause: BaseException) -> str:
    """The driver's words: its last reason on the first line, e.g. what the server said after FATAL."""
    line = str(cause).strip().partition("\n")[0] or type(cause).__name__
    return line.rpartition("FATAL:")[2].strip().rstrip(".")
