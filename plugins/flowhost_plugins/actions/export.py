"""The action ``export``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.names import fitting
from flowhost_plugins.actions.starting import started
from flowhost_plugins.actions.subject import item_id, item_of

ORIGINAL = "original"
"""The tag of the media that an item was imported with."""

_DEFAULT = flowhost.PathTemplate("${name}")


class Export:
    """Delivers the item to an export location, transcoded when it has no shape in the format.

    The rule goes on when the file is there. An item of another kind of media than the format's is skipped.
    """

    name: ClassVar[str] = "export"

    def __init__(
        self,
        *,
        location: Annotated[str, "id or name of a storage of the kind EXPORT"],
        format: Annotated[str, "shape tag of what is delivered"] = ORIGINAL,  # noqa: A002  # what operators call it
        file_name: Annotated[
            flowhost.PathTemplate | None,
            "name or path in the location, may have tags; empty: that of the original; gets the format's suffix",
        ] = None,
        assets: flowhost.MediaLibrary,
    ) -> None:
        self._location = location
        self._format = format
        self._file_name = file_name if file_name and file_name.text else None
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Start the export, or find the one that was started for this step.

        Raises:
            Permanent: there is no such location or format, a file of this name is there, or there is no room.
        """
        item, path = item_id(context), self._path(context)

        def start(key: str) -> flowhost.AssetJob:
            return self._assets.export(item, self._format, self._location, path, key=key)

        try:
            job = started(start, context.identity)
        except flowhost.MediaTypeMismatch as error:
            return flowhost.Outcome.skipped(str(error))
        return flowhost.Outcome.waiting([job.id], note=f"exports to {self._location!r} as {path!r}")

    def plan(self, context: flowhost.Context) -> str:
        """Where the item would go."""
        return f"export {context.item} as {self._format!r} to {self._location!r} as {self._path(context)!r}"

    def _path(self, context: flowhost.Context) -> str:
        item = item_id(context)
        suffix = self._suffix(item)
        if self._file_name is not None:
            return fitting(self._file_name.path(context.tags), suffix)
        return fitting(_DEFAULT.path({"name": self._default_name(item)}), suffix)

    def _suffix(self, item: str) -> str:
        """With its dot: of a file of the shape, or, when that must be made, of the format."""
        tagged = [shape for shape in self._assets.shapes(item) if self._format in shape.tags]
        if known := next((file for shape in reversed(tagged) for file in shape.files), None):
            return PurePosixPath(known.name).suffix
        return "" if self._format == ORIGINAL else self._assets.shape_tag(self._format).suffix

    def _default_name(self, item: str) -> str:
        original = PurePosixPath(self._assets.variables(item).get("originalFilename", "")).name
        return PurePosixPath(original).stem or item_of(self._assets, item).title or item
