"""Lets the process end although a worker, a source or a library left threads behind that never end.

Python waits for every such thread before it ends, a service manager then waits for Python, and in the end
kills it, as if the daemon had failed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import suppress

log = logging.getLogger(__name__)

GRACE_SECONDS = 2.0  # for threads that are about to end; all work is done or parked before


def end_soon(code: int) -> None:
    """Cut the process off after `GRACE_SECONDS`, unless it has ended by itself, as it should.

    Args:
        code: the exit code of the process, if it has to be cut off.
    """
    threading.Thread(target=_cut_off, args=(code,), name="ending", daemon=True).start()


def _cut_off(code: int) -> None:
    time.sleep(GRACE_SECONDS)
    others = {thread.name for thread in threading.enumerate() if thread is not threading.current_thread()}
    names = ", ".join(sorted(others - {threading.main_thread().name}))
    log.warning("the process ends, although these of its threads have not ended: %s", names)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a broken pipe or a closed stream must not keep the process
            stream.flush()
    os._exit(code)
