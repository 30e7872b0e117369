"""Runs pytest with the arguments it is given; the few tests that fail run once more, alone.

Brokers, databases and three processes share the machine, which may stand still for a moment: that ends nothing. What a
change broke fails twice. A test that passes only alone stands in the output with its reason, to be mended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pytest import ExitCode

FEW = 3
FAILED = Path(".pytest_cache/v/cache/lastfailed")
"""Where pytest keeps what failed, for its own ``--last-failed``."""


def main(arguments: list[str]) -> int:
    """Return pytest's exit code, of the second try if there was one."""
    FAILED.unlink(missing_ok=True)  # of another day
    code = run(arguments)
    if code != ExitCode.TESTS_FAILED:
        return code
    failed = list(json.loads(FAILED.read_text()))
    if len(failed) > FEW:
        return code
    print("=== once more, alone:", *failed, sep="\n    ", flush=True)
    return run([*arguments, "-n", "0", "--last-failed", "--last-failed-no-failures", "none"])


def run(arguments: list[str]) -> int:
    """One run of pytest."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
