"""XML of others, read without trusting it: no entities, no network, no DTD.

A document type declaration is let pass, as many formats carry one, but nothing it points to is read, and a document
that declares or uses entities of its own is refused: what it says would not be all there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    from lxml.etree import _Element


def root_of(content: bytes, file_name: str) -> _Element:
    """The root element of a document.

    Raises:
        Rejected: it is not XML, or relies on entities.
    """
    from lxml import etree

    # made for each document: threads that share one wait for each other; collect_ids must stay on, as without it
    # lxml 6.1 reads external DTDs in spite of load_dtd=False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise flowhost.Rejected(f"{file_name!r} cannot be read as XML: {error}") from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None:
        for entity in declared.iterentities():  # type: ignore[union-attr]  # missing from the stubs
            raise flowhost.Rejected(
                f"{file_name!r} declares the entity {entity.name!r}, which is not allowed"
            )
    for reference in root.iter(etree.Entity):
        raise flowhost.Rejected(
            f"{file_name!r} uses {reference.text}, which only a DTD could declare; none is read"
        )
    return root
