"""``flowhost demo``, as a newcomer sees it: to its end, stopped in the middle, and without ffmpeg."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flowhost.demo.layout import lay_out
from flowhost.testing.services import missing

PATIENCE = 400.0  # seconds; on an idle machine it takes half a minute

needs_ffmpeg = pytest.mark.ffmpeg


@pytest.fixture
def ffmpeg() -> None:
    """There is one."""
    if not shutil.which("ffmpeg"):
        missing("ffmpeg is not installed (Debian: apt install ffmpeg)")


def processes_in(folder: Path) -> list[int]:
    """Processes that work in this folder, or know it by their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            where = (process / "cwd").readlink()
        except OSError:  # it has ended meanwhile, or is not ours
            continue
        if str(folder).encode() in words or where.is_relative_to(folder):
            found.append(int(process.name))
    return found


@pytest.mark.slow
@needs_ffmpeg
def test_all_comes_out_right_and_every_command_it_recommends_works(
    tmp_path: Path, environ: dict[str, str], flowhost: Any, ffmpeg: None
) -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "flowhost", "demo", "./library"],
        cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (demo.returncode, demo.stderr) == (0, ""), demo.stdout
    folder = tmp_path / "library"
    assert processes_in(folder) == []
    assert "WRONG" not in demo.stdout
    assert demo.stdout.count("\n  ok ") == 7
    killed, _, after = demo.stdout.partition("The daemon is killed")[2].partition("It is started again")
    interrupted = re.findall(r"run (\d+), (\w+)", killed)
    assert interrupted, "it was in the middle of something"
    for number, _rule in interrupted:
        assert re.search(rf"went on where it was stopped: .*\b{number} \(", after)

    advice = demo.stdout.partition("What to do next")[2].splitlines()
    recommended = [line.strip() for line in advice if line.startswith("    flowhost ")]
    assert len(recommended) == 5
    for command in recommended:
        if command.startswith("flowhost run "):
            continue  # it would run until it is stopped; the demo ran it just so
        ran = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            cwd=folder, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
    again = flowhost("demo", "./library")
    assert (again.returncode, "library exists already" in again.stderr) == (2, True)


@pytest.mark.slow
@needs_ffmpeg
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_stopped_in_the_middle_it_leaves_no_process(
    tmp_path: Path, start: Any, eventually: Any, number: signal.Signals, ffmpeg: None
) -> None:
    demo = start("demo", "./library")
    demo.wait_for("clips are imported", PATIENCE)
    assert processes_in(tmp_path / "library"), "its daemon"
    demo.signal(number)
    # below `python -m`, an interrupt within exec(), which makes dataclasses and tuples, has Python end itself by SIGINT
    assert demo.wait() in (130, -signal.SIGINT), demo.output
    assert "Traceback" not in demo.output
    eventually(lambda: processes_in(tmp_path / "library") == [], "every process to be gone")


def test_the_folder_can_be_copied_and_is_right(tmp_path: Path, flowhost: Any) -> None:
    lay_out(tmp_path / "library")
    profile = tmp_path / "library" / "library.ini"
    assert flowhost("check", profile).stdout == f"{profile}: ok\n"
    checked = flowhost("rules", "check", "-c", profile)
    assert (checked.returncode, checked.stderr) == (0, "")
    scripts = list((tmp_path / "library" / "scripts").iterdir())
    assert scripts
    assert all(os.access(script, os.X_OK) for script in scripts)


def test_without_ffmpeg_it_says_how_to_get_one(
    tmp_path: Path, environ: dict[str, str], flowhost: Any
) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "imageio_ffmpeg.py").write_text(
        "raise ImportError('as if it were not installed')\n"
    )
    environ |= {"PATH": str(tmp_path / "nothing"), "PYTHONPATH": str(tmp_path / "hidden")}
    ran = flowhost("demo", "./library")
    assert ran.returncode == 69
    assert ran.stderr.splitlines() == [
        "flowhost: the demo needs ffmpeg, and there is none in PATH: pip install imageio-ffmpeg brings one"
    ]
    assert not (tmp_path / "library").exists()
