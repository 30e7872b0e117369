"""Lists of URIs, as ``text/uri-list`` (RFC 2483, section 5) has them."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

from flowhost_plugins.viz_one.documents.errors import DocumentError

LINE_END = re.compile(r"[\r\n]+")


class UriList(list[str]):
    """Some URIs, in their order: what to import, or what is a member.

    Args:
        uris: the URIs.
    """

    content_type: ClassVar[str] = "text/uri-list"

    def generate(self) -> bytes:
        """The list, a line each.

        Raises:
            DocumentError: one of them would be no line of its own.
        """
        for uri in self:
            if not uri.strip() or uri.startswith("#") or LINE_END.search(uri):
                raise DocumentError(f"{uri!r} cannot stand in a list of URIs: it is no line with a URI")
        return "".join(f"{uri}\r\n" for uri in self).encode()

    @classmethod
    def parse(cls, data: Any) -> Self:
        """The URIs of a list: lines that are neither blank nor comments.

        Args:
            data: bytes, text, or anything with ``content`` or ``body``.

        Raises:
            DocumentError: it is none of these, or no text.
        """
        for name in ("content", "body"):
            data = getattr(data, name, data)
        if isinstance(data, bytes):
            try:
                data = data.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise DocumentError(f"the list of URIs is no UTF-8 text: {error}") from None
        if not isinstance(data, str):
            raise DocumentError(f"a list of URIs cannot be read from a {type(data).__name__}")
        lines = (line.strip() for line in LINE_END.split(data))
        return cls(line for line in lines if line and not line.startswith("#"))
