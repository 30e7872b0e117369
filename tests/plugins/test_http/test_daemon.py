"""The webhook in a real daemon: pool, ledger, dead letters, stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

import flowhost
from flowhost.testing.conformance import conforms
from flowhost.testing.harness import RunningDaemon
from flowhost_plugins.http import Http

PROFILE = """
[Flow]
app name = hooked
worker = job
attempts = 1
workers = 2
[Source]
type = http
port = 0
token = sesame
{source}
"""


class Job:
    """Does as the event says."""

    name = "job"

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.begun = threading.Event()

    def work(self, event: flowhost.Event) -> Any:
        if event.data == "fail":
            raise flowhost.Permanent("no disk")
        if event.data == "hang":
            self.begun.set()
            self.may_end.wait(120)
        return {"did": event.data}


class Jobs:
    """The plugin that provides it."""

    @flowhost.hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Job]


class Hooked:
    def __init__(self, running: RunningDaemon) -> None:
        self.running = running
        (self._named,) = running.daemon.blueprint.sources
        self.source: Any = self._named.source
        self.job: Any = running.daemon.blueprint.worker
        running.wait_until(lambda: bool(self.source.url), "the webhook")
        self.url = self.source.url

    def post(self, data: str, **headers: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Content-Type": "text/plain", "Authorization": "Bearer sesame"} | headers
            return session.post(self.url, data=data, headers=headers, timeout=60)


Hook = Callable[..., Hooked]


@pytest.fixture
def hooked(daemon: Callable[..., RunningDaemon]) -> Hook:
    """Starts a daemon with these lines in its [Source]."""

    def started(*lines: str) -> Hooked:
        return Hooked(daemon(PROFILE.format(source="\n".join(lines)), plugins=[Jobs()]))

    return started


def test_done_duplicate_failed(hooked: Hook) -> None:
    hook = hooked()
    assert hook.post("x", **{"ce-id": "1"}).json() == {"outcome": "done", "value": {"did": "x"}}
    assert hook.post("x", **{"ce-id": "1"}).json() == {"outcome": "duplicate"}
    response = hook.post("fail")
    assert (response.status_code, response.json()["outcome"]) == (202, "parked")
    (letter,) = hook.running.letters()
    assert (letter.number, letter.state, letter.event.data) == (response.json()["letter"], "dead", "fail")
    assert "sesame" not in repr(letter)


def test_a_journal_answers_at_once(hooked: Hook) -> None:
    hook = hooked("journal = yes")
    response = hook.post("hang")
    assert (response.status_code, response.json()["outcome"]) == (202, "parked")
    assert not hook.running.jobs
    hook.job.may_end.set()
    hook.running.wait_for(1)


def test_slow_work_goes_on_and_a_repeat_joins_it(hooked: Hook) -> None:
    hook = hooked("wait = 200 ms")
    for _ in range(2):
        assert hook.post("hang", **{"ce-id": "1"}).status_code == 503
    hook.job.may_end.set()
    hook.running.wait_for(1)
    assert hook.post("hang", **{"ce-id": "1"}).json() == {"outcome": "duplicate"}
    assert len([job for job in hook.running.jobs if job.receipt and job.receipt.outcome == "done"]) == 1


def test_a_stop_finishes_what_was_begun(hooked: Hook) -> None:
    hook = hooked()
    with ThreadPoolExecutor(2) as pool:
        response = pool.submit(hook.post, "hang")
        assert hook.job.begun.wait(60)
        stopped = pool.submit(hook.running.stop)
        time.sleep(0.3)
        hook.job.may_end.set()
        assert response.result(60).json() == {"outcome": "done", "value": {"did": "hang"}}
        stopped.result(60)
    with pytest.raises(requests.ConnectionError):
        hook.post("x")


def test_a_stop_parks_what_takes_too_long(hooked: Hook) -> None:
    hook = hooked()
    with ThreadPoolExecutor(2) as pool:
        response = pool.submit(hook.post, "hang")
        assert hook.job.begun.wait(60)
        pool.submit(hook.running.stop, drain_timeout=0.2)
        answer = response.result(60)
        assert (answer.status_code, answer.json()["outcome"]) == (202, "parked")
        hook.job.may_end.set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("CP Server")]


def test_conformance() -> None:
    conforms(Http, port=0, daemon=flowhost.DaemonInfo("test", "/"))
