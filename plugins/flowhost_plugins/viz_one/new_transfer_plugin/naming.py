"""What a new transfer plugin may be called."""

from __future__ import annotations

import importlib.util
import keyword
import re

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def problem_of(name: str) -> str | None:
    """Why a plugin cannot have this name; None when it can."""
    if not _NAME.fullmatch(name):
        return (
            f"{name!r} cannot be a plugin's name; expected small letters, digits and _, such as 'to_archive'"
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return f"{name!r} is a word of Python's own, and the plugin's module is called as the plugin"
    if importlib.util.find_spec(name) is not None:
        return f"there is a Python module {name!r} already, and the plugin's own is called as the plugin"
    return None


def class_name(name: str) -> str:
    """The name as that of a class: ``to_archive`` → ``ToArchive``."""
    return "".join(part.capitalize() for part in name.split("_"))
