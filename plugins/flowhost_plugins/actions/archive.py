"""The actions ``archive``, ``restore`` and ``delete-from-archive``."""

from __future__ import annotations

from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.starting import started
from flowhost_plugins.actions.subject import item_id


class Archive:
    """Archives the item; the rule goes on when its copies in the archive are safe."""

    name: ClassVar[str] = "archive"

    def __init__(
        self,
        *,
        policy: Annotated[str, "archive policy: id or name of a storage of the kind ARCHIVE"],
        purge: Annotated[bool, "delete the files online once the copies are safe"] = False,
        assets: flowhost.MediaLibrary,
    ) -> None:
        self._policy = policy
        self._purge = purge
        self._assets = assets

    @property
    def destructive(self) -> bool:
        """Whether files online are deleted."""
        return self._purge

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Start to archive, or find the job that was started for this step.

        Raises:
            Permanent: there is no such policy, or the item has nothing to archive.
            Conflict: the archive is at work on the item.
        """
        item = item_id(context)

        def start(key: str) -> flowhost.AssetJob:
            return self._assets.archive_item(item, self._policy, purge=self._purge, key=key)

        job = started(start, context.identity)
        return flowhost.Outcome.waiting([job.id], note=f"archives to {self._policy!r}")

    def plan(self, context: flowhost.Context) -> str:
        """What would be archived."""
        purged = ", and delete its files online" if self._purge else ""
        return f"archive {item_id(context)} to {self._policy!r}{purged}"


class Restore:
    """Brings the item's files back from the archive to where they were; the rule goes on when they are there."""

    name: ClassVar[str] = "restore"

    def __init__(self, *, assets: flowhost.MediaLibrary) -> None:
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Start to restore, or find the job that was started for this step.

        Raises:
            Permanent: the item is not in the archive.
            Conflict: the archive is at work on the item.
        """
        item = item_id(context)

        def start(key: str) -> flowhost.AssetJob:
            return self._assets.restore_from_archive(item, key=key)

        job = started(start, context.identity)
        return flowhost.Outcome.waiting([job.id], note="restores from the archive")

    def plan(self, context: flowhost.Context) -> str:
        """What would be restored."""
        return f"restore {item_id(context)} from the archive"


class DeleteFromArchive:
    """Deletes the item from the archive. Fails when no whole copy of it is online."""

    name: ClassVar[str] = "delete-from-archive"
    destructive: ClassVar[bool] = True

    def __init__(self, *, assets: flowhost.MediaLibrary) -> None:
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Delete the copies in the archive."""
        try:
            number = self._assets.delete_from_archive(item_id(context))
        except flowhost.LastCopy as error:
            return flowhost.Outcome.failed(f"only completes while a copy is online: {error}")
        if not number:
            return flowhost.Outcome.done("nothing of it is in the archive")
        return flowhost.Outcome.done(f"deleted {number} files from the archive")

    def plan(self, context: flowhost.Context) -> str:
        """What would be deleted."""
        return f"delete {item_id(context)} from the archive"
