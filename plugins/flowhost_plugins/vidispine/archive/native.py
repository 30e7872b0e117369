"""Works on orders with storages of the type ``ARCHIVE``: the site copies by jobs of its own."""

from __future__ import annotations

from dataclasses import replace

import flowhost
from flowhost_plugins.vidispine.archive import noting
from flowhost_plugins.vidispine.archive.policies import Policy
from flowhost_plugins.vidispine.archive.records import NATIVE, Archived
from flowhost_plugins.vidispine.archive.working import Bench, Tell, online_files, place_of
from flowhost_plugins.vidispine.documents import File, Job, Shape
from flowhost_plugins.vidispine.jobs.reading import asset_job
from flowhost_plugins.vidispine.jobs.starting import start
from flowhost_plugins.vidispine.media.deleting import alone

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between looks at a job; the last again and again. Portal looks every five seconds."""

COMPLETE = ("CLOSED", "ARCHIVED", "BEING_READ")
"""States of a file that is whole in an archive."""


class Native:
    """Does the work of an order.

    Args:
        bench: what there is to work with.
        tell: takes a sentence about what could not be done.
    """

    def __init__(self, bench: Bench, tell: Tell) -> None:
        self._bench = bench
        self._tell = tell

    def keep(self, policy: Policy, *, purge: bool) -> int:
        """Archive every shape that has whole files; return how many are in the archive then."""
        item, places = self._bench.item()
        waiting = [shape for shape in item.shape if online_files(shape, places)]
        for number, shape in enumerate(waiting):
            if _copy_in(shape, policy.id) is None:
                self._copy(shape, online_files(shape, places), policy.id)
            self._bench.course.keep(progress=round(80 * (number + 1) / len(waiting), 1))
        item, places = self._bench.item()  # as it is now
        done = self._bench.archived_before(item, policy, places)
        for shape in item.shape:
            online, copy = online_files(shape, places), _copy_in(shape, policy.id)
            if copy is not None and online:
                sha1 = next((file.hash for file in online if file.hash), "")
                where = tuple(place_of(file) for file in online)
                what = Archived(NATIVE, policy.id, (copy.id,), sha1, where)
                done.append((shape, self._bench.note_archived(item.id, shape, what)))
        if done:
            self._bench.tell_archived(item.id)
        if purge:
            for shape, _ in done:
                with alone(self._bench.client, [shape.id]):
                    self._purge(shape.id, policy.id)
        return len(done)

    def bring_back(self) -> int:
        """Restore what is not online; return how many files came back."""
        item, places = self._bench.item()
        count = 0
        for shape, kept in noting.all_archived(item):
            if kept.archive != NATIVE or online_files(shape, places):
                continue
            for number, place in enumerate(kept.places):
                query = {"move": "false", "filename": place.path}
                self._run(kept.external_ids[0], place.storage, query, f"{shape.id}:{number}")
                count += 1
        item, places = self._bench.item()
        for shape, kept in noting.all_archived(item):
            now = tuple(place_of(file) for file in online_files(shape, places))
            if now and kept.archive == NATIVE:
                self._bench.note_archived(item.id, shape, replace(kept, places=now))
        self._bench.tell_restored(item.id)
        return count

    def _copy(self, shape: Shape, online: list[File], storage: str) -> None:
        """Copy one of the files, the next one when that fails."""
        problems = []
        for file in online:
            try:
                self._run(file.id, storage, {"move": "false", "filename": file.path}, file.id)
            except flowhost.Permanent as error:
                problems.append(str(error))
            else:
                return
        self._tell(f"the shape {shape.id} could not be archived: {'; '.join(problems)}")

    def _run(self, file: str, storage: str, query: dict[str, str], name: str) -> None:
        """Let a job copy a file, and wait for it. A process that died finds the job again.

        Raises:
            Permanent: it failed.
        """

        def post(more: dict[str, list[str]]) -> Job:
            return self._bench.client.post(
                "file", file, "storage", storage, query={**query, **more}, into=Job
            )

        course = self._bench.course
        course.look()
        job = start(self._bench.client, f"{course.order.id}:{name}", post)
        course.keep(jobs={**course.order.jobs, name: job.id})
        pauses = iter(PAUSES)
        while not job.ended:
            course.wait(next(pauses, PAUSES[-1]))
            job = asset_job(self._bench.client.get("job", job.id, into=Job))
        if job.status not in ("FINISHED", "FINISHED_WARNING"):
            raise flowhost.Permanent(
                f"the job {job.id} ended as {job.status}: {job.error or 'no reason is given'}"
            )

    def _purge(self, shape_id: str, storage: str) -> None:
        """Delete the online files of a shape, as it is now, whose copy in the archive is whole."""
        self._bench.client.forget("storage")  # this needs what is so now
        item, places = self._bench.item()
        shape = next((one for one in item.shape if one.id == shape_id), None)
        copy = _copy_in(shape, storage) if shape else None
        there = copy if copy and places.reachable(copy) else None
        for file in online_files(shape, places) if shape else []:
            self._bench.course.look()
            if doubt := _doubt(file, there):
                self._tell(f"the file {file.id} ({file.path}) stays online: {doubt}")
            else:
                self._bench.client.delete("file", file.id)


def _doubt(file: File, copy: File | None) -> str:
    """Why a file may not be what is in the archive; empty: it is."""
    if copy is None:
        return "its copy in the archive is gone, or cannot be reached now"
    if copy.hash and file.hash and copy.hash != file.hash:
        return "it is not what was archived"
    if copy.size != file.size:
        return "its copy in the archive has another size"
    if copy.size is None or copy.size < 0:
        return "the size of its copy in the archive is not known"
    return ""


def _copy_in(shape: Shape, storage: str) -> File | None:
    """The whole copy of a shape in an archive."""
    found = [file for file in shape.files if file.storage == storage and file.state in COMPLETE]
    return found[0] if found else None
