"""Whether a program could be started, without starting it."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def obstacle(program: str, directory: Path, path: str | None) -> OSError | None:
    """The error that starting the program would end in, as far as can be told from outside; None for none.

    Args:
        program: a name, looked for in the folders of the search path, or a path.
        directory: where the program would run, and where a relative path begins.
        path: the search path; None for the usual one.
    """
    if not directory.is_dir():
        return _error(errno.ENOTDIR if directory.exists() else errno.ENOENT, str(directory))
    folders = os.get_exec_path({} if path is None else {"PATH": path})
    places = [directory / program] if "/" in program else [directory / folder / program for folder in folders]
    there = [place for place in places if place.is_file()]
    if not there:
        return _error(errno.ENOENT, program)
    return None if any(os.access(place, os.X_OK) for place in there) else _error(errno.EACCES, program)


def _error(number: int, name: str) -> OSError:
    return OSError(number, os.strerror(number), name)  # of the subclass that belongs to the number
