"""Lists that come in pages."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine import FileList, ItemList


def items(client: Any, **options: Any) -> list[str]:
    pages = client.pages("item", into=ItemList, each=lambda page: page.item, **options)
    return [item.id for item in pages]


def page(told: Any, *ids: str, **more: Any) -> Any:
    return told({"item": [{"id": one} for one in ids], **more})


def test_all_pages(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?content=metadata&first=1&number=2", page(told, "a", "b", hits=3))
    web.tell("/API/item?content=metadata&first=3&number=2", page(told, "c", hits=3))
    assert items(client, number=2, query={"content": "metadata"}) == ["a", "b", "c"]
    assert len(web.asked) == 2


def test_a_search_is_sent_with_each_page(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?first=1&number=100", page(told, "a", hits=2))
    web.tell("/API/item?first=2&number=100", page(told, "b", hits=2))
    assert items(client, document={"text": [{"value": "x"}]}) == ["a", "b"]
    assert {(one.method, one.body) for one in web.asked} == {("PUT", b'{"text": [{"value": "x"}]}')}


def test_a_site_may_give_fewer_than_were_asked_for(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?first=1&number=5000", page(told, "a", "b"))
    web.tell("/API/item?first=3&number=5000", page(told, "c"))
    web.tell("/API/item?first=4&number=5000", page(told))
    assert items(client, number=5000) == ["a", "b", "c"]


def test_a_list_that_shrinks_meanwhile_ends(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?first=1&number=1", page(told, "a", hits=3))
    web.tell("/API/item?first=2&number=1", page(told, hits=1))
    assert items(client, number=1) == ["a"]


def test_a_site_that_knows_no_pages_is_asked_twice(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?first=1&number=1", page(told, "a", "b"))
    web.tell("/API/item?first=3&number=1", page(told, "a", "b"))
    assert items(client, number=1) == ["a", "b"]


def test_files_are_counted_from_nothing(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/storage/VX-1/file?first=0&number=10", told({"hits": 1, "file": [{"id": "f"}]}))
    files = client.pages(
        "storage", "VX-1", "file", into=FileList, each=lambda page: page.file, first=0, number=10
    )
    assert [file.id for file in files] == ["f"]


def along(client: Any) -> list[str]:
    pages = client.cursor_pages("item", into=ItemList, each=lambda page: page.item, document={}, number=2)
    return [item.id for item in pages]


def test_along_a_cursor(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?cursor=*&number=2", page(told, "a", "b", nextCursor="x/1", hits=3))
    web.tell("/API/item?cursor=x%2F1&number=2", page(told, "c", nextCursor="y", hits=3))
    web.tell("/API/item?cursor=y&number=2", page(told, nextCursor="y", hits=3))
    assert along(client) == ["a", "b", "c"]


def test_a_cursor_that_stays_is_the_end(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?cursor=*&number=2", page(told, "a", nextCursor="*"))
    assert along(client) == ["a"]


def test_a_site_without_cursors_is_not_taken_for_a_small_one(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item?cursor=*&number=2", page(told, "a", "b", hits=7))
    with pytest.raises(flowhost.Unavailable, match=r"2 of 7 entries and no cursor .* Vidispine 4\.16"):
        along(client)
    web.tell("/API/item?cursor=*&number=2", page(told, "a", "b", hits=2))
    assert along(client) == ["a", "b"]
