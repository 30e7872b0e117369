"""Copies a file so that its name never stands for half of it.

It is written under a temporary name in the same file system, brought to the disk, read again and compared, and only
then given its name, which must be free.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PIECE = 4 * 1024 * 1024
"""Bytes read at once: few calls, and a cancel is noticed within some milliseconds."""


LATEST = 2**63 - 1
"""Nanoseconds since 1970, in the year 2262: what the tables can hold. Some file systems hold more."""


class CopyFailed(Exception):
    """The file could not be copied. The text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells whether a file was touched: size, time of its last change, and which file it is."""

    size: int
    modified: int
    identity: tuple[int, int]


def look(path: Path) -> Seen:
    """A look at a file.

    Raises:
        CopyFailed: there is none.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise _failed("read", path, error) from error
    if not path.is_file():
        raise CopyFailed(f"{path} is no regular file")
    return Seen(found.st_size, last_change(found), (found.st_dev, found.st_ino))


def last_change(found: os.stat_result) -> int:
    """When a file was last changed, in nanoseconds since 1970, as far as the tables can hold that."""
    return max(-LATEST, min(found.st_mtime_ns, LATEST))


def checksum(path: Path, each: Callable[[int], None], *, from_disk: bool = False) -> str:
    """SHA-256 of a file, in hexadecimal.

    Args:
        path: the file.
        each: called with the number of bytes of each piece; what it raises ends the work.
        from_disk: forget what the system remembers of the file, so that it is the disk that is read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            if from_disk:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while piece := file.read(PIECE):
                digest.update(piece)
                each(len(piece))
    except OSError as error:
        raise _failed("read", path, error) from error
    return digest.hexdigest()


def copy(source: Path, temporary: Path, each: Callable[[int], None]) -> str:
    """Copy `source` to the new file `temporary`, and verify it; return the checksum.

    Raises:
        CopyFailed: it could not be read or written, it changed meanwhile, or the copy is not the same.
    """
    before = look(source)
    digest = _write(source, temporary, each)
    if look(source) != before:
        raise CopyFailed(f"{source} changed while it was copied; import it again when it is complete")
    if (written := checksum(temporary, each, from_disk=True)) != digest:
        what = f"its checksum is {written}, that of the source {digest}"
        raise CopyFailed(f"the copy of {source} in {temporary.parent} is damaged: {what}; check that disk")
    return digest


def _write(source: Path, temporary: Path, each: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    try:
        reading = source.open("rb", buffering=0)
    except OSError as error:
        raise _failed("read", source, error) from error
    with reading:
        try:
            with temporary.open("xb", buffering=0) as writing:
                while piece := reading.read(PIECE):
                    digest.update(piece)
                    _write_all(writing.fileno(), piece)
                    each(len(piece))
                os.fsync(writing.fileno())
        except OSError as error:
            raise _failed("write", temporary, error) from error
    return digest.hexdigest()


def _write_all(descriptor: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[os.write(descriptor, left) :]


def publish(temporary: Path, target: Path) -> None:
    """Give the complete file its name.

    Raises:
        CopyFailed: the name is taken, or the folder cannot be used.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(temporary, target)  # unlike a rename it never replaces a file
            temporary.unlink()
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
                raise
            _rename(temporary, target)  # a file system without links
        _sync(target.parent)
    except FileExistsError as error:
        raise CopyFailed(f"there is a file {target} already") from error
    except OSError as error:
        raise _failed("write", target, error) from error


def _rename(temporary: Path, target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    temporary.rename(target)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(what: str, path: Path, error: OSError) -> CopyFailed:
    return CopyFailed(f"cannot {what} {path}: {error.strerror or error}")
