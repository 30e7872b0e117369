"""From one daemon to another: what the worker `http-post` sends, the source `http` understands."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.http_post import HttpPost

EVENT = flowhost.Event(
    "clip.made",
    "grün",
    source="/ingest",
    subject='a "b" %ü',
    id="ä/7",
    key="k",
    time=datetime(2026, 2, 3, 4, 5, 6, 789000, UTC),
    headers={"content-type": "text/csv"},
)


@pytest.mark.parametrize("form", ["cloudevent", "binary"])
@pytest.mark.parametrize("data", ["grün", b"\x00\xff", None])
def test_a_cloudevent_arrives_as_it_was(start: Any, form: Any, data: Any, clock: flowhost.Clock) -> None:
    hook = start(token=flowhost.Secret("t"))
    daemon = flowhost.DaemonInfo("test", "/")
    worker = HttpPost(
        url=hook.source.url, format=form, token=flowhost.Secret("t"), clock=clock, daemon=daemon
    )
    assert worker.work(replace(EVENT, data=data, headers={} if data != "grün" else EVENT.headers)) == 200
    (event,) = hook.events
    for name in ("type", "source", "subject", "id", "key", "time", "data"):
        assert getattr(event, name) == (data if name == "data" else getattr(EVENT, name)), name


def test_a_stopped_daemon_makes_the_sender_try_again(start: Any, clock: flowhost.Clock) -> None:
    hook = start()
    hook.work = lambda event: flowhost.StateUnavailable("full")
    worker = HttpPost(url=hook.source.url, clock=clock, daemon=flowhost.DaemonInfo("test", "/"))
    with pytest.raises(flowhost.Retry, match="503 Service Unavailable") as caught:
        worker.work(EVENT)
    assert caught.value.after == 10


@pytest.fixture
def secure(start: Any, certificates: Path) -> Any:
    return start(directory=str(certificates), certificate=Path("server.pem"), key=Path("server.key"))


def test_https_with_an_own_authority(secure: Any, certificates: Path, clock: flowhost.Clock) -> None:
    daemon = flowhost.DaemonInfo("test", str(certificates))
    worker = HttpPost(url=secure.source.url, ca_file=Path("server.pem"), clock=clock, daemon=daemon)
    assert worker.work(EVENT) == 200


def test_an_unknown_certificate_is_refused_or_warned_of(
    secure: Any, clock: flowhost.Clock, caplog: pytest.LogCaptureFixture
) -> None:
    daemon = flowhost.DaemonInfo("test", "/")
    with pytest.raises(flowhost.Retry, match="certificate verify failed"):
        HttpPost(url=secure.source.url, clock=clock, daemon=daemon).work(EVENT)
    worker = HttpPost(url=secure.source.url, check_certificates=False, clock=clock, daemon=daemon)
    assert worker.work(EVENT) == 200
    assert "any certificate is accepted" in caplog.text


def test_an_event_sent_from_two_threads(start: Any, clock: flowhost.Clock) -> None:
    hook = start(threads=2)
    worker = HttpPost(url=hook.source.url, clock=clock, daemon=flowhost.DaemonInfo("test", "/"))
    threads = [threading.Thread(target=worker.work, args=(EVENT,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [event.id for event in hook.events] == ["ä/7", "ä/7"]
