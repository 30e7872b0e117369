"""The worker `command`: real programs, with everything an event can throw at them."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.command import Command, process

PYTHON = f"'{sys.executable}' -c"
ECHO = f"{PYTHON} 'import json, sys; print(json.dumps(sys.argv[1:]))'"
ENVIRONMENT = f"{PYTHON} 'import json, os; print(json.dumps(dict(os.environ)))'"
COPY = f"{PYTHON} 'import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())'"

EVENT = flowhost.Event(
    "file.settled",
    {"title": "a b", "size": 3, "on": True, "tags": ["x", {"y": "z"}], "none": None, "odd key!": "k"},
    source="/in",
    subject="/in/a.mxf",
    id="7",
    key="a",
    time=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
    headers={"content-type": "text/xml", "X-Ünïcode": "ü"},
)


def command(text: str, **options: Any) -> Command:
    daemon = flowhost.DaemonInfo("test", options.pop("profile", "/"))
    return Command(command=text, daemon=daemon, **options)


def script(text: str, **options: Any) -> Command:
    """Runs this Python text."""
    path = Path(options.pop("folder")) / "script.py"
    path.write_text(text)
    return command(f"'{sys.executable}' '{path}'", **options)


def arguments(text: str, event: flowhost.Event = EVENT) -> list[str]:
    words: list[str] = json.loads(command(f"{ECHO} {text}").work(event))
    return words


def wait_until(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' \"d\"", ["a", "b c", "d"]),
        ("{subject}", ["/in/a.mxf"]),
        ("--in={subject} {id}{key}", ["--in=/in/a.mxf", "7a"]),
        ("{type} {source} {time}", ["file.settled", "/in", "2026-02-03T04:05:06+00:00"]),
        ("{data.title} {data[title]}", ["a b", "a b"]),
        ("{data.size} {data.on}", ["3", "true"]),
        ("{data.tags[0]} {data.tags[1].y} {data.tags}", ["x", "z", '["x", {"y": "z"}]']),
        ("'{data[odd key!]}'", ["k"]),
        ("{headers[content-type]} {headers.content-type}", ["text/xml", "text/xml"]),
        ("'{{print $1}}' {{}}", ["{print $1}", "{}"]),
        ("''", [""]),
    ],
)
def test_words_and_placeholders(text: str, expected: list[str]) -> None:
    assert arguments(text) == expected


def test_the_data_as_a_whole() -> None:
    assert arguments("{data}", flowhost.Event("x", "a\n b")) == ["a\n b"]
    assert arguments("{data}", flowhost.Event("x", b"caf\xc3\xa9")) == ["café"]
    assert json.loads(arguments("{data}")[0]) == EVENT.data


HOSTILE = [
    "; touch x",
    "$(id)",
    "`id`",
    "a\nb",
    "'",
    '"',
    "\\",
    "*",
    "~",
    "|",
    "&&",
    "{subject}",
    "%s",
    "-rf",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_never_more_than_part_of_one_argument(value: str) -> None:
    assert arguments("-- {subject} x{subject}x", flowhost.Event("x", subject=value)) == [
        "--",
        value,
        f"x{value}x",
    ]


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=50))
@example("{data.__class__}")
def test_any_text_arrives_as_it_is(value: str) -> None:
    assert arguments("{subject} {data.v}", flowhost.Event("x", {"v": value}, subject=value)) == [value, value]


def test_file_names_that_are_no_utf_8_arrive_as_they_are(tmp_path: Path) -> None:
    name = os.fsdecode(bytes(tmp_path) + b"/caf\xe9")
    Path(name).write_bytes(b"x")
    assert command("cat -- {subject}").work(flowhost.Event("x", subject=name)) == "x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'command' is empty"),
        ("a 'b", "'command' cannot be split into words: no closing quotation"),
        ("a {subjct}", r"unknown placeholder '{subjct}'; did you mean '{subject}'\?"),
        ("a {}", "unknown placeholder '{}'; there are type, id, subject"),
        ("a {0}", "unknown placeholder '{0}'"),
        ("a '{subject!r}'", "unknown placeholder '{subject!r}'"),
        ("a '{subject:>9}'", "unknown placeholder"),
        ("a {data.}", "unknown placeholder '{data.}'"),
        ("a {subject.upper}", "only data and headers have parts"),
        ("a '{print'", "a single '{' in '{print'; write '{{' for a brace"),
        ("a b}", "a single '}' in 'b}'; write '}}' for a brace"),
        ("{subject} a", "an event must not choose the program"),
        ("a/{subject} a", "an event must not choose the program"),
    ],
)
def test_commands_that_cannot_be_are_refused_at_once(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        command(text)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": -1}, "'timeout' is -1 s, expected more than 0"),
        ({"timeout": 55}, "the daemon's 'worker timeout' is 60 s; expected at most 50 s, or a longer"),
        ({"success": (0, 256)}, "256 is not an exit code"),
        ({"success": (0, 75)}, "exit code 75 is in 'success' and in 'retry on'"),
        ({"environment": {"A=B": flowhost.Secret("x")}}, "'A=B' in .* cannot be a variable"),
        ({"environment": {"A": flowhost.Secret("x\0y")}}, "'A' in .* cannot be a variable"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        command("true", **options)


@pytest.mark.parametrize(
    ("text", "event", "message"),
    [
        ("{key}", flowhost.Event("x"), "the command needs {key}, but the event does not have it"),
        ("{data}", flowhost.Event("x"), "the command needs {data}, but the event does not have it"),
        ("{data.none}", EVENT, "needs {data.none}, but the event does not have it"),
        ("{data.nothing}", EVENT, "does not have it"),
        ("{data.tags[7]}", EVENT, "does not have it"),
        ("{data.tags.x}", EVENT, "does not have it"),
        ("{data.__class__}", EVENT, "does not have it"),
        ("{data.size.real}", EVENT, "does not have it"),
        ("{headers.none}", EVENT, "does not have it"),
        (
            "{data.a}",
            flowhost.Event("x", '{"a": 1}'),
            "there is no 'a' in text; name a parser for the source",
        ),
        ("{data}", flowhost.Event("x", {1, 2}), "it is a set, which has no text"),
        ("{subject}", flowhost.Event("x", subject="a\0b"), "{subject} has a NUL character"),
        ("{subject}", flowhost.Event("x", subject="\ud800"), "needs {subject}, but .*surrogates not allowed"),
        (
            "{data}",
            flowhost.Event("x", "ü" * 65_536),
            "{data} has 131072 bytes, an argument holds 131071; use 'stdin'",
        ),
        (
            " ".join(["{data}"] * 40),
            flowhost.Event("x", "x" * 131_000),
            "arguments and environment are too large",
        ),
    ],
)
def test_events_that_do_not_fit_go_to_the_dead_letters(
    text: str, event: flowhost.Event, message: str
) -> None:
    with pytest.raises(flowhost.Permanent, match=message):
        command(f"true {text}").work(event)


def test_the_longest_argument() -> None:
    assert command("expr length {data}").work(flowhost.Event("x", "x" * 131_071)) == "131071"


def variables(event: flowhost.Event = EVENT, **options: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(command(ENVIRONMENT, **options).work(event))
    return found


def test_the_environment_tells_about_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INHERITED", "i")
    monkeypatch.setenv("FLOWHOST_EVENT_KEY", "of another event")
    found = variables(
        flowhost.Event("t", subject="a\nb", time=EVENT.time, headers=EVENT.headers),
        environment={"MINE": flowhost.Secret("$x")},
    )
    assert (found["INHERITED"], found["MINE"]) == ("i", "$x")
    assert {name: text for name, text in found.items() if name.startswith("FLOWHOST_")} == {
        "FLOWHOST_EVENT_TYPE": "t",
        "FLOWHOST_EVENT_SUBJECT": "a\nb",
        "FLOWHOST_EVENT_SOURCE": "",
        "FLOWHOST_EVENT_TIME": "2026-02-03T04:05:06+00:00",
        "FLOWHOST_HEADER_CONTENT_TYPE": "text/xml",
        "FLOWHOST_HEADER_X__N_CODE": "ü",
    }
    assert (variables()["FLOWHOST_EVENT_ID"], variables()["FLOWHOST_EVENT_KEY"]) == ("7", "a")


def test_what_no_environment_can_hold_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    headers = {"null": "a\0b", "long": "x" * 131_072, "half": "\ud800", "good": "x" * 131_000}
    lengths = (
        f"{PYTHON} 'import json, os; print(json.dumps({{{{n: len(t) for n, t in os.environ.items()}}}}))'"
    )
    found = json.loads(command(lengths).work(flowhost.Event("x", headers=headers)))
    assert {name: length for name, length in found.items() if name.startswith("FLOWHOST_HEADER")} == {
        "FLOWHOST_HEADER_GOOD": 131_000
    }
    assert [message.split()[0] for message in caplog.messages] == [
        "FLOWHOST_HEADER_NULL",
        "FLOWHOST_HEADER_LONG",
        "FLOWHOST_HEADER_HALF",
    ]


@pytest.mark.parametrize(
    ("data", "received"),
    [("ü", "ü"), (b"\xc3\xbc", "ü"), ({"a": 1}, '{"a": 1}'), (None, ""), ("", ""), (0, "0")],
)
def test_the_data_on_standard_input(data: Any, received: str) -> None:
    assert command(COPY, stdin="data").work(flowhost.Event("x", data)) == received


def test_the_event_on_standard_input() -> None:
    assert json.loads(command(COPY, stdin="cloudevent").work(EVENT)) == flowhost.cloudevent(EVENT)


def test_nothing_on_standard_input() -> None:
    assert command(COPY).work(EVENT) == ""


def test_data_that_cannot_be_written_goes_to_the_dead_letters() -> None:
    with pytest.raises(flowhost.Permanent, match="cannot be written to the program"):
        command(COPY, stdin="data").work(flowhost.Event("x", {1, 2}))


def test_ten_megabytes_through_a_program() -> None:
    text = command(COPY, stdin="data").work(flowhost.Event("x", b"x" * 10_000_000 + b"end"))
    assert len(text) == process.KEPT_BYTES
    assert text.endswith("end")


def test_a_program_need_not_read_its_input() -> None:
    assert command("true", stdin="data").work(flowhost.Event("x", b"x" * 10_000_000)) == ""


def test_ten_megabytes_on_both_outputs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = """
import sys
for number in range(5000):
    print("o" * 999, number)
    print("e" * 999, number, file=sys.stderr)
