"""Many notifications at once, some twice, with a restart of the daemon among them: each is handled once."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

import flowhost
from flowhost.testing.conformance import conforms
from flowhost.testing.harness import RunningDaemon
from flowhost.testing.private_broker import free_port
from flowhost_plugins.vidispine.notifications.source import VidispineNotifications

NUMBER = int(os.environ.get("FLOWHOST_TEST_STORM", "10000"))
"""How many happenings; each is told, and one in twenty told twice."""

SECONDS = 300.0
"""For all of them, on a machine that is busy."""

PROFILE = """
[Flow]
app name = storm
worker = count
workers = 8
[Source]
type = vidispine-notifications
port = {port}
retry = 1000
wait = 20
[Vidispine]
url = {url}
username = {user}
password = {password}
[Database]
"""

TOLD = (
    ("item", "create", "item_create", lambda n: {"itemId": f"VX-{n}"}),
    ("item", "delete", "item_delete", lambda n: {"itemId": f"VX-{n}"}),
    ("metadata", "modify", "metadata_modify", lambda n: {"itemId": f"VX-{n}", "changeSetId": f"VX-{n}"}),
    ("access", "create", "access_create", lambda n: {"itemId": "VX-1", "accessId": f"VX-{n}"}),
    ("shape", "create", "shape_create", lambda n: {"itemId": f"VX-{n}", "shapeId": f"VX-{n}"}),
    ("shape", "modify", "shape_modify", lambda n: {"shapeId": f"VX-{n % 50}", "sequenceNumber": str(n)}),
)


class Count:
    """Counts how often each event was worked on."""

    name = "count"
    handled: ClassVar[Counter[tuple[str, str]]] = Counter()
    lock = threading.Lock()

    def work(self, event: flowhost.Event) -> None:
        with self.lock:
            self.handled[event.type, event.data["number"]] += 1


class Counts:
    """The plugin that provides it."""

    @flowhost.hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Count]


@pytest.mark.slow
def test_each_is_handled_once(bed: Any, daemon: Callable[..., RunningDaemon]) -> None:
    server = bed.server
    Count.handled = Counter()
    notifier = server.site.notifier
    notifier.endpoints.first_pause = 0.05
    profile = PROFILE.format(port=free_port(), url=server.url, user=server.user, password=server.password)
    first = daemon(profile, plugins=[Counts()])
    first.wait_until(lambda: len(notifier.registrations.all()) == 16, "the registrations", timeout=SECONDS)
    server.faults.add("duplicate:path=*/vidispine/storm/*,probability=0.05")
    for number in range(NUMBER):
        _tell(notifier, number)
    first.wait_until(lambda: len(Count.handled) >= NUMBER // 3, "a third of them", timeout=SECONDS)
    first.stop()
    assert len(Count.handled) < NUMBER, "the restart came after all was done"
    second = daemon(profile, plugins=[Counts()])
    assert notifier.settle(SECONDS), "the site still tells"
    second.stop()
    assert set(Count.handled.values()) == {1}
    assert len(Count.handled) == NUMBER
    assert len(server.faults.hits) >= min(500, NUMBER // 40)


def _tell(notifier: Any, number: int) -> None:
    """Let the development server tell of something."""
    entity, event, _, values = TOLD[number % len(TOLD)]
    notifier.tell(entity, event, {"item": "VX-1"}, number=str(number), **values(number))


def test_it_keeps_what_sources_promise(bed: Any) -> None:
    conforms(
        VidispineNotifications,
        port=0,
        library=bed.library,
        clock=flowhost.SystemClock(),
        info=flowhost.DaemonInfo("tests", "/"),
    )
