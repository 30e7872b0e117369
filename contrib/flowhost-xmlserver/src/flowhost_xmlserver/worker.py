"""The worker: checks a document and stores it."""

from __future__ import annotations

import logging
from typing import Annotated, Any, ClassVar

import flowhost
from flowhost_xmlserver.web import Web

log = logging.getLogger(__name__)


class XmlServer:
    """Stores documents that are well-formed XML, under their names."""

    name: ClassVar[str] = "xmlserver"
    SOURCE: ClassVar[type[Web]] = Web
    """Where its events come from when the profile names no other source."""

    def __init__(
        self,
        *,
        root: Annotated[str, "name the outermost element must have; empty for any"] = "",
        store: flowhost.Store,
    ) -> None:
        self._root = root
        self._store = store

    def work(self, event: flowhost.Event) -> None:
        """Check and store one document.

        Raises:
            Permanent: it is not well-formed, has a document type, or another outermost element.
        """
        if not event.subject or not isinstance(event.data, bytes):
            raise flowhost.Permanent(f"the event {event.type} brings no document; expected a name and bytes")
        self._store.put(event.subject, self._checked(event.data))
        log.info("stored %s (%d bytes)", event.subject, len(event.data))

    def _checked(self, data: bytes) -> str:
        from lxml import etree

        # a document type can name files and addresses, and make a bomb of a few lines
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            tree: Any = etree.fromstring(data, parser).getroottree()
        except etree.XMLSyntaxError as error:
            raise flowhost.Permanent(f"the document is not well-formed XML: {error}") from error
        if tree.docinfo.doctype:
            raise flowhost.Permanent("the document has a document type; expected one without <!DOCTYPE>")
        name = etree.QName(tree.getroot()).localname
        if self._root and name != self._root:
            raise flowhost.Permanent(f"the document is a {name!r}, expected {self._root!r}")
        return str(etree.tostring(tree, encoding="unicode"))