"""
    assert script(text, folder=tmp_path).work(EVENT).endswith("o 4999")
    with pytest.raises(flowhost.FlowhostError, match="exit code 3"):
        script(text + "sys.exit(3)", folder=tmp_path).work(EVENT)
    assert process.KEPT_BYTES / 2 < len(caplog.text) < process.KEPT_BYTES * 2


def test_the_end_of_standard_output_is_returned_and_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert (
        script("import sys; print('a\\nb'); print('c', file=sys.stderr)", folder=tmp_path).work(EVENT)
        == "a\nb"
    )
    assert caplog.messages == []


def test_a_failure_shows_the_last_lines_and_logs_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = "import sys\nfor n in range(9): print('line', n, flush=True)\nsys.exit('\\x1b[31mno\\x07 disk')"
    with pytest.raises(flowhost.FlowhostError) as caught:
        script(text, folder=tmp_path).work(EVENT)
    assert type(caught.value) is flowhost.FlowhostError
    assert str(caught.value).startswith(f"'{sys.executable}' ended with exit code 1 after ")
    assert str(caught.value).endswith(r"s: line 7 / line 8 / no\x07 disk")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "\n  | line 0\n" in record.getMessage()
    assert record.getMessage().endswith("\n  | no\\x07 disk")


def test_a_failure_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(flowhost.FlowhostError, match=r"^'false' ended with exit code 1 after \d\.\d s$"):
        command("false").work(EVENT)
    assert caplog.messages[0].endswith("; its output: none")


def exits(code: int, **options: Any) -> Command:
    return command(f"{PYTHON} 'raise SystemExit({code})'", **options)


def test_exit_codes() -> None:
    assert exits(0).work(EVENT) == ""
    assert exits(3, success=(0, 3)).work(EVENT) == ""
    with pytest.raises(flowhost.Retry, match="ended with exit code 75"):
        exits(75).work(EVENT)
    with pytest.raises(flowhost.Retry, match="ended with exit code 4"):
        exits(4, retry_on=(4, 5)).work(EVENT)
    with pytest.raises(flowhost.FlowhostError, match="ended with exit code 75") as caught:
        exits(75, retry_on=()).work(EVENT)
    assert not isinstance(caught.value, flowhost.Retry)
    with pytest.raises(flowhost.FlowhostError, match="ended with exit code 0"):
        exits(0, success=(1,)).work(EVENT)


@pytest.mark.parametrize(
    ("number", "name"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGKILL, "SIGKILL"), (40, "signal 40")]
)
def test_a_program_that_is_killed(number: int, name: str) -> None:
    with pytest.raises(flowhost.FlowhostError, match=f"was ended by {name} after"):
        command(f"{PYTHON} 'import os; os.kill(os.getpid(), {int(number)})'").work(EVENT)


def test_programs_that_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("echo x\n")
    (tmp_path / "text").write_text("echo x\n")
    (tmp_path / "text").chmod(0o755)
    for text, options, message in [
        ("no-such-program x", {}, "cannot start 'no-such-program': there is no such program; install it"),
        (f"{tmp_path}/none", {}, "cannot start '.*/none': there is no such program"),
        (f"{tmp_path}/plain", {}, "cannot start '.*/plain': it is not executable for this user"),
        (f"{tmp_path}/text", {}, "cannot start '.*/text': it is no program; a script needs a first line"),
        (
            "true",
            {"directory": Path("none")},
            "cannot start 'true' in .*/none: No such file or directory; see 'dir",
        ),
        ("true", {"directory": Path("text")}, "cannot start 'true' in .*/text: Not a directory"),
    ]:
        with pytest.raises(flowhost.Unavailable, match=message):
            command(text, profile=str(tmp_path), **options).work(EVENT)


def test_the_directory_is_meant_from_the_profile(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "tool").write_text("#!/bin/sh\npwd\n")
    (tmp_path / "sub" / "tool").chmod(0o755)
    assert command("pwd", profile=str(tmp_path)).work(EVENT) == str(tmp_path)
    assert command("./tool", profile=str(tmp_path), directory=Path("sub")).work(EVENT) == str(
        tmp_path / "sub"
    )
    assert command("pwd", profile=str(tmp_path), directory=Path("/")).work(EVENT) == "/"


FAMILY = """
import os, signal, subprocess, sys, time
{prelude}
child = subprocess.Popen([sys.executable, "-c", {child!r}])
print(os.getpid(), child.pid, flush=True)
open("pids", "w").write(f"{{os.getpid()}} {{child.pid}}")
{end}
"""


def family(
    folder: Path, child: str, *, prelude: str = "", end: str = "time.sleep(60)", **options: Any
) -> Command:
    text = FAMILY.format(child=child, prelude=prelude, end=end)
    return script(text, folder=folder, profile=str(folder), **options)


def pids(folder: Path) -> list[int]:
    return [int(word) for word in (folder / "pids").read_text().split()]


def test_a_time_out_ends_the_program_and_its_children(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.monotonic()
    with pytest.raises(flowhost.TimedOut, match=r"took longer than 0\.5 s and was ended: \d+ \d+"):
        family(tmp_path, "import time; time.sleep(60)", timeout=0.5).work(EVENT)
    assert time.monotonic() - started < process.GRACE_SECONDS
    assert "took longer than 0.5 s" in caplog.text
    for pid in pids(tmp_path):
        wait_until(lambda pid=pid: not alive(pid))


def test_who_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.3)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    worker = family(tmp_path, f"{deaf}\nimport time; time.sleep(60)", prelude=deaf, timeout=0.7)
    with pytest.raises(flowhost.TimedOut):
        worker.work(EVENT)
    for pid in pids(tmp_path):
        wait_until(lambda pid=pid: not alive(pid))


def test_a_program_may_use_its_grace(tmp_path: Path) -> None:
    text = """
