"""Whole daemons: the development server on a real broker, a ledger, a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from flowhost.testing.private_broker import StompBroker

devserver = pytest.importorskip("flowhost_devserver")

pytestmark = [pytest.mark.rabbitmq, pytest.mark.slow]

Make = Callable[..., Any]

WORKER = """
from flowhost_plugins.viz_one.sources import AssetEntries, UnmanagedFiles

class OnAssets:
    SOURCE = AssetEntries
    def work(self, event):
        pass

class OnFiles(OnAssets):
    SOURCE = UnmanagedFiles
"""


@pytest.fixture
def server(rabbitmq: StompBroker, tmp_path: Path) -> Iterator[Make]:
    """Starts the server; it tells its changes to the broker."""
    with ExitStack() as stack:

        def start(**options: Any) -> Any:
            login = f"{quote(rabbitmq.user, safe='')}:{quote(rabbitmq.password, safe='')}"
            url = f"stomp://{login}@127.0.0.1:{rabbitmq.port}"
            made = devserver.VizOneServer(tmp_path / "viz-one", broker_url=url, **options)
            return stack.enter_context(made)

        yield start


@pytest.fixture
def follow(daemon: Make) -> Make:
    """Starts a daemon that follows the assets or the files of a server; waits until it listens."""

    def start(server: Any, what: str, **options: Any) -> Any:
        lines = "\n".join(f"{name.replace('_', ' ')} = {value}" for name, value in options.items())
        profile = "\n".join(
            (
                f"[Flow]\napp name = follower\nclass = follower.{what}",
                f"[Source]\n{lines}",
                f"[Viz One]\nhostname = {server.url.partition('://')[2]}\nuse https = no",
                f"username = {server.user}\npassword = {server.password}",
            )
        )
        running = daemon(profile, modules={"follower": WORKER})
        keys = running.daemon.blueprint.ledger.keys
        running.wait_until(
            lambda: any(key.endswith("progress") for key in keys()), "the first sweep", timeout=60
        )
        return running

    return start


def told(running: Any) -> list[tuple[str, str | None]]:
    """What the worker was given, as type and subject; not what was a duplicate."""
    done = [job for job in list(running.jobs) if job.receipt.outcome == "done"]
    return [(job.event.type, job.event.subject) for job in done]


@pytest.mark.parametrize("deletions", ["entry", "tombstone", "empty"])
def test_assets_made_changed_and_deleted(server: Make, follow: Make, deletions: str) -> None:
    site = server(deletions=deletions)
    there = site.catalogue.create_item({}, title="there before")
    running = follow(site, "OnAssets")
    made = site.catalogue.create_item({}, title="new")
    running.wait_until(lambda: ("asset.changed", "new") in told(running), "the new asset", timeout=60)
    site.catalogue.delete_item(made.id)
    running.wait_until(lambda: "asset.deleted" in [kind for kind, _ in told(running)], "the end", timeout=60)
    assert "there before" not in [subject for _, subject in told(running)]
    assert there.title == "there before"


def test_what_the_broker_loses_is_found_once(server: Make, follow: Make) -> None:
    site = server()
    running = follow(site, "OnAssets", sweep=0.3)
    site.faults.add("drop:count=3")
    titles = [f"asset {number}" for number in range(8)]
    for title in titles:
        site.catalogue.create_item({}, title=title)
    running.wait_until(lambda: {subject for _, subject in told(running)} >= set(titles), "all", timeout=60)


def test_what_changed_while_the_daemon_was_down(server: Make, follow: Make) -> None:
    site = server()
    first = follow(site, "OnAssets")
    site.catalogue.create_item({}, title="one")
    first.wait_for(1, timeout=60)
    first.stop(drain_timeout=None)
    site.catalogue.create_item({}, title="two")
    second = follow(site, "OnAssets")
    second.wait_until(lambda: told(second) != [], "the asset made meanwhile", timeout=60)
    assert {subject for _, subject in told(second)} == {"two"}


def test_files(server: Make, follow: Make) -> None:
    site = server()
    folder = site.location("inbox")
    (folder / "before.mxf").write_bytes(b"x" * 10)
    site.catalogue.scan(site.catalogue.storage("inbox"))
    running = follow(site, "OnFiles", location="inbox", skip_empty_files="yes", sweep=1)
    (folder / "empty.mxf").write_bytes(b"")
    (folder / "clip.mxf").write_bytes(b"x" * 20)
    running.wait_until(lambda: "clip.mxf" in [subject for _, subject in told(running)], "clip", timeout=60)
    (folder / "empty.mxf").write_bytes(b"now it is not")
    running.wait_until(
        lambda: "empty.mxf" in [subject for _, subject in told(running)], "the other", timeout=60
    )
    assert "before.mxf" not in [subject for _, subject in told(running)]
    assert {kind for kind, _ in told(running)} == {"file.changed"}


def test_files_that_are_there(server: Make, follow: Make) -> None:
    site = server()
    folder = site.location("inbox")
    for number in range(30):
        (folder / f"{number}.mxf").write_bytes(b"x")
    running = follow(site, "OnFiles", location="inbox", initial="yes")
    names = {f"{number}.mxf" for number in range(30)}
    running.wait_until(lambda: {subject for _, subject in told(running)} == names, "every file", timeout=60)
    done = [job.event.id for job in running.jobs if job.receipt.outcome == "done"]
    assert len(done) == len(set(done)), "each state once, be it swept or told"
