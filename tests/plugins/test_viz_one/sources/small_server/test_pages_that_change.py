"""Sweeps of feeds that get shorter while they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]


@pytest.mark.parametrize("gone", [1, 3])
def test_deletions_between_two_pages_hide_nothing(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, gone: int
) -> None:
    """The pages are counted: what is behind a deleted asset moves up to a page that was read already."""
    first = run(assets())
    swept()
    first.end()
    site.assets, site.page = {number: 1000 * number for number in range(1, 10)}, 2
    answer = site.answer

    def deleting(path: str, query: Any) -> Any:
        if query.get("start") == "5":
            for number in range(9, 9 - gone, -1):
                site.assets.pop(number, None)
        return answer(path, query)

    site.answer = deleting
    run(assets(notifications=False, sweep=0)).wait()
    assert set(work.subjects) == {f"asset {number}" for number in range(1, 10)}
    assert not work.duplicates


def test_files_deleted_by_the_work_on_them_hide_no_others(
    files: Make, run: Make, work: Any, site: Any
) -> None:
    site.files, site.page = {number: (f"{number}.xml", 5, 0) for number in range(20)}, 5
    answer = site.answer

    def deleting(path: str, query: Any) -> Any:
        for event in list(work.handled):
            site.files.pop(int(str(event.subject).removesuffix(".xml")), None)
        return answer(path, query)

    site.answer = deleting
    run(files(initial=True, notifications=False, sweep=0)).wait()
    assert sorted(work.subjects) == sorted(f"{number}.xml" for number in range(20))
