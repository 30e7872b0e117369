"""Rules in the program itself, with each media library: check, run, reload, metrics, an end in the middle of a step."""

from __future__ import annotations

import signal
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

PROFILE = """\
[Flow]
app name = app
worker = rules
monitoring port = {port}
[Rules]
minimum polling interval = 1
polling interval = 1
stop grace = 2
{library}
[Source]
type = interval
interval = 600
"""

RULE = """\
name: Tick
trigger: {{source: {{type: tick}}}}
actions:
  - {action}
"""


@pytest.fixture
def folder(tmp_path: Path, free_port: int, library_site: Any) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "app.ini").write_text(PROFILE.format(port=free_port, library=library_site.section))
    (tmp_path / "rules/tick.yaml").write_text(RULE.format(action="stop: {reason: enough}"))
    return tmp_path


def steps(folder: Path) -> list[tuple[Any, ...]]:
    """Revision of the run, state and reason of each step; read beside the daemon, without flowhost."""
    database = folder / "state/rules.db"
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            return connection.execute(
                "SELECT revision, s.state, reason FROM rules_steps s JOIN rules_runs r ON r.id = s.run ORDER BY r.id"
            ).fetchall()
        except sqlite3.OperationalError:
            return []  # the tables are not there yet


def test_a_rule_runs(folder: Path, start: Any, eventually: Any, free_port: int) -> None:
    program = start("run", "app.ini")
    eventually(lambda: steps(folder) == [(1, "done", "enough")], "the run")

    def page() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=30) as answer:
            text: str = answer.read().decode()
        return text

    # it is counted after it was recorded
    finished = 'flowhost_rules_runs_total{daemon="app",rule="Tick",state="finished"} 1.0'
    eventually(lambda: finished in page(), "the run to be counted")
    assert 'flowhost_rules_pending{daemon="app",rule="Tick"} 0.0' in page()
    assert program.terminate() == 0, program.output


def test_a_reload_deploys_what_changed_and_a_wrong_file_changes_nothing(folder: Path, start: Any) -> None:
    program = start("run", "app.ini")
    program.wait_for("app runs")
    (folder / "rules/tick.yaml").write_text(RULE.format(action="stap"))
    program.signal(signal.SIGHUP)
    program.wait_for("app keeps running with the config it has")
    assert "rules/tick.yaml:4:5: unknown action 'stap'; did you mean 'stop'?" in program.output
    (folder / "rules/tick.yaml").write_text(RULE.format(action="stop: {reason: no more}"))
    program.signal(signal.SIGHUP)
    program.wait_for("rule 'Tick': revision 2 is deployed")
    assert program.output.count("app runs") == 1, "the daemon went on"
    assert program.terminate() == 0, program.output


def test_check_tells_what_is_wrong_with_rules(folder: Path, flowhost: Any) -> None:
    assert flowhost("check", "app.ini").returncode == 0
    (folder / "rules/tick.yaml").write_text(RULE.format(action="stap") + "priority: high\n")
    (folder / "rules/again.yaml").write_text(
        "name: Again\ntrigger: {source: {tipe: tick}}\nactions: [stop]\n"
    )
    checked = flowhost("check", "app.ini")
    assert checked.returncode == 78
    told = checked.stdout + checked.stderr
    assert "Traceback" not in told
    for place in ("rules/again.yaml:2:20:", "rules/tick.yaml:5:11:"):
        assert place in told


def test_check_connect_runs_nothing_and_asks_the_library(folder: Path, flowhost: Any) -> None:
    checked = flowhost("check", "--connect", "app.ini")
    assert checked.returncode == 0, checked.stderr
    with closing(sqlite3.connect(f"file:{folder}/state/rules.db?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM rules_deployments").fetchone() == (0,)
    (folder / "rules/search.yaml").write_text("name: S\ntrigger: {saved-search: Nowhere}\nactions: [stop]\n")
    checked = flowhost("check", "--connect", "app.ini")
    assert checked.returncode == 69
    assert "'Nowhere'" in checked.stderr


def test_a_daemon_that_ends_waits_for_no_run(folder: Path, start: Any, eventually: Any) -> None:
    (folder / "rules/tick.yaml").write_text(RULE.format(action="wait: {for: 1 h}"))
    program = start("run", "app.ini")
    eventually(lambda: [state for _, state, _ in steps(folder)] == ["waiting"], "the run to wait")
    assert program.terminate() == 0, program.output
    again = start("run", "app.ini")
    again.wait_for("app runs")
    assert [state for _, state, _ in steps(folder)][:1] == ["waiting"]
    assert again.terminate() == 0, again.output
