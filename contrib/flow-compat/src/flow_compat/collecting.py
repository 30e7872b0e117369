"""Which jobs a message became, so that it is acknowledged when they are done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any

import flowhost

_collecting: ContextVar[list[Future[Any]] | None] = ContextVar("flow_compat_jobs", default=None)


def collected(future: Future[Any]) -> None:
    """Note the job, if this thread handles a message just now."""
    jobs = _collecting.get()
    if jobs is not None:
        jobs.append(future)


def jobs_of(handle: Callable[[], Any]) -> Future[Any]:
    """Call a handler; return a Future that succeeds when all the jobs it started are done or kept."""
    jobs: list[Future[Any]] = []
    token = _collecting.set(jobs)
    try:
        handle()
    finally:
        _collecting.reset(token)
    return _all_of(jobs)


def _all_of(jobs: list[Future[Any]]) -> Future[Any]:
    whole: Future[Any] = Future()
    if not jobs:
        whole.set_result(flowhost.Receipt("done"))
        return whole
    lock, left = threading.Lock(), set(map(id, jobs))

    def ended(job: Future[Any]) -> None:
        with lock:
            left.discard(id(job))
            last = not left
        if last:
            error = next((each.exception() for each in jobs if each.exception()), None)
            if error is not None:
                whole.set_exception(error)
            else:
                whole.set_result(job.result())

    for job in jobs:
        job.add_done_callback(ended)
    return whole
