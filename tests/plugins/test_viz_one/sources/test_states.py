"""The states of things, and the events that tell of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowhost_plugins.viz_one import Item, Tombstone, UnmanagedFile, UnmanagedFileCollection
from flowhost_plugins.viz_one.sources.states import asset_state, deleted_asset_state, file_state

NOW = datetime(2025, 1, 2, tzinfo=UTC)
SPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
TIMELESS = '<id>urn:x:7</id><title>clip.mxf</title><media:content url="http://one.test/7" fileSize="5"/>'


@pytest.mark.parametrize(
    "other",
    [
        f'<feed {SPACES} xmlns:os="http://a9.com/-/spec/opensearch/1.1/"><entry>{TIMELESS}</entry></feed>',
        f"<feed {SPACES}>\n  <entry>\n    {TIMELESS}\n  </entry>\n</feed>",
        """<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>urn:x:7</a:id><a:title>clip.mxf</a:title>
        <m:content fileSize="5" url="http://one.test/7" xmlns:m="http://search.yahoo.com/mrss/"/></a:entry></a:feed>""",
    ],
)
def test_a_thing_without_a_time_has_one_state_however_it_is_written(other: str) -> None:
    alone = file_state(UnmanagedFile(f"<entry {SPACES}>{TIMELESS}</entry>"))
    (listed,) = UnmanagedFileCollection(other).entries
    assert file_state(listed).id == alone.id
    listed.title = "another"
    assert file_state(listed).id != alone.id


def test_an_event_keeps_where_relative_links_lead() -> None:
    base = 'xml:base="http://ada:secret@one.test/api/files/"'
    feed = UnmanagedFileCollection(
        f'<feed {SPACES} {base}><entry><id>7</id><link rel="self" href="7"/></entry></feed>'
    )
    event = file_state(feed.entries[0]).event("here", "id", NOW)
    assert UnmanagedFile(event.data).self_link.href == "http://one.test/api/files/7"
    assert b"secret" not in event.data


def test_a_deletion_told_by_an_entry_and_by_a_tombstone_is_one() -> None:
    item = Item()
    item.atom_id, item.mediastatus, item.updated = "urn:x:7", "deleted", NOW
    assert asset_state(item).id == deleted_asset_state(Tombstone("urn:x:7", NOW)).id
    item.mediastatus = "online"
    assert asset_state(item).id != deleted_asset_state(Tombstone("urn:x:7", NOW)).id


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday"])
def test_a_time_that_no_calendar_holds(time: str) -> None:
    assert asset_state(Item(f"<entry {SPACES}><id>7</id><updated>{time}</updated></entry>")).updated is None


def test_a_tombstone_of_a_time_that_no_calendar_holds() -> None:
    when = datetime.fromisoformat("0001-01-01T00:00:00+14:00")
    assert deleted_asset_state(Tombstone("urn:x:7", when)).updated is None
