"""Flow's built-in applications under their old names, against the development server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ONE_SWEEP = "initial = yes\nnotifications = no\nsweep = 0\n"  # a source of Viz One as a batch job

CUSTOM = """
[Xml]
format = custom
[Namespaces]
n = http://one.example/news
[Field:title]
xpath = /n:clip/n:title
[Transform]
media_filename = xml_filename[:-4] + '.mxf'
asset_id = 'SITE-' + title
[Vdf]
form = 'hubitem'
asset.title = title + ' (imported)'
"""


def drop(server: Any, name: str, content: bytes) -> None:
    (server.location() / name).write_bytes(content)


def test_xml_and_its_media_become_an_asset(
    start: Any, tmp_path: Path, sample: Any, server: Any, client: Any, viz_one_section: Any
) -> None:
    drop(server, "one.mxf", b"media" * 1000)
    drop(server, "one.xml", b"<clip xmlns='http://one.example/news'><title>One</title></clip>")
    server.catalogue.scan(server.catalogue.storage("inbox"))
    text = sample("xmlimport.ini").replace("location = xmlimport\n", f"location = inbox\n{ONE_SWEEP}")
    profile = tmp_path / "importer.ini"
    profile.write_text(text + CUSTOM + viz_one_section(server))
    program = start(profile)
    assert program.wait() == 0, program.output
    item = client.viz_one.asset("SITE-One")
    assert item.describedby_link.metadata.get("asset.title") == "One (imported)"
    assert not (server.location() / "one.xml").exists()
    deadline = time.monotonic() + 60
    while client.viz_one.asset("SITE-One").placeholder:
        assert time.monotonic() < deadline, "the media was not imported"
        time.sleep(0.05)


def test_metadata_is_mapped(
    start: Any, tmp_path: Path, sample: Any, server: Any, client: Any, viz_one_section: Any
) -> None:
    from flow.operation import create_or_update_asset

    create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": "One"})
    text = sample("metadatamapper.ini").replace("[Source]\n", f"[Source]\n{ONE_SWEEP}")
    profile = tmp_path / "mapper.ini"
    profile.write_text(text + viz_one_section(server))
    program = start(profile)
    assert program.wait() == 0, program.output
    metadata = client.viz_one.asset("SITE-1").describedby_link.metadata
    assert metadata.get("asset.alternateTitle") == "One alternative"
