"""Files that belong to another, such as ``clip.xml`` to ``clip.mxf``, by the pattern ``{stem}.xml``."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from pathlib import PurePath

_FIELDS = ("stem", "name")


class Companions:
    """Knows by their names which files belong together.

    Args:
        patterns: names with ``{stem}`` (the main file's name without its last suffix) or ``{name}``.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(patterns)
        self._names = [re.compile(_expression(pattern), re.DOTALL) for pattern in patterns]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def is_companion(self, path: str) -> bool:
        """Whether the file's name is that of a companion, of whatever file."""
        name = path.rpartition("/")[2]
        return any(expression.fullmatch(name) for expression in self._names)

    def of(self, path: str) -> dict[str, str]:
        """The paths a file's companions must have, by pattern."""
        main = PurePath(path)
        return {
            pattern: str(main.with_name(pattern.format(stem=main.stem, name=main.name)))
            for pattern in self._patterns
        }


def _expression(pattern: str) -> str:
    """The regular expression of the names a companion pattern stands for."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise ValueError(f"companion pattern {pattern!r} cannot be read: {error}") from None
    fields = [
        field for _, field, spec, conversion in parts if field is not None and not spec and not conversion
    ]
    unknown = len(fields) != sum(field is not None for _, field, _, _ in parts) or set(fields) - set(_FIELDS)
    if unknown or not fields or "/" in pattern:
        raise ValueError(
            f"companion pattern {pattern!r}: expected a file name with {{stem}} or {{name}} in it"
        )
    return "".join(re.escape(text) + ("" if field is None else "(.+)") for text, field, _, _ in parts)
