"""The action ``move-copy-files``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.distribution.gathering import NotYet, ids_of, media_of, rooms_of
from flowhost_plugins.actions.distribution.planning import plan_all
from flowhost_plugins.actions.distribution.records import Plan, Room, Transfer, Wish
from flowhost_plugins.actions.distribution.reservations import Reservations
from flowhost_plugins.actions.distribution.telling import sentences
from flowhost_plugins.actions.names import fitting
from flowhost_plugins.actions.starting import started
from flowhost_plugins.actions.subject import item_id

MOST_ROUNDS = 10
"""Copies, moves and removals are three. More come only if somebody undoes what was done."""

NEVER_DONE = f"after {MOST_ROUNDS} rounds the files are not where they shall be; does another rule move them?"

QUIET_WAIT = timedelta(seconds=10)
"""Between two looks whether the other jobs of the item have ended."""

ROOMS_KEPT = 5.0
"""Seconds for which plans that are only told count on the same rooms. A sweep asks for one for each item of a library,
which for each would have to add up the sizes of all its files."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be done, and what it was planned with; see `plan_all`."""

    plans: tuple[Plan, ...]
    rooms: Mapping[str, Room]
    taken: Mapping[str, int]

    @property
    def told(self) -> str:
        """What is to be done, a line for each thing."""
        return "\n".join(sentences(self.plans, self.rooms))

    @property
    def problems(self) -> list[str]:
        """Why something cannot be done."""
        return [one.problem for one in self.plans if one.problem]

    def next_stage(self) -> tuple[list[Transfer], list[Transfer]]:
        """The transfers that may start now, and those that come after them."""
        copies = [one for plan in self.plans for one in plan.copies]
        moves = [one for plan in self.plans for one in plan.moves]
        return (copies, moves) if copies else (moves, [])


