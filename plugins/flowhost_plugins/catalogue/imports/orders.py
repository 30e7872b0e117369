"""Orders for imports: what is asked is checked at once, and kept as a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit
from urllib.request import url2pathname

from sqlalchemy import insert, select

import flowhost
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import files, items
from flowhost_plugins.catalogue.database.text import index_key, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs import jobs as job_writing
from flowhost_plugins.catalogue.jobs.ordering import Ordering
from flowhost_plugins.catalogue.jobs.runner import Runner
from flowhost_plugins.catalogue.machine.copying import CopyFailed, Seen, look
from flowhost_plugins.catalogue.records import File, ImportMode, Job, Storage
from flowhost_plugins.catalogue.storages import files as file_reading
from flowhost_plugins.catalogue.storages.files import Files
from flowhost_plugins.catalogue.storages.planning import place_of, reserve

MODES = get_args(ImportMode)


@dataclass(frozen=True, slots=True)
class Orders:
    """What an import job needs to know.

    Args:
        mode: see `ImportMode`.
        source: path of the source on this machine.
        target: path of the file it shall become on this machine.
        tag: of the shape.
        hash: the source's checksum, once the copy is verified.
        seen: size and time of the source that was copied.
        stored: whether the file is the item's; only the source may be left to remove.
    """

    mode: Literal["copy", "move", "place"]
    source: str
    target: str
    tag: str
    hash: str = ""
    seen: Sequence[int] = ()
    stored: bool = False


class Imports:
    """Takes orders for imports. See `imports.methods` for what the method promises."""

    def __init__(self, transactions: Transactions, runner: Runner, owner: str) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._owner = owner
        self._files = Files(transactions)
        self._ordering = Ordering(transactions, runner)

    def start(self, item_id: str, source: str | Path, mode: ImportMode, storage: str | None, tag: str) -> Job:
        """Keep a job that imports a file, and let it run."""
        if mode not in MODES:
            hint = flowhost.nearest(mode, MODES)
            raise flowhost.Permanent(f"the mode of the import is {mode!r}, expected {', '.join(MODES)}{hint}")
        if not tag or not is_storable(tag):
            raise flowhost.Permanent(f"the tag of the shape is {tag!r}, expected a text such as 'original'")
        path = self._path(source)
        try:
            seen = look(path)
        except CopyFailed as error:
            raise flowhost.Permanent(f"the import cannot begin: {error}") from error

        def work(transaction: Transaction) -> int:
            item = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, item, None, by_one=False)  # keeps the item from going away
            place = place_of(transaction.connection, self._site, path)
            known = self._known(transaction, place)
            if known and known.item:
                raise flowhost.Permanent(f"the file {path} belongs to the item {known.item} already")
            if mode == "place":
                number, target = self._placed(transaction, path, seen, place, known), path
            else:
                found = place[0] if place else None
                number, target = reserve(transaction, item, path.name, seen.size, storage, found)
            orders = Orders(mode, str(path), str(target), tag)
            return job_writing.add(transaction, self._owner, item, number, asdict(orders))

        return self._ordering.start(work)

    def _path(self, source: str | Path) -> Path:
        """Where the source lies, whichever way it was named."""
        if isinstance(source, str):
            if self._site.number(source) is not None:
                return self._files.path_of(source)
            scheme = urlsplit(source).scheme if "://" in source else ""
            if scheme == "file":
                source = url2pathname(urlsplit(source).path)
            elif scheme:
                raise flowhost.Permanent(
                    f"the catalogue imports no {scheme}: addresses ({source!r}), expected a path or a file: URL"
                )
        path = Path(source).absolute()
        if not is_storable(str(path)):
            raise flowhost.Permanent(f"the path {str(path)!r} is no UTF-8; rename the file first")
        return path

    def _known(self, transaction: Transaction, place: tuple[Storage, str] | None) -> File | None:
        if place is None:
            return None
        number, key = self._site.number(place[0].id), index_key(place[1])
        where = (files.c.storage == number, files.c.path_key == key)
        return next(iter(file_reading.read(transaction.connection, self._site, *where)), None)

    def _placed(
        self,
        transaction: Transaction,
        path: Path,
        seen: Seen,
        place: tuple[Storage, str] | None,
        known: File | None,
    ) -> int:
        """The number of a file that stays where it is."""
        if place is None:
            advice = "add its folder as a storage, or copy the file"
            raise flowhost.Permanent(f"the file {path} lies in no storage, so it cannot be placed; {advice}")
        if known:
            found = transaction.connection.execute(
                select(files.c.number)
                .where(files.c.number == self._site.number(known.id))
                .with_for_update(key_share=True)
            )
            return int(found.scalar_one())
        row = {
            "storage": self._site.number(place[0].id),
            "path": place[1],
            "path_key": index_key(place[1]),
            "state": "OPEN",
            "size": seen.size,
            "hash": "",
            "modified": seen.modified,
            "created": transaction.now,
        }
        result = transaction.connection.execute(insert(files).values(row))
        assert result.inserted_primary_key, "an INSERT of one row has its key"
        number: int = result.inserted_primary_key[0]
        transaction.note("file", "CREATE", number)
        return number
