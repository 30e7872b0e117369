"""The action ``transcode``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.starting import started
from flowhost_plugins.actions.subject import item_id


class Transcode:
    """Makes a shape of the item in a format. The rule goes on when the transcode has ended.

    An item of another kind of media than the format's is skipped; so is one that has the shape already, unless that
    shall be replaced: it goes once the new one is made.
    """

    name: ClassVar[str] = "transcode"

    def __init__(
        self,
        *,
        format: Annotated[str, "name of the shape tag to transcode to"],  # noqa: A002  # what operators call it
        replace: Annotated[bool, "make the shape again when there is one"] = False,
        assets: flowhost.MediaLibrary,
    ) -> None:
        self._format = format
        self._replace = replace
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Start the transcode, or find the one that was started for this step.

        Raises:
            Permanent: there is no such format, or the item has no media.
        """
        item = item_id(context)

        def start(key: str) -> flowhost.AssetJob:
            return self._assets.transcode(item, self._format, replace=self._replace, key=key)

        try:
            job = started(start, context.identity)
        except (flowhost.MediaTypeMismatch, flowhost.ShapeExists) as error:
            return flowhost.Outcome.skipped(str(error))
        return flowhost.Outcome.waiting([job.id], note=f"transcodes to {self._format!r}")

    def finish(
        self,
        context: flowhost.Context,  # noqa: ARG002  # the job knows its item
        jobs: Sequence[flowhost.AssetJob],
    ) -> flowhost.Outcome:
        """Delete what was replaced, now that there is the new shape.

        Raises:
            Unavailable: the new one is not whole yet.
            Permanent: the library does not let it be deleted.
        """
        if self._replace:
            for job in jobs:
                self._assets.drop_replaced(job.id)
        return flowhost.Outcome.done()

    def plan(self, context: flowhost.Context) -> str:
        """What would be made; empty when the item has it."""
        shapes = self._assets.shapes(item_id(context))
        if not self._replace and any(self._format in shape.tags for shape in shapes):
            return ""
        return f"transcode {context.item} to {self._format!r}"
