"""The catalogue's face: shapes, and how they are made."""

from __future__ import annotations

from collections.abc import Iterable

from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Shape, ShapeTag


class ShapeMethods(Opened):
    """The renditions of items. What does not exist raises NotFound."""

    def shapes(self, item_id: str) -> tuple[Shape, ...]:
        """The shapes of an item, the oldest first."""
        return self._open.shapes.of(item_id)

    def create_shape(self, item_id: str, *, tags: Iterable[str] = (), mime_type: str = "") -> Shape:
        """Give an item a shape without files; they come, or the shape says only that it will be there."""
        return self._open.shapes.create(item_id, tags, mime_type)

    def set_tags_of_shape(self, shape_id: str, tags: Iterable[str]) -> None:
        """Let a shape have exactly these tags."""
        self._open.shapes.set_tags(shape_id, tags)

    def delete_shape(self, shape_id: str) -> bool:
        """Delete a shape with all its files; return whether there was one.

        Raises:
            Unavailable: a disk does not let a file go; its state is ``TO_BE_DELETED``, and each scan tries again.
        """
        return self._open.deletion.delete_shape(shape_id)

    def shape_tags(self) -> list[ShapeTag]:
        """How shapes are made: the tags that can be transcoded to, by name."""
        return self._open.shape_tags.all()

    def shape_tag(self, name: str) -> ShapeTag:
        """The shape tag of this name."""
        return self._open.shape_tags.get(name)

    def set_shape_tag(self, tag: ShapeTag) -> ShapeTag:
        """Keep a shape tag, in the place of that of its name; jobs that are ordered already keep to the old one.

        Raises:
            Permanent: one of its values cannot be.
        """
        return self._open.shape_tags.set(tag)

    def remove_shape_tag(self, name: str) -> bool:
        """Forget a shape tag that was set; return whether it was. One that every catalogue has is as before then."""
        return self._open.shape_tags.remove(name)
