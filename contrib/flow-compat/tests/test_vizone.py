"""Small things of the old library."""

from __future__ import annotations

import gc
import logging
import re
import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from flow_compat.stopping import stoppable
from one_depends import bottle
from vizone import logging as old_logging
from vizone.classutils import to_class
from vizone.iso8601 import Timestamp
from vizone.payload.transfer import PluginData

import flowhost


def test_classes_by_name() -> None:
    assert to_class("vizone.payload.transfer.PluginData") is PluginData
    for name in ("nothing.Here", "vizone.Nothing", "Nothing", ""):
        with pytest.raises(flowhost.ConfigError):
            to_class(name)


def test_timestamps() -> None:
    local = Timestamp("2024-07-02T12:00:00")
    assert not local.has_tz
    assert str(local.assume("Europe/Stockholm")) == "2024-07-02T12:00:00+02:00"
    assert str(local.assume("Europe/Stockholm").utc()) == "2024-07-02T10:00:00Z"
    assert str(local.utc()) == "2024-07-02T12:00:00Z"
    named = Timestamp("2024-01-02T03:04:05Z")
    assert named.assume("Europe/Stockholm") is named
    assert Timestamp(named) == named == Timestamp(datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert Timestamp().has_tz


@pytest.mark.parametrize(
    ("data", "kind", "shown"),
    [
        ({"a": 1}, "json", '{\n  "a": 1\n}'),
        ('{"a":1}', "json", '{\n  "a": 1\n}'),
        ("{", "json", "cannot be shown"),
        ([["a", "bb"], ["ccc", 1]], "table", "a    bb\nccc  1"),
        (b"<a/>", "xml", "<a/>"),
        (object, None, "<class 'object'>"),
    ],
)
def test_log_lines_with_data(
    caplog: pytest.LogCaptureFixture, data: object, kind: str | None, shown: str
) -> None:
    with caplog.at_level(logging.INFO):
        old_logging.log("Settings", data, kind)
    assert shown in caplog.messages[0]


def test_log_lines_with_a_mapping(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        old_logging.log("Settings", {"a": 1}, "pp")
        old_logging.log("Detail", {"a": 1}, "pp", debug=True)
        old_logging.log("Wrong", "that", "error")
    assert [record.levelname for record in caplog.records] == ["INFO", "DEBUG", "ERROR"]
    assert caplog.records[0].data == {"a": 1}  # type: ignore[attr-defined]  # given as extra


def test_log_lines_with_arguments(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        old_logging.info("%s is 100%%", "this")
        old_logging.warn("100% plain")
        old_logging.debug(7)
        old_logging.error(ValueError("x"))
    assert caplog.messages == ["this is 100%", "100% plain", "7", "x"]


def test_a_web_server_ends_when_the_daemon_stops(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()

    def source() -> None:
        with stoppable(stop):
            bottle.run(app=bottle.Bottle(), host="127.0.0.1", port=0)

    thread = threading.Thread(target=source)
    with caplog.at_level(logging.INFO):
        thread.start()
        deadline = time.monotonic() + 30
        while not (told := re.search(r"listening on http://127\.0\.0\.1:(\d+)/", caplog.text)):
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.02)
    socket.create_connection(("127.0.0.1", int(told[1])), timeout=30).close()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # cheroot forgets a socket
def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(flowhost.Unavailable, match=f"cannot listen on 127.0.0.1:{port}"):
            bottle.run(app=bottle.Bottle(), host="127.0.0.1", port=port)
        gc.collect()  # while its warning is expected
