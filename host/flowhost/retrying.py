"""Doing a small operation again at once when somebody else changed the thing first."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flowhost.errors import Conflict, Retry

T = TypeVar("T")


def retry_on_conflict(max_retries: int = 3) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Decorate a function or method so that it runs again when it meets a conflict.

    The function is called with one keyword more, ``conflict``: False first, True on later tries, when it should
    fetch the thing again. The other arguments are passed unchanged each time, and there is no delay.

    Args:
        max_retries: how many calls at most.

    Raises:
        Conflict, Retry: the last one, when every call met one. Any other error passes through at once.
    """
    if max_retries < 1:
        raise ValueError(f"max_retries is {max_retries}, expected 1 or more")

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(function)
        def repeated(*args: Any, **kwargs: Any) -> T:
            for attempt in range(1, max_retries + 1):
                try:
                    return function(*args, conflict=attempt > 1, **kwargs)
                except (Conflict, Retry):
                    if attempt == max_retries:
                        raise
            raise AssertionError("unreachable: max_retries is 1 or more")

        return repeated

    return decorate
