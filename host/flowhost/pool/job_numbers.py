"""The number of each job: which one a thread is at, and which comes next."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextvars import ContextVar

job_number: ContextVar[int | None] = ContextVar("flowhost_job_number", default=None)
"""Number of the job this thread works on; None outside the pool. Log lines begin with it."""

next_job_number: Callable[[], int] = itertools.count().__next__
"""The next number of this process: 0, 1, 2 …; safe to call from any thread."""
