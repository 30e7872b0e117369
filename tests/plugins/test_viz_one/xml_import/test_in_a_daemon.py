"""The worker in a whole daemon: source, pool, ledger, store and all."""

from __future__ import annotations

import random
from typing import Any

import pytest

PROFILE = """
    [Flow]
    app name = xmlimport
    worker = xml-import
    workers = 4

    [Source]
    type = unmanaged-files
    location = inbox
    initial = yes
    notifications = no
    sweep = 100 ms
{source}
    [Xml]
    format = default

    [Viz One]
    hostname = {host}
    username = {user}
    password = {password}
    use https = no
    retries = 0
{more}
"""
ON_THE_SERVER = """
    [Resource:config]
    type = client-config

    [Worker]
    store = config
"""


def profile(site: Any, more: str) -> str:
    server = site.server
    host = server.url.removeprefix("http://")
    source = "    store = config\n" if more else ""
    return PROFILE.format(host=host, user=server.user, password=server.password, more=more, source=source)


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", ON_THE_SERVER], ids=["database", "client-config"])
def test_pairs_in_any_order_with_a_restart_and_a_troubled_server(site: Any, daemon: Any, more: str) -> None:
    imported = []
    real = site.server.catalogue.import_file
    site.server.catalogue.import_file = lambda item, *a, **k: (imported.append(item), real(item, *a, **k))[1]
    names = [f"clip{number}" for number in range(10)]
    files = [(f"{name}.mxf", name) for name in names]
    files += [(f"{name}.xml", site.default_xml(name, media=f"{name}.mxf", id=name)) for name in names]
    random.Random(3).shuffle(files)
    site.server.faults.add("503:path=/api/*,probability=0.05")
    for begin, end in ((0, 8), (8, 15), (15, 20)):
        running = daemon(profile(site, more))
        for name, content in files[begin:end]:
            (site.inbox / name).write_text(content)
        jobs = len(files[begin:end]) // 2
        running.wait_until(lambda r=running, n=jobs: len(r.jobs) >= n, "half of the jobs", timeout=60)
        running.stop(drain_timeout=None)
    site.server.faults.clear()
    running = daemon(profile(site, more))

    def done() -> bool:
        assets = list(site.client.assets())
        paired = len(assets) == len(names) and all(asset.mediastatus == "online" for asset in assets)
        return paired and not list(site.inbox.glob("*.xml"))

    running.wait_until(done, "every asset with its media, and no document left", timeout=90)
    running.stop(drain_timeout=None)
    assets = {asset.identifier: asset for asset in site.assets()}
    assert sorted(assets) == sorted(names)
    assert {name: site.media_of(assets[name]).decode() for name in names} == {name: name for name in names}
    assert len(imported) == len(names)
