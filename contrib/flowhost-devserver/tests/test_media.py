"""Unmanaged files on a real folder, imports and uploads."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60.0  # seconds until a job must have ended


def entry_link(client: Any, answer: Any, title: str, rel: str) -> str:
    return str(client.one(answer, f"//atom:entry[atom:title='{title}']/atom:link[@rel='{rel}']/@href"))


def feed(client: Any) -> Any:
    service = client.get("/thirdparty")
    path = "//app:collection[app:categories/atom:category/@term='location']/@href"
    locations = client.get(client.one(service, path))
    assert client.one(locations, "//atom:entry/core:ardomeIdentity[@name='id']/text()") == "inbox"
    return client.get(client.one(locations, "//atom:entry/atom:link[@rel='down']/@href"))


def settled(client: Any, asset: str) -> str:
    """The media status once no job is under way."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status = str(client.one(client.get(asset), "/*/mam:mediastatus/text()"))
        if status != "importing" or time.monotonic() > deadline:
            return status
        time.sleep(0.02)


def begin_import(client: Any, asset: Any, file: str) -> Any:
    return client.ask(
        "POST", client.link(asset, "import-unmanaged"), f"{file}\r\n", Content_Type="text/uri-list"
    )


def test_files_in_the_folder_are_listed(client: Any, clip: Callable[..., Path]) -> None:
    assert client.find(feed(client), "//atom:entry") == []
    clip("clip one.mxf", b"12345")
    found = feed(client)
    assert client.one(found, "//atom:entry/atom:title/text()") == "clip one.mxf"
    assert client.one(found, "//atom:entry/media:content/@fileSize") == "5"
    assert client.get(client.one(found, "//media:content/@url")).content == b"12345"
    assert client.find(found, "/*/atom:link[@rel='monitor']") == []


def test_a_name_that_xml_cannot_hold_hides_no_other_file(client: Any, clip: Callable[..., Path]) -> None:
    clip("bell\x07.mxf", b"12345")
    clip("clip.mxf", b"12345")
    titles = client.find(feed(client), "//atom:entry/atom:title/text()")
    assert sorted(titles) == ["bell\N{REPLACEMENT CHARACTER}.mxf", "clip.mxf"]


def test_a_file_keeps_its_url_while_it_grows(client: Any, clip: Callable[..., Path]) -> None:
    clip(data=b"1")
    first = entry_link(client, feed(client), "clip.mxf", "self")
    clip(data=b"12345")
    assert entry_link(client, feed(client), "clip.mxf", "self") == first
    assert client.one(client.get(first), "//media:content/@fileSize") == "5"


