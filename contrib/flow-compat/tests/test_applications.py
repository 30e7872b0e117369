"""Whole applications, run with ``python -m flow``: one for each kind of source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

WRITING = """
import json, os, threading

lock = threading.Lock()

def note(*words):
    with lock, open("notes.txt", "a") as notes:
        notes.write(json.dumps(words) + "\\n")
"""


def notes(profile: Path) -> list[Any]:
    return [json.loads(line) for line in (profile.parent / "notes.txt").read_text().splitlines()]


@pytest.mark.slow
def test_an_iterable_is_worked_off_and_ends(start: Any, application: Any) -> None:
    code = (
        WRITING
        + """
from flow import Flow, Iterable

class Numbers(Iterable):
    def __init__(self, count, step='1'):
        self.values = iter(range(0, int(count) * int(step), int(step)))
        note(count, step)

    def next(self):
        return {"number": next(self.values)}

class Batch(Flow):
    SOURCE = Numbers

    def start(self, obj):
        note(obj["number"])
"""
    )
    profile = application("batch", code, "[Flow]\nclass = batch.Batch\n[Source]\ncount = 20\nstep = 2\n")
    program = start(profile, "-w", "3")
    assert program.wait() == 0, program.output
    assert "3 at once" in program.output
    first, *rest = notes(profile)
    assert first == ["20", "2"]
    assert sorted(rest) == [[number] for number in range(0, 40, 2)]
    assert "has no more data" in program.output


@pytest.mark.slow
def test_a_batch_that_breaks_off_ends_with_an_error(start: Any, application: Any) -> None:
    code = (
        WRITING
        + """
from flow import Flow, Iterable

class Lines(Iterable):
    def __iter__(self):
        yield "one"
        raise OSError("the disk is gone")

class Batch(Flow):
    SOURCE = Lines

    def start(self, obj):
        note(obj)
"""
    )
    profile = application("breaks", code, "[Flow]\nclass = breaks.Batch\n")
    program = start(profile)
    assert program.wait() == 1, program.output
    assert notes(profile) == [["one"]]
    assert "the disk is gone" in program.output


@pytest.mark.slow
def test_an_event_based_source_calls_back_until_it_is_stopped(start: Any, application: Any) -> None:
    code = (
        WRITING
        + """
import logging
from flow import Flow, EventBased
from flow.needs import NeedsCleanUp, NeedsConfig

class Clock(EventBased):
    def run(self):
        for number in range(3):
            self.callback(number)

class Notes(Flow, NeedsConfig, NeedsCleanUp):
    SOURCE = Clock

    def configure(self, config):
        note("configure", config.get("Mine", "a key"), config.get("Viz One", "hostname"), self.instance_name)

    def start(self, obj, info=None, log_id=-1):
        note("start", obj, info, log_id >= 0)

    def clean_up(self):
        note("clean up")
"""
    )
    text = "[Flow]\nclass = notes.Notes\napp name = n\n[Mine]\na key = 50% of it\n"
    profile = application("notes", code, text)
    program = start(profile, "-n", "other", "-g")
    program.wait_for("is done after", count=3)
    assert program.terminate() == 0, program.output
    first, *middle, last = notes(profile)
    assert first == ["configure", "50% of it", "localhost", "other"]
    assert sorted(middle) == [["start", number, {}, True] for number in range(3)]
    assert last == ["clean up"]


@pytest.mark.slow
def test_a_source_of_one_object_in_the_old_way(start: Any, application: Any) -> None:
    code = (
        WRITING
        + """
import sys
from flow import Flow, Once

class Answer(Once):
    def run(self):
        return {42: "not JSON keys", "x": object()}

class One(Flow):
    SOURCE = Answer

    def start(self, obj):
        note(obj[42])
        sys.exit(%s)
