"""Tables on a terminal and elsewhere."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
import pytest

import flowhost
from flowhost_plugins.rules.commands.listing import COLUMNS
from flowhost_plugins.rules.commands.showing import facts

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROW = ("Archive by night", "Archives what editors collect. " * 3, 12345, 17, NOON, "1 item failed", NOON)


@pytest.mark.parametrize("width", [80, 140])
def test_on_a_terminal_a_table_fits_the_window_and_words_stay_whole(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    flowhost.print_table(COLUMNS, [ROW], every_column=True)
    lines = click.unstyle(capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= width
    words = {word for line in lines for word in line.split()}
    assert {"Description", "Dynamic", "12345", "2026-11-21", "12:00:00", "Archives"} <= words


def test_elsewhere_a_row_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    flowhost.print_table(("A", "B"), [("[red]two\nlines", None), ("x", NOON)])
    assert capsys.readouterr().out.splitlines() == [
        "A               B",
        "[red]two lines",
        "x               2026-11-21 12:00:00",
    ]


def test_what_comes_from_elsewhere_is_harmless() -> None:
    assert flowhost.harmless("Ä\x1b[31m\r\n\u202e\x9b x") == "Ä\\x1b[31m\\r\\n\\u202e\\x9b x"


def test_facts_leave_out_what_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    facts([("name", "x"), ("empty", ""), ("none", None), ("at", NOON)])
    assert capsys.readouterr().out == "name  x\nat    2026-11-21 12:00:00\n"


def test_json_has_moments_in_iso(capsys: pytest.CaptureFixture[str]) -> None:
    flowhost.print_json([{"at": NOON, "tuple": (1,)}])
    assert '"at": "2026-11-21T12:00:00+00:00"' in capsys.readouterr().out
