"""Starting a job of the library so that a step that is taken again does not start it twice."""

from __future__ import annotations

from collections.abc import Callable

import flowhost

MOST_JOBS = 20
"""For one key. Only a library whose jobs all fail before it tells of them comes so far."""


def started(start: Callable[[str], flowhost.AssetJob], key: str) -> flowhost.AssetJob:
    """Start a job, or find the one that the same step started before.

    One that failed is not taken again: whoever takes the step once more wants another try.

    Args:
        start: given a key, starts the job or returns the one that has this key already.
        key: of the job.
    """
    job = start(key)
    for number in range(2, MOST_JOBS + 1):
        if not has_failed(job):
            break
        job = start(f"{key}#{number}")
    return job


def has_failed(job: flowhost.AssetJob) -> bool:
    """Whether a job ended without doing its work."""
    return job.ended and not job.status.startswith("FINISHED")
