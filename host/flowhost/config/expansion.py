"""``$VAR``, ``${VAR}`` and ``${file:PATH}`` in option values; ``$$`` is a plain dollar sign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flowhost.errors import ConfigError
from flowhost.places import Problem, Value

_REFERENCE = re.compile(
    r"\$(?:(?P<dollar>\$)|\{file:(?P<file>[^}]*)\}|\{(?P<braced>\w+)\}|(?P<plain>[A-Za-z_]\w*))"
)


def expand(value: Value, *, directory: Path, environ: Mapping[str, str]) -> Value:
    """The value with its references replaced.

    Args:
        value: from the file; its text may hold references.
        directory: where a relative ``${file:PATH}`` starts.
        environ: the environment variables.

    Raises:
        ConfigError: a variable that is not set, or a file that cannot be read; the value itself is not shown.
    """

    def replaced(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        if match["file"] is not None:
            return _content(value, directory / _REFERENCE.sub(replaced, match["file"]))
        name = match["braced"] or match["plain"]
        if name not in environ:
            message = f"the variable {name!r} named by {value.key!r} is not set; set it, or write $$ for a dollar sign"
            raise ConfigError(Problem(message, value.place))
        return environ[name]

    return replace(value, text=_REFERENCE.sub(replaced, value.text)) if "$" in value.text else value


def _content(value: Value, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        message = (
            f"the file {str(path)!r} named by {value.key!r} cannot be read: {(reason or str(error)).lower()}"
        )
        raise ConfigError(Problem(message, value.place)) from None
