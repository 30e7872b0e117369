"""Turns texts into the values that metadata fields take."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import flowhost
from flowhost_plugins.viz_one.client import VizOne

DICTIONARY = "dictionary"
"""The type whose values are terms of a dictionary on the server."""

log = logging.getLogger(__name__)


class MultiParser:
    """Reads one type of value; several threads may use it.

    A time without offset is one of the default time zone; one that clocks there showed twice, or never, because they
    were changed that day, is refused and not guessed.

    Args:
        type: ``string``, ``integer``, ``float``, ``boolean``, ``iso``, ``date``, ``time``, ``datetime`` or
            ``dictionary``.
        format: how a ``date``, ``time`` or ``datetime`` is written, in the notation of Python's strptime.
        default_timezone: where an ``iso`` or ``datetime`` without offset was written, e.g. ``Europe/Stockholm``.
        source: link of the dictionary feed, for ``dictionary``.

    Raises:
        ValueError: there is no such type or time zone, or what the type needs is missing.
    """

    def __init__(
        self,
        type: str = "string",  # noqa: A002  # the option's name in profiles
        format: str | None = None,  # noqa: A002  # as above
        default_timezone: str = "UTC",
        source: str | None = None,
    ) -> None:
        self._source = source or ""
        self._read: Callable[[str], Any] | None = None
        if type != DICTIONARY:
            self._read = _reader(type, format or None, default_timezone)
        elif not self._source.strip():
            raise ValueError(
                "the type 'dictionary' needs a 'source', the link of its feed, e.g. /api/metadata/dictionary/~genre"
            )

    def convert(self, raw_value: str | None, client: VizOne | None = None) -> Any:
        """The value that a text means.

        Args:
            raw_value: the text.
            client: where terms of dictionaries are looked up; other types need none.

        Returns:
            None for an empty text. For a dictionary the term, which a payload takes as a value; None, with an error in
            the log, when it has no such term.

        Raises:
            Rejected: the text means no such value; it is a ValueError besides.
            Unavailable: the dictionary cannot be read just now.
            HTTPClientError: there is no dictionary at the source.
        """
        if raw_value is None or raw_value == "":
            return None
        if self._read is not None:
            return self._read(raw_value)
        if client is None:
            raise ValueError(f"a client is needed to look {raw_value!r} up in the dictionary {self._source}")
        term = client.look_up(self._source, raw_value)
        if term is None:
            log.error("the dictionary %s has no term %r; the value is left out", self._source, raw_value)
        return term


def _reader(
    type: str,  # noqa: A002  # as above
    format: str | None,  # noqa: A002  # as above
    default_timezone: str,
) -> Callable[[str], Any]:
    try:
        return flowhost.value_reader(type, format=format, default_timezone=default_timezone)
    except ValueError as error:
        if str(error).startswith("type is "):
            raise ValueError(f"{error} (or {DICTIONARY})") from None
        raise
