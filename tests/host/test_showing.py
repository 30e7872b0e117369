from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest

from flowhost.showing import print_json, print_table

ROWS = [["a", "[Source] " + "long " * 60, None], ["bcd", "two\nlines", 5]]


def test_off_a_terminal_each_row_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["name", "text", "number"], ROWS)
    heading, first, second = capsys.readouterr().out.splitlines()
    assert heading.split() == ["name", "text", "number"]
    assert first.split() == ["a", "[Source]", *["long"] * 60]
    assert first == first.rstrip()
    assert second.split() == ["bcd", "two", "lines", "5"]


def test_on_a_terminal_it_fits_the_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    print_table(["name", "text", "number"], ROWS)
    output = click.unstyle(capsys.readouterr().out)
    assert max(len(line) for line in output.splitlines()) <= 60
    assert "[Source]" in output
    assert output.count("long") == 60


def test_json_is_readable_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Ærø", "path": Path("x")})
    output = capsys.readouterr().out
    assert json.loads(output) == {"name": "Ærø", "path": "x"}
    assert "Ærø" in output
    assert len(output.splitlines()) == 4
