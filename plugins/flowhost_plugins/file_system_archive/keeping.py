"""Archives one set of files: the first of its copies that is whole."""

from __future__ import annotations

from pathlib import Path

from flowhost import FileSet
from flowhost_plugins.file_system_archive.names import copy_name
from flowhost_plugins.file_system_archive.sums import is_whole, sha1_of
from flowhost_plugins.file_system_archive.writing import Damaged, Taken, put


class NotKept(Exception):
    """No copy could be archived. The text says why of each."""


def keep(file_set: FileSet, folder: Path) -> FileSet:
    """Let a whole copy of the files be in the folder; return the set with its id and checksum.

    Raises:
        NotKept: it cannot be.
    """
    if found := _kept(file_set, folder):
        return found
    problems = []
    for file in file_set.files:
        try:
            sha1 = file_set.sha1 or sha1_of(Path(file))
            name = copy_name(file, file_set.item, sha1)
            put(Path(file), folder / name, sha1, replace=True)
        except (Damaged, Taken) as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"cannot copy {file} to {folder}: {error.strerror or error}")
        else:
            return file_set._replace(external_ids=(name,), sha1=sha1)
    raise NotKept(
        "; ".join(problems) or f"no file of the item {file_set.item or '(unknown)'} is on this machine"
    )


def _kept(file_set: FileSet, folder: Path) -> FileSet | None:
    """The set when a copy of it is there already, found by its checksum."""
    if not file_set.sha1:
        return None
    for file in file_set.files:
        name = copy_name(file, file_set.item, file_set.sha1)
        try:
            if is_whole(folder / name, file_set.sha1):
                return file_set._replace(external_ids=(name,))
        except OSError:  # it cannot be read, so it is written again, which says what is wrong
            continue
    return None
