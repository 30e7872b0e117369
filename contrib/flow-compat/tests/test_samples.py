"""Every sample of Flow's documentation runs; what a sample itself leaves out is added here, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

DONE = "is done after"  # what flowhost logs at level debug for each job that went well
ONE_SWEEP = "initial = yes\nnotifications = no\nsweep = 0\n"  # a source of Viz One as a batch job


def profile(name: str, source: str = "") -> str:
    return f"[Flow]\napp name = {name}\nclass = {name}.MyFlow\n[Source]\n{source}"


def test_standard_input(start: Any, application: Any, sample: Callable[[str], str]) -> None:
    program = start(application("reads", sample("stdin.txt"), profile("reads")), "-g", given=b"hello")
    assert program.wait() == 0, program.output
    assert program.output.count(DONE) == 1


def test_interval(start: Any, application: Any, sample: Callable[[str], str]) -> None:
    text = "interval = 1\nwindow start = 00\nwindow end = 23:59:59\n"
    program = start(application("ticks", sample("interval.txt"), profile("ticks", text)), "-g")
    program.wait_for(DONE, count=2)
    assert program.terminate() == 0


@pytest.mark.rabbitmq
@pytest.mark.slow
def test_generic_stomp_listener(start: Any, application: Any, sample: Any, rabbitmq: Any) -> None:
    queue = rabbitmq.queue()
    url = f"stomp url = {rabbitmq.url(queue)}\n"
    program = start(application("hears", sample("generic_stomp.txt"), profile("hears", url)), "-g")
    program.wait_for("receiving from")
    rabbitmq.send(queue, "one", "two")
    program.wait_for(DONE, count=2)
    assert program.terminate() == 0, program.output
    rabbitmq.wait_for_depth(queue, 0)


def test_asset_entry_listener(
    start: Any, application: Any, sample: Any, server: Any, client: Any, viz_one_section: Any
) -> None:
    from flow.operation import create_or_update_asset

    create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": "One"})
    text = profile("entries", ONE_SWEEP) + viz_one_section(server)
    program = start(application("entries", sample("asset_entries.txt"), text), "-g")
    assert program.wait() == 0, program.output
    assert program.output.count(DONE) == 1


def test_unmanaged_files_listener(
    start: Any, application: Any, sample: Any, server: Any, viz_one_section: Any
) -> None:
    (server.location() / "clip.mxf").write_bytes(b"media")
    server.catalogue.scan(server.catalogue.storage("inbox"))
    text = profile("files", f"location = inbox\nskip empty files = no\n{ONE_SWEEP}") + viz_one_section(server)
    program = start(application("files", sample("unmanaged_files.txt"), text), "-g")
    assert program.wait() == 0, program.output
    assert program.output.count(DONE) == 1


def test_store(start: Any, application: Any, sample: Any, server: Any, viz_one_section: Any) -> None:
    (server.location() / "clip.mxf").write_bytes(b"media")
    server.catalogue.scan(server.catalogue.storage("inbox"))
    left_out = "            # nothing there\n"  # an if needs a statement
    code = sample("store.txt").replace(left_out, left_out + "            pass\n")
    text = profile("keeps", f"location = inbox\n{ONE_SWEEP}") + viz_one_section(server)
    program = start(application("keeps", code, text), "-g")
    assert program.wait() == 0, program.output
    assert program.output.count(DONE) == 1
    assert server.site.keeping.get("client-config", "user\nflow_keeps\n\nkey") is None


def test_web_interface(
    start: Any, application: Any, sample: Any, server: Any, client: Any, viz_one_section: Any
) -> None:
    from flow.operation import create_or_update_asset

    item = create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": "One"})
    imports = "from vizone import logging\nfrom vizone.exceptions import HTTPClientError\n"
    code = imports + sample("web.txt").replace("return output.generate()", "return asset.generate()")
    text = (
        sample("web.ini")
        .partition("[Viz One]")[0]
        .replace("34566", "0")
        .replace("= localhost", "= 127.0.0.1")
    )
    program = start(application("xmlserver", code, text + viz_one_section(server)))
    program.wait_for("listening on")
    told = re.search(r"listening on (http://127\.0\.0\.1:\d+/)", program.output)
    assert told, program.output
    with requests.Session() as session:
        session.trust_env = False
        found = session.get(f"{told[1]}{item.id}", timeout=30)
        missing = session.get(f"{told[1]}1234", timeout=30)
    assert (found.status_code, found.headers["Content-Type"]) == (200, item.content_type), program.output
    assert found.headers["Content-Disposition"] == f'attachment; filename="{item.id}.xml"'
    assert b"SITE-1" in found.content
    assert (missing.status_code, "no such asset" in missing.text) == (404, True)
    assert program.terminate() == 0, program.output
    assert "Web Interface Settings" in program.output
    assert "left behind" not in program.output


def test_multi_parser(sample: Any) -> None:
    names: dict[str, Any] = {}
    exec(sample("multi_parser.txt"), names)
    assert (names["result"].month, names["result"].day) == (12, 4)


def test_locked(sample: Any) -> None:
    exec(sample("locked.txt") + "    done = True\n", names := dict[str, Any]())
    assert names["done"]


def test_retry_on_conflict(sample: Any, server: Any, client: Any) -> None:
    from flow.operation import create_or_update_asset

    create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": "One"})
    exec(
        "from flow.operation import retry_on_conflict\n" + sample("retry_on_conflict.txt"),
        names := dict[str, Any](),
    )

    class Worker:
        my_function = names["my_function"]

        def __init__(self) -> None:
            self.client = client

    mine, theirs = client.viz_one.asset("SITE-1"), client.viz_one.asset("SITE-1")
    theirs.title = "changed by somebody else"
    client.PUT(theirs.edit_link, theirs)
    Worker().my_function(mine)
    assert mine.title == "changed by somebody else"
