"""What a script is told: variables of its environment, and files for what is too long for one.

Linux takes 128 KiB for one variable (MAX_ARG_STRLEN, with its name and the byte that ends it), and for the arguments and
the environment together a quarter of the stack's limit, at most 6 MiB (see execve(2)).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PREFIX = "portal_"
VARIABLE_BYTES = 128 * 1024 - 1  # NAME=value, without the byte that ends it
LARGEST_ROOM = 6 * 1024 * 1024  # bytes, whatever the stack's limit is
MARGIN = 16 * 1024  # bytes, for the interpreter's words and what the system adds
POINTER = 8  # bytes that each word costs besides its text

log = logging.getLogger(__name__)


def told(variables: Mapping[str, str], item: str | None) -> dict[bytes, bytes]:
    """The variables of a run, as they are in an environment.

    Keys stand as they are, after ``portal_``. A NUL, which no environment can hold, is left out of keys and values; a
    key with ``=`` is left out altogether, and the log says so.

    Args:
        variables: what a notification told; none for other runs.
        item: id of the item; None when the run is about none.
    """
    found: dict[bytes, bytes] = {}
    for key, text in (dict(variables) | ({} if item is None else {"itemId": item})).items():
        if "=" in key:
            log.warning("the variable %r is left out: no name of a variable may have '='", key)
            continue
        found[_bytes(PREFIX + key)] = _bytes(text)
    return found


def environment(
    variables: Mapping[bytes, bytes], files: Path, words: Sequence[bytes], *, room: int | None = None
) -> dict[bytes, bytes]:
    """The environment of a script: what this process has, and the variables of the run.

    A variable that is too long is written into a file, of which ``NAME_file`` has the path, and left out itself; when all
    together are too much for the system, the longest ones are.

    Args:
        variables: see `told`.
        files: an empty folder for the files.
        words: the script and its arguments, which share the room.
        room: bytes that there are for everything; None: what the system says.

    Raises:
        OSError: a file cannot be written.
    """
    inherited = {name: text for name, text in os.environb.items() if not name.startswith(PREFIX.encode())}
    given = dict(variables)
    paths: dict[bytes, bytes] = {}
    left = (_room() if room is None else room) - _cost_of(words) - _cost(inherited)
    for name in list(_too_long(given, left)):
        file = files / f"{len(paths) + 1}"
        file.write_bytes(given.pop(name))
        paths[name + b"_file"] = os.fsencode(file)
    return inherited | given | paths


def _too_long(variables: Mapping[bytes, bytes], room: int) -> Iterator[bytes]:
    """The names of variables that do not fit, the longest first."""
    needed = _cost(variables)
    for name in sorted(variables, key=lambda one: len(one) + len(variables[one]), reverse=True):
        size = len(name) + len(variables[name]) + 1
        if size <= VARIABLE_BYTES and needed <= room:
            return
        if size <= _FILE_COST + len(name):  # a file would not save anything
            return
        needed -= size - _FILE_COST - len(name)
        yield name


_FILE_COST = 100
"""Bytes for ``_file=`` and a path of usual length."""


def _room() -> int:
    told = os.sysconf("SC_ARG_MAX")  # below 0 when the stack has no limit
    return (min(told, LARGEST_ROOM) if told > 0 else LARGEST_ROOM) - MARGIN


def _cost(variables: Mapping[bytes, bytes]) -> int:
    return sum(len(name) + len(text) + 2 + POINTER for name, text in variables.items())


def _cost_of(words: Sequence[bytes]) -> int:
    return sum(len(word) + 1 + POINTER for word in words)


def _bytes(text: str) -> bytes:
    """As the system writes names of files; what is no text at all has ``?``."""
    try:
        found = text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        found = text.encode(errors="replace")
    return found.replace(b"\0", b"")
