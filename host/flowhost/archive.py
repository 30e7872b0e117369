"""The role `Archive`: where a library's files are kept for long, and brought back from.

The contract is that of archive plugins of Cantemo Portal, as a resource: sets of files, policies, opaque ids of what is
kept. A plugin that was written for Portal needs a few lines around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from flowhost.parts import Resource


class FileSet(NamedTuple):
    """The files that hold the same: one rendition of one item.

    Args:
        files: absolute paths on this machine; several when several storages have a copy. To archive, one whole copy is
            enough; a restore brings back each.
        external_ids: what the archive calls what it keeps; its own business. Empty until it is archived.
        item: id of the item.
        sha1: SHA-1 of the bytes, in hexadecimal; empty while unknown.
    """

    files: tuple[str, ...]
    external_ids: tuple[str, ...] = ()
    item: str = ""
    sha1: str = ""


class ArchivePolicy(NamedTuple):
    """How or where an archive keeps things.

    Args:
        uuid: names it for ever.
        name: what people call it.
        bulk_support: whether one call may bring the file sets of many items.
    """

    uuid: str
    name: str
    bulk_support: bool = True


class ArchiveResult(NamedTuple):
    """What became of file sets that were to be archived.

    Args:
        archived: those that are safe, with their `external_ids` and their checksum.
        not_archived: the others.
        error: why, for people; empty when all are safe.
        extra: what the archive wants to be known besides; it is logged.
    """

    archived: Sequence[FileSet]
    not_archived: Sequence[FileSet] = ()
    error: str = ""
    extra: Mapping[str, Any] = {}


class Archive(Resource, Protocol):
    """Role: keeps files for long. Every method may be called by several threads at once.

    Whatever is asked may be asked again, also after the process was killed in the middle: what is done already stays
    done. Every method raises Unavailable when the archive cannot be used just now, and Permanent when there is no
    such policy.
    """

    plugin_guid: ClassVar[str]
    """Tells this kind of archive from every other, for ever. It is kept with what is archived."""

    role_archive: ClassVar[bool] = True
    """Whether it can archive."""

    role_restore: ClassVar[bool] = True
    """Whether it can bring back."""

    role_purge: ClassVar[bool] = True
    """Whether files online may be deleted once they are archived here."""

    role_delete: ClassVar[bool] = True
    """Whether it can delete what it keeps."""

    def archive(self, file_sets: Sequence[FileSet], policy_uuid: str, job_id: str) -> ArchiveResult:
        """Keep a copy of each file set. It returns when the copies are safe and compared with their checksum.

        Args:
            file_sets: what to keep.
            policy_uuid: where or how.
            job_id: for whom; names the work in the archive's own log.
        """

    def restore(self, file_sets: Sequence[FileSet], policy_uuid: str) -> Sequence[FileSet]:
        """Bring each file set back to all its `files`, compared with its checksum; return those that are there.

        Raises:
            Permanent: what is kept is not whole, or another file is where one shall be.
        """

    def delete(self, file_sets: Sequence[FileSet], policy_uuid: str) -> None:
        """Delete what is kept of these file sets. What is not there any more is no error."""

    def get_policies(self) -> Sequence[ArchivePolicy]:
        """All policies. Needs no open archive."""

    def is_ready(self) -> bool:
        """Whether it can be used just now."""
