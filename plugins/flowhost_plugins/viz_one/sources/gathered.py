"""Several Futures as one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from typing import Any


def gathered(futures: Sequence[Future[Any]]) -> Future[Any]:
    """A Future that ends when all of these have: well, or with the first error of theirs. Of none: at once."""
    if len(futures) == 1:
        return futures[0]
    whole: Future[Any] = Future()
    lock, left, errors = threading.Lock(), len(futures), list[BaseException]()

    def settle(future: Future[Any]) -> None:
        nonlocal left
        error = CancelledError("cancelled") if future.cancelled() else future.exception()
        with lock:
            left -= 1
            if error is not None:
                errors.append(error)
            if left:
                return
        conclude()

    def conclude() -> None:
        if errors:
            whole.set_exception(errors[0])
        else:
            whole.set_result(None)

    if not futures:
        conclude()
    for future in futures:
        future.add_done_callback(settle)
    return whole
