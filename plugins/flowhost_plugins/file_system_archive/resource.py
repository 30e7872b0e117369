"""The resource `file-system-archive`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.file_system_archive.bringing_back import bring_back
from flowhost_plugins.file_system_archive.keeping import NotKept, keep
from flowhost_plugins.file_system_archive.names import place_of
from flowhost_plugins.file_system_archive.policies import Policy, find, policies_from
from flowhost_plugins.file_system_archive.writing import remove, remove_leftovers


class FileSystemArchive(flowhost.Archive):
    """Keeps files in folders, such as a mounted tape library or a second disk.

    A copy is called ``NAME_ITEM_SHA1.SUFFIX``, so that the archive can be read without any database. It is written under
    a temporary name, brought to the disk, read again and compared, and only then gets its name. A process that is killed
    at any moment leaves nothing half; archiving again finds the copy by its checksum.

    Args:
        policies: the folders, each with a name; they must be absolute.
        marker: name of a file that each folder has while the right disk is mounted there.
    """

    name: ClassVar[str] = "file-system-archive"
    section: ClassVar[str] = "File System Archive"
    plugin_guid: ClassVar[str] = "2f2b6f8e-8f43-4a0e-9a55-6a0c9b7c1d35"

    def __init__(
        self,
        *,
        policies: Annotated[
            list[str], "NAME=FOLDER, separated by commas: archive policies and their folders"
        ],
        marker: Annotated[str, "name of a file that each folder has while it is mounted; empty: none"] = "",
    ) -> None:
        self._policies = policies_from(policies)
        if "/" in marker:
            raise ValueError(f"marker is {marker!r}, expected the name of a file, without folders")
        self._marker = marker

    def open(self) -> None:
        """See `flowhost.Resource`. What writers that died left is deleted where the folder is there."""
        for policy in self._policies.values():
            if not policy.trouble(self._marker):
                try:
                    remove_leftovers(policy.folder)
                except OSError as error:
                    what = error.strerror or str(error)
                    raise flowhost.Unavailable(f"cannot tidy up {policy.folder}: {what}") from error

    def close(self) -> None:
        """See `flowhost.Resource`."""

    def probe(self) -> None:
        """See `flowhost.Resource`: every folder must be there."""
        if troubles := self._troubles():
            raise flowhost.Unavailable("; ".join(troubles))

    def is_ready(self) -> bool:
        """See `flowhost.Archive`."""
        return not self._troubles()

    def get_policies(self) -> list[flowhost.ArchivePolicy]:
        """See `flowhost.Archive`."""
        return [flowhost.ArchivePolicy(uuid, policy.name) for uuid, policy in self._policies.items()]

    def archive(
        self, file_sets: Sequence[flowhost.FileSet], policy_uuid: str, job_id: str
    ) -> flowhost.ArchiveResult:
        """See `flowhost.Archive`."""
        folder = self._ready(policy_uuid).folder
        archived, others, problems = list[flowhost.FileSet](), list[flowhost.FileSet](), list[str]()
        for file_set in file_sets:
            try:
                archived.append(keep(file_set, folder))
            except NotKept as error:
                others.append(file_set)
                problems.append(str(error))
        return flowhost.ArchiveResult(archived, others, "; ".join(problems), {"job": job_id})

    def restore(self, file_sets: Sequence[flowhost.FileSet], policy_uuid: str) -> list[flowhost.FileSet]:
        """See `flowhost.Archive`."""
        folder = self._ready(policy_uuid).folder
        return [bring_back(file_set, folder) for file_set in file_sets]

    def delete(self, file_sets: Sequence[flowhost.FileSet], policy_uuid: str) -> None:
        """See `flowhost.Archive`."""
        folder = self._ready(policy_uuid).folder
        for copy in [place_of(folder, file_set.external_ids)[0] for file_set in file_sets]:
            try:
                remove(copy)
            except OSError as error:
                raise flowhost.Unavailable(f"cannot delete {copy}: {error.strerror or error}") from error

    def _ready(self, uuid: str) -> Policy:
        policy = find(self._policies, uuid)
        if trouble := policy.trouble(self._marker):
            raise flowhost.Unavailable(trouble)
        return policy

    def _troubles(self) -> list[str]:
        return [found for policy in self._policies.values() if (found := policy.trouble(self._marker))]
