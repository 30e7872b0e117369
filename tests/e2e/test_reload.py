"""Signals, folders and reloads of the program itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PROFILE = "[Flow]\napp name = {name}\nworker = log\n{more}\n[Source]\ntype = interval\ninterval = 600\n"

SIGNAL_AT_EVERY_LINE = """
import signal, sys
from pathlib import Path
from flowhost.commands.profiles import registry_for
from flowhost.fleet import Fleet

left = 200
watching = False

def trace(frame, event, argument):
    global left, watching
    code = frame.f_code
    watching = watching or code.co_name == "_watch"
    if not watching or code.co_name == "note" or not code.co_filename.endswith(("fleet.py", "threading.py")):
        return trace
    if event == "line" and left:
        left -= 1
        signal.raise_signal(signal.SIGHUP if left else signal.SIGTERM)
    return trace

fleet = Fleet([Path("app.ini")], registry_for([], None))
sys.settrace(trace)
print("ended with", fleet.run())
"""

SLOW = """
import time

class Slow:
    "Takes its time."
    def work(self, event):
        print("at work", flush=True)
        time.sleep(40)
"""

NOTE = """
class Note:
    "Writes down what it was given."
    def work(self, event):
        with open("noted.txt", "a") as notes:
            notes.write(f"{event.data}\\n")
"""


def test_a_signal_may_come_at_any_moment(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "app.ini").write_text(PROFILE.format(name="app", more=""))
    ended = subprocess.run(
        [sys.executable, "-c", SIGNAL_AT_EVERY_LINE],
        cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (0, "ended with 0\n"), ended


def test_the_second_ctrl_c_waits_for_nothing(tmp_path: Path, start: Any) -> None:
    (tmp_path / "app.py").write_text(SLOW)
    (tmp_path / "app.ini").write_text("[Flow]\nclass = app.Slow\n[Source]\ntype = interval\n")
    program = start("run", "app.ini")
    program.wait_for("at work")
    program.signal(signal.SIGINT)
    program.wait_for("stops: it was asked to stop")
    began = time.monotonic()
    program.signal(signal.SIGINT)
    assert program.wait() == 130, program.output
    assert time.monotonic() - began < 10  # seconds; the work takes 40


def test_a_profile_in_another_folder_and_a_relative_site_config(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    for folder in ("profiles", "site"):
        (tmp_path / folder).mkdir()
    (tmp_path / "profiles" / "note.py").write_text(NOTE)
    profile = tmp_path / "profiles" / "app.ini"
    profile.write_text("[Flow]\napp name = app\n[Source]\ntype = stdin\nmode = lines\n")
    (tmp_path / "site" / "app.ini").write_text("[Flow]\nclass = note.Note\n")
    ended = subprocess.run(
        [sys.executable, "-m", "flowhost", "run", "profiles/app.ini"],
        cwd=tmp_path, env=environ | {"PYTHON_CONFIG_ROOT": "site"}, input="one\n",
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended
    assert (tmp_path / "profiles" / "noted.txt").read_text() == "one\n"


def test_a_batch_with_a_journal_ends_when_all_its_work_is_done(tmp_path: Path, flowhost: Any) -> None:
    (tmp_path / "note.py").write_text(NOTE)
    (tmp_path / "app.ini").write_text(
        "[Flow]\nclass = note.Note\n[Source]\ntype = stdin\nmode = lines\njournal = yes\n"
    )
    lines = [str(number) for number in range(120)]  # more than are taken from the ledger at once
    ended = flowhost("run", "app.ini", input="\n".join(lines))
    assert ended.returncode == 0, ended
    assert sorted((tmp_path / "noted.txt").read_text().split()) == sorted(lines)


def test_a_reload_adapts_the_log_and_says_what_it_cannot_adapt(
    tmp_path: Path, start: Any, eventually: Any
) -> None:
    one, two = tmp_path / "one.ini", tmp_path / "two.ini"
    one.write_text(PROFILE.format(name="one", more=""))
    two.write_text(PROFILE.format(name="two", more=""))
    program = start("run", one, two)
    program.wait_for("two runs")
    two.write_text(PROFILE.format(name="two", more="disable plugins = nothing\nmonitoring port = 1"))
    program.signal(signal.SIGHUP)
    program.wait_for("monitoring address and monitoring port: takes effect at the next start")
    program.wait_for("disable plugins: takes effect at the next start")
    one.write_text(one.read_text() + "[Logging]\nlogger = file\nfile name = one.log\n")
    program.signal(signal.SIGHUP)
    written = tmp_path / "one.log"
    eventually(written.exists, "the log file of the new config")
    one.write_text(one.read_text().replace("one.log", "no/such/folder/one.log"))
    program.signal(signal.SIGHUP)
    eventually(lambda: "logging goes on as before" in written.read_text(), "the complaint about the log file")
    assert program.terminate() == 0
    assert "two stopped" in written.read_text()
