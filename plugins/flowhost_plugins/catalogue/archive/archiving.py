"""The work of archive jobs: copy each shape to the archive, verify, note it, and then, when told to, remove it online.

A copy's name is the original's with the item's id and its SHA-1, so that the archive can be read without a catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import insert, select, update

from flowhost_plugins.catalogue.archive.archived import online_files, place
from flowhost_plugins.catalogue.archive.making import (
    Making,
    begin,
    clear,
    digests,
    ended,
    lock_item,
    make,
    under_way,
)
from flowhost_plugins.catalogue.archive.purging import Purging
from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import files, items, shape_tags, shapes, storages
from flowhost_plugins.catalogue.database.schema_lifecycle import archived
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.jobs.working import Course, Done
from flowhost_plugins.catalogue.machine.copying import CopyFailed, look
from flowhost_plugins.catalogue.storages.planning import reserve


@dataclass(frozen=True, slots=True)
class _Source:
    """A complete file that can be archived."""

    path: Path
    sha256: str
    sha1: str


class Archiving:
    """Does the work of jobs of the kind ``ARCHIVE``; see `Work`."""

    def do(self, course: Course) -> Done:
        """Archive what is not in the archive yet."""
        problems, made = [], set[int]()
        for shape, found in self._waiting(course).items():
            try:
                self._archive(course, shape, found)
                made.add(shape)
            except CopyFailed as error:
                problems.append(str(error))
                clear(course, keep=False)
                course.orders.pop("making", None)
        archived_now = self._archived(course)
        if problems and not archived_now:
            raise CopyFailed("; ".join(problems))
        if course.orders["purge"]:
            course.keep("purging")
            problems += Purging(course, made).purge(archived_now)
        return Done(warning="; ".join(problems))

    def undo(self, course: Course) -> None:
        """See `Work`."""
        clear(course, keep=False)

    def pause(self, course: Course) -> None:
        """See `Work`."""
        clear(course, keep=True)

    def _waiting(self, course: Course) -> dict[int, list[Any]]:
        """The shapes to archive, with their complete files."""

        def work(transaction: Transaction) -> dict[int, list[Any]]:
            item = lock_item(transaction, course)
            connection = transaction.connection
            done = set(connection.execute(select(archived.c.shape).where(archived.c.item == item)).scalars())
            wanted = _tagged(transaction, item, course.orders["tags"])
            found: dict[int, list[Any]] = {}
            for row in connection.execute(online_files(item)):
                if row.shape in wanted - done:
                    found.setdefault(row.shape, []).append(row)
            return found

        return course.transactions.write(work)

    def _archived(self, course: Course) -> set[int]:
        """The shapes among those asked for that are in the archive."""

        def work(transaction: Transaction) -> set[int]:
            item = lock_item(transaction, course)
            there = select(archived.c.shape).where(archived.c.item == item)
            done = set(transaction.connection.execute(there).scalars())
            return done & _tagged(transaction, item, course.orders["tags"])

        return course.transactions.write(work)

    def _archive(self, course: Course, shape: int, found: list[Any]) -> None:
        source = _readable(course, found)
        making = under_way(course)
        if making is None or (making.shape, making.sha256) != (shape, source.sha256):
            clear(course, keep=False)
            making = course.transactions.write(
                lambda transaction: _reserve(course, transaction, shape, source)
            )
        make(course, source.path, making)
        course.transactions.write(lambda transaction: _store(course, transaction, making))
        course.orders.pop("making", None)


def _tagged(transaction: Transaction, item: int, tags: Iterable[str]) -> set[int]:
    """The shapes of an item with one of these tags; without any tag all."""
    wanted = select(shapes.c.number).where(shapes.c.item == item)
    if tags:
        wanted = wanted.join(shape_tags, shape_tags.c.shape == shapes.c.number).where(
            shape_tags.c.tag.in_(list(tags))
        )
    return set(transaction.connection.execute(wanted).scalars())


def _readable(course: Course, found: list[Any]) -> _Source:
    """The first copy that is what it was when it was imported."""
    problems = []
    for row in found:
        path = place(row)
        try:
            before = look(path)
            course.progress.expect(before.size)
            sha256, sha1 = digests(path, course.progress.advance)
            if row.hash and sha256 != row.hash:
                raise CopyFailed(f"{path} is damaged: its checksum is {sha256}, it was {row.hash}")
            if look(path) != before:
                raise CopyFailed(f"{path} changed while it was read; archive it when it is complete")
            return _Source(path, sha256, sha1)
        except CopyFailed as error:
            problems.append(str(error))
    raise CopyFailed("; ".join(problems))


def _reserve(course: Course, transaction: Transaction, shape: int, source: _Source) -> Making:
    item = lock_item(transaction, course)
    original = PurePosixPath(source.path.name)
    name = f"{original.stem}_{transaction.site.id(item)}_{source.sha1}{original.suffix}"
    policy = course.orders["policy"]
    number, target = reserve(transaction, item, name, look(source.path).size, policy, None)
    folder = select(storages.c.path).join_from(files, storages).where(files.c.number == number)
    where = transaction.connection.execute(folder).scalar_one()
    making = Making(shape, number, where, str(target), source.sha256, source.sha1)
    begin(course, transaction, making)
    return making


def _store(course: Course, transaction: Transaction, making: Making) -> None:
    ended(course, transaction)
    item = lock_item(transaction, course)
    seen = look(Path(making.target))
    connection = transaction.connection
    if connection.execute(select(shapes.c.number).where(shapes.c.number == making.shape)).scalar() is None:
        raise CopyFailed("the shape was deleted while it was archived")
    values: dict[str, Any] = {"state": "CLOSED", "shape": making.shape, "hash": making.sha256}
    values |= {"size": seen.size, "modified": seen.modified}
    appears = update(files).where(files.c.number == making.file, files.c.state == "TO_APPEAR")
    if not connection.execute(appears.values(values)).rowcount:
        raise CopyFailed(f"the file {making.target} was removed meanwhile")
    row = {
        "item": item,
        "shape": making.shape,
        "file": making.file,
        "policy": course.orders["policy_name"],
        "status": "ARCHIVED",
        "sha1": making.sha1,
        "archived": transaction.now,
    }
    connection.execute(insert(archived).values(row))
    transaction.note("file", "CREATE", making.file, item=item, details={"state": "CLOSED"})
    transaction.note("shape", "MODIFY", making.shape, item=item, details={"archiveStatus": "ARCHIVED"})
    raise_revision(transaction, items, item, None)
