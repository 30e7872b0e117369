"""The real catalogue: its changes are what happens, its searches what holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, notification
from flowhost_plugins.rules.records import Run
from flowhost_plugins.rules.rule import InCollection, SavedSearch, Signal

FRESH = SavedSearch("state=fresh", is_query=True)


@pytest.fixture
def library(site: Any, tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(url=flowhost.Secret(f"sqlite:///{tmp_path}/catalogue.db"), clock=site.clock)
    catalogue.open()
    site.library = catalogue
    site.new_matcher()
    yield catalogue
    catalogue.close()


@pytest.fixture
def follow(site: Any, library: Catalogue) -> Callable[[], list[Run]]:
    """Pushes every change since the last time, as the source `catalogue-changes` does."""
    done = 0

    def push() -> list[Run]:
        nonlocal done
        runs: list[Run] = []
        for change in library.changes(done):
            done, told = change.sequence, notification(change)
            event = flowhost.Event(
                told.name,
                dict(told.variables),
                source="catalogue",
                subject=change.item or change.id,
                id=str(change.sequence),
                time=change.time,
                headers={"notifications": ",".join(told.names)},
            )
            runs += site.matcher.event(event, site.rules)
        return runs

    return push


def test_a_search_and_what_becomes_of_its_items(
    site: Any, library: Catalogue, follow: Callable[[], list[Run]]
) -> None:
    site.rule(FRESH, when=["item.title.startswith('Har')"])
    item = library.create_item({"state": ["fresh"]}, title="Harbour")
    library.create_item({"state": ["old"]}, title="Harbour")
    library.create_item({"state": ["fresh"]}, title="Other")
    (run,) = follow()
    assert run.item == item.id
    site.finish(run)
    library.grant_access(item.id, flowhost.AccessEntry("news"), origin="rule:rule")

    library.set_metadata(item.id, {"state": ["old"]})
    assert follow() == []
    assert site.state(item.id) == "unmatched"
    assert library.items_with_access_from("rule:rule") == []
    library.set_metadata(item.id, {"state": ["fresh"]})
    assert len(follow()) == 1


def test_what_no_notification_told_of_is_swept(site: Any, library: Catalogue) -> None:
    site.rule(FRESH)
    site.matcher.sweep(site.deployed())
    items = [library.create_item({"state": ["fresh"]}).id for _ in range(3)]
    site.clock.advance(30)

    result = site.matcher.sweep(site.deployed())
    assert (result.found, result.started, result.missed) == (3, 3, 3)
    site.finish()
    library.trash_item(items[0])
    library.delete_item(items[1])

    assert site.matcher.sweep(site.deployed()).unmatched == 2
    assert [site.state(item) for item in items] == ["unmatched", "unmatched", "handled"]


def test_a_saved_search_a_collection_and_a_marked_change(
    site: Any, library: Catalogue, follow: Callable[[], list[Run]]
) -> None:
    library.create_saved_search("Fresh clips", "state=fresh")
    library.create_collection("News")
    site.rule(SavedSearch("Fresh clips"), name="search")
    site.rule(InCollection("News"), name="collection")
    site.rule(Signal("metadata_modify", "metadata-change", fields=("state",)), name="change")
    item = library.create_item({"state": ["old"]})
    follow()

    library.add_to_collection(item.id, "News")
    (run,) = follow()
    assert run.rule == "collection"
    with library.marked(str(run.id)):
        library.set_metadata(item.id, {"state": ["fresh"]})
    search, change = sorted(follow(), key=lambda one: one.rule, reverse=True)

    assert (search.rule, change.rule) == ("search", "change")
    assert search.chain == change.chain == ("collection",)
    with library.marked(str(change.id)):
        library.set_metadata(item.id, {"state": ["old"]})
    assert [run.rule for run in follow()] == []


def test_a_search_is_explained_by_the_catalogue(site: Any, library: Catalogue) -> None:
    item = library.create_item({"state": ["old"]}, title="Harbour")
    site.rule(SavedSearch("state=fresh AND title:harbour", is_query=True), SavedSearch("(", is_query=True))

    explanation = site.explain(item.id)

    (finding,) = explanation.findings
    assert [(part.held, part.actual) for part in finding.parts] == [(False, ("old",)), (True, ("Harbour",))]
    assert [check.held for check in explanation.checks[1:3]] == [False, False]
    assert site.explain("VX-404").blocked_by is not None
