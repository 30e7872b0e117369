"""``python -m flow PROFILE [-n NAME] [-w WORKERS] [-g] [--man]``: runs the profile with flowhost."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points


def main(arguments: list[str]) -> None:
    """Run ``flowhost run`` with these arguments; ends the process."""
    (program,) = entry_points(group="console_scripts", name="flowhost")
    program.load()(["run", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
