"""What all jobs that write a file have in common: it has its name only when it is whole, or there is nothing of it.

Their orders have ``folder`` (of the storage), ``target`` (the path the file shall have), and later ``hash`` (of what
was written, kept before the file gets its name) and ``stored`` (it is in the tables as it shall be).
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, update

import flowhost
from flowhost_plugins.catalogue.database.schema import files
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.jobs.working import Course
from flowhost_plugins.catalogue.machine.copying import CopyFailed, Seen, checksum, look, publish


def target_of(course: Course) -> Path:
    """The path the file shall have."""
    return Path(course.orders["target"])


def temporary_for(course: Course) -> Path:
    """Where to write it, with nothing left there of an earlier try."""
    folder = Path(course.orders["folder"])
    if not folder.is_dir():
        raise CopyFailed(f"the folder of the storage is gone: {folder}; mount it, or make it")
    course.remove_temporaries(folder)
    return course.temporary(folder)


def has_its_name(course: Course) -> bool:
    """Whether the file got its name before the job's process died."""
    target, digest = target_of(course), course.orders.get("hash")
    if not digest or not target.exists():
        return False
    course.remove_temporaries(Path(course.orders["folder"]))  # it may have died while the file had two names
    course.progress.expect(look(target).size)
    return bool(checksum(target, course.progress.advance) == digest)


def give_name(course: Course, temporary: Path, digest: str) -> None:
    """Give the file its name, which must be free."""
    course.keep("publishing", hash=digest)
    publish(temporary, target_of(course))


def to_disk(path: Path) -> None:
    """Bring what a program wrote to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store(
    transaction: Transaction, course: Course, seen: Seen, *, item: int | None, shape: int | None = None
) -> int:
    """Let the file be there, within the transaction that does the rest; return its number.

    Raises:
        Stopped: the job was cancelled.
        CopyFailed: the file is no longer expected.
    """
    orders = course.orders | {"stored": True}
    course.go_on(transaction, orders=json.dumps(orders))
    values = {"state": "CLOSED", "size": seen.size, "modified": seen.modified, "hash": course.orders["hash"]}
    wanted = update(files).where(files.c.number == course.file, files.c.state == "TO_APPEAR")
    if not transaction.connection.execute(wanted.values(item=item, shape=shape, **values)).rowcount:
        raise CopyFailed(f"the file {target_of(course)} was removed meanwhile")
    assert course.file is not None, "it was changed"
    transaction.note("file", "CREATE", course.file, item=item)
    return course.file


def pause(course: Course) -> None:
    """Remove what is half."""
    course.remove_temporaries(Path(course.orders["folder"]))


def undo(course: Course) -> None:
    """Leave nothing of a file that did not get into the tables."""
    pause(course)
    if course.kept_orders().get("stored"):  # it did, and only what comes after it failed
        return
    target, digest = target_of(course), course.orders.get("hash")
    with suppress(CopyFailed, OSError):  # it cannot be read, so it is not what we wrote
        if digest and target.exists() and checksum(target, lambda _: None) == digest:
            target.unlink()
    for folder in target.parents:
        if str(folder) == course.orders["folder"] or not course.orders.get("made"):
            break
        with suppress(OSError):  # others have files in it, or it was never made
            folder.rmdir()
    gone = delete(files).where(files.c.number == course.file, files.c.state == "TO_APPEAR")
    course.transactions.write(lambda transaction: transaction.connection.execute(gone).rowcount)


def refuse_link(path: Path) -> None:
    """Make sure that the folder of a file is still where it was when its path was checked.

    Raises:
        Permanent: one of the folders has become a link.
    """
    if path.parent.resolve() != path.parent:
        raise flowhost.Permanent(f"the folder {path.parent} has become a link to {path.parent.resolve()}")
