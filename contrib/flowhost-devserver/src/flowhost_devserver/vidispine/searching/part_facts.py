"""What is known of the shapes and files of an item: what it is of, and what its item is like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flowhost_devserver.vidispine.searching.criteria import Kind
from flowhost_devserver.vidispine.searching.matching import Facts
from flowhost_plugins.catalogue import File, Shape


class _Part:
    """Fields of its own; what it does not have is asked of its item."""

    def __init__(self, owner: Facts, fields: Mapping[str, Iterable[object]]) -> None:
        self.owner = owner
        self._fields = {
            name: tuple(str(one) for one in values if one not in (None, ""))
            for name, values in fields.items()
        }

    def values(self, name: str) -> tuple[str, ...]:
        """See `Facts`."""
        own = self._fields.get(name)
        return tuple(self.owner.values(name)) if own is None else own

    def texts(self) -> Iterator[str]:
        """See `Facts`."""
        for values in self._fields.values():
            yield from values
        yield from self.owner.texts()

    def groups(self, name: str) -> Iterable[Facts]:
        """See `Facts`."""
        return self.owner.groups(name)


class ShapeFacts(_Part):
    """Those of a shape.

    Args:
        owner: its item.
        shape: itself.
    """

    def __init__(self, owner: Facts, shape: Shape) -> None:
        streams = [one for one in shape.components if one.kind != "container"]
        container = [one for one in shape.components if one.kind == "container"]
        fields: dict[str, Iterable[object]] = {
            "shapeId": [shape.id],
            "itemId": [shape.item],
            "shapeTag": shape.tags,
            "mimeType": [shape.mime_type],
            "format": [one.codec for one in container],
            "codec": [one.codec for one in streams],
            "width": [one.width for one in streams],
            "height": [one.height for one in streams],
        }
        super().__init__(owner, fields)
        self.id, self.shape = shape.id, shape

    def related(self, kind: Kind) -> Iterable[Facts]:
        """See `Facts`."""
        if kind == "shape":
            return [self]
        if kind == "file":
            return [FileFacts(self.owner, self.shape, file) for file in self.shape.files]
        return self.owner.related(kind)


class FileFacts(_Part):
    """Those of a file.

    Args:
        owner: its item.
        shape: its shape.
        file: itself.
    """

    def __init__(self, owner: Facts, shape: Shape, file: File) -> None:
        fields: dict[str, Iterable[object]] = {
            "fileId": [file.id],
            "itemId": [shape.item],
            "path": [file.path],
            "filename": [file.name],
            "state": [file.state],
            "storage": [file.storage],
            "size": [file.size],
            "hash": [file.hash],
        }
        super().__init__(owner, fields)
        self.id, self.shape, self.file = file.id, shape, file

    def related(self, kind: Kind) -> Iterable[Facts]:
        """See `Facts`."""
        if kind == "file":
            return [self]
        return [ShapeFacts(self.owner, self.shape)] if kind == "shape" else self.owner.related(kind)
