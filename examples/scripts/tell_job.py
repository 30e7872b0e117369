#!/usr/bin/env python3
"""Prints what a job did. Try it by hand: portal_itemId=VX-1 portal_type=TRANSCODE ./tell_job.py --short."""

import argparse
import os
import sys
from pathlib import Path


def variable(name):
    """The variable of the run, also when it is so long that it is in a file; None when there is none."""
    if file := os.environ.get(f"portal_{name}_file"):
        return Path(file).read_text()
    return os.environ.get(f"portal_{name}")


def main():
    """Print it; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--short", action="store_true", help="leave the job's document out")
    short = options.parse_args().short

    item = variable("itemId")
    if item is None:
        print("portal_itemId is not set: this script is about an item", file=sys.stderr)
        return 1
    print(f"{item}: {variable('type') or 'no job'} {variable('status') or ''}".rstrip())
    if not short and (document := variable("jobDocument")):
        print(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
