"""A media library in memory, and an engine of one step: what the actions are tried with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

import flowhost
from flowhost.testing.clock import FakeClock

STARTED = flowhost.Event("test", time=datetime(2026, 1, 1, tzinfo=UTC))
"""What started the run; the same at every try."""


class Crash(BaseException):
    """The process dies; nothing may catch it."""


@dataclass
class Work:
    """A job: what it does when it is run, and what it keeps free meanwhile."""

    job: flowhost.AssetJob
    item: str
    do: Callable[[], None]
    storage: str = ""
    size: int = 0
    path: str = ""


@dataclass
class Library(flowhost.MediaLibrary):
    """As much of a `flowhost.MediaLibrary` as the actions use. Jobs do nothing until `run` lets them.

    As in the embedded catalogue, what a job will write counts in its storage from its order on, its file belongs to no
    shape before it is whole, and a storage that has no room refuses the order.
    """

    items: dict[str, flowhost.Item] = field(default_factory=dict)
    rooms: dict[str, flowhost.Storage] = field(default_factory=dict)
    media: dict[str, list[flowhost.Shape]] = field(default_factory=dict)
    files: dict[str, flowhost.File] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    tags: dict[str, flowhost.ShapeTag] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    entries: dict[tuple[str, str], list[flowhost.AccessEntry]] = field(default_factory=dict)
    trash: dict[str, timedelta | None] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    archived: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    disturb: list[Callable[[], None]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    crash_in: int | None = None  # so many changes from now the process dies, just after the change

    name: ClassVar[str] = "memory"

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    __hash__ = object.__hash__

    def id(self) -> str:
        return f"VX-{next(self._numbers)}"

    # -- making things

    def add_item(
        self, title: str = "Clip", media_type: str = "video", **fields: str | tuple[str, ...]
    ) -> str:
        number = self.id()
        values = {name: (one,) if isinstance(one, str) else one for name, one in fields.items()}
        self.items[number] = flowhost.Item(number, title, media_type, values, revision="1")
        self.media[number] = []
        return number

    def add_storage(
        self,
        name: str,
        kind: Any = "LOCAL",
        *,
        watermark: int | None = 1000,
        path: str = "",
        reachable: bool = True,
    ) -> str:
        number = self.id()
        storage = flowhost.Storage(number, name, path, kind, high_watermark=watermark, reachable=reachable)
        self.rooms[number] = storage
        return number

    def add_shape(
        self, item: str, *places: tuple[str, str], tags: Sequence[str] = ("original",), **file: Any
    ) -> str:
        """A shape with a copy in each of these (storage, path)."""
        number = self.id()
        copies = tuple(self._file(storage, path, item, number, **file) for storage, path in places)
        self.media[item].append(flowhost.Shape(number, item, tuple(tags), files=copies))
        return number

    def _file(
        self, storage: str, path: str, item: str | None, shape: str | None, **given: Any
    ) -> flowhost.File:
        values = {"size": 100, "state": "CLOSED"} | given
        file = flowhost.File(self.id(), storage, path, item=item, shape=shape, **values)
        self.files[file.id] = file
        return file

    def places(self, item: str) -> list[tuple[str, str]]:
        """(name of the storage, path) of every whole copy."""
        return sorted(
            (self.rooms[file.storage].name, file.path)
            for shape in self.shapes(item)
            for file in shape.files
            if file.state == "CLOSED"
        )

    # -- jobs

    def start(self, kind: str, item: str, do: Callable[[], None], key: str, **kept: Any) -> flowhost.AssetJob:
        job = flowhost.AssetJob(self.id(), "READY")
        self.work[job.id] = Work(job, item, do, **kept)
        self.calls.append(f"{kind} {item}")
        if key:
            self.keys[key] = job.id
        self._changed()
        return job

    def _changed(self) -> None:
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in <= 0:
                self.crash_in = None
                raise Crash

    def first(self, key: str) -> flowhost.AssetJob | None:
        return self.work[self.keys[key]].job if key in self.keys else None

    def run(self, *, fail: Callable[[Work], str] = lambda work: "") -> None:
        """Let all jobs come to their end; `fail` gives the reason why one does not do its work."""
        for work in list(self.work.values()):
            if not work.job.ended:
                self.end(work, fail(work))

    def end(self, work: Work, reason: str = "") -> None:
        if not reason:
            try:
                work.do()
            except flowhost.Permanent as error:
                reason = str(error)
        status = "FAILED_TOTAL" if reason else "FINISHED"
        work.job = replace(work.job, status=status, error=reason)

    def job(self, job_id: str) -> flowhost.AssetJob | None:
        return self.work[job_id].job if job_id in self.work else None

    def live_jobs(self, item_id: str) -> list[flowhost.AssetJob]:
        return [one.job for one in self.work.values() if one.item == item_id and not one.job.ended]

    # -- items

    def item(self, item_id: str) -> flowhost.Item | None:
        return self.items.get(item_id)

    def _known(self, item_id: str) -> flowhost.Item:
        if item_id not in self.items:
            raise flowhost.Permanent(f"there is no item {item_id!r}")
        return self.items[item_id]

    def set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], *, revision: str | None = None
    ) -> flowhost.Item:
        if self.disturb:
            others, self.disturb = self.disturb, []
            others.pop(0)()
            self.disturb = others
        item = self._known(item_id)
        if revision is not None and revision != item.revision:
            raise flowhost.Conflict(f"the item {item_id} is {item.revision}, not {revision}")
        values = {
            name: one for name, one in (item.fields | {k: tuple(v) for k, v in fields.items()}).items() if one
        }
        self.items[item_id] = replace(item, fields=values, revision=str(int(item.revision) + 1))
        self.calls.append(f"set_metadata {item_id}")
        return self.items[item_id]

    def variables(self, item_id: str) -> Mapping[str, str]:
        return self.known

    def collection_names(self, item_id: str) -> tuple[str, ...]:
        return tuple(name for name, members in self.members.items() if item_id in members)

    def add_to_collection(self, item_id: str, name: str) -> bool:
        self._known(item_id)
        is_new = item_id not in self.members.setdefault(name, set())
        self.members[name].add(item_id)
        return is_new

    def grant_access(self, item_id: str, entry: flowhost.AccessEntry, *, origin: str) -> bool:
        self._known(item_id)
        entries = self.entries.setdefault((item_id, origin), [])
        if entry in entries:
            return False
        entries.append(entry)
        return True

    def trash_item(self, item_id: str, grace: timedelta | None = None) -> bool:
        self._known(item_id)
        if item_id in self.locked:
            raise flowhost.Permanent(f"the item {item_id} is locked: legal hold")
        is_new = item_id not in self.trash
        self.trash[item_id] = grace
        return is_new

    # -- media

    def shapes(self, item_id: str) -> tuple[flowhost.Shape, ...]:
        self._known(item_id)
        return tuple(
            replace(shape, files=tuple(self.files[one.id] for one in shape.files if one.id in self.files))
            for shape in self.media[item_id]
        )

    def shape_tag(self, name: str) -> flowhost.ShapeTag:
        if name not in self.tags:
            raise flowhost.Permanent(f"there is no shape tag {name!r}{flowhost.nearest(name, self.tags)}")
        return self.tags[name]

    def storages(self) -> list[flowhost.Storage]:
        return [replace(one, used=self.used(one.id)) for one in self.rooms.values()]

    def used(self, storage: str) -> int:
        written = sum(one.size for one in self.work.values() if one.storage == storage and not one.job.ended)
        return written + sum(one.size for one in self.files.values() if one.storage == storage)

    def transcode(self, item_id: str, tag: str, *, replace: bool = False, key: str = "") -> flowhost.AssetJob:
        if job := self.first(key):
            return job
        item, shape_tag = self._known(item_id), self.shape_tag(tag)
        if item.media_type != shape_tag.media_type:
            raise flowhost.MediaTypeMismatch(
                f"the item {item_id} is {item.media_type}, the tag {tag!r} for {shape_tag.media_type}"
            )
        if not replace and any(tag in shape.tags for shape in self.shapes(item_id)):
            raise flowhost.ShapeExists(f"the item {item_id} has a shape {tag!r} already")
        place = (next(iter(self.rooms)), f"{item_id}/{tag}.mp4")
        return self.start(
            "transcode", item_id, lambda: self.add_shape(item_id, place, tags=(tag,)) and None, key
        )

    def export(
        self, item_id: str, tag: str, location: str, file_name: str, *, key: str = ""
    ) -> flowhost.AssetJob:
        if job := self.first(key):
            return job
        item = self._known(item_id)
        if not any(tag in shape.tags for shape in self.shapes(item_id)):
            shape_tag = self.shape_tag(tag)
            if item.media_type != shape_tag.media_type:
                raise flowhost.MediaTypeMismatch(f"the item {item_id} is {item.media_type}")
        where = self._storage(location)
        return self.start("export", item_id, lambda: self._file(where, file_name, None, None) and None, key)

    def archive_item(
        self, item_id: str, policy: str, *, purge: bool = False, key: str = ""
    ) -> flowhost.AssetJob:
        self._storage(policy)
        return self.first(key) or self.start(
            f"archive{' and purge' * purge}", item_id, lambda: self.archived.add(item_id), key
        )

    def restore_from_archive(self, item_id: str, *, key: str = "") -> flowhost.AssetJob:
        if item_id not in self.archived:
            raise flowhost.Permanent(f"the item {item_id} is not in the archive")
        return self.first(key) or self.start("restore", item_id, lambda: None, key)

    def delete_from_archive(self, item_id: str) -> int:
        if item_id not in self.archived:
            return 0
        if not self.places(item_id):
            raise flowhost.LastCopy(f"no whole copy of {item_id} is online")
        self.archived.discard(item_id)
        return 1

    def copy_file(
        self, file: str, storage: str, path: str | None = None, *, key: str = ""
    ) -> flowhost.AssetJob:
        return self._transfer(file, storage, path, key, move=False)

    def move_file(
        self, file: str, storage: str, path: str | None = None, *, key: str = ""
    ) -> flowhost.AssetJob:
        return self._transfer(file, storage, path, key, move=True)

    def _transfer(
        self, file_id: str, storage: str, path: str | None, key: str, *, move: bool
    ) -> flowhost.AssetJob:
        if job := self.first(key):
            return job
        source = self.files.get(file_id)
        if source is None or source.state != "CLOSED":
            raise flowhost.Permanent(f"the file {file_id} cannot be copied")
        storage = self._storage(storage)
        wanted = self._free(storage, source.path) if path is None else path
        if wanted != self._free(storage, wanted):
            raise flowhost.Permanent(f"there is a file {wanted!r} already")
        rename = move and storage == source.storage
        self.require_room(storage, 0 if rename else source.size)

        def do() -> None:
            old = self.files.get(file_id)
            if old is None or old.state != "CLOSED":
                raise flowhost.Permanent(f"the file {file_id} was removed meanwhile")
            if move:
                del self.files[file_id]
            new = self._file(storage, wanted, old.item, old.shape, size=old.size)
            shapes = self.media[old.item or ""]
            for number, shape in enumerate(shapes):
                if any(one.id == file_id for one in shape.files):
                    shapes[number] = replace(shape, files=(*shape.files, new))

        kind = f"{'move' if move else 'copy'} {source.path} to {self.rooms[storage].name}"
        item = source.item or ""
        size = 0 if rename else source.size
        return self.start(f"{kind}:{wanted}", item, do, key, storage=storage, size=size, path=wanted)

    def require_room(self, storage: str, size: int) -> None:
        room = replace(self.rooms[storage], used=self.used(storage)).headroom
        if room is not None and size > room:
            raise flowhost.Permanent(f"the storage {self.rooms[storage].name!r} has room for {room} bytes")

    def _free(self, storage: str, path: str) -> str:
        taken = {one.path for one in self.files.values() if one.storage == storage}
        taken |= {one.path for one in self.work.values() if one.storage == storage and not one.job.ended}
        stem, _, suffix = path.rpartition(".")
        return next(
            one for one in (path, *(f"{stem}-{n}.{suffix}" for n in range(2, 99))) if one not in taken
        )

    def delete_file(self, file_id: str) -> bool:
        file = self.files.get(file_id)
        if file is None:
            return False
        others = [
            one
            for shape in self.shapes(file.item or "")
            if any(copy.id == file_id for copy in shape.files)
            for one in shape.files
            if one.id != file_id and one.state == "CLOSED"
        ]
        if not others:
            raise flowhost.LastCopy(f"the file {file_id} is the last copy")
        del self.files[file_id]
        self.calls.append(f"delete {self.rooms[file.storage].name}:{file.path}")
        self._changed()
        return True

    def _storage(self, name: str) -> str:
        found = [one.id for one in self.rooms.values() if name in (one.id, one.name)]
        if not found:
            raise flowhost.Permanent(f"there is no storage {name!r}")
        return found[0]


class Engine:
    """Takes one step as the rules engine does: calls, waits for jobs or a moment, goes on."""

    def __init__(self, library: Library, clock: FakeClock) -> None:
        self.library = library
        self.clock = clock

    def context(self, item: str | None, *, run: str = "1", **more: Any) -> flowhost.Context:
        known = self.library.item(item) if item else None
        tags = flowhost.item_tags(known, self.library.known)
        return flowhost.Context(STARTED, item=item, tags=tags, rule="Films", run=run, **more)

    def take(self, action: Any, item: str | None, **more: Any) -> flowhost.Outcome:
        """Take the step to its end; every job does its work."""
        outcome = action.act(self.context(item, **more))
        for _ in range(100):
            if outcome.state != "waiting":
                return outcome
            outcome = self.resume(action, item, outcome, **more)
        raise AssertionError("the step does not come to an end")

    def resume(
        self, action: Any, item: str | None, outcome: flowhost.Outcome, **more: Any
    ) -> flowhost.Outcome:
        """What comes after a wait."""
        if outcome.until:
            self.clock.set(max(outcome.until, self.clock.now()))
        self.library.run()
        jobs = [self.library.job(one) for one in outcome.jobs]
        if failed := [job for job in jobs if job and job.status != "FINISHED"]:
            return flowhost.Outcome.failed(failed[0].error)
        if not hasattr(action, "finish"):
            return flowhost.Outcome.done()
        return action.finish(self.context(item, memo=outcome.memo, **more), jobs)


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def make_library() -> Callable[[], Library]:
    """For tests that need many."""
    return Library


@pytest.fixture
def engine(library: Library, clock: FakeClock) -> Engine:
    return Engine(library, clock)


@pytest.fixture
def make_engine() -> Callable[[Library, FakeClock], Engine]:
    """For tests that need many."""
    return Engine


@pytest.fixture
def crash() -> type[BaseException]:
    """What a library with `crash_in` raises."""
    return Crash
