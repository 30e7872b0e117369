"""Each real media library: what its source tells is what happens, its searches what holds."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, notification
from flowhost_plugins.rules.records import Run
from flowhost_plugins.rules.rule import InCollection, SavedSearch, Signal
from flowhost_plugins.vidispine.notifications.source import VidispineNotifications

QUERY = "news_state=fresh"
FRESH = SavedSearch(QUERY, is_query=True)
PATIENCE = 60.0
"""Seconds a notification may take on a busy machine."""


class Changes:
    """What the catalogue's log has since the last time, as the source `catalogue-changes` tells it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._done = 0

    def events(self) -> Iterator[flowhost.Event]:
        for change in self._catalogue.changes(self._done):
            self._done, told = change.sequence, notification(change)
            yield flowhost.Event(
                told.name,
                dict(told.variables),
                source="catalogue",
                subject=change.item or change.id,
                id=str(change.sequence),
                time=change.time,
                headers={"notifications": ",".join(told.names)},
            )

    def close(self) -> None:
        """Nothing is open."""


class Notifications:
    """What the source `vidispine-notifications` was told since the last time."""

    def __init__(self, library: Any, server: Any) -> None:
        info = flowhost.DaemonInfo("tests", "/")
        self._server = server
        self._source = VidispineNotifications(
            port=0, library=library, clock=flowhost.SystemClock(), info=info
        )
        self._told: list[flowhost.Event] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._source.run, args=(self._emit, self._stop), name="source")
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while not self._source.counts.registered:
            assert time.monotonic() < until
            threading.Event().wait(0.01)

    def _emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        self._told.append(event)
        safe: Future[flowhost.Receipt] = Future()
        safe.set_result(flowhost.Receipt("done"))
        return safe

    def events(self) -> Iterator[flowhost.Event]:
        self._server.settle(PATIENCE)
        told, self._told = self._told, []
        yield from told

    def close(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the source does not stop"


@dataclass(frozen=True)
class Library:
    """A library, what it stands on, and what happens in it."""

    role: Any
    held: Catalogue
    happened: Changes | Notifications

    def save_search(self, name: str) -> None:
        """Save the search for what is fresh as the people who use it do."""
        if isinstance(self.happened, Changes):
            self.held.create_saved_search(name, QUERY)
            return
        terms = [{"name": "news_state", "value": "fresh"}]
        criteria = {"doc_types": ["item"], "query": "*", "filter": {"operator": "AND", "terms": terms}}
        self.held.create_collection(name, fields={"criteria_document": [json.dumps(criteria)]})


@pytest.fixture
def opened(site: Any, library_site: Any) -> Iterator[Library]:
    library_site.define("news_state", type="string-exact")
    if library_site.name == "vidispine":  # its time is the machine's
        site.clock.jump((datetime.now(UTC) - site.clock.now()).total_seconds())
    role, held = library_site.open(site.clock)
    site.library = role
    site.new_matcher()
    happened = Changes(held) if role is held else Notifications(role, library_site.server)
    try:
        yield Library(role, held, happened)
    finally:
        happened.close()


@pytest.fixture
def library(opened: Library) -> Any:
    return opened.role


@pytest.fixture
def follow(site: Any, opened: Library) -> Callable[[], list[Run]]:
    """Lets everything happen that the source has to tell since the last time."""

    def push() -> list[Run]:
        return [run for event in opened.happened.events() for run in site.matcher.event(event, site.rules)]

    return push


def test_a_search_and_what_becomes_of_its_items(
    site: Any, library: Any, follow: Callable[[], list[Run]]
) -> None:
    site.rule(FRESH, when=["item.title.startswith('Har')"])
    item = library.create_item({"news_state": ["fresh"]}, title="Harbour")
    library.create_item({"news_state": ["old"]}, title="Harbour")
    library.create_item({"news_state": ["fresh"]}, title="Other")
    (run,) = follow()
    assert run.item == item.id
    site.finish(run)
    library.grant_access(item.id, flowhost.AccessEntry("news"), origin="rule:rule")

    library.set_metadata(item.id, {"news_state": ["old"]})
    assert follow() == []
    assert site.state(item.id) == "unmatched"
    assert library.items_with_access_from("rule:rule") == []
    library.set_metadata(item.id, {"news_state": ["fresh"]})
    assert len(follow()) == 1


def test_what_no_notification_told_of_is_swept(site: Any, library: Any) -> None:
    site.rule(FRESH)
    site.matcher.sweep(site.deployed())
    items = [library.create_item({"news_state": ["fresh"]}).id for _ in range(3)]
    newest = library.item(items[-1]).updated  # of a Vidispine the machine's time, which has gone on
    site.clock.set(newest + timedelta(seconds=30))

    result = site.matcher.sweep(site.deployed())
    assert (result.found, result.started, result.missed) == (3, 3, 3)
    site.finish()
    library.trash_item(items[0])
    library.delete_item(items[1])

    assert site.matcher.sweep(site.deployed()).unmatched == 2
    assert [site.state(item) for item in items] == ["unmatched", "unmatched", "handled"]


def test_a_saved_search_a_collection_and_a_marked_change(
    site: Any, opened: Library, library: Any, follow: Callable[[], list[Run]]
) -> None:
    opened.save_search("Fresh clips")
    opened.held.create_collection("News")
    site.rule(SavedSearch("Fresh clips"), name="search")
    site.rule(InCollection("News"), name="collection")
    site.rule(Signal("metadata_modify", "metadata-change", fields=("news_state",)), name="change")
    item = library.create_item({"news_state": ["old"]})
    follow()

    library.add_to_collection(item.id, "News")
    (run,) = follow()
    assert run.rule == "collection"
    with library.marked(str(run.id)):
        library.set_metadata(item.id, {"news_state": ["fresh"]})
    search, change = sorted(follow(), key=lambda one: one.rule, reverse=True)

    assert (search.rule, change.rule) == ("search", "change")
    assert search.chain == change.chain == ("collection",)
    with library.marked(str(change.id)):
        library.set_metadata(item.id, {"news_state": ["old"]})
    assert [run.rule for run in follow()] == []


def test_a_search_is_explained_by_the_library(site: Any, library: Any) -> None:
    item = library.create_item({"news_state": ["old"]}, title="Harbour")
    site.rule(
        SavedSearch("news_state=fresh AND title:harbour", is_query=True), SavedSearch("(", is_query=True)
    )

    explanation = site.explain(item.id)

    (finding,) = explanation.findings
    assert [(part.held, part.actual) for part in finding.parts] == [(False, ("old",)), (True, ("Harbour",))]
    assert [check.held for check in explanation.checks[1:3]] == [False, False]
    assert site.explain("VX-404").blocked_by is not None
