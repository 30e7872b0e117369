"""Puts a copy of a file in place so that its name never stands for half of it.

It is written under a temporary name in the same folder, brought to the disk, read again and compared, and only then
gets its name. Who writes holds a lock on the temporary file: a process that dies lets go of it, and the next one that
wants the same file begins again there.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowhost_plugins.file_system_archive.sums import PIECE, is_whole, sha1_of

PREFIX, SUFFIX = ".flowhost-", ".part"
"""Temporary names begin and end so."""


class Damaged(Exception):
    """What was read or written is not what its checksum says. The text is a sentence for people."""


class Taken(Exception):
    """Another file has the name. The text is a sentence for people."""


def put(source: Path, target: Path, sha1: str, *, replace: bool) -> None:
    """Let `target` be a whole copy of `source`; nothing is done when it is.

    Args:
        source: what to copy.
        target: where to; missing folders are made.
        sha1: what its bytes must be.
        replace: whether a file that is not whole there makes room.

    Raises:
        Damaged: the source, or what the disk made of it, is not what the checksum says.
        Taken: another file is there, and is not to be replaced.
        OSError: it cannot be read or written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha1(
        os.fsencode(target.name), usedforsecurity=False
    ).hexdigest()  # it may be too long for more
    with _temporary(target.parent, f"{sha1}-{name[:8]}") as file:
        descriptor, temporary = file
        if os.path.lexists(target):
            if is_whole(target, sha1):
                return
            if not replace:
                raise Taken(f"another file is at {target}; move it away and try again")
        _write(source, descriptor, sha1)
        if (found := sha1_of(temporary)) != sha1:
            raise Damaged(
                f"the copy in {target.parent} is damaged: its SHA-1 is {found}, expected {sha1}; check that disk"
            )
        _name(temporary, target, replace=replace)


def remove(target: Path) -> None:
    """Delete a file for good; one that is not there is no error.

    Raises:
        OSError: it cannot be deleted.
    """
    target.unlink(missing_ok=True)
    _sync(target.parent)


def remove_leftovers(folder: Path) -> None:
    """Delete what writers that died left in a folder.

    Raises:
        OSError: it cannot be.
    """
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:  # its writer finished
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:  # somebody writes
            continue
        finally:
            os.close(descriptor)


@contextmanager
def _temporary(folder: Path, name: str) -> Iterator[tuple[int, Path]]:
    """An open, locked temporary file; what is left of it in the end goes."""
    path = folder / f"{PREFIX}{name}{SUFFIX}"
    descriptor = _locked(path)
    try:
        yield descriptor, path
    finally:
        try:
            if _is_still(path, descriptor):
                path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _locked(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_still(path, descriptor):  # else another finished it while we waited
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _write(source: Path, descriptor: int, sha1: str) -> None:
    digest = hashlib.sha1(usedforsecurity=False)
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    with source.open("rb", buffering=0) as reading:
        seen = os.fstat(reading.fileno())
        if not stat.S_ISREG(seen.st_mode):
            raise Damaged(f"{source} is no regular file")
        while piece := reading.read(PIECE):
            digest.update(piece)
            left = memoryview(piece)
            while left:
                left = left[os.write(descriptor, left) :]
    if digest.hexdigest() != sha1:
        raise Damaged(f"{source} is damaged: its SHA-1 is {digest.hexdigest()}, expected {sha1}")
    os.utime(descriptor, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    os.fsync(descriptor)


def _name(temporary: Path, target: Path, *, replace: bool) -> None:
    if replace:
        temporary.replace(target)
    else:
        _link(temporary, target)
    _sync(target.parent)


def _link(temporary: Path, target: Path) -> None:
    """Rename without ever replacing a file."""
    try:
        os.link(temporary, target)
        temporary.unlink()
    except FileExistsError as error:
        raise Taken(f"another file is at {target}; move it away and try again") from error
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        temporary.rename(target)  # a file system without links; we looked before


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
