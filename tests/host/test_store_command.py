"""``flowhost store``: what daemons keep under keys, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import flowhost
from flowhost.cli import program as commands
from flowhost_plugins.database import Database

Run = Callable[..., str]
PROFILE = "[Flow]\napp name = {name}\nworker = log\n[Source]\ntype = interval\nevery = 60\n"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state directory."""
    folder = tmp_path / "state"
    monkeypatch.setenv("FLOWHOST_STATE", str(folder))
    return folder


@pytest.fixture
def run() -> Run:
    """Runs the command; returns its output, or its error when the given exit code is not 0."""

    def program(*arguments: str, stdin: str = "", code: int = 0) -> str:
        result = CliRunner().invoke(commands, ["store", *arguments], input=stdin)
        error = result.exception
        expected = isinstance(error, flowhost.FlowhostError)
        assert (error.exit_code if expected else result.exit_code) == code, (result.output, error)
        return (str(error) if expected else result.stderr) if code else result.stdout

    return program


def keep(daemon: str, url: str = "", **values: Any) -> None:
    info = flowhost.DaemonInfo(daemon, ".")
    database = Database(url=flowhost.Secret(url), info=info, clock=flowhost.SystemClock())
    database.open()
    for key, value in values.items():
        database.put(key, value)
    database.close()


def test_values_of_the_only_daemon(run: Run) -> None:
    keep("one", first=1)
    assert run("put", "clip", '{"link": "http://h\u00f6st/1"}') == ""
    assert run("get", "clip") == '{\n  "link": "http://h\u00f6st/1"\n}\n'
    assert run("list") == "clip\nfirst\n"
    assert run("list", "cl") == "clip\n"
    assert run("delete", "clip") == ""
    assert run("list") == "first\n"


def test_a_value_from_standard_input(run: Run) -> None:
    keep("one")
    run("put", "k", "-", stdin="[1,\n 2]\n")
    assert json.loads(run("get", "k")) == [1, 2]


def test_a_null_is_a_value(run: Run) -> None:
    keep("one")
    run("put", "k", "null")
    assert run("get", "k") == "null\n"
    assert run("list") == "k\n"


@pytest.mark.parametrize("command", ["get", "delete"])
def test_a_key_that_is_not_there(run: Run, state: Path, command: str) -> None:
    keep("one", clip=1)
    expected = f"there is no key 'clpi' in the store of one ({state}/one.db); did you mean 'clip'?"
    assert expected in run(command, "clpi", code=78)


@pytest.mark.parametrize(
    ("value", "where"),
    [("hello", "VALUE:1:1: this is no JSON"), ('{"a":\n nope}', "VALUE:2:2: "), ("", "VALUE:1:1")],
)
def test_a_value_that_is_no_json(run: Run, value: str, where: str) -> None:
    keep("one")
    error = run("put", "k", value, code=78)
    assert where in error
    assert len(error.splitlines()) == 1
    assert run("list") == ""


def test_a_value_from_standard_input_that_is_no_json(run: Run) -> None:
    keep("one")
    assert "<stdin>:2:1: this is no JSON" in run("put", "k", "-", stdin="[1,\n", code=78)


@pytest.mark.parametrize(
    ("key", "value", "message"), [("k", "NaN", "$ is nan"), ("x" * 1025, "1", "1025 characters")]
)
def test_what_the_store_refuses(run: Run, key: str, value: str, message: str) -> None:
    keep("one")
    assert message in run("put", key, value, code=78)


def test_several_daemons(run: Run) -> None:
    keep("one", a=1)
    keep("two", a=2, b=3)
    assert run("list") == "one\ta\ntwo\ta\ntwo\tb\n"
    assert json.loads(run("list", "a", "--json")) == [
        {"daemon": "one", "key": "a", "value": 1},
        {"daemon": "two", "key": "a", "value": 2},
    ]
    assert "there are several databases, of one, two; choose one with --app NAME" in run("get", "a", code=78)
    assert run("get", "a", "--app", "two") == "2\n"


def test_nothing_is_made_by_looking(run: Run, state: Path, tmp_path: Path) -> None:
    assert f"there is no database in {state}; name a profile" in run("list", code=78)
    keep("one")
    assert "no database of a daemon 'oen' in " in (error := run("put", "k", "1", "--app", "oen", code=78))
    assert "did you mean 'one'?" in error
    url = f"sqlite:///{tmp_path}/typo.db"
    assert f"there is no database {tmp_path}/typo.db" in run("list", "--database", url, "--app", "x", code=78)
    assert sorted(file.name for file in tmp_path.rglob("*.db")) == ["one.db"]


def test_the_database_of_a_profile(run: Run, tmp_path: Path) -> None:
    profile = tmp_path / "import.ini"
    profile.write_text(PROFILE.format(name="imp") + "[Database]\nurl = sqlite:///here.db\n")
    run("put", "k", "1", "--profile", str(profile))
    assert (tmp_path / "here.db").is_file()
    assert run("get", "k", "-c", str(profile)) == "1\n"
    assert run("list", "-c", str(profile), "--app", "instance-2") == ""
    assert "no key 'k'" in run("get", "k", "-c", str(profile), "--app", "instance-2", code=78)


def test_a_database_by_url(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    keep("one", url, k=5)
    assert run("get", "k", "--database", url, "--app", "one") == "5\n"
    assert "name the daemon whose store is meant with --app NAME" in run(
        "get", "k", "--database", url, code=78
    )
    assert "begins with 'mysql://', expected" in run(
        "list", "--database", "mysql://u:p@h/x", "--app", "one", code=78
    )


def test_contradicting_options(run: Run, tmp_path: Path) -> None:
    assert "--profile goes without --database" in run(
        "list", "-c", "x.ini", "--database", "sqlite:///x", code=2
    )


def test_a_profile_that_is_not_there(run: Run) -> None:
    assert "none.ini" in run("list", "-c", "none.ini", code=78)


def test_a_damaged_database(run: Run, state: Path) -> None:
    state.mkdir()
    (state / "one.db").write_bytes(b"nonsense" * 1000)
    error = run("list", code=69)
    assert error == (
        f"cannot use the database {state}/one.db: the file is no SQLite database or damaged; "
        "restore it from a backup, or move it away to begin with an empty one"
    )


def test_a_key_cannot_play_with_the_terminal(run: Run) -> None:
    keep("one", **{"a\x1b[31m": 1})
    assert run("list") == "a\\x1b[31m\n"
