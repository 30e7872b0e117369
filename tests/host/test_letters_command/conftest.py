"""A state directory, the ledger of a daemon in it, and a way to run ``flowhost dead-letters``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import flowhost
from flowhost.cli import program as commands
from flowhost_plugins.database import Database

Run = Callable[..., str]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state directory."""
    folder = tmp_path / "state"
    monkeypatch.setenv("FLOWHOST_STATE", str(folder))
    return folder


@pytest.fixture
def run() -> Run:
    """Runs the command; returns its output, or its errors when `code` is not 0 or `errors` are wanted."""

    def program(
        *arguments: object, stdin: str = "", code: int = 0, errors: bool = False, raw: bool = False
    ) -> Any:
        result = CliRunner().invoke(commands, ["dead-letters", *map(str, arguments)], input=stdin)
        error = result.exception
        expected = isinstance(error, flowhost.FlowhostError)
        assert (error.exit_code if expected else result.exit_code) == code, (result.output, error)
        if code or errors:
            return str(error) if expected else result.stderr
        return result.stdout_bytes if raw else result.stdout

    return program


@pytest.fixture
def ledger() -> Iterator[Database]:
    """The ledger of a running daemon, `one`."""
    yield from opened("one")


@pytest.fixture
def second_ledger() -> Iterator[Database]:
    """The ledger of another running daemon, `two`."""
    yield from opened("two")


def opened(daemon: str) -> Iterator[Database]:
    info = flowhost.DaemonInfo(daemon, ".")
    database = Database(info=info, clock=flowhost.SystemClock())
    database.open()
    database.enlist(daemon)
    yield database
    database.close()


@pytest.fixture
def park(ledger: Database) -> Callable[..., int]:
    """Parks a letter in the ledger; the attributes that matter to a test are given by name."""

    def parked(state: flowhost.LetterState = "dead", into: Database = ledger, **attributes: Any) -> int:
        letter = {name: attributes.pop(name) for name in ("error", "attempts") if name in attributes}
        place = {"daemon": attributes.pop("daemon", "one"), "source": attributes.pop("in_", "in")}
        event = flowhost.Event(**({"type": "file.settled"} | attributes))
        return into.park(flowhost.Letter(event=event, state=state, **place, **letter))

    return parked
