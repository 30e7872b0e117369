"""What every XML document has: it is read from bytes or an answer, written as bytes, and keeps what it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.namespaces import local
from flowhost_plugins.viz_one.documents.writing import generated

if TYPE_CHECKING:
    from lxml.etree import _Element


class Document:
    """An XML document. It is a view of a tree: what it does not know of stays in the tree and is written again.

    Args:
        source: bytes, text, an lxml element (used as it is: changes go into its tree), another document (copied), or
            anything with ``content`` (a response of requests) or ``body`` (a message). None makes an empty one.

    Raises:
        DocumentError: the source is not XML, or its root element is not that of this kind of document.
    """

    content_type: ClassVar[str] = "application/xml"
    root: ClassVar[str] = ""
    """Qualified name of the root element that is written; empty: any."""

    other_roots: ClassVar[tuple[str, ...]] = ()
    """Qualified names of root elements that are read besides."""

    response_etag: str | None

    def __init__(self, source: Any = None) -> None:
        self.response_etag = None
        self._forget()
        if source is None:
            self._element = self._empty()
        else:
            self.parse(source)

    def parse(self, source: Any) -> None:
        """Read this source in place of what the document was; nothing of that is kept.

        A document that is part of another one is replaced there, too.
        """
        element = _element_of(source, local(self.root) or "XML")
        self._check_root(element)
        old: _Element | None = self.__dict__.get("_element")
        if old is not None and (parent := old.getparent()) is not None:
            element = trees.copied(element)
            element.tail = old.tail
            parent.replace(old, element)
        self._element = element
        self.response_etag = _etag_of(source)
        self._forget()

    @classmethod
    def of(cls, element: _Element) -> Self:
        """A view of an element within another document, whatever that element is called."""
        document = cls.__new__(cls)
        document.response_etag = None
        document._element = element
        document._forget()
        return document

    @property
    def element(self) -> _Element:
        """The root element."""
        self._write_back()
        return self._element

    def generate(self) -> bytes:
        """The document in UTF-8."""
        return generated(self.element)

    def copy(self) -> Self:
        """A document of its own with the same content and ETag."""
        twin = type(self).of(trees.copied(self.element))
        twin.response_etag = self.response_etag
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @classmethod
    def _empty(cls) -> _Element:
        if not cls.root:
            raise DocumentError(f"a {cls.__name__} has no empty form; give it something to read")
        return trees.new(cls.root)

    def _check_root(self, element: _Element) -> None:
        if self.root and element.tag not in (self.root, *self.other_roots):
            raise DocumentError(
                f"the document is no {local(self.root)}: its root element is {element.tag!r}, expected {self.root!r}"
            )

    def _forget(self) -> None:
        """Drop what was derived from the old tree."""

    def _write_back(self) -> None:
        """Write into the tree what is kept beside it."""


def _element_of(source: Any, what: str) -> _Element:
    if isinstance(source, (bytes, str)):
        return trees.parsed(source, what)
    if isinstance(source, Document):
        return trees.copied(source.element)
    if trees.is_element(source):
        return source
    for name in ("content", "body"):
        data = getattr(source, name, None)
        if isinstance(data, (bytes, str)):
            return trees.parsed(data, what)
    raise DocumentError(
        f"{what} cannot be read from a {type(source).__name__}; "
        "expected bytes, text, an element, a response or a message"
    )


def _etag_of(source: Any) -> str | None:
    if isinstance(source, Document):
        return source.response_etag
    headers = getattr(source, "headers", None)
    if not isinstance(headers, Mapping):
        return None
    return next((str(value) for name, value in headers.items() if str(name).lower() == "etag"), None)
