"""Searching, as the server's OpenSearch description says; and reading pages while the server stumbles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flowhost_plugins.viz_one import BadAnswer, VizOne

pytest.importorskip("flowhost_devserver", reason="the development server is not installed")


@pytest.fixture
def assets(viz_one_server: Any) -> Iterator[VizOne]:
    client = VizOne(hostname=viz_one_server.url.removeprefix("http://"), use_https=False, retries=9)
    for number in range(5):
        client.create_item({"asset.owner": ["Ada" if number % 2 else "Bo"]}, title=f"Boat & ship {number}")
    yield client
    client.close()


def titles(client: VizOne, *arguments: Any, **search: Any) -> list[str]:
    return [item.title.rpartition(" ")[2] for item in client.assets(*arguments, **search)]


def test_a_search_goes_over_all_pages(assets: VizOne) -> None:
    assert titles(assets, "Boat & ship", count=2, sort="title") == ["0", "1", "2", "3", "4"]
    assert titles(assets, sort="-title", count=100) == ["4", "3", "2", "1", "0"]
    assert titles(assets, "asset.owner:Ada", **{"vizsort:sort": "title"}) == ["1", "3"]
    assert titles(assets, media="video") == []
    assert sorted(titles(assets)) == ["0", "1", "2", "3", "4"]


def test_a_page_that_is_cut_off_or_replaced_is_no_end(viz_one_server: Any, assets: VizOne) -> None:
    for fault in ("truncate", "html"):
        viz_one_server.faults.add(f"{fault}:path=/thirdparty/asset/item,after=1,count=1")
        with pytest.raises(Exception, match=r"cut off|page for people") as caught:
            titles(assets, count=2, sort="title")
        assert isinstance(caught.value, BadAnswer) == (fault == "html")
        viz_one_server.faults.clear()
    assert len(titles(assets, count=2)) == 5


def test_a_passing_trouble_is_not_noticed(viz_one_server: Any, assets: VizOne) -> None:
    viz_one_server.faults.add("503:probability=0.3,retry-after=0")
    for _ in range(3):
        assert len(titles(assets, count=1)) == 5
    assert viz_one_server.faults.hits
