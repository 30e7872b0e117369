"""The live view: what it shows of given daemons, how rates are counted, and lines that scroll above it."""

from __future__ import annotations

import io
import re
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from flowhost.delivery.tally import DeliveryStats, Failure
from flowhost.live import Rates, View, live_view
from flowhost.monitoring.snapshots import DaemonSnapshot, SourceSnapshot

MOMENT = datetime(2026, 5, 4, 12, 30, 15, tzinfo=UTC)
GOOD = DaemonSnapshot(
    "ingest",
    "running",
    True,
    DeliveryStats(done=12345, running=4, queued=3, delayed=2),
    (SourceSnapshot("ticks", "running"), SourceSnapshot("inbox", "exhausted")),
    dead_letters=7,
)
BAD = DaemonSnapshot(
    "archive",
    "running",
    False,
    DeliveryStats(
        last_errors=(Failure(MOMENT, "a\nb.mxf", "OSError: the \x1b[31mtape\x1b[0m is full"),),
        degraded="the ledger cannot write: its disk is full",
    ),
    (
        SourceSnapshot("calm", "running"),
        SourceSnapshot("queue", "backing-off", 3, "cannot connect to the broker"),
    ),
)


def shown(
    *daemons: DaemonSnapshot, width: int = 120, colored: bool = False, rates: Rates | None = None
) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, force_terminal=colored, color_system="standard" if colored else None
    )
    console.print(View(daemons, rates or Rates(), now=100.0))
    return stream.getvalue()


def test_a_daemon_at_work() -> None:
    rule, titles, row = shown(GOOD).splitlines()
    assert rule.startswith("flowhost, Ctrl-C stops it ")
    assert titles.split() == [
        "daemon",
        "sources",
        "events/s",
        "done",
        "running",
        "waiting",
        "retrying",
        "dead",
    ]
    assert row.split("  ")[0:2] == ["ingest", "ticks, inbox (exhausted)"]
    assert row.split()[-6:] == ["0.0", "12,345", "4", "3", "2", "7"]


def test_what_is_wrong_stands_below_as_one_line_each() -> None:
    lines = shown(GOOD, BAD).splitlines()
    assert re.fullmatch(r"archive  queue \(backing-off\), calm +0\.0 +0 +0 +0 +0 +\? *", lines[3])
    assert [line.rstrip() for line in lines[4:]] == [
        "archive: the ledger cannot write: its disk is full",
        "archive: source queue is backing-off: cannot connect to the broker",
        f"{MOMENT.astimezone():%H:%M:%S} archive: a b.mxf: OSError: the  [31mtape [0m is full",
    ]


def test_the_latest_errors_of_all_daemons_by_time() -> None:
    def failing(name: str, *minutes: int) -> DaemonSnapshot:
        errors = tuple(Failure(MOMENT.replace(minute=minute), f"clip{minute}", "no") for minute in minutes)
        return DaemonSnapshot(name, "running", True, DeliveryStats(last_errors=errors))

    errors = [
        line.split(" ", 1)[1] for line in shown(failing("a", 1, 4, 9), failing("b", 2, 8)).splitlines()[4:]
    ]
    assert errors == ["a: clip4: no", "b: clip8: no", "a: clip9: no"]


def test_a_stopping_daemon_says_so_and_nothing_is_wrong_with_that() -> None:
    lines = shown(DaemonSnapshot("ingest", "stopping", False)).splitlines()
    assert lines[2].startswith("ingest (stopping) ")
    assert len(lines) == 3
    assert len(shown().splitlines()) == 2  # no daemon is left


