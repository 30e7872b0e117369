"""Works on orders with an archive of the role `flowhost.Archive`, which reads and writes files on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import flowhost
from flowhost_plugins.vidispine.archive import noting
from flowhost_plugins.vidispine.archive.places import Places, sha1_of
from flowhost_plugins.vidispine.archive.policies import Policy
from flowhost_plugins.vidispine.archive.records import Archived, Place
from flowhost_plugins.vidispine.archive.working import Bench, Tell, online_files, place_of
from flowhost_plugins.vidispine.documents import File, Shape

SHA1 = re.compile("[0-9a-fA-F]{40}")
"""What a site says of a file may be another checksum."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What the archive is given of a shape, and where all of it is online."""

    shape: Shape
    files: flowhost.FileSet
    places: tuple[Place, ...]


class Framework:
    """Does the work of an order.

    Args:
        bench: what there is to work with.
        archive: the archive.
        tell: takes a sentence about what could not be done.
    """

    def __init__(self, bench: Bench, archive: flowhost.Archive, tell: Tell) -> None:
        self._bench = bench
        self._archive = archive
        self._tell = tell

    def keep(self, policy: Policy, *, purge: bool) -> int:
        """Archive every shape that has whole files; return how many are in the archive then.

        The archive compares what it keeps with its checksum each time it is asked, also for what it has already: so what
        is purged was verified just now, whatever a process that died left behind.
        """
        item, places = self._bench.item()
        before = self._bench.archived_before(item, policy, places)
        given = [one for shape in item.shape if (one := self._online(item.id, shape, places))]
        if purge:
            given += [one for shape, was in before if (one := _left(item.id, shape, was, places))]
        kept = self._kept(policy, [one.files for one in given])
        safe = [
            (one.shape, self._note(item.id, one, policy, found))
            for one in given
            if (found := kept.get(one.files.files))
        ]
        done = {shape.id for shape, _ in (*before, *safe)}
        if done:
            self._bench.tell_archived(item.id)
        if purge:
            for shape, what in safe:
                self._purge(shape, what.sha1, places)
        return len(done)

    def bring_back(self) -> int:
        """Restore what is not online; return how many files came back."""
        item, places = self._bench.item()
        count = 0
        for shape, kept in noting.all_archived(item):
            if kept.archive == self._archive.plugin_guid:
                self._bench.course.look()
                count += self._bring_back(item.id, shape, kept, places)
        self._bench.tell_restored(item.id)
        return count

    def _bring_back(self, item: str, shape: Shape, kept: Archived, places: Places) -> int:
        files = {file.id: file for file in shape.files}
        away = [one for one in kept.places if one.file in files and not places.online(files[one.file])]
        if not away and not online_files(shape, places):
            away = list(kept.places)  # the site forgot the files
        if not away:
            return 0
        paths = tuple(str(places.required(place.storage, place.path)) for place in away)
        self._archive.restore([flowhost.FileSet(paths, kept.external_ids, item, kept.sha1)], kept.policy)
        for place in away:
            self._register(shape, files.get(place.file), place)
        return len(away)

    def _online(self, item: str, shape: Shape, places: Places) -> _Given | None:
        """What is online of a shape; None when nothing is, or, with the reason told, not on this machine."""
        whole = online_files(shape, places)
        here = [(file, path) for file in whole if (path := _path(file, places))]
        if not here:
            if whole:
                self._tell(f"no file of the shape {shape.id} is on this machine; are its storages mounted?")
            return None
        known = [file.hash.lower() for file, _ in here if file.hash and SHA1.fullmatch(file.hash)]
        readable = [path for _, path in here if path.is_file()]
        sha1 = known[0] if known else sha1_of(readable[0]) if readable else ""
        files = flowhost.FileSet(tuple(str(path) for _, path in here), (), item, sha1)
        return _Given(shape, files, tuple(place_of(file) for file in whole))

    def _kept(
        self, policy: Policy, file_sets: list[flowhost.FileSet]
    ) -> dict[tuple[str, ...], flowhost.FileSet]:
        """What the archive has now, by its files."""
        calls = [file_sets] if policy.bulk else [[one] for one in file_sets]
        found: dict[tuple[str, ...], flowhost.FileSet] = {}
        for number, sets in enumerate(calls):
            if not sets:
                continue
            self._bench.course.look()
            result = self._archive.archive(sets, policy.id, self._bench.course.order.id)
            found |= {tuple(one.files): one for one in result.archived}
            if result.error or len(result.archived) < len(sets):
                self._tell(result.error or "the archive did not take everything, and gives no reason")
            self._bench.course.keep(progress=round(80 * (number + 1) / len(calls), 1))
        return found

    def _note(self, item: str, given: _Given, policy: Policy, kept: flowhost.FileSet) -> Archived:
        ids, sha1 = tuple(kept.external_ids), kept.sha1 or given.files.sha1
        what = Archived(policy.archive, policy.id, ids, sha1, given.places)
        return self._bench.note_archived(item, given.shape, what)

    def _purge(self, shape: Shape, sha1: str, places: Places) -> None:
        """Delete the online files of a shape that are what was just verified in the archive.

        First the site is told, then the file goes: what a process that died left in between is found by its state.
        """
        for file in shape.files:
            path = _path(file, places)
            if path is None or not (places.online(file) or file.state == "ARCHIVED"):
                if path is None and places.online(file):
                    self._tell(
                        f"the file {file.id} ({file.path}) stays online: its storage is not on this machine"
                    )
                continue
            self._bench.course.look()
            if not path.is_file():
                continue
            if not sha1 or sha1_of(path) != sha1:
                self._tell(f"the file {file.id} ({file.path}) stays online: it is not what was archived")
                continue
            if file.state != "ARCHIVED":
                self._bench.client.put("file", file.id, "state", "ARCHIVED")
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._bench.client.put("file", file.id, "state", "CLOSED")
                self._tell(
                    f"the file {file.id} stays online: cannot delete {path}: {error.strerror or error}"
                )

    def _register(self, shape: Shape, file: File | None, place: Place) -> None:
        """Let the site know that a file is back."""
        if file is not None:
            self._bench.client.put("file", file.id, "state", "CLOSED")
            return
        query = {"path": place.path, "state": "CLOSED"}
        back = self._bench.client.post("storage", place.storage, "file", query=query, into=File)
        what = f"the file {place.file} of the shape {shape.id} was not known any more"
        self._tell(f"{what}: it is back at {place.path} as the file {back.id}, which belongs to no shape")


def _path(file: File, places: Places) -> Path | None:
    return places.path(file.storage or "", file.path)


def _left(item: str, shape: Shape, was: Archived, places: Places) -> _Given | None:
    """What lies there of a shape that is not online: by a process that died, or somebody brought it back by hand."""
    paths = [path for file in shape.files if (path := _path(file, places)) and path.is_file()]
    if not paths:
        return None
    return _Given(shape, flowhost.FileSet(tuple(map(str, paths)), (), item, was.sha1), was.places)
