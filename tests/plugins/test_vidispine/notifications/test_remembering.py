"""What is remembered of what came: the newest, in memory that does not grow."""

from __future__ import annotations

import tracemalloc

import pytest

from flowhost_plugins.vidispine.notifications.remembering import Remembered


@pytest.mark.parametrize("number", [1, 2, 7, 1000])
def test_the_newest_are_remembered_and_older_ones_forgotten(number: int) -> None:
    remembered = Remembered(number)
    assert "" not in remembered
    for each in range(5 * number):
        remembered.add(f"metadata-modify:VX-{each}")
        remembered.add(f"metadata-modify:VX-{each}")  # a second time counts once
        newest = range(max(0, each - number + 1), each + 1) if number < 10 or each % 500 == 0 else (each,)
        assert all(f"metadata-modify:VX-{one}" in remembered for one in newest)
    there = [one for one in range(5 * number) if f"metadata-modify:VX-{one}" in remembered]
    assert number <= len(there) <= 2 * number
    assert there == list(range(5 * number - len(there), 5 * number))
    assert f"metadata-modify:VX-{5 * number}" not in remembered


def test_any_text_can_be_remembered() -> None:
    remembered = Remembered(10)
    for text in ("", "é\n", "half a character \ud800"):
        assert text not in remembered
        remembered.add(text)
        assert text in remembered


def test_memory_does_not_grow_with_what_comes() -> None:
    tracemalloc.start()
    try:
        remembered = Remembered(2000)
        before, _ = tracemalloc.get_traced_memory()
        for each in range(10_000):
            remembered.add(f"metadata-modify:VX-{each}")
        assert tracemalloc.get_traced_memory()[0] - before < 10_000
    finally:
        tracemalloc.stop()
