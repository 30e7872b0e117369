"""Where a daemon keeps what must outlive it: the state directory and the files in it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote

DATABASE_SUFFIX = ".db"


def state_directory() -> Path:
    """The state directory; it need not exist yet.

    The first of ``$FLOWHOST_STATE``, ``$STATE_DIRECTORY`` (set by systemd for ``StateDirectory=``, the first
    of several), ``$XDG_STATE_HOME/flowhost`` and ``~/.local/state/flowhost``.
    """
    if named := os.environ.get("FLOWHOST_STATE") or os.environ.get("STATE_DIRECTORY", "").split(":")[0]:
        return Path(named).absolute()
    if home := os.environ.get("XDG_STATE_HOME"):
        return Path(home, "flowhost").absolute()
    return Path.home() / ".local" / "state" / "flowhost"


def database_file(daemon: str) -> Path:
    """The SQLite file of the daemon with this name, unless its config names another database.

    Whatever a daemon is called, the file lies in the state directory itself: characters that would mean
    something in a path are written as ``%2F`` and the like. `daemon_of` reads the name back.
    """
    return state_directory() / (quote(daemon, safe=" !#$&'()+,;=@[]") + DATABASE_SUFFIX)


def daemon_of(file: Path) -> str:
    """The name of the daemon whose `database_file` this is."""
    return unquote(file.name.removesuffix(DATABASE_SUFFIX))