import signal, sys, time
def tidy(*_):
    time.sleep(0.3)
    open("tidied", "w").close()
    sys.exit()
signal.signal(signal.SIGTERM, tidy)
time.sleep(60)
"""
    with pytest.raises(flowhost.TimedOut):
        script(text, folder=tmp_path, profile=str(tmp_path), timeout=0.5).work(EVENT)
    assert (tmp_path / "tidied").exists()


@pytest.mark.parametrize(
    "child", ["import time; time.sleep(60)", "while True: print('x' * 1000, flush=True)"]
)
def test_children_in_the_background_do_not_hold_up_the_worker(tmp_path: Path, child: str) -> None:
    started = time.monotonic()
    family(tmp_path, child, end="").work(EVENT)
    assert time.monotonic() - started < 4
    _, left = pids(tmp_path)
    if "sleep" in child:
        assert alive(left)
        os.kill(left, signal.SIGKILL)
    wait_until(lambda: not alive(left))


def test_a_program_that_closes_its_output_is_still_waited_for(tmp_path: Path) -> None:
    text = "import os, time; os.close(1); os.close(2); time.sleep(0.5); open('done', 'w'); os._exit(0)"
    script(text, folder=tmp_path, profile=str(tmp_path)).work(EVENT)
    assert (tmp_path / "done").exists()


def test_many_programs_at_once_leave_nothing_behind() -> None:
    before = open_files()
    threads = threading.active_count()
    worker = command("echo {subject}")
    events = [flowhost.Event("x", subject=str(number)) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(worker.work, events)) == [str(number) for number in range(60)]
    gc.collect()
    assert open_files() == before
    assert threading.active_count() == threads


def test_a_quick_program_costs_milliseconds() -> None:
    worker = command("true")
    took = []
    for _ in range(20):
        started = time.perf_counter()
        worker.work(EVENT)
        took.append(time.perf_counter() - started)
    assert min(took) < process.LOOK_SECONDS / 2


def test_conformance() -> None:
    conforms(Command, command="echo {subject}", daemon=flowhost.DaemonInfo("test", "/"))
