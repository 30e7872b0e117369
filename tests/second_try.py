"""Runs pytest with the arguments it is given; the few tests that fail run once more, alone.

Brokers, databases and three processes share the machine, which may stand still for a moment: that ends nothing. A test
that passes only alone is named at the end, with its reason above, and is to be mended.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from pytest import ExitCode

FEW = 3
GROUP = re.compile(r"@[^\]@]*$")
"""What pytest-xdist adds to the name of a test: its group."""


def main(arguments: list[str]) -> int:
    """Return pytest's exit code, of the second try if there was one."""
    with tempfile.TemporaryDirectory() as cache:
        arguments = [*arguments, "-o", f"cache_dir={cache}"]
        failed = Path(cache, "v/cache/lastfailed")  # for pytest's own --last-failed
        code = run(arguments)
        if code != ExitCode.TESTS_FAILED:
            return code
        names = [GROUP.sub("", name) for name in json.loads(failed.read_text())]
        if len(names) > FEW:
            return code
        show("once more, alone", names)
        failed.write_text(json.dumps(dict.fromkeys(names, True)))
        code = run([*arguments, "-n", "0", "--last-failed", "--last-failed-no-failures", "none"])
        if code == ExitCode.OK and json.loads(failed.read_text()):  # it knew no test of that name
            return ExitCode.TESTS_FAILED
        show("passed only alone" if code == ExitCode.OK else "failed twice, or one of these did", names)
        return code


def run(arguments: list[str]) -> int:
    """One run of pytest."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def show(what: str, names: list[str]) -> None:
    """Tell of tests, in the order of the output around it."""
    print(f"=== {what}:", *names, sep="\n    ", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