@pytest.mark.parametrize("width", [40, 60, 80, 140, 200])
def test_it_keeps_within_the_terminal_and_numbers_are_whole(width: int) -> None:
    long = DaemonSnapshot(
        "ingest-of-the-broadcast-centre-in-oslo",
        "running",
        False,
        DeliveryStats(done=1234567, last_errors=(Failure(MOMENT, "x" * 300, "y" * 300),), degraded="z" * 300),
        tuple(SourceSnapshot(f"source-{number}", "running") for number in range(30)),
        dead_letters=4711,
    )
    lines = shown(long, GOOD, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == 6  # nothing is wrapped
    assert lines[3].startswith("ing")
    assert ("1,234,567" in lines[2], lines[2].split()[-1]) == (True, "4,711")


def test_many_problems_are_cut_short() -> None:
    sources = tuple(SourceSnapshot(f"s{number}", "quarantined", 9, "no") for number in range(10))
    lines = shown(DaemonSnapshot("a", "running", False, sources=sources)).splitlines()
    assert lines[3].startswith("a: source s0 is quarantined: no")
    assert lines[-1].strip() == "and 6 more"


def test_colours_only_where_there_are_any() -> None:
    assert "\x1b" not in shown(GOOD, BAD)
    assert "\x1b[31m" in shown(BAD, colored=True)
    assert "\x1b[31m" not in shown(GOOD, colored=True)


# -- rates


def test_a_rate_is_that_of_the_last_seconds() -> None:
    rates = Rates(over=10)
    assert rates.note("a", 0, 0) == 0
    assert rates.note("a", 2, 10) == 5
    assert rates.note("a", 12, 10) == 0  # nothing for ten seconds
    assert rates.note("b", 12, 100) == 0  # each daemon for itself
    assert rates.note("a", 13, 0) == 0  # it was reloaded


@given(st.lists(st.tuples(st.floats(0.01, 5), st.integers(0, 1000)), min_size=1, max_size=60))
def test_a_rate_lies_between_the_slowest_and_the_fastest_step(steps: list[tuple[float, int]]) -> None:
    rates, now, ended = Rates(over=10), 0.0, 0
    rates.note("a", now, ended)
    for seconds, events in steps:
        now, ended = now + seconds, ended + events
        rate = rates.note("a", now, ended)
    slowest, fastest = (choose(events / seconds for seconds, events in steps) for choose in (min, max))
    assert slowest * 0.999 <= rate <= fastest * 1.001


@given(st.integers(1, 500), st.integers(0, 50))
def test_a_steady_rate_is_found_however_often_one_looks(looks: int, each: int) -> None:
    rates = Rates(over=10)
    seen = [rates.note("a", look * 0.5, look * each) for look in range(looks + 1)]
    assert seen[-1] == pytest.approx(each * 2)


# -- on a terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make stdout and stderr one terminal; not in a fixture, because pytest captures each phase anew."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    return terminal


def until(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.005)


def test_lines_scroll_above_and_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    console = Console(file=terminal, width=80, force_terminal=True, color_system=None, force_interactive=True)
    with live_view(lambda: [GOOD], console=console):
        until(lambda: "ingest" in terminal.getvalue(), "the view")
        # a line in one piece, as log lines are: print() writes its end apart, and another thread may come between
        writers = [
            threading.Thread(target=sys.stdout.write, args=(f"{name} " + "word " * 20 + "\n",))
            for name in "abc"
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        print("unfinished", end="", file=sys.stderr)
        assert "unfinished" not in terminal.getvalue()
        assert sys.stdout is not terminal
    assert sys.stdout is terminal
    written = terminal.getvalue()
    for name in "abc":
        assert f"{name} " + "word " * 20 in written  # not wrapped: the terminal does that, and can undo it
    assert "unfinished" in written
    *above, last = screen(written)
    assert (sorted(above), last) == ([f"{name} " + "word " * 20 for name in "abc"], "unfinished")


def screen(written: str) -> list[str]:
    """What a terminal shows at the end, for the few sequences that are used."""
    lines, row = [""], 0
    for piece in re.split(r"(\x1b\[\d*[AK]|\x1b\[\?25[lh]|\r|\n)", written):
        if piece == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif piece.endswith("A") and piece.startswith("\x1b"):
            row -= int(piece[2:-1] or 1)
        elif piece.endswith("K") and piece.startswith("\x1b"):
            lines[row] = ""
        elif piece and piece[0] not in "\r\x1b":
            lines[row] += piece
    return [line for line in lines if line.strip()]


def test_a_picture_that_cannot_be_drawn_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)

    def fail() -> Any:
        raise LookupError("no daemon")

    console = Console(file=terminal, width=60, force_terminal=True, color_system=None, force_interactive=True)
    with live_view(fail, console=console):
        until(
            lambda: "the view cannot be drawn: LookupError: no daemon" in terminal.getvalue(), "the message"
        )


def test_a_redirected_stream_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    log, terminal = io.StringIO(), Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", log)
    with live_view(lambda: [GOOD]):
        print("to the file", file=sys.stderr)
    assert log.getvalue() == "to the file\n"
