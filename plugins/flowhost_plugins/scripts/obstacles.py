"""Why a file could not be run, as far as that can be told without running it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FIRST_LINE_BYTES = 256
"""As much of the first line as Linux reads (BINPRM_BUF_SIZE)."""

_ENV = "/usr/bin/env"


def obstacle(file: Path) -> str:
    """Why this file, which is there, cannot be run, as the end of a sentence; empty when nothing speaks against it."""
    if not file.is_file():
        return "is no file"
    if not os.access(file, os.X_OK):
        return f"may not be run by this user; try: chmod +x {file}"
    try:
        with file.open("rb") as stream:
            beginning = stream.read(FIRST_LINE_BYTES)
    except OSError as error:
        if isinstance(error, PermissionError) and not os.access(file, os.R_OK):
            return ""  # a program may be run without being read; a script fails, and says so itself
        return f"cannot be read: {error.strerror}"
    return _interpreter_missing(beginning)


def _interpreter_missing(beginning: bytes) -> str:
    if not beginning.startswith(b"#!"):
        is_text = b"\0" not in beginning
        return "is no program; a script needs a first line such as #!/bin/bash" if is_text else ""
    line = os.fsdecode(beginning[2:].partition(b"\n")[0])
    if line.endswith("\r"):
        return "has line ends of Windows, so its interpreter is not found; convert it, e.g. with dos2unix"
    words = line.split()
    if not words:
        return "names no interpreter after #! in its first line"
    if not Path(words[0]).is_file():
        return f"needs {words[0]}, which is not on this machine"
    if not os.access(words[0], os.X_OK):
        return f"needs {words[0]}, which this user may not run"
    return _not_on_path(words[1:]) if words[0] == _ENV else ""


def _not_on_path(words: list[str]) -> str:
    """Of what `env` looks up; with options of its own or variables, only `env` knows what that is."""
    program = next(iter(words[1:] if words[:1] == ["-S"] else words), "-")
    if program.startswith("-") or "=" in program or shutil.which(program) is not None:
        return ""
    return f"needs {program}, which is not on the PATH"
