"""What a transfer plugin gets on its standard input.

The names in this document are not public. So each part is found by its local name alone, in any namespace, in any case and
with or without hyphens, and the same parts can be written.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, ClassVar, TypeVar

from flowhost_plugins.viz_one.documents import choices, fields, trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.entry import Entry
from flowhost_plugins.viz_one.documents.item import Item
from flowhost_plugins.viz_one.documents.namespaces import MAM, TRANSFER, local, qualified
from flowhost_plugins.viz_one.documents.payload import Payload
from flowhost_plugins.viz_one.documents.transfer import TransferRequest, TransferStep, entry_within
from flowhost_plugins.viz_one.documents.writing import grafted

if TYPE_CHECKING:
    from lxml.etree import _Element

E = TypeVar("E", bound=Entry)


class PluginData(Document):
    """A transfer as its plugin sees it: from where, to where, of what, and where to report."""

    content_type: ClassVar[str] = "application/xml"
    written_root: ClassVar[str] = choices.PLUGIN_DATA

    source_names: ClassVar[tuple[str, ...]] = ("sourceurl", "source")
    destination_names: ClassVar[tuple[str, ...]] = ("destinationurl", "destination")
    asset_names: ClassVar[tuple[str, ...]] = ("asset", "item")
    step_names: ClassVar[tuple[str, ...]] = ("transferstep", "step")
    request_names: ClassVar[tuple[str, ...]] = ("transferrequest", "request")
    metadata_names: ClassVar[tuple[str, ...]] = ("pluginmetadata", "settings", "metadata")

    @property
    def sourceurl(self) -> str:
        """Where the media is, with the credentials for it; empty when there is none."""
        return self._url(self.source_names)

    @sourceurl.setter
    def sourceurl(self, url: str) -> None:
        trees.put_child_text(self._element, qualified(TRANSFER, "sourceurl"), url)

    @property
    def destinationurl(self) -> str:
        """Where the media shall go, with the credentials for it; empty when there is none."""
        return self._url(self.destination_names)

    @destinationurl.setter
    def destinationurl(self, url: str) -> None:
        trees.put_child_text(self._element, qualified(TRANSFER, "destinationurl"), url)

    @property
    def asset(self) -> Item | None:
        """What is transferred, with its metadata within; None when there is none."""
        return self._entry(self.asset_names, Item)

    @asset.setter
    def asset(self, item: Item) -> None:
        self._put_entry(qualified(MAM, "asset"), self.asset_names, item)

    @property
    def transferstep(self) -> TransferStep | None:
        """Where progress is reported; None when there is none."""
        return self._entry(self.step_names, TransferStep)

    @transferstep.setter
    def transferstep(self, step: TransferStep) -> None:
        self._put_entry(qualified(TRANSFER, "transferstep"), self.step_names, step)

    @property
    def transferrequest(self) -> TransferRequest | None:
        """What the step is part of; None when there is none."""
        return self._entry(self.request_names, TransferRequest)

    @transferrequest.setter
    def transferrequest(self, request: TransferRequest) -> None:
        self._put_entry(qualified(TRANSFER, "transferrequest"), self.request_names, request)

    @property
    def pluginmetadata(self) -> Payload | None:
        """The settings of the plugin; None when there are none."""
        for part in self._parts(self.metadata_names):
            found = next(part.iterdescendants(*fields.PAYLOAD), None)
            if found is not None:
                return Payload.of(found)
        # the one that belongs to no entry
        for payload in self._element.iterdescendants(*fields.PAYLOAD):
            if not any(parent.tag in (Entry.root, *fields.PAYLOAD) for parent in payload.iterancestors()):
                return Payload.of(payload)
        return None

    @pluginmetadata.setter
    def pluginmetadata(self, payload: Payload) -> None:
        for old in list(self._parts(self.metadata_names)):
            self._element.remove(old)
        grafted(trees.add(self._element, qualified(TRANSFER, "pluginmetadata")), payload.copy().element)

    @classmethod
    def _empty(cls) -> _Element:
        return trees.new(cls.written_root)

    def _parts(self, names: tuple[str, ...]) -> Iterator[_Element]:
        """The parts of these names: best name first, and children before what is deeper but in no other part."""
        closed = {*self.asset_names, *self.step_names, *self.request_names}
        plain = [part for part in _outside(self._element, closed) if _plain(part) in names]
        plain.sort(key=lambda part: (names.index(_plain(part)), part.getparent() is not self._element))
        return iter(plain)

    def _url(self, names: tuple[str, ...]) -> str:
        for part in self._parts(names):
            text = "" if len(part) else trees.text_of(part).strip()
            if url := text or part.get("href") or part.get("url") or part.get("src"):
                return url
        for link in self._element.iterchildren("{*}link"):
            if (link.get("rel") or "").lower().replace("-", "") in names:
                return link.get("href") or ""
        return ""

    def _entry(self, names: tuple[str, ...], kind: type[E]) -> E | None:
        for part in self._parts(names):
            if len(part):
                return kind.of(entry_within(part))
        # an entry in nothing of its own is known by the kind in its urn: urn:vme:default:asset:1
        for element in self._element.iterchildren(Entry.root):
            entry = kind.of(element)
            if any(part.lower() in names for part in entry.atom_id.split(":")):
                return entry
        return None

    def _put_entry(self, tag: str, names: tuple[str, ...], entry: Entry) -> None:
        for old in list(self._parts(names)):
            if len(old) and (parent := old.getparent()) is not None:
                parent.remove(old)
        grafted(trees.add(self._element, tag), entry.element)


def _outside(element: _Element, closed: Container[str]) -> Iterator[_Element]:
    """What is in this element, but not what is in entries, payloads and parts of these names."""
    for child in element.iterchildren("*"):
        yield child
        if child.tag not in (Entry.root, *fields.PAYLOAD) and _plain(child) not in closed:
            yield from _outside(child, closed)


def _plain(element: _Element) -> str:
    return local(element.tag).lower().replace("-", "").replace("_", "")
