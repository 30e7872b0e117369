"""How names are compared and suggested, the same in every message."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_SHOWN = 60  # characters of a wrong value: enough to recognise it, and the message stays one line


def spelled(name: str) -> str:
    """How a config spells an option: the parameter ``skip_empty_files`` or ``class_`` with spaces."""
    return re.sub(r"[ _-]+", " ", name).strip()


def same_key(left: str, right: str) -> bool:
    """Whether two option names are one: spaces, underscores and hyphens are the same, case counts."""
    return spelled(left) == spelled(right)


def nearest(word: str, possibilities: Iterable[str]) -> str:
    """How a sentence about an unknown word ends: ``; did you mean 'x'?``, or nothing if none is like it."""
    by_plain_form = {spelled(known).lower(): known for known in sorted(possibilities)}
    close = difflib.get_close_matches(spelled(word).lower(), by_plain_form, n=1)
    return f"; did you mean {by_plain_form[close[0]]!r}?" if close else ""


def quoted(value: object) -> str:
    """A wrong value as a message shows it: quoted, on one line, not longer than needed."""
    text = str(value)
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")
