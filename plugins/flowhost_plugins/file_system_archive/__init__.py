"""The resource `file-system-archive`: an archive in folders of this machine.

`policies` reads what the operator says, `names` is what copies are called, `writing` puts whole files in place and
`sums` compares them, `keeping` and `bringing_back` do the work for one set of files.
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.file_system_archive.resource import FileSystemArchive

__all__ = ["FileSystemArchive"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The resource `file-system-archive`."""
    return [FileSystemArchive]