def test_ranges_of_a_file_can_be_read(client: Any, clip: Callable[..., Path]) -> None:
    clip(data=b"0123456789")
    media = client.one(feed(client), "//media:content/@url")
    part = client.ask("GET", media, Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert client.ask("GET", media, Range="bytes=99-").status_code == 416


def test_deleting_a_file_removes_it_from_the_folder(client: Any, clip: Callable[..., Path]) -> None:
    file = clip()
    link = entry_link(client, feed(client), "clip.mxf", "delete")
    assert client.ask("DELETE", link).status_code == 204
    assert not file.exists()
    assert client.ask("DELETE", link).status_code == 404


def test_importing_makes_a_placeholder_an_asset_with_media(client: Any, clip: Callable[..., Path]) -> None:
    clip(data=b"video" * 1000)
    asset = client.made()
    answer = begin_import(client, asset, entry_link(client, feed(client), "clip.mxf", "self"))
    assert answer.status_code == 201, answer.text
    assert client.one(answer, "/*/mam:state/text()") in ("active", "finished")
    here = client.link(asset, "self")
    assert settled(client, here) == "online"
    entry = client.get(here)
    assert client.one(entry, "/*/mam:assetmediatype/text()") != "placeholder"
    assert client.get(client.one(entry, "/*/atom:content/@src")).content == b"video" * 1000
    assert client.one(client.get(client.link(answer, "self")), "/*/mam:state/text()") == "finished"
    request = client.get(client.link(answer, "transfer-request"))
    assert client.find(request, "//transfer:progress/transfer:done/text()")[0] == "100"


def test_an_occupied_asset_takes_no_other_media(client: Any, clip: Callable[..., Path]) -> None:
    clip("one.mxf"), clip("two.mxf")
    asset, found = client.made(), feed(client)
    assert begin_import(client, asset, entry_link(client, found, "one.mxf", "self")).status_code == 201
    assert settled(client, client.link(asset, "self")) == "online"
    refused = begin_import(client, asset, entry_link(client, found, "two.mxf", "self"))
    assert refused.status_code == 403
    assert "no placeholder" in refused.json()["detail"]


def test_of_many_imports_for_one_asset_one_begins(
    client: Any, clip: Callable[..., Path], client_for: Callable[..., Any]
) -> None:
    clip()
    asset, file = client.made(), entry_link(client, feed(client), "clip.mxf", "self")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: begin_import(client_for(client.server), asset, file), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 7
    assert settled(client, client.link(asset, "self")) == "online"


def test_an_import_wants_one_file_that_is_there(client: Any, clip: Callable[..., Path]) -> None:
    asset = client.made()
    link = client.link(asset, "import-unmanaged")
    for body, status in (
        ("# nothing\r\n", 422),
        ("urn:x\r\nurn:y\r\n", 422),
        ("/api/unmanaged/inbox/7\r\n", 404),
    ):
        assert client.ask("POST", link, body, Content_Type="text/uri-list").status_code == status
    assert client.ask("POST", link, "x", Content_Type="text/plain").status_code == 415
    assert settled(client, client.link(asset, "self")) == "empty"


def test_an_upload_in_two_steps(client: Any) -> None:
    asset = client.made()
    begun = client.ask("PUT", client.link(asset, "upload-task"))
    assert (begun.status_code, begun.content) == (201, b"")
    sent = client.ask("PUT", begun.headers["Location"], b"bytes", Content_Type="application/octet-stream")
    assert sent.status_code == 201, sent.text
    assert settled(client, client.link(asset, "self")) == "online"
    assert client.ask("PUT", begun.headers["Location"], b"bytes").status_code == 404


def test_an_upload_in_one_step(client: Any) -> None:
    asset = client.made()
    media = client.link(asset, "edit-media")
    assert client.ask("PUT", media, b"bytes" * 10, Slug="clip.mxf").status_code == 201
    assert settled(client, client.link(asset, "self")) == "online"
    assert client.get(media).content == b"bytes" * 10
    assert client.ask("PUT", media, b"other").status_code == 403


@pytest.mark.slow
def test_media_comes_from_an_ftp_server(client: Any, tmp_path: Path) -> None:
    (tmp_path / "ftp").mkdir()
    (tmp_path / "ftp" / "my clip.mxf").write_bytes(b"far away" * 100)
    command = [sys.executable, "-W", "ignore", "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", "0"]
    command += ["-d", str(tmp_path / "ftp")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as ftp:
        try:
            assert ftp.stderr
            told = (re.search(r"starting FTP server on 127\.0\.0\.1:(\d+)", line) for line in ftp.stderr)
            port = next(found[1] for found in told if found)
            asset = client.made()
            place = f"ftp://anonymous:me@127.0.0.1:{port}"
            missing = begin_import(client, asset, f"{place}/other.mxf")
            assert (missing.status_code, "other.mxf" in missing.json()["detail"]) == (422, True)
            assert begin_import(client, asset, f"{place}/my%20clip.mxf").status_code == 201
            assert settled(client, client.link(asset, "self")) == "online"
            media = client.get(client.link(asset, "edit-media"))
            assert media.content == b"far away" * 100
        finally:
            ftp.terminate()
