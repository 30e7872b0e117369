"""Restores one set of files: its copy in the archive goes to each of its places."""

from __future__ import annotations

from pathlib import Path

import flowhost
from flowhost_plugins.file_system_archive.names import place_of
from flowhost_plugins.file_system_archive.writing import Damaged, Taken, put


def bring_back(file_set: flowhost.FileSet, folder: Path) -> flowhost.FileSet:
    """Let each file of the set be there, whole. One that is, stays; any other file is never replaced.

    Raises:
        Permanent: the copy is gone or damaged, or another file is where one shall be.
        Unavailable: it cannot be written just now.
    """
    copy, sha1 = place_of(folder, file_set.external_ids)
    if not copy.is_file():
        raise flowhost.Permanent(f"the archive has no {copy} any more")
    for file in file_set.files:
        try:
            put(copy, Path(file), sha1, replace=False)
        except (Damaged, Taken) as error:
            raise flowhost.Permanent(str(error)) from error
        except OSError as error:
            what = error.strerror or str(error)
            raise flowhost.Unavailable(f"cannot restore {copy} to {file}: {what}") from error
    return file_set._replace(sha1=sha1)
