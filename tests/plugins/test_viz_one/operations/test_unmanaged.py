"""Unmanaged files: imported, deleted."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import (
    HTTPServerError,
    Item,
    UnmanagedFile,
    UriList,
    VizOne,
    create_or_update_asset,
    delete_unmanaged_file,
    import_unmanaged_file,
)


@pytest.fixture
def file(server: Any, client: VizOne) -> UnmanagedFile:
    (server.location() / "clip.mxf").write_bytes(b"media" * 100)
    (found,) = client.location("inbox").entries
    return found


@pytest.fixture
def asset(client: VizOne) -> Item:
    return create_or_update_asset("SITE-42", client=client)


def until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def test_a_file_becomes_the_media_of_a_placeholder(client: VizOne, file: UnmanagedFile, asset: Item) -> None:
    assert import_unmanaged_file(asset, UriList([file.self_link.href]), client=client) is True
    until(lambda: client.asset("SITE-42").mediastatus == "online")
    assert not client.asset("SITE-42").placeholder


def test_an_asset_with_media_takes_no_other(
    client: VizOne, file: UnmanagedFile, asset: Item, caplog: pytest.LogCaptureFixture
) -> None:
    import_unmanaged_file(asset, [file.self_link.href], client=client)
    until(lambda: client.asset("SITE-42").mediastatus == "online")
    assert import_unmanaged_file(asset, [file.self_link.href], client=client) is False
    assert "cannot be imported to" in caplog.text
    assert "no placeholder any more" in caplog.text


def test_an_asset_without_the_link_takes_none(client: VizOne, caplog: pytest.LogCaptureFixture) -> None:
    assert import_unmanaged_file(Item(), ["urn:x"], client=client) is False
    assert "no import_unmanaged_link" in caplog.text


def test_a_server_in_trouble_is_an_error(
    server: Any, client: VizOne, file: UnmanagedFile, asset: Item
) -> None:
    server.faults.add("500:method=POST")
    with pytest.raises(HTTPServerError):
        import_unmanaged_file(asset, [file.self_link.href], client=client)


def test_a_file_is_deleted(
    server: Any, client: VizOne, file: UnmanagedFile, caplog: pytest.LogCaptureFixture
) -> None:
    assert delete_unmanaged_file(file, client=client) is True
    assert not (server.location() / "clip.mxf").exists()
    with caplog.at_level(logging.INFO):
        assert delete_unmanaged_file(file, client=client) is False
    assert "was deleted before" in caplog.text


def test_an_unknown_storage_is_told_with_those_there_are(client: VizOne) -> None:
    with pytest.raises(
        flowhost.ConfigError, match=r"has the handle 'inbx'; did you mean 'inbox'.*; there are 'inbox'"
    ):
        client.location("inbx")
