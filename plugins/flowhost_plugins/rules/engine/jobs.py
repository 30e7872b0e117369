"""What a step waits for: jobs of the asset system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import flowhost

WELL = frozenset({"FINISHED", "FINISHED_WARNING"})
"""Statuses of jobs that did what they were for."""


@dataclass(frozen=True, slots=True)
class Waited:
    """How the jobs of a step are.

    Args:
        jobs: those that are known.
        failure: why the step fails, when every job has ended and not all of them well; empty otherwise.
        ended: whether nothing will change any more.
    """

    jobs: tuple[flowhost.AssetJob, ...]
    failure: str
    ended: bool


def media_of(assets: flowhost.AssetSystem) -> flowhost.MediaLibrary | None:
    """The asset system, when it is a media library besides; a role is filled by inheritance, not by likeness."""
    return cast("flowhost.MediaLibrary", assets) if flowhost.MediaLibrary in type(assets).__mro__ else None


def look_at(assets: flowhost.AssetSystem, job_ids: Iterable[str]) -> Waited:
    """How these jobs are.

    Raises:
        Unavailable: the asset system cannot be reached.
    """
    found = {job_id: assets.job(job_id) for job_id in job_ids}
    known = tuple(job for job in found.values() if job is not None)
    ended = all(job.ended for job in known)
    if not ended:
        return Waited(known, "", ended=False)
    gone = [f"job {job_id} is gone" for job_id, job in found.items() if job is None]
    bad = [_sentence(job) for job in known if job.status not in WELL]
    return Waited(known, "; ".join(gone + bad), ended=True)


def _sentence(job: flowhost.AssetJob) -> str:
    return f"job {job.id} ended as {job.status}" + (f": {job.error}" if job.error else "")
