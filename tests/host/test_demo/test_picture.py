"""What the demo shows while it goes on, and the story of a clip."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from rich.console import Console

from flowhost.demo.board import Board, read_runs
from flowhost.demo.story import KILLED, shortened

TOLD = [
    {"id": 2, "rule": "Nearline", "item": "VX-1", "state": "pending", "step": 1, "jobs": []},
    {"id": 1, "rule": "Proxies", "item": "VX-1", "state": "waiting", "step": 1, "jobs": ["VX-7"]},
    {"id": 3, "rule": "Proxies", "item": "VX-2", "state": "running", "step": 4, "jobs": []},
]
CLIPS = {"VX-1": "harbour", "VX-2": "poster"}


def board(*told: object) -> Board:
    return Board(("Proxies", "Nearline"), CLIPS, tuple(read_runs(told or TOLD)))  # type: ignore[arg-type]  # JSON


def test_a_row_for_each_clip_and_a_column_for_each_rule() -> None:
    screen = io.StringIO()
    Console(file=screen, width=60).print(board().table())
    head, _, *rows = [line.split() for line in screen.getvalue().splitlines() if line.strip()]
    assert head == ["clip", "Proxies", "Nearline"]
    assert rows == [["harbour", "job", "VX-7", "queued"], ["poster", "step", "4"]]


def test_lines_tell_what_is_new() -> None:
    before = board().runs
    assert [line.split() for line in board().lines(())] == [
        ["Proxies", "harbour", "job", "VX-7"],
        ["Nearline", "harbour", "queued"],
        ["Proxies", "poster", "step", "4"],
    ]
    assert board().lines(before) == []
    ended = board(TOLD[0], TOLD[1], {**TOLD[2], "state": "finished"})
    assert [line.split() for line in ended.lines(before)] == [["Proxies", "poster", "done"]]


def test_the_story_has_runs_and_steps_and_the_kill_at_its_time() -> None:
    entries = [
        {"time": "2026-03-01T10:00:00+00:00", "kind": "run", "rule": "Proxies", "text": "run 1 asked for"},
        {"time": "2026-03-01T10:00:01+00:00", "kind": "decision", "rule": "Nearline", "text": "not started"},
        {"time": "2026-03-01T10:00:09+00:00", "kind": "step", "rule": "Proxies", "text": "step 1 done"},
    ]
    assert shortened(entries, datetime(2026, 3, 1, 10, 0, 5, tzinfo=UTC)) == [
        ("10:00:00", "Proxies", "run 1 asked for"),
        ("10:00:05", "", KILLED),
        ("10:00:09", "Proxies", "step 1 done"),
    ]
