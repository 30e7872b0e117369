"""What every demo needs: a daemon as an operator would run it, and patience."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 90.0  # seconds; a demo takes about ten
STOP_SECONDS = 30.0  # that the daemon may take to finish


@contextmanager
def daemon(
    profile: Path, log: str, variables: Mapping[str, str] | None = None
) -> Iterator[Callable[[], bool]]:
    """Run a daemon beside its profile; gives a question: does it still run?

    Args:
        profile: the profile.
        log: name of the file its log goes to.
        variables: environment variables besides ours.
    """
    command = [sys.executable, "-m", "flowhost", "run", str(profile)]
    environment = {**os.environ, "FLOWHOST_STATE": str(profile.parent / "state"), **(variables or {})}
    with (profile.parent / log).open("wb") as written:
        running = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdout=written, stderr=written, env=environment, cwd=profile.parent
        )
        try:
            yield lambda: running.poll() is None
        finally:  # also after Ctrl-C
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def wait(condition: Callable[[], bool], running: Callable[[], bool]) -> bool:
    """Wait until something holds; return whether it does. The daemon's end ends the waiting."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline or not running():
            return False
        time.sleep(0.05)
    return True
