"""The action ``wait``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.starting import has_failed
from flowhost_plugins.actions.subject import item_id

LONGEST = 366 * 86400.0
"""Seconds: a year. Nobody waits longer on purpose."""

LOOK_EVERY = 10.0
"""Seconds between two looks at the jobs."""


class Wait:
    """Waits for a while, or until the library has no job for the item any more. No thread waits meanwhile.

    Raises:
        ValueError: not exactly one of both is asked for, or there is no media library to ask for jobs.
    """

    name: ClassVar[str] = "wait"

    def __init__(
        self,
        *,
        for_: Annotated[flowhost.Seconds | None, "how long"] = None,
        until_jobs: Annotated[
            bool, "until all jobs of the item have ended; one that failed fails the step"
        ] = False,
        assets: flowhost.MediaLibrary | None = None,
        clock: flowhost.Clock,
    ) -> None:
        if (for_ is None) != until_jobs:
            raise ValueError("expected either 'for' with a length of time, or 'until jobs'")
        if for_ is not None and for_ > LONGEST:
            raise ValueError(f"'for' is {for_:g} s, expected at most a year")
        if until_jobs and assets is None:
            raise ValueError("'until jobs' needs a media library, and there is none")
        self._seconds = for_
        self._assets = assets
        self._clock = clock

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Begin to wait."""
        if self._seconds is None:
            return self._look(context, seen=())
        return flowhost.Outcome.later(self._in(self._seconds), note=f"waits {self._seconds:g} s")

    def finish(
        self,
        context: flowhost.Context,
        jobs: Sequence[flowhost.AssetJob],  # noqa: ARG002  # it waits for a moment, not for jobs of its own
    ) -> flowhost.Outcome:
        """Go on, or wait for the jobs that are still under way."""
        if self._seconds is None:
            return self._look(context, seen=context.memo["jobs"])
        return flowhost.Outcome.done(f"waited {self._seconds:g} s")

    def plan(self, context: flowhost.Context) -> str:
        """How long the run would wait."""
        if self._seconds is not None:
            return f"wait {self._seconds:g} s"
        return f"wait until the jobs of {item_id(context)} have ended"

    def _look(self, context: flowhost.Context, seen: Iterable[str]) -> flowhost.Outcome:
        """See which jobs there are. They are not handed to the engine, which would stop them with a cancelled run."""
        assert self._assets is not None, "the constructor sees to it"
        live = [job.id for job in self._assets.live_jobs(item_id(context))]
        known = list(dict.fromkeys((*seen, *live)))
        if live:
            note = f"waits for the jobs {', '.join(live)}"
            return flowhost.Outcome.later(self._in(LOOK_EVERY), note=note, memo={"jobs": known})
        ended = [job for job in map(self._assets.job, known) if job is not None]
        if failed := [f"{job.id} is {job.status}: {job.error}" for job in ended if has_failed(job)]:
            return flowhost.Outcome.failed(f"jobs failed: {'; '.join(failed)}")
        return flowhost.Outcome.done("no job of the item is under way")

    def _in(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)
