"""Somebody sets the clock while a daemon works: by a day forward, by two back."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from typing import Any

import pytest

import flowhost

DAY = 86_400.0
RETRY_DELAY = 10.0  # seconds, at most

PROFILE = f"""
[Flow]
app name = app
worker = troubled
workers = 2
worker timeout = 60
retry delay = {RETRY_DELAY:g}
retry limit = {RETRY_DELAY:g}
[Source]
type = by-hand
"""


class ByHand:
    """A source whose `emit` is the test's."""

    name = "by-hand"
    emits: queue.Queue[flowhost.Emit]

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        self.emits.put(emit)
        stop.wait()


class Troubled:
    """Fails with ``fails`` at first, and takes its time for ``slow``."""

    name = "troubled"
    begun: Counter[str]
    gate: threading.Event

    def work(self, event: flowhost.Event) -> None:
        assert event.id
        self.begun[event.id] += 1
        if event.id == "slow":
            self.gate.wait()
        if event.id == "fails" and self.begun["fails"] == 1:
            raise ValueError("not yet")


class Parts:
    """The plugin with both."""

    @flowhost.hookimpl
    def flowhost_sources(self) -> list[type]:
        return [ByHand]

    @flowhost.hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Troubled]


@pytest.mark.parametrize("jump", [DAY, -2 * DAY])
def test_a_jump_of_the_clock_neither_hurries_nor_delays_nor_repeats(
    jump: float, daemon: Any, clock: Any, eventually: Any
) -> None:
    ByHand.emits, Troubled.begun, Troubled.gate = queue.Queue(), Counter(), threading.Event()
    running = daemon(PROFILE, plugins=[Parts()], clock=clock)
    emit = ByHand.emits.get(timeout=60)
    delivery = running.daemon.delivery

    def event(name: str) -> flowhost.Event:
        return flowhost.Event("test", id=name, time=clock.now())

    assert emit(event("early")).result(60).outcome == "done"
    slow, fails = emit(event("slow")), emit(event("fails"))
    eventually(
        lambda: (delivery.stats().running, delivery.stats().delayed) == (1, 1), "one at work, one delayed"
    )

    clock.jump(jump)
    assert emit(event("late")).result(60).outcome == "done"
    assert emit(event("early")).result(60).outcome == "duplicate"
    assert Troubled.begun == {"early": 1, "slow": 1, "fails": 1, "late": 1}, "the retry came early"
    assert (delivery.stats().timed_out, delivery.stats().delayed, delivery.alive()) == (0, 1, True)

    clock.advance(RETRY_DELAY)
    assert fails.result(60).outcome == "done"
    Troubled.gate.set()
    assert slow.result(60).outcome == "done"
    clock.jump(-jump)
    again = [emit(event(name)).result(60).outcome for name in ("early", "slow", "fails", "late")]
    assert again == ["duplicate"] * 4
    assert running.letters() == []
