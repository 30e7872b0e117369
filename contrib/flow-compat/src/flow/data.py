"""Values from text."""

from __future__ import annotations

from typing import Any

from vizone.client import viz_one_of

import flowhost
from flowhost_plugins.viz_one import HTTPClientError
from flowhost_plugins.viz_one import MultiParser as _MultiParser


class NoDictionary(flowhost.Permanent, ValueError):
    """The server has no dictionary at the link, or does not show it; a ValueError, as it was with Flow."""


class MultiParser:
    """Turns a text into a value, in one of several ways.

    Args:
        type: ``string``, ``integer``, ``float``, ``iso``, ``date``, ``time``, ``datetime`` or ``dictionary``.
        format: how dates and times are written, as for ``time.strptime``.
        default_timezone: for a ``datetime`` that names none.
        source: link of the dictionary's feed.
    """

    def __init__(
        self,
        type: str = "string",  # noqa: A002  # Flow's name for it
        format: str | None = None,  # noqa: A002  # as above
        default_timezone: str = "UTC",
        source: str | None = None,
    ) -> None:
        self._source = source
        self._parser = _MultiParser(
            type=type, format=format, default_timezone=default_timezone, source=source
        )

    def convert(self, raw_value: str | None, client: Any = None) -> Any:
        """The value of a text; None of an empty one.

        Args:
            raw_value: the text.
            client: where dictionaries are looked up; the default client when it is None.

        Raises:
            ValueError: the text means no such value, or the server answers 4xx for the dictionary.
        """
        try:
            return self._parser.convert(raw_value, client=viz_one_of(client, required=False))
        except HTTPClientError as error:
            raise NoDictionary(f"the dictionary {self._source} cannot be read: {error}") from error
