"""A file that a job of the archive makes: what must be known of it when the job begins again, or gives it up.

It stands in the job's orders, written in the transaction that reserves its place; a copy that has its name already
when the job begins again is known by its checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import delete, select

from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import files, items
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.jobs.working import Course
from flowhost_plugins.catalogue.machine.copying import PIECE, CopyFailed, checksum, copy, look, publish


@dataclass(frozen=True, slots=True)
class Making:
    """A file under way.

    Args:
        shape: number of its shape.
        file: number of its row.
        folder: the storage's folder.
        target: its path on this machine.
        sha256: what its bytes must be.
        sha1: the same in the archive's words; empty outside.
        fresh: whether its row was made for it, and goes when the file does not come to be.
    """

    shape: int
    file: int
    folder: str
    target: str
    sha256: str
    sha1: str = ""
    fresh: bool = True


def under_way(course: Course) -> Making | None:
    """The file the job was making when it was interrupted."""
    kept = course.orders.get("making")
    return Making(**kept) if kept else None


def begin(course: Course, transaction: Transaction, making: Making) -> None:
    """Keep what is being made."""
    course.orders["making"] = asdict(making)
    course.go_on(transaction, step="copying", orders=json.dumps(course.orders))


def ended(course: Course, transaction: Transaction) -> None:
    """Keep that it is made, in the transaction that stores it."""
    orders = {name: value for name, value in course.orders.items() if name != "making"}
    course.go_on(transaction, step="", orders=json.dumps(orders))


def make(course: Course, source: Path, making: Making) -> None:
    """Let the file be there, complete and verified, under its name.

    Raises:
        CopyFailed: it cannot be.
    """
    target, folder = Path(making.target), Path(making.folder)
    course.remove_temporaries(folder)  # also of a process that died while the file had two names
    if target.exists():
        course.progress.expect(look(target).size)
        if checksum(target, course.progress.advance) != making.sha256:
            raise CopyFailed(f"there is another file at {target}; move it away and try again")
        return
    course.progress.expect(2 * look(source).size)
    temporary = course.temporary(folder)
    if (digest := copy(source, temporary, course.progress.advance)) != making.sha256:
        raise CopyFailed(f"{source} is damaged: its checksum is {digest}, expected {making.sha256}")
    publish(temporary, target)


def clear(course: Course, *, keep: bool) -> None:
    """Leave nothing of a file that was not stored.

    Args:
        course: the job.
        keep: whether the job goes on later: then only temporary files go.
    """
    making = under_way(course)
    if making is None:
        return
    course.remove_temporaries(Path(making.folder))
    if keep:
        return

    def work(transaction: Transaction) -> bool:
        """Whether the file is nobody's."""
        connection = transaction.connection
        state = connection.execute(select(files.c.state).where(files.c.number == making.file)).scalar()
        if making.fresh:
            gone = delete(files).where(files.c.number == making.file, files.c.state == "TO_APPEAR")
            return connection.execute(gone).rowcount > 0
        return state == "ARCHIVED"

    target = Path(making.target)
    if course.transactions.write(work):
        with suppress(CopyFailed, OSError):  # it cannot be read, so it is not what we wrote
            if target.exists() and checksum(target, lambda _: None) == making.sha256:
                target.unlink()
        with suppress(OSError):  # others have files in it, or it was never made
            if target.parent != Path(making.folder) and making.fresh:
                target.parent.rmdir()


def lock_item(transaction: Transaction, course: Course) -> int:
    """The number of the job's item, which nobody else changes until the end of the transaction.

    Raises:
        CopyFailed: it was deleted.
    """
    item = course.item
    wanted = select(items.c.number).where(items.c.number == item)
    if item is None or transaction.connection.execute(wanted).scalar() is None:
        raise CopyFailed("the item was deleted meanwhile")
    raise_revision(transaction, items, item, None, by_one=False)
    return item


def digests(path: Path, each: Callable[[int], None]) -> tuple[str, str]:
    """SHA-256 and SHA-1 of a file, in hexadecimal.

    Args:
        path: the file.
        each: called with the number of bytes of each piece; what it raises ends the work.
    """
    modern, named = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    try:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(PIECE):
                modern.update(piece)
                named.update(piece)
                each(len(piece))
    except OSError as error:
        raise CopyFailed(f"cannot read {path}: {error.strerror or error}") from error
    return modern.hexdigest(), named.hexdigest()
