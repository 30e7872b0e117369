"""Folders that the server makes."""

from __future__ import annotations

from pathlib import Path

import flowhost


def make_folder(path: Path) -> Path:
    """Make a folder, and those above it, unless it is there; return it.

    Raises:
        ConfigError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise flowhost.ConfigError(f"cannot make the folder {path}: {reason}; choose another one") from error
    return path