"""
    )
    for status, expected in (("0", 0), ("", 0), ("3", 1)):
        profile = application(f"one{status}", code % status, f"[Flow]\nclass = one{status}.One\n")
        program = start(profile)
        assert program.wait() == expected, program.output
        assert notes(profile) == [["not JSON keys"]]


def test_options_have_the_types_a_constructor_says(start: Any, application: Any) -> None:
    code = (
        "from __future__ import annotations\n"
        + WRITING
        + """
import sys
from flow import Flow, Iterable

class Numbers(Iterable):
    def __init__(self, first: int, plain="1", yes: bool = False):
        note(first, plain, yes)

    def next(self):
        sys.exit(0)

class Batch(Flow):
    SOURCE = Numbers
"""
    )
    text = "[Flow]\nclass = typed.Batch\n[Source]\nfirst = 7\nplain = 8\nyes = yes\n"
    profile = application("typed", code, text)
    program = start(profile)
    assert program.wait() == 0, program.output
    assert notes(profile) == [[7, "8", True]]


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["--no-such"], 2), (["-w", "many", "x.ini"], 2), (["--help"], 0)]
)
def test_help_and_mistakes_speak_of_the_program_that_was_called(
    start: Any, arguments: list[str], code: int
) -> None:
    program = start(*arguments)
    assert program.wait() == code, program.output
    assert program.output.startswith("Usage: python -m flow [OPTIONS] PROFILE...\n")
    assert "Usage: flowhost" not in program.output


def test_the_help_has_every_flag_of_flowhost_run(start: Any, flowhost: Any) -> None:
    program = start("--help")
    program.wait()
    flags = {word.strip(",") for word in flowhost("run", "--help").stdout.split() if word.startswith("-")}
    assert "--instance-name" in flags
    assert [flag for flag in sorted(flags) if flag not in program.output] == []


@pytest.mark.slow
def test_failures_are_tried_again_and_kept(start: Any, flowhost: Any, application: Any) -> None:
    code = (
        WRITING
        + """
from flow import Flow, Iterable

class Documents(Iterable):
    def __iter__(self):
        from vizone.payload.asset import Item
        item = Item()
        item.title = "Kept"
        return iter([item])

class Fails(Flow):
    SOURCE = Documents

    def start(self, obj):
        note(obj.title)
        raise OSError("no luck")
"""
    )
    text = "[Flow]\nclass = fails.Fails\napp name = fails\nattempts = 2\nretry delay = 0.01\n"
    profile = application("fails", code, text)
    program = start(profile)
    assert program.wait() == 1, program.output
    assert notes(profile) == [["Kept"], ["Kept"]]
    assert "Kept" in flowhost("dead-letters", "list", "-c", profile).stdout
    (profile.parent / "fails.py").write_text(code.replace('raise OSError("no luck")', "pass"))
    requeued = flowhost("dead-letters", "requeue", "-c", profile, "--all", "--yes")
    assert requeued.returncode == 0, requeued.stderr
    (profile.parent / "notes.txt").unlink()
    program = start(profile)
    assert program.wait() == 0, program.output
    assert notes(profile) == [["Kept"], ["Kept"]]


def test_the_manual_is_that_of_the_class(start: Any, application: Any) -> None:
    code = 'from flow import Flow\nclass Mine(Flow):\n    "Does what I want."\n    SOURCE = None\n'
    program = start(application("mine", code, "[Flow]\nclass = mine.Mine\n"), "--man")
    assert program.wait() == 0
    assert "Does what I want." in program.output


@pytest.mark.slow
def test_a_listener_with_a_run_of_its_own_is_a_source_like_any_other(start: Any, application: Any) -> None:
    code = (
        WRITING
        + """
from flow import Flow
from flow.source import Interval

class Twice(Interval):
    _has_event_loop = True

    def run(self):
        for _ in range(2):
            self.callback(self.interval)

class Notes(Flow):
    SOURCE = Twice

    def start(self, obj):
        note(obj)
"""
    )
    profile = application("twice", code, "[Flow]\nclass = twice.Notes\n[Source]\ninterval = 7\n")
    program = start(profile)
    assert program.wait() == 0, program.output
    assert notes(profile) == [[7], [7]]
