"""What is logged where, and what a line looks like."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from flowhost import ConfigError, Event, Unavailable, logs
from flowhost.logs import LoggingSection
from flowhost.options import bind
from flowhost.places import Place, Value
from flowhost.pool.job_numbers import job_number

log = logging.getLogger("test.logs")

BOLD, TITLE, YELLOW, RED, BLUE, END = (
    "\033[1m",
    "\033[1;34m",
    "\033[1;33m",
    "\033[1;31m",
    "\033[34m",
    "\033[0m",
)


class Stream(io.StringIO):
    """A standard stream that may be a terminal."""

    encoding = "utf-8"

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(autouse=True)
def _back_to_normal() -> Iterator[None]:
    yield
    logs.restore()


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Stream, Stream]]:
    def make(terminal: bool = False, errors_on_terminal: bool | None = None) -> tuple[Stream, Stream]:
        out = Stream(terminal)
        err = Stream(terminal if errors_on_terminal is None else errors_on_terminal)
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        monkeypatch.delenv("NO_COLOR", raising=False)
        return out, err

    return make


def configure(name: str = "demo", debug: bool = False, **options: Any) -> None:
    logs.configure(LoggingSection(**options), name=name, debug=debug)


def in_job(number: int, action: Callable[[], None]) -> None:
    def run() -> None:
        job_number.set(number)
        action()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)


def test_the_section_of_a_flow_profile_is_read() -> None:
    place = Place("a.ini", 1)
    texts = {"level": "WARN", "color": "no", "logger": "file", "formal": "yes", "file name": "/tmp/a.log"}
    values = {key: Value(key, text, place) for key, text in texts.items()}
    bound = bind(LoggingSection, values, called="[Logging]", place=place)
    assert not bound.problems
    section = LoggingSection(**bound.arguments)
    assert (section.level, section.color, section.logger, section.formal) == ("warning", False, "file", True)
    assert section.file_name == "/tmp/a.log"


# -- lines


def test_without_a_terminal_every_line_is_plain_and_on_stdout(streams: Any) -> None:
    out, err = streams()
    configure()
    log.info("started")
    in_job(7, lambda: log.warning("slow: %s s", 12))
    log.error("failed")
    log.debug("not shown")
    assert out.getvalue() == "INFO    (*) started\nWARNING (7) slow: 12 s\nERROR   (*) failed\n"
    assert err.getvalue() == ""


def test_on_a_terminal_colours_stand_for_levels_and_warnings_go_to_stderr(streams: Any) -> None:
    out, err = streams(terminal=True)
    configure(level="debug")
    log.debug("why")
    in_job(3, lambda: log.info("what"))
    log.warning("careful")
    log.error("broken")
    log.critical("worse")
    assert out.getvalue() == f"{BLUE}(*) why{END}\n{BOLD}(3) what{END}\n"
    assert err.getvalue() == f"{YELLOW}(*) careful{END}\n{RED}(*) broken{END}\n{RED}(*) worse{END}\n"


def test_a_redirected_stderr_gets_no_colours(streams: Any) -> None:
    _, err = streams(terminal=True, errors_on_terminal=False)
    configure()
    log.warning("careful")
    assert err.getvalue() == "WARNING (*) careful\n"


@pytest.mark.parametrize("options", [{"color": False}, {"formal": True}])
def test_colours_can_be_declined(streams: Any, options: dict[str, Any]) -> None:
    out, err = streams(terminal=True)
    configure(**options)
    log.warning("careful")
    assert "WARNING (*) careful\n" in out.getvalue()
    assert "\033" not in out.getvalue()
    assert err.getvalue() == ""


def test_no_color_in_the_environment_is_respected(streams: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = streams(terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    configure()
    log.info("plain")
    assert out.getvalue() == "INFO    (*) plain\n"


def test_formal_lines_have_the_local_time_with_its_offset(streams: Any) -> None:
    out, _ = streams()
    configure(formal=True)
    log.info("now")
    time, rest = out.getvalue().split(" ", 1)
    assert rest == "INFO    (*) now\n"
    assert abs((datetime.fromisoformat(time) - datetime.now(UTC)).total_seconds()) < 60


def test_the_terminal_logger_has_the_time_of_day(streams: Any) -> None:
    out, _ = streams()
    configure(logger="terminal")
    log.info("now")
    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO    \(\*\) now\n", out.getvalue())


def test_each_line_of_a_long_message_has_the_job_number(streams: Any) -> None:
    out, _ = streams()
    configure()
    in_job(4, lambda: log.info("one\r\ntwo\n\nfour"))
    assert out.getvalue() == "INFO    (4) one\nINFO    (4) two\nINFO    (4)\nINFO    (4) four\n"


def test_control_characters_are_written_out(streams: Any) -> None:
    out, _ = streams(terminal=True)
    configure(color=False)
    log.info("name \033[2J\x9b\x07\r.mxf\tend")
    assert out.getvalue() == "INFO    (*) name \\x1b[2J\\x9b\\x07\nINFO    (*) .mxf\tend\n"


@given(st.text())
def test_no_text_forges_a_line(text: str) -> None:
    out = Stream(terminal=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        configure()
        log.info("%s", text)
    assert all(
        line.startswith("INFO    (*)") for line in re.split("[\n\r\v\f\x85\u2028\u2029]", out.getvalue())[:-1]
    )
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", out.getvalue()) is None


def test_what_the_stream_cannot_encode_is_written_out(streams: Any) -> None:
    out, err = streams()
    out.encoding = "ascii"
    configure()
    log.info("caf\xe9 %s", os.fsdecode(b"\xff.mxf"))
    assert out.getvalue() == "INFO    (*) caf\\xe9 \\udcff.mxf\n"
    assert err.getvalue() == ""


# -- levels


def test_debug_on_the_command_line_beats_the_level(streams: Any) -> None:
    out, _ = streams()
    configure(level="error", debug=True)
    log.debug("shown")
    assert "shown" in out.getvalue()


def test_libraries_are_heard_only_when_they_warn(streams: Any) -> None:
    out, _ = streams()
    configure(level="debug")
    logging.getLogger("urllib3.connectionpool").debug("GET /")
    logging.getLogger("stomp.py").info("chatter")
    logging.getLogger("urllib3.connectionpool").warning("retrying")
    logging.getLogger("apps.mine").debug("a user's own module")
    assert "GET" not in out.getvalue()
    assert "retrying" in out.getvalue()
    assert "a user's own module" in out.getvalue()


def test_configuring_again_replaces_and_restore_undoes(streams: Any) -> None:
    out, _ = streams()
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    configure()
    configure(logger="json")
    log.info("once")
    assert len(out.getvalue().splitlines()) == 1
    logs.restore()
    assert (list(root.handlers), root.level) == before


# -- exceptions


def raised(error: Exception) -> None:
    try:
        raise error
    except Exception:
        log.exception("no luck")


def test_an_error_raised_on_purpose_is_one_line_and_a_bug_has_its_traceback(streams: Any) -> None:
    out, _ = streams()
    configure()
    raised(Unavailable("the broker is away"))
    assert out.getvalue() == "ERROR   (*) no luck\nERROR   (*) Unavailable: the broker is away\n"
    raised(KeyError("title"))
    assert "Traceback (most recent call last)" in out.getvalue()
    assert "KeyError: 'title'" in out.getvalue()


def test_at_debug_level_every_exception_has_its_traceback(streams: Any) -> None:
    out, _ = streams()
    configure(debug=True)
    raised(Unavailable("the broker is away"))
    assert "Traceback (most recent call last)" in out.getvalue()


def test_the_stack_is_shown_when_it_is_asked_for(streams: Any) -> None:
    out, _ = streams()
    configure()
    log.info("here", stack_info=True)
    assert "test_the_stack_is_shown_when_it_is_asked_for" in out.getvalue()


# -- secrets and blocks


def test_passwords_in_urls_are_masked_everywhere(streams: Any) -> None:
    url = "stomp://user:s3cret@host:61613/?destination=/queue/x and http://a:b@c@d/ but http://host:80/x@y"
    for form in ("flow", "json"):
        out, _ = streams()
        configure(logger=form)
        log.warning("lost %s", url)
        raised(Unavailable(url))
        logs.show(log, logging.INFO, "Source", {"url": url})
        assert out.getvalue().count("stomp://user:********@host:61613/?destination=/queue/x") == 3
        assert "http://a:********@d/ but http://host:80/x@y" in out.getvalue()
        assert "s3cret" not in out.getvalue()


def test_a_block_of_settings_is_aligned_and_its_secrets_are_masked(streams: Any) -> None:
    out, _ = streams()
    configure()
    settings = {
        "hostname": "host",
        "use https": True,
        "Password": "geheim",
        "pin": SecretStr("1234"),
        "api-key": "",
    }
    logs.show(log, logging.INFO, "Viz One", settings)
    assert out.getvalue().splitlines() == [
        "INFO    (*) Viz One",
        "INFO    (*)   hostname   host",
        "INFO    (*)   use https  True",
        "INFO    (*)   Password   ********",
        "INFO    (*)   pin        ********",
        "INFO    (*)   api-key",
    ]


def test_an_empty_block_says_so_and_a_title_is_blue(streams: Any) -> None:
    out, _ = streams(terminal=True)
    configure()
    logs.show(log, logging.INFO, "Source", {})
    assert out.getvalue() == f"{TITLE}(*) Source{END}\n{TITLE}(*)   {{empty dict}}{END}\n"


# -- JSON


def one_object(out: Stream) -> dict[str, Any]:
    [line] = out.getvalue().splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_a_json_line_says_all_there_is(streams: Any) -> None:
    out, _ = streams()
    configure(logger="json")
    event = Event("file.settled", id="e-1", subject="a.mxf")
    in_job(5, lambda: log.warning("two\nlines é", extra={"daemon": "demo", "event": event}))
    found = one_object(out)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("time"))
    assert found == {
        "level": "warning",
        "logger": "test.logs",
        "message": "two\nlines é",
        "job": 5,
        "daemon": "demo",
        "event_id": "e-1",
        "subject": "a.mxf",
    }


def test_a_json_line_leaves_out_what_there_is_not(streams: Any) -> None:
    out, _ = streams()
    configure(logger="json")
    log.info("plain")
    assert set(one_object(out)) == {"time", "level", "logger", "message"}


def test_a_json_line_has_the_data_and_the_exception(streams: Any) -> None:
    out, _ = streams()
    configure(logger="json")
    logs.show(log, logging.INFO, "Viz One", {"time out": 60.0, "password": "x", "path": Path("/a")})
    assert one_object(out)["data"] == {"time out": 60.0, "password": "********", "path": "/a"}
    out, _ = streams()
    raised(Unavailable("away"))
    assert one_object(out)["exception"] == {"type": "Unavailable", "message": "away"}
    out, _ = streams()
    raised(KeyError("title"))
    assert one_object(out)["exception"]["traceback"][-1] == "KeyError: 'title'"


def test_json_goes_to_a_file_when_one_is_named(tmp_path: Path, streams: Any) -> None:
    out, _ = streams()
    configure(logger="json", file_name=str(tmp_path / "a.json"))
    log.info("there")
    assert json.loads((tmp_path / "a.json").read_text())["message"] == "there"
    assert out.getvalue() == ""


# -- files


def test_a_log_file_is_appended_to_and_found_again_after_rotation(tmp_path: Path) -> None:
    path = tmp_path / "flow.log"
    path.write_text("before\n")
    configure(logger="file", file_name=str(path))
    log.info("one")
    path.rename(tmp_path / "flow.log.1")
    log.info("two %s", os.fsdecode(b"\xff"))
    assert re.fullmatch(r"before\n\S+ INFO    \(\*\) one\n", (tmp_path / "flow.log.1").read_text())
    assert re.fullmatch(r"\S+ INFO    \(\*\) two \\udcff\n", path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) & ~0o640 == 0


def test_without_a_file_name_the_log_lies_in_the_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOGS_DIRECTORY", raising=False)
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    configure("a/../b", logger="file")
    log.info("one")
    assert "one" in (tmp_path / "state" / "a%2F..%2Fb.log").read_text()
    monkeypatch.setenv("LOGS_DIRECTORY", f"{tmp_path}/logs:{tmp_path}/other")
    configure("demo", logger="html")
    assert (tmp_path / "logs" / "demo.html").exists()


def test_in_a_folder_for_everybody_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "flow.log").symlink_to(victim)
    with pytest.raises(ConfigError, match="is a symbolic link in a folder everybody can write to"):
        configure(logger="file", file_name=str(shared / "flow.log"))
    assert not victim.exists()
    own = tmp_path / "own.log"
    own.symlink_to(victim)
    configure(logger="file", file_name=str(own))
    log.info("my own link")
    assert "my own link" in victim.read_text()


def test_a_file_that_cannot_be_opened_is_an_error_of_the_config(tmp_path: Path, streams: Any) -> None:
    out, _ = streams()
    configure()
    with pytest.raises(ConfigError, match="cannot be opened: no such file or directory"):
        configure(logger="file", file_name=str(tmp_path / "none" / "a.log"))
    with pytest.raises(ConfigError, match="cannot be opened: is a directory"):
        configure(logger="file", file_name=str(tmp_path))
    log.info("as before")
    assert "as before" in out.getvalue()


def test_html_is_escaped_and_every_file_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "flow.html"
    configure(logger="html", file_name=str(path))
    in_job(9, lambda: log.error("<script>alert('&')</script>"))
    path.rename(tmp_path / "old.html")
    log.info("after rotation")
    old = (tmp_path / "old.html").read_text()
    assert old.startswith("<!DOCTYPE html>")
    assert '<div class="error">' in old
    assert "(9) &lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;</div>" in old
    assert path.read_text().startswith("<!DOCTYPE html>")
    configure(logger="html", file_name=str(path))
    log.info("opened again")
    assert path.read_text().count("<!DOCTYPE html>") == 1


# -- trouble


@contextmanager
def no_other_handlers() -> Iterator[None]:
    """Without pytest's own handlers, which raise what goes wrong in them."""
    root = logging.getLogger()
    others = [handler for handler in root.handlers if not type(handler).__module__.startswith("flowhost.")]
    for handler in others:
        root.removeHandler(handler)
    yield
    for handler in others:
        root.addHandler(handler)


