"""The role `MediaLibrary`: an asset system that also searches, and manages media; `media` is what it deals in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from flowhost.asset_system import AccessEntry, AssetJob, AssetSystem
from flowhost.media import File, Finding, Ids, Shape, ShapeTag, Storage


class MediaLibrary(AssetSystem, Protocol):
    """Role: an asset system that also searches, transcodes, moves, archives, and keeps a recycle bin.

    Methods raise as those of `AssetSystem` do. Those that start a job take a `key`: a second call with the same key
    starts nothing, but returns the first job, whatever became of it; an empty key is no key.
    """

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> Ids:
        """The ids of the items a query in the library's own language holds for; see `Ids`.

        Raises:
            Permanent: the query cannot be read; the sentence tells where.
        """

    def matches(self, query: str, item_id: str) -> bool:
        """Whether `search_ids` finds this item with this query. False for an item that does not exist."""

    def finding(self, query: str, item_id: str) -> Finding:
        """What becomes of each condition of a query for one item."""

    def saved_query(self, search: str) -> str:
        """The query of the saved search with this id or name.

        Raises:
            Permanent: there is no such search.
        """

    def collection_ids(self, collection: str, *, cursor: str | None = None, number: int = 1000) -> Ids:
        """The ids of the items in the collection with this id or unique name, and in those below it.

        Raises:
            Permanent: there is no such collection, or several have this name.
        """

    def in_collection(self, collection: str, item_id: str) -> bool:
        """Whether `collection_ids` has this item."""

    def collection_names(self, item_id: str) -> tuple[str, ...]:
        """The names of the collections the item is a member of."""

    def add_to_collection(self, item_id: str, name: str) -> bool:
        """Make the item a member of the collection of this name, which is made when there is none.

        Returns:
            Whether it was not a member before.
        """

    def field_names(self) -> list[str]:
        """The names of all metadata fields that any item has or may have, as in `Item.fields`."""

    def notification_names(self) -> frozenset[str]:
        """What its notifications can be called, e.g. ``job_finish``; empty: it does not tell. Needs no open library."""
        return frozenset()

    def shapes(self, item_id: str) -> tuple[Shape, ...]:
        """The shapes of an item, the oldest first."""

    def shape_tag(self, name: str) -> ShapeTag:
        """The shape tag of this name.

        Raises:
            Permanent: there is none.
        """

    def shape_tags(self) -> list[ShapeTag]:
        """The tags that can be transcoded to, by name."""

    def storages(self) -> list[Storage]:
        """All storages, the oldest first."""

    def storage(self, id_or_name: str) -> Storage:
        """The storage with this id or name.

        Raises:
            Permanent: there is none.
        """

    def transcode(self, item_id: str, tag: str, *, replace: bool = False, key: str = "") -> AssetJob:
        """Start to make a shape with this tag.

        Raises:
            MediaTypeMismatch: the item is of another kind than the tag.
            ShapeExists: there is one, and it is not to be replaced.
        """

    def drop_replaced(self, job_id: str) -> int:  # noqa: ARG002  # for those who have something to do
        """Delete the shapes that a transcode which ended well has replaced; return how many.

        To be called when the job has ended, as often as one likes. A library whose jobs do that has nothing to do.
        """
        return 0

    def export(self, item_id: str, tag: str, location: str, file_name: str, *, key: str = "") -> AssetJob:
        """Start to deliver the shape with this tag (transcoded when the item has none) to an export storage.

        Raises:
            MediaTypeMismatch: the item is of another kind than the tag.
        """

    def check_export_location(self, location: str) -> None:
        """Look whether `export` would know this location.

        Raises:
            Permanent: it would not.
        """
        self.storage(location)

    def copy_file(
        self, file: File | str, storage: str, path: str | None = None, *, key: str = ""
    ) -> AssetJob:
        """Start to copy a file to a storage; without a path to the same one there."""

    def move_file(
        self, file: File | str, storage: str, path: str | None = None, *, key: str = ""
    ) -> AssetJob:
        """Start to move a file: the source goes once the copy is safe."""

    def delete_file(self, file_id: str) -> bool:
        """Delete one copy of a shape; return whether there was one.

        Raises:
            LastCopy: it is the last.
        """

    def archive_item(self, item_id: str, policy: str, *, purge: bool = False, key: str = "") -> AssetJob:
        """Start to archive an item by a policy; purge: its files online are deleted once the copies are safe."""

    def check_archive_policy(self, policy: str) -> None:
        """Look whether `archive_item` would know this policy.

        Raises:
            Permanent: it would not.
        """
        self.storage(policy)

    def restore_from_archive(self, item_id: str, *, key: str = "") -> AssetJob:
        """Start to bring an item's files back from the archive to where they were."""

    def delete_from_archive(self, item_id: str) -> int:
        """Delete an item from the archive; return how many files were there.

        Raises:
            LastCopy: no whole copy is online.
        """

    def trash_item(self, item_id: str, grace: timedelta | None = None) -> bool:
        """Put an item into the recycle bin; once the grace is over (None: the library's own) it is deleted.

        Returns:
            Whether it was not there before.
        """

    def grant_access(self, item_id: str, entry: AccessEntry, *, origin: str) -> bool:
        """Add an access entry that can be withdrawn by its origin; return whether it was not there."""

    def withdraw_access(self, origin: str, item_id: str | None = None) -> int:
        """Remove the access entries of an origin, of one item or of all; return how many there were."""

    def items_with_access_from(self, origin: str) -> list[str]:
        """The ids of the items that have access entries of this origin."""

    def live_jobs(self, item_id: str) -> list[AssetJob]:
        """The jobs of an item and its shapes that have not ended."""

    def stop_job(self, job_id: str) -> None:
        """Ask a job to stop. It ends as ``ABORTED``, unless it was done first."""

    def marked(self, mark: str) -> AbstractContextManager[None]:
        """Within it, what this thread changes carries `mark`: notifications of it have the variable ``mark``.

        Jobs that are started within it carry the mark, too. A system that cannot do this marks nothing.
        """

    def link(self, item_id: str) -> str:
        """A URL or a path at which a person finds the item; empty when the library has none."""

    def variables(self, item_id: str) -> Mapping[str, str]:
        """What tags stand for besides metadata fields: ``originalFilename``, ``user`` ..., as far as known."""
