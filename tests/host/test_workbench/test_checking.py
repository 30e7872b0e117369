"""`flowhost check` looks at what a workbench made, as at every other part."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flowhost.config import Config
from flowhost.testing.plugins import Install

MODULE = (
    Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    + """

@hookimpl
def flowhost_resources(): return [Post, Shelf, Steps]
@hookimpl
def flowhost_actions(): return [Send, Keep]
@hookimpl
def flowhost_workers(): return [Walk]
"""
)

Connect = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def connect(written: Callable[..., Config], install: Install) -> Connect:
    """Check a profile with these steps; return the exit code, and what was said, without the folder."""
    folder = install("walking", entry_points={"walking": "walking_parts"}, modules={"walking_parts": MODULE})

    def check(steps: str, more: str) -> tuple[int, list[str]]:
        config = written(steps, more)
        ran = subprocess.run(
            [sys.executable, "-m", "flowhost", "check", "--connect", str(config.profile)],
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        return ran.returncode, (ran.stdout + ran.stderr).replace(f"{config.directory}/", "").splitlines()

    return check


def test_actions_are_probed(connect: Connect) -> None:
    steps = "send to=friend\nkeep\nsend to=stranger\n"
    assert connect(steps, "[Post]\n") == (
        69,
        ["walk.ini: action 'send' (steps.txt:3:1): nobody knows a stranger"],
    )
    assert connect("send to=friend\n", "[Post]\n") == (
        0,
        ["walk.ini: ok, and everything it uses can be reached"],
    )


def test_what_stands_on_something_that_failed_is_not_tried(connect: Connect) -> None:
    assert connect("send to=stranger\n", "[Post]\ndown = yes\n") == (
        69,
        ["walk.ini: resource 'post': the office is closed"],
    )


def test_mistakes_in_the_document_are_told(connect: Connect) -> None:
    code, said = connect("send to=${title\nsend\n", "[Post]\n")
    assert code == 78
    assert [line.partition(": ")[0] for line in said] == ["steps.txt:1:6", "steps.txt:2:1"]