def test_a_line_that_cannot_be_formatted_is_one_line_on_stderr(streams: Any) -> None:
    for form in ("flow", "json"):
        out, err = streams()
        configure(logger=form)
        with no_other_handlers():
            log.info("%d files", "many")
        log.info("next")
        [line] = err.getvalue().splitlines()
        assert re.match(
            r"flowhost: cannot log the line from test\.logs, test_logs\.py:\d+: TypeError: ", line
        )
        assert "next" in out.getvalue()


def test_an_object_that_cannot_be_shown_hurts_nobody(streams: Any) -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("two\nlines")

    _, err = streams()
    configure()
    with no_other_handlers():
        log.info("%s", Hostile())
    assert err.getvalue().endswith("RuntimeError: two\n")


def test_a_closed_stdout_hurts_nobody(streams: Any) -> None:
    out, err = streams()
    configure()
    out.close()
    log.info("unheard")
    assert "ValueError" in err.getvalue()
    err.close()
    log.info("unheard, and nobody to tell")


def test_a_log_folder_that_vanished_hurts_nobody(tmp_path: Path, streams: Any) -> None:
    _, err = streams()
    folder = tmp_path / "logs"
    folder.mkdir()
    configure(logger="file", file_name=str(folder / "a.log"))
    (folder / "a.log").unlink()
    folder.rmdir()
    log.info("unheard")
    log.info("unheard")
    assert len(err.getvalue().splitlines()) == 2
    assert "FileNotFoundError" in err.getvalue()
    folder.mkdir()
    log.info("heard again")
    assert "heard again" in (folder / "a.log").read_text()


def test_lines_of_several_threads_are_never_mixed(streams: Any) -> None:
    out, _ = streams()
    configure()

    def chat(number: int) -> None:
        job_number.set(number)
        for _ in range(100):
            log.info("%s\n%s", "a" * 50, "b" * 50)

    threads = [threading.Thread(target=chat, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    lines = out.getvalue().splitlines()
    assert len(lines) == 800
    for first, second in zip(lines[::2], lines[1::2], strict=True):
        assert first.replace("a" * 50, "") == second.replace("b" * 50, "")
