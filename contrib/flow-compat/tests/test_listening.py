"""Sources that listen at a real broker, with the development server behind it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.rabbitmq, pytest.mark.slow]

CODE = """
import json, threading
from flow import Flow, EventBased
from flow.needs import NeedsClient, NeedsStomp
from vizone.payload.asset import Item, ItemCollection

lock = threading.Lock()

class Changes(EventBased, NeedsClient, NeedsStomp):
    def run(self):
        endpoint = self.client.servicedoc.get_collection_by_keyword("asset").endpoint
        feed = ItemCollection(self.client.GET(endpoint))
        self.stomp.register_handler(feed.monitor_link, self.handle)
        print("LISTENING", flush=True)

    def handle(self, message):
        if message.content:
            self.callback(Item(message))

class Notes(Flow, NeedsClient):
    SOURCE = Changes

    def start(self, item):
        title = Item(self.client.GET(item.self_link)).title
        with lock, open("notes.txt", "a") as notes:
            notes.write(json.dumps([type(item).__name__, title]) + "\\n")
"""


@pytest.fixture
def server(rabbitmq: Any, tmp_path: Path) -> Iterator[Any]:
    devserver = pytest.importorskip("flowhost_devserver", reason="flowhost-devserver is not installed")
    url = rabbitmq.url("/topic/any").partition("/?")[0]
    with devserver.VizOneServer(tmp_path / "viz-one", broker_url=url) as running:
        yield running


def change_until_done(program: Any) -> None:
    """Change the asset until a change is worked on: a topic keeps none for who is about to subscribe."""
    from flow.operation import create_or_update_asset

    deadline = time.monotonic() + 60
    number = 0
    while "is done after" not in program.output:
        assert time.monotonic() < deadline, program.output
        assert program.process.poll() is None, program.output
        number += 1
        create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": f"One {number}"})
        time.sleep(0.2)  # seconds between two changes


def test_an_own_listener(
    start: Any, application: Any, server: Any, client: Any, viz_one_section: Any
) -> None:
    profile = application("listens", CODE, "[Flow]\nclass = listens.Notes\n" + viz_one_section(server))
    program = start(profile, "-g")
    program.wait_for("LISTENING")
    change_until_done(program)
    assert program.terminate() == 0, program.output
    first = json.loads((profile.parent / "notes.txt").read_text().splitlines()[0])
    assert (first[0], first[1].partition(" ")[0]) == ("Item", "One")
    assert "left behind" not in program.output


def test_flows_own_listener(
    start: Any, application: Any, sample: Any, server: Any, client: Any, viz_one_section: Any
) -> None:
    text = "[Flow]\nclass = entries.MyFlow\n" + viz_one_section(server)
    program = start(application("entries", sample("asset_entries.txt"), text), "-g")
    program.wait_for("connected to")
    change_until_done(program)
    assert program.terminate() == 0, program.output
