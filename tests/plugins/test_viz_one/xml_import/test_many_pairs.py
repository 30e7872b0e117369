"""Many documents and clips in random order, by several threads, with crashes in between."""

from __future__ import annotations

import os
import queue
import random
import threading
from typing import Any

import pytest

import flowhost

PAIRS = int(
    os.environ.get("FLOWHOST_PAIRS", "60")
)  # more of them take longer and find no more, but prove more
THREADS = 6
CRASHES = 0.4  # how likely an event's work ends in a crash
MOST_STEPS = 9  # calls of the store or the server after which it does


@pytest.mark.slow
def test_many_pairs_with_crashes_in_between(site: Any) -> None:
    shuffled = random.Random(7)
    names = [f"clip{number}" for number in range(PAIRS)]
    events: queue.Queue[flowhost.Event] = queue.Queue()
    for event in made(site, names, shuffled):
        events.put(event)
    imports = site.count_imports()
    errors: list[Exception] = []
    crashes: list[str] = []

    def run(number: int) -> None:
        chance = random.Random(number)
        while True:
            try:
                event = events.get_nowait()
            except queue.Empty:
                return
            try:
                worker_that_may_crash(site, chance).work(event)
            except site.crash:
                crashes.append(event.subject or "")
                events.put(event)
            except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
                errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(crashes) > PAIRS / 10  # usually a third: which thread has which event is a matter of time
    assert sorted(imports) == sorted(names)
    for name in names:  # one by one: a feed whose entries change while it is read skips some
        [asset] = [asset for asset in site.client.assets(name) if asset.title == name]
        assert site.media_of(site.wait_for_media(asset)).decode() == name
    assert len({asset.id for asset in site.assets()}) == len(names)
    assert not list(site.inbox.glob("*.xml"))
    assert {record["type"] for record in site.store.values.values()} <= {
        "media"
    }  # delivered again after all was done


def made(site: Any, names: list[str], shuffled: random.Random) -> list[flowhost.Event]:
    """The files, half of them without an id, and their events in any order."""
    for number, name in enumerate(names):
        (site.inbox / f"{name}.mxf").write_text(name)
        identity = name if number % 2 else None
        (site.inbox / f"{name}.xml").write_text(site.default_xml(name, media=f"{name}.mxf", id=identity))
    events = site.wait_for(lambda: site.events(2 * len(names)), "the files")
    shuffled.shuffle(events)
    return list(events)


def worker_that_may_crash(site: Any, chance: random.Random) -> Any:
    """A new worker, as of a new process, though within this one: the locks of the dead are released."""
    worker = site.worker_like()
    if chance.random() < CRASHES:
        number, after = chance.randint(1, MOST_STEPS), chance.random() < 0.5
        if chance.random() < 0.5:
            worker._pairing._store = site.crashing(site.store, number, after=after)
        else:
            worker._client = worker._pairing._client = site.crashing(site.client, number, after=after)
    return worker
