"""Plugins that are broken, disabled or missing: what an operator reads, with real distributions on PYTHONPATH."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowhost.testing.plugins import Install

PROFILE = "[Flow]\nworker = {worker}\n[Source]\ntype = interval\ninterval = 600\n"
GOOD = """
import flowhost

class Shout:
    "Shouts."
    name = "shout"
    def work(self, event): ...

@flowhost.hookimpl
def flowhost_workers():
    return [Shout]
"""


@pytest.fixture
def put(install: Install, environ: dict[str, str]) -> Callable[[str], None]:
    """Install the distribution ``megaphone`` with the plugin ``shouting``, for the program too."""

    def on_path(source: str) -> None:
        folder = install(
            "megaphone",
            "2.1",
            entry_points={"shouting": "shouting_plugin"},
            modules={"shouting_plugin": source},
        )
        environ["PYTHONPATH"] = str(folder)

    return on_path


@pytest.fixture
def check(tmp_path: Path, flowhost: Any) -> Callable[..., tuple[int, str]]:
    """`flowhost check` of a profile with this worker: its exit code and all it said."""

    def run(worker: str, *options: str, more: str = "") -> tuple[int, str]:
        (tmp_path / "app.ini").write_text(
            PROFILE.format(worker=worker).replace("[Source]", more + "[Source]")
        )
        ran = flowhost(*options, "check", "app.ini")
        assert "Traceback" not in ran.stdout + ran.stderr
        return ran.returncode, ran.stdout + ran.stderr

    return run


BROKEN = (
    "plugin 'shouting' (distribution megaphone 2.1) is broken: "
    "it needs the module 'no_such_library', which is not installed; try: pip install no-such-library"
)
WHERE = "(see -p no:NAME, $FLOWHOST_DISABLE and 'disable plugins' in [Flow])"


@pytest.mark.parametrize("named", ["shouting", "megaphone"])
def test_the_config_names_a_broken_plugin(put: Any, check: Any, named: str) -> None:
    put("import no_such_library")
    assert check(named) == (78, f"app.ini:2:10: worker '{named}' cannot be used: {BROKEN}\n")


def test_the_config_names_a_part_that_a_broken_plugin_would_have(put: Any, check: Any) -> None:
    put("import no_such_library")
    code, said = check("shout")
    assert code == 78
    assert said.startswith("app.ini:2:10: unknown worker 'shout'; there is: command, ")
    assert said.endswith(f" (broken plugins: {BROKEN.replace(' is broken', '')})\n")


def test_a_broken_plugin_nobody_names_is_a_warning(
    put: Any, check: Any, flowhost: Any, tmp_path: Path
) -> None:
    put("raise SystemExit('out of tape')")
    reason = "is broken: importing it ended the program: sys.exit('out of tape') ("
    warning = f"plugin 'shouting' (distribution megaphone 2.1) {reason}"
    code, said = check("log")
    assert code == 0
    assert said.startswith(f"app.ini: ok\n{warning}")
    (tmp_path / "app.ini").write_text("[Flow]\napp name = app\nworker = log\n[Source]\ntype = stdin\n")
    ran = flowhost("run", "app.ini", input="x")
    assert ran.returncode == 0
    assert f"WARNING (*) {warning}" in ran.stdout  # where every other line of the log goes


def test_a_broken_plugin_is_a_row_of_the_list(put: Any, flowhost: Any) -> None:
    put("import no_such_library")
    text = flowhost("list-plugins")
    assert text.returncode == 0
    row = next(line for line in text.stdout.splitlines() if line.startswith("shouting "))
    assert row.split()[:4] == ["shouting", "megaphone", "2.1", "broken"]
    assert row.endswith(BROKEN.partition("is broken: ")[2])
    rows = {row["name"]: row for row in json.loads(flowhost("list-plugins", "--json").stdout)}
    assert rows["shouting"]["status"] == "broken"
    assert rows["shouting"]["provides"] == []
    assert rows["log"]["status"] == "ready"
    assert rows["log"]["provides"] == [{"kind": "worker", "name": "log"}]


@pytest.mark.parametrize("name", ["shouting", "megaphone"])
@pytest.mark.parametrize("way", ["option", "environment", "profile"])
def test_a_disabled_plugin(
    put: Any, flowhost: Any, tmp_path: Path, environ: dict[str, str], way: str, name: str
) -> None:
    put(GOOD)
    options = ("-p", f"no:{name}") if way == "option" else ()
    environ["FLOWHOST_DISABLE"] = f"stdin, {name}" if way == "environment" else ""
    flow = f"disable plugins = {name}\n" if way == "profile" else ""
    for worker in ("shout", "shouting"):
        text = PROFILE.format(worker=worker).replace("[Source]", f"{flow}[Source]")
        (tmp_path / f"{worker}.ini").write_text(text)
    ran = flowhost(*options, "check", "shout.ini", "shouting.ini")
    assert ran.returncode == 78
    by_part, by_plugin = ran.stderr.splitlines()
    assert by_part.startswith("shout.ini:2:10: unknown worker 'shout'; there is: command, ")
    assert by_part.endswith(f"; disabled plugins: {'stdin, ' * (way == 'environment')}shouting {WHERE}")
    plugin = "plugin 'shouting' (distribution megaphone 2.1)"
    assert by_plugin == (
        f"shouting.ini:2:10: worker 'shouting' cannot be used: {plugin} is disabled by the name '{name}' {WHERE}"
    )


def test_a_plugin_that_is_there_works_and_a_wrong_name_to_disable_is_pointed_out(
    put: Any, check: Any
) -> None:
    put(GOOD)
    assert check("shout") == (0, "app.ini: ok\n")
    hint = "there is no plugin or distribution 'megaphon' to disable; did you mean 'megaphone'?"
    assert check("shout", "-p", "no:megaphon") == (0, f"app.ini: ok\n{hint}\n")


def test_p_wants_no(put: Any, flowhost: Any, tmp_path: Path) -> None:
    (tmp_path / "app.ini").write_text(PROFILE.format(worker="log"))
    ran = flowhost("-p", "log", "app.ini")
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (2, "Error: -p takes no:NAME, not 'log'")
