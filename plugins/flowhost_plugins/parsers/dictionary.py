"""Terms of a controlled vocabulary, by their key."""

from __future__ import annotations

import logging
from typing import Annotated, Any, ClassVar

import flowhost
from flowhost_plugins.parsers.payload import shortened, text_of

log = logging.getLogger(__name__)


class DictionaryParser:
    """The term whose key is the payload.

    Args:
        source: the dictionary, as the resource behind `lookup` names it: a file, a link.
        lookup: the resource that knows the dictionaries.
    """

    name: ClassVar[str] = "dictionary"

    def __init__(
        self,
        *,
        source: Annotated[str, "the dictionary: a file, or what else the dictionary resource takes"],
        lookup: flowhost.Dictionary,
    ) -> None:
        if not source.strip():
            raise ValueError("source is empty, expected the file or link of a dictionary")
        self._source = source
        self._lookup = lookup

    def parse(self, data: bytes | str | None) -> Any:
        """The term; None, with an error in the log, when the dictionary has none with this key.

        Raises:
            Rejected: the payload is not text.
            Unavailable: the dictionary cannot be read just now.
        """
        key = text_of(data)
        if key is None:
            return None
        term = self._lookup.look_up(self._source, key)
        if term is None:
            log.error("the dictionary %r has no term %s; the value is left out", self._source, shortened(key))
        return term
