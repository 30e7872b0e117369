"""Runs a command and leaves nothing behind: in the end, every process that it started is ended.

Usage: attend.py SECONDS COMMAND...; ends with the command's exit code, or 124 when the time was up.

Linux gives this process the orphans of its descendants, whatever session or environment they made for
themselves, so nobody else's process can be meant.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
GRACE = 10.0  # seconds to end in good order
TIME_UP = 124  # what timeout(1) ends with


def main(seconds: float, command: list[str]) -> int:
    """Run the command, then clean up after it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # a shell lets what it starts in the background ignore this one, and that is inherited: tests of Ctrl-C would hang
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = subprocess.Popen(command).wait(seconds)  # noqa: S603  # the caller's own command
    except subprocess.TimeoutExpired:
        say(f"the time is up after {seconds:.0f} s: {' '.join(command)}")
        code = TIME_UP
    except KeyboardInterrupt:
        code = 130
    finally:
        end(signal.SIGTERM)
        end(signal.SIGKILL)
    return code


def end(number: signal.Signals) -> None:
    """Send the signal to every process that is left, and wait for a while."""
    told: set[int] = set()
    deadline = time.monotonic() + GRACE
    while (left := children()) and time.monotonic() < deadline:
        for pid in left - told:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            say(f"left behind, gets {number.name}: {pid} {command[:150]}")
            os.kill(pid, number)
            told.add(pid)
        time.sleep(0.1)


def children() -> set[int]:
    """The processes whose parent this is now; those that have ended are waited for."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if int(parent) == os.getpid():
            pid = int(stat.parent.name)
            if state == "Z":
                os.waitpid(pid, 0)
            else:
                found.add(pid)
    return found


def say(text: str) -> None:
    """One line of output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
