"""What went wrong with the database, in one sentence: which database, what happened, what to do."""

from __future__ import annotations

import sqlite3
from typing import Any

import flowhost

_SQLITE = {
    "SQLITE_FULL": "its disk is full; free some space",
    "SQLITE_BUSY": "another program keeps it locked; find that program with 'fuser FILE' and stop it",
    "SQLITE_LOCKED": "another program keeps it locked; find that program with 'fuser FILE' and stop it",
    "SQLITE_READONLY": "it may not be written; check owner and mode of the file and its folder, and the mount",
    "SQLITE_CANTOPEN": "the file cannot be opened; check that its folder exists and this user may write there",
    "SQLITE_PERM": "the file cannot be opened; check owner and mode of the file and its folder",
    "SQLITE_NOTADB": "the file is no SQLite database or damaged; restore it from a backup",
    "SQLITE_CORRUPT": "the file is damaged; restore it from a backup",
    "SQLITE_IOERR": "the disk reports an error; check its free space and its health; it must be a local disk",
    "SQLITE_PROTOCOL": "its locks do not work; keep it on a local disk, not on a network file system",
}
"""Beginning of SQLite's name of an error (https://sqlite.org/rescode.html) → what happened, what to do."""

_POSTGRESQL = {
    "28": "the server refused the user or password; correct them in the url",
    "3D000": "the server has no such database; make it with 'createdb NAME', or correct the url",
    "53100": "the server's disk is full; free some space there",
    "53300": "the server has no connection left; raise its max_connections",
    "57": "the server is stopping or starting; start it, or wait",
    "25006": "the server is read-only; let the url name the primary",
    "42501": "the user lacks a privilege; let the user own the database, or grant CREATE on its schema",
    "40": "it met other transactions on the same rows; try again",
}
"""Beginning of an SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) → the same."""


def explained(error: Any, location: str) -> flowhost.Unavailable:
    """The error to raise instead of a driver's or SQLAlchemy's, whose texts carry statements and links."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        name, sentences = getattr(cause, "sqlite_errorname", ""), _SQLITE
    else:
        name, sentences = getattr(cause, "sqlstate", None) or "", _POSTGRESQL
    known = next((text for beginning, text in sentences.items() if name.startswith(beginning)), "")
    line = str(cause).strip().partition("\n")[0] or type(cause).__name__
    said = line.rpartition("FATAL:")[2].strip().rstrip(".")
    what = known or f"{said}; check that it is there and in order"
    return flowhost.Unavailable(f"cannot use the catalogue's database {location}: {what}")


def unreachable(error: OSError, location: str) -> flowhost.Unavailable:
    """The error to raise when the folder of a database file, or the lock beside the file, cannot be used."""
    advice = "check that its folder exists and this user may write there"
    what = f"{error.filename}: {error.strerror or error}"
    return flowhost.Unavailable(f"cannot use the catalogue's database {location}: {what}; {advice}")
