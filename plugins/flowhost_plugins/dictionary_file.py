"""Controlled vocabularies in files beside the profile: a JSON object, or CSV with columns key and value."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import flowhost

Terms = Mapping[str, Any]
Stamp = tuple[int, int, int]
"""Modification time in nanoseconds, size and inode: another stamp means another content."""


class DictionaryFile(flowhost.Dictionary):
    """Looks terms up in files, which are read again when they have changed.

    A ``.json`` file holds one object, key → term. A ``.csv`` file is UTF-8 with commas; its first line names
    the columns, of which ``key`` and ``value`` count. Where a key stands twice, its first term counts.

    Args:
        daemon: a relative path starts in the folder of its profile.
    """

    name: ClassVar[str] = "dictionary-file"
    default: ClassVar[bool] = True

    def __init__(self, *, daemon: flowhost.DaemonInfo) -> None:
        self._directory = Path(daemon.directory)
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[Stamp, Terms]] = {}

    def open(self) -> None:
        """Files are read when they are first asked for."""

    def close(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._read.clear()

    def look_up(self, source: str, key: str) -> Any:
        """The term with this key in the file `source`, or None when it has no such term.

        Raises:
            Unavailable: the file cannot be read, or does not hold a dictionary.
        """
        if "://" in source:
            raise flowhost.Unavailable(
                f"the dictionary {source!r} is a link; dictionary-file reads files, e.g. terms.csv"
            )
        path = self._directory / Path(source).expanduser()
        try:
            return self._terms(path).get(key)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise flowhost.Unavailable(f"the dictionary {str(path)!r} cannot be read: {reason}") from None
        except ValueError as error:
            raise flowhost.Unavailable(f"the dictionary {str(path)!r} is not usable: {error}") from None

    def _terms(self, path: Path) -> Terms:
        with self._lock:
            stamp = _stamp(path)
            known = self._read.get(path)
            if known is None or known[0] != stamp:
                known = self._read[path] = (stamp, _reader(path)(path))
            return known[1]


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _reader(path: Path) -> Callable[[Path], Terms]:
    readers = {".json": _json_terms, ".csv": _csv_terms}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"its name ends in {path.suffix!r}, expected .json or .csv")
    return reader


def _json_terms(path: Path) -> Terms:
    try:
        terms = json.loads(path.read_bytes(), object_pairs_hook=_first_ones)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at {error.lineno}:{error.colno}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(terms, dict):
        raise ValueError(f"it holds a JSON {type(terms).__name__}, expected one object, key → term")
    return terms


def _csv_terms(path: Path) -> Terms:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        try:
            columns = {title.strip().lower(): title for title in rows.fieldnames or ()}
            if not {"key", "value"} <= columns.keys():
                found = ", ".join(map(repr, rows.fieldnames or ())) or "nothing"
                raise ValueError(f"its first line names the columns {found}, expected 'key' and 'value'")
            return _first_ones(_pair(row, columns, rows.line_num) for row in rows)
        except csv.Error as error:
            raise ValueError(f"{error} after line {rows.line_num}") from None


def _pair(row: Mapping[str, str | None], columns: Mapping[str, str], line: int) -> tuple[str, str]:
    key, value = row[columns["key"]], row[columns["value"]]
    if key is None or value is None:
        raise ValueError(f"line {line} has fewer columns than the first line")
    return key, value


def _first_ones(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for key, term in pairs:
        terms.setdefault(key, term)
    return terms


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The dictionary of files."""
    return [DictionaryFile]
