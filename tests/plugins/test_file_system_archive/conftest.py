"""An archive in two folders, and files to keep in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.file_system_archive import FileSystemArchive

MEDIA = bytes(range(256)) * 40_000


@dataclass(frozen=True)
class Bed:
    """The archive under test.

    Args:
        archive: it.
        folder: where the copies of its first policy are.
        media: where files online are.
        policy: id of the first policy.
    """

    archive: FileSystemArchive
    folder: Path
    media: Path
    policy: str

    def names(self) -> list[str]:
        """Everything in the folder of the archive, hidden files, too."""
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    for name in ("tape", "cloud", "media"):
        (tmp_path / name).mkdir()
    archive = FileSystemArchive(policies=[f"tape={tmp_path}/tape", f"cloud={tmp_path}/cloud"])
    archive.open()
    yield Bed(archive, tmp_path / "tape", tmp_path / "media", archive.get_policies()[0].uuid)
    archive.close()


@pytest.fixture
def file_set(bed: Bed) -> Callable[..., flowhost.FileSet]:
    """Makes files of one content, and a set of them with its checksum."""

    def make(*names: str, content: bytes = MEDIA, item: str = "VX-7") -> flowhost.FileSet:
        paths = [bed.media / name for name in names]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return flowhost.FileSet(tuple(map(str, paths)), (), item, sha1(content))

    return make


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()