class MoveCopyFiles:
    """Sees to it that the files of some formats are in a number of storages, and, if so wished, nowhere else.

    Without targets it takes the storages with the most room up to the high watermark, which it never passes. A copy
    elsewhere goes only when all others are safe, and never from an archive or an export location; the last copy never
    goes. When there are not enough storages with room, nothing is done, and the step fails.

    Raises:
        ValueError: the numbers of storages do not fit together, or no format is named.
    """

    name: ClassVar[str] = "move-copy-files"

    def __init__(
        self,
        *,
        formats: Annotated[tuple[str, ...], "shape tags of the files, e.g. original"],
        storages: Annotated[int, "number of storages that shall have each file"] = 1,
        targets: Annotated[tuple[str, ...], "storages to choose from, ids or names; none: all, by room"] = (),
        remove_from_others: Annotated[bool, "remove the copies in all other storages"] = False,
        directory: Annotated[
            flowhost.PathTemplate | None, "folder in the storage, may have tags; empty: as it is"
        ] = None,
        assets: flowhost.MediaLibrary,
        clock: flowhost.Clock,
    ) -> None:
        if not formats:
            raise ValueError("'formats' names no shape tag; expected one such as original")
        if storages < 1:
            raise ValueError(f"'storages' is {storages}, expected 1 or more")
        if targets and storages > len(set(targets)):
            raise ValueError(f"'storages' is {storages}, and only {len(set(targets))} are named in 'targets'")
        self._formats = formats
        self._count = storages
        self._targets = targets
        self._remove = remove_from_others
        self._directory = directory
        self._assets = assets
        self._clock = clock
        self._looked: tuple[float, Mapping[str, Room]] | None = None

    @property
    def destructive(self) -> bool:
        """Whether copies are removed."""
        return self._remove

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Start what is to be done first.

        Raises:
            Retry: a file is still being written.
            UndefinedTag: the directory has a tag without a value.
            Permanent: a storage is gone, or a shape has no whole file, or files that are not the same.
        """
        return self._round(context, 1, "")

    def finish(
        self,
        context: flowhost.Context,
        jobs: Sequence[flowhost.AssetJob],  # noqa: ARG002  # the files are looked at, which says more
    ) -> flowhost.Outcome:
        """Look again, and start what is still to be done. Raises as `act` does."""
        return self._round(context, int(context.memo["round"]), str(context.memo["planned"]))

    def plan(self, context: flowhost.Context) -> str:
        """What is to be done, a sentence for each file; empty when all are where they shall be.

        The rooms of the storages are those of some seconds ago.
        """
        try:
            survey = self._survey(context, self._wanted(item_id(context)), {}, self._recent_rooms())
        except NotYet:
            return ""
        except flowhost.Permanent as error:
            return str(error)
        return survey.told

    def _round(self, context: flowhost.Context, number: int, planned: str) -> flowhost.Outcome:
        """Do what comes next.

        Args:
            context: of the step.
            number: counts the stages, this one included.
            planned: what the first one found was to be done.
        """
        item, book = item_id(context), Reservations.of(self._assets)
        with (
            book.lock
        ):  # nobody else plans with the same room, or for the same item, until the jobs are started
            book.forget(context.key)
            if live := self._assets.live_jobs(item):  # one of them may be reading or writing these files
                memo = {"round": number, "planned": planned}
                note = f"waits for the jobs of the item: {', '.join(job.id for job in live)}"
                return flowhost.Outcome.later(self._clock.now() + QUIET_WAIT, note=note, memo=memo)
            shapes, now = self._wanted(item), self._clock.monotonic()
            if not shapes:
                return flowhost.Outcome.skipped(f"it has no shape {' or '.join(self._formats)}")
            survey = self._survey(context, shapes, book.taken(now), self._rooms())
            if not survey.plans:
                return flowhost.Outcome.skipped("nothing of it is online")
            if survey.problems:
                return flowhost.Outcome.failed("; ".join(survey.problems))
            first, later = survey.next_stage()
            jobs = self._start(context, first, number, survey)
            book.keep(context.key, _room_for(later), now)
        if jobs:
            memo = {"round": number + 1, "planned": planned or survey.told}
            return flowhost.Outcome.waiting(jobs, note=survey.told, memo=memo)
        for copy in [copy for plan in survey.plans for copy in plan.removals]:
            self._assets.delete_file(copy.file)
        return flowhost.Outcome.done(planned or survey.told or "all files are where they shall be")

    def _wanted(self, item: str) -> list[flowhost.Shape]:
        return [shape for shape in self._assets.shapes(item) if set(shape.tags) & set(self._formats)]

    def _rooms(self) -> Mapping[str, Room]:
        return rooms_of(self._assets.storages())

    def _recent_rooms(self) -> Mapping[str, Room]:
        looked, now = self._looked, self._clock.monotonic()
        if looked is None or now - looked[0] >= ROOMS_KEPT:
            looked = self._looked = (now, self._rooms())
        return looked[1]

    def _survey(
        self,
        context: flowhost.Context,
        shapes: Sequence[flowhost.Shape],
        taken: Mapping[str, int],
        rooms: Mapping[str, Room],
    ) -> Survey:
        targets = ids_of(self._targets, rooms)
        if targets and len(targets) < self._count:
            raise flowhost.Permanent(f"'targets' names a storage twice, and {self._count} are wanted")
        media = media_of(shapes, rooms)
        directory = fitting(self._directory.path(context.tags)) if self._directory and media else None
        wish = Wish(self._count, targets, self._remove, directory)
        return Survey(plan_all([(one, wish) for one in media], rooms, taken), rooms, taken)

    def _start(
        self, context: flowhost.Context, transfers: Sequence[Transfer], number: int, survey: Survey
    ) -> list[str]:
        """Start the jobs of a stage; return their ids."""
        if transfers and number > MOST_ROUNDS:
            raise flowhost.Permanent(f"{NEVER_DONE} {survey.told}")
        jobs: list[str] = []
        for one in transfers:
            try:
                jobs.append(self._transfer(one, context, number))
            except flowhost.Permanent as error:
                if jobs:
                    break  # what is left is planned again when these have ended
                shapes = self._wanted(item_id(context))
                if self._survey(context, shapes, survey.taken, self._rooms()).plans != survey.plans:
                    raise flowhost.Retry(f"the storages changed meanwhile: {error}") from error
                raise
        return jobs

    def _transfer(self, one: Transfer, context: flowhost.Context, number: int) -> str:
        """Start a copy or move; return the id of its job."""
        order = self._assets.move_file if one.move else self._assets.copy_file
        key = f"{context.identity}/{number}/{one.file}/{one.storage}"
        try:
            return started(lambda key: order(one.file, one.storage, one.path, key=key), key).id
        except flowhost.Permanent:
            if one.path is None:
                raise
            # a file of another item may have this name; when there is no room, this fails in the same way
            path = PurePosixPath(one.path)
            other = fitting(str(path.with_suffix("")), f"_{context.item}{path.suffix}")
            return started(lambda key: order(one.file, one.storage, other, key=key), key).id


def _room_for(transfers: Iterable[Transfer]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for one in transfers:
        total[one.storage] += one.size
    return total
