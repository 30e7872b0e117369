"""``$VAR``, ``${VAR}`` and ``${file:PATH}`` in option values; ``$$`` is a plain dollar sign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flowhost.errors import ConfigError
from flowhost.logs.masking import is_secret
from flowhost.places import Place, Problem, Value

_REFERENCE = re.compile(
    r"\$(?:(?P<dollar>\$)|\{file:(?P<file>[^}]*)\}|\{(?P<braced>\w+)\}|(?P<plain>[A-Za-z_]\w*))"
)


def expand(value: Value, *, directory: Path, environ: Mapping[str, str], secret: bool = False) -> Value:
    """The value with its references replaced.

    Args:
        value: from the file; its text may hold references.
        directory: where a relative ``${file:PATH}`` starts.
        environ: the environment variables.
        secret: whether the value must not be shown, whatever its key is called.

    Raises:
        ConfigError: a variable that is not set, or a file that cannot be read; the value itself is not shown.
    """

    def replaced(match: re.Match[str], start: int = 0) -> str:
        if match["dollar"]:
            return "$"
        if match["file"] is not None:
            within = start + match.start("file")
            return _content(
                value, directory / _REFERENCE.sub(lambda inner: replaced(inner, within), match["file"])
            )
        name = match["braced"] or match["plain"]
        if name not in environ:
            # a password with a dollar sign in it: what follows is a piece of the password
            hidden = secret or is_secret(value.key)
            what = "an environment variable" if hidden else f"the environment variable {name!r}"
            message = f"{what} that {value.key!r} refers to is not set; set it, or write $$ for a dollar sign"
            raise ConfigError(Problem(message, _place_within(value, start + match.start())))
        return environ[name]

    return replace(value, text=_REFERENCE.sub(replaced, value.text)) if "$" in value.text else value


def _place_within(value: Value, position: int) -> Place:
    """The place of a character of the value; of the value when it goes over several lines or has no column."""
    place = value.place
    if not place.column or "\n" in value.text:
        return place
    return replace(place, column=place.column + position)


def _content(value: Value, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        message = (
            f"the file {str(path)!r} named by {value.key!r} cannot be read: {(reason or str(error)).lower()}"
        )
        raise ConfigError(Problem(message, value.place)) from None
