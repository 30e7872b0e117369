"""Marks: what changes were made for, as whoever makes them said. They stand in the log, and jobs inherit them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import flowhost
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable

MARK = "mark"
"""The name a mark has among the details of a change."""

_mark: ContextVar[str] = ContextVar("catalogue_mark", default="")


def current() -> str:
    """The mark of what this thread changes now; empty: none."""
    return _mark.get()


@contextmanager
def marked(mark: str) -> Iterator[None]:
    """Let what this thread changes carry a mark; empty: none, also within another's.

    Raises:
        Permanent: no database can keep this text.
    """
    if len(mark) > LONGEST_INDEXED or not is_storable(mark):
        raise flowhost.Permanent(
            f"the mark is {mark[:40]!r}, expected a text of at most {LONGEST_INDEXED} characters"
        )
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)
