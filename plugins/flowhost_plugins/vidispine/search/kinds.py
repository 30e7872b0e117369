"""What Vidispine says of its metadata fields: their types, which decide what can be asked of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import flowhost
from flowhost.query import QueryError

Kind: TypeAlias = Literal["words", "whole", "number", "moment", "flag", "hidden"]
"""``words``: found by the words in it; ``whole``: compared as a whole; ``hidden``: cannot be searched."""

_KINDS: dict[str, Kind] = {
    "string": "words",
    "string-exact": "whole",
    "date": "moment",
    "integer": "number",
    "long": "number",
    "float": "number",
    "double": "number",
    "boolean": "flag",
    "timecode": "whole",
}
"""What Vidispine's types are, without ``-sortable``, which changes nothing here."""

SYSTEM: dict[str, Kind] = {
    "itemId": "whole",
    "mediaType": "whole",
    "shapeTag": "whole",
    "user": "whole",
    "created": "moment",
    "title": "words",
    "mimeType": "whole",
    "originalFilename": "words",
    "originalFormat": "words",
    "originalUri": "words",
    "originalVideoCodec": "words",
    "originalAudioCodec": "words",
    "originalWidth": "number",
    "originalHeight": "number",
    "durationSeconds": "number",
    "durationTimeCode": "words",
    "startTimeCode": "words",
    "startSeconds": "number",
}
"""Fields of each item that are Vidispine's own; a site may say otherwise."""


class UnknownField(QueryError):
    """There is no such field, as far as is known."""


class Kinds:
    """The kinds of the fields there are.

    Args:
        types: name of a field → its type, as the site has them.
    """

    def __init__(self, types: Mapping[str, str]) -> None:
        self._kinds: dict[str, Kind] = {
            **SYSTEM,
            **{name: _kind(kind) for name, kind in types.items()},
        }

    def __contains__(self, path: str) -> bool:
        """Whether there is a field with this name or path; Vidispine's transient ones are not listed anywhere."""
        name = path.rpartition("/")[2]
        return name in self._kinds or name.startswith("__")

    def of(self, path: str) -> Kind:
        """The kind of a field.

        Raises:
            UnknownField: there is no such field.
            QueryError: it cannot be searched.
        """
        name = path.rpartition("/")[2]
        if name not in self:
            hint = flowhost.nearest(name, sorted(self._kinds))
            raise UnknownField(f"Vidispine has no metadata field {name!r}{hint}")
        kind = self._kinds.get(name, "whole")
        if kind == "hidden":
            raise QueryError(f"the metadata field {name!r} has no index in Vidispine, so nothing can find it")
        return kind


def _kind(type_: str) -> Kind:
    if type_.endswith("-noindex"):
        return "hidden"
    return _KINDS.get(type_.removesuffix("-sortable").lower(), "words")  # the schema has timeCode
