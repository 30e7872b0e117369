"""The thin path, for real: a profile, a broker or a folder, a worker, an acknowledgement."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

WORKER = """
import pathlib

class Note:
    "Writes down what it was given."
    name = "note"

    def work(self, event):
        with open("noted.txt", "a") as notes:
            notes.write(f"{event.subject}|{event.data}\\n")
"""


def test_a_hot_folder(tmp_path: Path, start: Any, eventually: Any, flowhost: Any) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "early.xml").write_text("<early/>")
    (tmp_path / "myapp.py").write_text(WORKER)
    (tmp_path / "app.ini").write_text(
        "[Flow]\napp name = app\nclass = myapp.Note\n"
        "[Source]\ntype = watch-folder\nfolder = inbox\nsettle = 100 ms\npayload = content\n"
    )
    program = start("run", "app.ini")
    program.wait_for("app runs")
    (tmp_path / "inbox" / "late.xml").write_text("<late/>")
    noted = tmp_path / "noted.txt"
    eventually(lambda: noted.exists() and len(noted.read_text().splitlines()) == 2, "two files to be noted")
    status = flowhost("status", "--json")
    assert json.loads(status.stdout)[0]["daemon"] == "app", status
    assert program.terminate() == 0, program.output
    assert sorted(noted.read_text().splitlines()) == [
        f"{tmp_path}/inbox/early.xml|b'<early/>'",
        f"{tmp_path}/inbox/late.xml|b'<late/>'",
    ]
    again = start("run", "app.ini")  # what was handled is not handled again
    again.wait_for("app runs")
    (tmp_path / "inbox" / "third.xml").write_text("<third/>")
    eventually(lambda: "third" in noted.read_text(), "the third file")
    assert again.terminate() == 0
    assert len(noted.read_text().splitlines()) == 3


@pytest.mark.rabbitmq
def test_a_queue(tmp_path: Path, start: Any, eventually: Any, rabbitmq: Any) -> None:
    queue = rabbitmq.queue()
    (tmp_path / "myapp.py").write_text(WORKER)
    (tmp_path / "app.ini").write_text(
        f"[Flow]\napp name = app\nclass = myapp.Note\nworkers = 2\n[Source]\ntype = stomp\nurl = {rabbitmq.url(queue)}\n"
    )
    rabbitmq.send(queue, *[f"message {number}".encode() for number in range(50)])
    program = start("run", "app.ini")
    noted = tmp_path / "noted.txt"
    eventually(lambda: noted.exists() and len(noted.read_text().splitlines()) >= 50, "fifty messages")
    assert program.terminate() == 0, program.output
    bodies = [line.partition("|")[2] for line in noted.read_text().splitlines()]
    assert sorted(bodies) == sorted(f"message {number}" for number in range(50))
    assert rabbitmq.depth(queue) == 0


def test_a_batch_ends_by_itself_and_its_exit_code_tells(tmp_path: Path, flowhost: Any) -> None:
    (tmp_path / "myapp.py").write_text(
        "import flowhost\nclass App:\n    def work(self, event):\n"
        "        if 'bad' in event.data: raise flowhost.Permanent('bad input')\n        print('got', event.data)\n"
    )
    (tmp_path / "app.ini").write_text("[Flow]\nclass = myapp.App\n[Source]\ntype = stdin\nmode = lines\n")
    good = flowhost("app.ini", input="one\ntwo\n")
    assert (good.returncode, "got one" in good.stdout, "got two" in good.stdout) == (0, True, True), good
    bad = flowhost("app.ini", input="one\nbad\n")
    assert (bad.returncode, "bad input" in bad.stdout + bad.stderr) == (1, True), bad


def test_the_old_command_line_works(tmp_path: Path, flowhost: Any) -> None:
    (tmp_path / "myapp.py").write_text(
        'class App:\n    "What this app is for."\n    def work(self, event): ...\n'
    )
    (tmp_path / "app.ini").write_text("[Flow]\napp name = app\nclass = myapp.App\n[Source]\ntype = stdin\n")
    manual = flowhost("app.ini", "--man")
    assert (manual.returncode, "What this app is for." in manual.stdout) == (0, True), manual
    other = flowhost("-g", "-n", "second", "-w", "3", "app.ini", input="x")
    assert other.returncode == 0, other
    assert "second runs: source stdin → worker myapp.App (3 at once)" in other.stdout


def test_sighup_reloads_only_what_changed_and_a_bad_file_keeps_the_old(
    tmp_path: Path, start: Any, eventually: Any
) -> None:
    profile = "[Flow]\napp name = {name}\nworker = log\n[Source]\ntype = interval\ninterval = {every}\n"
    one, two = tmp_path / "one.ini", tmp_path / "two.ini"
    one.write_text(profile.format(name="one", every=600))
    two.write_text(profile.format(name="two", every=600))
    program = start("run", one, two)
    program.wait_for("one runs")
    program.wait_for("two runs")
    one.write_text("# a comment changes nothing\n" + one.read_text())
    two.write_text(profile.format(name="two", every="often"))
    program.signal(signal.SIGHUP)
    program.wait_for("two.ini:6:12: option 'interval' of source 'interval': 'often' is not a length of time")
    program.wait_for("two keeps running with the config it has")
    two.write_text(profile.format(name="two", every=601))
    program.signal(signal.SIGHUP)
    program.wait_for("two stops: its config changed")
    eventually(lambda: program.output.count("two runs") == 2, "the second start of two")
    assert program.terminate() == 0
    assert program.output.count("one runs") == 1, program.output
